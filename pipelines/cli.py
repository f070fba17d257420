"""The command `hedui`. Commands are thin: read the arguments, call a room, print.

Rooms are imported late, so that --help is fast.
"""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipelines.console.decide import decide
from pipelines.console.exits import OF_STATE, Exit, as_user_error, heard, leave, speak_chinese, usage
from pipelines.console.options import (
    AsOf,
    Data,
    Json,
    Landing,
    ModelFile,
    Reason,
    Who,
    data_folder,
    release_in_force,
    settings_of,
)
from pipelines.console.report import report
from pipelines.settings import Settings, business_today

app = typer.Typer(
    name="hedui",
    help="核对 Hedui: links the persons in a county's registers, checks the data, judges the rules, "
    "releases verified households.\n\n"
    "Exit status: 0 done · 1 failed · 2 usage · 3 done, but rows or files were held back · "
    "4 another run holds the lock · "
    "5 a contract or quality gate stopped the release.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.command()
def run(
    landing: Landing = None,
    data: Data = None,
    as_of: AsOf = None,
    model: ModelFile = None,
    json: Json = False,
    timings: Annotated[bool, typer.Option(help="also show where the time went")] = False,
) -> None:
    """The nightly run: from the deliveries in force on the business date to a published release."""
    from pipelines.console import nightly, show

    settings = settings_of(landing=landing, data=data, model=model)
    summary = nightly.run(settings, as_of.date() if as_of else business_today())
    if json:
        show.as_json({**nightly.as_record(summary), "exit_status": OF_STATE[summary.state]})
    else:
        nightly.tell(summary, with_timings=timings)
    raise typer.Exit(OF_STATE[summary.state])


@app.command()
def demo(
    persons: Annotated[int, typer.Option(min=200, help="residents of the synthetic county")] = 20_000,
    seed: Annotated[int, typer.Option(help="the same seed makes the same county")] = 1,
    out: Annotated[
        Path, typer.Option(help="folder of the demo; its landing, truth and data folders are made anew")
    ] = Path("build/demo"),
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Makes a synthetic county's deliveries, runs everything on them, and says what was found and how right it was."""
    from pipelines.console import demonstration

    chosen = as_of.date() if as_of else demonstration.AS_OF
    raise typer.Exit(demonstration.run(out, persons, seed, chosen, json=json))


@app.command()
def match(
    records: Annotated[
        list[Path], typer.Argument(help="flat tables of records (.parquet or .csv)", show_default=False)
    ],
    out: Annotated[Path, typer.Option(help="record_id, person_id (.parquet or .csv)")],
    model: ModelFile = None,
    pairs: Annotated[Path | None, typer.Option(help="also write the scored pairs")] = None,
    json: Json = False,
) -> None:
    """The matching engine by itself, on flat tables of records: who is the same person."""
    from pipelines.console import flat_tables

    flat_tables.match(records, out, model or Settings().model, pairs, json=json)


@app.command()
def evaluate(
    truth: Annotated[Path, typer.Option(help="folder with record, finding and household of the truth")],
    data: Data = None,
    page: Annotated[Path | None, typer.Option(help="also write the scores as a page, by finding and town")] = None,
    json: Json = False,
) -> None:
    """Precision, recall and F1 of links, findings and households of the release in force, against a truth."""
    from pipelines.audit import evaluate as score
    from pipelines.console import show, summary
    from pipelines.publishing import write_evaluation_page

    missing = [name for name in ("record", "finding", "household") if not (truth / f"{name}.parquet").exists()]
    if missing:
        raise usage(
            f"真值文件夹缺少 {'、'.join(missing)}",
            str(truth),
            "用 --truth 指定含 record、finding、household 三个 parquet 文件的文件夹",
        )
    release = release_in_force(data_folder(data))
    scored = score(truth, release)
    if page:
        write_evaluation_page(scored, release, page)
    if json:
        show.as_json(scored)
    else:
        summary.scores(scored)


@app.command()
def lineage(
    kind: Annotated[str, typer.Argument(help="household, person or finding")],
    identifier: Annotated[str, typer.Argument(metavar="ID", help="the id in the extract")],
    data: Data = None,
    release: Annotated[Path | None, typer.Option(help="a release folder", show_default="the one in force")] = None,
    reveal: Annotated[bool, typer.Option(help="show ID numbers, accounts and phones in full")] = False,
    json: Json = False,
) -> None:
    """The chain from a published row to the files, sheets, rows and cells that it rests on."""
    from pipelines.audit import lineage_of
    from pipelines.console import chains, show

    folder = data_folder(data)
    chain = lineage_of(release or release_in_force(folder), kind, identifier, data=folder, reveal=reveal)
    if json:
        show.as_json(chain)
    else:
        chains.tell(chain)


@app.command()
def explain(
    one: Annotated[str, typer.Argument(metavar="ID", help="a pair_id, or the mention_id of one row")],
    other: Annotated[str | None, typer.Argument(metavar="ID", help="the mention_id of the other row")] = None,
    data: Data = None,
    release: Annotated[Path | None, typer.Option(help="a release folder", show_default="the one in force")] = None,
    json: Json = False,
) -> None:
    """Why two rows are, or are not, one person: conflicts first, then the weight of each comparison."""
    from pipelines.audit import explain_rows
    from pipelines.console import chains, show

    reason = explain_rows(release or release_in_force(data_folder(data)), one, other)
    if json:
        show.as_json(reason)
    else:
        chains.tell_reason(reason, "两行 the two rows")


@app.command("verify-release")
def verify_release(
    path: Annotated[Path | None, typer.Argument(help="a release folder", show_default="the one in force")] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Recomputes a release's hashes, contracts, row conservation, and the chain of decisions."""
    from pipelines.console import verification

    folder = data_folder(data)
    chosen = path or release_in_force(folder)
    if not chosen.is_dir():
        raise usage("没有这个发布文件夹", str(chosen), "给出 releases/<日期>/<运行编号> 的路径")
    if path and data is None:
        folder = data_folder(chosen.resolve().parents[2])
    raise typer.Exit(verification.run(chosen, folder, json=json))


@app.command()
def doctor(data: Data = None, landing: Landing = None, json: Json = False) -> None:
    """Looks at locks, disk, clock, permissions, versions, and the freshness of each feed."""
    from pipelines.console import checkup

    raise typer.Exit(checkup.run(settings_of(data=data, landing=landing), json=json))


policy_commands = typer.Typer(
    help="The rules as dated rows, and who is touched when they change.", no_args_is_help=True
)
app.add_typer(policy_commands, name="policy")

TrialOut = Annotated[
    Path | None, typer.Option(help="folder for the list of households (xlsx); none is written when not given")
]


@policy_commands.command("diff")
def policy_diff(
    since: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="a day whose policy is judged by")],
    until: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="the day to compare it with")],
    data: Data = None,
    out: TrialOut = None,
    json: Json = False,
) -> None:
    """What the policy says on one day and not on the other, and whose outcome would differ.

    The households of the release in force are judged twice, by the rules, limits and delivered standards in force on
    either day. Only the policy moves: deliveries, identities, ages, windows of payments, the age of the data and
    caseworkers' verdicts stay as of the release's business date. A rule that is not in force on a day finds nothing
    there. It is no reconstruction of the past: for that, run a past date (hedui run --as-of). The release
    is not touched and no lock is taken.
    """
    from pipelines.console import policy

    release = release_in_force(data_folder(data))
    policy.diff(settings_of(data=data), release, since.date(), until.date(), out, json=json)


