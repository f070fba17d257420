"""Options that several commands have, and what they name."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines.console.exits import heard, usage
from pipelines.settings import Settings

Json = Annotated[bool, typer.Option("--json", help="print the result as JSON")]
Data = Annotated[
    Path | None, typer.Option(help="the data folder: archive, releases, decisions", show_default="HEDUI_DATA")
]
Landing = Annotated[Path | None, typer.Option(help="the folder where deliveries arrive", show_default="HEDUI_LANDING")]
AsOf = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="the business date", show_default="today in China")
]
ModelFile = Annotated[Path | None, typer.Option(help="matching model file", show_default="the one shipped")]
ReleaseFolder = Annotated[Path | None, typer.Option(help="a release folder", show_default="the one in force")]
Who = Annotated[str, typer.Option(parser=heard, metavar="TEXT", help="who decides: name or staff number")]
Reason = Annotated[str, typer.Option(parser=heard, metavar="TEXT", help="why")]


def settings_of(**given: Any) -> Settings:
    return Settings(**{name: value for name, value in given.items() if value is not None})


def data_folder(data: Path | None) -> Any:
    from pipelines.storage.paths import DataFolder

    return DataFolder(settings_of(data=data).data)


def release_in_force(data: Any) -> Path:
    release: Path | None = data.current_release()
    if release is None:
        raise usage("还没有发布", str(data.releases), "先运行 `hedui run` 或 `hedui demo`")
    return release
