"""Where a record says the person lives: town, village, group and house, from the columns or out of the address."""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from pipelines.cleaning import place_key
from pipelines.cleaning.numerals import whole_number
from pipelines.matching.arrays import distinct_sorted, pack, unpack
from pipelines.matching.codes import code_rows, code_values, each_distinct

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
    """address_town, address_village, address_group, house of each of the addresses."""
    whole = _HIGHER + _TOWN + _VILLAGE
    text = pl.col("address").str.replace_all(r"\s", "")
    return pl.DataFrame({"address": addresses}).select(
        address_town=text.str.extract(whole, 1),
        address_village=text.str.extract(whole, 2),
        address_group=text.str.extract(_GROUP, 1),
        house=text.str.extract(_HOUSE, 1),
    )


def read_residence(mentions: pl.DataFrame) -> pl.DataFrame:
    """town_key, village_key, address_village, group_key, house: from the columns, else the address."""
    codes, addresses = code_values(mentions["address"])
    read = read_addresses(addresses)
    read = read.select(
        town_key=each_distinct(read["address_town"], place_key),
        village_key=each_distinct(read["address_village"], place_key),
        group_key=each_distinct(read["address_group"], group_key),
        house="house",
    )
    in_address = {column: read[column].gather(codes) for column in read.columns}
    folds = {"town": place_key, "village": place_key, "group_no": group_key}
    keys = {column: each_distinct(mentions[column], fold) for column, fold in folds.items()}
    return mentions.select(
        town_key=pl.when(pl.col("town").is_null()).then(in_address["town_key"]).otherwise(keys["town"]),
        village_key=pl.when(pl.col("village").is_null()).then(in_address["village_key"]).otherwise(keys["village"]),
        address_village=in_address["village_key"],
        group_key=pl.when(pl.col("group_no").is_null()).then(in_address["group_key"]).otherwise(keys["group_no"]),
        house=in_address["house"],
    )


def _numbers_of_villages(mentions: pl.DataFrame) -> tuple[pl.DataFrame, np.ndarray, np.ndarray]:
    """(town_key, village_key of each village; number and village as codes, for every number that stands in a village).

    A missing town is one of its own. Sorted by number.
    """
    seen = mentions.filter(pl.col("id_number").is_not_null() & pl.col("village_key").is_not_null())
    own: list[pl.Expr] = [pl.col("id_number"), pl.col("town_key").fill_null("")]
    other = seen.filter(pl.col("address_village") != pl.col("village_key"))
    seen = pl.concat([seen.select(*own, "village_key"), other.select(*own, village_key="address_village")])
    village, villages = code_rows(seen.select("town_key", "village_key"))
    number, _ = code_values(seen["id_number"])
    return villages, *unpack(distinct_sorted(pack(number, village)))


def learn_village_aliases(mentions: pl.DataFrame) -> pl.DataFrame:
    """Villages renamed or merged, learned from ID numbers under two names of one town: village_key -> main_village.

    `mentions` has id_number (valid or null), town_key, village_key, address_village. Persons move, but not many of
    one village to the same other one; a name that a quarter of a village's numbers also bear is its other name.
    """
    villages, number, village = _numbers_of_villages(mentions)
    size = villages.with_columns(numbers=np.bincount(village, minlength=villages.height))
    again = np.zeros(number.size, dtype=bool)
    again[1:] = number[1:] == number[:-1]
    several = again.copy()
    several[:-1] |= again[1:]
    moved = villages[village[several]].with_columns(number=number[several])
    both = moved.join(moved, on=["number", "town_key"]).filter(pl.col("village_key") != pl.col("village_key_right"))
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
