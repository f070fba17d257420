"""Characters that look alike (形近字): whether a clerk may have taken the one for the other.

Here belong the table of look-alikes, how it was derived from the Unicode Han database, and the question itself. Not
here: characters that sound alike or are variants of one another (pipelines.matching.names, pipelines.cleaning).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

TABLE = Path(__file__).parent / "similar_shapes.txt"


@cache
def _pairs() -> np.ndarray:
    """Every pair of look-alikes in both orders, as one sorted integer each."""
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    points = np.frombuffer("".join(lines).encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    lengths = np.array([len(line) for line in lines])
    starts = np.cumsum(lengths) - lengths
    one, other = np.repeat(points[starts], lengths - 1), np.delete(points, starts)
    return np.unique(np.concatenate([one << 32 | other, other << 32 | one]))


def pair_key(one: str, other: str) -> int:
    return ord(one) << 32 | ord(other)


def are_similar(keys: np.ndarray) -> np.ndarray:
    """Whether the two characters of each key (`pair_key`) look alike."""
    pairs = _pairs()
    place = np.searchsorted(pairs, keys).clip(max=pairs.size - 1)
    return np.asarray(pairs[place] == keys)


def similar_shape(one: str, other: str) -> bool:
    """Whether two characters look alike: 己 and 已, 晴 and 睛, 洁 and 浩. A character does not look like itself."""
    return bool(are_similar(np.array([pair_key(one, other)]))[0])
