"""One bad week, day by day, as docs/guides/one-bad-week.md tells it: every command in it is run here, in its order, on
a small county, and every line that the guide quotes must be printed.

In a quoted line `…` stands for anything; line breaks and blanks are the terminal's. What the guide says in prose of the
releases is checked below.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from tests.delivery_factory import id_number, write_workbook
from tests.nightly_county import County
from tests.traces import files_with

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guides" / "one-bad-week.md"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
BALANCES = "deposit/2026-11-10/金融资产余额10月.xlsx"


@dataclass(frozen=True)
class Quoted:
    """A command of the guide, the lines quoted under it, and what it printed here."""

    command: str
    lines: tuple[str, ...]
    printed: str = ""

    def missing(self) -> list[str]:
        """Quoted lines that were not printed, or not in that order."""
        printed, place, missing = _bare(self.printed), 0, []
        for line in self.lines:
            pattern = ".*?".join(map(re.escape, _bare(line).split("…")))
            if found := re.compile(pattern).search(printed, place):
                place = found.end()
            else:
                missing.append(line)
        return missing


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def quoted(day: str) -> list[Quoted]:
    """The commands of a day's section, in order."""
    section = GUIDE.read_text(encoding="utf-8").split(f"\n## {day}", 1)[1].split("\n## ", 1)[0]
    found = []
    for block in re.findall(r"```console\n(.*?)```", section, re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *lines = part.replace("\\\n", "").splitlines()
            found.append(Quoted(command, tuple(line for line in lines if line.strip("… "))))
    return found


class Week:
    """A small county, what its offices deliver from day to day, and a shell in which `hedui` is the command."""

    def __init__(self, folder: Path) -> None:
        self.county = County(folder, seed=5)
        self._october = self._keep_october_back()
        command = folder / "bin" / "hedui"
        command.parent.mkdir()
        command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m pipelines.cli "$@"\n')
        command.chmod(0o755)
        self._environment = {
            **os.environ, "PATH": f"{command.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT),
            "HEDUI_LANDING": "landing", "HEDUI_DATA": "data",
        }  # fmt: skip

    def shell(self, command: str) -> str:
        """What a terminal would show."""
        ended = subprocess.run(
            ["bash", "-c", command], cwd=self.county.landing.parent, env=self._environment, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
        )  # fmt: skip
        return ended.stdout

    def live(self, day: str) -> list[Quoted]:
        """Puts what comes on that day into the landing folder and gives the day's commands."""
        getattr(self, f"_{day.lower()}", lambda: None)()
        return [replace(told, printed=self.shell(told.command)) for told in quoted(day)]

    def _keep_october_back(self) -> pl.DataFrame:
        """Monday: of the balances only September's have come. Returns October's, which differ in some accounts."""
        (path,) = (self.county.landing / "deposit" / "2026-10-30").iterdir()
        october = pl.read_parquet(path)
        before = pl.when(pl.int_range(pl.len()) % 9 == 0).then(pl.lit("1000")).otherwise(pl.col("余额").cast(pl.String))
        september = october.slice(2).with_columns(before.alias("余额"), pl.lit("2026-08-31").alias("截止日期"))
        earlier = self._place("deposit/2026-09-20/金融资产余额8月.parquet")
        pl.concat([september, september.head(1).with_columns(pl.lit("另一家银行").alias("金融机构"))]).write_parquet(
            earlier
        )
        path.unlink()
        path.parent.rmdir()
        return october

    def _tuesday(self) -> None:
        """A summary by bank in place of the accounts."""
        rows = [["云泽县金融资产汇总表"], ["序号", "金融机构", "户数", "余额合计"]]
        rows += [[str(number), f"第{number}银行", str(number + 3), str(1000 * number)] for number in (1, 2, 3)]
        write_workbook(self._place(BALANCES), {"汇总": rows})

    def _wednesday(self) -> None:
        """The accounts, under the name of the file that was refused; and the dibao roll of October put right."""
        rows = [[None if value is None else str(value) for value in row] for row in self._october.rows()]
        write_workbook(self.county.landing / BALANCES, {"明细": [self._october.columns, *rows]})
        (dibao,) = (self.county.landing / "dibao" / "2026-10-29").iterdir()
        book = openpyxl.load_workbook(dibao)
        sheet = book.worksheets[0]
        places = {cell.value: cell.column for row in sheet.iter_rows(max_row=4) for cell in row if cell.value}
        first = sheet.cell(5, places["低保证编号"]).value
        for row in sheet.iter_rows(min_row=5):
            if row[places["低保证编号"] - 1].value == first:
                row[places["月补助金额"] - 1].value = 905
        book.save(dibao)

    def _thursday(self) -> None:
        """Two deliveries with a third of the rows of the last, and a roll with somebody who has no place in it."""
        (wages,) = (self.county.landing / "wage" / "2026-10-28").iterdir()
        (disabled,) = (self.county.landing / "disability" / "2026-10-28").iterdir()
        paid, certified = pl.read_parquet(wages), disabled.read_bytes().splitlines(keepends=True)
        shorter = self._place("wage/2026-11-12/工资薪金10月.parquet")
        paid.head(paid.height // 3).write_parquet(shorter)
        kept = certified[: 1 + (len(certified) - 1) // 3]
        self._place("disability/2026-11-12/残疾人证11月.csv").write_bytes(b"".join(kept))
        headers = ["姓名", "身份证号", "家庭住址", "联系电话", "救助日期", "救助金额", "救助原因"]
        row = ["欧阳误报", id_number(777), "误报巷七号", "13900007777", "2026-11-11", 500, "疾病"]
        write_workbook(self._place("temporary_assistance/2026-11-12/临时救助11月.xlsx"), {"台账": [headers, row]})

    def _place(self, path: str) -> Path:
        place = self.county.landing / path
        place.parent.mkdir(parents=True)
        return place


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Week:
    return Week(tmp_path_factory.mktemp("week"))


@pytest.fixture(scope="module")
def days(week: Week) -> dict[str, list[Quoted]]:
    return {day: week.live(day) for day in DAYS}


@pytest.mark.parametrize("day", DAYS)
def test_each_day_says_what_the_guide_quotes(days: dict[str, list[Quoted]], day: str) -> None:
    assert days[day], "the guide has commands for every day"
    for told in days[day]:
        assert told.lines, f"{told.command}: nothing is quoted"
        assert not told.missing(), f"$ {told.command}\n{told.printed}"


def release(week: Week, as_of: str) -> Path:
    (found,) = (week.county.data.releases / as_of).iterdir()
    return found


def test_on_monday_every_result_that_rests_on_the_old_balances_says_so(
    week: Week, days: dict[str, list[Quoted]]
) -> None:
    monday = release(week, "2026-11-09")
    notes = pl.read_parquet(monday / "extracts" / "verified_household.parquet")["data_notes"].explode().drop_nulls()
    assert (notes == "金融资产余额：数据只到2026-09-20的报送，已超过45天的时效").sum() > 0
    assert "已过期" in (monday / "reports" / "index.html").read_text(encoding="utf-8")


def test_on_tuesday_the_office_gets_a_receipt_and_on_wednesday_its_correction_counts(
    week: Week, days: dict[str, list[Quoted]]
) -> None:
    refused, corrected = (
        (release(week, day) / "receipts" / "deposit" / "2026-11-10.html").read_text(encoding="utf-8")
        for day in ("2026-11-10", "2026-11-11")
    )
    assert "缺少必需的列“姓名”“身份证号”" in refused
    assert "缺少必需的列" not in corrected
    files = pl.read_parquet(release(week, "2026-11-11") / "extracts" / "delivery_receipt.parquet")
    both = files.filter(pl.col("delivery") == "2026-11-10", feed="deposit").sort("in_force")
    assert both["disposition"].to_list() == ["superseded", "accepted"], "the refused content is listed too"
    assert both["rows_accepted"].to_list() == [0, 66]


def test_on_friday_nobody_whom_the_withdrawn_roll_named_is_left(week: Week, days: dict[str, list[Quoted]]) -> None:
    assert files_with(week.county.data.root, "欧阳误报") == []
    assert sorted(path.name for path in release(week, "2026-11-12").iterdir()) == ["contracts", "manifest.json"]
    used = pl.read_parquet(release(week, "2026-11-13") / "extracts" / "delivery_receipt.parquet").filter("in_force")
    in_force = dict(used.group_by("feed").agg(pl.col("delivery").max()).iter_rows())
    assert (in_force["wage"], in_force["disability"]) == ("2026-10-28", "2026-11-12")
