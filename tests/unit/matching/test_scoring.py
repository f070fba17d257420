"""Weights: term frequencies, what relatives share anyway, registers that name a person once, competing owners."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest

from pipelines.matching import load_model
from pipelines.matching.clustering import known_shares
from pipelines.matching.comparisons import COMPARISONS
from pipelines.matching.engine import find_nodes
from pipelines.matching.prepare import prepare

DECISIONS = {"mention_l": pl.UInt32, "mention_r": pl.UInt32, "verdict": pl.String}


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
    no_date = {"name": "何永胜", "id_number": whole[:10] + "9" + whole[11:], "feed": "payment"}
    its_date = {"name": "何永胜", "id_number": whole[:15] + "9" + whole[16:], "feed": "payment"}
    without, beside = (pair_of(link({"a": owner, "b": slip}), "a", "b") for slip in (no_date, its_date))
    levels = load_model().levels["id_number"]["one_slip"]
    assert (without["weight_birth_date"], without["weight_id_number"]) == (None, pytest.approx(levels.weight))
    assert beside["weight_birth_date"] > 0
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


def test_a_row_that_bears_the_number_of_a_spouse_points_to_the_household(link: Callable[..., Any]) -> None:
    home = {"case_key": "dibao:A1"}
    rows = {
        "h1": {**home, "name": "程光明", "id_number": "34059019600101123?", "relation_to_head": "户主"},
        "h2": {"name": "程光明", "id_number": "34059019600101123?", "feed": "wage"},
        "w1": {**home, "name": "胡桂芳", "id_number": "34059019620303224?", "relation_to_head": "配偶"},
        "o1": {"name": "胡桂芳", "id_number": "34059019550303224?"},
        "x": {"name": "胡桂芳", "id_number": "34059019600101123?", "sex": "女", "feed": "payment"},
    }
    linkage = link(rows)
    pair = pair_of(linkage, "x", "w1")
    levels = [level.name for level in COMPARISONS["companions"].levels]
    assert levels[pair["level_companions"]] == "borrowed_number"
    assert pair["probability"] > load_model().thresholds["link"]
    person = dict(linkage.person_link.select("mention_id", "person_id").iter_rows())
    assert person["x"] == person["w1"] != person["h1"]


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


def test_the_known_share_of_a_register_is_drawn_to_its_own_numbers(mentions_of: Callable[..., pl.DataFrame]) -> None:
    """Everybody of the roll stands elsewhere too, nobody of the wage list does."""
    roll = {name: {**row, "feed": "dibao"} for name, row in strangers(200).items()}
    again = {f"{name}again": {**row, "feed": "payment", "role": "payee"} for name, row in strangers(200).items()}
    alone = {
        f"w{i}": {"name": f"工人{chr(0x5200 + i)}", "id_number": f"3405901980061{i % 9}{10 + i}5?", "feed": "wage"}
        for i in range(80)
    }
    loose = {"x": {"name": "甲某", "feed": "dibao"}, "y": {"name": "乙某", "feed": "wage"}}
    prepared = prepare(mentions_of(roll | again | alone | loose))
    nodes = find_nodes(prepared, pl.DataFrame(schema=DECISIONS), load_model())
    node = dict(zip(prepared["mention_id"], nodes.of_mention["node"], strict=True))
    shares = {name: known_shares(nodes, load_model())[node[name]] for name in loose}
    assert shares["x"] > 0.9
    assert shares["y"] < 0.5


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


def couples(count: int) -> dict[str, dict[str, Any]]:
    """Registrations of husbands and wives of the same year of birth, between 1940 and 1999."""
    rows: dict[str, dict[str, Any]] = {}
    for i in range(count):
        year, common = 1940 + i % 60, {"feed": "marriage", "row_id": f"couple{i}"}
        rows[f"h{i}"] = {
            "name": f"夫{chr(0x4E00 + i)}", "id_number": f"340590{year}0101{100 + i}?"[:17] + "?", "role": "husband"
        } | common  # fmt: skip
        rows[f"w{i}"] = {
            "name": f"妻{chr(0x6E00 + i)}", "id_number": f"340590{year}0202{100 + i}?"[:17] + "?", "role": "wife"
        } | common  # fmt: skip
    return rows


NAMESAKES = {
    "old": {"name": "何永胜", "id_number": "34059019450817235?", "feed": "dibao"},
    "young": {"name": "何永胜", "id_number": "34059019850817237?", "feed": "dibao"},
}


def test_a_husband_is_the_namesake_of_about_his_wifes_age(link: Callable[..., Any]) -> None:
    registration = {"feed": "marriage", "row_id": "registration"}
    rows = couples(180) | NAMESAKES
    rows["wife"] = {"name": "许春梅", "id_number": "34059019860303224?", "role": "wife"} | registration
    rows["husband"] = {"name": "何永胜", "role": "husband"} | registration
    linkage = link(rows)
    older, younger = pair_of(linkage, "husband", "old"), pair_of(linkage, "husband", "young")
    assert younger["weight_partner_age"] > 1 > 0 > older["weight_partner_age"]
    assert younger["probability"] > 0.8 > older["probability"]


def test_a_bride_is_the_namesake_who_was_of_age_at_the_wedding(link: Callable[..., Any]) -> None:
    """Neither partner has a number; all of this county's weddings are held at 24."""
    rows = {
        name: {**row, "event": "结婚", "event_on": date(1964 + int(name[1:]) % 60, 5, 1)}
        for name, row in couples(180).items()
    }
    rows |= NAMESAKES
    wedding = {"feed": "marriage", "row_id": "wedding", "event": "结婚", "event_on": date(2009, 5, 1)}
    rows["wife"] = {"name": "许春梅", "role": "wife"} | wedding
    rows["husband"] = {"name": "何永胜", "role": "husband"} | wedding
    linkage = link(rows)
    older, younger = pair_of(linkage, "husband", "old"), pair_of(linkage, "husband", "young")
    assert younger["weight_event_age"] > 1 > 0 > older["weight_event_age"]
    assert younger["probability"] > 0.8 > older["probability"]


