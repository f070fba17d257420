"""A copy of the shipped policy seeds that a test may break."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3] / "dbt_project"

Edit = Callable[[str, str, str], None]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT / "seeds", tmp_path / "seeds")
    return tmp_path


@pytest.fixture
def edit(project: Path) -> Edit:
    """Replaces a text, which must stand in the seed, by another."""

    def replace(seed: str, old: str, new: str) -> None:
        path = project / "seeds" / f"{seed}.csv"
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {seed}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    return replace
