"""What stands around a sheet's data and speaks for it: the kinds of its rows, its title, the lines over its parts, what
a roll means by listing a person; and whether a required column is still missing then."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.contracts import Feed
from pipelines.intake.formats.cells import cell_text
from pipelines.intake.formats.grid import Grid
from pipelines.intake.headers.dictionary import nearest_seen, programmes_as_headers
from pipelines.intake.headers.header_rows import Header
from pipelines.intake.messages import Message, NoPersons, NothingFound, Refused, place
from pipelines.intake.tables import row_kinds
from pipelines.intake.tables.answers import lists_nothing, nobody_found
from pipelines.intake.tables.assumed import Lines, assumed_values
from pipelines.intake.tables.certificates import held_in_certificates
from pipelines.intake.tables.sections import sections
from pipelines.intake.tables.supplied import missing_from_title

_MONTH = re.compile(r"(?:1[0-2]|0?[1-9])月(?:份)?")


@dataclass(frozen=True)
class Around:
    """`kinds` of the rows; `supplied` values by column from title and name of the sheet, `sectioned` ones (row, value)
    from the lines over its parts, `assumed` ones from what the roll is; `held` are columns whose values stand in
    another one, by that one's name."""

    judge: row_kinds.RowJudge
    kinds: list[str]
    lines: Lines
    supplied: dict[str, str]
    sectioned: dict[str, list[tuple[int, str]]]
    assumed: dict[str, str]
    held: dict[str, str]

    def rows(self, kind: str) -> list[int]:
        return [row for row, found in enumerate(self.kinds) if found == kind]


def look_around(grid: Grid, feed: Feed, header: Header) -> Around:
    """Refused when a required column stands nowhere."""
    judge = row_kinds.RowJudge(grid, header, feed)
    kinds = [judge.kind(row) for row in range(len(grid.rows))]
    lines = Lines(f"{title_text(grid, header)} {grid.name or ''}", judge.headings)
    sectioned = sections(grid, feed, header, judge.headings)
    supplied = missing_from_title(feed, header.found, lines.title, grid.name)
    held = held_in_certificates(grid, feed, header)
    found = header.found | {*supplied, *sectioned, *held}
    assumed = assumed_values(grid, feed, header, found, lines)
    _check_required(grid, feed, header, found | set(assumed))
    return Around(judge, kinds, lines, supplied, sectioned, assumed, held)


def title_text(grid: Grid, header: Header) -> str:
    return " ".join(cell_text(value) or "" for row in grid.rows[: header.row] for value in row)


def _check_required(grid: Grid, feed: Feed, header: Header, found: set[str]) -> None:
    missing = [column for column in feed.columns if column.required and column.name not in found]
    if not missing:
        return
    if lists_nothing(grid.rows[header.last_row + 1 :], feed):
        raise NothingFound(nobody_found(grid.name))
    seen = "、".join(text for text in header.seen if not re.search(r"\d{5}", text))
    free = [text for index, (_, text) in enumerate(header.cells) if index not in header.columns]
    pairs = [(column.header, nearest_seen(column, free)) for column in missing]
    near = [f"“{wanted}”最接近的列名是“{nearest}”" for wanted, nearest in pairs if nearest]
    what = f"缺少必需的列“{'”“'.join(column.header for column in missing)}”；见到的列名：{seen}"
    remedy = "；".join(near) + ("。如是该列，请改用约定的列名后重新报送" if near else "请补上该列后重新报送")
    if len(wide := programmes_as_headers(feed, free)) > 1 and "programme" in {column.name for column in missing}:
        remedy = f"“{'”“'.join(wide)}”各占一列，看不出每笔发放；请改为每笔一行，写明项目和金额后重新报送"
    if missing[0].type == "year_month" and len(months := [text for text in free if _MONTH.fullmatch(text)]) > 1:
        remedy = f"“{'”“'.join(months)}”没有写明年份；请在表题或列名中写明年份后重新报送"
    persons = {name for mention in feed.mentions for name in mention.columns.values()}
    identifying = {c.name for c in feed.columns_of_type("person_name", "id_number") if c.name in persons}
    refusal = NoPersons if identifying and not identifying & found else Refused
    raise refusal(Message("MISSING_COLUMN", place(grid.name, header.row + 1), what, remedy))
