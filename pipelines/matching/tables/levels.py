"""How two values of a column agree, by the kind of column: ordered levels, from the same to different.

A function here gets the distinct pairs of values (as lists of text) and answers the index of the level of each pair.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.fuzz import token_sort_ratio
from rapidfuzz.process import cpdist

Levels = np.ndarray
Texts = Sequence[str]


@dataclass(frozen=True)
class Kind:
    """A kind of column: its levels, m of each to start from, and the function that finds the level.

    `columns`: how many columns a comparison of this kind reads. The last level is `different`.
    """

    levels: tuple[str, ...]
    m: tuple[float, ...]
    find: Callable[[Texts, Texts], Levels]
    columns: int = 1


def first_of(*conditions: np.ndarray) -> Levels:
    """The index of the first condition that holds; the number of conditions where none does."""
    return np.select(list(conditions), list(range(len(conditions))), default=len(conditions)).astype(np.uint8)


def _edits(left: Texts, right: Texts, cutoff: int) -> np.ndarray:
    return np.asarray(cpdist(left, right, scorer=OSA.distance, score_cutoff=cutoff, dtype=np.uint8))


def _alike(left: Texts, right: Texts) -> np.ndarray:
    return np.asarray(cpdist(left, right, scorer=JaroWinkler.similarity, dtype=np.float32))


def _same(left: Texts, right: Texts) -> np.ndarray:
    return np.array([one == other for one, other in zip(left, right, strict=True)], dtype=bool)


def find_name(left: Texts, right: Texts) -> Levels:
    """Names: one slip, alike (Jaro–Winkler, Winkler 1990), an initial or a short form, different."""
    alike, edits = _alike(left, right), _edits(left, right, 1)
    short = np.array(
        [one[0] == other[0] and (one in other or other in one) for one, other in zip(left, right, strict=True)]
    )
    return first_of(_same(left, right), edits == 1, alike >= 0.88, short, alike >= 0.75)


def find_text(left: Texts, right: Texts) -> Levels:
    """Longer texts (addresses, places): words in any order, with slips."""
    ratio = np.asarray(cpdist(left, right, scorer=token_sort_ratio, dtype=np.float32))
    return first_of(_same(left, right), ratio >= 88, ratio >= 70)


def find_date(left: Texts, right: Texts) -> Levels:
    """Dates as eight digits (year, month, day): one slip, day and month swapped, the same year, a near year."""
    swapped = np.array(
        [o[:4] == t[:4] and o[4:6] == t[6:8] and o[6:8] == t[4:6] for o, t in zip(left, right, strict=True)]
    )
    rest = np.array([one[4:] == other[4:] for one, other in zip(left, right, strict=True)])
    year = np.array([one[:4] == other[:4] for one, other in zip(left, right, strict=True)])
    edits = _edits(left, right, 2)
    return first_of(_same(left, right), (edits == 1) | swapped, (edits == 2) | rest, year)


def find_code(left: Texts, right: Texts) -> Levels:
    """Codes and numbers: one slip, two slips, the same beginning (the outward part of a postcode), different."""
    edits = _edits(left, right, 2)
    start = np.array([one[:3] == other[:3] for one, other in zip(left, right, strict=True)])
    return first_of(_same(left, right), edits == 1, edits == 2, start)


def find_category(left: Texts, right: Texts) -> Levels:
    """Few values: the same or not."""
    return first_of(_same(left, right))


KINDS: dict[str, Kind] = {
    "name": Kind(
        ("same", "one_slip", "alike", "short_form", "similar", "different"),
        (0.75, 0.08, 0.05, 0.03, 0.03, 0.06),
        find_name,
    ),
    "text": Kind(("same", "alike", "similar", "different"), (0.75, 0.12, 0.06, 0.07), find_text),
    "date": Kind(("same", "one_slip", "two_slips", "same_year", "different"), (0.8, 0.1, 0.03, 0.03, 0.04), find_date),
    "code": Kind(
        ("same", "one_slip", "two_slips", "same_start", "different"), (0.78, 0.1, 0.03, 0.03, 0.06), find_code
    ),
    "category": Kind(("same", "different"), (0.95, 0.05), find_category),
    "swapped_names": Kind(("swapped", "not_swapped"), (0.03, 0.97), find_category, columns=2),
}