def test_the_one_whose_pension_is_missing_draws_the_pension_without_a_number(link: Callable[..., Any]) -> None:
    """Nearly all of the old draw a pension, few of the young: to be without one says much of the old alone."""
    rows: dict[str, dict[str, Any]] = {}
    for i in range(120):
        year = 1940 if i < 60 else 1990
        person = {"name": f"路人{chr(0x4E00 + i)}", "id_number": f"340590{year}0101{100 + i}?"[:17] + "?"}
        rows[f"d{i}"] = {**person, "feed": "deposit"}
        if i < 57 or i >= 118:
            rows[f"p{i}"] = {**person, "feed": "social_insurance"}
    rows["old"] = {"name": "何永胜", "id_number": "34059019400817235?", "feed": "deposit"}
    rows["young"] = {"name": "何永胜", "id_number": "34059019900817235?", "feed": "deposit"}
    rows["x"] = {"name": "何永胜", "feed": "social_insurance"}
    linkage = link(rows)
    old, young = pair_of(linkage, "x", "old"), pair_of(linkage, "x", "young")
    assert old["weight_listing"] > young["weight_listing"] + 0.5
    assert young["weight_listing"] == pytest.approx(0, abs=0.3)


def test_who_draws_one_pension_is_not_the_one_who_draws_the_other(link: Callable[..., Any]) -> None:
    """Two parts of one register, with the same ages in both, and nobody in both."""
    rows = {
        name: {**row, "feed": "social_insurance", "section": "城乡" if i % 2 else "职工"}
        for i, (name, row) in enumerate(strangers(160).items())
    }
    for name, number, section in (("residents", "237", "城乡"), ("workers", "239", "职工")):
        rows[name] = {"name": "何永胜", "id_number": f"34059019700817{number}?", "feed": "social_insurance"}
        rows[name] |= {"section": section}
    rows["x"] = {"name": "何永胜", "feed": "deposit", "section": None}
    rows["y"] = {"name": "何永胜", "feed": "social_insurance", "section": "城乡"}
    linkage = link(rows)
    assert pair_of(linkage, "y", "workers")["weight_profile"] < -1
    assert pair_of(linkage, "y", "residents")["weight_profile"] > pair_of(linkage, "y", "workers")["weight_profile"] + 1


def test_rows_that_state_an_age_are_held_against_the_register_of_a_row_that_states_none(
    link: Callable[..., Any],
) -> None:
    children = {
        f"c{i}": {"name": f"孩童{chr(0x6E00 + i)}", "id_number": f"34059020240101{100 + i}?", "feed": "dibao"}
        for i in range(40)
    }
    rows = strangers(100, feed="wage") | children
    rows |= {
        "child": {"name": "何永胜", "birth_date": "2024-05-06", "sex": "男", "feed": "poverty_household"},
        "adult": {"name": "何永利", "birth_date": "1970-05-06", "sex": "男", "feed": "poverty_household"},
        "x": {"name": "何永胜", "feed": "wage"},
        "y": {"name": "何永利", "feed": "wage"},
    }
    linkage = link(rows)
    assert pair_of(linkage, "x", "child")["weight_cohort"] < pair_of(linkage, "y", "adult")["weight_cohort"] - 0.5


