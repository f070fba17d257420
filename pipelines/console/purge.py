"""The command `hedui purge`: shows what would go, and with a name and a reason removes it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from pipelines.console.deliveries import check_feed, delivery_folders
from pipelines.console.exits import usage
from pipelines.console.show import as_json, console, table
from pipelines.contracts import get_feed
from pipelines.retention import (
    Order,
    carry_out,
    complete_unfinished,
    landing_words,
    nothing_to_do,
    plan_expired,
    plan_withdrawn,
    removed_lines,
)
from pipelines.settings import BUSINESS_ZONE, Settings
from pipelines.storage.certificates import CERTIFICATE, PAGE, read_certificates
from pipelines.storage.lock import run_lock
from pipelines.storage.paths import DataFolder

LOCKED_AS = "purge"


def run(
    settings: Settings, feed: str | None, delivered: date | None, today: date, who: str, reason: str,
    *, execute: bool, json: bool,
) -> None:  # fmt: skip
    """Plans the purge of one withdrawn delivery, or of all that is over its term; carries it out when told to.

    What an earlier purge left half done is completed first, under its own order.
    """
    data = DataFolder(settings.data.resolve())
    if feed is not None and delivered is None:
        raise usage("没有写明报送日期", f"hedui purge {feed}", "写明数据源和报送日期，或都省略以清除过期数据")
    if execute and (not who.strip() or not reason.strip()):
        raise usage("没有写明经办人或理由", "hedui purge --execute", "用 --who 写经办人，用 --reason 写理由")
    order = Order(who.strip(), reason.strip(), today, settings.office)
    if not execute:
        unfinished = [c.number for c in read_certificates(data) if not c.is_done]
        _tell_plan(_plan(settings, data, feed, delivered, order), unfinished, json=json)
        return
    with run_lock(data, LOCKED_AS):
        completed = complete_unfinished(data, _log_remover(settings))
        content = _plan(settings, data, feed, delivered, order)
        folder = None if nothing_to_do(content) else carry_out(data, content, _log_remover(settings))
    _tell_done(data, completed, content, folder, json=json)


def _plan(
    settings: Settings, data: DataFolder, feed: str | None, delivered: date | None, order: Order
) -> dict[str, Any]:
    if feed is None or delivered is None:
        old = len(_old_runs(settings, settings.retention_terms.cutoff("logs", order.today)))
        terms, limits = settings.retention_terms, settings.intake_limits
        return plan_expired(data, terms, order, limits, settings.landing, old)
    folders = delivery_folders(data, check_feed(feed), delivered)
    return plan_withdrawn(data, get_feed(feed), folders, order, settings.intake_limits, settings.landing)


def _old_runs(settings: Settings, cutoff: date) -> list[str]:
    if not settings.dagster_folder.is_dir():
        return []
    from pipelines.defs.instance import ended_before

    return ended_before(settings.dagster_folder, cutoff)


def _log_remover(settings: Settings) -> Any:
    """Removes the runs that were over their term on the day of the order, whenever it is carried out."""

    def remove(content: dict[str, Any]) -> None:
        from pipelines.defs.instance import forget_runs
        from pipelines.retention import Terms

        cutoff = Terms(**content["terms"]).cutoff("logs", date.fromisoformat(content["decided_on"]))
        forget_runs(settings.dagster_folder, _old_runs(settings, cutoff))

    return remove


def _tell_plan(content: dict[str, Any], unfinished: list[str], *, json: bool) -> None:
    if json:
        as_json({"executed": False, "unfinished": unfinished, "plan": content})
        return
    for number in unfinished:
        print(f"清除 {number} 中途中断，尚未完成：下次 `hedui purge --execute` 先完成它。\n")
    if nothing_to_do(content):
        print("没有需要清除的内容。")
        _tell_kept(content)
        return
    title = "将清除 would go" if content["kind"] == "expired" else "将清除已撤回的报送 would go"
    console().print(table(title, ("内容", "数量"), list(removed_lines(content))))
    if content["releases"]:
        headers = ("发布 release", "文件", "成果表行数")
        rows = [(f"{r['as_of']}/{r['run_id']}", len(r["files"]), sum(r["rows"].values())) for r in content["releases"]]
        console().print(table("内容将清除的发布 releases", headers, rows))
    _tell_kept(content)
    print("以上只是预览，什么都没有删除。确认后加 --execute --who 经办人 --reason 理由；清除后不能恢复。")


def _tell_kept(content: dict[str, Any]) -> None:
    for kept in content["kept"]:
        print(f"保留 {kept['what']}；{kept['why']}。")
    if places := landing_words(content):
        print(f"提醒 报送文件夹中仍有 {len(content['landing'])} 个原件；位置：{places}；处理：请报送单位或管理员删除")


def _tell_done(
    data: DataFolder, completed: list[dict[str, Any]], content: dict[str, Any], folder: Path | None, *, json: bool
) -> None:
    folders = [data.purges / done["certificate"] for done in completed] + ([folder] if folder else [])
    if json:
        as_json({"executed": True, "certificates": [made / CERTIFICATE for made in folders], "plan": content})
        return
    for done in completed:
        began = datetime.fromisoformat(done["decided_at"]).astimezone(BUSINESS_ZONE)
        print(f"已完成 {began:%F %H:%M} 中断的清除 {done['certificate']}（{done['who']}）。")
    if folder is None:
        print("没有需要清除的内容。")
    else:
        console().print(table("已清除 purged", ("内容", "数量"), list(removed_lines(content))))
    _tell_kept(content)
    for made in folders:
        print(f"清除证明 certificate  →  {made / PAGE}")
