"""The commands `hedui report`: the 核对报告 of one household, of a town, of every town; what the public is shown."""

from __future__ import annotations

import dataclasses
import time
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipelines.console.exits import usage
from pipelines.console.show import TerminalProgress, as_json
from pipelines.publishing.household_report import (
    Office,
    Printer,
    ReleaseReader,
    ReportPages,
    compose,
    find_chromium,
)
from pipelines.publishing.household_report.page import file_stem
from pipelines.publishing.household_report.sheet import Sheet
from pipelines.publishing.worklists import file_names
from pipelines.settings import Settings
from pipelines.storage import atomic
from pipelines.storage.paths import DataFolder

#: Households read at a time and printed into one document: bounds the memory of both, whatever the county.
AT_A_TIME = 250


@dataclass
class Written:
    """How many files were written: reports in HTML, and PDF."""

    reports: int = 0
    pdf: int = 0


def _checked(release: Path) -> Path:
    if not (release / "warehouse.duckdb").is_file():
        raise usage("没有这个发布", str(release), "给出 releases/<日期>/<运行编号> 的路径，或省略以使用现行发布")
    return release.resolve()


def _folder(settings: Settings, out: Path | None, reader: ReleaseReader) -> Path:
    return out if out is not None else settings.data / "reports" / reader.name


def household(settings: Settings, release: Path, household_id: str, out: Path | None, *, pdf: bool, json: bool) -> None:
    """Writes one report and says where."""
    chromium = find_chromium(settings.chromium) if pdf else None
    with ReleaseReader(_checked(release)) as reader:
        reader.check(household_id)
        dossier = reader.read([household_id])[0]
        sheet = compose(dossier, reader, Office(settings.office, settings.office_contact))
        folder = _folder(settings, out, reader)
        page = folder / f"{file_stem(household_id, dossier.number)}.html"
        atomic.write_text(page, ReportPages().reports([sheet], f"核对报告 {sheet.number}"))
        printed = page.with_suffix(".pdf") if chromium else None
        if chromium and printed:
            with Printer(chromium) as printer:
                printer.print(page, printed)
        told: dict[str, Any] = {
            "release": reader.name, "household_id": household_id, "outcome": sheet.outcome_code,
            "help_due": len(sheet.help_due), "doubts": len(sheet.doubts), "html": page, "pdf": printed,
        }  # fmt: skip
    if json:
        as_json(told)
        return
    print(f"{sheet.outcome}：可能应享 {len(sheet.help_due)} 项，疑点 {len(sheet.doubts)} 项")
    for path in filter(None, (page, printed)):
        print(f"  {path}")


def towns(
    settings: Settings,
    release: Path,
    town: str | None,
    out: Path | None,
    *,
    pdf: bool,
    pdf_each: bool,
    json: bool,
) -> None:
    """Writes the reports of a town, or of every town into a folder each, and says how many."""
    chromium = find_chromium(settings.chromium) if pdf or pdf_each else None
    began, progress, written = time.monotonic(), TerminalProgress(), []
    with ReleaseReader(_checked(release)) as reader, Printer(chromium) if chromium else nullcontext() as printer:
        folder = _folder(settings, out, reader)
        writer = _Writer(reader, Office(settings.office, settings.office_contact), printer, together=pdf, each=pdf_each)
        chosen = {town: reader.households_of(town)} if town is not None else reader.towns()
        for name, folder_name in file_names(chosen).items():
            written.append(writer.write(name, chosen[name], folder / folder_name))
            progress("report", f"{name}：{len(chosen[name]):,} 户")
        told = {
            "release": reader.name, "folder": folder, "towns": len(written),
            "reports": sum(made.reports for made in written), "pdf": sum(made.pdf for made in written),
            "seconds": round(time.monotonic() - began, 1),
        }  # fmt: skip
    if json:
        as_json(told)
        return
    print(f"{told['towns']} 个乡镇，{told['reports']:,} 份报告，{told['pdf']:,} 个 PDF；{told['seconds']} 秒")
    print(f"  {folder}")


