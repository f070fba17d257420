"""How often matching is right on a synthetic flat table: floors under F1, precision, and honest probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from pipelines.demo import make_flat
from pipelines.matching import link_records, load_model
from pipelines.matching.calibration import expected_calibration_error, reliability

PERSONS = 4_000


@dataclass(frozen=True)
class Outcome:
    """`records`: record_id, person_uid, norm_id, person_id, match_probability, link_method. `scored`: the pairs
    compared, with probability and is_same.
    """

    records: pl.DataFrame
    scored: pl.DataFrame

    def pairs(self, *keys: str, numbered: bool = False) -> int:
        """Pairs of records that agree on the keys (`numbered`: and on a readable ID number)."""
        rows = self.records.drop_nulls("norm_id") if numbered else self.records
        sizes = rows.group_by(*keys, *(["norm_id"] if numbered else [])).len()["len"].cast(pl.Int64)
        return int((sizes * (sizes - 1) // 2).sum())

    def score(self, fuzzy: bool) -> tuple[float, float]:
        """(precision, recall) over all pairs, or over those that need more than one identical number."""
        true, found, right = (
            self.pairs(*keys) - (self.pairs(*keys, numbered=True) if fuzzy else 0)
            for keys in (("person_uid",), ("person_id",), ("person_uid", "person_id"))
        )
        return right / found, right / true


def harmonic(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall)


def run(folder: Path, difficulty: str, seed: int) -> Outcome:
    records, truth = make_flat(folder, persons=PERSONS, seed=seed, difficulty=difficulty)
    linkage = link_records(pl.read_parquet(records), load_model())
    known = pl.read_parquet(truth)
    uid = known.select("record_id", "person_uid")
    left, right = (uid.rename({"record_id": f"record_id_{s}", "person_uid": f"uid_{s}"}) for s in "lr")
    scored = linkage.pairs.join(left, on="record_id_l").join(right, on="record_id_r")
    scored = scored.with_columns(is_same=pl.col("uid_l") == pl.col("uid_r"))
    return Outcome(known.join(linkage.links, on="record_id", how="left"), scored)


@pytest.fixture(scope="module")
def normal(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return run(tmp_path_factory.mktemp("normal"), "normal", seed=11)


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return run(tmp_path_factory.mktemp("hard"), "hard", seed=12)


def test_every_record_has_a_person(normal: Outcome, hard: Outcome) -> None:
    assert normal.records["person_id"].null_count() == hard.records["person_id"].null_count() == 0


def test_normal_records_are_linked_almost_without_error(normal: Outcome) -> None:
    assert harmonic(*normal.score(fuzzy=False)) >= 0.998
    assert harmonic(*normal.score(fuzzy=True)) >= 0.985


def test_hard_records_are_linked_well(hard: Outcome) -> None:
    assert harmonic(*hard.score(fuzzy=False)) >= 0.975
    assert harmonic(*hard.score(fuzzy=True)) >= 0.955


def test_wrong_links_are_rare_even_on_hard_records(hard: Outcome) -> None:
    precision, _ = hard.score(fuzzy=False)
    assert precision >= 0.99


def test_numbers_alone_would_do_far_worse(hard: Outcome) -> None:
    """The floors mean something: an engine that knows ID numbers alone loses a tenth of the pairs and more."""
    by_number = pl.coalesce("norm_id", pl.col("record_id").cast(pl.String))
    alone = Outcome(hard.records.with_columns(person_id=by_number), hard.scored)
    assert alone.score(fuzzy=False)[1] < hard.score(fuzzy=False)[1] - 0.1


def test_links_that_the_model_makes_are_as_sure_as_it_says(hard: Outcome) -> None:
    """Of records that the model links, the share in the right person is the mean probability, less 2 points at most."""
    main = hard.records.group_by("person_id").agg(main=pl.col("person_uid").mode().sort().first())
    linked = hard.records.filter(pl.col("link_method") == "model").join(main, on="person_id")
    right = (linked["person_uid"] == linked["main"]).mean()
    assert linked.height > 500
    assert right >= linked["match_probability"].mean() - 0.02


def test_probabilities_are_honest(normal: Outcome, hard: Outcome) -> None:
    """Of pairs said to be one person with probability 0.9, nine in ten are: expected calibration error."""
    assert expected_calibration_error(reliability(normal.scored)) <= 0.01
    assert expected_calibration_error(reliability(hard.scored)) <= 0.02
