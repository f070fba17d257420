"""What changed of a household and because of what, over three releases that were really made: a verdict, a policy row
that comes into force, corrected deliveries. A past date built again with all of it there gives the same rows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from pipelines.review import Ledger
from tests.dbt_factory import PROJECT
from tests.nightly_county import County, rows_of

#: All in one month, so that no finding changes with the date alone.
FIRST, SECOND, CORRECTED, THIRD = (date(2026, 10, day) for day in (20, 21, 26, 28))
MORE_HOMES, NEW_CASE = 9, "NEWCASE0001"


class Story:
    """One county, its three releases, and the households that each change is made for."""

    def __init__(self, folder: Path) -> None:
        self.county = County(folder, seed=8, as_of=FIRST)
        self.release(FIRST)
        self.cleared, self.allowed, self.corrected = (
            self.ineligible_for(code) for code in ("vehicle_owned", "property_over_limit", "deposit_over_limit")
        )
        self.decide(self.cleared, "cleared", FIRST)
        self.second = self.release(SECOND)
        self.renumbered = self.correct_deliveries()
        self.third = self.release(THIRD)

    def release(self, as_of: date) -> Path:
        done = self.county.run(as_of.isoformat())
        assert done.returncode in (0, 3), done.stderr
        return max((self.county.data.releases / as_of.isoformat()).iterdir())

    def decide(self, household_id: str, verdict: str, on: date) -> None:
        """The verdict of a caseworker on the household's one finding, at noon of a day."""
        finding = self.findings(household_id)
        subject = {"finding_id": finding["finding_id"].item(), "fingerprint": finding["fingerprint"].item()}
        noon = datetime(on.year, on.month, on.day, 4, tzinfo=UTC)
        Ledger(self.county.data.decisions).append("finding", subject, verdict, who="工号0001", decided_at=noon)

    def ineligible_for(self, code: str) -> str:
        """The household that this finding alone makes ineligible; the first of them."""
        households = self.county.extract("verified_household").filter(
            pl.col("outcome") == "ineligible",
            pl.col("finding_codes") == [code],
            ~pl.col("outcome_reason").str.contains("另需核实"),
        )
        return str(households.sort("household_id")["household_id"][0])

    def findings(self, household_id: str) -> pl.DataFrame:
        household = pl.concat_str("household_feed", "household_case", separator=":")
        return self.county.extract("finding").filter(household == household_id)

    def correct_deliveries(self) -> str:
        """Deposits without the rows of the one household; 低保 with another number for another one's case, which is
        returned."""
        proof = [row for row in self.findings(self.corrected)["evidence"].item() if row["feed"] == "deposit"]
        rows = [row["row_number"] for row in proof]
        source = self.delivered("deposit", ".parquet")
        kept = pl.read_parquet(source).with_row_index("row", offset=1).filter(~pl.col("row").is_in(rows)).drop("row")
        kept.write_parquet(self.folder("deposit") / source.name)

        touched = {self.cleared, self.allowed, self.corrected}
        cases = self.county.extract("verified_household").filter(
            pl.col("case_feed") == "dibao", ~pl.col("household_id").is_in(touched)
        )
        case = str(cases.sort("household_id")["case_number"][0])
        source = self.delivered("dibao", ".xlsx")
        book = openpyxl.load_workbook(source)
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if str(cell.value) == case]
        assert cells
        for cell in cells:
            cell.value = NEW_CASE
        book.save(self.folder("dibao") / source.name)
        return case

    def delivered(self, feed: str, ending: str) -> Path:
        """The one file of the newest delivery of a feed."""
        newest = max(path for path in (self.county.landing / feed).iterdir() if path.name != CORRECTED.isoformat())
        (file,) = newest.glob(f"*{ending}")
        return file

    def folder(self, feed: str) -> Path:
        folder = self.county.landing / feed / CORRECTED.isoformat()
        folder.mkdir()
        return folder


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The county is judged by a project of its own: from the second date on a household may have nine homes."""
    folder = tmp_path_factory.mktemp("story")
    project = folder / "dbt_project"
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
    limits = project / "seeds" / "household_limit.csv"
    lines = limits.read_text(encoding="utf-8").splitlines()
    (old,) = [line for line in lines if line.startswith("home,")]
    code, title, _, unit, sentence, begins, _, *rest = old.split(",")
    rows = (["1", begins, FIRST.isoformat()], [str(MORE_HOMES), SECOND.isoformat(), ""])
    new = [",".join([code, title, limit, unit, sentence, since, until, *rest]) for limit, since, until in rows]
    limits.write_text("\n".join([*(line for line in lines if line != old), *new]) + "\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("HEDUI_DBT_PROJECT", str(project))
        yield Story(folder)


def changes(release: Path) -> dict[str, dict[str, Any]]:
    frame = pl.read_parquet(release / "extracts" / "household_change.parquet")
    return {row["household_id"]: row for row in frame.iter_rows(named=True)}


def test_a_verdict_is_the_cause_of_the_outcome_that_it_changed(story: Story) -> None:
    change = changes(story.second)[story.cleared]
    assert (change["kind_of_change"], change["outcome_before"]) == ("outcome_changed", "ineligible")
    assert change["outcome_after"] == "eligible"
    assert change["finding_codes_gone"] == ["vehicle_owned"]
    assert change["cause_kind"] == ["verdict"]
    said = f"{FIRST:%Y}年{FIRST.month}月{FIRST.day}日的核查结论：疑点“名下有机动车”已排除"
    assert change["cause"] == [said]


def test_a_policy_row_that_came_into_force_is_named_with_both_figures(story: Story) -> None:
    change = changes(story.second)[story.allowed]
    assert (change["kind_of_change"], change["outcome_after"]) == ("outcome_changed", "eligible")
    assert change["finding_codes_gone"] == ["property_over_limit"]
    assert change["cause_kind"] == ["policy"]
    (cause,) = change["cause"]
    assert cause.startswith("政策表“家庭限额”household_limit中“home”有效的行有变：原为")
    assert f'"limit_value":{MORE_HOMES}' in cause.split("现为")[1].replace(" ", "")


def test_a_corrected_delivery_is_the_cause_with_its_rows(story: Story) -> None:
    assert story.corrected not in changes(story.second)
    change = changes(story.third)[story.corrected]
    assert (change["kind_of_change"], change["outcome_after"]) == ("outcome_changed", "eligible")
    assert change["finding_codes_gone"] == ["deposit_over_limit"]
    assert change["cause_kind"] == ["delivery"]
    (cause,) = change["cause"]
    assert cause.startswith(f"《金融资产余额》{CORRECTED.isoformat()}报送：与本户有关的")
    assert "不再出现或已改动" in cause


def test_a_case_under_another_number_is_one_household_gone_and_one_new(story: Story) -> None:
    told = changes(story.third)
    gone, new = told[f"dibao:{story.renumbered}"], told[f"dibao:{NEW_CASE}"]
    assert (gone["kind_of_change"], gone["outcome_after"]) == ("removed", None)
    assert (new["kind_of_change"], new["outcome_before"]) == ("added", None)
    for change in (gone, new):
        assert change["cause_kind"] == ["delivery"]
        assert change["cause"][0].startswith(f"《最低生活保障对象花名册》{CORRECTED.isoformat()}报送：")


def test_every_release_follows_on_the_one_before(story: Story) -> None:
    for release, before in ((story.second, FIRST), (story.third, SECOND)):
        frame = pl.read_parquet(release / "extracts" / "household_change.parquet")
        assert frame["previous_as_of"].unique().to_list() == [before]


def test_a_past_date_built_again_after_later_changes_gives_the_same_rows(story: Story) -> None:
    """The corrected deliveries lie in the landing folder, the third release was made of them, a verdict followed it."""
    before = rows_of(story.second)
    story.decide(story.ineligible_for("business_interest"), "confirmed", THIRD)
    again = story.release(SECOND)
    assert again != story.second
    assert rows_of(again) == before
