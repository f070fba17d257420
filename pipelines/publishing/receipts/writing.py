"""Writes receipts: one workbook and one page a delivery, below `receipts/<feed>/<delivery>`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from pipelines.contracts import get_feed
from pipelines.publishing.receipts import words
from pipelines.publishing.receipts.reading import Compared, Receipt
from pipelines.publishing.workbook import ListColumn, ListWorkbook
from pipelines.storage import atomic

#: So many rows of a list are printed on the page; the workbook has more, and says where it ends.
ON_PAGE, IN_WORKBOOK = 100, 50_000

#: The fact that says what became of the data rows.
WHERE_ROWS_WENT = "数据行的去向"
_FACTS = (ListColumn("项目", 22), ListColumn("内容", 100))
_SHEETS = (
    ListColumn("文件", 34), ListColumn("工作表", 12), ListColumn("处理", 9), ListColumn("类型", 13),
    ListColumn("编码", 12), ListColumn("表头行", 7, "count"), *(ListColumn(header, 7, "count") for header in
    ("读入行", "标题行", "表头行数", "合计行", "空行", "数据行", "采用", "未采用", "重复")), ListColumn("没有的列", 40),
)  # fmt: skip
_COLUMNS = (
    ListColumn("文件", 34), ListColumn("工作表", 14), ListColumn("列", 5), ListColumn("送达的列名", 24),
    ListColumn("读作", 22), ListColumn("依据", 26),
)  # fmt: skip
_PROBLEMS = (
    ListColumn("序号", 6, "count"), ListColumn("文件", 28), ListColumn("工作表", 11), ListColumn("行", 7, "count"),
    ListColumn("列", 5), ListColumn("列名", 16), ListColumn("送达的值", 22), ListColumn("问题", 30),
    ListColumn("怎样更正", 30), ListColumn("目前的处理", 15),
)  # fmt: skip
_MESSAGES = (ListColumn("文件", 34), ListColumn("说明", 44), ListColumn("位置", 34), ListColumn("处理", 44))
_CHANGES = (
    ListColumn("变化", 7), ListColumn("哪一行", 26), ListColumn("文件", 24), ListColumn("工作表", 11),
    ListColumn("行", 7, "count"), ListColumn("之前的文件", 24), ListColumn("之前的工作表", 11),
    ListColumn("之前的行", 7, "count"), ListColumn("改动", 50),
)  # fmt: skip
_COLOURS = {
    "回执": "#4F81BD",
    "需要更正": "#C0504D",
    "原因和提示": "#C9A227",
    "文件与工作表": "#9BBB59",
    "列的对应": "#9BBB59",
}
_HINT = (
    "请按“需要更正”逐项在原文件中更正；更正后的整批文件以新的日期报送，或用原文件名替换。身份证号、账号、电话已遮盖。"
)


def write_receipts(receipts: Iterable[Receipt], folder: Path, as_of: date) -> list[dict[str, Any]]:
    """Writes the receipts and returns `path, feed, title, delivery, state, rows_held, values` of each."""
    environment = Environment(
        loader=PackageLoader("pipelines.publishing"), autoescape=select_autoescape(default=True),
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["thousands"] = lambda value: f"{value:,}"
    page, written = environment.get_template("receipt.html.j2"), []
    for receipt in receipts:
        target = folder / receipt.feed
        target.mkdir(parents=True, exist_ok=True)
        shown = page.render(receipt=receipt, facts=facts(receipt), as_of=as_of, words=words, most=ON_PAGE,
                            changes=_page_changes(receipt))  # fmt: skip
        atomic.write_text(target / f"{receipt.delivery}.html", shown)
        _write_workbook(receipt, target / f"{receipt.delivery}.xlsx", as_of)
        written.append({
            "path": receipt.path, "feed": receipt.feed, "title": receipt.title, "delivery": receipt.delivery,
            "state": receipt.word, "rows_held": receipt.counts["held"], "values": receipt.value_count,
        })  # fmt: skip
    return written


def facts(receipt: Receipt) -> list[tuple[str, str]]:
    """What stands at the top: the delivery, what became of it, and its rows in one line that adds up."""
    counts = receipt.counts
    told = [
        ("数据源", f"{receipt.title}（{receipt.feed}）"),
        ("报送日期", receipt.delivery),
        ("处理结果", receipt.word),
        ("说明", _meaning(receipt)),
        ("行数", f"读入 {counts['read']:,} 行，其中数据 {counts['data']:,} 行，其余为标题、表头、合计和空行"),
    ]
    if any(file.is_judged for file in receipt.files):
        used, held = ("采用", "暂未采用") if receipt.state == "in_force" else ("可采用", "不能采用")
        sentence = (
            f"{used} {counts['used']:,} 行，{held} {counts['held']:,} 行，与前面的行重复 {counts['repeated']:,} 行"
        )
        told.append((WHERE_ROWS_WENT, f"{sentence}；另有 {receipt.value_count:,} 个值不能使用"))
    return told + [(words.BASES[known.basis], _difference(known)) for known in receipt.compared]


def _meaning(receipt: Receipt) -> str:
    meaning = (words.TRIAL if receipt.is_trial else "") + receipt.state_words[1]
    if receipt.state == "in_force":
        wanting = "其中有需要更正的行或值，请逐项更正。" if receipt.problems else "没有需要更正的内容。"
        return meaning + wanting
    if receipt.is_append or receipt.state == "duplicate":
        return meaning
    return meaning + (f"目前仍使用 {receipt.in_use} 的报送。" if receipt.in_use else "目前没有可用的报送。")


def _difference(known: Compared) -> str:
    numbers = "，".join(f"{word} {known.counts[kind]:,} 行" for kind, word in words.KINDS.items())
    columns = "、".join(f"{header} {count:,} 处" for header, count in known.columns.items())
    return f"{known.before}：{numbers}" + (f"。改动的列：{columns}" if columns else "")


def _write_workbook(receipt: Receipt, target: Path, as_of: date) -> None:
    lists: list[tuple[str, tuple[ListColumn, ...], Iterator[tuple[Any, ...]]]] = [
        ("回执", _FACTS, iter(facts(receipt))),
        ("需要更正", _PROBLEMS, _problem_rows(receipt)),
        ("原因和提示", _MESSAGES, _message_rows(receipt)),
        *((words.BASES[known.basis], _CHANGES, change_rows(receipt, known)) for known in receipt.compared),
        ("文件与工作表", _SHEETS, _sheet_rows(receipt)),
        ("列的对应", _COLUMNS, _column_rows(receipt)),
    ]
    with atomic.replacing(target) as partial, ListWorkbook(partial, as_of, "报送回执", "核对中心") as book:
        for name, columns, rows in lists:
            title, colour = f"{receipt.title} {receipt.delivery} {name}", _COLOURS.get(name, "#8064A2")
            book.add_list(name, title, _HINT, columns, _limited(rows, len(columns)), colour, unprinted=0)


def _limited(rows: Iterator[tuple[Any, ...]], width: int) -> Iterator[tuple[Any, ...]]:
    yield from islice(rows, IN_WORKBOOK)
    if next(rows, None) is not None:
        yield ("……", f"其余各行未列出，只列前 {IN_WORKBOOK:,} 行", *[None] * (width - 2))


def _sheet_rows(receipt: Receipt) -> Iterator[tuple[Any, ...]]:
    for file in receipt.files:
        told = (words.DISPOSITIONS[file.disposition], file.kind, file.encoding)
        if not file.sheets:
            yield (file.name, None, *told, *[None] * 11)
        for sheet in file.sheets:
            counts = [sheet.rows[kind] for kind in ("title", "header", "total", "blank", "data")]
            judged = [sheet.rows[kind] if file.is_judged else None for kind in ("used", "held", "repeated")]
            yield (
                file.name, sheet.name, *told, sheet.header_row, sheet.rows_read, *counts, *judged,
                "、".join(sheet.lacking),
            )  # fmt: skip


def _column_rows(receipt: Receipt) -> Iterator[tuple[Any, ...]]:
    for file in receipt.files:
        for sheets, layout in file.layouts:
            names = "、".join(sheet.name for sheet in sheets)
            for column in layout.columns:
                yield file.name, names, column.letter, column.delivered, column.header, column.reason


def _problem_rows(receipt: Receipt) -> Iterator[tuple[Any, ...]]:
    for number, item in enumerate(receipt.problems, start=1):
        where = (item.file, item.sheet, item.row, item.letter)
        yield number, *where, item.header, item.value, item.what, item.remedy, item.effect


def _message_rows(receipt: Receipt) -> Iterator[tuple[Any, ...]]:
    for file in receipt.files:
        for message in file.messages:
            yield file.name, message["what"], message["where"], message["remedy"]


def change_rows(receipt: Receipt, known: Compared) -> Iterator[tuple[Any, ...]]:
    """The rows that differ, with their addresses in both deliveries and each changed cell."""
    columns = get_feed(receipt.feed).by_name
    for row in known.rows:
        cells = (
            words.changed_cell(columns.get(c["column_name"]), c["column_name"], c["before"], c["after"])
            for c in row["changes"]
        )
        here = (row["file"], row["sheet"], row["row_number"])
        before = (row["file_before"], row["sheet_before"], row["row_number_before"])
        yield words.KINDS[row["kind"]], row["row_key"], *here, *before, "；".join(cells)


def _page_changes(receipt: Receipt) -> list[dict[str, Any]]:
    """Of each comparison its title, its first rows, and how many more there are."""
    return [
        {
            "title": words.BASES[known.basis],
            "sentence": _difference(known),
            "rows": list(islice(change_rows(receipt, known), ON_PAGE)),
            "more": max(0, len(known.rows) - ON_PAGE),
        }
        for known in receipt.compared
    ]
