"""Tells of a run to the addresses of HEDUI_NOTIFY: counts, dates and names of feeds, no value of any person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pipelines.defs.dbt_worker import redacted
from pipelines.notification import Channel, Notification, Outbox, channels_of, deliver
from pipelines.settings import Settings
from pipelines.storage.paths import DataFolder
from pipelines.storage.register import Register

if TYPE_CHECKING:
    from pipelines.defs.outcome import RunSummary
    from pipelines.defs.workspace import RunWorkspace

#: State of a run -> kind of message, what happened, what to do.
_TOLD = {
    "finished": ("success", "已发布", ""),
    "held_back": (
        "warning",
        "已发布，有文件或行没有采用",
        "用 hedui deliveries list --held 查看等待放行的报送；回执随发布",
    ),
    "stopped": ("failure", "没有发布，被检查拦下", "按原因更正报送或配置后重新运行"),
    "failed": ("failure", "运行失败，没有发布", "在服务器上用 hedui doctor 和 hedui dev 查看，更正后重新运行"),
    "crashed": ("failure", "运行中断，没有做完", "不需要清理，下次运行自动补上；反复中断时用 hedui doctor 查看"),
}

#: So many reasons are told; all of them stand in the output of the run.
_REASONS = 5


def announce(workspace: RunWorkspace, summary: RunSummary) -> list[str]:
    """Writes down what is to be told of the run; nothing when no address is set. Called before the lock is given up.

    Returns what went wrong, as `send` does: what is told of a run never changes how it ended.
    """
    lines = []
    if unused := sum(feed["files_held"] for feed in summary.feeds):
        lines.append(f"没有采用的文件：{unused} 个")
    if rows := sum(feed["quarantined"] for feed in summary.feeds):
        lines.append(f"没有采用的行：{rows:,} 行")
    if older := [feed["title"] for feed in summary.feeds if feed["is_fallback"] or feed["state"] == "stale"]:
        lines.append(f"沿用旧报送：{'、'.join(older)}")
    if summary.state == "stopped":
        lines += [f"原因：{redacted(reason)}" for reason in summary.reasons[:_REASONS]]
    elif summary.state == "failed":  # the text of an error that nobody foresaw may quote a value
        steps = dict.fromkeys(reason.partition(":")[0] for reason in summary.reasons if ": " in reason)
        lines += [f"失败的步骤：{'、'.join(steps)}"] if steps else []
    return _put(workspace.settings, workspace.data, summary.run_id, summary.as_of.isoformat(), summary.state, lines)


def announce_crashed(settings: Settings, data: DataFolder, run_ids: Iterable[str]) -> list[str]:
    """The same of runs that were found unfinished. At once: the run that found them may be killed as well."""
    known = {run.run_id: run.as_of.isoformat() for run in Register(data.register).runs()}
    return [problem for run_id in run_ids for problem in _put(settings, data, run_id, known[run_id], "crashed", [])]


def announce_trial(settings: Settings) -> None:
    """A message that says nothing but that it arrived."""
    body = "这是一条试发的通知：看到它，说明今后每次运行的结果都会送到这里。"
    title = f"{settings.office or '核对'}：试发通知"
    Outbox(DataFolder(settings.data.resolve()).outbox).put(Notification("trial", "success", title, body))


def _put(settings: Settings, data: DataFolder, run_id: str, as_of: str, state: str, lines: list[str]) -> list[str]:
    if not settings.notify.get_secret_value():
        return []
    kind, what, remedy = _TOLD[state]
    in_force = data.current_release()
    place = f"{in_force.parent.name}/{in_force.name}" if in_force else "还没有"
    body = [f"运行：{as_of}/{run_id}", f"现行发布：{place}", *lines, *([f"处理：{remedy}"] if remedy else [])]
    title = f"{settings.office or '核对'} {as_of}：{what}"
    try:
        Outbox(data.outbox).put(Notification(run_id, kind, title, "\n".join(body)))
    except OSError as error:
        return [_unwritten(data, error)]
    return []


def _unwritten(data: DataFolder, error: OSError) -> str:
    what = f"通知没有记下，不会送出({error.strerror or type(error).__name__})"
    return f"{what}；位置：{data.outbox}；处理：检查权限和磁盘空间"


def check_addresses(settings: Settings) -> list[Channel]:
    """The channels of HEDUI_NOTIFY. Raises AddressBroken: better before a run than after it."""
    return channels_of(settings.notify.get_secret_value())


def send(settings: Settings) -> list[str]:
    """Sends what waits; one sentence in three parts for each channel that did not take it. Raises AddressBroken."""
    channels, data = check_addresses(settings), DataFolder(settings.data.resolve())
    if not channels:
        return []
    try:
        failed = deliver(Outbox(data.outbox), channels)
    except OSError as error:
        return [_unwritten(data, error)]
    return [
        f"通知没有送到；位置：{channel.place}；处理：检查网络和地址，下次运行或 `hedui notify` 会再送"
        for channel in failed
    ]