def test_owners_of_one_dwelling_are_of_like_age_where_this_countys_are(link: Callable[..., Any]) -> None:
    rows = {
        name: {**row, "feed": "real_estate", "role": "self", "row_id": name, "shared_key": f"real_estate:{name[1:]}"}
        for name, row in couples(180).items()
    } | NAMESAKES
    unit = {"feed": "real_estate", "shared_key": "real_estate:u"}
    rows["one"] = {"name": "许春梅", "id_number": "34059019860303224?", **unit}
    rows["other"] = {"name": "何永胜", **unit}
    linkage = link(rows)
    assert pair_of(linkage, "other", "young")["probability"] > 0.8
    assert pair_of(linkage, "other", "old")["probability"] < 0.2


def test_who_draws_a_pension_is_not_the_one_who_draws_wages(link: Callable[..., Any]) -> None:
    """Persons of one age stand in the pension register or in the wage register, none in both."""
    rows: dict[str, dict[str, Any]] = {}
    for i, (name, row) in enumerate(strangers(160).items()):
        rows[name] = {**row, "feed": "wage" if i % 2 else "social_insurance"}
        rows[f"{name}d"] = {**row, "feed": "deposit"}
    for name, number, feed in (("pensioner", "237", "social_insurance"), ("other", "239", "deposit")):
        rows[name] = {"name": "何永胜", "id_number": f"34059019700817{number}?", "feed": feed}
    rows["x"] = {"name": "何永胜", "feed": "wage"}
    linkage = link(rows)
    pensioner, other = pair_of(linkage, "x", "pensioner"), pair_of(linkage, "x", "other")
    assert pensioner["weight_profile"] < -1
    assert other["weight_profile"] > pensioner["weight_profile"] + 1


def test_sections_of_a_register_are_registers_of_their_own(link: Callable[..., Any]) -> None:
    """The old draw the allowance, the young the farm subsidy, both out of one payment list."""
    rows: dict[str, dict[str, Any]] = {}
    for i in range(120):
        year, section = (1940, "elderly_allowance") if i % 2 else (1980, "farmland_protection")
        rows[f"p{i}"] = {
            "name": f"路人{chr(0x4E00 + i)}",
            "id_number": f"340590{year + i // 2 % 10}0611{200 + i}?",
            "feed": "payment",
            "role": "payee",
            "section": section,
        }
    linkage = link(
        rows | NAMESAKES | {"x": {"name": "何永胜", "feed": "payment", "role": "payee", "section": "elderly_allowance"}}
    )
    assert pair_of(linkage, "x", "old")["weight_cohort"] > 0 > pair_of(linkage, "x", "young")["weight_cohort"]


def test_a_plain_name_borne_once_weighs_less_than_a_strange_one_borne_once(link: Callable[..., Any]) -> None:
    people = {}
    for i, row in enumerate(strangers(180).values()):
        name = f"王{chr(0x4E00 + i)}" if i % 2 else f"{chr(0x4E00 + i)}伟"
        people[f"s{i}"] = {**row, "name": name}
    people["plain"] = {"name": "王伟", "id_number": "34059019800101125?"}
    people["strange"] = {"name": "鹿鸣", "id_number": "34059019810101126?"}
    linkage = link(people | {"x": {"name": "王伟", "feed": "wage"}, "y": {"name": "鹿鸣", "feed": "wage"}})
    assert pair_of(linkage, "x", "plain")["weight_name"] < pair_of(linkage, "y", "strange")["weight_name"] - 1


def test_two_weak_links_of_one_registration_support_each_other(link: Callable[..., Any], grouped: Any) -> None:
    """Two men and two women of the names; one of each in one household. The registration has no number at all."""
    home, other = {"case_key": "dibao:A1", "feed": "dibao"}, {"feed": "deposit"}
    rows = strangers(150, feed="wage") | {
        "man": {"name": "何永胜", "id_number": "34059019700817235?", "relation_to_head": "户主", **home},
        "woman": {"name": "许春梅", "id_number": "34059019710303224?", "relation_to_head": "配偶", **home},
        "namesake": {"name": "何永胜", "id_number": "34059019720817237?", **other},
        "other namesake": {"name": "许春梅", "id_number": "34059019730303226?", **other},
        "husband": {"name": "何永胜", "feed": "marriage", "role": "husband", "row_id": "r"},
        "wife": {"name": "许春梅", "feed": "marriage", "role": "wife", "row_id": "r"},
    }
    persons = grouped(link(rows))
    assert {"man", "husband"} in persons
    assert {"woman", "wife"} in persons


def test_a_name_that_two_owners_share_proves_nothing_between_two_rows_without_a_number(
    link: Callable[..., Any],
) -> None:
    rows = strangers(150, feed="dibao") | {f"{name}2": row for name, row in strangers(150, feed="deposit").items()}
    rows |= NAMESAKES | {"x": {"name": "何永胜", "feed": "wage"}, "y": {"name": "何永胜", "feed": "vehicle"}}
    assert pair_of(link(rows), "x", "y")["probability"] < 0.5
