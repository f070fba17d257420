"""The commands `hedui report`: what is made of a release for a household, a town, a village, the public."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipelines.console.exits import heard, usage
from pipelines.console.options import Data, Json, ReleaseFolder, data_folder, release_in_force, settings_of

report = typer.Typer(
    help="Reports from a release: the 核对报告 of households, statistics for the public, and the notices of villages.",
    no_args_is_help=True,
)
ReportFolder = Annotated[Path | None, typer.Option(help="where to write", show_default="DATA/reports/<release>")]
Pdf = Annotated[bool, typer.Option("--pdf", help="also print to PDF")]


@report.command("household")
def report_household(
    household_id: Annotated[str, typer.Argument(metavar="ID", help="household_id of the extract verified_household")],
    data: Data = None,
    release: ReleaseFolder = None,
    out: ReportFolder = None,
    pdf: Pdf = False,
    json: Json = False,
) -> None:
    """The report of one household."""
    from pipelines.console import reports

    chosen = release or release_in_force(data_folder(data))
    reports.household(settings_of(data=data), chosen, household_id, out, pdf=pdf, json=json)


@report.command("town")
def report_town(
    town: Annotated[str | None, typer.Argument(help="the town as the rolls write it", show_default=False)] = None,
    all_towns: Annotated[bool, typer.Option("--all", help="every town, each in a folder of its own")] = False,
    data: Data = None,
    release: ReleaseFolder = None,
    out: ReportFolder = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="also one PDF of the town, each household on new pages")] = False,
    pdf_each: Annotated[bool, typer.Option("--pdf-each", help="also one PDF a household")] = False,
    json: Json = False,
) -> None:
    """The reports of all households of a town, with a list of them."""
    from pipelines.console import reports

    if (town is None) != all_towns:
        raise usage("没有说明要哪个乡镇", "hedui report town", "给出一个乡镇名，或用 --all 出具全部乡镇，二者取一")
    chosen = release or release_in_force(data_folder(data))
    reports.towns(settings_of(data=data), chosen, town, out, pdf=pdf, pdf_each=pdf_each, json=json)


@report.command("publication")
def report_publication(data: Data = None, release: ReleaseFolder = None, json: Json = False) -> None:
    """Statistics for the public, without what could show a household; a business date is published once."""
    from pipelines.console import reports

    reports.publication(data_folder(data), release or release_in_force(data_folder(data)), json=json)


FirstDay = Annotated[
    datetime | None,
    typer.Option("--from", formats=["%Y-%m-%d"], help="first day of posting", show_default="the release's date"),
]
LastDay = Annotated[
    datetime | None,
    typer.Option("--until", formats=["%Y-%m-%d"], help="last day of posting", show_default="until the list changes"),
]


@report.command("notice")
def report_notice(
    programme: Annotated[
        list[str] | None, typer.Option(help="dibao or tekun; may be repeated", show_default="all that are posted")
    ] = None,
    town: Annotated[
        str | None, typer.Option(parser=heard, metavar="TEXT", help="one town", show_default="every town")
    ] = None,
    begins: FirstDay = None,
    until: LastDay = None,
    data: Data = None,
    release: ReleaseFolder = None,
    out: Annotated[
        Path | None, typer.Option(help="where to write", show_default="DATA/reports/<release>/notice")
    ] = None,
    json: Json = False,
) -> None:
    """The list that each village posts of those paid dibao or tekun: a workbook a town to print, and a page."""
    from pipelines.console import reports

    chosen = release or release_in_force(data_folder(data))
    days = (begins.date() if begins else None, until.date() if until else None)
    reports.notice(settings_of(data=data), chosen, programme or [], town, days, out, json=json)