@policy_commands.command("try")
def policy_try(
    change: Annotated[Path, typer.Argument(metavar="CHANGE.csv", help="the changes to try", show_default=False)],
    data: Data = None,
    out: TrialOut = None,
    json: Json = False,
) -> None:
    """Who would change outcome under a new standard, limit or rule, before it is law.

    CHANGE.csv is UTF-8 or GB18030 with a header line, in one of two layouts. New standards:
    项目,城乡类别,月标准,执行起始年月 (低保,农村,864,2027-01). Anything else, one cell a line:
    政策表,项目,内容,新值,执行日期,依据 (家庭限额,金融资产限额,数值,36,2027-01-01,县民政局通知); the names are those of
    docs/policy.md, and 内容 停止执行 takes an entry off a list.

    Both sides are judged on the day from which all changes hold (not before the release's business date), with and
    without the changes: what else becomes law by then is on both sides. Deliveries, identities and everything else are
    those of the release in force, which is not touched.
    """
    from pipelines.console import policy

    policy.try_changes(settings_of(data=data), release_in_force(data_folder(data)), change, out, json=json)


model_commands = typer.Typer(help="The matching model.", no_args_is_help=True)
app.add_typer(model_commands, name="model")


@model_commands.command("estimate")
def model_estimate(
    records: Annotated[list[Path], typer.Argument(help="mentions or flat tables (.parquet or .csv)")],
    out: Annotated[Path, typer.Option(help="the new model file (.yaml)")],
    model: ModelFile = None,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Re-estimates m and u on these records, without labels, and writes a new dated model file with its card."""
    from pipelines.console import models

    models.estimate_model(records, out, model, as_of.date() if as_of else business_today(), json=json)


@model_commands.command("try")
def model_try(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="the new model file (.yaml)", show_default=False)],
    model: Annotated[
        Path | None,
        typer.Option(help="the model in force: that of the release", show_default="HEDUI_MODEL, or shipped"),
    ] = None,
    afresh: Annotated[
        bool, typer.Option("--afresh", help="link both sides as if nobody had been joined before")
    ] = False,
    data: Data = None,
    out: Annotated[
        Path | None, typer.Option(help="folder for the workbook (xlsx); none is written when not given")
    ] = None,
    json: Json = False,
) -> None:
    """What another model, or other thresholds, would change, before it is put in force.

    The rows of the release in force are linked twice, by the model in force and by the new one, as the next run would:
    with the persons of the release and the verdicts that stand today. Told are the parameters that differ, who would be
    joined and parted and why, which pairs come before a caseworker or go, verdicts that the new model by itself would
    contradict (they stand), and the households and findings that would differ.

    Who was joined in the release stays so down to the threshold `stay`, so that a higher `link` alone parts nobody:
    --afresh shows what the models make of the rows by themselves.

    Nothing is published; the release, the ledger and the settings are not touched, and no lock is taken. The new model
    is put in force by HEDUI_MODEL or hedui run --model FILE.
    """
    from pipelines.console import model_trial

    release = release_in_force(data_folder(data))
    model_trial.try_model(settings_of(data=data, model=model), release, file, out, remembering=not afresh, json=json)


app.add_typer(report, name="report")
app.add_typer(decide, name="decide")

deliveries = typer.Typer(
    help="What the departments delivered, what became of it, and what a person says of it.", no_args_is_help=True
)
app.add_typer(deliveries, name="deliveries")

FeedName = Annotated[str, typer.Argument(metavar="FEED", help="the feed, for instance dibao")]
ReceiptFolder = Annotated[Path | None, typer.Option("--receipt", metavar="FOLDER", help="also write its receipt there")]
Delivered = Annotated[date, typer.Argument(parser=date.fromisoformat, metavar="DATE", help="the delivery's date")]


@deliveries.command("list")
def deliveries_list(
    feed: Annotated[str | None, typer.Argument(metavar="FEED", help="one feed only")] = None,
    held: Annotated[bool, typer.Option(help="only those that wait for a person")] = False,
    as_of: AsOf = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Every delivery received so far: in force, held, refused, replaced, rejected or withdrawn, and why."""
    from pipelines.console import deliveries as room

    room.listing(settings_of(data=data), feed, as_of.date() if as_of else business_today(), held=held, json=json)


@deliveries.command("show")
def deliveries_show(
    feed: FeedName,
    delivery: Delivered,
    as_of: AsOf = None,
    receipt: ReceiptFolder = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """One delivery: how each file was understood, what is wrong with it, and what was said of it."""
    from pipelines.console import deliveries as room

    day = as_of.date() if as_of else business_today()
    room.show(settings_of(data=data), feed, delivery, day, receipt, json=json)


@deliveries.command("try")
def deliveries_try(
    feed: FeedName,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="the files of the delivery, or its folder")],
    delivered: Annotated[
        datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="as delivered on", show_default="today")
    ] = None,
    receipt: ReceiptFolder = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """What would become of files before they are delivered: cell by cell, beside what came before. Keeps nothing."""
    from pipelines.console import delivery_trial

    day = delivered.date() if delivered else business_today()
    raise typer.Exit(delivery_trial.try_files(settings_of(data=data), feed, files, day, receipt, json=json))


