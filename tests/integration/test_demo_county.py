"""The synthetic county as a whole: what is on disk agrees with what its truth says."""

from __future__ import annotations

import csv
import hashlib
import io
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from pipelines.contracts import all_feeds
from pipelines.demo import CountySummary, make_county, make_flat
from pipelines.demo.id_numbers import is_valid

CODES = {
    "deceased_recipient",
    "payment_after_death",
    "duplicate_enrolment",
    "exclusive_programmes",
    "payment_without_entitlement",
    "payment_amount_mismatch",
    "shared_account",
    "undeclared_spouse",
    "adopted_orphan",
    "age_mismatch",
    "undeclared_fishing_compensation",
    "income_over_limit",
    "vehicle_owned",
    "property_over_limit",
    "deposit_over_limit",
    "business_interest",
    "identity_conflict",
    "uncovered_hardship",
    "member_gap",
    "unauthorised_check",
}
FURTHER_CODES = {
    "top_up_not_reduced",
    "higher_benefit_not_taken",
    "review_overdue",
    "grace_period_over",
    "single_person_household",
    "dead_member_counted",
    "vessel_compensated_twice",
    "transition_subsidy_overrun",
    "disabled_without_benefit",
    "fisher_without_income",
    "elderly_without_allowance",
    "poverty_mark_missing",
    "poverty_mark_unfounded",
}
ADDRESS = ["feed", "delivery", "file", "sheet", "row_number"]


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> CountySummary:
    return make_county(tmp_path_factory.mktemp("county"), persons=4000, seed=5)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def lines_of(path: Path, sheet: str | None) -> list[list[object]]:
    """The file as a spreadsheet user sees it: line 1 is the first one; in Parquet line 1 is the first data row."""
    if path.suffix == ".xlsx":
        return CalamineWorkbook.from_path(path).get_sheet_by_name(str(sheet)).to_python(skip_empty_area=False)
    if path.suffix == ".parquet":
        return [list(row) for row in pl.read_parquet(path).rows()]
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return [list(line) for line in csv.reader(io.StringIO(data.decode(encoding)))]
        except UnicodeDecodeError:
            continue
    raise AssertionError(f"{path.name} has no known encoding")


def test_same_seed_same_bytes_and_another_seed_another_county(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("same", 3), ("other", 4)):
        make_county(tmp_path / name, persons=700, seed=seed)
    one, same, other = (digests(tmp_path / name) for name in ("one", "same", "other"))
    assert one == same
    assert one != other
    assert len(one) > 30


def test_refuses_a_folder_that_holds_deliveries(county: CountySummary) -> None:
    with pytest.raises(FileExistsError, match="not empty"):
        make_county(county.landing.parent, persons=100)


def test_every_feed_is_delivered_and_every_code_is_planted(county: CountySummary) -> None:
    assert {p.name for p in county.landing.iterdir()} == set(all_feeds())
    assert {code for code, count in county.findings.items() if count > 0} == CODES
    further = pl.read_parquet(county.truth / "further_finding.parquet")
    assert set(further.filter(~pl.col("optional"))["code"]) == FURTHER_CODES


def test_all_file_types_and_encodings_occur(county: CountySummary) -> None:
    files = [p for p in county.landing.rglob("*") if p.is_file()]
    assert {p.suffix for p in files} == {".xlsx", ".csv", ".parquet"}
    tables = [p.read_bytes() for p in files if p.suffix == ".csv"]
    with_mark = [data for data in tables if data.startswith(b"\xef\xbb\xbf")]
    not_utf8 = []
    for data in tables:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            not_utf8.append(data.decode("gb18030"))
    assert with_mark
    assert not_utf8
    assert len(with_mark) + len(not_utf8) < len(tables)


def test_every_address_holds_the_name_that_was_delivered(county: CountySummary) -> None:
    record = pl.read_parquet(county.truth / "record.parquet")
    checked = 0
    for (feed, delivery, file, sheet), rows in record.group_by(ADDRESS[:4]):
        lines = lines_of(county.landing / str(feed) / str(delivery) / str(file), sheet and str(sheet))
        for number, name, written in rows.select("row_number", "delivered_name", "delivered_id").iter_rows():
            line = lines[number - 1]
            assert name in line
            if written and written.strip("'").isalnum() and written.isascii():
                assert written in line
            checked += 1
    assert checked == record.height > 10_000