def publication(data: DataFolder, release: Path, *, json: bool) -> None:
    """Publishes the statistics of a release and says where they are and how much is hidden."""
    from pipelines.publishing.statistics import publish_statistics

    made = publish_statistics(_checked(release), data.publications)
    if json:
        as_json(dataclasses.asdict(made))
        return
    print("已公布" if made.is_new else "这一天的统计已公布过，内容相同，没有重新生成")
    print(
        f"公布 {made.shown:,} 个数字，隐去 {made.hidden:,} 个（其中 {made.hidden_for_others:,} 个是为防止推算而隐去）"
    )
    print(f"  {made.folder}")


def notice(
    settings: Settings,
    release: Path,
    programmes: list[str],
    town: str | None,
    days: tuple[date | None, date | None],
    out: Path | None,
    *,
    json: bool,
) -> None:
    """Writes the public notices of a release and says how many, where, and whom they leave out."""
    from pipelines.publishing.notice import Asked, post_notices
    from pipelines.publishing.notice.files import REASONS

    begins, until = days
    chosen = _checked(release)
    folder = out if out is not None else settings.data / "reports" / chosen.parent.name / chosen.name / "notice"
    asked = Asked(programmes, town, begins, until, settings.office, settings.office_contact)
    made = post_notices(chosen, folder, asked)
    if json:
        as_json(dataclasses.asdict(made))
        return
    total = sum(made.entries.values())
    print(f"{made.towns} 个乡镇，{made.villages} 个村（社区），公示 {total:,} 条；每个乡镇一个工作簿（张贴）、一个网页")
    if made.left_out:
        reasons = "、".join(f"{REASONS[reason][0]} {count:,}" for reason, count in made.left_out.items())
        print(f"未列入 {sum(made.left_out.values()):,} 条：{reasons}；名单在 {folder / 'kept'}，不得张贴")
    print(f"  {made.folder}")


class _Writer:
    """Writes the reports of many households of one release; prints them where there is a printer."""

    def __init__(
        self, reader: ReleaseReader, office: Office, printer: Printer | None, *, together: bool, each: bool
    ) -> None:
        self._reader, self._office, self._printer = reader, office, printer
        self._together, self._each = together, each
        self._pages = ReportPages()

    def write(self, town: str, household_ids: list[str], folder: Path) -> Written:
        """One HTML file a household, `index.html` with the list of them, and the PDF files."""
        made, entries = Written(), []
        for start in range(0, len(household_ids), AT_A_TIME):
            dossiers = self._reader.read(household_ids[start : start + AT_A_TIME])
            sheets = [compose(dossier, self._reader, self._office) for dossier in dossiers]
            pages = [folder / f"{file_stem(dossier.household_id, dossier.number)}.html" for dossier in dossiers]
            for page, sheet, dossier in zip(pages, sheets, dossiers, strict=True):
                atomic.write_text(page, self._pages.reports([sheet], f"核对报告 {sheet.number}"))
                entries.append(_entry(page, sheet, dossier.household["village"]))
            made.reports += len(pages)
            part = f"-{start // AT_A_TIME + 1}" if len(household_ids) > AT_A_TIME else ""
            made.pdf += self._print(sheets, pages, folder / f"{folder.name}{part}.pdf")
        index = self._pages.index(town, self._reader.as_of.isoformat(), self._reader.name, entries)
        atomic.write_text(folder / "index.html", index)
        return made

    def _print(self, sheets: list[Sheet], pages: list[Path], document: Path) -> int:
        """Prints what was asked for; returns how many PDF files that made."""
        if self._printer is None:
            return 0
        if self._together:
            with TemporaryDirectory(prefix="hedui-report-") as temporary:
                source = Path(temporary) / "document.html"
                source.write_text(self._pages.reports(sheets, document.stem), encoding="utf-8")
                self._printer.print(source, document)
        for page in pages if self._each else ():
            self._printer.print(page, page.with_suffix(".pdf"))
        return self._together + len(pages) * self._each


def _entry(page: Path, sheet: Sheet, village: str | None) -> dict[str, Any]:
    """The line of a household in the list of its town."""
    return {
        "file": page.name,
        "household_id": sheet.household_id,
        "head": sheet.facts[0][1],
        "village": village or "",
        "outcome": sheet.outcome,
        "help_due": len(sheet.help_due),
        "doubts": len(sheet.doubts),
    }
