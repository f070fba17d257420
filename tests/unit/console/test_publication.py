"""The command `hedui report publication`: files, what is printed, refusals."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

from pipelines.console.exits import Exit
from tests.publication_factory import PAID, units, write_release


def publication(data: Path, release: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipelines.cli", "report", "publication", "--data", str(data)]
    environment = {**os.environ, "LANG": "C", "LC_ALL": "C"}
    return subprocess.run(
        [*command, "--release", str(release), *options],
        capture_output=True, text=True, encoding="utf-8", env=environment, check=False,
    )  # fmt: skip


def test_a_date_is_published_once(tmp_path: Path) -> None:
    release = write_release(tmp_path / "releases", date(2026, 9, 30), units())
    done = publication(tmp_path, release, "--json")
    assert done.returncode == Exit.DONE, done.stderr
    told = json.loads(done.stdout)
    folder = tmp_path / "publications" / "2026-09-30" / "public"
    assert told["folder"] == str(folder)
    assert (told["is_new"], told["hidden"] > told["hidden_for_others"] > 0) == (True, True)
    assert sorted(path.name for path in folder.iterdir()) == ["index.html", "statistics.csv", "statistics.xlsx"]

    again = publication(tmp_path, release)
    assert again.returncode == Exit.DONE
    assert "已公布过，内容相同" in again.stdout

    write_release(tmp_path / "releases", date(2026, 9, 30), units(PAID | {"dibao": (13, 9, 20)}))
    refused = publication(tmp_path, release)
    assert refused.returncode == Exit.STOPPED
    assert [line.strip()[:3] for line in refused.stderr.strip().splitlines()] == ["错误：", "位置：", "处理："]
