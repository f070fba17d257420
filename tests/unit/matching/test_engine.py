"""The engine as a whole: order, conservation, two numbers, verdicts, ids over time, bounded bad input."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.matching import Linkage, MatchingInputError, link_mentions, load_model
from pipelines.matching.identity import token

NAMES = ["王建国", "王健国", "王建", "陈佳欣", "陈佳怡", "李秀兰"]
NUMBERS = [
    "34059019680817235?",
    "34059019680817639?",
    "34059019120506122?",
    "340590196808172390",
    "3.40590196808172E+17",
    None,
]
BIRTHS = ["1968-08-17", "1968-01-01", "1912-05-06", None]
KEY = b"a key for tests only, 32 bytes!!"
HERE = {"town": "柳河镇", "village": "塘口村"}

row = st.fixed_dictionaries(
    {
        "name": st.sampled_from(NAMES),
        "id_number": st.sampled_from(NUMBERS),
        "birth_date": st.sampled_from(BIRTHS),
        "sex": st.sampled_from(["男", "女", None]),
        "phone": st.sampled_from(["13900001111", None]),
        "feed": st.sampled_from(["dibao", "payment"]),
        "case_key": st.sampled_from(["dibao:A1", None]),
        "relation_to_head": st.sampled_from(["户主", "配偶", None]),
        "role": st.sampled_from(["self", "head"]),
        "village": st.sampled_from(["塘口村", "东桥村"]),
    }
)
tables = st.lists(row, min_size=1, max_size=9)
#: The same examples every time; how fast a loaded machine draws them is no property of the code.
UNHURRIED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
PROPERTY = settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=UNHURRIED)


@PROPERTY
@given(rows=tables, seed=st.integers(0, 10**6))
def test_any_order_of_rows_gives_the_same_answer(
    rows: list[dict[str, Any]], seed: int, mentions_of: Callable[..., pl.DataFrame]
) -> None:
    mentions = mentions_of({f"m{i}": dict(values) for i, values in enumerate(rows)})
    order = random.Random(seed).sample(range(len(rows)), len(rows))
    one, other = (link_mentions(frame, load_model(), key=KEY) for frame in (mentions, mentions[order]))
    assert one.person_link.equals(other.person_link)
    assert one.duplicate_candidate.equals(other.duplicate_candidate)


@PROPERTY
@given(rows=tables)
def test_every_mention_has_one_link_and_no_person_two_numbers(
    rows: list[dict[str, Any]], mentions_of: Callable[..., pl.DataFrame]
) -> None:
    mentions = mentions_of({f"m{i}": dict(values) for i, values in enumerate(rows)})
    linkage = link_mentions(mentions, load_model(), key=KEY)
    assert linkage.person_link["mention_id"].to_list() == sorted(mentions["mention_id"].to_list())
    assert linkage.person_link["person_id"].null_count() == 0
    assert linkage.person_link["match_probability"].is_between(0, 1).all()
    owned = linkage.person_link.filter("owns_id_number").join(
        mentions.select("mention_id", "id_number"), on="mention_id"
    )
    assert owned.group_by("person_id").agg(pl.col("id_number").n_unique())["id_number"].max() in (None, 1)
    assert owned.group_by("id_number").agg(pl.col("person_id").n_unique())["person_id"].max() in (None, 1)
    assert linkage.person_id_number["person_id"].n_unique() == linkage.person_id_number.height


def test_an_empty_table_gives_empty_answers_of_the_right_shape(
    mentions_of: Callable[..., pl.DataFrame], link: Callable[..., Linkage]
) -> None:
    linkage = link(mentions_of({}))
    assert linkage.person_link.columns == [
        "mention_id",
        "row_id",
        "role",
        "person_id",
        "match_probability",
        "link_method",
        "id_number_status",
        "owns_id_number",
        "compared_as",
    ]
    assert linkage.person_link.is_empty()
    assert linkage.duplicate_candidate.is_empty()
    assert linkage.person_id_number.is_empty()


def test_one_row_is_one_person(link: Callable[..., Linkage]) -> None:
    answer = link({"a": {"name": "王伟"}}).person_link.row(0, named=True)
    assert (answer["link_method"], answer["match_probability"], answer["owns_id_number"]) == ("single", 1.0, False)


def test_twenty_thousand_rows_with_one_phone_are_bounded_and_reported(link: Callable[..., Linkage]) -> None:
    base = pl.DataFrame({"mention_id": [f"m{i:05}" for i in range(20_000)]})
    mentions = base.with_columns(
        row_id="mention_id",
        role=pl.lit("self"),
        name=pl.lit("王伟"),
        id_number=pl.lit(None, dtype=pl.String),
        id_number_status=pl.lit("placeholder"),
        id_number_delivered=pl.lit("111111111111111111"),
        phone=pl.lit("13900001111"),
    )
    linkage = link(mentions)
    assert linkage.person_link["person_id"].n_unique() == 20_000
    report = dict(linkage.blocking_report.select("rule", "rows_left_out").iter_rows())
    assert report["whole_name"] == report["same_phone"] == 20_000
    assert linkage.scored_pairs.is_empty()


@pytest.mark.parametrize("placeholder", ["111111111111111111", "000000000000000000", "无"])
def test_a_placeholder_joins_nobody(
    placeholder: str, link: Callable[..., Linkage], mentions_of: Callable[..., pl.DataFrame]
) -> None:
    born = ["1968-08-17", "1990-02-03", "2011-12-25"]
    rows = {f"m{i}": {"name": "王建国", "birth_date": date} for i, date in enumerate(born)}
    mentions = mentions_of(rows).with_columns(
        id_number_status=pl.lit("placeholder"), id_number_delivered=pl.lit(placeholder)
    )
    linkage = link(mentions)
    assert linkage.person_link["person_id"].n_unique() == 3
    assert linkage.scored_pairs["weight_id_number"].null_count() == linkage.scored_pairs.height
    assert linkage.scored_pairs["weight_rounded_number"].null_count() == linkage.scored_pairs.height


def test_a_chain_beyond_the_limit_is_not_joined(mentions_of: Callable[..., pl.DataFrame]) -> None:
    from dataclasses import replace

    model = replace(load_model(), limits={**load_model().limits, "cluster_nodes": 3})
    born = {**HERE, "name": "何永胜", "birth_date": "1968-08-17", "sex": "男", "address": "柳河镇塘口村3组12号"}
    mentions = mentions_of(
        {"own": {**born, "id_number": "34059019680817235?"}} | {f"m{i}": {**born, "feed": f"f{i}"} for i in range(6)}
    )
    linkage = link_mentions(mentions, model, key=KEY)
    assert linkage.person_link.group_by("person_id").len()["len"].max() == 3
    assert "too_many" in set(linkage.scored_pairs["refusal"])
    assert linkage.duplicate_candidate["conflicts"].str.contains("疑为连锁误连").any()


VERDICT = {"mention_id_l": ["a"], "mention_id_r": ["b"]}
ALIKE = {
    "a": {**HERE, "name": "何永胜", "id_number": "34059019680817235?"},
    "b": {**HERE, "name": "何永胜", "birth_date": "1968-08-17", "feed": "payment"},
}
UNLIKE = {
    "a": {"name": "何永胜", "id_number": "34059019680817235?"},
    "b": {"name": "潘志平", "birth_date": "1975-12-25"},
}


def test_a_verdict_of_different_outranks_the_model(link: Callable[..., Linkage]) -> None:
    assert link(ALIKE).person_link["person_id"].n_unique() == 1
    verdicts = pl.DataFrame({**VERDICT, "verdict": ["different"]})
    linkage = link(ALIKE, verdicts=verdicts)
    assert linkage.person_link["person_id"].n_unique() == 2
    assert linkage.duplicate_candidate.is_empty()


def test_a_verdict_of_same_outranks_the_model(link: Callable[..., Linkage]) -> None:
    linkage = link(UNLIKE, verdicts=pl.DataFrame({**VERDICT, "verdict": ["same"]}))
    assert linkage.person_link["person_id"].n_unique() == 1
    assert set(linkage.person_link["link_method"]) == {"decision"}


def test_a_verdict_of_unsure_keeps_the_pair_apart_and_waiting(link: Callable[..., Linkage]) -> None:
    linkage = link(ALIKE, verdicts=pl.DataFrame({**VERDICT, "verdict": ["unsure"]}))
    assert linkage.person_link["person_id"].n_unique() == 2
    assert "不能确定" in linkage.duplicate_candidate["conflicts"][0]


def test_the_last_verdict_on_a_pair_stands(link: Callable[..., Linkage]) -> None:
    both = pl.DataFrame({"mention_id_l": ["a", "b"], "mention_id_r": ["b", "a"], "verdict": ["different", "same"]})
    assert link(ALIKE, verdicts=both).person_link["person_id"].n_unique() == 1


def test_a_verdict_of_different_parts_two_rows_with_one_number(link: Callable[..., Linkage]) -> None:
    one = {"name": "何永胜", "id_number": "34059019680817235?"}
    verdicts = pl.DataFrame({**VERDICT, "verdict": ["different"]})
    linkage = link({"a": one, "b": {**one, "feed": "payment"}}, verdicts=verdicts)
    assert linkage.person_link["person_id"].n_unique() == 2
    assert linkage.person_link["owns_id_number"].sum() == 1


def test_an_unknown_verdict_is_refused(link: Callable[..., Linkage]) -> None:
    with pytest.raises(MatchingInputError, match="裁定"):
        link(ALIKE, verdicts=pl.DataFrame({**VERDICT, "verdict": ["maybe"]}))


def test_a_verdict_on_rows_that_are_gone_does_nothing(link: Callable[..., Linkage]) -> None:
    gone = pl.DataFrame({"mention_id_l": ["a"], "mention_id_r": ["zz"], "verdict": ["same"]})
    assert link(UNLIKE, verdicts=gone).person_link["person_id"].n_unique() == 2


def test_person_ids_are_tokens_that_need_the_key(
    mentions_of: Callable[..., pl.DataFrame], number: Callable[[str], str]
) -> None:
    mentions = mentions_of({"a": {"name": "何永胜", "id_number": "34059019680817235?"}})
    ids = {link_mentions(mentions, load_model(), key=key).person_link["person_id"][0] for key in (KEY, b"another")}
    assert len(ids) == 2
    assert token(KEY, "number:" + number("34059019680817235?")) in ids


def test_person_id_rests_on_the_number_and_not_on_the_rows(link: Callable[..., Linkage]) -> None:
    one = link(ALIKE).person_link["person_id"][0]
    other = link({"z": {"name": "何永生", "id_number": "34059019680817235?", "feed": "vehicle"}}).person_link[
        "person_id"
    ][0]
    assert one == other


def test_a_person_who_gains_a_number_keeps_the_id(link: Callable[..., Linkage]) -> None:
    before = link({"b": ALIKE["b"]})
    after = link(ALIKE, previous=before.identity)
    assert set(after.person_link["person_id"]) == set(before.person_link["person_id"])
    assert after.person_superseded.is_empty()


def test_two_persons_found_to_be_one_leave_a_superseded_id(link: Callable[..., Linkage]) -> None:
    apart = link(UNLIKE)
    verdicts = pl.DataFrame({**VERDICT, "verdict": ["same"]})
    joined = link(UNLIKE, previous=apart.identity, verdicts=verdicts)
    kept = joined.person_link["person_id"].unique().to_list()
    old = (set(apart.person_link["person_id"]) - set(kept)).pop()
    assert joined.person_superseded.rows() == [(old, kept[0], "merged_by_verdict")]
    assert joined.person_split.is_empty()


def test_an_id_given_up_resolves_on_every_later_night(link: Callable[..., Linkage]) -> None:
    """The row that was merged is corrected away; its old id still leads to the person."""
    apart = link(UNLIKE)
    verdicts = pl.DataFrame({**VERDICT, "verdict": ["same"]})
    joined = link(UNLIKE, previous=apart.identity, verdicts=verdicts)
    old, kept, _ = joined.person_superseded.row(0)
    later = link({"a": UNLIKE["a"]}, previous=joined.identity)
    later = link({"a": UNLIKE["a"]}, previous=later.identity)
    assert later.person_link["person_id"].item() == kept
    assert later.person_superseded.rows() == [(old, kept, "merged_earlier")]


def test_who_were_one_person_stay_so_down_to_a_lower_threshold(mentions_of: Callable[..., pl.DataFrame]) -> None:
    """A namesake turns up: too much doubt to join the row, not enough to part it."""
    rows = {
        f"s{i}": {"name": f"路人{chr(0x4E00 + i)}", "id_number": f"3405901970061{i % 9}{10 + i}5?"} for i in range(60)
    }
    rows |= {"a": {"name": "何永胜", "id_number": "34059019450817235?", "town": "柳河镇", "village": "塘口村"}}
    rows |= {"x": {"name": "何永胜", "feed": "payment", "town": "柳河镇", "village": "塘口村"}}
    more = rows | {"b": {"name": "何永胜", "id_number": "34059019850817237?", "feed": "wage"}}
    thresholds = {**load_model().thresholds, "link": 0.9985}
    model = replace(load_model(), thresholds=thresholds)
    first = link_mentions(mentions_of(rows), replace(model, thresholds={**thresholds, "link": 0.7}), key=KEY)
    fresh = link_mentions(mentions_of(more), model, key=KEY)
    second = link_mentions(mentions_of(more), model, key=KEY, previous=first.identity)

    def together(linkage: Linkage) -> bool:
        person = dict(linkage.person_link.select("mention_id", "person_id").iter_rows())
        return person["a"] == person["x"]

    assert together(first)
    assert not together(fresh)
    assert together(second)


def test_a_person_found_to_be_two_keeps_the_id_for_one_of_them(link: Callable[..., Linkage]) -> None:
    one = link(ALIKE)
    two = link(ALIKE, previous=one.identity, verdicts=pl.DataFrame({**VERDICT, "verdict": ["different"]}))
    person = dict(two.person_link.select("mention_id", "person_id").iter_rows())
    assert person["a"] == one.person_link["person_id"][0]
    assert person["b"] != person["a"]
    assert two.person_split.select("person_id", "split_from").rows() == [(person["b"], person["a"])]
    assert one.person_split.is_empty()


def test_the_same_contents_twice_are_two_ids(link: Callable[..., Linkage]) -> None:
    assert link({"a": {"name": "王伟"}, "b": {"name": "王伟"}}).person_link["person_id"].n_unique() == 2


def test_a_second_night_with_nothing_new_changes_nothing(link: Callable[..., Linkage]) -> None:
    first = link(ALIKE)
    second = link(ALIKE, previous=first.identity)
    assert first.person_link.equals(second.person_link)
    assert second.identity.equals(first.identity)


def test_a_row_delivered_twice_is_one_person_even_without_a_number(mentions_of: Callable[..., pl.DataFrame]) -> None:
    row = {"name": "王伟", "feed": "payment", "account_number": "6217000000000001"}
    mentions = mentions_of({"a": row, "b": row}).with_columns(is_repeat=pl.col("mention_id") == "b")
    assert link_mentions(mentions, load_model(), key=KEY).person_link["person_id"].n_unique() == 1


def test_two_numbers_with_one_name_and_one_account_go_to_review(link: Callable[..., Linkage]) -> None:
    """One person under two ID numbers, or two persons on one account: somebody must look."""
    paid = {"name": "何永胜", "account_number": "6217000000000001"}
    linkage = link({"a": {**paid, "id_number": "34059019680817235?"}, "b": {**paid, "id_number": "34059019850817237?"}})
    assert linkage.person_link["person_id"].n_unique() == 2
    assert linkage.duplicate_candidate.height == 1
