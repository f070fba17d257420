"""Slips of the hand: what can mean one thing only is read, and what might mean two is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from pipelines.cleaning import (
    read_accounts,
    read_amounts,
    read_codes,
    read_dates,
    read_id_numbers,
    read_identifiers,
    read_months,
    read_names,
    read_places,
    to_18,
)
from pipelines.contracts import code_lists

NUMBER = to_18("340590620312001")


def one(reader: Callable[[pl.Series], pl.DataFrame], text: str) -> tuple[Any, ...]:
    return reader(pl.Series([text], dtype=pl.String)).row(0)


@pytest.mark.parametrize("text", ["在保。", "“在保”", "在保；", "《在保》", "'在保'", "在 保,"])
def test_stops_and_quotation_marks_are_no_part_of_a_word(text: str) -> None:
    assert one(lambda values: read_codes(values, code_lists()["benefit_status"]), text) == ("在保", None)


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("1056.-", "1056"), ("100—", "100"), ("3220=", "3220"), ("498.84.", "498.84"), ("￥2256.—", "2256"),
        ("778。11", "778.11"), ("2816·00", "2816"), ("1O56", "1056"), ("67+33", "100"), ("50*2", "100"),
        ("100（1人）", "100"), ("2860元（现金）", "2860"), ("295(含护理费)", "295"), ("实发1056", "1056"),
        ("月1056元", "1056"), ("1 0 5 6", "1056"), ("  1056  ", "1056"),
    ],
)  # fmt: skip
def test_an_amount_with_something_around_it(text: str, yuan: str) -> None:
    assert one(read_amounts, text) == (Decimal(yuan), None)


@pytest.mark.parametrize(
    "text",
    [
        "1056.00 9月", "500 200", "1056 2086", "823,72", "100（未发）", "100(停发)", "1200(年)", "300（2季度）",
        "5066多", "约100",
    ],
)  # fmt: skip
def test_an_amount_that_may_be_another_one_is_not_read(text: str) -> None:
    assert one(read_amounts, text) == (None, "unreadable")


def test_a_mobile_phone_is_no_amount() -> None:
    assert one(read_amounts, "15478783276") == (None, "out_of_range")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-09-03（星期三）", date(2024, 9, 3)), ("2O24-O9-03", date(2024, 9, 3)), ("l962-3-l2", date(1962, 3, 12)),
        ("2024.9.3，", date(2024, 9, 3)), ("2019-3-7-", date(2019, 3, 7)), ("2024年9月3日。", date(2024, 9, 3)),
        ("公历1962年3月12日", date(1962, 3, 12)), ("生于1962年3月12日", date(1962, 3, 12)),
        ("1962-3-12（属虎）", date(1962, 3, 12)), ("1962.3.12（户口簿）", date(1962, 3, 12)),
        ("1972\\9\\23", date(1972, 9, 23)), ("840612", date(1984, 6, 12)), ("Sep 30, 2026", date(2026, 9, 30)),
        ("30 September 2026", date(2026, 9, 30)),
    ],
)  # fmt: skip
def test_a_day_with_something_around_it(text: str, day: date) -> None:
    assert one(read_dates, text) == (day, None)


@pytest.mark.parametrize("text", ["1963年1月21日（阴）", "农1963.1.21", "1963年1月21日(农)"])
def test_a_lunar_day_is_known_by_its_mark(text: str) -> None:
    assert one(read_dates, text) == (None, "lunar_calendar")


@pytest.mark.parametrize(
    "text",
    [
        "26.9", "26/9", "26-09", "9/2026", "09-2026", "2O2609", "2026年9月1日-9月30日", "2026年9月1日至30日",
        "2026年9月-9月", "2026年9月度", "2026年9月（补发）", "202609月", "2026\\09", "Sep 2026", "2026年9月份",
    ],
)  # fmt: skip
def test_a_month_in_another_dress(text: str) -> None:
    assert one(read_months, text) == ("2026-09", None)


@pytest.mark.parametrize("text", ["2026.9、10", "2026年9、10月", "2026年9月和10月", "26.1", "12.5", "9月"])
def test_two_months_or_half_a_month_are_none(text: str) -> None:
    assert one(read_months, text)[0] is None


@pytest.mark.parametrize(
    "text",
    [
        "王小军王小军", "王小军-本人", "王小军 本人", "王小军代领", "王小军 张德全代", "王小军，由张德全代领",
        "“王小军”", "《王小军》", "王小军①", "王小军A", "王小军一号", "王小军-已故",
    ],
)  # fmt: skip
def test_a_name_with_something_behind_it(text: str) -> None:
    assert one(read_names, text) == ("王小军", None)


@pytest.mark.parametrize("text", ["张三张三", "李四代领"])
def test_a_short_name_is_looked_at_too(text: str) -> None:
    assert one(read_names, text) == (text[:2], None)


@pytest.mark.parametrize("text", ["配偶", "之母", "男", "女", "male", "作废", "分计", "以下空白", "法定代表人", "长子"])
def test_a_word_of_another_column_is_no_name(text: str) -> None:
    assert one(read_names, text) == (None, "placeholder")


@pytest.mark.parametrize(
    "text",
    [
        f"ID:{NUMBER}", f"SFZ：{NUMBER}", f"证号 {NUMBER}", f"{NUMBER}（本人）", f"{NUMBER}(二代证)", f"#{NUMBER}",
        f"{NUMBER}/", f"{NUMBER}（有效期至2040年）", f"{NUMBER[:6]}.{NUMBER[6:14]}.{NUMBER[14:]}",
        NUMBER.replace("0", "О"), NUMBER.replace("0", "〇"),
    ],
)  # fmt: skip
def test_an_id_number_with_something_around_it(text: str) -> None:
    assert one(read_id_numbers, text) == (NUMBER, "valid")


def test_the_greek_letter_is_an_x() -> None:
    number = next(found for n in range(1, 99) if (found := to_18(f"3405906203120{n:02}")).endswith("X"))
    assert one(read_id_numbers, number[:17] + "χ") == (number, "valid")


@pytest.mark.parametrize(
    "text", ["NO.3405901012000058", "3405901012000058号", "编号：3405901012000058", "3405901012000058。"]
)
def test_a_case_number_is_the_same_with_its_label(text: str) -> None:
    assert one(read_identifiers, text) == ("3405901012000058", None)


@pytest.mark.parametrize("text", ["皖临渔00003号", "皖(2020)临江县不动产权第0001234号"])
def test_a_number_with_words_of_its_own_keeps_them(text: str) -> None:
    assert one(read_identifiers, text)[0].endswith("号")


@pytest.mark.parametrize(
    "text", ["卡号6217788300192685", "一卡通6217788300192685", "农商行6217788300192685", "6217788300192685。"]
)
def test_an_account_with_a_word_before_it(text: str) -> None:
    assert one(read_accounts, text) == ("6217788300192685", None)


@pytest.mark.parametrize("text", ['"', "″", "〃", "”"])
def test_a_ditto_mark_is_no_place(text: str) -> None:
    assert one(read_places, text)[0] is None
