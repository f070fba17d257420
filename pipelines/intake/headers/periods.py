"""The span of time that a header says its amounts are for: 年工资性收入, 月人均收入, 前12个月收入, 2025年收入."""

from __future__ import annotations

import re

from pipelines.intake.headers.spelling import fold, without_unit

MONTH, QUARTER, YEAR = "月", "季", "年"

#: How many months a span has.
MONTHS = {MONTH: 1, QUARTER: 3, YEAR: 12}

#: The words for a span, the longest first. A year with its number is one only of what is earned: 2026年标准 is that
#: year's, and may be paid by the month.
_SPANS = (
    (
        YEAR,
        re.compile(
            r"20\d\d年度?(?=.*收入)|(?:前|近|过去|最近|申请前)?(?:12|十二)个月|(?:过去|近|前)一年"
            r"|全年|年度|每年|按年|年均|年"
        ),
    ),
    (QUARTER, re.compile(r"每季度?|季度|季")),
    (MONTH, re.compile(r"每月|按月|月度|月均|月")),
)
#: Words with such a sign that are no span, or not this one: 上年度收入 is what it was before.
_NO_SPAN = re.compile(r"上一?年|年龄|年月|月份|青年|少年|老年|年份|20\d\d年(?!.*收入)|\d年度?\d")


def period_of(header: str) -> str | None:
    """月, 季 or 年, where a header names one span and no other; None otherwise."""
    bare = _bare(header)
    named = [] if bare is None else [span for span, words in _SPANS if words.search(bare)]
    return named[0] if len(named) == 1 else None


def without_period(header: str) -> str:
    """The folded header without its unit and its words for a span of time; the same where it names none."""
    bare = without_unit(fold(header))
    words = dict(_SPANS).get(period_of(header) or "")
    return re.sub(r"^的|\(\)", "", words.sub("", bare)) if words else bare


def _bare(header: str) -> str | None:
    bare = without_unit(fold(header))
    # 前12个月 would name a month too
    bare = re.sub(r"(?:12|十二)个月", "全年", bare)
    return None if _NO_SPAN.search(bare) else bare
