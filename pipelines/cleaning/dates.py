"""Dates and year-months in every form in which offices write them. What is ambiguous stays unread."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta

import polars as pl

from pipelines.cleaning.numerals import DIGITS, NUMERALS, spoken_digits, whole_number
from pipelines.cleaning.reading import Reading, read_each
from pipelines.cleaning.texts import is_placeholder, squeeze

#: Day 0 of a spreadsheet that counts 1900-02-29, a day that never was (right from serial 61 on).
SERIAL_EPOCH = date(1899, 12, 30)
#: Serial numbers from 1927 to 2099: five digits, so that no year or month is taken for one.
SERIALS = range(10_000, 73_051)
#: No benefit, wage or payment of a month is older than 1990.
FIRST_MONTH_SERIAL = 32_874
#: Years that a date of a living administration can name.
YEARS = range(1850, 2101)
#: A two-digit year up to this one is of this century.
PIVOT_YEAR = 35
#: A number below it beside another one may be a month, so that nobody says which is the year.
FIRST_SHORT_YEAR = 13
OPEN_ENDED = frozenset(["长期", "长期有效", "永久", "至今", "9999"])
DEFAULT_DATES = frozenset(
    {date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1), date(1970, 1, 1), date(2099, 12, 31)}
)
_LUNAR = re.compile("农历|阴历|旧历|闰|正月|冬月|腊月|初|^[农阴]|[农阴][)]?$")
#: Other marks between the parts of a date than its point.
_MARKS = re.compile(r"(?<=\d)(?:\.{2,}|[、_。,，—–])(?=\d)")
#: What may stand around a day: 公元1962年6月1日, 1962年6月1日生, 2026年10月31日12时, 20261031120000.
_AROUND_DAY = re.compile(
    r"^(?:公元|公历|阳历|新历|出?生于)(?=\d)|\((?:属.|公历|阳历|新历|户口[簿本]?|身份证|档案|实际)\)$|(?<=[日号])(?:出?生|(?:上午|下午|凌晨|中午|晚上?)?\d{1,2}[时点](?:\d{1,2}分?(?:\d{1,2}秒)?)?)$|(?<=^(?:19|20)\d{6})(?:[01]\d|2[0-3])[0-5]\d[0-5]\d$"
)
#: How a spreadsheet shows a month or a day when it is left its own way, and how that is exported: Mar-26, 5-Mar-26.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_NAME = rf"({'|'.join(_MONTHS)})[a-z]*\.?"
#: Digits and the letters that are typed for them, with the marks of a date.
_LOOKALIKE = re.compile(r"[\dOolI年月日号./\-]+")
_DIGITS = str.maketrans("OolI", "0011")
#: What is written around a month, and a period of one month: 2026年度3月, 2026年(3月)发放, 自2026年3月起, 202603-202603
_AROUND_MONTH = re.compile(
    r"^自|(?<=年)[度第]|(?<=月)度$|(?<=月)份度$|(?<=^\d{6})月份?$|\(补发\)$|(?<=年)\((?=\d{1,2}月\))|(?<=月)\)|(?:发放|补贴|补助|期)$|(?<=[\d月份])[(（]?第[\d一二三四五六七八九十]{1,2}批次?[)）]?$|(?<=[\d月日份])(?:\(?起\)?|开始|以来|起?[至到]?今|[-—~至到]+(?:长期|永久|今|目前|现在)?)$"
)
_ONE_MONTH = re.compile(r"(.{6,8})[-—至~]+\1")
#: One month written as its days or twice (2026年9月1日-9月30日), and two months in one cell (2026.9、10).
_DAYS_OF_MONTH = re.compile(r"((\d{4})年(\d{1,2})月)(?:\d{1,2}日?)?[-—至~到](?:(?:\2年)?\3月)?(?:\d{1,2}日)?")
_TWO_MONTHS = re.compile(r"(?:19|20)\d\d[年.\-/]?\d{1,2}月?[、,和及&]\d{1,2}月?$")
#: A short year before a month; 26.1 may be October that has lost its zero.
_SHORT_YEAR = re.compile(r"(\d{2})(?:[/\-](\d{1,2})|\.(0[1-9]|1[0-2]|[2-9]))")
_FEWEST_DIGITS = 4
_BLANKS_BETWEEN = re.compile(r"(?:\d{4}|\d{2})\s+\d{1,2}(?:\s+\d{1,2})?")
_N = f"[{NUMERALS}○]"
_DIGIT_YEAR = f"[{''.join(DIGITS)}]"


def _from_numerals(text: str) -> str:
    """Chinese numerals before 年, 月, 日 as Arabic ones."""
    text = re.sub(f"({_DIGIT_YEAR}{{2,4}})(?=年)", lambda found: spoken_digits(found[1]) or found[1], text)
    return re.sub(f"({_N}{{1,3}})(?=[月日号])", lambda found: str(whole_number(found[1]) or found[1]), text)


def _calendar_date(year: int, month: int, day: int) -> Reading:
    if (year, month, day) == (1900, 1, 0):
        return None, "default_date"
    try:
        found = date(year, month, day)
    except ValueError:
        return None, "impossible_date"
    if found in DEFAULT_DATES:
        return None, "default_date"
    return (found, None) if year in YEARS else (None, "impossible_date")


def _full_year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year <= PIVOT_YEAR else 1900)


def _dotted(text: str) -> str:
    """Blanks between the parts of a day as points; taken out they would make a serial number of 2022 9."""
    narrow = unicodedata.normalize("NFKC", text).strip()
    return re.sub(r"\s+", ".", narrow) if _BLANKS_BETWEEN.fullmatch(narrow) else text


def _normalised(text: str) -> str:
    """Without weekday, time of day and blanks; an instant in UTC as its date in China."""
    kept = _dotted(text).strip().lstrip("'").strip()
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*Z", kept):
        return (datetime.fromisoformat(kept.replace("Z", "+00:00")) + timedelta(hours=8)).date().isoformat()
    kept = re.sub(r"[T\s]*\d{1,2}[:：]\d{2}([:：]\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?\s*$", "", kept)
    bare = re.sub(r"\(?(星期|周)[一二三四五六日天]\)?$", "", squeeze(kept).replace("\\", "/"))
    bare = re.sub(r"(?<=\d)[-/]$|[.,;、。]+$", "", bare)
    if _LOOKALIKE.fullmatch(bare) and sum(sign.isdecimal() for sign in bare) >= _FEWEST_DIGITS:
        bare = bare.translate(_DIGITS)
    return _from_numerals(_MARKS.sub(".", _AROUND_DAY.sub("", bare)))


def _forms(*forms: tuple[str, tuple[int, int, int]]) -> list[tuple[re.Pattern[str], tuple[int, int, int]]]:
    return [(re.compile(pattern, re.IGNORECASE), groups) for pattern, groups in forms]


#: How a date is written, and which group is year, month and day; 0: no day is written.
_FORMS = _forms(
    (r"(\d{4}|\d{2})[年./\-](\d{1,2})(?:月份?|[./\-])(\d{1,2})[日号]?", (1, 2, 3)),
    (r"(\d{4}|\d{2}(?=年))[年./\-](\d{1,2})(?:月份?)?[./\-]?", (1, 2, 0)),
    (rf"(?:(\d{{1,2}})-?)?{_MONTH_NAME}[-,]?(\d{{4}}|(?<=-)\d{{2}})", (3, 2, 1)),
    (rf"{_MONTH_NAME}(\d{{1,2}})[.,](\d{{4}})", (3, 1, 2)),
    (r"(\d{1,2})-(\d{1,2})月-(\d{4}|\d{2})", (3, 2, 1)),  # a database set to Chinese: 12-10月-13
    (r"(\d{4})(\d{2})(\d{2})(?:\.0+)?", (1, 2, 3)),
    (r"(?!19|20)(\d{2})(0[1-9]|1[0-2])(\d{2})", (1, 2, 3)),  # 840612: no year begins with 84
    (r"(\d{4})(0[1-9]|1[0-2])(?:\.0+)?", (1, 2, 0)),
    (r"(0?[1-9]|1[0-2])[./\-]((?:19|20)\d\d)", (2, 1, 0)),
)


def _read_parts(text: str) -> tuple[str, str, str | None] | str:
    """Year, month and day as written, or the problem."""
    if _LUNAR.search(text):
        return "lunar_calendar"
    if found := re.fullmatch(r"民国(\d{1,3})[年./-](\d{1,2})(?:[月./-](?:(\d{1,2})[日号]?)?)?", text):
        return str(int(found[1]) + 1911), found[2], found[3]
    for form, (year, month, day) in _FORMS:
        if found := form.fullmatch(text):
            return found[year], _month_number(found[month]), found[day] if day else None
    if found := re.fullmatch(r"(\d{1,2})[./\-](\d{1,2})[./\-](\d{4})", text):
        first, second = int(found[1]), int(found[2])
        if first <= 12 and second <= 12 and first != second:
            return "ambiguous"
        return (found[3], found[2], found[1]) if first > 12 else (found[3], found[1], found[2])
    return "incomplete" if re.fullmatch(r"(19|20)\d\d年?", text) else "unreadable"


def _month_number(text: str) -> str:
    return text if text.isdecimal() else str(_MONTHS.index(text.title()) + 1)


def _read(text: str) -> tuple[Reading, bool]:
    """The date (first of the month where no day is written), and whether a day was written."""
    try:
        folded = _normalised(text)
    except ValueError:
        return (None, "impossible_date"), False
    if not folded:
        return (None, None), False
    if is_placeholder(folded):
        return (None, "placeholder"), False
    if folded in OPEN_ENDED or folded.startswith("9999"):
        return (None, "default_date"), False
    if re.fullmatch(r"\d{5}(\.\d+)?", folded) and int(folded[:5]) in SERIALS:
        return (SERIAL_EPOCH + timedelta(days=int(folded[:5])), None), True
    parts = _read_parts(folded)
    if isinstance(parts, str):
        return (None, parts), False
    year, month, day = parts
    return _calendar_date(_full_year(year), int(month), int(day or 1)), day is not None


def _read_date(text: str) -> Reading:
    (value, problem), has_day = _read(text)
    return (None, "month_only") if value is not None and not has_day else (value, problem)


def _read_month(text: str) -> Reading:
    if text.strip().isdecimal() and len(text.strip()) == 5 and int(text) < FIRST_MONTH_SERIAL:
        return None, "unreadable"  # 20229 is a month of 2022 without its point rather than a day in 1955
    squeezed = squeeze(_dotted(text))
    if _TWO_MONTHS.fullmatch(squeezed):
        return None, "unreadable"
    bare = _ONE_MONTH.sub(r"\1", _AROUND_MONTH.sub("", squeezed))
    if found := _DAYS_OF_MONTH.fullmatch(bare):
        bare = found[1]
    if (found := _SHORT_YEAR.fullmatch(bare)) and FIRST_SHORT_YEAR <= int(found[1]) <= PIVOT_YEAR:
        bare = f"20{found[1]}-{found[2] or found[3]}"
    (value, problem), _ = _read(bare)
    return (f"{value:%Y-%m}", None) if value is not None else (None, problem)


def read_dates(values: pl.Series) -> pl.DataFrame:
    """Calendar dates. Problems: placeholder, unreadable, impossible_date, default_date, month_only, incomplete,
    ambiguous, lunar_calendar."""
    text = pl.col("text")
    plain = text.str.contains(r"^(19[1-9]\d|20\d\d)([-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{4})$")
    parted = text.str.replace_all("[/.年月]", "-").str.strip_chars_end("日").str.to_date("%Y-%m-%d", strict=False)
    found = pl.coalesce(parted, text.str.to_date("%Y%m%d", strict=False))
    # A default date is left to the careful reader, who says so.
    return read_each(values, _read_date, pl.Date(), (plain, pl.when(~found.is_in(sorted(DEFAULT_DATES))).then(found)))


def read_months(values: pl.Series) -> pl.DataFrame:
    """Months as 'YYYY-MM'; a full date gives its month. Problems as for dates."""
    text = pl.col("text")
    return read_each(
        values,
        _read_month,
        pl.String(),
        (text.str.contains(r"^(19[1-9]\d|20[0-9]\d)-(0[1-9]|1[0-2])$") & (text != "1970-01"), text),
    )
