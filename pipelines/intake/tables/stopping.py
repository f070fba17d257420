"""A roll that asks of each person whether he is no longer paid (是否停发): the state the other way round."""

from __future__ import annotations

import re
import unicodedata

from pipelines.contracts import Column, Feed
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.header_rows import Header, header_text
from pipelines.intake.headers.listed import listed_value
from pipelines.intake.headers.spelling import fold, without_unit
from pipelines.intake.messages import Message, place
from pipelines.intake.tables.ticks import NO_TICKS, TICKS

_ASKS = re.compile(
    r"是否(?:已经?|被)?(?:停发|停保|停供|停止|暂停|退出|退保|终止|注销|取消)(?:低保|发放|享受|保障|供养|救助|待遇|资格|补贴)?(?:标[志识])?"
)
_STOPPED = "停发"


def state_in_question(grid: Grid, feed: Feed, header: Header, messages: list[Message]) -> list[Message]:
    """Takes such a column for the state that the roll has no column for, where all its answers are yes, no or a state;
    the message that it is unknown is replaced."""
    missing = [column for column in feed.columns if column.assumed and column.name not in header.found]
    asking = [index for index in header.extra if _ASKS.fullmatch(without_unit(fold(header.cells[index][1])))]
    if len(missing) != 1 or len(asking) != 1:
        return messages
    (column,), (index,) = missing, asking
    answers = {header_text(row[index]) for row in grid.rows[header.last_row + 1 :] if index < len(row)}
    if any(_state(text, column) is None for text in answers):
        return messages
    header.columns[index], header.stopping = column, index
    header.reasons[column.name] = "content"
    header.extra.pop(index)
    where = place(grid.name, header.last_row + 1, index)
    read_as = f"“是”按“{_STOPPED}”、“否”和空白按“{column.assumed}”读作“{column.header}”"
    said = f"列“{header.full_name(index)}”反过来问，{read_as}"
    told = Message("COLUMN_BY_CONTENT", where, said, f"请核对；今后请设“{column.header}”列")
    return [message for message in messages if (message.code, message.where) != ("UNKNOWN_COLUMN", where)] + [told]


def answers_as_states(header: Header, texts: dict[int, list[str | None]]) -> None:
    """Writes the states in the place of the answers."""
    if header.stopping is not None:
        column = header.columns[header.stopping]
        texts[header.stopping] = [_state(text or "", column) for text in texts[header.stopping]]


def _state(answer: str, column: Column) -> str | None:
    """The state that an answer means; None for one that nobody can read. A line of a total has none."""
    bare = unicodedata.normalize("NFKC", answer).strip().upper()
    if bare in NO_TICKS | {"未", "没有", "未停"}:
        return column.assumed
    return _STOPPED if bare in TICKS else answer if listed_value(answer, column.codes or "") else None
