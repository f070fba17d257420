"""Cells that only say 同上 or 〃. What stands above may be a total, another household or a row that was put between, so
nothing is copied; the office is told, and a list whose case numbers are written so is held."""

from __future__ import annotations

from pipelines.contracts import Feed
from pipelines.intake.headers.header_rows import Header
from pipelines.intake.messages import Message, Refused, place

DITTOS: frozenset[str | None] = frozenset(
    {"〃", "″", "〞", "”", '"', "''", "同上", "同前", "同上行", "上同", "″″", "〃〃"}
)


def check_dittos(feed: Feed, header: Header, texts: dict[int, list[str | None]], sheet: str | None) -> list[Message]:
    """A message for each column with such cells. Held where they stand for case numbers: each member would be a
    household."""
    messages = []
    for index, values in texts.items():
        if DITTOS.isdisjoint(values):  # most columns
            continue
        rows = sum(text in DITTOS for text in values)
        column = header.columns[index]
        what = f"列“{header.full_name(index)}”有{rows}行只写“同上”或“〃”，不能照抄上一行"
        message = Message("DITTO_MARKS", place(sheet, None, index), what, "请逐行填写后重新报送")
        if column.name == feed.case_column:
            raise Refused(message, "held")
        messages.append(message)
    return messages
