"""Values of closed lists as they stand in a sheet, recognised by their spelling alone: enough to say which column is
which. What a value means for certain is read later."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from pipelines.contracts import code_lists

#: A system's code before the word that it stands for: 01-男.
_CODE = re.compile(r"^[A-Z]?\d{1,8}[|_:.、,\-—/]*(?=[\u4e00-\u9fff])")


def folded(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()


@cache
def _known(codes: str) -> dict[str, str]:
    return {folded(spelling): value for spelling, value in code_lists()[codes].items()}


def listed_value(text: str, codes: str) -> str | None:
    """The value that a text is a spelling of, with or without its code before it."""
    known, bare = _known(codes), folded(text)
    return known.get(bare) or known.get(_CODE.sub("", bare))


def listed_share(texts: Iterable[str], codes: str) -> float:
    """The share of the different texts that are on the list; 0 where there is none."""
    values = set(texts)
    return sum(listed_value(text, codes) is not None for text in values) / len(values) if values else 0.0
