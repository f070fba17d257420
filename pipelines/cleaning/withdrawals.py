"""Rows that say of themselves that they no longer hold: 是否删除 1, 有效标志 无效, 发放结果 退汇, 证件状态 注销."""

from __future__ import annotations

import json
import re
import unicodedata

import polars as pl

#: What a header asks, and the answers that take the row back. Numbers mean something only where the header asks 是否.
_MARKS = (
    (r"是否(?:已)?(?:删除|作废|撤销)|(?:删除|作废)标[志识记]", r"1|是|y|yes|true|已?(?:删除|作废|撤销)"),
    (r"是否有效|(?:有效|数据)标[志识记]|有效性", r"(?:0[-—:.|、]?)?(?:否|n|no|false|无效|失效|已?删除|已?作废)|0"),
    (r"数据状态|记录状态", r"(?:\w{1,2}[-—:.|、])?(?:无效|失效|已?删除|已?作废)"),
    (r"(?:证件|证书|证照|残疾人?证)状态", r"(?:\w{1,2}[-—:.|、])?已?(?:注销|作废|吊销|收回|收缴|无效|失效|撤销)"),
    (r"返回|反馈|查询", r"(?:\w{1,6}[-—:.|、])?.{0,6}(?:超时|失败|未返回|接口异常|请求异常|查询异常|出错).{0,10}"),
)  # fmt: skip
#: The same of money that was sent and did not arrive.
_OF_PAYMENTS = (
    (
        r"(?:发放|打款|支付|代发|交易|处理|拨付|入账|到账|银行|兑付|付款|划款|回盘)(?:处理)?(?:结果|状态|情况|反馈|回执|标[志识])",
        r"(?:\w{1,4}[-—:.|、])?(?:发放|打款|支付|代发|交易|处理|入账)?(?:失败|不成功|未成功|退汇|退票|退回|退款|冲正|冲销|撤销|"
        r"已撤销|未到账|未发放|未支付|拒绝|止付).*",
    ),
)  # fmt: skip
_ASKED = re.compile("删除|作废|撤销|有效|标[志识记]|状态|返回|反馈|查询|核对|结果|情况|回执")


def read_withdrawals(extra: pl.Series, of_payments: bool) -> pl.Series:
    """`header：value` of the cell that takes a row back, or null. `extra`: the cells of each row outside the contract,
    a JSON object header -> text; `of_payments`: whether the rows are payments."""
    marks = [
        (re.compile(asked), re.compile(answer)) for asked, answer in (_MARKS + (_OF_PAYMENTS if of_payments else ()))
    ]
    found: dict[str, str | None] = {}
    for text in extra.unique().drop_nulls():
        cells = json.loads(text) if _ASKED.search(text) else {}
        found[text] = next(
            (f"{header}：{value}" for header, value in cells.items() if _takes_back(header, value, marks)), None
        )
    marked = {text: mark for text, mark in found.items() if mark}
    return (
        extra.replace_strict(marked, default=None, return_dtype=pl.String)
        if marked
        else pl.Series([None] * len(extra), dtype=pl.String)
    )


def _takes_back(header: str, value: str, marks: list[tuple[re.Pattern[str], re.Pattern[str]]]) -> bool:
    asked = re.sub(r"\s", "", unicodedata.normalize("NFKC", header))
    answer = re.sub(r"\s", "", unicodedata.normalize("NFKC", value)).lower()
    return any(header_of.search(asked) and value_of.fullmatch(answer) for header_of, value_of in marks)