def _rule(feed: str, delivery: date, ruling: str, who: str, reason: str, data: Path | None, json: bool) -> None:
    from pipelines.console import deliveries as room

    room.rule(settings_of(data=data), feed, delivery, ruling, who, reason, business_today(), json=json)


@deliveries.command("approve")
def deliveries_approve(
    feed: FeedName, delivery: Delivered, who: Who, reason: Reason, data: Data = None, json: Json = False
) -> None:
    """Lets a held delivery pass. With HEDUI_FOUR_EYES=true two persons must."""
    _rule(feed, delivery, "approved", who, reason, data, json)


@deliveries.command("reject")
def deliveries_reject(
    feed: FeedName, delivery: Delivered, who: Who, reason: Reason, data: Data = None, json: Json = False
) -> None:
    """Sends a delivery back: it is not used, the last good one stays in force."""
    _rule(feed, delivery, "rejected", who, reason, data, json)


@deliveries.command("withdraw")
def deliveries_withdraw(
    feed: FeedName, delivery: Delivered, who: Who, reason: Reason, data: Data = None, json: Json = False
) -> None:
    """Notes that the office took a delivery back: it is never used again."""
    _rule(feed, delivery, "withdrawn", who, reason, data, json)


@app.command()
def purge(
    feed: Annotated[str | None, typer.Argument(metavar="FEED", help="the feed of a withdrawn delivery")] = None,
    delivery: Annotated[
        date | None, typer.Argument(parser=date.fromisoformat, metavar="DATE", help="the delivery's date")
    ] = None,
    execute: Annotated[bool, typer.Option("--execute", help="remove for good; without it nothing is touched")] = False,
    who: Annotated[str, typer.Option(parser=heard, metavar="TEXT", help="who orders it: name or staff number")] = "",
    reason: Annotated[str, typer.Option(parser=heard, metavar="TEXT", help="why")] = "",
    data: Data = None,
    landing: Landing = None,
    json: Json = False,
) -> None:
    """Removes for good what may be kept no longer, everywhere, and writes a certificate.

    With FEED DATE: a withdrawn delivery, from the archive, the cache and every release that rests on it. Without:
    everything that is over its term (settings HEDUI_KEEP_…). It shows what would go; --execute removes it. What the
    release in force rests on stays, and is named.
    """
    from pipelines.console import purge as room

    settings = settings_of(data=data, landing=landing)
    room.run(settings, feed, delivery, business_today(), who, reason, execute=execute, json=json)


