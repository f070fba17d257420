from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.cleaning import (
    mask,
    name_key,
    other_name,
    place_key,
    read_accounts,
    read_certificates,
    read_codes,
    read_groups,
    read_identifiers,
    read_names,
    read_phones,
    read_places,
    read_texts,
    to_18,
)
from pipelines.cleaning.characters import TABLE
from pipelines.cleaning.characters.derive import derive
from pipelines.cleaning.names import OTHER_CODES, VARIANTS
from pipelines.cleaning.texts import _read_text as read_one_text
from pipelines.contracts import code_lists

READERS = [
    read_accounts,
    read_certificates,
    read_groups,
    read_identifiers,
    read_names,
    read_phones,
    read_places,
    read_texts,
]
CARD = "6217000000000000018"


def one(reader, text: str | None) -> tuple:
    return reader(pl.Series([text], dtype=pl.String)).row(0)


@given(st.text(max_size=30), st.sampled_from(READERS))
def test_no_text_raises_and_reading_twice_changes_nothing(text: str, reader) -> None:
    value, problem = one(reader, text)
    assert value is None or problem is None
    if value is not None:
        assert one(reader, value)[0] in (value, None)


@given(st.text("东桥村委会无锟烫屯0123456789号 ", max_size=10))
def test_a_plain_address_is_read_as_the_careful_reader_would(text: str) -> None:
    assert one(read_texts, text) == read_one_text(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("张三", "张三"),
        ("张 三", "张三"),
        ("张　三", "张三"),
        ("\u200b张三\ufeff", "张三"),
        ("张三（张小三）", "张三"),
        ("张三(曾用名:张四)", "张三"),
        ("张三 户主", "张三"),
        ("户主：张三", "张三"),
        ("张三（户主）", "张三"),
        ("张三2", "张三"),
        ("买买提•艾力", "买买提·艾力"),
        ("买买提・艾力", "买买提·艾力"),
        ("阿不都 · 热西提", "阿不都·热西提"),
        ("ＡＢＣ", "ABC"),
        ("𬱖三", "𬱖三"),
        ("张㐆", "张㐆"),
        ("欧阳娜娜", "欧阳娜娜"),
        ("张\ue001", "张\ue001"),
    ],
)
def test_name(text: str, name: str) -> None:
    assert one(read_names, text) == (name, None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("锟斤拷", "mojibake"),
        ("???", "mojibake"),
        ("�三", "mojibake"),
        ("张三等3人", "several_persons"),
        ("张三、李四", "several_persons"),
        ("同上", "placeholder"),
        ("不详", "placeholder"),
        ("/", "placeholder"),
        ("123456", "unreadable"),
        ("", None),
        (None, None),
        ("名" * 600, "too_long"),
    ],
)
def test_name_that_cannot_be_used(text: str | None, problem: str | None) -> None:
    assert one(read_names, text) == (None, problem)


@pytest.mark.parametrize(
    ("one_form", "other"),
    [
        ("張鍾", "张钟"),
        ("龑", "䶮"),
        ("买买提•艾力", "买买提艾力"),
        ("abc", "ＡＢＣ"),
        ("王峯", "王峰"),
        ("李羣", "李群"),
        ("陈昇", "陈升"),
        ("赵栁", "赵柳"),
        ("孙彊", "孙强"),
        ("钱珎", "钱珍"),
        ("吳髙", "吴高"),
        ("王\ue863", "王䶮"),
        ("李\ue81e", "李龴"),
        ("张\uf979", "张凉"),
        ("⼩明", "小明"),
    ],
)
def test_spellings_of_one_name_have_one_key(one_form: str, other: str) -> None:
    assert name_key(one_form) == name_key(other)


@pytest.mark.parametrize("pair", ["喆哲", "堃坤", "淼水", "仝同", "婕洁", "玥月", "付傅", "肖萧", "闫阎"])
def test_characters_of_names_that_are_not_the_same_keep_their_own_key(pair: str) -> None:
    assert name_key("王" + pair[0]) != name_key("王" + pair[1])


def test_a_private_glyph_is_shown_as_the_character_that_it_is() -> None:
    assert one(read_names, "刘\ue863") == ("刘䶮", None)


def test_folding_twice_is_folding_once() -> None:
    for code in (*VARIANTS, *OTHER_CODES):
        assert name_key(name_key(chr(code))) == name_key(chr(code))


def test_the_table_of_variants_names_its_source_and_its_licence() -> None:
    assert "Copyright © 1991-2022 Unicode, Inc." in TABLE.read_text(encoding="utf-8")[:400]
    assert "PERMISSION NOTICE" in (TABLE.parent / "UNICODE-LICENSE.txt").read_text(encoding="utf-8")


def test_a_standard_character_is_nobodys_variant_and_one_that_may_be_two_is_left_alone(tmp_path: Path) -> None:
    tables = {
        "Variants": "U+6801\tkSemanticVariant\tU+67F3<kMatthews\nU+5586\tkSemanticVariant\tU+54F2\n"
        "U+3430\tkZVariant\tU+67F3 U+54F2\n",
        "IRGSources": "# Date: 2022-08-01 16:36:07 GMT\n",
        "OtherMappings": "".join(f"U+{ord(c):04X}\tkTGH\t2013:1\n" for c in "柳喆哲"),
    }
    for name, text in tables.items():
        (tmp_path / f"Unihan_{name}.txt").write_text(text, encoding="utf-8")
    assert [line for line in derive(tmp_path).splitlines() if not line.startswith("#")] == ["栁柳"]