def test_every_quarantined_and_every_evidence_row_exists(county: CountySummary) -> None:
    evidence = pl.read_parquet(county.truth / "finding.parquet").explode("evidence")["evidence"].struct.unnest()
    quarantine = pl.read_parquet(county.truth / "quarantine.parquet")
    assert set(quarantine["reason"]) == {"no_identity", "amount_negative", "amount_text", "date_impossible"}
    for (feed, delivery, file, sheet), rows in pl.concat([evidence, quarantine.select(ADDRESS)]).group_by(ADDRESS[:4]):
        lines = lines_of(county.landing / str(feed) / str(delivery) / str(file), sheet and str(sheet))
        for number in rows["row_number"]:
            assert any(cell not in (None, "") for cell in lines[number - 1])


def test_numbers_are_of_the_synthetic_area_and_recovered_only_when_valid(county: CountySummary) -> None:
    person = pl.read_parquet(county.truth / "person.parquet")
    record = pl.read_parquet(county.truth / "record.parquet")
    assert person["id_number"].n_unique() == person.height
    for number in [*person["id_number"], *record["norm_id"].drop_nulls().unique()]:
        assert number.startswith("340590")
        assert is_valid(number)
    spoilt = record.filter(pl.col("id_tag").is_in(["typo", "swap", "truncated", "rounded", "missing"]))
    assert spoilt.height > 100
    assert spoilt["norm_id"].null_count() == spoilt.height
    assert not any(
        is_valid(number) for number in spoilt["delivered_id"].drop_nulls() if number[0] == "3" and len(number) == 18
    )
    assert {"ok", "format", "15", "missing", "typo", "swap", "rounded", "truncated", "other"} == set(record["id_tag"])


def test_totals_are_right(county: CountySummary) -> None:
    path = next((county.landing / "elderly_allowance").glob("2026-10-*/*.xlsx"))
    for sheet in CalamineWorkbook.from_path(path).sheet_names:
        lines = lines_of(path, sheet)
        header = next(line for line in lines if "月津贴金额" in line)
        place = header.index("月津贴金额")
        total = next(line for line in lines if line[0] == "合计")
        amounts = [line[place] for line in lines if isinstance(line[0], float)]
        if all(isinstance(amount, float) for amount in amounts):
            assert sum(amounts) == total[place]


def test_overlapping_deliveries_repeat_rows_and_older_snapshots_are_superseded(county: CountySummary) -> None:
    record = pl.read_parquet(county.truth / "record.parquet")
    repeated = (
        record.filter(pl.col("feed") == "payment").group_by("rid").agg(pl.col("delivery").n_unique().alias("times"))
    )
    assert (repeated["times"] == 2).any()
    assert (repeated["times"] == 1).any()
    older = record.filter(pl.col("superseded"))
    assert set(older["feed"]) == {"dibao", "elderly_allowance"}
    assert older["optional"].all()


def test_another_business_date(tmp_path: Path) -> None:
    summary = make_county(tmp_path, persons=1500, seed=2, as_of=date(2028, 2, 29))
    deliveries = {p.name for p in summary.landing.glob("*/*")}
    assert max(deliveries) == "2028-02-29"
    assert summary.findings["age_mismatch"] > 0


@pytest.mark.parametrize("difficulty", ["normal", "hard"])
def test_flat_table_with_truth(tmp_path: Path, difficulty: str) -> None:
    records, truth = (
        pl.read_parquet(path) for path in make_flat(tmp_path, persons=2000, seed=1, difficulty=difficulty)
    )
    assert records.columns == [
        "record_id",
        "source",
        "name",
        "id_number",
        "sex",
        "birth_date",
        "town",
        "village",
        "address",
        "phone",
        "account_number",
    ]
    assert records["record_id"].to_list() == truth["record_id"].to_list()
    assert truth["person_uid"].n_unique() < records.height
    lost = truth["norm_id"].null_count() / truth.height
    assert (0.01 < lost < 0.06) if difficulty == "normal" else (0.15 < lost < 0.4)
