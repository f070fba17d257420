"""The policy page says what the seeds say."""

from __future__ import annotations

import csv
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def renderer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_render", ROOT / "docs" / "render.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_policy_page_is_up_to_date(renderer: ModuleType) -> None:
    assert renderer.PAGE.read_text(encoding="utf-8") == renderer.render(), "run: python docs/render.py"


def test_every_dated_seed_is_on_the_page(renderer: ModuleType) -> None:
    dated = set()
    for path in (ROOT / "dbt_project" / "seeds").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            if "valid_from" in next(csv.reader(file)):
                dated.add(path.stem)
    assert dated
    assert dated == {section.seed for section in renderer.SECTIONS}


def test_a_changed_seed_makes_the_page_out_of_date(
    renderer: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in renderer.SEEDS.glob("*.csv"):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    limits = tmp_path / "household_limit.csv"
    limits.write_text(limits.read_text(encoding="utf-8").replace(",24,", ",36,"), encoding="utf-8")
    monkeypatch.setattr(renderer, "SEEDS", tmp_path)
    assert renderer.main(["--check"]) == 1
    assert "| 36 |" in renderer.render()
