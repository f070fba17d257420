"""The reliability curve and its error."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.matching.calibration import expected_calibration_error, reliability


def pairs(probability: float, true: int, false: int) -> pl.DataFrame:
    return pl.DataFrame({"probability": [probability] * (true + false), "is_same": [True] * true + [False] * false})


def test_an_honest_score_has_no_error() -> None:
    curve = reliability(pl.concat([pairs(0.9, 9, 1), pairs(0.25, 1, 3)]))
    assert curve.rows() == [(0.2, 4, 0.25, 0.25), (0.9, 10, pytest.approx(0.9), 0.9)]
    assert expected_calibration_error(curve) == pytest.approx(0.0)


def test_false_certainty_is_measured_by_pairs() -> None:
    curve = reliability(pl.concat([pairs(1.0, 5, 5), pairs(0.5, 5, 5)]))
    assert expected_calibration_error(curve) == pytest.approx(0.25)


def test_pairs_that_nobody_would_look_at_do_not_flatter_the_score() -> None:
    assert reliability(pairs(0.001, 0, 1000)).is_empty()
