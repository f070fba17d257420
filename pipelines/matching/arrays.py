"""Lists of values per node and sorted integer keys, as numpy arrays: what blocking and scoring share.

A list of values is kept as one long array sorted by node, with the place where each node's values begin.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
import pyarrow as pa

#: 2^64 divided by the golden ratio: multiplying by it spreads neighbouring integers evenly (Knuth, TAOCP 6.4).
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
NODE_BITS = np.uint64(32)


@dataclass(frozen=True)
class ValueLists:
    """`values[starts[n] : starts[n + 1]]` are the values of node n."""

    starts: np.ndarray
    values: np.ndarray

    @classmethod
    def of(cls, nodes: np.ndarray, values: np.ndarray, count: int) -> ValueLists:
        """From parallel arrays sorted by node; `count` is the number of nodes."""
        starts = np.zeros(count + 1, dtype=np.int64)
        np.cumsum(np.bincount(nodes, minlength=count), out=starts[1:])
        return cls(starts, values)

    @cached_property
    def counts(self) -> np.ndarray:
        """How many values each node has."""
        return np.diff(self.starts).astype(np.uint32)

    def of_each(self, nodes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(index into `nodes`, value), one row per value of each of these nodes, in their order."""
        row, nth = repeat_each(self.counts[nodes])
        return row, self.values[self.starts[nodes[row]] + nth]

    def meet(self, left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(pair, value on the left, value on the right): every value of each left node with every value of its right.

        `pair` is the index into `left` and `right`, ascending.
        """
        many = self.counts[right]
        pair, nth = repeat_each(self.counts[left] * many)
        many, nth = many[pair], nth.astype(np.uint32)
        one = nth // many
        other = nth - one * many
        return pair, self.values[self.starts[left[pair]] + one], self.values[self.starts[right[pair]] + other]


def repeat_each(sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(row, nth): every row as often as its size says, and which repetition it is, from 0."""
    row = np.repeat(np.arange(sizes.size), sizes)
    nth = np.arange(row.size) - np.repeat(np.cumsum(sizes, dtype=np.int64) - sizes, sizes)
    return row, nth


def node_flags(nodes: pl.Series, count: int) -> np.ndarray:
    """Boolean array by node: whether the node is among `nodes`."""
    flags = np.zeros(count, dtype=bool)
    flags[nodes.to_numpy()] = True
    return flags


def marks(values: pl.Series) -> np.ndarray:
    """A hash of 64 bits that stands for each value where only equality counts; 0 for null.

    Two of n values share a mark with a chance of about n² / 2**65: one in 40 million for a million values.
    """
    hashes = values.hash(seed=29).to_numpy()
    return np.where(values.is_null().to_numpy(), np.uint64(0), hashes) if values.null_count() else hashes


def distinct_sorted(keys: np.ndarray) -> np.ndarray:
    """The distinct keys, ascending."""
    ordered = np.sort(keys)
    return ordered[starts_of_runs(ordered)]


def repeated(keys: np.ndarray) -> np.ndarray:
    """The keys that occur more than once, ascending."""
    ordered = np.sort(keys)
    again = ordered[1:][ordered[1:] == ordered[:-1]]
    return again[starts_of_runs(again)]


def numbered(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(number of each key, UInt32, in the order in which distinct keys first occur; where each occurs first).

    A table of hashes: half the time of sorting, and what comes first stays first, so that looking up goes forward.
    """
    found = arrow(keys).dictionary_encode().indices.buffers()[1]  # `to_numpy` would import pandas
    numbers = np.frombuffer(found, dtype=np.uint32, count=keys.size)
    highest = np.maximum.accumulate(numbers)
    return numbers, np.flatnonzero(np.diff(highest, prepend=np.int64(-1)) > 0)


def arrow(values: np.ndarray, known: np.ndarray | None = None) -> pa.Array:
    """The values without copying them, null where `known` is false (`pa.array` would import pandas: half a second)."""
    validity = None if known is None else pa.py_buffer(np.packbits(known, bitorder="little"))
    kind = pa.from_numpy_dtype(values.dtype)
    return pa.Array.from_buffers(kind, values.size, [validity, pa.py_buffer(np.ascontiguousarray(values))])


def have_several(groups: np.ndarray, values: np.ndarray, count: int) -> np.ndarray:
    """By group (`count` of them): whether its members have two values or more."""
    any_value = np.zeros(count, dtype=values.dtype)
    any_value[groups] = values
    several = np.zeros(count, dtype=bool)
    several[groups[values != any_value[groups]]] = True
    return several


def starts_of_runs(ordered: np.ndarray) -> np.ndarray:
    """Where each run of equal values begins in a sorted array."""
    if not ordered.size:
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))


def pack(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Two unsigned 32-bit numbers in one of 64 bits, which sorts like the two."""
    return (left.astype(np.uint64) << NODE_BITS) | right.astype(np.uint64)


def unpack(pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return (pairs >> NODE_BITS).astype(np.uint32), pairs.astype(np.uint32)


def perhaps_among(keys: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Whether each key may be one of `wanted`: true for all that are, and for few others (a one-hash Bloom filter)."""
    bits = max(16, int(wanted.size * 16).bit_length())
    shift = np.uint64(64 - bits)
    marked = np.zeros(1 << bits, dtype=bool)
    marked[(wanted * GOLDEN) >> shift] = True
    return np.asarray(marked[(keys * GOLDEN) >> shift])


def is_among(keys: np.ndarray, *wanted: np.ndarray) -> np.ndarray:
    """Whether each key is one of `wanted`; 0 stands for no key, and is none of them."""
    known = distinct_sorted(np.concatenate(wanted))
    known = known[known != 0]
    found = np.zeros(keys.size, dtype=bool)
    if known.size:
        likely = np.flatnonzero(perhaps_among(keys, known))
        place = np.minimum(np.searchsorted(known, keys[likely]), known.size - 1)
        found[likely[known[place] == keys[likely]]] = True
    return found
