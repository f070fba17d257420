"""One bad night: each kind of bad input lands at once; nothing is lost and the release goes on."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from tests.delivery_factory import ELDERLY, elderly, id_number, write_text_file, write_workbook
from tests.nightly_county import County, hedui

BAD_DAY, LATER = "2026-11-05", "2026-11-10"
GRANT = ("姓名", "身份证号", "救助日期", "救助金额", "救助原因")


def grant(number: int, **changed: Any) -> list[Any]:
    row = {
        "姓名": f"王五{number}",
        "身份证号": id_number(number),
        "救助日期": "2026-11-02",
        "救助金额": 500,
        "救助原因": "疾病",
    }
    return list({**row, **changed}.values())


def deliver_the_bad_files(landing: Path) -> None:
    def place(feed: str, file: str) -> Path:
        path = landing / feed / BAD_DAY / file
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    place("vehicle", "机动车.csv").write_bytes(b"")
    good_workbook = next((landing / "dibao").rglob("*.xlsx")).read_bytes()
    place("dibao", "低保.xlsx").write_bytes(good_workbook[: len(good_workbook) // 2])
    write_workbook(place("elderly_allowance", "高龄.xlsx"), {"名册": [ELDERLY, elderly(1)]})
    write_workbook(
        place("payment", "发放.xlsx"),
        {
            "明细": [
                ("姓名", "证件", "补贴项目", "发放月份", "发放金额"),
                ("李四", id_number(4), "高龄津贴", "2026-10", 100),
            ]
        },
    )
    place("marriage", "婚姻.csv").write_bytes(
        "男方姓名,男方身份证号,女方姓名,女方身份证号,登记类型,登记日期\r\n张".encode() + b"\xff\xfe\x80\r\n"
    )
    write_workbook(
        place("temporary_assistance", "临时救助.xlsx"),
        {
            "台账": [
                (*GRANT, "驻村干部意见栏"),
                [*grant(1), "同意"],
                grant(2, 身份证号=int(id_number(2)[:17] + "0")),
                grant(3, 救助金额="五百左右"),
                grant(4, 救助日期="2026-02-30"),
            ]
        },
    )
    for stray in ("Thumbs.db", "~$婚姻.csv"):
        place("marriage", stray).write_bytes(b"x")
    (landing / "temporary_assistance" / BAD_DAY / "乡镇上报").mkdir()
    write_text_file(landing / "wages" / BAD_DAY / "工资.csv", [("姓名",), ("甲",)])


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> tuple[County, Path, Any]:
    county = County(tmp_path_factory.mktemp("county"), seed=4)
    first = county.run()
    assert first.returncode in (0, 3), first.stderr
    good = county.release()
    deliver_the_bad_files(county.landing)
    done = county.run(LATER, "--json")
    assert done.returncode == 3, done.stderr
    return county, good, json.loads(done.stdout)


STRAY = {"Thumbs.db": "ignored", "~$婚姻.csv": "ignored", "乡镇上报": "rejected"}
FILES = {
    "an empty file": ("vehicle", "EMPTY_FILE", "rejected"),
    "a truncated workbook": ("dibao", "TRUNCATED", "rejected"),
    "a delivery that is far smaller than the last one": ("elderly_allowance", "FAR_FEWER_ROWS", "held"),
    "a missing required column": ("payment", "MISSING_COLUMN", "rejected"),
    "a wrong encoding": ("marriage", "BAD_BYTES", "rejected"),
    "an unknown header": ("temporary_assistance", "UNKNOWN_COLUMN", "accepted"),
}


@pytest.mark.parametrize(("feed", "code", "disposition"), FILES.values(), ids=FILES)
def test_file_is_told_in_three_parts_and_the_last_good_delivery_is_used(
    night: tuple[County, Path, Any], feed: str, code: str, disposition: str
) -> None:
    county, _, told = night
    receipt = county.extract("delivery_receipt").filter(
        pl.col("feed") == feed, pl.col("delivery") == BAD_DAY, ~pl.col("file").is_in(STRAY)
    )
    assert receipt["disposition"].to_list() == [disposition]
    assert receipt["messages"][0].to_list()
    status = next(entry for entry in told["feeds"] if entry["feed"] == feed)
    if disposition == "accepted":
        assert status["delivery"] == BAD_DAY
        assert any("驻村干部意见栏" in text for text in receipt["messages"][0])
    else:
        assert status["delivery"] < BAD_DAY
        assert status["files_held"] >= 1
        said = next(entry for entry in told["messages"] if (entry["feed"], entry["code"]) == (feed, code))
        assert said["where"]
        assert said["what"]
        assert said["remedy"]
        assert status["is_fallback"]


def test_every_result_that_rests_on_the_last_good_delivery_says_so(night: tuple[County, Path, Any]) -> None:
    """The vehicles of the bad night are refused: what rests on the older ones says so, be a vehicle found or none."""
    county, good, _ = night
    note = f"机动车登记：{BAD_DAY}的报送暂未采用"
    findings = county.extract("finding").with_columns(told=pl.col("data_notes").list.join("；").str.contains(note))
    on_vehicles = pl.col("evidence").list.eval(pl.element().struct.field("feed") == "vehicle").list.any()
    assert findings.filter(on_vehicles).height > 0
    assert findings.filter(on_vehicles != pl.col("told")).height == 0
    asked = county.extract("verified_household").filter(pl.col("outcome") != "not_authorised")
    assert asked.height > 0
    assert asked["data_notes"].list.join("；").str.contains(note).all()
    before = pl.read_parquet(good / "extracts" / "finding.parquet")
    assert before.filter(pl.col("data_notes").list.join("").str.contains("机动车登记")).height == 0
    told = findings.filter("told", pl.col("state") != "cleared", pl.col("town").is_not_null()).row(0, named=True)
    book = openpyxl.load_workbook(county.release() / "worklists" / f"{told['town']}.xlsx", read_only=True)
    listed = [line for sheet in ("疑点清单", "应享未享") for line in book[sheet].iter_rows(min_row=4, values_only=True)]
    assert any(line[-1] == told["finding_id"] and note in line[7] for line in listed)


def test_what_is_no_delivery_is_listed_and_stops_nothing(night: tuple[County, Path, Any]) -> None:
    listed = night[0].extract("delivery_receipt").filter(pl.col("file").is_in(STRAY)).sort("file")
    assert dict(listed.select("file", "disposition").rows()) == STRAY
    assert listed["sha256"].null_count() > 0


VALUES = {
    "an ID number that Excel rounded": (3, "id_number", "precision_lost", "value_not_used"),
    "text in an amount": (4, "amount", "unreadable", "row_held"),
    "an impossible date": (5, "granted_on", "impossible_date", "row_held"),
}


@pytest.mark.parametrize(("row", "column", "code", "disposition"), VALUES.values(), ids=VALUES)
def test_value_is_listed_with_its_address_and_the_row_is_kept_where_it_can_be(
    night: tuple[County, Path, Any], row: int, column: str, code: str, disposition: str
) -> None:
    county, _, _ = night
    listed = county.extract("quarantine").filter(
        pl.col("feed") == "temporary_assistance", pl.col("delivery") == BAD_DAY, pl.col("row_number") == row
    )
    entry = listed.filter(pl.col("column_name") == column).row(0, named=True)
    assert (entry["code"], entry["disposition"], entry["sheet"]) == (code, disposition, "台账")
    assert entry["message"]
    links = county.extract("person_link").filter(
        pl.col("feed") == "temporary_assistance", pl.col("delivery") == BAD_DAY, pl.col("row_number") == row
    )
    assert links.height == (1 if disposition == "value_not_used" else 0)


@pytest.mark.parametrize(("feed", "code", "disposition"), FILES.values(), ids=FILES)
def test_the_office_gets_a_receipt_with_the_sentence_and_what_is_used_meanwhile(
    night: tuple[County, Path, Any], feed: str, code: str, disposition: str
) -> None:
    county, _, told = night
    page = html.unescape((county.release() / "receipts" / feed / f"{BAD_DAY}.html").read_text(encoding="utf-8"))
    if disposition == "accepted":
        assert "驻村干部意见栏" in page
        return
    said = next(entry for entry in told["messages"] if (entry["feed"], entry["code"]) == (feed, code))
    assert said["what"] in page
    assert said["remedy"] in page
    assert {"held": "暂缓使用", "rejected": "不能使用"}[disposition] in page


def test_rows_read_are_rows_used_and_rows_held_back(night: tuple[County, Path, Any]) -> None:
    receipts = night[0].extract("delivery_receipt").filter(pl.col("disposition") == "accepted")
    parts = ["header", "title", "total", "blank", "accepted", "quarantined", "repeat"]
    assert receipts.height > 20
    assert (receipts["rows_read"] == sum(receipts[f"rows_{part}"] for part in parts)).all()


def test_both_releases_are_whole_and_no_id_number_is_in_the_log(night: tuple[County, Path, Any]) -> None:
    county, good, told = night
    assert county.release() != good
    for release in (good, county.release()):
        assert hedui("verify-release", release).returncode == 0
    numbers = pl.read_parquet(county.truth / "record.parquet")["norm_id"].drop_nulls().unique().to_list()
    log = json.dumps(told, ensure_ascii=False)
    assert numbers
    assert not [number for number in numbers if number in log]


def test_the_evening_messages_name_the_unknown_folder_and_the_nearest_feed(night: tuple[County, Path, Any]) -> None:
    said = [message for message in night[2]["messages"] if message["code"] == "UNKNOWN_FEED"]
    assert len(said) == 1
    assert "wage" in said[0]["remedy"]
