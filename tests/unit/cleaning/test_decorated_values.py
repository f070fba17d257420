"""Values with what a system or a clerk writes around them: codes, marks, sexes, times, batches, labels, periods."""

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
    read_months,
    read_names,
    read_phones,
    to_18,
)
from pipelines.contracts import code_lists

CARD = "6217788300192685"
NUMBER = to_18("340590620312001")


def one(reader: Callable[[pl.Series], pl.DataFrame], text: str) -> tuple[Any, ...]:
    return reader(pl.Series([text], dtype=pl.String)).row(0)


def code(codes: str, text: str) -> tuple[Any, ...]:
    return one(lambda values: read_codes(values, code_lists()[codes]), text)


@pytest.mark.parametrize(
    ("codes", "text", "value"),
    [
        ("fisher_type", "2|兼业渔民", "兼业"), ("area_type", "0101-农村低保", "农村"),
        ("area_type", "10_非农业户口", "城市"), ("area_type", "农村|1", "农村"),
        ("area_type", "农村低保-02", "农村"), ("benefit_status", "A01:停发", "停保"),
        ("benefit_status", "停保（死亡）|3", "停保"), ("benefit_status", "01——正常", "在保"),
        ("programme", "0101-农村低保", "dibao"), ("insurance_type", "110—城乡居民养老", "城乡居民养老"),
        ("division_level", "004、村", "村"),
    ],
)  # fmt: skip
def test_a_systems_code_beside_its_word_is_no_part_of_it(codes: str, text: str, value: str) -> None:
    assert code(codes, text) == (value, None)


def test_the_word_goes_before_what_its_code_means_in_the_house_table() -> None:
    assert code_lists()["sex"]["2"] == "女"
    assert code("sex", "2|男") == code("sex", "男|2") == ("男", None)


@pytest.mark.parametrize(
    ("codes", "text"),
    [
        ("benefit_status", "1-在保（死亡）"), ("benefit_status", "1-在保/2-停保"), ("benefit_class", "1类|2类"),
        ("disability_level", "1级-2级"), ("sex", "1|2"), ("fisher_type", "2|其他人员"),
    ],
)  # fmt: skip
def test_codes_with_two_words_or_with_none_of_the_list_stay_unknown(codes: str, text: str) -> None:
    assert code(codes, text) == (None, "unknown_code")


@pytest.mark.parametrize("text", ["**三", "*三", "＊三", "李*", "李**", "李＊＊", "李*明"])
def test_a_name_of_which_only_a_part_is_shown_is_unreadable(text: str) -> None:
    assert one(read_names, text) == (None, "unreadable")


@pytest.mark.parametrize("text", ["张三*", "张三**"])
def test_an_offices_star_behind_a_whole_name_is_no_mask(text: str) -> None:
    assert one(read_names, text) == ("张三", None)


@pytest.mark.parametrize(
    ("text", "name"),
    [("张三 女", "张三"), ("张三　男", "张三"), ("欧阳娜娜 女", "欧阳娜娜"), ("张三女", "张三女"), ("张 男", "张男")],
)
def test_a_sex_behind_a_blank_is_no_part_of_a_whole_name(text: str, name: str) -> None:
    assert one(read_names, text) == (name, None)


@pytest.mark.parametrize("time", ["12时30分45秒", " 08时05分09秒", "12时30分", "12时"])
def test_a_time_of_day_behind_a_date_is_left_out(time: str) -> None:
    assert one(read_dates, f"2026年10月31日{time}") == (date(2026, 10, 31), None)


@pytest.mark.parametrize(
    "text", ["2024年2月（第1批）", "2024年2月(第一批次)", "2024年2月第2批", "202402（第3批）", "2024-02(第4批)"]
)
def test_a_batch_behind_a_month_is_left_out(text: str) -> None:
    assert one(read_months, text) == ("2024-02", None)


@pytest.mark.parametrize("text", ["（第1批）", "2024年（第1批）"])
def test_a_batch_makes_no_month_of_what_is_none(text: str) -> None:
    assert one(read_months, text)[0] is None


