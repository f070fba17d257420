"""What a run says of itself: that it matched by another model than the release that it follows on, and what a file is
not used for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
import yaml

from pipelines.console.summary import changed_model
from pipelines.defs.outcome import ModelChange, RunSummary, stopping, summarise
from pipelines.defs.raw import run_context
from pipelines.defs.workspace import RunWorkspace
from pipelines.matching import load_model
from pipelines.matching.model import SHIPPED
from pipelines.publishing.context import RunContext
from pipelines.settings import Settings
from pipelines.storage.paths import DataFolder

AS_OF = date(2026, 10, 31)
REASONS = ["merged", "merged_by_verdict", "merged_earlier"]


@pytest.fixture
def stricter(tmp_path: Path) -> Path:
    """The shipped model with one threshold changed; name and date are the same."""
    data = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    data["thresholds"]["link"]["value"] = 0.97
    path = tmp_path / "stricter.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def told(tmp_path: Path, model: Path | None, *before: str) -> tuple[RunSummary, RunContext]:
    """The summary and the context of a published run by a model, after a release by the model version `before`."""
    settings = Settings(data=tmp_path, model=model)
    workspace = RunWorkspace(settings, DataFolder(tmp_path), AS_OF, "000008", published=tmp_path)
    for folder in (workspace.raw, workspace.previous, workspace.matched):
        folder.mkdir(parents=True)
    run_context(workspace).write_parquet(workspace.raw / "run_context.parquet")
    rows = [{"as_of": date(2026, 10, 30), "run_id": "000007", "model_version": version} for version in before]
    schema = {"as_of": pl.Date, "run_id": pl.String, "model_version": pl.String}
    pl.DataFrame(rows, schema=schema).write_parquet(workspace.previous / "release_before.parquet")
    pl.DataFrame({"reason": REASONS}).write_parquet(workspace.matched / "person_superseded.parquet")
    pl.DataFrame({"reason": ["split"]}).write_parquet(workspace.matched / "person_split.parquet")
    return summarise(workspace, success=True, failures=[], timings={}), RunContext.read(workspace.folder)


def test_a_run_by_a_changed_model_says_so_and_who_was_merged_and_split(stricter: Path, tmp_path: Path) -> None:
    shipped, changed = load_model().version, load_model(stricter).version
    summary, context = told(tmp_path, stricter, shipped)
    assert context.model_version == changed != shipped, "the version that the manifest and the reports name"
    assert summary.model_change == ModelChange("2026-10-30/000007", shipped, changed, merged=2, split=1)
    assert changed_model(summary.model_change) == (
        f"匹配模型由 {shipped} 换成 {changed}；与上次发布 2026-10-30/000007 相比，"
        "并入他人的 2 人，分出的 1 人（其中也有报送或人工结论引起的）"
    )


@pytest.mark.parametrize("before", [(), (load_model().version,)], ids=["the first night", "the same model"])
def test_a_run_by_the_same_model_or_on_the_first_night_says_nothing_of_it(
    before: tuple[str, ...], tmp_path: Path
) -> None:
    assert told(tmp_path, None, *before)[0].model_change is None


def test_of_a_file_that_is_not_used_only_what_stops_it_is_told() -> None:
    notes = [{"code": "UNKNOWN_COLUMN"}, {"code": "OLD_XLS"}]
    assert stopping([*notes, {"code": "WRONG_TEMPLATE"}]) == [{"code": "WRONG_TEMPLATE"}]
    assert stopping(notes) == notes
