"""Facts about one delivered row, as SQL expressions: true, false, or null where the row says nothing about it.

The row is called `item`; `elsewhere` and `dead` are what other feeds say of the same ID number (tables.py);
`$as_of` is the business date. Windows look at the rows of the same case or object. Nothing here is policy.
"""

from __future__ import annotations

from collections.abc import Sequence

#: Banks' cards have 16 to 19 digits and begin with 6 (ISO/IEC 7812, 银联); passbooks follow no such rule.
_IS_CARD = "regexp_full_match(item.account_number, '6[0-9]{15,18}')"

#: The Luhn sum of ISO/IEC 7812-1, from the last digit: every second one doubled, its digits added.
_LUHN_SUM = (
    "list_sum(list_transform(string_split(reverse(item.account_number), ''), lambda digit, place: case "
    "when place % 2 = 1 then cast(digit as integer) "
    "when cast(digit as integer) > 4 then 2 * cast(digit as integer) - 9 "
    "else 2 * cast(digit as integer) end))"
)


def id_number_form(column: str) -> str:
    """How an ID number is written: 18, 15, or null where nothing is."""
    digits = f"regexp_replace(item.{column}_delivered, '[^0-9Xx]', '', 'g')"
    return f"case when item.{column}_status = 'valid' then case length({digits}) when 15 then '15' else '18' end end"


def account_state(column: str = "account_number") -> str:
    """valid, missing, or why an account cannot be used."""
    problem = f"list_filter(item.problems, lambda problem: problem.column_name = '{column}')[1].code"
    return f"case when item.{column} is not null then 'valid' else coalesce({problem}, 'missing') end"


def card_checks() -> str:
    """The check digit of a bank card is right."""
    return f"case when {_IS_CARD} then {_LUHN_SUM} % 10 = 0 end"


def born_as_numbered(id_number: str = "id_number", birth_date: str = "birth_date") -> str:
    """The date of birth in the ID number is the one in the column."""
    return f"substr(item.{id_number}, 7, 8) = strftime(item.{birth_date}, '%Y%m%d')"


def sexed_as_numbered() -> str:
    """The 17th digit of the ID number, odd for men, agrees with the column."""
    return "(cast(substr(item.id_number, 17, 1) as integer) % 2 = 1) = (item.sex = '男')"


def named_as_elsewhere() -> str:
    """Other feeds know the ID number under the same name; null where no other feed knows it."""
    return "list_contains(elsewhere.names, item.name)"


def age_on(day: str) -> str:
    """Full years from the birth date in the ID number to a date, an SQL expression."""
    return f"date_sub('year', cast(try_strptime(substr(item.id_number, 7, 8), '%Y%m%d') as date), {day})"


def same_throughout(group: str, columns: Sequence[str]) -> str:
    """All rows with the same `group` have the same values in `columns`; null for a row that stands alone."""
    window = f"over (partition by item.{group})"
    same = " and ".join(
        f"(min(item.{column}) {window} is not distinct from max(item.{column}) {window})" for column in columns
    )
    return f"case when item.{group} is not null and count(*) {window} > 1 then {same} end"


def is_sum_of_parts(per_head: str, parts: Sequence[str], group: str = "case_number") -> str:
    """The household's figure per head times its rows is the sum of its parts, within one yuan a head."""
    window = f"over (partition by item.{group})"
    total = " + ".join(f"item.{part}" for part in parts)
    gap = f"abs(item.{per_head} * count(*) {window} - ({total}))"
    return f"case when item.{group} is not null then {gap} <= count(*) {window} end"


def has_one_head(group: str = "case_number") -> str:
    """The rows of a case name one and the same head, and one of the rows is the head's own."""
    window = f"over (partition by item.{group})"
    same = f"min(item.head_id_number) {window} = max(item.head_id_number) {window}"
    return (
        f"case when item.{group} is not null and item.head_id_number is not null "
        f"then {same} and bool_or(coalesce(item.id_number = item.head_id_number, false)) {window} end"
    )


def month_not_after(column: str, day: str = "$as_of") -> str:
    """A year-month lies not after the month of a date."""
    return f"item.{column} <= strftime({day}, '%Y-%m')"


def lived_then(month: str) -> str:
    """Nobody with this ID number was registered as dead before the year-month; null without an ID number."""
    return f"case when item.id_number is not null then coalesce({month} <= strftime(dead.died_on, '%Y-%m'), true) end"
