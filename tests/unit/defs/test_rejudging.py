"""A release judged again: when the rules of today do not fit it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from pipelines.console.exits import as_user_error
from pipelines.defs.dbt_worker import DbtFailed
from pipelines.defs.rejudging import Rejudging, ReleaseOutgrown
from pipelines.defs.versions import code_version


class FailingWorker:
    def build(self, *selection: str) -> list[object]:
        raise DbtFailed("column not found")


@pytest.mark.parametrize(("made_by", "raised"), [("another", ReleaseOutgrown), (None, DbtFailed)])
def test_a_release_of_another_version_is_named_as_the_cause(
    made_by: str | None, raised: type[Exception], tmp_path: Path
) -> None:
    release = tmp_path / "2026-10-31" / "000001"
    release.mkdir(parents=True)
    (release / "manifest.json").write_text(json.dumps({"code_version": made_by or code_version()}))
    work = Rejudging(release, tmp_path, FailingWorker(), lambda *_: None)
    with pytest.raises(raised) as error:
        work.judge(date(2026, 10, 31), {})
    if made_by:
        told = as_user_error(error.value, "hedui policy")
        assert (told.where, told.remedy.count("hedui run --as-of 2026-10-31")) == ("2026-10-31/000001", 1)