@pytest.mark.parametrize(
    "label", ["社保卡:", "社保卡号：", "惠农卡：", "惠民卡号:", "惠民账号：", "银行卡号：", "账号："]
)
def test_a_label_before_an_account_is_left_out(label: str) -> None:
    assert one(read_accounts, label + CARD) == (CARD, None)


@pytest.mark.parametrize("label", ["居民身份证/", "居民身份证|", "身份证-", "身份证号码：", "居民身份证 "])
def test_the_kind_of_document_before_a_number_is_left_out(label: str) -> None:
    assert one(read_id_numbers, label + NUMBER) == (NUMBER, "valid")


@pytest.mark.parametrize("label", ["居民身份证/", "户口簿/"])
def test_no_label_makes_a_number_of_what_is_none(label: str) -> None:
    wrong = NUMBER[:-1] if label.startswith("居民") else NUMBER
    assert one(read_id_numbers, label + wrong) == (None, "bad_length")


@pytest.mark.parametrize("unit", ["元/人·月", "元/人.月", "元·月", "元/人/月", "元/月", "元/人·次"])
def test_the_period_of_an_amount_is_left_out(unit: str) -> None:
    assert one(read_amounts, f"520{unit}") == (Decimal(520), None)


@pytest.mark.parametrize("text", ["欧阳*娜", "张*三丰", "欧阳*", "阿不都·*"])
def test_a_name_of_which_a_part_is_hidden_is_not_read(text: str) -> None:
    assert one(read_names, text) == (None, "unreadable")


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2024年2月份（第1批）", "2024-02"),
        ("2024年2月(第五批)", "2024-02"),
        ("2022 9", "2022-09"),
        ("2024-03 至 长期", "2024-03"),
    ],
)
def test_a_month_with_what_is_written_around_it(text: str, month: str) -> None:
    assert one(read_months, text) == (month, None)


@pytest.mark.parametrize("text", ["20229", "2022９"])
def test_a_month_without_its_point_is_no_day_of_1955(text: str) -> None:
    assert one(read_months, text) == (None, "unreadable")


@pytest.mark.parametrize(
    ("text", "day"),
    [("26 3 17", date(2026, 3, 17)), ("1962 6 1", date(1962, 6, 1)), ("2026年3月15日上午9时", date(2026, 3, 15))],
)
def test_a_day_with_blanks_between_its_parts(text: str, day: date) -> None:
    assert one(read_dates, text) == (day, None)


@pytest.mark.parametrize("text", ["520元/户·月", "520元/人•月", "520元/月·人", "520元"])
def test_an_amount_a_month_or_a_household(text: str) -> None:
    assert one(read_amounts, text) == (Decimal("520.00"), None)


def test_letters_that_look_like_digits_are_read_where_the_check_digit_holds() -> None:
    number = "340590196203120019"
    for text in (number.replace("0", "O"), number.replace("1", "l"), number.replace("1", "I", 1)):
        assert one(read_id_numbers, text) == (number, "valid")
    assert one(read_id_numbers, "34O590196203120018") == (None, "bad_checksum")


def test_wide_digits_in_a_phone_become_narrow() -> None:
    assert one(read_phones, "138１２３４5678") == ("13812345678", None)


@pytest.mark.parametrize(
    ("codes", "text", "value"),
    [
        ("business_role", "法定代表人,执行董事兼总经理", "法定代表人"), ("business_role", "股东兼监事", "股东"),
        ("business_role", "监事", None), ("disability_grade", "轻度失能（2级）", "轻度"),
        ("area_type", "居民户口", None),
        ("vehicle_status", "G,Q", "正常"), ("property_use", "水田", "其他"),
    ],
)  # fmt: skip
def test_of_several_words_the_one_that_says_something(codes: str, text: str, value: str | None) -> None:
    assert code(codes, text)[0] == value


@pytest.mark.parametrize("text", ["117人", "3户"])
def test_a_number_of_persons_is_no_name(text: str) -> None:
    assert one(read_names, text) == (None, "unreadable")
