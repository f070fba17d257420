"""A delivery whose figures cannot be meant is left out by the run that meets it, until a person lets it pass."""

from __future__ import annotations

import json
import re

import polars as pl
import pytest

from tests.nightly_county import County, hedui

GOOD, YEARLY = "2026-10-30", "2026-10-31"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    """Two deliveries of deposits, of which the second has every balance twelve times over; then one run."""
    made = County(tmp_path_factory.mktemp("county"), seed=3)
    (first,) = (made.landing / "deposit").rglob("*.parquet")
    assert first.parent.name == GOOD
    second = made.landing / "deposit" / YEARLY / "云泽县-金融资产余额.parquet"
    second.parent.mkdir()
    pl.read_parquet(first).with_columns(pl.col("余额") * 12).write_parquet(second)
    done = made.run(YEARLY, "--json")
    assert done.returncode == 3, done.stderr
    (made.data.root.parent / "told.json").write_text(done.stdout, encoding="utf-8")
    return made


def told(county: County) -> dict:
    return json.loads((county.data.root.parent / "told.json").read_text(encoding="utf-8"))


def quality(county: County) -> dict:
    return json.loads((county.release() / "reports" / "quality.json").read_text(encoding="utf-8"))


def feed_of(county: County) -> dict:
    return next(feed for feed in quality(county)["feeds"] if feed["feed"] == "deposit")


def test_the_run_goes_on_with_the_last_good_delivery_and_says_so(county: County) -> None:
    (feed,) = [feed for feed in told(county)["feeds"] if feed["feed"] == "deposit"]
    assert (feed["delivery"], feed["is_fallback"], feed["files_held"]) == (GOOD, True, 1)
    (warning,) = [text for text in told(county)["warnings"] if "数据质量" in text]
    assert "位置：deposit/2026-10-31" in warning
    assert "处理：" in warning
    receipts = county.extract("delivery_receipt").filter(pl.col("feed") == "deposit").sort("delivery")
    assert receipts["disposition"].to_list() == ["accepted", "held"]
    assert hedui("verify-release", "--data", county.data.root).returncode == 0


def test_no_row_of_the_held_delivery_is_used(county: County) -> None:
    linked = county.extract("person_link").filter(pl.col("feed") == "deposit")
    assert linked["delivery"].unique().to_list() == [GOOD]


def test_the_receipt_of_the_held_delivery_says_what_could_be_used_of_it(county: County) -> None:
    page = (county.release() / "receipts" / "deposit" / f"{YEARLY}.html").read_text(encoding="utf-8")
    (rows,) = re.findall(r"<td>可采用 (\d+) 行，不能采用 0 行，与前面的行重复 0 行；", page)
    (told_rows,) = county.extract("delivery_receipt").filter(feed="deposit", delivery=YEARLY)["rows_not_in_force"]
    assert int(rows) == told_rows > 0


def test_the_page_tells_why_and_by_which_figure(county: County) -> None:
    feed = feed_of(county)
    assert (feed["delivery"], feed["is_fallback"]) == (GOOD, True)
    assert [held["delivery"] for held in feed["held"]] == [YEARLY]
    assert "余额：中位数" in feed["held"][0]["reason"]
    page = (county.release() / "reports" / "quality.html").read_text(encoding="utf-8")
    assert "余额：中位数" in page
    assert "用了前一次" in page


def test_profiles_are_kept_and_hold_no_value_of_a_row(county: County) -> None:
    kept = sorted(path.name[:10] for path in (county.data.quality / "deposit").glob("*.json"))
    assert kept == [GOOD, YEARLY]
    numbers = set(pl.read_parquet(county.truth / "record.parquet")["norm_id"].drop_nulls())
    folder = county.release() / "reports"
    texts = [path.read_text(encoding="utf-8") for path in (*county.data.quality.rglob("*.json"), *folder.iterdir())]
    assert not [number for number in numbers for text in texts if number in text]


def test_every_member_of_every_household_is_graded_and_the_household_follows(county: County) -> None:
    members, households = county.extract("household_member"), county.extract("verified_household")
    worst = members.group_by("household_id").agg(member=pl.col("data_quality_grade").max())
    both = households.join(worst, on="household_id")
    counted = households.select("household_id", "declared_member_count").join(
        members.group_by("household_id").len(), on="household_id", how="left"
    )
    assert counted.filter(pl.col("len").fill_null(0) != pl.col("declared_member_count")).is_empty()
    assert both.filter(pl.col("data_quality_grade") < pl.min_horizontal("member", pl.lit("C"))).is_empty()
    doubted = members.filter(pl.col("data_quality_grade").is_in(["B", "C"]))
    assert doubted.height > 0
    assert doubted.filter(pl.col("data_quality_doubts").list.len() == 0).is_empty()
    clean = members.filter(data_quality_grade="A")
    assert clean.filter(pl.col("doubted_row_ids").list.len() > 0).is_empty()


def test_what_a_person_lets_pass_is_used_and_the_doubt_stays_on_the_page(county: County) -> None:
    ruling = ("--who", "主任", "--reason", "本次为全部账户", "--data", county.data.root)
    done = hedui("deliveries", "approve", "deposit", YEARLY, *ruling)
    assert done.returncode == 0, done.stderr
    again = county.run(YEARLY)
    assert again.returncode in (0, 3), again.stderr
    feed = feed_of(county)
    assert (feed["delivery"], feed["held"]) == (YEARLY, [])
    drift = {result["name"]: result["passed"] for result in quality(county)["results"] if result["feed"] == "deposit"}
    assert drift["medians_keep_their_unit"] is False