@pytest.mark.parametrize(
    ("text", "alias"),
    [
        ("张三（小名：狗蛋）", "狗蛋"),
        ("张三(张小三)", "张小三"),
        ("张三（李四）", "李四"),
        ("张三【曾用名李四】", "李四"),
        ("张三又名李四", "李四"),
        ("张三，曾用名：李四", "李四"),
        ("张三 别名李四", "李四"),
        ("王氏（桂花）", "王桂花"),
        ("张王氏（桂花）", "王桂花"),
        ("王氏（王桂花）", "王桂花"),
        ("阿依古丽（阿依古丽•买买提）", "阿依古丽·买买提"),
        ("张三（户主）", None),
        ("张三（已故）", None),
        ("张三(代领人)", None),
        ("张三（13900001111）", None),
        ("张三（小）", None),
        ("张三、李四", None),
        ("张三", None),
        ("", None),
    ],
)
def test_other_name_beside_a_name(text: str, alias: str | None) -> None:
    assert other_name(text) == alias


@pytest.mark.parametrize(
    ("text", "name"),
    [("张三又名李四", "张三"), ("张三，曾用名：李四", "张三"), ("王又名", "王又名"), ("王氏（桂花）", "王氏")],
)
def test_the_name_stands_without_the_other_one(text: str, name: str) -> None:
    assert one(read_names, text) == (name, None)


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("3", "3组"),
        ("三组", "3组"),
        ("第3村民组", "3组"),
        ("3.0", "3组"),
        ("十二组", "12组"),
        ("东组", "东组"),
        ("无", None),
    ],
)
def test_group(text: str, group: str | None) -> None:
    assert one(read_groups, text)[0] == group


def test_kind_of_a_village_stays_in_the_value_and_not_in_the_key() -> None:
    assert one(read_places, " 东风 村委会") == ("东风村委会", None)
    assert {
        place_key(village) for village in ("东风村", "东风村委会", "东风社区", "东风社区居委会", "东风村村民委员会")
    } == {"东风"}
    assert place_key("村居") == "村居"


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("13812345678", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        ("13812345678.0", "13812345678"),
        ("0555-7654321", "05557654321"),
        ("13812345678/13912345678", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("1.38E+10", None),
        ("无", None),
        ("11111111111", None),
        ("12", None),
    ],
)
def test_phone(text: str, phone: str | None) -> None:
    assert one(read_phones, text)[0] == phone


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (CARD, (CARD, None)),
        ("6217 0000 0000 0000 018", (CARD, None)),
        ("6.217E+18", (None, "precision_lost")),
        ("00000000000", (None, "placeholder")),
        ("6217****0018", (None, "unreadable")),
        ("123", (None, "placeholder")),
        ("62170", (None, "bad_length")),
        ("", (None, None)),
    ],
)
def test_account(text: str, answer: tuple) -> None:
    assert one(read_accounts, text) == answer


def test_certificate_holds_the_number_and_the_grade() -> None:
    number = to_18("340590650708002")
    assert one(read_certificates, f"{number} 43b1") == (f"{number}43B1", None)
    assert one(read_certificates, number) == (None, "bad_length")


@pytest.mark.parametrize(
    ("text", "programme"),
    [
        ("低保", "dibao"),
        (" 农村 低保金 ", "dibao"),
        ("2026年10月低保金", "dibao"),
        ("8０周岁以上高龄津贴", "elderly_allowance"),
        ("新式补贴", None),
    ],
)
def test_programme(text: str, programme: str | None) -> None:
    value, problem = read_codes(pl.Series([text]), code_lists()["programme"]).row(0)
    assert value == programme
    assert problem == (None if programme else "unknown_code")


@pytest.mark.parametrize("name", code_lists())
def test_every_spelling_of_every_list_is_read(name: str) -> None:
    spellings = code_lists()[name]
    assert read_codes(pl.Series(list(spellings)), spellings)["value"].to_list() == list(spellings.values())


def test_mask_leaves_too_little_to_guess_from() -> None:
    assert mask(CARD) == "621" + "*" * 14 + "18"
    assert mask("1234567") == "*******"
    assert mask("无") == "无"
    assert mask(None) is None


@pytest.mark.parametrize("text", ["1、张三", "12.张三", "(3)张三", "3 张三"])
def test_a_number_before_a_name_is_no_part_of_it(text: str) -> None:
    assert one(read_names, text) == ("张三", None)


@pytest.mark.parametrize(
    "town",
    [
        "双堰", "双堰乡", "双堰乡人民政府", "双堰乡政府", "双堰乡民政办", "临江县双堰乡", "甲省乙丙市临江县双堰乡",
        "01双堰乡", "双堰乡（本级）",
    ],
)  # fmt: skip
def test_a_town_is_the_same_with_what_lies_above_it_and_with_its_offices(town: str) -> None:
    assert place_key(town) == "双堰"


def test_places_whose_names_look_like_more_keep_apart() -> None:
    assert place_key("洪村") == place_key("洪村委会") == place_key("洪村村民委员会") == "洪村"
    assert place_key("江宁区街道") != place_key("江宁街道")
    assert place_key("开发区") == "开发区"
    assert place_key("城镇") == "城镇"


@pytest.mark.parametrize("text", ["卡号：6217788300192685", "6217788300192685（农商行）", "账号:6217 7883 0019 2685"])
def test_what_a_clerk_wrote_beside_an_account_is_no_part_of_it(text: str) -> None:
    assert one(read_accounts, text) == ("6217788300192685", None)
