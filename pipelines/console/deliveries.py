"""The command `hedui deliveries`: what came, what became of it, and what a person says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.console.exits import UserError, usage
from pipelines.console.receipts import receipt_of, tell_receipt
from pipelines.console.show import as_json, console, table
from pipelines.contracts import all_feeds, get_feed
from pipelines.intake import DeliveryState, FeedIntake, Receipt, delivered_on, delivery_states, take_in
from pipelines.intake.states import STATES
from pipelines.intake.tables.reporters import person_name
from pipelines.settings import Settings
from pipelines.storage.paths import DataFolder
from pipelines.storage.register import Register, Ruling

RULINGS = {"approved": "放行", "rejected": "退回", "withdrawn": "撤回"}
_ROWS = ("header", "title", "total", "blank", "data")
_KINDS = {"added": "新增", "changed": "改动", "removed": "减少"}
_BASES = {"correction": "与更正前的文件相比", "previous": "与上次采用的报送相比"}


def listing(settings: Settings, feed: str | None, as_of: date, *, held: bool, json: bool) -> None:
    """Every delivery received so far, by feed, newest first; `held`: only those that wait for a person."""
    data = DataFolder(settings.data)
    feeds = [check_feed(feed)] if feed else _received(data)
    states = [state for name in feeds for state in reversed(_states(settings, data, name, as_of))]
    chosen = [state for state in states if state.state == "held" or not held]
    if json:
        as_json([_record(state, _rulings(data, state.feed, state.delivery)) for state in chosen])
    elif not chosen:
        print("没有等待放行的报送。" if held else "还没有收到报送。先运行 `hedui run` 收件。")
    else:
        headers = ("数据源 feed", "名称", "报送 delivery", "状态 state", "文件", "行", "说明")
        console().print(table("报送 deliveries", headers, [_row(data, state) for state in chosen]))


def show(
    settings: Settings, feed: str, delivered: date, as_of: date, receipt_folder: Path | None, *, json: bool
) -> None:
    """One delivery: each file as it was understood, what is said of it, and what persons said; `receipt_folder`: its
    receipt is written there too."""
    data = DataFolder(settings.data)
    folders = delivery_folders(data, check_feed(feed), delivered)
    as_of = max(as_of, delivered)
    taken = _taken(settings, data, feed, as_of)
    tell(data, taken, folders, STATES, json=json)
    if receipt_folder is not None:
        receipt = receipt_of(settings, data, taken, state_of(taken, folders).delivery)
        tell_receipt(receipt, receipt_folder, as_of, json=json)


def state_of(taken: FeedIntake, folders: Sequence[str]) -> DeliveryState:
    """The state of the delivery in one of these folders."""
    return next(state for state in delivery_states(taken) if state.delivery in folders)


def tell(data: DataFolder, taken: FeedIntake, folders: Sequence[str], words: Mapping[str, str], *, json: bool) -> None:
    """Prints one delivery: its files, what it changes, what persons said. `words`: state -> the word for it."""
    state, feed = state_of(taken, folders), taken.feed
    rulings = _rulings(data, feed, *folders)
    receipts = [receipt for receipt in taken.receipts if receipt.delivery in folders]
    compared = [known for known in taken.differences if known.delivery in folders]
    if json:
        told = [{"basis": known.basis, "before": known.before, **known.counts} for known in compared]
        as_json({**_record(state, rulings), "receipts": [_file(receipt) for receipt in receipts], "compared": told})
        return
    print(f"{get_feed(feed).title} {feed}/{state.delivery}：{words[state.state]}，{state.rows:,} 行数据")
    for receipt in receipts:
        _tell_file(receipt, words["in_force"])
    for known in compared:
        numbers = "，".join(f"{_KINDS[kind]} {count:,} 行" for kind, count in known.counts.items())
        print(f"  {_BASES[known.basis]}（{known.before}）：{numbers}")
    for ruling in rulings:
        print(f"  {ruling.ruled_at[:10]} {ruling.ruled_by} {RULINGS[ruling.ruling]}：{ruling.reason or '未写理由'}")


def rule(
    settings: Settings, feed: str, delivered: date, ruling: str, who: str, reason: str, as_of: date, *, json: bool
) -> None:
    """Notes what a person says of a delivery. Raises UserError where it cannot be said, or this person said it."""
    data, who = DataFolder(settings.data), person_name(who)
    folders = delivery_folders(data, check_feed(feed), delivered)
    if not who or not reason.strip():
        raise usage("没有写明经办人或理由", f"{feed}/{delivered}", "用 --who 写经办人，用 --reason 写理由")
    if ruling == "approved":
        _check_approval(settings, data, feed, folders, who, max(as_of, delivered))
    for folder in folders:
        Register(data.register).rule(feed, folder, ruling, who, reason.strip())
    state = next(s for s in _states(settings, data, feed, max(as_of, delivered)) if s.delivery in folders)
    if json:
        as_json(_record(state, _rulings(data, feed, *folders)))
        return
    waits = ruling == "approved" and state.state == "held"
    effect = "还需另一人放行后生效" if waits else "下次运行生效"
    print(f"已登记{RULINGS[ruling]}：{feed}/{state.delivery}（{who}），{effect}。")


def _check_approval(
    settings: Settings, data: DataFolder, feed: str, folders: Sequence[str], who: str, as_of: date
) -> None:
    where = f"{feed}/{folders[0]}"
    taken = _taken(settings, data, feed, as_of)
    states = [state for state in delivery_states(taken) if state.delivery in folders]
    since: list[Ruling] = []
    for ruling in _rulings(data, feed, *folders):
        since = [*since, ruling] if ruling.ruling == "approved" else []
    if any(ruling.ruled_by == who for ruling in since):
        raise UserError("同一人已放行过这次报送", where, "须由另一人放行" if settings.four_eyes else "无需重复登记")
    if settings.four_eyes and any(
        who in receipt.account.reported_by for receipt in taken.receipts if receipt.delivery in folders
    ):
        raise UserError("报送人不能放行自己的报送", where, "须由表上所写填报人、制表人以外的人放行")
    if not any(state.state in ("held", "rejected", "withdrawn") for state in states):
        words = "、".join(STATES[state.state] for state in states)
        raise UserError(f"这次报送没有被暂缓（{words}）", where, "用 `hedui deliveries list --held` 查看等待放行的报送")
    if any(receipt.delivery in folders and receipt.is_unreadable for receipt in taken.receipts):
        raise UserError("同一批报送中有文件不能使用，不能放行", where, "请报送单位更正后重新报送整批")


def check_feed(feed: str) -> str:
    if feed not in all_feeds():
        raise usage(f"没有数据源 {feed}", "hedui deliveries", f"可用：{'、'.join(all_feeds())}")
    return feed


def _received(data: DataFolder) -> list[str]:
    files = Register(data.register).files() if data.register.exists() else []
    came = {file.feed for file in files}
    return [feed for feed in all_feeds() if feed in came]


def delivery_folders(data: DataFolder, feed: str, delivered: date) -> list[str]:
    """The folders of that date, however it is written."""
    files = Register(data.register).files(feed) if data.register.exists() else []
    found = sorted({file.delivery for file in files if delivered_on(file.delivery) == delivered})
    if not found:
        raise usage("没有收到过这次报送", f"{feed}/{delivered}", "核对数据源和日期；先运行一次 `hedui run` 以收件")
    return found


def _taken(settings: Settings, data: DataFolder, feed: str, as_of: date) -> FeedIntake:
    return take_in(feed, data, as_of, settings.intake_limits)


def _states(settings: Settings, data: DataFolder, feed: str, as_of: date) -> list[DeliveryState]:
    return delivery_states(_taken(settings, data, feed, as_of))


def _rulings(data: DataFolder, feed: str, *deliveries: str) -> list[Ruling]:
    return [ruling for ruling in Register(data.register).rulings(feed) if ruling.delivery in deliveries]


def _row(data: DataFolder, state: DeliveryState) -> tuple[Any, ...]:
    is_settled = state.state in ("in_force", "superseded")  # what was wrong with it stands in its receipt
    said = [] if is_settled else [message.what for message in state.messages]
    rulings = [f"{ruling.ruled_by}{RULINGS[ruling.ruling]}" for ruling in _rulings(data, state.feed, state.delivery)]
    note = "；".join(dict.fromkeys([*said, *rulings]))
    title = get_feed(state.feed).title
    return state.feed, title, state.delivery, STATES[state.state], state.files, state.rows, note


def _record(state: DeliveryState, rulings: Sequence[Ruling]) -> dict[str, Any]:
    said = [vars(message) for message in state.messages]
    told = [
        {"ruling": ruling.ruling, "ruled_by": ruling.ruled_by, "reason": ruling.reason, "ruled_at": ruling.ruled_at}
        for ruling in rulings
    ]
    return {
        "feed": state.feed,
        "delivery": state.delivery,
        "state": state.state,
        "files": state.files,
        "rows": state.rows,
        "messages": said,
        "rulings": told,
    }


def _file(receipt: Receipt) -> dict[str, Any]:
    account = receipt.account
    return {
        "file": receipt.file,
        "disposition": receipt.disposition,
        "in_force": receipt.in_force,
        "detected_type": account.detected_type,
        "encoding": account.encoding,
        "sheets": account.sheets,
        "header_row": account.header_row,
        "rows": {kind: account.counts.get(kind, 0) for kind in _ROWS},
        "messages": [vars(message) for message in receipt.messages],
    }


def _tell_file(receipt: Receipt, used: str) -> None:
    account = receipt.account
    facts = [account.detected_type, account.encoding, f"{len(account.sheets)} 个工作表" if account.sheets else None]
    header = f"表头第 {account.header_row} 行" if account.header_row else None
    rows = f"读入 {account.rows_read:,} 行，其中数据 {receipt.rows:,} 行"
    known = "，".join(fact for fact in (*facts, header, rows) if fact)
    print(f"\n《{receipt.file}》{used if receipt.in_force else ''} {known}")
    for message in receipt.messages:
        print(f"  {message.what}；位置：{message.where}；处理：{message.remedy}")
