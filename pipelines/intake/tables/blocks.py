"""Households whose number and head stand in their first row alone, the rows below blank and not merged: nobody can say
for sure which rows belong together, and taken row by row each member would be a household."""

from __future__ import annotations

from pipelines.contracts import Feed
from pipelines.intake.headers.header_rows import Header
from pipelines.intake.messages import Message, Refused, place

#: Such a share of all rows is a way of writing; fewer are gaps.
_SHARE = 0.2
_HEADS = frozenset({"户主", "本人", "申请人", "户主本人", "本人(户主)", "户主(本人)"})


def check_blocks(feed: Feed, header: Header, texts: dict[int, list[str | None]], sheet: str | None) -> None:
    """Held when the column of case numbers is blank, with the head's, in rows of members who are not the head."""
    by_name = {column.name: index for index, column in header.columns.items()}
    if feed.case_column not in by_name or "relation_to_head" not in feed.by_name:
        return
    index = by_name[feed.case_column]
    of_household = [by_name[name] for name in (feed.case_column, "head_name", "head_id_number") if name in by_name]
    relations = texts[by_name["relation_to_head"]] if "relation_to_head" in by_name else None
    blank = [row for row in range(len(texts[index])) if all(not (texts[i][row] or "").strip() for i in of_household)]
    members = [row for row in blank if relations is None or (relations[row] or "").strip() not in _HEADS]
    if 0 in blank or len(members) < max(1 if relations else 3, _SHARE * len(texts[index])):
        return
    what = f"列“{header.cells[index][1]}”只填在每户的第一行，其下{len(members)}行空白又没有合并，无法确定属于哪一户"
    remedy = "请逐行填写，或把同一户的单元格纵向合并后重新报送"
    raise Refused(Message("HOUSEHOLD_BLANKS", place(sheet, None, index), what, remedy), "held")