@app.command()
def notify(
    trial: Annotated[
        bool, typer.Option("--trial", help="also send a trial message, to see whether it arrives")
    ] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Sends what is still to be told of runs to the addresses of HEDUI_NOTIFY (mail, group chat, a program's address).

    A run does so by itself when it ends; what a channel did not take waits for the next run, or for this command.
    """
    from pipelines.console import notifications

    raise typer.Exit(notifications.run(settings_of(data=data), trial=trial, json=json))


@app.command()
def dev(
    port: Annotated[int, typer.Option(help="port of the web page")] = 3000, data: Data = None, landing: Landing = None
) -> None:
    """Opens Dagster's web page on the data folder, with the nightly schedule and the sensor at work. Ctrl-C ends it."""
    from pipelines.console import server

    raise typer.Exit(server.run(settings_of(data=data, landing=landing), port))


def _debugging() -> bool:
    try:
        return Settings().debug
    except ValueError:  # a setting is broken, and that is the error being told
        return False


def main() -> None:
    """Runs the command line; every foreseen error ends in a message of three parts and its exit status."""
    speak_chinese()
    status: object = Exit.DONE
    try:
        app()
    except SystemExit as ended:
        status = ended.code
    except KeyboardInterrupt:
        print("已中断；上一次发布继续有效。", file=sys.stderr)
        status = Exit.FAILED
    except Exception as error:
        if _debugging():
            raise
        failure = as_user_error(error, "hedui " + " ".join(sys.argv[1:2]))
        print(f"错误：{failure}", file=sys.stderr)
        status = failure.status
    leave(status if isinstance(status, int) else Exit.DONE if status is None else Exit.FAILED)


if __name__ == "__main__":
    main()
