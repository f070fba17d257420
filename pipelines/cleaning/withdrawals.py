"""Rows that say of themselves that they do not count: 是否删除 1, 发放结果 退汇, 证件状态 注销, 权利类型 抵押权."""

from __future__ import annotations

import json
import re
import unicodedata

import polars as pl

_CODE = r"(?:\w{1,6}[-—:.|、])?已?"
#: What a header asks, and the answers that take the row back. Numbers mean something only where the header asks 是否.
_OF_ANY = (
    (r"是否(?:已)?(?:删除|作废|撤销)|(?:删除|作废)标[志识记]", r"1|是|y|yes|true|已?(?:删除|作废|撤销)"),
    (r"是否有效|(?:有效|数据)标[志识记]|有效性", r"(?:0[-—:.|、]?)?(?:否|n|no|false|无效|失效|已?删除|已?作废)|0"),
    (r"数据状态|记录状态", _CODE + r"(?:无效|失效|删除|作废)"),
    (r"(?:证件|证书|证照|残疾人?证)状态", _CODE + r"(?:注销|作废|吊销|收回|收缴|无效|失效|撤销)"),
    (r"返回|反馈|查询", _CODE + r".{0,6}(?:超时|失败|未返回|接口异常|请求异常|查询异常|出错).{0,10}"),
)
#: The same of money that was sent and did not arrive.
_OF_PAYMENTS = (
    (
        r"(?:发放|打款|支付|代发|交易|处理|拨付|入账|到账|银行|兑付|付款|划款|回盘)(?:处理)?(?:结果|状态|情况|反馈|回执|标[志识])",
        _CODE
        + r"(?:发放|打款|支付|代发|交易|处理|入账)?(?:失败|不成功|未成功|退汇|退票|退回|退款|冲正|冲销|撤销|未到账|"
        r"未发放|未支付|拒绝|止付).*",
    ),
)
#: The same in registers: accounts that are closed, money of another country, what is paid once or no longer, rights in
#: a home that are not its ownership.
_OF_REGISTERS = (
    (r"(?:账户|帐户|缴存|参保|缴费)状态", _CODE + r"(?:销户|封存|停缴|中断|暂停参保|终止参保|注销|关闭|转出).*"),
    (r"(?:待遇|发放|领取|人员|生存)状态", _CODE + r"(?:暂停|停发|终止|注销|中止|死亡|停止|待遇终止).*"),
    (r"币种|货币", r"(?!.*(?:人民币|cny|rmb)).*(?:美元|港[元币]|欧元|日元|英镑|澳[元币]|加元|外币|[a-z]{3}).*"),
    (r"(?:待遇|发放|养老金)(?:类型|类别|项目|种类)", r".*(?:丧葬|抚恤|一次性|补发|补缴).*"),
    (r"权利(?:类型|种类)|权利性质|登记类型", r".*(?:抵押权|地役权|承包经营权|查封|异议|预告|居住权).*"),
)
MARKS = {"": _OF_ANY, "payments": _OF_ANY + _OF_PAYMENTS, "register": _OF_ANY + _OF_REGISTERS}
_ASKED = re.compile(
    r"删除|作废|撤销|有效|标[志识记]|状态|返回|反馈|查询|结果|情况|回执|币种|货币|类型|类别|项目|种类|权利"
)


def read_withdrawals(extra: pl.Series, kind: str) -> pl.Series:
    """`header：value` of the cell that takes a row back, or null. `extra`: the cells of each row outside the contract,
    a JSON object header -> text; `kind` of rows: payments, register or neither ("")."""
    marks = [(re.compile(asked), re.compile(answer)) for asked, answer in MARKS[kind]]
    marked = {text: mark for text in extra.unique().drop_nulls() if (mark := _mark(text, marks))}
    if not marked:
        return pl.Series([None] * len(extra), dtype=pl.String)
    return extra.replace_strict(marked, default=None, return_dtype=pl.String)


def _mark(text: str, marks: list[tuple[re.Pattern[str], re.Pattern[str]]]) -> str | None:
    cells = json.loads(text) if _ASKED.search(text) else {}
    return next((f"{header}：{value}" for header, value in cells.items() if _takes_back(header, value, marks)), None)


def _takes_back(header: str, value: str, marks: list[tuple[re.Pattern[str], re.Pattern[str]]]) -> bool:
    asked = re.sub(r"\s", "", unicodedata.normalize("NFKC", header))
    answer = re.sub(r"\s", "", unicodedata.normalize("NFKC", value)).lower()
    return any(header_of.search(asked) and value_of.fullmatch(answer) for header_of, value_of in marks)


def may_take_back(header: str, kind: str) -> bool:
    """Whether a column is looked at for such answers."""
    asked = re.sub(r"\s", "", unicodedata.normalize("NFKC", header))
    return any(re.search(pattern, asked) for pattern, _ in MARKS[kind])
