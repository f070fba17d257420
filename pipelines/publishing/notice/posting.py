"""The notices of a release: composed, held against their contracts, written, looked through, only then handed out.

`public` is what may be posted. `kept` stays in the office: the contracts, and who of the rolls is on no notice. The
same release, period and office give the same files; they may be made again at any time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from pipelines.publishing.notice import contract as contracts
from pipelines.publishing.notice.contract import BOARD, WEB, NoticeContract
from pipelines.publishing.notice.files import REASONS, write_left_out, write_page, write_workbook
from pipelines.publishing.notice.guard import KINDS, Guard, Problem
from pipelines.publishing.notice.listing import Listing, NoNotice, Row, read_listing
from pipelines.publishing.notice.sheets import Period, VillageNotice, feet, town_title, village_notices
from pipelines.publishing.worklists import file_names, safe_file_name
from pipelines.storage import atomic

#: Places named in a refusal; how many there are is said too.
_NAMED = 5


class NoticeRefused(RuntimeError):
    """The notices may not be handed out, and nothing was written; the message has three parts."""


@dataclass(frozen=True)
class Asked:
    """Which notices: programmes (empty: all that are posted), one town or all, the days of posting (by default from
    the release's date on), and whom to turn to."""

    programmes: Sequence[str] = ()
    town: str | None = None
    begins: date | None = None
    until: date | None = None
    office: str = ""
    office_contact: str = ""


@dataclass(frozen=True)
class Posted:
    """What was written: the folder, towns, villages, entries by programme, and entries left out by reason."""

    release: str
    folder: Path
    towns: int
    villages: int
    entries: dict[str, int]
    left_out: dict[str, int]


def post_notices(release: Path, folder: Path, asked: Asked) -> Posted:
    """Writes the notices of a release below `folder`.

    Raises NoNotice when there is nothing of what was asked for, NoticeRefused when a contract is not kept or a finished
    file shows what it may not.
    """
    listing = read_listing(release)
    rules = _rules(listing, asked.programmes)
    period = _period(listing, asked)
    entries = listing.entries.filter(pl.col("programme").is_in([rule["programme"] for rule in rules]))
    listed = entries.filter(pl.col("left_out_because").is_null())
    towns = _towns(listed, listing, asked.town)
    agreed = {medium: _contracts(rules, medium, listing) for medium in (BOARD, WEB)}
    below = feet(asked.office, asked.office_contact)
    guard = Guard(listing.words, listing.namesakes, listing.divisions, asked.office_contact)
    problems: list[Problem] = []
    with TemporaryDirectory(prefix="hedui-notice-") as temporary:
        public = Path(temporary)
        for town, name in file_names(towns).items():
            mine = listed.filter(pl.col("town") == town)
            for medium, path in ((BOARD, public / f"{name}.xlsx"), (WEB, public / f"{name}.html")):
                parts = _parts(rules, agreed[medium], mine)
                notices = list(village_notices(town, parts, listing.as_of, period, below))
                if medium == BOARD:
                    write_workbook(town, notices, listing.as_of, path)
                else:
                    write_page(town, notices, path)
                problems += _looked_through(guard, path, town, notices)
        if problems:
            raise _refused(problems, listing)
        for path in sorted(public.iterdir()):
            atomic.write_bytes(folder / "public" / path.name, path.read_bytes())
    left_out = entries.filter(pl.col("left_out_because").is_not_null())
    if asked.town is not None:
        left_out = left_out.filter(pl.col("town") == asked.town)
    _keep(folder / "kept", agreed, listing, left_out, asked.town)
    posted = listed.filter(pl.col("town").is_in(towns))
    return Posted(
        release=listing.release,
        folder=folder / "public",
        towns=len(towns),
        villages=posted.select("town", "village").n_unique(),
        entries=_counted(posted, "programme"),
        left_out=_counted(left_out, "left_out_because"),
    )


def _period(listing: Listing, asked: Asked) -> Period:
    """The days of posting. Raises NoNotice for days that no list of this release can be posted on."""
    begins = asked.begins or listing.as_of
    if begins < listing.as_of or (asked.until is not None and asked.until < begins):
        said = f"{begins} 至 {asked.until or '名单变动时'}"
        raise NoNotice(
            f"公示期不对：{said}；位置：--from、--until；处理：起日不早于业务日期 {listing.as_of}，止日不早于起日"
        )
    return Period(begins, asked.until)


def _rules(listing: Listing, programmes: Sequence[str]) -> list[Row]:
    """The rules of the programmes asked for, in the order of a sheet. Raises NoNotice."""
    posted = {rule["programme"]: rule for rule in listing.rules}
    if unknown := [name for name in programmes if name not in posted]:
        raise NoNotice(
            f"这些项目不公示：{'、'.join(unknown)}；位置：政策表 notice_rule，业务日期 {listing.as_of}；"
            f"处理：--programme 只能是 {'、'.join(posted) or '（没有）'}；孤儿和事实无人抚养儿童依规定不公示"
        )
    if not posted:
        raise NoNotice(
            f"没有任何项目需要公示；位置：政策表 notice_rule，业务日期 {listing.as_of}；"
            "处理：补上该日有效的行后重新运行"
        )
    if not listing.words:
        raise NoticeRefused(
            f"没有任何公示禁用词，写好的名单无从检查；位置：政策表 notice_word，业务日期 {listing.as_of}；"
            "处理：恢复该表后用同一业务日期重新运行"
        )
    return [rule for rule in listing.rules if not programmes or rule["programme"] in programmes]


def _towns(listed: pl.DataFrame, listing: Listing, town: str | None) -> list[str]:
    """The towns to write, sorted. Raises NoNotice for a town without entries."""
    known = sorted(set(listed.get_column("town")))
    if town is None:
        return known
    if town not in known:
        raise NoNotice(
            f"这个乡镇没有可公示的家庭或人员；位置：发布 {listing.release}；"
            f"处理：--town 用名册中的乡镇名（{'、'.join(known) or '没有任何乡镇'}），或省略以写出全部乡镇"
        )
    return [town]


def _contracts(rules: list[Row], medium: str, listing: Listing) -> list[NoticeContract]:
    """One contract per rule, each of which can be kept. Raises NoticeRefused."""
    made = [contracts.notice_contract(rule, medium, listing) for rule in rules]
    if said := [problem for each in made for problem in contracts.shape_problems(each, listing.entries)]:
        raise NoticeRefused(
            f"公示约定不能用：{'，'.join(said)}；位置：政策表 notice_column，业务日期 {listing.as_of}；"
            "处理：改正该表后用同一业务日期重新运行；没有写出任何文件"
        )
    return made


def _parts(
    rules: list[Row], agreed: list[NoticeContract], entries: pl.DataFrame
) -> Sequence[tuple[Row, NoticeContract, pl.DataFrame]]:
    """For each programme its rule, its contract, and its entries as they are shown. Raises NoticeRefused."""
    parts = []
    for rule, each in zip(rules, agreed, strict=True):
        mine = entries.filter(pl.col("programme") == rule["programme"])
        shown = contracts.masked(each, mine)
        if said := contracts.value_problems(each, shown):
            raise NoticeRefused(
                f"写出的内容不合公示约定：{'，'.join(said)}；位置：政策表 notice_column；"
                "处理：核对名册中的姓名等内容和该表的写法，改正后用同一业务日期重新运行；没有写出任何文件"
            )
        parts.append((rule, each, shown.with_columns(mine.get_column("village"))))
    return parts


def _looked_through(guard: Guard, path: Path, town: str, notices: Sequence[VillageNotice]) -> Iterator[Problem]:
    """What the guard finds in one file; a town that is a number would be told by its file's name, which is left out."""
    fixed = frozenset({town_title(town)}.union(*(notice.fixed_texts() for notice in notices)))
    told = path.name if not any(character.isdigit() for character in path.name) else f"一个 {path.suffix} 文件"
    for problem in guard.problems(path, town, fixed):
        yield Problem(problem.kind, f"{told} {problem.where}")


def _refused(problems: list[Problem], listing: Listing) -> NoticeRefused:
    counts = Counter(problem.kind for problem in problems)
    kinds = "、".join(f"{KINDS[kind]} {counts[kind]} 处" for kind in KINDS if kind in counts)
    places = "，".join(problem.where for problem in problems[:_NAMED])
    more = f"，等 {len(problems)} 处" if len(problems) > _NAMED else ""
    return NoticeRefused(
        f"写好的公示名单里有不得公开的内容：{kinds}；位置：发布 {listing.release}，{places}{more}；"
        "处理：没有写出任何文件。核对政策表 notice_column 是否列了不该公开的内容、名册的姓名和村名里是否夹了别的内容，"
        "改正后用同一业务日期重新运行"
    )


def _keep(
    kept: Path, agreed: dict[str, list[NoticeContract]], listing: Listing, left_out: pl.DataFrame, town: str | None
) -> None:
    """What stays in the office."""
    for each in (each for of_medium in agreed.values() for each in of_medium):
        atomic.write_text(kept / "contracts" / f"{each.name}.odcs.yaml", contracts.render(each, listing.entries))
    titles = {rule["programme"]: rule["title"] for rule in listing.rules}
    name = "left_out.xlsx" if town is None else f"left_out-{safe_file_name(town)}.xlsx"
    with atomic.replacing(kept / name) as temporary:
        write_left_out(left_out, titles, listing.as_of, temporary)


def _counted(entries: pl.DataFrame, column: str) -> dict[str, int]:
    counts = Counter(entries.get_column(column))
    order = list(REASONS) if column == "left_out_because" else sorted(counts)
    return {name: counts[name] for name in order if name in counts}
