"""Derives similar_shapes.txt from the Unicode Han database: python -m pipelines.matching.shapes.derive FOLDER

FOLDER holds Unihan_DictionaryLikeData.txt, Unihan_IRGSources.txt and Unihan_OtherMappings.txt (Debian's package
unicode-data, or Unihan.zip). Compared are the characters of the General Standard Chinese Characters (kTGH), by the
parts that they are typed by (kCangjie), the shapes of their corners (kFourCornerCode) and their strokes.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, permutations
from pathlib import Path

from rapidfuzz.distance import OSA

from pipelines.matching.shapes import TABLE

FILES = ("DictionaryLikeData", "IRGSources", "OtherMappings")
#: Look-alikes of the copybooks that the codes do not bring together.
BY_HAND = (
    "土士 壬王 免兔 贝见 田由 由甲 田甲 明朋 刚钢 文丈 林木 坚竖 徽微 冯马 列刘 丽历 广厂 冬东 洲州 友有 "
    "琴芩 彬杉 荣莹 妍研 晓皖 徒徙 羸嬴 羸赢 壶壸 拔拨 侯候 卯卵 孑子 毋母 乒兵 戍戌 戍戎 候猴"
)
HEADER = """\
# Characters that look alike, each line a character and its look-alikes with a higher code.
# Derived from Unihan {version} by pipelines/matching/shapes/derive.py, with some pairs added by hand; not the
# original data. Copyright © 1991-2022 Unicode, Inc.; the licence stands beside this file in UNICODE-LICENSE.txt.
"""


@dataclass(frozen=True)
class Character:
    """`parts`: Cangjie letters. `corners`: the four corners. `strokes`: how many. `radical`: number of the radical."""

    text: str
    parts: str
    corners: str
    strokes: int
    radical: str

    @property
    def keys(self) -> Iterator[str]:
        """Two look-alikes share at least one: the corners, the parts after the radical, the parts less one or two."""
        yield "corners " + self.corners
        yield "end " + self.parts[-3:]
        for left_out in (0, 1, 2):
            for kept in combinations(self.parts, max(len(self.parts) - left_out, 1)):
                yield "parts " + "".join(kept)


def look_alike(one: Character, other: Character) -> bool:
    """By the corners and parts together; the bounds were set by eye on well-known pairs and on frequent name
    characters."""
    fewer, more = sorted((len(one.parts), len(other.parts)))
    strokes = abs(one.strokes - other.strokes)
    edits = OSA.distance(one.parts, other.parts)
    corners = sum(a == b for a, b in zip(one.corners, other.corners, strict=False))
    same_outline = corners == 4 and strokes <= 1 and edits < more
    one_part = edits <= 1 and more >= 3 and strokes <= 2 and (fewer >= 4 or corners >= 2)
    same_end = fewer >= 3 and one.parts[-3:] == other.parts[-3:] and more - 3 <= 2
    other_radical = same_end and one.radical != other.radical and strokes <= 4
    two_parts = edits <= 2 and fewer >= 4 and corners >= 3 and strokes <= 2
    return same_outline or one_part or other_radical or two_parts


def read_unihan(folder: Path) -> tuple[list[Character], str]:
    """The characters of kTGH that have a Cangjie code, and the date of the database."""
    fields: dict[str, dict[str, str]] = defaultdict(dict)
    version = ""
    for name in FILES:
        for line in (folder / f"Unihan_{name}.txt").read_text(encoding="utf-8").splitlines():
            if line.startswith("# Date:"):
                version = max(version, line.split()[2])
            elif line.startswith("U+"):
                code, field, value = line.split("\t")
                fields[chr(int(code[2:], 16))][field] = value.split()[0]
    found = [
        Character(
            text,
            entry["kCangjie"].lstrip("X"),
            entry.get("kFourCornerCode", "")[:4],
            int(entry["kTotalStrokes"]),
            entry["kRSUnicode"].split(".")[0],
        )
        for text, entry in sorted(fields.items())
        if "kTGH" in entry and "kCangjie" in entry
    ]
    return found, version


def derive(folder: Path) -> str:
    """The text of the table."""
    characters, version = read_unihan(folder)
    groups: dict[str, set[Character]] = defaultdict(set)
    for character in characters:
        for key in character.keys:
            groups[key].add(character)
    similar: dict[str, set[str]] = defaultdict(set)
    for group in groups.values():
        for one, other in permutations(group, 2):
            if one.text < other.text and look_alike(one, other):
                similar[one.text].add(other.text)
    for pair in BY_HAND.split():
        similar[min(pair)].add(max(pair))
    lines = [first + "".join(sorted(similar[first])) for first in sorted(similar) if similar[first]]
    return HEADER.format(version=version) + "\n".join(lines) + "\n"


if __name__ == "__main__":
    TABLE.write_text(derive(Path(sys.argv[1])), encoding="utf-8")
