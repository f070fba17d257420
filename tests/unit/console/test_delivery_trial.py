"""The commands `hedui deliveries try` and `show --receipt`: what would become of files, cell by cell."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from pipelines.console.exits import Exit
from pipelines.storage.register import Register
from tests.delivery_factory import ELDERLY, Office, elderly, id_number, write_text_file

WRONG = [*elderly(3)[:1], "340590195503124520", *elderly(3)[2:]]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def deliveries(office: Office, command: str, *options: str) -> subprocess.CompletedProcess[str]:
    arguments = [sys.executable, "-m", "pipelines.cli", "deliveries", command, "elderly_allowance", *options]
    return subprocess.run(
        [*arguments, "--data", str(office.data.root)], capture_output=True, text=True, encoding="utf-8", check=False
    )


def facts(workbook: Path) -> dict[str, str]:
    book = openpyxl.load_workbook(workbook, read_only=True)
    return {row[0]: row[1] for row in book["回执"].iter_rows(min_row=3, values_only=True)}


def test_good_files_are_told_good_and_nothing_is_kept(office: Office, tmp_path: Path) -> None:
    file = write_text_file(tmp_path / "名册.csv", [ELDERLY, elderly(1), elderly(2)])
    done = deliveries(office, "try", str(file), "--date", "2026-10-31")
    assert done.returncode == Exit.DONE, done.stderr
    assert "elderly_allowance/2026-10-31：可以采用，2 行数据" in done.stdout
    assert "采用 2 行，暂未采用 0 行，与前面的行重复 0 行；另有 0 个值不能使用。" in done.stdout
    assert not office.data.root.exists()


def test_a_wrong_cell_is_told_with_its_place_and_a_receipt_says_that_it_was_a_trial(
    office: Office, tmp_path: Path
) -> None:
    file = write_text_file(tmp_path / "名册.csv", [ELDERLY, elderly(1), WRONG])
    done = deliveries(office, "try", str(file), "--date", "2026-10-31", "--receipt", str(tmp_path / "回执"))
    assert done.returncode == Exit.HELD_BACK, done.stderr
    assert "身份证号校验位不符，号码有误；位置：《名册.csv》第3行“身份证号”列；处理：按身份证原件更正" in done.stdout
    assert WRONG[1] not in done.stdout
    page = tmp_path / "回执" / "elderly_allowance" / "2026-10-31.html"
    assert "这是试收，尚未登记" in page.read_text(encoding="utf-8")
    assert facts(page.with_suffix(".xlsx"))["处理结果"] == "可以采用"


def test_files_are_held_against_what_came_before_which_stays_as_it_was(office: Office, tmp_path: Path) -> None:
    write_text_file(office.place("elderly_allowance", "名册.csv", "2026-09-30"), [ELDERLY, *map(elderly, range(40))])
    office.intake("elderly_allowance")
    register = office.data.register.read_bytes()
    file = write_text_file(tmp_path / "名册.csv", [ELDERLY, elderly(1), WRONG])

    done = deliveries(office, "try", str(file), "--date", "2026-10-31", "--receipt", str(tmp_path), "--json")
    assert done.returncode == Exit.HELD_BACK, done.stderr
    told = json.loads(done.stdout)
    assert (told["state"], told["compared"][0]["before"]) == ("held", "2026-09-30")
    assert [told["compared"][0][kind] for kind in ("added", "changed", "removed")] == [0, 1, 38]
    said = facts(tmp_path / "elderly_allowance" / "2026-10-31.xlsx")
    assert said["数据行的去向"] == "可采用 2 行，不能采用 0 行，与前面的行重复 0 行；另有 1 个值不能使用"

    assert office.data.register.read_bytes() == register
    assert list(office.data.trials.iterdir()) == []
    assert len([path for path in office.data.archive.rglob("*") if path.is_file()]) == 1


def test_a_whole_folder_may_be_tried_and_two_files_of_one_name_may_not(office: Office, tmp_path: Path) -> None:
    one = write_text_file(tmp_path / "甲" / "名册.csv", [ELDERLY, elderly(1)])
    other = write_text_file(tmp_path / "乙" / "名册.csv", [ELDERLY, elderly(2)])
    write_text_file(tmp_path / "乙" / "补充.csv", [ELDERLY, elderly(3)])
    done = deliveries(office, "try", str(other.parent), "--date", "2026-10-31")
    assert (done.returncode, "：可以采用，2 行数据" in done.stdout) == (Exit.DONE, True), done.stderr
    refused = deliveries(office, "try", str(one), str(other))
    assert (refused.returncode, "两个文件同名" in refused.stderr) == (Exit.USAGE, True)
    absent = deliveries(office, "try", str(tmp_path / "没有.xlsx"))
    assert (absent.returncode, "没有这个文件" in absent.stderr) == (Exit.USAGE, True)


def test_a_damaged_register_is_told_in_words(office: Office, tmp_path: Path) -> None:
    office.data.root.mkdir()
    office.data.register.write_bytes(b"no database" * 1000)
    refused = deliveries(office, "try", str(write_text_file(tmp_path / "名册.csv", [ELDERLY, elderly(1)])))
    assert refused.returncode == Exit.FAILED
    assert [line.strip()[:3] for line in refused.stderr.strip().splitlines()] == ["错误：", "位置：", "处理："]


def test_the_receipt_of_a_held_delivery_says_what_is_wrong_in_its_cells(office: Office, tmp_path: Path) -> None:
    write_text_file(office.place("elderly_allowance", "名册.csv", "2026-09-30"), [ELDERLY, *map(elderly, range(40))])
    write_text_file(office.place("elderly_allowance", "名册.csv"), [ELDERLY, elderly(1), WRONG])
    office.intake("elderly_allowance")
    done = deliveries(office, "show", "2026-10-31", "--receipt", str(tmp_path))
    assert done.returncode == Exit.DONE, done.stderr
    assert "暂缓，2 行数据" in done.stdout
    workbook = tmp_path / "elderly_allowance" / "2026-10-31.xlsx"
    assert facts(workbook)["处理结果"] == "暂缓使用"
    (cell,) = openpyxl.load_workbook(workbook)["需要更正"].iter_rows(min_row=4, values_only=True)
    assert (cell[3], cell[5]) == (3, "身份证号")
    assert id_number(1) not in done.stdout
    assert Register(office.data.register).rulings("elderly_allowance") == []
