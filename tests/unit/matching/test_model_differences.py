"""In what two models differ, as people read it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from pipelines.matching import load_model
from pipelines.matching.model import LIMITS, PRIORS, SHIPPED, THRESHOLDS, parse_model
from pipelines.matching.model_differences import (
    LIMIT_TITLES,
    PRIOR_TITLES,
    THRESHOLD_TITLES,
    ModelDifference,
    model_differences,
)

DATA: dict[str, Any] = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))


def _set(section: str, name: str, value: float) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        data[section][name]["value"] = value

    return change


def _given(data: dict[str, Any]) -> None:
    data["comparisons"]["phone"]["same"] |= {"m": 0.8}
    data["comparisons"]["phone"]["same"]["given"][0]["u"] = 0.3


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(
            _set("thresholds", "link", 0.95), ModelDifference("阈值", "自动归并", "0.9", "0.95"), id="a threshold"
        ),
        pytest.param(
            _set("prior", "names", 5000),
            ModelDifference("先验", "姓名频率先验相当的人数", "20000", "5000"),
            id="a prior",
        ),
        pytest.param(
            _set("limits", "cluster_nodes", 9), ModelDifference("上限", "一人最多的不同写法", "60", "9"), id="a limit"
        ),
        pytest.param(
            _given,
            ModelDifference(
                "联系电话", "联系电话相同",
                "m 0.7，u 4e-05（按频率），同村（社区）同组同门牌时 u 0.15",
                "m 0.8，u 4e-05（按频率），同村（社区）同组同门牌时 u 0.3",
                pytest.approx(14.095, abs=1e-3), pytest.approx(14.288, abs=1e-3),
            ),
            id="a level",
        ),
    ],
)  # fmt: skip
def test_one_changed_parameter_is_told_and_nothing_else(
    change: Callable[[dict[str, Any]], None], told: ModelDifference
) -> None:
    data = copy.deepcopy(DATA)
    change(data)
    assert model_differences(load_model(), parse_model(data, "file")) == [told]


def test_every_threshold_prior_and_limit_has_a_name() -> None:
    """Else a change of one without it would go untold."""
    assert set(THRESHOLD_TITLES) == THRESHOLDS
    assert set(LIMIT_TITLES) == LIMITS
    assert len(PRIOR_TITLES) == len(PRIORS)


def test_another_card_alone_is_no_difference() -> None:
    data = copy.deepcopy(DATA) | {"card": {**DATA["card"], "title": "另一份"}, "dated": "2027-01-01"}
    assert model_differences(load_model(), parse_model(data, "file")) == []
