"""What the engine makes of the mention table before it compares anything."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from pipelines.matching import MatchingInputError
from pipelines.matching.places import learn_village_aliases, read_addresses
from pipelines.matching.prepare import prepare


def test_a_missing_column_is_named(mentions_of: Callable[..., pl.DataFrame]) -> None:
    with pytest.raises(MatchingInputError, match=r"缺少必需的列 name；位置：.*；处理："):
        prepare(mentions_of({"a": {"name": "王伟"}}).drop("name"))


def test_an_optional_column_may_be_missing(mentions_of: Callable[..., pl.DataFrame]) -> None:
    assert prepare(mentions_of({"a": {"name": "王伟"}}).drop("phone", "vessel_number"))["phone"].null_count() == 1


def test_columns_that_nobody_will_read_are_left_out_and_the_others_are_the_same(
    mentions_of: Callable[..., pl.DataFrame],
) -> None:
    row = {"name": "王伟", "village": "塘口村", "id_number": "34059019680817235?", "phone": " "}
    mentions = mentions_of({"a": row, "b": {**row, "phone": ""}})
    whole = prepare(mentions)
    assert whole["phone"].to_list() == [" ", None]
    unread = ["name", "village", "text_link"]
    assert prepare(mentions, unread=unread).equals(whole.drop(unread))


def test_a_column_of_the_wrong_type_is_named(mentions_of: Callable[..., pl.DataFrame]) -> None:
    with pytest.raises(MatchingInputError, match="列 birth_date 的类型是 String，应为 Date"):
        prepare(mentions_of({"a": {"name": "王伟"}}).with_columns(birth_date=pl.lit("1962")))


def test_a_mention_that_comes_twice_is_refused(mentions_of: Callable[..., pl.DataFrame]) -> None:
    one = mentions_of({"a": {"name": "王伟"}})
    with pytest.raises(MatchingInputError, match="mention_id 有空值或重复"):
        prepare(pl.concat([one, one]))


def test_messages_name_no_person(mentions_of: Callable[..., pl.DataFrame]) -> None:
    one = mentions_of({"秘密行": {"name": "王秘密", "phone": "13900001111"}})
    with pytest.raises(MatchingInputError) as refused:
        prepare(pl.concat([one, one]))
    assert "秘密" not in str(refused.value)
    assert "1390000" not in str(refused.value)


@pytest.mark.parametrize(
    ("delivered", "text", "digits"),
    [
        ("34059019680817235?", "whole", "whole"),
        ("340590196808172340", "340590196808172340", None),
        ("34059019680817234", "34059019680817234", None),
        ("3.40590196808172E+17", None, "340590196808172"),
        ("3.4059E+17", None, "34059"),
        ("340590196808172000", None, "340590196808172"),
        (None, None, None),
    ],
)
def test_what_is_left_of_an_unusable_number(
    delivered: str | None, text: str | None, digits: str | None, mentions_of: Callable[..., pl.DataFrame]
) -> None:
    row = prepare(mentions_of({"a": {"name": "何永胜", "id_number": delivered}})).row(0, named=True)
    whole = row["id_number"]
    expected = [whole if value == "whole" else value for value in (text, digits)]
    assert [row["id_text"], row["id_digits"]] == expected


def test_every_row_keeps_what_is_left_of_its_own_number(mentions_of: Callable[..., pl.DataFrame]) -> None:
    delivered = ["34059019680817235?", None, "340590196808172340", "3.40590196808172E+17", "34059019680817639?", None]
    rows = {f"m{i}": {"name": f"王{i}", "id_number": text} for i, text in enumerate(delivered)}
    columns = ["id_number", "id_text", "id_digits"]
    together = prepare(mentions_of(rows)).select(columns)
    alone = [prepare(mentions_of({name: values})).select(columns) for name, values in rows.items()]
    assert together.equals(pl.concat(alone))


def test_a_rounded_number_that_passes_the_checksum_by_chance_is_seen_beside_the_whole_one(
    mentions_of: Callable[..., pl.DataFrame], number: Callable[[str], str]
) -> None:
    first15 = next(
        f"340590196808{day}1" for day in range(10, 29) for _ in [0] if number(f"340590196808{day}100?").endswith("000")
    )
    rows = {
        "a": {"name": "何永胜", "id_number": first15 + "00?"},
        "b": {"name": "何永胜", "id_number": first15 + "23?"},
    }
    alone = prepare(mentions_of({"a": rows["a"]}))
    beside = prepare(mentions_of(rows))
    assert alone["id_number"][0] == first15 + "000"
    assert beside["id_number"].to_list() == [None, number(first15 + "23?")]
    assert beside["id_digits"][0] == first15


@pytest.mark.parametrize(
    ("address", "village", "group", "house"),
    [
        ("安徽省安江市临江县柳河镇塘口村3组12号", "塘口村", "3", "12"),
        ("柳河镇塘口村委会十二组", "塘口村委会", "十二", None),
        ("塘口村第13村民小组", "塘口村", "13", None),
        ("城关镇东门社区文昌路69号5栋", "东门社区", None, "文昌路69"),
    ],
)
def test_addresses(address: str, village: str, group: str | None, house: str | None) -> None:
    row = read_addresses(pl.Series([address])).row(0, named=True)
    assert (row["address_village"], row["address_group"], row["house"]) == (village, group, house)


def test_a_renamed_village_is_learned_from_numbers_under_both_names(mentions_of: Callable[..., pl.DataFrame]) -> None:
    rows = {}
    for i in range(6):
        person = {"name": f"王{'一二三四五六'[i]}", "town": "柳河镇", "id_number": f"340590196808{10 + i}235?"}
        rows[f"a{i}"] = {**person, "village": "七堰村"}
        rows[f"b{i}"] = {**person, "village": "竹垅村"}
    for i in range(3):
        rows[f"c{i}"] = {
            "name": f"赵{'一二三'[i]}",
            "town": "柳河镇",
            "village": "竹垅村",
            "id_number": f"340590195808{10 + i}235?",
        }
    prepared = prepare(mentions_of(rows))
    assert set(prepared["village_key"]) == {"竹垅"}


def test_a_few_removals_make_no_alias() -> None:
    frame = pl.DataFrame(
        {
            "id_number": ["1", "1", "2", "2", "3", "4", "5"],
            "town_key": ["柳河"] * 7,
            "village_key": ["甲", "乙", "甲", "乙", "甲", "甲", "乙"],
            "address_village": [None] * 7,
        },
        schema_overrides={"address_village": pl.String},
    )
    assert learn_village_aliases(frame).is_empty()


def test_a_disability_certificate_gives_the_number_that_the_row_lacks(
    mentions_of: Callable[..., pl.DataFrame], number: Callable[[str], str]
) -> None:
    whole = number("34059019680817235?")
    row = prepare(mentions_of({"a": {"name": "何永胜", "certificate_number": whole + "43B1"}})).row(0, named=True)
    assert (row["id_number"], row["id_text"]) == (None, whole)


@pytest.mark.parametrize(
    ("relation", "is_head"),
    [("户主", True), ("01-本人", True), ("02 户主", True), ("01", True), ("02", True), ("10", False), ("配偶", False)],
)
def test_who_is_the_head_is_said_by_word_or_by_code(
    relation: str, is_head: bool, mentions_of: Callable[..., pl.DataFrame]
) -> None:
    mentions = mentions_of({"a": {"name": "王伟", "relation_to_head": relation, "role": "self"}})
    assert prepare(mentions)["is_head"].to_list() == [is_head]
