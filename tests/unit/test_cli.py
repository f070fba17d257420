"""The command line: help, usage errors, exit statuses, three-part messages, Chinese under any locale."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from pipelines.console.exits import OF_STATE, Exit, UserError, as_user_error

COMMANDS = ("run", "demo", "match", "model", "evaluate", "lineage", "verify-release", "doctor", "decide", "dev")


def hedui(*arguments: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "pipelines.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, check=False)


def test_help_names_every_command_and_the_exit_statuses() -> None:
    told = hedui("--help").stdout
    assert all(command in told for command in COMMANDS)
    assert "another run holds the lock" in " ".join(told.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--as-of", "31.10.2026"),
        ("run", "--landing", "/nowhere", "--as-of", "2026-10-31"),
        ("evaluate", "--truth", "/nowhere"),
        ("match", "/nowhere.parquet", "--out", "x.parquet"),
        ("model", "estimate", "/nowhere.parquet", "--out", "x.yaml"),
        ("model", "estimate", "/nowhere.parquet", "--out", "x.parquet"),
        ("nonsense",),
    ],
)
def test_a_wrong_use_ends_with_2_and_without_a_traceback(arguments: tuple[str, ...]) -> None:
    done = hedui(*arguments)
    assert done.returncode == Exit.USAGE
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_message_has_three_parts_in_chinese_under_the_c_locale() -> None:
    told = hedui("run", "--landing", "/nowhere", "--as-of", "2026-10-31").stderr
    assert "没有这个报送文件夹" in told
    assert "位置：/nowhere" in told
    assert "处理：" in told


def test_a_broken_setting_is_named_and_ends_with_2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEDUI_SETTLE_SECONDS", "soon")
    done = hedui("doctor")
    assert done.returncode == Exit.USAGE
    assert "HEDUI_SETTLE_SECONDS" in done.stderr
    assert "Traceback" not in done.stderr


def test_match_links_flat_tables_of_either_kind(tmp_path: Path) -> None:
    rows = {"record_id": ["1", "2"], "name": ["王小明", "王小明"], "town": ["青溪镇", "青溪镇"]}
    pl.DataFrame(rows).write_csv(tmp_path / "a.csv")
    pl.DataFrame({**rows, "record_id": ["3", "4"]}).write_parquet(tmp_path / "b.parquet")
    out, pairs = tmp_path / "links.parquet", tmp_path / "pairs.csv"
    done = hedui("match", tmp_path / "a.csv", tmp_path / "b.parquet", "--out", out, "--pairs", pairs, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["records"] == 4
    links = pl.read_parquet(out)
    assert links.columns == ["record_id", "person_id"]
    assert sorted(links["record_id"]) == ["1", "2", "3", "4"]
    assert {"record_id_l", "record_id_r", "probability"} <= set(pl.read_csv(pairs).columns)


def test_doctor_looks_at_an_empty_data_folder(tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    done = hedui("doctor", "--data", tmp_path / "data", "--landing", tmp_path / "landing", "--json")
    topics = [observation["topic"] for observation in json.loads(done.stdout)]
    assert len(topics) >= 24 + 8
    assert done.returncode == 0


def test_an_unforeseen_error_shows_its_place_and_none_of_its_text() -> None:
    try:
        raise ValueError("a value of a person")
    except ValueError as error:
        told = as_user_error(error, "hedui run")
    assert told.status == Exit.FAILED
    assert "a value of a person" not in str(told)
    assert "ValueError" in str(told)


def test_every_state_of_a_run_has_its_exit_status() -> None:
    assert OF_STATE == {"finished": 0, "held_back": 3, "stopped": 5, "failed": 1}
    assert as_user_error(UserError("a", "b", "c", Exit.LOCKED), "x").status == 4


def test_model_estimate_writes_a_model_that_match_takes(tmp_path: Path) -> None:
    rows = {"record_id": [f"r{i}" for i in range(40)], "name": [f"王{chr(0x4E00 + i // 2)}" for i in range(40)]}
    pl.DataFrame(rows).write_csv(tmp_path / "a.csv")
    model = tmp_path / "own-2026-01-02.yaml"
    command = ("model", "estimate", tmp_path / "a.csv", "--out", model, "--as-of", "2026-01-02", "--json")
    done = hedui(*command)
    assert done.returncode == Exit.DONE, done.stderr
    assert json.loads(done.stdout)["mentions"] == 40
    assert hedui("match", tmp_path / "a.csv", "--out", tmp_path / "l.csv", "--model", model).returncode == Exit.DONE
    again = hedui(*command)
    assert again.returncode == Exit.USAGE
    assert "旧模型不覆盖" in again.stderr
