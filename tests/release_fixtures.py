"""A data folder with an archive, and a way to publish the small run into it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.publishing import build_release, publish
from pipelines.storage.paths import DataFolder
from tests import release_factory


@pytest.fixture(scope="session")
def dbt_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release_factory.write_dbt_project(tmp_path_factory.mktemp("project"))


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "data")
    release_factory.make_archive(folder)
    return folder


@pytest.fixture
def build(data: DataFolder, dbt_project: Path) -> Callable[..., Path]:
    def build(run_id: str = "1", **options: Any) -> Path:
        work = release_factory.make_work(data.run_folder(run_id), run_id, **options)
        return build_release(work, data, dbt_project=dbt_project)

    return build


@pytest.fixture
def release(build: Callable[..., Path], data: DataFolder) -> Path:
    """One published release of the small run."""
    return publish(build(), data)
