"""Who drew a table up, as the lines around it say (填报人：李四): that person is not the one to let it pass."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from pipelines.intake.formats.cells import cell_text

_DRAWN_UP_BY = ("填报人", "填表人", "制表人", "报送人", "经办人", "统计人", "填表", "制表")
_OTHERS = ("审核人", "复核人", "审批人", "审核", "复核", "负责人", "联系人", "联系电话", "电话", "会计", "出纳")
_LABEL = re.compile(
    rf"({'|'.join((*_DRAWN_UP_BY, *_OTHERS))})(?:员|\((?:签字|签章|签名|盖章)\))?[::]"
    r"|[一-鿿]{0,4}(?:日期|时间|单位|领导)[::]"
)
_NAME = re.compile(r"[一-鿿㐀-䶿·]{2,15}")


def person_name(text: str) -> str:
    """A name as it is compared with another: without blanks, full width folded."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def reporters(lines: Iterable[Sequence[Any]]) -> list[str]:
    """The names of those who drew the table up, from the lines around it (cells as read), in their order."""
    found = []
    for line in lines:
        texts = [unicodedata.normalize("NFKC", text) for cell in line if (text := cell_text(cell))]
        parts = _LABEL.split("  ".join(texts))  # text, label or None, text, …
        for label, value in zip(parts[1::2], parts[2::2], strict=True):
            if label in _DRAWN_UP_BY and _NAME.fullmatch(name := person_name(value)):
                found.append(name)
    return list(dict.fromkeys(found))
