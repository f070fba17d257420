"""The contract of a notice: its columns with the mask of each, applied and checked before a file is written.

One contract per programme and medium, made of the rows of `notice_column` in force and rendered as ODCS 3.1 like those
of the extracts. What the contract does not name is not shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl
from open_data_contract_standard.model import OpenDataContractStandard

from pipelines.publishing.contracts import API_VERSION
from pipelines.publishing.masks import hide_given_name, hide_middle_of_name
from pipelines.publishing.notice.listing import Listing, Row

BOARD, WEB = "board", "web"
MEDIA = {BOARD: "村（居）公示栏", WEB: "网页"}
NAME = "head_name"
#: Raised when the columns of a notice or their masks change their meaning.
CONTRACT_VERSION = "1.0.0"


@dataclass(frozen=True)
class Mask:
    """How a value is written: `sentence` says it, `apply` does it, `pattern` is what every written value fits."""

    sentence: str
    apply: Callable[[str], str]
    pattern: str


MASKS: Mapping[str, Mask] = {
    "shown": Mask("照写", str, r"[^*]+"),
    "middle_hidden": Mask("隐去中间，如张*三", hide_middle_of_name, r"[^*]\*[^*]?"),
    "surname_only": Mask("只写姓，如张**", hide_given_name, r"[^*]\*\*"),
}
_TYPES = {pl.String: ("VARCHAR", "string"), pl.Int64: ("BIGINT", "integer")}


@dataclass(frozen=True)
class NoticeColumn:
    """One column of a notice; `name` is that of int_notice__listed."""

    name: str
    header: str
    mask: str
    source: str


@dataclass(frozen=True)
class NoticeContract:
    """What the notice of one programme shows on one medium."""

    programme: str
    medium: str
    title: str
    sentence: str
    term: str
    columns: tuple[NoticeColumn, ...]

    @property
    def name(self) -> str:
        return f"notice_{self.programme}_{self.medium}"


def notice_contract(rule: Row, medium: str, listing: Listing) -> NoticeContract:
    """The contract of a programme's notice on one medium, from the policy in force."""
    own = (row for row in listing.columns if (row["programme"], row["medium"]) == (rule["programme"], medium))
    columns = tuple(NoticeColumn(row["column_name"], row["header"], row["mask"], row["source"]) for row in own)
    return NoticeContract(rule["programme"], medium, rule["title"], rule["sentence"], rule["term"], columns)


def shape_problems(contract: NoticeContract, entries: pl.DataFrame) -> list[str]:
    """Why the contract cannot be kept with these entries, as sentences; empty when it can."""
    names = [column.name for column in contract.columns]
    problems = [] if NAME in names else [f"{_said(contract)}没有姓名一列，名单无从公示"]
    problems += [f"{_said(contract)}重复列了 {name}" for name in sorted({n for n in names if names.count(n) > 1})]
    for column in contract.columns:
        if column.name not in entries.columns:
            problems.append(f"{_said(contract)}列了名单里没有的内容 {column.name}")
        elif column.mask not in MASKS:
            problems.append(f"{_said(contract)}的“{column.header}”有不认识的写法 {column.mask}")
        elif column.mask != "shown" and entries.schema[column.name] != pl.String:
            problems.append(f"{_said(contract)}的“{column.header}”不是文字，不能用 {column.mask}")
    return problems


def masked(contract: NoticeContract, entries: pl.DataFrame) -> pl.DataFrame:
    """The columns that the contract names, each written as its mask says."""
    shown = []
    for column in contract.columns:
        values = entries.get_column(column.name)
        if column.mask != "shown":
            values = values.map_elements(MASKS[column.mask].apply, return_dtype=pl.String)
        shown.append(values)
    return pl.DataFrame(shown)


def value_problems(contract: NoticeContract, shown: pl.DataFrame) -> list[str]:
    """What of the masked frame does not keep the contract: other columns, or values that do not fit their mask."""
    names = [column.name for column in contract.columns]
    if shown.columns != names:
        return [f"{_said(contract)}应有 {'、'.join(names)}，写成了 {'、'.join(shown.columns)}"]
    problems = []
    for column in contract.columns:
        values = shown.get_column(column.name)
        if column.name == NAME and values.null_count():
            problems.append(f"{_said(contract)}的“{column.header}”有 {values.null_count()} 处空白")
        if values.dtype == pl.String:
            pattern = re.compile(MASKS[column.mask].pattern)
            wrong = sum(not pattern.fullmatch(value) for value in values.drop_nulls())
            if wrong:
                problems.append(f"{_said(contract)}的“{column.header}”有 {wrong} 处没有按“{_how(column)}”写")
    return problems


def _said(contract: NoticeContract) -> str:
    return f"{contract.title}（{MEDIA[contract.medium]}）"


def _how(column: NoticeColumn) -> str:
    return MASKS[column.mask].sentence


def render(contract: NoticeContract, entries: pl.DataFrame) -> str:
    """The ODCS 3.1 contract as YAML; raises pydantic's ValidationError when the standard's model refuses it."""
    properties = []
    for column in contract.columns:
        physical, logical = _TYPES.get(type(entries.schema[column.name]), ("DECIMAL(14,2)", "number"))
        properties.append(
            {
                "name": column.name,
                "businessName": column.header,
                "physicalType": physical,
                "logicalType": logical,
                "required": column.name == NAME,
                "classification": "public",
                "transformLogic": f"{column.mask}：{_how(column)}",
                "description": column.source,
            }
        )
    document = OpenDataContractStandard.model_validate(
        {
            "apiVersion": API_VERSION,
            "kind": "DataContract",
            "id": f"hedui-{contract.name.replace('_', '-')}",
            "name": f"{contract.title}公示（{MEDIA[contract.medium]}）",
            "version": CONTRACT_VERSION,
            "status": "active",
            "description": {
                "purpose": f"{contract.sentence}{contract.term}。",
                "limitations": "不列未成年人，不写证件号、账号、电话、住址、残疾、疾病和困境原因。",
            },
            "schema": [
                {
                    "name": contract.name,
                    "businessName": contract.title,
                    "logicalType": "object",
                    "physicalType": "sheet",
                    "description": contract.sentence,
                    "properties": properties,
                }
            ],
        }
    )
    return document.to_yaml()
