"""What differs between two days, and who is touched."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl

from pipelines.policy import compare, differences, policy_tables, standard_differences
from tests.unit.policy.conftest import PROJECT


def test_the_same_day_differs_in_nothing() -> None:
    tables = policy_tables(PROJECT)
    assert differences(tables, date(2026, 10, 31), tables, date(2026, 10, 31)) == []


def test_a_rule_that_was_renewed_in_doubt_is_named_with_its_source() -> None:
    """The basic pension is exempt after 2025 as before, but on another, unconfirmed ground."""
    tables = policy_tables(PROJECT)
    found = differences(tables, date(2025, 12, 31), tables, date(2026, 1, 1))
    (pension,) = [difference for difference in found if "城乡居民养老" in difference.item]
    assert (pension.content, pension.begins, pension.status) == ("依据", "2026-01-01", "待民政局确认")
    assert "十四五" in str(pension.before)
    assert "须由民政部门确认" in str(pension.after)


def test_a_rule_not_yet_in_force_is_named() -> None:
    tables = policy_tables(PROJECT)
    found = differences(tables, date(2020, 12, 31), tables, date(2021, 1, 1))
    assert ("家庭限额", "过渡期生活补助计算期", None, "有效") in {(d.table, d.item, d.before, d.after) for d in found}


def _standards(*rows: tuple[str, str, str, bool]) -> pl.DataFrame:
    named = [
        {"programme": p, "area_type": a, "standard": Decimal(s), "effective_from": "2026-07", "is_ambiguous": doubt}
        for p, a, s, doubt in rows
    ]
    return pl.DataFrame(named)


def test_standards_differ_by_figure_by_absence_and_by_doubt() -> None:
    before = _standards(("dibao", "农村", "800.00", False), ("dibao", "城市", "900.00", False))
    after = _standards(
        ("dibao", "农村", "864.50", False), ("dibao", "城市", "900.00", True), ("tekun", "农村", "1", False)
    )
    found = standard_differences(before, after, {"dibao": "低保"})
    assert [(d.item, d.before, d.after) for d in found] == [
        ("低保 农村", "800", "864.5"), ("低保 城市", "900", "900（同月有两个数）"), ("tekun 农村", None, "1"),
    ]  # fmt: skip


def _household(
    number: str, outcome: str, *codes: str, margin: bool = False, amount: str | None = "300"
) -> dict[str, object]:
    return {
        "household_id": f"dibao:{number}", "case_feed": "dibao", "case_number": number, "town": "柳河镇",
        "village": "塘口村", "head_name": "甲", "monthly_amount": Decimal(amount) if amount else None,
        "outcome": outcome, "outcome_reason": f"{outcome}。", "is_low_income_margin": margin,
        "standard": Decimal("800"), "income": Decimal("850"), "finding_codes": ["vehicle_owned", *codes],
    }  # fmt: skip


def test_who_changes_outcome_is_listed_once_with_both_sides_and_the_money() -> None:
    before = [
        _household("1", "ineligible", "income_over_limit"),
        _household("2", "ineligible", amount=None),
        _household("3", "eligible"),
    ]
    after = [
        _household("1", "eligible"),
        _household("2", "eligible", margin=True),
        _household("3", "eligible", margin=True),
    ]
    rule = {"code": ["income_over_limit"] * 2, "title": ["收入超过标准"] * 2}
    findings = pl.DataFrame({"finding_id": ["a", "b"], **rule})
    shuffled = pl.DataFrame(after).sample(fraction=1, shuffle=True, seed=1)
    effects = compare((pl.DataFrame(before), findings), (shuffled, findings[:1]))
    assert effects.judged == 3
    assert effects.moves.rows() == [("ineligible", "eligible", 2, Decimal("300"))]
    assert effects.households["household_id"].to_list() == ["dibao:1", "dibao:2", "dibao:3"]
    assert effects.households["codes_gone"].to_list() == [["income_over_limit"], [], []]
    assert effects.households["outcome_reason_before"].to_list() == ["ineligible。", "ineligible。", "eligible。"]
    assert (effects.margin_new, effects.margin_gone) == (2, 0)
    assert effects.findings.rows() == [("income_over_limit", "收入超过标准", 0, 1)]


def test_the_same_judgement_touches_nobody() -> None:
    side = (
        pl.DataFrame([_household("1", "eligible")]),
        pl.DataFrame({"finding_id": ["a"], "code": ["x"], "title": ["甲"]}),
    )
    effects = compare(side, side)
    assert effects.households.is_empty()
    assert effects.moves.is_empty()
    assert effects.findings.is_empty()
