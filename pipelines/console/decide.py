"""The commands `hedui decide`: verdicts of caseworkers, one by one or a whole worklist."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.console.options import Data, Json, Reason, Who, data_folder, release_in_force

decide = typer.Typer(help="Appends a verdict to the ledger of decisions.", no_args_is_help=True)


@decide.command("pair")
def decide_pair(
    pair_id: Annotated[str, typer.Argument(help="pair_id of the extract duplicate_candidate")],
    verdict: Annotated[str, typer.Argument(help="same, different or unsure")],
    who: Who,
    reason: Reason = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Are the two rows of a pair one person?"""
    from pipelines.console import verdicts

    folder = data_folder(data)
    verdicts.pair(folder, release_in_force(folder), pair_id, verdict, who, reason, json=json)


@decide.command("finding")
def decide_finding(
    finding_id: Annotated[str, typer.Argument(help="finding_id of the extract finding")],
    verdict: Annotated[str, typer.Argument(help="cleared or confirmed")],
    who: Who,
    reason: Reason = "",
    term_months: Annotated[int | None, typer.Option(min=1, help="how long it holds", show_default="12")] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Is a finding cleared or confirmed?"""
    from pipelines.console import verdicts

    folder = data_folder(data)
    verdicts.finding(folder, release_in_force(folder), finding_id, verdict, who, reason, term_months, json=json)


@decide.command("worklist")
def decide_worklist(
    workbook: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="a worklist that was filled in")],
    who: Who,
    data: Data = None,
    json: Json = False,
) -> None:
    """All verdicts of a worklist that caseworkers filled in; sending it twice changes nothing."""
    from pipelines.console import worklists

    raise typer.Exit(worklists.record(data_folder(data), workbook, who, json=json))
