"""The whole run through the command line, on a tiny county: outcome, lock, gate, crash, repetition, the past."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import time
from datetime import timedelta
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import yaml

from pipelines.matching.model import SHIPPED
from pipelines.settings import business_today
from pipelines.storage.lock import run_lock
from pipelines.storage.register import Register
from pipelines.storage.releases import read_manifest
from tests.dbt_factory import PROJECT
from tests.nightly_county import AS_OF, COMMAND, County, hedui, rows_of


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    """Run once for the first business date; the tests that follow read, or run again."""
    folder = tmp_path_factory.mktemp("county")
    made = County(folder, seed=3)
    done = made.run(AS_OF, "--json")
    assert done.returncode in (0, 3), done.stderr
    (folder / "first.json").write_text(done.stdout, encoding="utf-8")
    return made


def test_a_run_is_released_and_tells_its_rows_and_times(county: County) -> None:
    told = json.loads((county.data.root.parent / "first.json").read_text(encoding="utf-8"))
    assert told["state"] in ("finished", "held_back")
    assert len(told["feeds"]) == 24
    assert all(feed["read"] == feed["used"] + feed["repeated"] + feed["quarantined"] for feed in told["feeds"])
    assert {"start", "intake", "staging", "matching", "marts", "staged_release", "all"} <= set(told["timings"])
    assert sum(units for *_, units in told["figures"]["households"]) > 0
    assert hedui("verify-release", "--data", county.data.root).returncode == 0
    assert not any(county.data.work.iterdir())


def test_the_release_is_close_to_the_truth(county: County) -> None:
    done = hedui("evaluate", "--truth", county.truth, "--data", county.data.root, "--json")
    assert done.returncode == 0, done.stderr
    scored = json.loads(done.stdout)
    assert scored["findings"]["overall"]["f1"] > 0.9
    assert scored["households"]["outcome_agreement"] > 0.9


def test_a_household_is_traced_to_cells_without_a_full_id_number(county: County) -> None:
    household = county.extract("verified_household").sort("household_id")["household_id"][0]
    done = hedui("lineage", "household", household, "--data", county.data.root)
    assert done.returncode == 0, done.stderr
    numbers = pl.read_parquet(county.truth / "record.parquet")["norm_id"].drop_nulls().unique().to_list()
    assert "身份证号" in done.stdout
    assert not [number for number in numbers if number in done.stdout]


def test_every_household_has_its_report_and_no_report_a_full_number(county: County, tmp_path: Path) -> None:
    done = hedui("report", "town", "--all", "--data", county.data.root, "--out", tmp_path, "--json")
    assert done.returncode == 0, done.stderr
    households = county.extract("verified_household")
    assert json.loads(done.stdout)["reports"] == households.height > 0
    pages = {path: path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.html")}
    records = pl.read_parquet(county.truth / "record.parquet")
    numbers = set(records["norm_id"].drop_nulls())
    shown = {number for page in pages.values() for number in re.findall(r"\d{17}[0-9X]", page)}
    assert numbers
    assert not numbers & shown
    doubted = households.filter(pl.col("finding_codes").list.len() > 0).height
    assert sum("可凭材料" in page for page in pages.values()) >= doubted > 0
    assert not [path for path, page in pages.items() if "没有列出，请向出具报告的机构询问" in page]


def test_every_delivery_has_a_receipt_that_adds_up_and_shows_no_full_number(county: County) -> None:
    folder = county.release() / "receipts"
    is_told = pl.col("in_force") | pl.col("disposition").is_in(["held", "rejected"])
    told = county.extract("delivery_receipt").filter(is_told)
    held = county.extract("quarantine").filter(pl.col("disposition").is_in(["row_held", "value_not_used"]))
    pages = {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.html")}
    assert told["in_force"].any()
    assert {f"{feed}/{delivery}.html" for feed, delivery in told.select("feed", "delivery").iter_rows()} == set(pages)
    numbers = set(pl.read_parquet(county.truth / "record.parquet")["norm_id"].drop_nulls())
    assert not numbers & {found for page in pages.values() for found in re.findall(r"\d{17}[0-9X]", page)}
    listed = 0
    for path in folder.rglob("*.xlsx"):
        book = openpyxl.load_workbook(path, read_only=True)
        listed += sum(1 for _ in book["需要更正"].iter_rows(min_row=4))
        sheets = list(book["文件与工作表"].iter_rows(min_row=4, values_only=True))
        assert all(row[11] == sum(row[12:15]) and row[6] == sum(row[7:12]) for row in sheets if row[12] is not None)
        book.close()
    assert listed == held.height > 0


def test_a_person_is_told_step_by_step_and_its_rows_are_explained(county: County) -> None:
    linked = (
        county.extract("person_link").filter(pl.col("link_method") == "model").sort("mention_id").row(0, named=True)
    )
    asked = ("lineage", "person", linked["person_id"], "--data", county.data.root)
    reasons = json.loads(hedui(*asked, "--json").stdout)["reasons"]
    joined = [reason for reason in reasons if (reason["outcome"], reason["method"]) == ("joined", "model")]
    assert joined
    assert all(reason["waterfall"] and reason["sentence"] for reason in joined)
    assert "归并 1" in hedui(*asked).stdout
    rows = [row["mention_id"] for row in joined[0]["rows"]]
    assert hedui("explain", *rows, "--data", county.data.root, "--json").returncode == 0


def test_a_verdict_on_a_finding_clears_it_in_the_next_run_and_stands_in_the_chain(county: County) -> None:
    # A defect of two rows of one snapshot: it neither ages nor moves, so only the verdict can change its state.
    open_conflicts = county.extract("finding").filter(pl.col("code") == "identity_conflict", pl.col("state") == "open")
    finding, other = open_conflicts.sort("finding_id")["finding_id"].head(2)
    told = ["--who", "工号0001", "--reason", "已入户核实", "--data", county.data.root]
    assert hedui("decide", "finding", finding, "cleared", *told).returncode == 0
    # The verdict falls on today's date, so it is in force from a business date after it.
    done = county.run((business_today() + timedelta(days=1)).isoformat())
    assert done.returncode in (0, 3), done.stderr
    states = dict(county.extract("finding").select("finding_id", "state").iter_rows())
    assert (states[finding], states[other]) == ("cleared", "open")
    assert hedui("verify-release", "--data", county.data.root).returncode == 0
    assert hedui("decide", "finding", "no-such-id", "cleared", *told).returncode == 2


def test_a_second_run_under_the_lock_ends_with_4_and_names_the_owner(county: County) -> None:
    with run_lock(county.data, "000777"):
        done = county.run()
    assert done.returncode == 4
    assert "000777" in done.stderr
    assert "处理" in done.stderr
    assert done.stdout == ""


def test_a_date_without_any_register_is_stopped_by_the_gate_and_the_release_stands(county: County) -> None:
    before = county.data.current.read_bytes()
    done = county.run("2020-06-01")
    assert done.returncode == 5, done.stderr
    assert "上一次发布继续有效" in done.stderr
    assert county.data.current.read_bytes() == before


def test_a_killed_run_leaves_the_release_and_two_runs_of_one_date_give_the_same_rows(county: County) -> None:
    standing = county.release()
    of_the_date = sorted((county.data.releases / AS_OF).iterdir())
    command = [*COMMAND, "run", "--landing", str(county.landing), "--data", str(county.data.root), "--as-of", AS_OF]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not list(county.data.work.glob("*/export/person_mention.parquet")):
        assert child.poll() is None, "the run ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.05)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert county.release() == standing
    assert sorted((county.data.releases / AS_OF).iterdir()) == of_the_date
    done = county.run()
    assert done.returncode in (0, 3), done.stderr
    made_since = sorted(set((county.data.releases / AS_OF).iterdir()) - set(of_the_date))
    assert len(made_since) == 1
    before, after = rows_of(of_the_date[0]), rows_of(made_since[0])
    assert set(before) == set(after)
    for name in before:
        assert before[name] == after[name], name
    assert "crashed" in [run.state for run in Register(county.data.register).runs()]


def test_a_past_business_date_uses_only_what_had_been_delivered_by_then(county: County) -> None:
    done = county.run("2026-10-01", "--json")
    told = json.loads(done.stdout)
    assert done.returncode in (0, 3), told["reasons"]
    release = Path(told["release"])
    assert pl.read_parquet(release / "extracts" / "person_link.parquet")["delivery"].max() <= "2026-10-01"
    assert county.release() != release, "a run of the past does not put its release in force"


def test_a_standard_on_trial_touches_households_and_no_file_of_the_release(county: County, tmp_path: Path) -> None:
    """Raised without bound, a standard leaves no income above it; the release stays as it was, the copy goes."""
    release = county.release()
    before = {path: path.stat().st_mtime_ns for path in release.rglob("*")}
    change = tmp_path / "change.csv"
    change.write_text("项目,城乡类别,月标准,执行起始年月\n低保,,99999,2026-11\n", encoding="gb18030")
    asked = ("policy", "try", change, "--data", county.data.root)
    told = json.loads(hedui(*asked, "--json").stdout)
    judged = county.extract("verified_household")
    over = county.extract("finding").filter(pl.col("code") == "income_over_limit", pl.col("state") != "cleared")
    assert told["judged"] == judged.height
    assert {rule["after"] for rule in told["rules"]} == {"99999"}
    (found,) = [finding for finding in told["findings"] if finding["code"] == "income_over_limit"]
    assert (found["new"], found["gone"]) == (0, over.height)
    assert sum(move["units"] for move in told["moves"]) > 0
    shown = {row["household_id"]: row["outcome_before"] for row in told["households"]}
    published = dict(judged.select("household_id", "outcome").iter_rows())
    assert shown.items() <= published.items(), "without the change the release's own outcomes come out"
    assert {path: path.stat().st_mtime_ns for path in release.rglob("*")} == before
    assert not any(county.data.trials.iterdir())
    assert hedui("verify-release", "--data", county.data.root).returncode == 0

    done = hedui(*asked, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    sheet = openpyxl.load_workbook(tmp_path / "out" / "政策试算.xlsx")["结论变化"]
    listed = {row[15] for row in sheet.iter_rows(min_row=4, values_only=True)}
    assert listed == set(shown)


def test_two_days_of_one_policy_differ_in_nothing_and_a_rule_of_later_finds_nothing_before(county: County) -> None:
    def diff(since: str, until: str) -> dict:
        done = hedui("policy", "diff", "--from", since, "--to", until, "--data", county.data.root, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    same = diff(AS_OF, "2026-10-30")
    assert (same["rules"], same["moves"], same["findings"], same["households"]) == ([], [], [], [])
    then = diff("2020-12-31", AS_OF)
    fishing = [rule for rule in then["rules"] if rule["item"] == "过渡期生活补助计算期"]
    assert [(rule["before"], rule["after"], rule["begins"]) for rule in fishing] == [(None, "有效", "2021-01-01")]
    assert all(finding["gone"] == 0 for finding in then["findings"] if finding["code"] == "uncovered_hardship")


def test_another_model_on_trial_is_told_beside_the_one_in_force_and_touches_nothing(
    county: County, tmp_path: Path
) -> None:
    """Stricter in joining, freer in asking: rows are parted and pairs come before a person. The release stays."""
    release, kept = county.release(), _files(county.data.root)
    content = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    for name, value in {"link": 0.9999, "stay": 0.5, "review": 0.02}.items():
        content["thresholds"][name]["value"] = value
    stricter = tmp_path / "stricter.yaml"
    stricter.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    asked = ("model", "try", stricter, "--data", county.data.root, "--json")

    done = hedui(*asked, "--afresh", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    versions = [model["version"] for model in told["models"]]
    assert versions[0] == read_manifest(release)["model_version"] != versions[1]
    assert [difference["item"] for difference in told["differences"]] == ["自动归并", "上次已归并的保持", "列为待核"]
    assert told["persons"]["before"] == county.extract("person_link")["person_id"].n_unique()
    assert told["persons"]["split"] > 0 == told["persons"]["merged"]
    assert told["review"]["before"] == county.extract("duplicate_candidate").height < told["review"]["after"]
    assert told["judged"] == county.extract("verified_household").height
    moved = {(move["zone_before"], move["zone_after"]): move["pairs"] for move in told["pair_moves"]}
    book = openpyxl.load_workbook(tmp_path / "out" / "模型对照.xlsx")
    listed = {sheet: book[sheet].max_row - 3 for sheet in ("新归并", "新分开", "待核进出")}
    parted = sum(pairs for (before, _), pairs in moved.items() if before == "joined")
    assert listed == {"新归并": 0, "新分开": parted, "待核进出": moved["apart", "review"]}
    cells = [str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line]
    for text in (done.stdout, *cells):
        assert not re.search(r"(?<!\d)\d{17}[\dX]", text)

    remembering = json.loads(hedui(*asked).stdout)
    assert remembering["persons"]["split"] == 0, "who was one person stays so down to the threshold of staying"
    assert remembering["held"]["after"] > 0 == remembering["held"]["before"]
    assert _files(county.data.root) == kept, "release, ledger, register and lock are as they were, and no copy is left"


def _files(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_a_broken_policy_table_stops_the_run_before_anything_is_judged(
    county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = county.data.current.read_bytes()
    shutil.copytree(PROJECT, tmp_path / "dbt_project", ignore=shutil.ignore_patterns("target", "logs"))
    limits = tmp_path / "dbt_project" / "seeds" / "household_limit.csv"
    lines = limits.read_text(encoding="utf-8").splitlines(keepends=True)
    limits.write_text("".join(line for line in lines if not line.startswith("income,")), encoding="utf-8")
    monkeypatch.setenv("HEDUI_DBT_PROJECT", str(tmp_path / "dbt_project"))
    done = county.run()
    assert done.returncode == 5, done.stderr
    assert "income”没有任何一行" in done.stderr
    assert "seeds/household_limit.csv" in done.stderr
    assert county.data.current.read_bytes() == before
    refused = hedui("policy", "diff", "--from", AS_OF, "--to", AS_OF, "--data", county.data.root)
    assert refused.returncode == 5
    assert "household_limit.csv" in refused.stderr
