"""Compares what a 合计 row says with the rows above it."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from pipelines.contracts import Column
from pipelines.intake.messages import Message, place

_COUNT = re.compile(r"共?(\d+)(?:人|笔|条|名|人次)")
_AMOUNT_MARKS = re.compile(r"[,,\s¥¥元]")


def _number(text: str | None) -> Decimal | None:
    if not text:
        return None
    try:
        number = Decimal(_AMOUNT_MARKS.sub("", unicodedata.normalize("NFKC", text)))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _sums(values: list[str | None], cases: list[str | None], written: list[str | None]) -> set[Decimal] | None:
    """The sums a total may mean: of all rows, of each case once, or of the cells as written, a merged one once. None
    when a value is not a plain number."""
    numbers = [(case, _number(value)) for case, value in zip(cases, values, strict=True) if value and value.strip()]
    if any(number is None for _, number in numbers):
        return None
    plain_numbers = [(case, number) for case, number in numbers if number is not None]
    once = {case: number for case, number in plain_numbers if case}
    cells = sum((number for text in written if (number := _number(text)) is not None), Decimal(0))
    return {sum((n for _, n in plain_numbers), Decimal(0)), sum(once.values(), Decimal(0)), cells}


def check_total(
    line: list[str | None],
    row: int,
    columns: dict[int, Column],
    values: dict[int, list[str | None]],
    cases: list[str | None],
    written: dict[int, list[str | None]],
    sheet: str | None,
) -> list[Message]:
    """Warnings for one total line; `values` are the texts of the rows it sums, by column of the sheet, `written` the
    same before merged cells were filled in."""
    warnings = []
    for index, column in columns.items():
        said = _number(line[index]) if index < len(line) else None
        if column.type not in ("amount", "count") or said is None:
            continue
        sums = _sums(values[index], cases, written[index])
        if sums is not None and all(abs(said - true) > Decimal("0.011") for true in sums) and said != len(cases):
            what = f"合计行“{column.header}”为{said:.2f}，各行相加为{max(sums):.2f}"
            warnings.append(Message("TOTAL_MISMATCH", place(sheet, row, index), what, "请核对是否漏行或合计有误"))
    for text in line:
        found = _COUNT.search(unicodedata.normalize("NFKC", text)) if text else None
        if found and int(found.group(1)) != len(cases):
            what = f"合计行写明{found.group(1)}人(笔)，实有{len(cases)}行"
            warnings.append(Message("TOTAL_MISMATCH", place(sheet, row), what, "请核对是否漏行或合计有误"))
    return warnings
