"""Derives variants.txt from the Unicode Han database: python -m pipelines.cleaning.characters.derive FOLDER

FOLDER holds Unihan_Variants.txt, Unihan_IRGSources.txt and Unihan_OtherMappings.txt (Debian's package unicode-data, or
Unihan.zip). A character that is none of the General Standard Chinese Characters (kTGH) goes to the one of them that it
is a variant of; one that may be two is left alone, and so is every character that is itself standard: 喆 is not 哲.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

import opencc

from pipelines.cleaning.characters import TABLE

FILES = ("Variants", "IRGSources", "OtherMappings")
RELATIONS = ("kZVariant", "kCompatibilityVariant", "kSemanticVariant", "kSimplifiedVariant")
HEADER = """\
# Variants of characters (异体字), each line the variant and the standard character.
# Derived from Unihan {version} by pipelines/cleaning/characters/derive.py; not the original data.
# Copyright © 1991-2022 Unicode, Inc.; the licence stands beside this file in UNICODE-LICENSE.txt.
"""
Related = Mapping[str, set[str]]


def read_unihan(folder: Path) -> tuple[Related, set[str], str]:
    """(character -> its variants, the standard characters, date of the database)."""
    related: dict[str, set[str]] = defaultdict(set)
    standard: set[str] = set()
    version = ""
    for name in FILES:
        for line in (folder / f"Unihan_{name}.txt").read_text(encoding="utf-8").splitlines():
            if line.startswith("# Date:"):
                version = max(version, line.split()[2])
            elif line.startswith("U+"):
                code, field, value = line.split("\t")
                if field == "kTGH":
                    standard.add(chr(int(code[2:], 16)))
                elif field in RELATIONS:
                    related[chr(int(code[2:], 16))] |= {chr(int(v.split("<")[0][2:], 16)) for v in value.split()}
    return related, standard, version


def _goals(text: str, related: Related, standard: set[str], simplify: Callable[[str], str], steps: int) -> set[str]:
    """The standard characters that lie at most so many steps away."""
    found: set[str] = set()
    for other in related.get(text, set()):
        if simplify(other) in standard:
            found.add(simplify(other))
        elif steps > 1:
            found |= _goals(other, related, standard, simplify, steps - 1)
    return found


def derive(folder: Path) -> str:
    """The text of the table."""
    related, standard, version = read_unihan(folder)
    simplify = opencc.OpenCC("t2s").convert
    lines = []
    for text in sorted(related):
        if text not in standard and simplify(text) not in standard:
            goals = _goals(text, related, standard, simplify, 1) or _goals(text, related, standard, simplify, 2)
            if len(goals) == 1:
                lines.append(text + goals.pop())
    return HEADER.format(version=version) + "\n".join(lines) + "\n"


if __name__ == "__main__":
    TABLE.write_text(derive(Path(sys.argv[1])), encoding="utf-8")
