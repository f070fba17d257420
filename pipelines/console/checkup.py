"""The command `hedui doctor`: what can go wrong around a run, looked at one by one."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path

from pipelines.console.exits import Exit
from pipelines.console.show import as_json, console, table
from pipelines.contracts import all_feeds
from pipelines.defs.announcing import check_addresses
from pipelines.intake import delivered_on
from pipelines.notification import AddressBroken, Outbox
from pipelines.policy import not_applicable
from pipelines.settings import Settings, business_today
from pipelines.storage.certificates import certificate_faults, read_certificates
from pipelines.storage.chain import HashChain
from pipelines.storage.formats import FORMAT, WrittenByNewer
from pipelines.storage.lock import read_owner
from pipelines.storage.paths import DataFolder
from pipelines.storage.register import Register
from pipelines.storage.releases import refuse_newer
from pipelines.storage.shares import OnNetworkShare, refuse_share

OK, WARN, BAD = "ok", "warn", "bad"
MARKS = {OK: "[green]好[/]", WARN: "[yellow]注意[/]", BAD: "[red]有问题[/]"}

#: A run on 30,000 persons writes about 0.3 GB; below this much free space a release may not fit.
ENOUGH_BYTES = 2_000_000_000

#: A clock further behind than this has been set back since the last run.
CLOCK_SLACK_SECONDS = 60

PACKAGES = ("dagster", "dbt-core", "dbt-duckdb", "duckdb", "polars", "great-expectations")


@dataclass(frozen=True)
class Observation:
    """One thing looked at: what it is, how it stands, what was seen, and what to do when it is not well."""

    topic: str
    level: str
    seen: str
    remedy: str = ""


def run(settings: Settings, *, json: bool) -> Exit:
    found = list(observe(settings, datetime.now(UTC), business_today()))
    if json:
        as_json([asdict(observation) for observation in found])
    else:
        out = console()
        rows = [(o.topic, MARKS[o.level], o.seen, o.remedy) for o in found]
        made = table("体检 Doctor", ("项目", "状态", "所见", "处理"), ())
        for topic, mark, seen, remedy in rows:
            made.add_row(topic, mark, seen.replace("[", r"\["), remedy)
        out.print(made)
    return Exit.FAILED if any(observation.level == BAD for observation in found) else Exit.DONE


def observe(settings: Settings, now: datetime, today: date) -> Iterator[Observation]:
    data = DataFolder(settings.data)
    yield _lock(data)
    yield _disk(settings.data)
    try:
        refuse_newer(data)
    except WrittenByNewer as newer:
        yield Observation("数据格式 format", BAD, f"{newer.where} {newer.what}", newer.remedy)
        return
    yield Observation("数据格式 format", OK, str(FORMAT))
    yield _clock(data, now)
    yield from _permissions(settings, data)
    yield _decisions(data)
    yield _release(data)
    yield from _purges(data)
    yield _notifications(settings, data)
    yield _versions()
    yield from _freshness(data, today, not_applicable(settings.dbt_project, today))


def _lock(data: DataFolder) -> Observation:
    owner = read_owner(data)
    if owner is None:
        return Observation("运行锁 lock", OK, "空闲")
    who = f"运行 {owner.run_id}，进程 {owner.pid}，主机 {owner.host}，始于 {owner.since}"
    if owner.is_alive():
        return Observation("运行锁 lock", WARN, f"占用中：{who}", "等它结束")
    return Observation("运行锁 lock", WARN, f"占用者已不在：{who}", "无需处理，下次运行会接管")


def _disk(folder: Path) -> Observation:
    existing = next(path for path in (folder.resolve(), *folder.resolve().parents) if path.exists())
    free = shutil.disk_usage(existing).free
    level, remedy = (OK, "") if free >= ENOUGH_BYTES else (BAD, "清理磁盘，至少留出 2 GB")
    return Observation("磁盘 disk", level, f"{existing} 剩余 {free / 1e9:.1f} GB", remedy)


def _clock(data: DataFolder, now: datetime) -> Observation:
    runs = Register(data.register).runs() if data.register.exists() else []
    newest = max((datetime.fromisoformat(run.started_at) for run in runs), default=None)
    if newest and (newest - now).total_seconds() > CLOCK_SLACK_SECONDS:
        return Observation("时钟 clock", BAD, f"{now:%F %T} UTC，早于上次运行 {newest:%F %T}", "校准系统时间")
    return Observation("时钟 clock", OK, f"{now:%F %T} UTC")


def _permissions(settings: Settings, data: DataFolder) -> Iterator[Observation]:
    if not settings.landing.is_dir():
        yield Observation("报送文件夹 landing", BAD, f"{settings.landing} 不存在", "建立该文件夹，或用 --landing 指定")
    elif not os.access(settings.landing, os.R_OK | os.X_OK):
        yield Observation("报送文件夹 landing", BAD, f"{settings.landing} 不可读", "调整权限")
    else:
        yield Observation("报送文件夹 landing", OK, str(settings.landing))
    yield _data_folder(data.root)
    key = data.keys / "county.key"
    if key.exists():
        mode = stat.S_IMODE(key.stat().st_mode)
        level, remedy = (OK, "") if mode & 0o077 == 0 else (BAD, f"chmod 600 {key}")
        yield Observation("密钥 key", level, f"权限 {mode:04o}", remedy)
    elif data.register.exists() and any(run.state == "finished" for run in Register(data.register).runs()):
        yield Observation("密钥 key", BAD, "密钥丢失，但已有完成的运行", "从备份恢复 keys/county.key")
    else:
        yield Observation("密钥 key", OK, "首次运行时生成")


def _data_folder(root: Path) -> Observation:
    topic = "数据文件夹 data"
    try:
        refuse_share(root)
    except OnNetworkShare as share:
        return Observation(topic, BAD, f"{share.where} {share.what}", share.remedy)
    if root.exists() and not os.access(root, os.W_OK | os.X_OK):
        return Observation(topic, BAD, f"{root} 不可写", "调整权限")
    return Observation(topic, OK, f"{root}{'' if root.exists() else '(首次运行时建立)'}")


def _decisions(data: DataFolder) -> Observation:
    problems = HashChain(data.decisions).verify()
    if problems:
        return Observation("结论台账 decisions", BAD, problems[0], "从备份恢复 decisions.sqlite，并查明原因")
    return Observation("结论台账 decisions", OK, "哈希链完好" if data.decisions.exists() else "尚无结论")


def _release(data: DataFolder) -> Observation:
    release = data.current_release()
    if release is None:
        return Observation("现行发布 release", WARN, "还没有发布", "运行 `hedui run`")
    if not (release / "manifest.json").exists():
        return Observation("现行发布 release", BAD, f"{release} 不完整", "从备份恢复，或重新运行")
    return Observation("现行发布 release", OK, f"{release.parent.name}/{release.name}")


def _purges(data: DataFolder) -> Iterator[Observation]:
    """Purges that were ended half-way, and certificates that do not hold; nothing where all is well."""
    for certificate in read_certificates(data):
        topic = f"清除证明 purge {certificate.number}"
        if faults := certificate_faults(data, certificate):
            yield Observation(topic, BAD, faults[0], "从备份恢复该证明，并查明原因")
        elif not certificate.is_done:
            yield Observation(topic, BAD, "清除中途中断，尚未完成", "运行 `hedui purge --execute` 完成")


def _notifications(settings: Settings, data: DataFolder) -> Observation:
    topic = "通知 notify"
    try:
        channels = check_addresses(settings)
    except AddressBroken as broken:
        return Observation(topic, BAD, f"{broken.where} {broken.what}", broken.remedy)
    if waiting := Outbox(data.outbox).waiting():
        return Observation(topic, WARN, f"{len(waiting)} 条没有全部送到", "检查网络和地址后运行 `hedui notify`")
    return Observation(topic, OK, f"{len(channels)} 个地址" if channels else "没有设置(HEDUI_NOTIFY)")


def _versions() -> Observation:
    python = ".".join(str(part) for part in sys.version_info[:3])
    return Observation(
        "版本 versions", OK, f"Python {python} · " + " · ".join(f"{name} {version(name)}" for name in PACKAGES)
    )


def _freshness(data: DataFolder, today: date, away: dict[str, str]) -> Iterator[Observation]:
    """Age of each feed's newest delivery today, from the register, against the limit of its contract."""
    register = Register(data.register)
    files = register.files() if data.register.exists() else []
    newest: dict[str, date] = {}
    for file in files:
        if day := delivered_on(file.delivery):
            newest[file.feed] = max(newest.get(file.feed, day), day)
    for feed in all_feeds().values():
        topic = f"{feed.name} {feed.title}"
        if feed.name not in newest and feed.name in away:
            yield Observation(topic, OK, f"本县不适用：{away[feed.name]}")
            continue
        if feed.name not in newest:
            yield Observation(topic, WARN, "从未报送", "催报；在此之前相关问题没有答案")
            continue
        age = (today - newest[feed.name]).days
        level, remedy = (OK, "") if age <= feed.freshness_days else (WARN, "催报")
        yield Observation(topic, level, f"{newest[feed.name]}，{age} 天前(时限 {feed.freshness_days} 天)", remedy)
