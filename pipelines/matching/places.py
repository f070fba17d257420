"""Where a record says the person lives: town, village, group and house, from the columns or out of the address."""

from __future__ import annotations

import re

import polars as pl

from pipelines.cleaning import place_key
from pipelines.cleaning.numerals import whole_number
from pipelines.matching.codes import each_distinct

_HIGHER = r"^(?:[^省]{1,6}省)?(?:[^市]{1,6}市)?(?:[^县]{1,5}县)?"
_TOWN = r"((?:[^镇乡村]{1,6}?)(?:镇|乡|街道))?"
_VILLAGE = r"([^路街巷组号]{1,8}?(?:村民委员会|社区居民委员会|居民委员会|村委会|社区居委会|居委会|社区|村村|村))"
_GROUP = r"第?([0-9]{1,3}|[一二三四五六七八九十]{1,3})(?:村民|居民)?小?组"
_GROUP_NUMBER = re.compile(r"([0-9]{1,3}|[一二三四五六七八九十]{1,3})")
_HOUSE = r"((?:[^0-9村区组会]{1,8}(?:路|街|巷|道|弄))?[0-9]{1,5})号"
#: A name is another name of a village when at least this many ID numbers, and this share of them, stand under both.
_ALIAS_NUMBERS, _ALIAS_SHARE = 4, 0.25


def group_key(text: str) -> str | None:
    """The number of a villagers' group (3组, 第三村民组, 03), or None."""
    found = _GROUP_NUMBER.search(text)
    if not found:
        return None
    number = int(found[1]) if found[1].isdecimal() else whole_number(found[1])
    return None if number is None else str(number)


def read_addresses(addresses: pl.Series) -> pl.DataFrame:
    """One row per distinct address: address, address_town, address_village, address_group, house."""
    frame = pl.DataFrame({"address": addresses.drop_nulls().unique().sort()})
    whole = _HIGHER + _TOWN + _VILLAGE
    text = pl.col("address").str.replace_all(r"\s", "")
    return frame.select(
        "address",
        address_town=text.str.extract(whole, 1),
        address_village=text.str.extract(whole, 2),
        address_group=text.str.extract(_GROUP, 1),
        house=text.str.extract(_HOUSE, 1),
    )


def add_residence(mentions: pl.DataFrame) -> pl.DataFrame:
    """Adds town_key, village_key, address_village, group_key, house: from the columns, else the address."""
    read = read_addresses(mentions["address"])
    joined = mentions.join(read, on="address", how="left", maintain_order="left")
    raw = joined.select(
        town=pl.coalesce("town", "address_town"),
        village=pl.coalesce("village", "address_village"),
        group_no=pl.coalesce("group_no", "address_group"),
        in_address="address_village",
    )
    return joined.drop("address_town", "address_group", "address_village").with_columns(
        town_key=each_distinct(raw["town"], place_key),
        village_key=each_distinct(raw["village"], place_key),
        address_village=each_distinct(raw["in_address"], place_key),
        group_key=each_distinct(raw["group_no"], group_key),
    )


def learn_village_aliases(mentions: pl.DataFrame) -> pl.DataFrame:
    """Villages renamed or merged, learned from ID numbers under two names of one town: village_key -> main_village.

    `mentions` has id_number (valid or null), town_key, village_key, address_village. Persons move, but not many of
    one village to the same other one; a name that a quarter of a village's numbers also bear is its other name.
    """
    seen = mentions.filter(pl.col("id_number").is_not_null() & pl.col("village_key").is_not_null())
    own: list[pl.Expr] = [pl.col("id_number"), pl.col("town_key").fill_null("")]
    seen = pl.concat(
        [
            seen.select(*own, "village_key"),
            seen.filter(pl.col("address_village").is_not_null()).select(*own, village_key="address_village"),
        ]
    ).unique()
    if seen.is_empty():
        return pl.DataFrame(schema={"town_key": pl.String, "village_key": pl.String, "main_village": pl.String})
    size = seen.group_by("town_key", "village_key").agg(numbers=pl.len())
    both = seen.join(seen, on=["id_number", "town_key"]).filter(pl.col("village_key") != pl.col("village_key_right"))
    pairs = both.group_by("town_key", "village_key", "village_key_right").agg(shared=pl.len())
    pairs = pairs.join(size, on=["town_key", "village_key"]).join(
        size, left_on=["town_key", "village_key_right"], right_on=["town_key", "village_key"], suffix="_right"
    )
    smaller = pl.col("numbers") < pl.col("numbers_right")
    alias = pairs.filter(
        (pl.col("shared") >= _ALIAS_NUMBERS)
        & (pl.col("shared") >= _ALIAS_SHARE * pl.col("numbers"))
        & (
            smaller
            | (pl.col("numbers") == pl.col("numbers_right")) & (pl.col("village_key") < pl.col("village_key_right"))
        )
    )
    best = alias.sort("shared", "village_key_right", descending=[True, False]).unique(
        ["town_key", "village_key"], keep="first"
    )
    return best.select("town_key", "village_key", main_village="village_key_right").sort("town_key", "village_key")
