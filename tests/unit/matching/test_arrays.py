"""Lists of values per node and packed pairs do what plain Python lists do."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipelines.matching.arrays import (
    ValueLists,
    distinct_sorted,
    have_several,
    node_flags,
    numbered,
    pack,
    perhaps_among,
    repeat_each,
    repeated,
    starts_of_runs,
    unpack,
)

integers = st.lists(st.integers(0, 2**32 - 1), max_size=30)


@given(lists=st.lists(st.lists(st.integers(0, 9), max_size=4), min_size=1, max_size=8), data=st.data())
def test_value_lists_answer_the_values_of_each_node(lists: list[list[int]], data: st.DataObject) -> None:
    nodes = np.array([node for node, values in enumerate(lists) for _ in values], dtype=np.uint32)
    values = np.array([value for values in lists for value in values], dtype=np.uint32)
    asked = data.draw(st.lists(st.integers(0, len(lists) - 1), max_size=10))
    found = ValueLists.of(nodes, values, len(lists))
    row, value = found.of_each(np.array(asked, dtype=np.uint32))
    plain = [(i, value) for i, node in enumerate(asked) for value in lists[node]]
    assert list(zip(row.tolist(), value.tolist(), strict=True)) == plain
    assert found.counts[np.array(asked, dtype=np.uint32)].tolist() == [len(lists[node]) for node in asked]


@given(sizes=st.lists(st.integers(0, 4), max_size=10))
def test_repeating_counts_from_nought_in_every_row(sizes: list[int]) -> None:
    row, nth = repeat_each(np.array(sizes, dtype=np.int64))
    assert list(zip(row.tolist(), nth.tolist(), strict=True)) == [(i, n) for i, s in enumerate(sizes) for n in range(s)]


@given(keys=integers)
def test_distinct_keys_and_runs(keys: list[int]) -> None:
    array = np.array(keys, dtype=np.uint64)
    assert distinct_sorted(array).tolist() == sorted(set(keys))
    assert repeated(np.append(array, array[::2])).tolist() == sorted(
        {*keys[::2], *(k for k in keys if keys.count(k) > 1)}
    )
    starts = starts_of_runs(np.sort(array))
    assert np.sort(array)[starts].tolist() == sorted(set(keys))


@given(keys=st.lists(st.sampled_from([0, 7, 8, 2**64 - 1]), max_size=12))
def test_keys_are_numbered_as_they_first_occur(keys: list[int]) -> None:
    numbers, firsts = numbered(np.array(keys, dtype=np.uint64))
    order = list(dict.fromkeys(keys))
    assert numbers.dtype == np.uint32
    assert numbers.tolist() == [order.index(key) for key in keys]
    assert firsts.tolist() == [keys.index(key) for key in order]


@given(members=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=12))
def test_groups_with_one_value_throughout_do_not_have_several(members: list[tuple[int, int]]) -> None:
    groups, values = (np.array([member[i] for member in members], dtype=np.uint32) for i in (0, 1))
    told = [len({value for group, value in members if group == number}) > 1 for number in range(4)]
    assert have_several(groups, values, 4).tolist() == told


@given(left=integers, right=integers)
def test_packed_pairs_sort_like_pairs(left: list[int], right: list[int]) -> None:
    pairs = list(zip(left, right, strict=False))
    one, other = (np.array([pair[i] for pair in pairs], dtype=np.uint32) for i in (0, 1))
    found = unpack(np.sort(pack(one, other)))
    assert list(zip(found[0].tolist(), found[1].tolist(), strict=True)) == sorted(pairs)


@given(keys=integers, wanted=integers)
def test_the_filter_lets_every_wanted_key_through(keys: list[int], wanted: list[int]) -> None:
    every = np.array(keys + wanted, dtype=np.uint64)
    assert perhaps_among(every, np.array(wanted, dtype=np.uint64))[len(keys) :].all()


def test_the_filter_keeps_most_others_out() -> None:
    keys = np.arange(10_000, dtype=np.uint64)
    assert perhaps_among(keys, keys[:100]).sum() < 1_000


def test_node_flags() -> None:
    assert node_flags(pl.Series([1, 3], dtype=pl.UInt32), 4).tolist() == [False, True, False, True]
