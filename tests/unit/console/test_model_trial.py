"""The command `hedui model try`: what it refuses before anything is linked, and in which words."""

# ruff: noqa: N802 - the tests are named after the entries of the catalogue of faults
from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.console import model_trial
from pipelines.console.exits import Exit, as_user_error
from pipelines.matching import load_model
from pipelines.matching.model import SHIPPED
from pipelines.settings import Settings

DATA: dict[str, Any] = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))


def _stricter(data: dict[str, Any]) -> None:
    data["thresholds"]["link"]["value"] = 0.97


def _without_phone(data: dict[str, Any]) -> None:
    del data["comparisons"]["phone"]


def _table(data: dict[str, Any]) -> None:
    data["kind"] = "table"


def _nothing(data: dict[str, Any]) -> None:
    del data


@pytest.fixture
def try_model(tmp_path: Path) -> Callable[..., str]:
    """Tries a model on a release of which nothing but the manifest is there, and returns what is told."""

    def run(change: Callable[[dict[str, Any]], None] | str | None, made_by: str = load_model().version) -> str:
        release = tmp_path / "releases" / "2026-10-31" / "000007"
        release.mkdir(parents=True)
        (release / "manifest.json").write_text(json.dumps({"model_version": made_by, "code_version": "x"}))
        path = tmp_path / "新模型.yaml"
        if isinstance(change, str):
            path.write_text(change, encoding="utf-8")
        elif change is not None:
            data = copy.deepcopy(DATA)
            change(data)
            path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
        settings = Settings(data=tmp_path)
        with pytest.raises(Exception) as raised:  # noqa: PT011 - what it becomes for the user is asserted
            model_trial.try_model(settings, release, path, None, remembering=True, json=False)
        told = as_user_error(raised.value, "hedui model try")
        assert told.status == Exit.USAGE
        assert not (tmp_path / "trials").exists(), "nothing was copied"
        return str(told)

    return run


@pytest.mark.parametrize(
    ("change", "what", "where"),
    [
        pytest.param(None, "没有这个匹配模型文件", "新模型.yaml", id="no file"),
        pytest.param("a: [", "不是有效的 YAML", "新模型.yaml", id="broken"),
        pytest.param("- a\n", "顶层条目", "新模型.yaml", id="a list"),
        pytest.param(_without_phone, "模型由另一套比较项训练", "phone", id="other comparisons"),
        pytest.param(_table, "一般表格的模型", "新模型.yaml", id="a model of any table"),
        pytest.param(_nothing, "两个模型相同", "新模型.yaml", id="the model in force"),
    ],
)
def test_P35_a_file_that_is_no_other_model_is_refused_with_its_place_and_a_remedy(
    change: Any, what: str, where: str, try_model: Callable[..., str]
) -> None:
    told = try_model(change)
    place = told.split("位置：")[1].split("处理：")[0]
    assert what in told
    assert where in place
    assert told.split("处理：")[1].strip()


def test_P35_a_release_made_with_another_model_is_not_taken_for_one_of_the_model_in_force(
    try_model: Callable[..., str],
) -> None:
    told = try_model(_stricter, made_by="county-2025-01-01+00000000")
    assert "发布 county-2025-01-01+00000000" in told
    assert load_model().version in told
    assert "2026-10-31/000007" in told
    assert "--model" in told.split("处理：")[1]
