"""The command `hedui report notice`: files, what is printed, refusals."""

# ruff: noqa: N802 - the tests are named after the entries of the catalogue
from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb

from pipelines.console.exits import Exit
from tests.notice_factory import column, entry, write_release

ID_NUMBER = "340590195503124527"


def notice(data: Path, release: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipelines.cli", "report", "notice", "--data", str(data)]
    environment = {**os.environ, "LANG": "C", "LC_ALL": "C", "HEDUI_OFFICE": "青溪县民政局"}
    return subprocess.run(
        [*command, "--release", str(release), *options],
        capture_output=True, text=True, encoding="utf-8", env=environment, check=False,
    )  # fmt: skip


def test_the_notices_of_one_town_are_written_beside_the_reports_of_the_release(tmp_path: Path) -> None:
    entries = [entry(1), entry(2, town="三河镇"), entry(3, head_name="孙小宝", left_out_because="minor")]
    release = write_release(tmp_path, entries)
    done = notice(tmp_path, release, "--town", "青溪镇", "--json")
    assert done.returncode == Exit.DONE, done.stderr
    told = json.loads(done.stdout)
    folder = tmp_path / "reports" / "2026-10-31" / "000001" / "notice" / "public"
    assert told == {
        "release": "2026-10-31/000001", "folder": str(folder), "towns": 1, "villages": 1, "entries": {"dibao": 1},
        "left_out": {"minor": 1},
    }  # fmt: skip
    assert sorted(path.name for path in folder.iterdir()) == ["青溪镇.html", "青溪镇.xlsx"]

    said = notice(tmp_path, release)
    assert said.returncode == Exit.DONE
    assert "2 个乡镇，2 个村（社区），公示 2 条" in said.stdout
    assert "未列入 1 条：户主或本人未成年 1" in said.stdout


def test_H15_what_may_not_be_public_stops_the_command_and_writes_nothing(tmp_path: Path) -> None:
    """A row of the policy that shows the case number, where an office uses the ID number as one."""
    release = write_release(tmp_path, [entry(1, case_number=ID_NUMBER)], columns=[column(column_name="case_number")])
    refused = notice(tmp_path, release)
    assert refused.returncode == Exit.STOPPED
    assert [line.strip()[:3] for line in refused.stderr.strip().splitlines()] == ["错误：", "位置：", "处理："]
    assert "完整的证件号、账号或电话号码 1 处" in refused.stderr
    assert ID_NUMBER not in refused.stderr
    assert not (tmp_path / "reports").exists()


def test_a_programme_that_is_not_posted_is_refused(tmp_path: Path) -> None:
    refused = notice(tmp_path, write_release(tmp_path, [entry(1)]), "--programme", "orphan")
    assert refused.returncode == Exit.USAGE
    assert "孤儿和事实无人抚养儿童依规定不公示" in refused.stderr


def test_a_release_made_before_there_were_notices_is_told(tmp_path: Path) -> None:
    release = write_release(tmp_path, [entry(1)])
    with duckdb.connect(str(release / "warehouse.duckdb")) as connection:
        connection.execute("drop table intermediate.int_notice__listed")
    refused = notice(tmp_path, release)
    assert refused.returncode == Exit.USAGE
    assert "这个发布没有公示名单" in refused.stderr
