"""What is expected of every feed alike, drawn from its contract: ID numbers, accounts, dates, towns, names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from expectations import checks as check
from expectations import facts
from expectations.checks import Check, Suite
from pipelines.contracts import Column, Feed, get_feed

#: Status of an ID number -> (what it is called, the share of rows up to which it is usual).
ID_NUMBER_FAULTS = {
    "missing": ("未填写", 0.05),
    "bad_checksum": ("校验位不符", 0.03),
    "precision_lost": ("被Excel改成数值而丢失末位", 0.01),
    "placeholder": ("用占位数字填充", 0.02),
    "bad_length": ("位数不对", 0.02),
    "impossible_birth_date": ("出生日期不可能", 0.01),
    "other_document": ("不是居民身份证(港澳台、外国人等证件)", 0.03),
}
ACCOUNT_FAULTS = {
    "missing": ("未填写", 0.05),
    "precision_lost": ("被Excel改成数值而丢失末位", 0.01),
    "placeholder": ("用占位数字填充", 0.02),
    "bad_length": ("位数不对", 0.02),
    "unreadable": ("含有数字以外的内容", 0.02),
}
#: Resident identity cards of 15 digits have not been issued since 1999 and not been valid since 2013.
OLD_FORM_SHARE = 0.05
USABLE_SHARE, HOLD_SHARE = 0.9, 0.5
#: Of the rows of each town so many should have a value.
TOWN_SHARE = 0.9
#: Of a town's assisted persons at least this share of the county's rate should appear in a register.
COVERAGE_RATIO = 0.3


def common_facts(feed: Feed) -> dict[str, str]:
    """The facts that can be told of any row of the feed."""
    found: dict[str, str] = {}
    for column in feed.columns_of_type("id_number"):
        found[f"{column.name}_form"] = facts.id_number_form(column.name)
    if "account_number" in feed.by_name:
        found |= {"account_number_state": facts.account_state(), "card_checks": facts.card_checks()}
    if {"id_number", "birth_date"} <= set(feed.by_name):
        found["born_as_numbered"] = facts.born_as_numbered()
    if {"id_number", "sex"} <= set(feed.by_name):
        found["sexed_as_numbered"] = facts.sexed_as_numbered()
    if {"id_number", "name"} <= set(feed.by_name):
        found["named_as_elsewhere"] = facts.named_as_elsewhere()
    return found


def common_checks(suite: Suite, as_of: date) -> list[Check]:
    """What is expected of the feed as of any other."""
    feed = get_feed(suite.feed)
    known = common_facts(feed)
    found = [check.is_unique("row_id", "每一行只出现一次", "block")]
    for column in feed.columns_of_type("id_number"):
        found += _id_number(column)
    if "account_number" in feed.by_name:
        found += _account(feed.by_name["account_number"])
    if "born_as_numbered" in known:
        found.append(check.holds("born_as_numbered", "出生日期与身份证号中的出生日期一致", 0.95))
    if "sexed_as_numbered" in known:
        found.append(check.holds("sexed_as_numbered", "性别与身份证号第17位一致", 0.97))
    if "named_as_elsewhere" in known:
        title = "同一身份证号在其他来源中也是这个姓名"
        found.append(check.holds("named_as_elsewhere", title, 0.9, "agreement"))
    if "birth_date" in feed.by_name:
        title = "出生日期在1900年以后、业务日期以前"
        found.append(check.lies_between("birth_date", date(1900, 1, 2), as_of, title, 0.99))
    towns = [_filled_in_every_town(feed, column) for column in suite.by_town]
    return [*found, *towns, *_covered(feed), *_current(feed)]


def _id_number(column: Column) -> list[Check]:
    name, header, state = column.name, column.header, f"{column.name}_status"
    found = []
    if column.required:
        found = [
            _profile(name, "usable", f"“{header}”至少{USABLE_SHARE:.0%}可用", name, USABLE_SHARE),
            _profile(
                name, "mostly_usable", f"“{header}”至少{HOLD_SHARE:.0%}可用(更低多因列错位或整列存成数值)", name,
                HOLD_SHARE, "hold",
            ),
        ]  # fmt: skip
    for status, (what, share) in ID_NUMBER_FAULTS.items():
        if status == "missing" and not column.required:
            continue
        found.append(_without(name, status, f"“{header}”{what}", state, share))
    return [*found, _without(name, "old_form", f"“{header}”仍写成15位旧号", f"{name}_form", OLD_FORM_SHARE, "15")]


def _account(column: Column) -> list[Check]:
    name, header, state = column.name, column.header, f"{column.name}_state"
    found = [
        _without(name, status, f"“{header}”{what}", state, share) for status, (what, share) in ACCOUNT_FAULTS.items()
    ]
    card = check.holds("card_checks", "银行卡号的校验位正确(存折账号不在此列)", 0.9, "identity")
    return [*found, replace(card, speaks_of_rows=False)]  # some banks number their cards without one


def _profile(column: str, name: str, title: str, judged: str, share: float, severity: check.Severity = "warn") -> Check:
    arguments, expectation = {"column": judged, "mostly": share}, "ExpectColumnValuesToNotBeNull"
    # Each row is told of by the fault that it has.
    return Check(f"{column}_{name}", title, "identity", expectation, arguments, severity, speaks_of_rows=False)


def _without(column: str, fault: str, what: str, judged: str, share: float, value: str | None = None) -> Check:
    """At most a share of the rows have the fault; `what` says it of one row."""
    arguments = {"column": judged, "value_set": [value or fault], "mostly": round(1 - share, 4)}
    title, expectation = f"{what}的不超过{share:.0%}", "ExpectColumnValuesToNotBeInSet"
    return Check(f"{column}_{fault}", title, "identity", expectation, arguments, doubt=what)


def _filled_in_every_town(feed: Feed, column: str) -> Check:
    title = f"每个乡镇的“{feed.by_name[column].header}”都至少有{TOWN_SHARE:.0%}填写且可用"
    arguments = {"column": f"{column}_share", "min_value": TOWN_SHARE, "max_value": 1}
    name, expectation = f"{column}_in_every_town", "ExpectColumnValuesToBeBetween"
    return Check(name, title, "completeness", expectation, arguments, grain="town")


def _covered(feed: Feed) -> list[Check]:
    """A register of the whole county knows the assisted persons of each town about as often as those of the others."""
    if not feed.economic:
        return []
    title = f"每个乡镇的救助对象在本登记中出现的比例不低于全县的{COVERAGE_RATIO:.0%}(否则可能漏报一个乡镇)"
    arguments = {"column": "coverage", "min_value": COVERAGE_RATIO, "max_value": None}
    expectation = "ExpectColumnValuesToBeBetween"
    return [Check("covers_every_town", title, "completeness", expectation, arguments, grain="town")]


def _current(feed: Feed) -> list[Check]:
    """The newest delivery is in use, and young enough to be evidence."""
    old = {"column": "age_ratio", "min_value": 0, "max_value": 1}
    newest = {"column": "is_newest", "value_set": [True]}
    title = f"在用的报送在时效之内({feed.freshness_days}天)"
    between, one_of = "ExpectColumnValuesToBeBetween", "ExpectColumnValuesToBeInSet"
    return [
        Check("is_fresh", title, "freshness", between, old, grain="feed"),
        Check("is_newest", "用的是最新一次报送", "freshness", one_of, newest, grain="feed"),
    ]
