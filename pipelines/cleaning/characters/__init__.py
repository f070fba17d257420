"""Characters that are the same in a name whatever the office's machine wrote: variants, private use, compatibility.

Here belong the tables from one form of a character to its standard form. Not here: traditional forms (opencc), other
characters of the same sound or shape (pipelines.matching), letters and widths (pipelines.cleaning.texts).
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

TABLE = Path(__file__).parent / "variants.txt"
#: Variants that the Han database does not name, or names as standard characters of their own.
BY_HAND = (
    "龑䶮 锺钟 鍾钟 甯宁 甦苏 昇升 陞升 叡睿 濬浚 迺乃 勣绩 祇祗 隻只 衆众 眾众 勲勋 愼慎 靑青 淸清 徳德 恵惠 "
    "黒黑 栄荣 桜樱 琹琴 㐂喜 逺远 崐昆 燿耀 剱剑 秊年 凃涂 冨富 逹达 邨村"
)
#: First code point of the private use area that GBK keeps for rare characters, and where GB 18030 puts them since.
PRIVATE_START = 0xE815
#: Those that stayed private until GB 18030-2005 and GB 18030-2022, after the tables of these standards.
LATE = {
    0xE816: "𠂇", 0xE817: "𠂉", 0xE818: "𠃌", 0xE81E: "龴", 0xE826: "龵", 0xE82B: "龶", 0xE82C: "龷",
    0xE831: "𡗗", 0xE832: "龸", 0xE83B: "𢦏", 0xE843: "龹", 0xE854: "龺", 0xE855: "𤇾", 0xE864: "龻",
}  # fmt: skip
#: Blocks of ideographs that stand for others: Kangxi radicals and compatibility ideographs.
COMPATIBILITY = (range(0x2F00, 0x2FD6), range(0xF900, 0xFADA), range(0x2F800, 0x2FA1E))


def private_use() -> dict[int, str]:
    """Code points of office systems of the years before Unicode had the character (U+E863 for 䶮) -> the character."""
    trail = [*range(0x50, 0x7F), *range(0x80, 0xA1)]
    read = {PRIVATE_START + place: bytes((0xFE, byte)).decode("gb18030") for place, byte in enumerate(trail)}
    return read | LATE


def compatibility() -> dict[int, str]:
    """Ideographs that Unicode holds only to keep old code tables apart -> the ideograph that they are."""
    return {code: unicodedata.normalize("NFKC", chr(code)) for block in COMPATIBILITY for code in block}


def variants() -> dict[int, str]:
    """Characters (异体字) that are no standard characters of their own -> the standard character."""
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    by_hand = {pair[0]: pair[1] for pair in BY_HAND.split()}
    derived = {line[0]: by_hand.get(line[1], line[1]) for line in lines}
    return {ord(variant): standard for variant, standard in (derived | by_hand).items()}
