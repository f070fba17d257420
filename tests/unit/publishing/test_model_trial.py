"""The workbook of a trial of a model: pairs side by side, masked, a sample named as one, in every sheet."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from pipelines.policy.effects import Effects
from pipelines.publishing.model_trial import FILE, ModelTrialSheets, write_model_trial

NUMBER = "340590195603111213"
MENTION: dict[str, Any] = {
    "feed": "dibao", "file": "名册.xlsx", "sheet": "Sheet1", "row_number": 5, "name": "王建国", "id_number": NUMBER,
    "id_number_delivered": NUMBER, "sex": "男", "birth_date": date(1956, 3, 11), "village": "塘口村",
    "account_number": "6217000012345678",
}  # fmt: skip
OTHER = MENTION | {"row_number": 9, "name": "=王健国", "id_number": None, "id_number_delivered": None, "feed": "wage"}
SAID = {
    "mention_id_l": "a",
    "mention_id_r": "b",
    "explanation": f"一致：身份证号{NUMBER}相同。",
    "weights": "住地 +1.0→+2.0",
}
NO_FINDINGS = pl.DataFrame(schema=["title", "new", "gone", "code"])
DIFFERENCE = {
    "part": "阈值", "item": "自动归并", "before": "0.9", "after": "0.8", "weight_before": None, "weight_after": None,
}  # fmt: skip


def pair(number: int, before: str, after: str, likely: tuple[float | None, float | None]) -> dict[str, Any]:
    zones = {"zone_before": before, "zone_after": after, "reason": "阈值不同"}
    said = {"pair_id": f"{number:016}", "probability_before": likely[0], "probability_after": likely[1]}
    return {**SAID, **zones, **said}


def household(number: str) -> dict[str, Any]:
    sides = {
        f"{name}_{when}": Decimal(when == "after") for name in ("standard", "income") for when in ("before", "after")
    }
    marks = {f"is_low_income_margin_{when}": False for when in ("before", "after")}
    return {
        "household_id": f"dibao:{number}", "case_feed": "dibao", "case_number": number, "town": "柳河镇",
        "village": None, "head_name": "王建国", "monthly_amount": None, "outcome_before": "eligible",
        "outcome_after": "needs_review", "outcome_reason_before": "符合。", "outcome_reason_after": "待核。",
        **sides, **marks,
    }  # fmt: skip


@pytest.fixture
def book(tmp_path: Path) -> openpyxl.Workbook:
    verdict = pair(4, "joined", "joined", (0.97, 0.95)) | {
        "verdict": "different", "says_before": "review", "says_after": "joined", "contradicted_after": True,
    }  # fmt: skip
    trial = ModelTrialSheets(
        figures=[("人数", 10, 9, "两边都沿用现行发布的人员")],
        differences=[DIFFERENCE],
        reasons=pl.DataFrame([("阈值不同", 7, 1, 1, 0)], schema=["reason", "a", "b", "c", "d"], orient="row"),
        pairs=pl.DataFrame(
            [
                pair(1, "review", "joined", (0.85, 0.86)),
                pair(2, "joined", "apart", (None, 0.01)),
                pair(3, "apart", "review", (0.1, 0.3)),
            ]
        ),
        verdicts=pl.DataFrame([verdict]),
        totals={"新归并": 7, "新分开": 1, "待核进出": 1},
        mentions={"a": MENTION, "b": OTHER},
        effects=Effects(pl.DataFrame([household("1")]), pl.DataFrame(), NO_FINDINGS, 0, 0, 1),
    )  # fmt: skip
    path = write_model_trial(tmp_path / "out", "2026-10-31", ("county-1+aa", "county-2+bb"), trial)
    assert path.name == FILE
    assert [found.name for found in path.parent.iterdir()] == [FILE]
    return openpyxl.load_workbook(path)


def rows(book: openpyxl.Workbook, sheet: str) -> list[dict[str, Any]]:
    header, *lines = book[sheet].iter_rows(min_row=3, values_only=True)
    return [dict(zip(header, line, strict=True)) for line in lines]


def test_every_pair_stands_in_one_sheet_with_what_either_model_makes_of_it(book: openpyxl.Workbook) -> None:
    told = {
        sheet: [(row["现行模型"], row["新模型"]) for row in rows(book, sheet)]
        for sheet in ("新归并", "新分开", "待核进出")
    }
    assert told == {
        "新归并": [("待核\n85.0%", "同一人\n86.0%")],
        "新分开": [("同一人\n(未单独比较)", "两个人\n1.0%")],
        "待核进出": [("两个人\n10.0%", "待核\n30.0%")],
    }


def test_a_sample_says_that_it_is_one(book: openpyxl.Workbook) -> None:
    hints = {sheet: str(book[sheet].cell(2, 1).value) for sheet in ("新归并", "新分开")}
    assert hints["新归并"].endswith("共 7 对，按原因各任意抽取一部分，列出 1 对")
    assert hints["新分开"].endswith("共 1 对")
    assert all("county-1+aa" in hint and "county-2+bb" in hint for hint in hints.values())


def test_numbers_are_masked_and_a_name_like_a_formula_stays_text(book: openpyxl.Workbook) -> None:
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert not any(NUMBER in str(cell.value) or "1956" in str(cell.value) for cell in cells)
    assert not any(cell.data_type == "f" for cell in cells)
    (row,) = rows(book, "新归并")
    assert (row["甲 身份证号(隐去中间)"], row["乙 姓名"]) == ("340590********1213", "=王健国")
    assert row["说明"] == "一致：身份证号340590********1213相同。"


def test_a_contradicted_verdict_is_named_with_what_the_models_would_say(book: openpyxl.Workbook) -> None:
    (row,) = rows(book, "人工结论")
    assert (row["经办人结论"], row["现行模型"], row["新模型"]) == ("不是同一人", "待核\n97.0%", "同一人\n95.0%")


def test_figures_parameters_reasons_and_households_are_there(book: openpyxl.Workbook) -> None:
    assert rows(book, "概要")[0]["新模型"] == "9"
    assert rows(book, "参数")[0]["项目"] == "自动归并"
    assert rows(book, "原因")[0]["新归并(对)"] == 7
    assert rows(book, "家庭变化")[0]["之后"] == "需要复核"
