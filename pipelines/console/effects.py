"""What a trial would change for households, as tables on the screen and as a record for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pipelines.console.show import table
from pipelines.publishing.worklists import OUTCOME_WORDS

if TYPE_CHECKING:
    from rich.table import Table

    from pipelines.policy import Effects, PolicyTable

#: So many households are shown on the screen; all of them stand in the workbook.
SHOWN = 20


def titles_of(tables: Mapping[str, PolicyTable]) -> Mapping[str, str]:
    """Codes of findings, programmes and feeds as people call them; every policy table knows all of them."""
    return next(iter(tables.values())).titles


def effects_tables(effects: Effects, titles: Mapping[str, str]) -> Iterator[Table]:
    """Outcomes that would change, findings that come and go, and the first households one by one. `titles`: of findings
    by code."""
    moves = [
        (
            OUTCOME_WORDS[move["outcome_before"]],
            OUTCOME_WORDS[move["outcome_after"]],
            move["units"],
            _yuan(move["monthly_amount"]),
        )
        for move in effects.moves.iter_rows(named=True)
    ]
    if moves:
        headers = ("之前 before", "之后 after", "户数 units", "在保月金额合计(元)")
        yield table("结论会变的家庭 Households whose outcome would change", headers, moves)
    if effects.findings.height:
        found = effects.findings.select("title", "code", "new", "gone").rows()
        yield table("疑点 Findings", ("疑点", "代码 code", "新增 new", "消失 gone"), found)
    lines = [
        (
            row["household_id"],
            row["town"],
            OUTCOME_WORDS[row["outcome_before"]],
            OUTCOME_WORDS[row["outcome_after"]],
            _why(row, titles),
        )
        for row in effects.households.head(SHOWN).iter_rows(named=True)
    ]
    if lines:
        more = f"（前 {SHOWN} 户，全部见 --out 的工作簿）" if effects.households.height > SHOWN else ""
        yield table(f"逐户 One by one{more}", ("户 household", "乡镇", "之前", "之后", "理由"), lines)


def effects_sentence(effects: Effects) -> str:
    """The figures in a sentence."""
    return (
        f"核对 {effects.judged:,} 户：结论会变 {effects.moves['units'].sum():,} 户，"
        f"新列入低保边缘 {effects.margin_new:,} 户，不再列入 {effects.margin_gone:,} 户。"
    )


def effects_record(effects: Effects) -> dict[str, Any]:
    """The effects for programs: without the names of people."""
    return {
        "judged": effects.judged,
        "moves": effects.moves.to_dicts(),
        "low_income_margin": {"new": effects.margin_new, "gone": effects.margin_gone},
        "findings": effects.findings.to_dicts(),
        "households": effects.households.drop("head_name").to_dicts(),
    }


def _why(row: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """What differs for a household: its findings, its mark, and the reason of the outcome where that changed."""
    parts = [f"不再有“{titles.get(code, code)}”" for code in row["codes_gone"]]
    parts += [f"新有“{titles.get(code, code)}”" for code in row["codes_new"]]
    if row["is_low_income_margin_before"] != row["is_low_income_margin_after"]:
        parts.append("列入低保边缘" if row["is_low_income_margin_after"] else "不再列入低保边缘")
    told = "，".join(parts) + "。" if parts else ""
    return told + (str(row["outcome_reason_after"]) if row["outcome_before"] != row["outcome_after"] else "")


def _yuan(amount: Any) -> float | None:
    return None if amount is None else float(amount)
