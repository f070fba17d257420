"""The command line: help, usage errors, exit statuses, three-part messages, Chinese under any locale."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from pipelines.console.exits import OF_STATE, Exit, UserError, as_user_error
from tests.delivery_factory import ELDERLY, Office, elderly, write_text_file

COMMANDS = (
    "run",
    "demo",
    "match",
    "model",
    "evaluate",
    "lineage",
    "explain",
    "verify-release",
    "doctor",
    "report",
    "decide",
    "deliveries",
    "policy",
    "purge",
    "dev",
)


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
        ("model", "try", "/nowhere.yaml", "--data", "/nowhere"),
        ("policy", "diff", "--from", "2026-10-31"),
        ("policy", "try", "/nowhere.csv", "--data", "/nowhere"),
        ("purge", "dibao", "--data", "/nowhere"),
        ("purge", "--execute", "--data", "/nowhere"),
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


BAD_MATCHES = {
    "no record_id": ({"name": ["王伟"]}, None, "缺少列 record_id"),
    "nothing to match by": ({"record_id": ["1"], "sex": ["男"]}, None, "既无 name 也无 id_number"),
    "a double record_id": ({"record_id": ["1", "1"], "name": ["王伟", "李娜"]}, None, "空值或重复"),
    "an unknown comparison": ({"record_id": ["1"], "name": ["王伟"]}, "iris: {same: {m: 0.9, u: 0.1}}", "未知的比较项"),
    "a model of other comparisons": (
        {"record_id": ["1"], "name": ["王伟"]},
        "name: {same: {m: 0.9, u: 0.1}}",
        "等级与引擎",
    ),
}


@pytest.mark.parametrize(("rows", "comparisons", "words"), BAD_MATCHES.values(), ids=BAD_MATCHES)
def test_match_refuses_bad_input_with_2_and_a_message_of_three_parts(
    rows: dict[str, list[str]], comparisons: str | None, words: str, tmp_path: Path
) -> None:
    from pipelines.matching.model import SHIPPED

    pl.DataFrame(rows).write_csv(tmp_path / "a.csv")
    options: list[object] = []
    if comparisons is not None:
        model = yaml.safe_load(SHIPPED.read_text(encoding="utf-8")) | {"comparisons": yaml.safe_load(comparisons)}
        (tmp_path / "m.yaml").write_text(yaml.safe_dump(model, allow_unicode=True), encoding="utf-8")
        options = ["--model", tmp_path / "m.yaml"]
    done = hedui("match", tmp_path / "a.csv", "--out", tmp_path / "l.csv", *options)
    assert done.returncode == Exit.USAGE, done.stderr
    assert done.stdout == ""
    assert not (tmp_path / "l.csv").exists()
    what, where, remedy = [line.strip() for line in done.stderr.strip().splitlines()[-3:]]
    assert words in what
    assert where.startswith("位置：")
    assert remedy.startswith("处理：")


def test_match_says_which_values_were_too_common_to_compare_by(tmp_path: Path) -> None:
    names = [f"王{chr(0x4E00 + i)}" for i in range(600)]
    rows = {"record_id": map(str, range(600)), "name": names, "phone": ["13900001111"] * 600}
    pl.DataFrame({name: list(values) for name, values in rows.items()}).write_csv(tmp_path / "a.csv")
    command = ("match", tmp_path / "a.csv", "--out", tmp_path / "l.csv")
    assert "same_phone 有 1 个值过于常见（600 条记录）" in hedui(*command).stderr
    left_out = json.loads(hedui(*command, "--json").stdout)["left_out"]
    assert {"rule": "same_phone", "blocks": 1, "records": 600} in left_out


def test_a_date_in_one_table_and_text_in_another_are_one_date(tmp_path: Path) -> None:
    born = {"name": ["何永胜"], "phone": ["13900001111"], "sex": ["男"]}
    pl.DataFrame({**born, "record_id": [1], "birth_date": [date(1968, 8, 17)]}).write_parquet(tmp_path / "a.parquet")
    pl.DataFrame({**born, "record_id": [2], "birth_date": [19680817]}).write_parquet(tmp_path / "b.parquet")
    done = hedui("match", tmp_path / "a.parquet", tmp_path / "b.parquet", "--out", tmp_path / "l.csv", "--json")
    assert json.loads(done.stdout)["persons"] == 1


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


def test_what_cannot_be_read_as_agreed_cannot_be_let_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office, feed = Office(tmp_path), "elderly_allowance"
    write_text_file(office.place(feed, "名册.csv", "2026-10-31"), [["金额单位:万元"], ELDERLY, elderly(1)])
    office.receive()
    monkeypatch.setenv("HEDUI_DATA", str(office.data.root))
    refused = hedui("deliveries", "approve", feed, "2026-10-31", "--who", "甲", "--reason", "属实")
    assert refused.returncode == Exit.FAILED
    assert "不能放行" in refused.stderr
    assert "更正后重新报送" in refused.stderr


def test_a_held_delivery_waits_for_two_persons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office, feed = Office(tmp_path), "elderly_allowance"
    for day, rows in (("2026-09-30", 10), ("2026-10-31", 4)):
        write_text_file(office.place(feed, "名册.csv", day), [ELDERLY, *(elderly(number) for number in range(rows))])
    office.receive()
    monkeypatch.setenv("HEDUI_FOUR_EYES", "true")
    monkeypatch.setenv("HEDUI_DATA", str(office.data.root))

    def deliveries(*arguments: str) -> Any:
        done = hedui("deliveries", *arguments, "--json")
        return json.loads(done.stdout) if done.returncode == 0 else done

    held = deliveries("list", "--held")
    assert [(state["delivery"], state["state"], state["rows"]) for state in held] == [("2026-10-31", "held", 4)]
    assert deliveries("approve", feed, "2026-10-31", "--who", "王甲", "--reason", "属实")["state"] == "held"
    again = deliveries("approve", feed, "2026-10-31", "--who", "王 甲", "--reason", "属实")
    assert (again.returncode, "须由另一人放行" in again.stderr) == (Exit.FAILED, True)
    assert deliveries("approve", feed, "2026-10-31", "--who", "乙", "--reason", "属实")["state"] == "in_force"
    unheld = deliveries("approve", feed, "2026-09-30", "--who", "乙", "--reason", "属实")
    assert (unheld.returncode, "没有被暂缓" in unheld.stderr) == (Exit.FAILED, True)
    shown = deliveries("show", feed, "2026-10-31")
    assert [ruling["ruled_by"] for ruling in shown["rulings"]] == ["王甲", "乙"]
    assert shown["receipts"][0]["rows"] == {"header": 1, "title": 0, "total": 0, "blank": 0, "data": 4}
    assert shown["compared"] == [{"basis": "previous", "before": "2026-09-30", "added": 0, "changed": 0, "removed": 6}]
    assert deliveries("reject", feed, "2026-10-31", "--who", "乙", "--reason", "误报")["state"] == "rejected"
    assert deliveries("withdraw", feed, "2026-10-30", "--who", "乙", "--reason", "误报").returncode == Exit.USAGE
    assert deliveries("withdraw", "nothing", "2026-10-31", "--who", "乙", "--reason", "误报").returncode == Exit.USAGE


def test_who_drew_a_delivery_up_does_not_let_it_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office, feed = Office(tmp_path), "elderly_allowance"
    monkeypatch.setenv("HEDUI_DATA", str(office.data.root))
    for day, rows in (("2026-09-30", 10), ("2026-10-31", 4)):
        lines = [ELDERLY, *(elderly(number) for number in range(rows)), ["制表人：李 四", "审核人：王五"]]
        write_text_file(office.place(feed, "名册.csv", day), lines)
    office.receive()
    approve = ("deliveries", "approve", feed, "2026-10-31", "--reason", "属实", "--who")
    with monkeypatch.context() as two_eyes:
        two_eyes.setenv("HEDUI_FOUR_EYES", "true")
        own = hedui(*approve, "李四")
        assert own.returncode == Exit.FAILED
        assert "报送人不能放行自己的报送" in own.stderr
        assert "李四" not in own.stderr
    assert hedui(*approve, "李四").returncode == Exit.DONE  # one office of two persons may have no third
