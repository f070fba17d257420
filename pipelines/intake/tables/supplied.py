"""What a sheet says once for all its rows: the town or village in its name, the month or the programme in its title.

Only a column that is not there is filled, only from words that can mean one thing, and the receipt says so.
"""

from __future__ import annotations

import re
import unicodedata

from pipelines.contracts import Column, Feed, code_lists
from pipelines.intake.headers.spelling import fold
from pipelines.intake.messages import Message, place

TOWN = re.compile(r"^[一-鿿]{1,12}(?:镇|乡|街道|街道办|街道办事处|办事处|开发区|园区|管委会|农场|林场)$")
VILLAGE = re.compile(r"^[一-鿿]{1,12}(?:村|社区|村委会|居委会|居|行政村|村民委员会|居民委员会)$")
#: What stands beside a place in a sheet's name: a number, a month, a count (2-双堰乡, 双堰乡(30人), 双堰乡10月花名册).
_AROUND_NAME = re.compile(
    r"^\d{1,2}[.、-]?|\([^()]*\)|(?:20\d\d年?)?(?:\d{1,2}月份?)?(?:花名册|名册|名单|明细表?|台账|表)?(?:\d+[人户])?$"
)
#: A title says whose table it is: 填报单位:双堰乡人民政府, 双堰乡2026年10月….
_TOWN_NAME = r"(?!各|全|本|所|[一-鿿]*乡镇)([一-鿿]{2,12}?(?:镇|乡|街道))"
_REPORTING = re.compile(
    rf"(?:单位|乡镇|镇街|街道)(?:名称)?(?:\([^()]*\))?[::]\s*{_TOWN_NAME}(?:人民政府|政府|民政办|办事处)?(?=[\s(]|$)"
    rf"|(?:^|\s){_TOWN_NAME}(?=20\d\d年)"
)
_MONTH = re.compile(r"(20\d\d)年度?(\d{1,2})月(?!\d{1,2}日)")
_ANY_MONTH = re.compile(r"(\d{1,2})月(?!\d{1,2}日)")
_YEAR = re.compile(r"(20\d\d)年")
#: 数据截止时间:2026年10月31日
_AS_OF = re.compile(
    r"(?:截[止至](?:时间|日期)?|(?:查询|数据|余额|统计)?(?:时点|基准日)):?"
    r"(20\d\d年\d{1,2}月\d{1,2}日|20\d\d[-./]\d{1,2}[-./]\d{1,2})"
)
#: 查询单位:邮政储蓄银行
_ANSWERED_BY = re.compile(
    r"(?:查询|反馈|协查|协助查询|回复|报送)(?:单位|机构|银行)\s*:?\s*([一-鿿()]{2,24}?(?:银行|信用社|联社|证券)(?:[一-鿿]{1,12}(?:支行|分行|营业部))?)(?![一-鿿])"
)
#: Lists of which one value is what a whole table is about. Of others a title may name one value for all (企业登记信息).
_TITLED = ("programme", "marriage_event", "insurance_type", "support_mode")
_OF_A_BENEFIT = re.compile("低保|保障|特困|供养|五保")
_INSTITUTION = re.compile(r"[一-鿿]{2,20}(?:银行|信用社|联社|农商行|证券|支行|分行|敬老院|福利院|养老院)")
OF_PERSONS = re.compile(r"(?:人员|对象|登记|家庭|户|类|情况|信息)+$")
#: A month or a day without its year.
_BARE = {
    "year_month": re.compile(r"^(?:0?[1-9]|1[0-2])月份?$"),
    "date": re.compile(r"^(?:0?[1-9]|1[0-2])月(?:0?[1-9]|[12]\d|3[01])[日号]$"),
}


def place_in_name(sheet: str | None) -> tuple[str, str] | None:
    """The column (town or village) that a sheet's name stands for, with the value; None when it is no place."""
    name = _AROUND_NAME.sub("", fold(sheet or ""))
    kind = "town" if TOWN.match(name) else "village" if VILLAGE.match(name) else None
    return (kind, name) if kind else None


def town_in_title(title: str) -> str | None:
    """The one town that the lines above a table are about; None when they name none, or several."""
    found = {first or second for first, second in _REPORTING.findall(unicodedata.normalize("NFKC", title))}
    return found.pop() if len(found) == 1 else None


def from_title(column: Column, title: str) -> str | None:
    """The value that a title gives for a whole column: its one month, its one day, or its one word of a list."""
    folded = fold(title)
    if column.type == "year_month":
        months = {f"{year}年{int(month)}月" for year, month in _MONTH.findall(folded)}
        is_one = len(months) == 1 and len(set(_ANY_MONTH.findall(folded))) == 1
        return months.pop() if is_one else None
    if column.name == "as_of":
        days = set(_AS_OF.findall(folded))
        return days.pop() if len(days) == 1 else None
    if column.name == "institution":
        banks = set(_ANSWERED_BY.findall(unicodedata.normalize("NFKC", title)))
        return banks.pop() if len(banks) == 1 else None
    if column.codes not in (*_TITLED, "area_type"):
        return None
    known = {spelling: value for spelling, value in code_lists()[column.codes].items() if len(spelling) > 1}
    if column.codes == "area_type":  # 农村 alone stands in the names of banks and offices
        known = {spelling: value for spelling, value in known.items() if _OF_A_BENEFIT.search(spelling)}
    found = {spelling: value for spelling, value in known.items() if spelling in folded}
    whole = [spelling for spelling in found if not any(spelling != other and spelling in other for other in found)]
    one = len({found[spelling] for spelling in whole}) == 1
    return max(whole, key=lambda spelling: (len(spelling), spelling)) if one else None


def from_sheet_name(column: Column, sheet: str | None) -> str | None:
    """The value that a sheet is named after: 离婚, 停保人员, 徽商银行."""
    name = _AROUND_NAME.sub("", fold(sheet or ""))
    if column.name == "institution":
        return name if _INSTITUTION.fullmatch(name) else None
    if column.codes is None or column.codes in ("sex", "yes_no"):
        return None
    bare = OF_PERSONS.sub("", name)
    return next((text for text in (name, bare) if len(text) > 1 and text in code_lists()[column.codes]), None)


def missing_from_title(feed: Feed, found: set[str], title: str, sheet: str | None) -> dict[str, str]:
    """Values for columns that a sheet lacks and its name or its title gives; months only where one is required."""
    missing = [column for column in feed.columns if column.name not in found]
    asked = [column for column in missing if column.required or column.type != "year_month"]
    return {
        column.name: value for column in asked if (value := from_sheet_name(column, sheet) or from_title(column, title))
    }


def told(column: Column, value: str, sheet: str | None, source: str) -> Message:
    what = f"没有“{column.header}”列，已按{source}填入“{value}”"
    return Message("VALUE_FROM_TITLE", place(sheet), what, f"请核对{source}；今后请逐行填写“{column.header}”")


def with_year(column: Column, texts: list[str | None], title: str) -> list[str | None] | None:
    """Bare months (9月) and days (9月5日) with the one year that the title names; None when nothing is to be completed.
    A birthday is of no such year."""
    years = set(_YEAR.findall(fold(title)))
    known = [unicodedata.normalize("NFKC", text).strip() for text in texts if text and text.strip()]
    is_bare = column.type in _BARE and bool(known) and all(_BARE[column.type].match(text) for text in known)
    if len(years) != 1 or not is_bare or column.name == "birth_date":
        return None
    year = years.pop()
    return [f"{year}年{text.strip()}" if text and text.strip() else text for text in texts]
