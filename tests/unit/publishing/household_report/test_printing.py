"""Printing to PDF: a browser that is missing or broken is named; one that is there prints page after page."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from pipelines.publishing.household_report import (  # fmt: skip
    Office,
    Printer,
    PrintFailed,
    ReleaseReader,
    ReportPages,
    compose,
    find_chromium,
)
from pipelines.publishing.household_report.printing import NAMES
from tests.household_factory import ReleaseMaker

needs_browser = pytest.mark.skipif(not any(map(shutil.which, NAMES)), reason="no browser of the Chromium family")


def test_a_missing_browser_is_told_in_three_parts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for given, where in ((None, "PATH"), (tmp_path / "chrome", str(tmp_path / "chrome"))):
        with pytest.raises(
            PrintFailed, match=r"没有找到 Chromium 浏览器.*；位置：.*；处理：.*HEDUI_CHROMIUM"
        ) as failed:
            find_chromium(given)
        assert f"；位置：{where}；" in str(failed.value)


def test_a_program_that_is_no_browser_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(PrintFailed, match=r"浏览器.*退出.*；位置：/bin/false"), Printer(Path("/bin/false")):
        pass


@needs_browser
def test_a_report_of_one_household_is_one_page_of_a4_and_many_follow_each_other(
    maker: ReleaseMaker, tmp_path: Path
) -> None:
    households = [maker.household(case=f"D{number}") for number in range(3)]
    for number, household in enumerate(households):
        maker.member(household, f"p{number}", f"王{number}", number + 4)
    with ReleaseReader(maker.write(tmp_path / "releases")) as reader:
        sheets = [compose(dossier, reader, Office()) for dossier in reader.read(households)]
    pages = {"one": sheets[:1], "many": sheets}
    with Printer(find_chromium(None)) as printer:
        for name, chosen in pages.items():
            page = tmp_path / f"{name}.html"
            page.write_text(ReportPages().reports(chosen, name), encoding="utf-8")
            printer.print(page, page.with_suffix(".pdf"))
    for name, chosen in pages.items():
        printed = (tmp_path / f"{name}.pdf").read_bytes()
        assert printed.startswith(b"%PDF-")
        boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed)
        assert len(boxes) == len(chosen)
        assert {(round(float(width)), round(float(height))) for width, height in boxes} == {(595, 842)}


@needs_browser
def test_the_browser_ends_with_its_printer(tmp_path: Path) -> None:
    with Printer(find_chromium(None)) as printer:
        process = printer._process
        profile = Path(printer._profile.name)
        assert profile.is_dir()
    assert process.poll() is not None
    assert not profile.exists()
