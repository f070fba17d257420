"""The benchmark counts rightly, says what it lacks, keeps the rest of its page, and runs from end to end."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import typer

from benchmarks import nights, reports
from benchmarks.measure import Cost, EngineError, run_engine
from benchmarks.report import HEADING, Line, section, tables, write_section
from benchmarks.scores import Score, best_pair_f1, fuzzy_score, group_score
from benchmarks.sets import PUBLIC, BenchmarkSet, cleaned_for_peers, county, missing_files, province
from pipelines.matching.tables import load_table_model

TRUTH = pl.DataFrame(
    {"record_id": ["1", "2", "3", "4", "5"], "entity": ["a", "a", "a", "b", "b"], "norm_id": ["x", "x", None, "y", "y"]}
)


def links(**person: str) -> pl.DataFrame:
    return pl.DataFrame({"record_id": [key[1:] for key in person], "person_id": list(person.values())})


def test_groups_are_scored_by_the_pairs_they_imply() -> None:
    score = group_score(links(r1="p", r2="p", r3="q", r4="q", r5="r"), TRUTH)
    assert score == Score(1 / 2, 1 / 4)
    assert score.f1 == pytest.approx(1 / 3)


def test_a_record_without_a_link_is_alone() -> None:
    assert group_score(links(r1="p", r2="p"), TRUTH) == Score(1.0, 1 / 4)


def test_pairs_that_a_number_settles_do_not_count_as_fuzzy() -> None:
    assert fuzzy_score(links(r1="p", r2="p", r3="q", r4="r", r5="r"), TRUTH) == Score(1.0, 0.0)
    assert fuzzy_score(links(r1="p", r2="p", r3="p", r4="r", r5="s"), TRUTH).recall == 1.0


def test_the_best_threshold_does_not_part_ties() -> None:
    pairs = pl.DataFrame(
        {"record_id_l": ["1", "1", "3"], "record_id_r": ["2", "4", "5"], "match_weight": [3.0, 3.0, 1.0]}
    )
    assert best_pair_f1(pairs, TRUTH) == pytest.approx(2 * 1 / (2 + 4))


def line(engine: str, wall: float) -> Line:
    fuzzy = Score(0.8, 0.8) if engine == "Splink" else Score(0.9, 0.9)
    return Line("set", 5, engine, Cost(wall, wall, 100.0, 7), Score(0.9, 0.9), 0.95, 0.9, fuzzy, fuzzy.f1 + 0.05, 0.01)


def test_costs_stand_as_ratios_to_the_peer() -> None:
    *_, ours, theirs = tables([line("Hedui", 1.0), line("Splink", 4.0)]).splitlines()
    assert ours.endswith("| 0.25, 0.25, 1.00 |")
    assert theirs.endswith("| – |")


def test_errors_stand_as_ratios_to_the_peer_at_its_best() -> None:
    ours, theirs = tables([line("Hedui", 1.0), line("Splink", 4.0)]).splitlines()[2:4]
    assert ours.endswith("| 0.9000 | 0.9500 | 0.33 | 0.67 | 0.0100 |")
    assert theirs.endswith("| – | – | 0.0100 |")


def test_the_peer_is_given_clean_values_and_no_placeholder() -> None:
    columns = {
        "name": ["王 伟", "张三(小三)", "李四"],
        "id_number": ["无", "3.40590194403210E+17", "34059019440321540X"],
    }
    given = cleaned_for_peers(pl.DataFrame({"record_id": [1, 2, 3], **columns, "birth_date": None, "sex": "男",
                                            "village": "江塘村", "phone": None, "account_number": None}))  # fmt: skip
    assert given["name"].to_list() == ["王伟", "张三", "李四"]
    assert given["pinyin"].to_list() == ["wan wei", "zan san", "li si"]
    assert given["id_number"].to_list()[:2] == [None, "340590194403210"]


def test_a_province_has_no_number_and_no_town_twice(tmp_path: Path) -> None:
    made = province(tmp_path, counties=2, persons=200)
    assert made.records["record_id"].n_unique() == made.records.height == made.truth.height
    first = made.truth.join(
        made.records.select(record_id=pl.col("record_id").cast(pl.String), town="town"), on="record_id"
    )
    one, other = (first.filter(pl.col("town").str.starts_with(sign)) for sign in "甲乙")
    assert one.height > 100
    assert other.height > 100
    assert not set(one["entity"]) & set(other["entity"])
    assert not set(one["norm_id"].drop_nulls()) & set(other["norm_id"].drop_nulls())


def test_what_was_not_measured_is_said() -> None:
    told = section([line("Hedui", 1.0)], [("febrl_3", "dataset3.csv")], "python -m benchmarks", "2026-11-24")
    assert "febrl_3 (dataset3.csv)" in told
    assert "Splink was not measured" in told


def test_the_section_is_replaced_and_the_rest_of_the_page_stays(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(f"# Benchmarks\n\n## Runs\n\nkept\n\n{HEADING}\n\nold\n\n## Later\n\nalso kept\n", encoding="utf-8")
    write_section(page, f"{HEADING}\n\nnew\n")
    told = page.read_text(encoding="utf-8")
    assert "old" not in told
    assert told.index("kept") < told.index("new") < told.index("also kept")
    write_section(tmp_path / "fresh.md", f"{HEADING}\n\nnew\n")
    assert (tmp_path / "fresh.md").read_text(encoding="utf-8").startswith("# Benchmarks")


def test_missing_public_sets_are_named(tmp_path: Path) -> None:
    (tmp_path / "fake_1000.csv").write_text("unique_id\n", encoding="utf-8")
    assert {name for name, _ in missing_files(tmp_path)} == set(PUBLIC) - {"fake_1000"}
    assert {name for name, _ in missing_files(None)} == set(PUBLIC)


@pytest.mark.parametrize("model", ["febrl", "fake_1000", "historical_50k"])
def test_the_models_of_the_public_sets_are_models(model: str) -> None:
    load_table_model(Path(__file__).parents[3] / "benchmarks" / "models" / f"{model}.yaml")


def test_hedui_runs_in_a_process_of_its_own_and_is_measured(tmp_path: Path) -> None:
    chosen = county(tmp_path, persons=300, difficulty="normal")
    cost, folder = run_engine("Hedui", chosen, tmp_path)
    assert cost.wall > 0
    assert cost.memory > 50
    assert cost.pairs == pl.read_parquet(folder / "pairs.parquet").height
    assert (folder / "links_0.5.parquet").exists()
    assert group_score(pl.read_parquet(folder / "links.parquet"), chosen.truth).f1 > 0.98


def test_an_engine_that_fails_is_told_with_its_last_words(tmp_path: Path) -> None:
    broken = BenchmarkSet("broken", pl.DataFrame({"x": [1]}), TRUTH, "record_id", None, "county")
    with pytest.raises(EngineError, match="broken"):
        run_engine("Hedui", broken, tmp_path)


def test_a_night_of_few_changes_is_measured_and_found_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended:
        nights.main(persons=400, share=0.02, work=tmp_path)
    assert ended.value.exit_code == 0
    rows, changed, pairs, compared, *_, result = capsys.readouterr().out.splitlines()[-1].strip("| ").split(" | ")
    assert result == "the same"
    assert 0 < int(changed) <= 0.02 * int(rows) + 1
    assert 0 < int(compared) < int(pairs)


def test_a_difference_between_the_two_is_told(tmp_path: Path) -> None:
    for mode, ids in (("full", ["a", "b"]), ("increment", ["a", "c"])):
        (tmp_path / mode).mkdir()
        pl.DataFrame({"person_id": ids}).write_ipc(tmp_path / mode / "person_link.arrow")
        pl.DataFrame({"person_id": ["a"]}).write_ipc(tmp_path / mode / "identity.arrow")
    assert nights.unlike(tmp_path) == ["person_link.arrow"]


def test_a_minute_of_reports_is_counted_from_the_wall_clock() -> None:
    line = reports.Measured("HTML", 1200, 30.0, 12.0, 300.0)
    assert line.a_minute == 2400
    assert reports.row(line) == "| HTML | 1,200 | 30.0 | 12.0 | 300 | 2,400 |"
