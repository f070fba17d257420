"""Weights: term frequencies, what relatives share anyway, registers that name a person once, competing owners."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from pipelines.matching import load_model
from pipelines.matching.clustering import known_share


def pair_of(linkage: Any, left: str, right: str) -> dict[str, Any]:
    found = linkage.scored_pairs.filter(
        pl.concat_list("mention_id_l", "mention_id_r").list.sort() == pl.lit(sorted([left, right]))
    )
    assert found.height == 1
    return found.row(0, named=True)


def crowd(name: str, count: int, **values: Any) -> dict[str, dict[str, Any]]:
    """So many owners of numbers with one name."""
    return {
        f"{name}{i}": {"name": name, "id_number": f"34059019{40 + i % 50}0{1 + i // 50}1{i % 9}235?", **values}
        for i in range(count)
    }


def strangers(count: int, **values: Any) -> dict[str, dict[str, Any]]:
    """So many owners of numbers whose names are all different."""
    return {
        f"s{i}": {"name": f"路人{chr(0x4E00 + i)}", "id_number": f"3405901970061{i % 9}{10 + i}5?", **values}
        for i in range(count)
    }


def test_a_rare_name_weighs_more_than_a_common_one(link: Callable[..., Any]) -> None:
    rows = crowd("王伟", 60) | {"o": {"name": "诸葛宇宙", "id_number": "34059019680817235?"}}
    rows |= {"x": {"name": "王伟"}, "y": {"name": "诸葛宇宙"}}
    linkage = link(rows)
    common, rare = pair_of(linkage, "x", "王伟0"), pair_of(linkage, "y", "o")
    assert rare["weight_name"] > common["weight_name"] + 2
    assert rare["match_weight"] == pytest.approx(
        sum(v for k, v in rare.items() if k.startswith("weight_") and v is not None)
    )


def test_a_name_common_in_the_village_weighs_less_there(link: Callable[..., Any]) -> None:
    home, other = {"town": "柳河镇", "village": "塘口村"}, {"town": "柳河镇", "village": "东桥村"}
    strangers = {
        f"s{i}": {"name": f"路人{chr(0x4E00 + i)}", "id_number": f"3405901970061{i % 9}{10 + i}5?", **other}
        for i in range(60)
    }
    rows = (
        strangers | crowd("李桂英", 8, **home) | {"o": {"name": "李桂英", "id_number": "34059019680817235?", **other}}
    )
    rows |= {"x": {"name": "李桂英", **home}, "y": {"name": "李桂英", **other}}
    linkage = link(rows)
    assert pair_of(linkage, "x", "李桂英0")["weight_name"] < pair_of(linkage, "y", "o")["weight_name"] - 0.5


def test_a_number_one_slip_away_weighs_little_more_than_the_birth_date_it_contains(
    link: Callable[..., Any], number: Callable[[str], str]
) -> None:
    whole = number("34059019680817235?")
    owner = {"name": "何永胜", "id_number": whole}
    slip = {"name": "何永胜", "id_number": whole[:15] + "9" + whole[16:], "feed": "payment"}
    without = pair_of(link({"a": owner, "b": slip}), "a", "b")
    beside = pair_of(link({"a": owner, "b": {**slip, "birth_date": "1968-08-17"}}), "a", "b")
    levels = load_model().levels["id_number"]["one_slip"]
    assert without["weight_id_number"] == pytest.approx(levels.weight)
    assert beside["weight_id_number"] == pytest.approx(math.log(levels.m / levels.given[0].u))


def test_a_person_listed_once_is_rather_the_one_who_is_not_listed_yet(link: Callable[..., Any]) -> None:
    listed = strangers(70, feed="wage")
    rows = listed | {
        "in": {"name": "何永胜", "id_number": "34059019680817235?", "feed": "wage"},
        "out": {"name": "何永胜", "id_number": "34059019750817235?", "feed": "dibao"},
        "x": {"name": "何永胜", "feed": "wage"},
    }
    linkage = link(rows)
    inside, outside = pair_of(linkage, "x", "in"), pair_of(linkage, "x", "out")
    assert inside["weight_listing"] < 0 < outside["weight_listing"]
    assert outside["probability"] > inside["probability"]


def test_the_probabilities_of_one_row_for_all_its_owners_add_up_to_one_at_most(link: Callable[..., Any]) -> None:
    linkage = link(crowd("王伟", 5) | {"x": {"name": "王伟"}})
    to_owners = linkage.scored_pairs.filter((pl.col("mention_id_l") == "x") | (pl.col("mention_id_r") == "x"))
    assert to_owners.height == 5
    assert to_owners["probability"].sum() <= 1
    assert to_owners["probability"].max() < load_model().thresholds["link"]


def test_household_members_in_common_speak_for_the_pair(link: Callable[..., Any]) -> None:
    wife = {"name": "胡桂芳", "id_number": "34059019620303224?"}
    rows = {
        "h1": {
            "name": "程光明",
            "id_number": "34059019600101123?",
            "case_key": "dibao:A1",
            "relation_to_head": "户主",
            "row_id": "r1",
        },
        "w1": {**wife, "case_key": "dibao:A1", "relation_to_head": "配偶", "row_id": "r2"},
        "h2": {
            "name": "程光明",
            "id_number": "34059019600101123?",
            "feed": "marriage",
            "role": "husband",
            "row_id": "m1",
        },
        "w2": {"name": "胡桂芳", "feed": "marriage", "role": "wife", "row_id": "m1"},
    }
    pair = pair_of(link(rows), "w1", "w2")
    assert pair["weight_companions"] > 5


def test_the_known_share_is_drawn_to_the_data() -> None:
    nodes = pl.DataFrame({"node": [0, 1], "id_number": ["a", "b"], "size": [30_000, 1]})
    assert known_share(nodes, load_model()) > 0.99
    assert known_share(nodes.with_columns(size=pl.lit(1)), load_model()) == pytest.approx(0.85, abs=0.01)


def test_a_register_of_the_old_points_to_the_old_namesake(link: Callable[..., Any]) -> None:
    old = {
        f"old{i}": {
            "name": f"老者{chr(0x4E00 + i)}",
            "id_number": f"3405901945061{i % 9}{10 + i}5?",
            "feed": "social_insurance",
        }
        for i in range(60)
    }
    rows = (
        old
        | strangers(60, feed="wage")
        | {
            "grandfather": {"name": "何永胜", "id_number": "34059019450817235?", "feed": "dibao"},
            "grandson": {"name": "何永胜", "id_number": "34059020050817235?", "feed": "dibao"},
            "x": {"name": "何永胜", "feed": "social_insurance"},
        }
    )
    linkage = link(rows)
    elder, younger = pair_of(linkage, "x", "grandfather"), pair_of(linkage, "x", "grandson")
    assert elder["weight_cohort"] > 0 >= younger["weight_cohort"]
    assert elder["probability"] > younger["probability"]


def test_a_row_does_not_make_its_own_name_common_in_the_village(link: Callable[..., Any]) -> None:
    home = {"town": "柳河镇", "village": "塘口村"}
    rows = strangers(60, **home) | {"o": {"name": "何永胜", "id_number": "34059019680817235?", **home}}
    alone = pair_of(link(rows | {"x": {"name": "何永胜", "feed": "wage"}}), "x", "o")
    beside = pair_of(link(rows | {"x": {"name": "何永胜", "feed": "wage", **home}}), "x", "o")
    assert beside["weight_name"] == pytest.approx(alone["weight_name"], abs=0.1)
