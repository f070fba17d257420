"""A withdrawn delivery is removed everywhere, on a whole county: no file holds a planted person any more."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.delivery_factory import id_number, write_workbook
from tests.nightly_county import County, hedui
from tests.traces import files_with

DELIVERED, LATER = "2026-11-05", "2026-11-06"
FEED = "temporary_assistance"
NAME, NUMBER, PHONE, ADDRESS = "欧阳植入", id_number(777), "13900007777", "植入巷七七七号"
HEADERS = ("姓名", "身份证号", "家庭住址", "联系电话", "救助日期", "救助金额", "救助原因")
PLANTED = (NAME, NUMBER, PHONE, ADDRESS)
WHO = ("--who", "李审核", "--reason", "报送单位误报，含无关人员")


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    """A release that rests on a delivery with the planted person, and a newer one without it."""
    made = County(tmp_path_factory.mktemp("county"), seed=5)
    path = made.landing / FEED / DELIVERED / "临时救助.xlsx"
    row = [NAME, NUMBER, ADDRESS, PHONE, "2026-11-02", 500, "疾病"]
    write_workbook(path, {"台账": [HEADERS, row, [NAME, "", ADDRESS, PHONE, "2026-11-03", "五百左右", "疾病"]]})
    done = made.run(DELIVERED)
    assert done.returncode in (0, 3), done.stderr
    return made


def purge(county: County, *more: object) -> Any:
    return hedui("purge", FEED, DELIVERED, "--data", county.data.root, "--landing", county.landing, *more)


def test_the_planted_person_is_found_in_every_kind_of_file_before(county: County) -> None:
    for text in PLANTED:
        found = files_with(county.data.root, text)
        assert any(name.startswith("archive/") for name in found), text
        assert any(name.startswith("parsed/") for name in found), text
        assert any(name.endswith("warehouse.duckdb") for name in found), text
    assert any(name.endswith("extracts/person.parquet") for name in files_with(county.data.root, NAME))


def test_what_is_not_withdrawn_or_is_in_force_is_not_purged(county: County) -> None:
    refused = purge(county)
    assert refused.returncode == 1
    assert "没有撤回" in refused.stderr
    done = hedui("deliveries", "withdraw", FEED, DELIVERED, *WHO, "--data", county.data.root)
    assert done.returncode == 0, done.stderr
    refused = purge(county, "--execute", *WHO)
    assert refused.returncode == 1
    assert f"现行发布 {DELIVERED}/000001 仍以这次报送为依据" in refused.stderr
    assert files_with(county.data.root, NUMBER)


def test_after_the_purge_no_file_holds_the_person_and_what_is_left_verifies(county: County) -> None:
    old = county.release()
    assert county.run(LATER).returncode in (0, 3)
    before = {path for path in county.data.root.rglob("*") if path.is_file()}
    shown = purge(county)
    assert shown.returncode == 0, shown.stderr
    assert "只是预览" in shown.stdout
    assert {path for path in county.data.root.rglob("*") if path.is_file()} == before, "a preview touches nothing"
    assert hedui("purge", FEED, DELIVERED, "--data", county.data.root, "--execute").returncode == 2

    done = purge(county, "--execute", *WHO, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)["plan"]
    assert [(entry["rows"], entry["disposition"]) for entry in told["deliveries"]] == [(2, "superseded")]
    assert [(entry["as_of"], entry["run_id"]) for entry in told["releases"]] == [(DELIVERED, "000001")]
    for text in PLANTED:
        assert files_with(county.data.root, text) == []
    assert sorted(path.name for path in old.iterdir()) == ["contracts", "manifest.json"]

    verified = hedui("verify-release", old)
    assert verified.returncode == 0, verified.stdout
    assert "其余部分完好" in verified.stdout
    assert "清除证明 000001" in verified.stdout
    assert hedui("verify-release", "--data", county.data.root).returncode == 0
    (certificate,) = county.data.purges.glob("*/certificate.html")
    page = certificate.read_text(encoding="utf-8")
    assert "数据清除证明" in page
    assert "李审核" in page


def test_a_purge_that_was_done_leaves_nothing_to_do(county: County) -> None:
    assert "没有需要清除的内容" in purge(county, "--execute", *WHO).stdout
    assert len(list(county.data.purges.iterdir())) == 1
