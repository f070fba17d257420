"""The commands `hedui report`: files, what is printed, refusals."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.console.exits import Exit
from tests.household_factory import ID_NUMBERS, ReleaseMaker

NO_BROWSER = {"HEDUI_CHROMIUM": "/nowhere/chromium"}


def hedui(*arguments: object, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipelines.cli", "report", *map(str, arguments)]
    environment = {**os.environ, "LANG": "C", "LC_ALL": "C", **settings}
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, check=False)


def parts(told: str) -> list[str]:
    return [line.strip().split("：")[0] for line in told.strip().splitlines()]


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """Three households in two towns; one has an ID number for a case number."""
    maker = ReleaseMaker()
    maker.person("p4", "王4", ID_NUMBERS[0])
    for row, (case, town) in enumerate((("D1", "青溪镇"), ("D2", "青溪镇"), (ID_NUMBERS[1], None)), start=4):
        maker.member(maker.household(case=case, town=town), f"p{row}", f"王{row}", row)
    return maker.write(tmp_path / "data" / "releases")


def test_one_household_is_written_under_its_id(release: Path, tmp_path: Path) -> None:
    done = hedui("household", "dibao:D1", "--release", release, "--out", tmp_path / "out", "--json")
    assert done.returncode == Exit.DONE, done.stderr
    told = json.loads(done.stdout)
    assert told["html"] == str(tmp_path / "out" / "dibao-D1.html")
    assert (told["outcome"], told["pdf"]) == ("eligible", None)
    assert "王4" in Path(told["html"]).read_text(encoding="utf-8")


def test_all_towns_in_bulk_are_what_each_household_is_by_itself(release: Path, tmp_path: Path) -> None:
    bulk, single = tmp_path / "bulk", tmp_path / "single"
    done = hedui("town", "--all", "--release", release, "--out", bulk, "--json")
    assert done.returncode == Exit.DONE, done.stderr
    assert {name: json.loads(done.stdout)[name] for name in ("towns", "reports", "pdf")} == {
        "towns": 2, "reports": 3, "pdf": 0,
    }  # fmt: skip
    written = {path.relative_to(bulk).as_posix() for path in bulk.rglob("*") if path.is_file()}
    assert written == {
        "青溪镇/index.html", "青溪镇/dibao-D1.html", "青溪镇/dibao-D2.html",
        "未注明乡镇/index.html", "未注明乡镇/dibao-no000001.html",
    }  # fmt: skip
    assert hedui("household", "dibao:D2", "--release", release, "--out", single).returncode == Exit.DONE
    assert (bulk / "青溪镇" / "dibao-D2.html").read_bytes() == (single / "dibao-D2.html").read_bytes()
    index = (bulk / "未注明乡镇" / "index.html").read_text(encoding="utf-8")
    assert 'href="dibao-no000001.html"' in index
    assert ID_NUMBERS[1] not in index


def test_reports_go_into_the_data_folder_unless_told_otherwise(release: Path, tmp_path: Path) -> None:
    pointer = tmp_path / "data" / "releases" / "current.json"
    pointer.write_text(json.dumps({"release": "2026-10-31/000001"}), encoding="utf-8")
    done = hedui("town", "青溪镇", "--data", tmp_path / "data")
    assert done.returncode == Exit.DONE, done.stderr
    assert "2 份报告" in done.stdout
    assert (tmp_path / "data" / "reports" / "2026-10-31" / "000001" / "青溪镇" / "dibao-D1.html").is_file()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("household", "dibao:D9"), "本次发布没有这一户"),
        (("household", "p4"), "给出的是人员编号"),
        (("town", "白鹭镇"), "本次发布没有这个乡镇的家庭"),
        (("town",), "没有说明要哪个乡镇"),
        (("town", "青溪镇", "--all"), "没有说明要哪个乡镇"),
    ],
)
def test_what_is_unknown_is_refused_in_three_parts_and_nothing_is_written(
    arguments: tuple[str, ...], words: str, release: Path, tmp_path: Path
) -> None:
    done = hedui(*arguments, "--release", release, "--out", tmp_path / "out")
    assert done.returncode == Exit.USAGE
    assert words in done.stderr
    assert parts(done.stderr)[-2:] == ["位置", "处理"]
    assert not (tmp_path / "out").exists()


def test_without_a_browser_a_pdf_is_refused_before_anything_is_written(release: Path, tmp_path: Path) -> None:
    for arguments in (("household", "dibao:D1", "--pdf"), ("town", "--all", "--pdf-each")):
        done = hedui(*arguments, "--release", release, "--out", tmp_path / "out", **NO_BROWSER)
        assert done.returncode == Exit.FAILED
        assert "没有找到 Chromium 浏览器" in done.stderr
        assert parts(done.stderr)[-2:] == ["位置", "处理"]
        assert not (tmp_path / "out").exists()


def test_a_folder_that_is_no_release_is_refused(tmp_path: Path) -> None:
    done = hedui("household", "dibao:D1", "--release", tmp_path)
    assert done.returncode == Exit.USAGE
    assert "没有这个发布" in done.stderr
