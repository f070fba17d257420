"""The policy page says what the seeds say."""

from __future__ import annotations

import csv
import importlib.util
import shutil
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


def test_a_changed_seed_changes_the_page(renderer: ModuleType, tmp_path: Path) -> None:
    shutil.copytree(renderer.PROJECT / "seeds", tmp_path / "seeds")
    limits = tmp_path / "seeds" / "household_limit.csv"
    limits.write_text(limits.read_text(encoding="utf-8").replace(",24,", ",36,"), encoding="utf-8")
    assert "| 金融资产限额 | 36 |" in renderer.render(tmp_path)
    assert renderer.render(tmp_path) != renderer.render()


def test_a_rule_whose_ground_has_ended_stands_first_until_the_bureau_confirms_it(
    renderer: ModuleType, tmp_path: Path
) -> None:
    asked = "请先确认"
    page = renderer.render()
    assert page.index(asked) < page.index("城乡居民养老") < page.index("## 核查规则")
    shutil.copytree(renderer.PROJECT / "seeds", tmp_path / "seeds")
    incomes = tmp_path / "seeds" / "income_treatment.csv"
    text = incomes.read_text(encoding="utf-8").replace("确认前延续执行,to be confirmed", "确认前延续执行,confirmed")
    incomes.write_text(text, encoding="utf-8")
    assert asked not in renderer.render(tmp_path)


def test_the_check_fails_on_a_page_out_of_date(
    renderer: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renderer, "PAGE", tmp_path / "policy.md")
    assert renderer.main(["--check"]) == 1
    assert renderer.main([]) == 0
    assert renderer.main(["--check"]) == 0
