"""Re-estimation without labels: what it finds in made records, and that it stays near the model where there are few."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipelines.demo import make_flat
from pipelines.matching import MatchingInputError, link_records, load_model
from pipelines.matching.estimation import as_yaml, changed_levels, estimate, model_file
from pipelines.matching.records import clean_records


def mentions(folder: Path, persons: int, difficulty: str) -> pl.DataFrame:
    records, _ = make_flat(folder, persons=persons, seed=3, difficulty=difficulty)
    return clean_records(pl.read_parquet(records))


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    return mentions(tmp_path_factory.mktemp("hard"), 2_000, "hard")


def test_u_is_the_share_among_random_pairs(hard: pl.DataFrame) -> None:
    levels = estimate(hard, load_model()).model.levels
    assert levels["sex"]["same"].u == pytest.approx(0.5, abs=0.01)
    assert levels["birth_date"]["same_year"].u == pytest.approx(1 / 80, rel=0.6)
    assert levels["name"]["different"].u > 0.9
    shipped = load_model().levels["name"]
    assert levels["name"]["exact"].u == shipped["exact"].u, "the floor of a measured frequency stays"


def test_m_follows_the_offices_care(hard: pl.DataFrame, tmp_path: Path) -> None:
    """More mistakes in the records: fewer exact names among the pairs of one person."""
    careful = estimate(mentions(tmp_path, 2_000, "normal"), load_model()).model.levels["name"]
    careless = estimate(hard, load_model()).model.levels["name"]
    assert careless["exact"].m < careful["exact"].m - 0.01
    assert careless["same_sound"].m > 2 * careful["same_sound"].m


def test_without_numbers_m_comes_from_the_pairs_that_are_probably_one_person(tmp_path: Path) -> None:
    records, _ = make_flat(tmp_path, persons=2_000, seed=3, difficulty="hard")
    unnumbered = clean_records(pl.read_parquet(records).drop("id_number"))
    found = estimate(unnumbered, load_model())
    shipped = load_model().levels["birth_date"]
    assert found.expected > 100
    assert found.model.levels["birth_date"]["lunar"].m > 1.5 * shipped["lunar"].m


def test_a_small_table_moves_the_model_little(hard: pl.DataFrame) -> None:
    few = estimate(hard.head(40), load_model())
    for name, table in load_model().levels.items():
        for level, entry in table.items():
            assert few.model.levels[name][level].m == pytest.approx(entry.m, abs=0.06), (name, level)


def test_the_same_records_give_the_same_model(hard: pl.DataFrame) -> None:
    one, other = (
        as_yaml(model_file(estimate(h, load_model()), None, date(2026, 1, 1))) for h in (hard, hard.reverse())
    )
    assert one == other


def test_the_written_file_is_a_model_with_its_card(hard: pl.DataFrame, tmp_path: Path) -> None:
    found = estimate(hard, load_model())
    own = tmp_path / "own-2026-11-24.yaml"
    own.write_text(as_yaml(model_file(found, None, date(2026, 11, 24))), encoding="utf-8")
    read = load_model(own)
    assert read.dated == "2026-11-24"
    assert str(found.mentions) in read.card["data"]
    assert read.thresholds == load_model().thresholds
    assert changed_levels(found.model, read) == []
    assert changed_levels(load_model(), read)


def test_nothing_is_estimated_on_nobody() -> None:
    with pytest.raises(MatchingInputError, match="不足两人"):
        estimate(clean_records(pl.DataFrame({"record_id": ["a"], "name": ["王伟"]})), load_model())


def test_linking_with_the_estimated_model_is_as_right(hard: pl.DataFrame, tmp_path: Path) -> None:
    records, truth = make_flat(tmp_path, persons=2_000, seed=9, difficulty="hard")
    own = tmp_path / "own.yaml"
    own.write_text(as_yaml(model_file(estimate(hard, load_model()), None, date(2026, 11, 24))), encoding="utf-8")
    uid = pl.read_parquet(truth).select("record_id", "person_uid")
    wrong = []
    for path in (None, own):
        links = link_records(pl.read_parquet(records), load_model(path)).links.join(uid, on="record_id")
        wrong.append(abs(links["person_id"].n_unique() - uid["person_uid"].n_unique()))
    assert wrong[1] <= wrong[0] + 15
