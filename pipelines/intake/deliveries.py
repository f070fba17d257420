"""Chooses what of a feed is in force for a business date, and says of every delivered file what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath
from typing import Any

import polars as pl

from pipelines.contracts import Feed, get_feed
from pipelines.intake.account import Account
from pipelines.intake.cache import parsed_account, parsed_rows
from pipelines.intake.choosing import apply_ruling, choose_append, choose_snapshot, standing
from pipelines.intake.companions import leave_out_notes, prefer_corrections
from pipelines.intake.delivery import Delivery, Receipt
from pipelines.intake.differences import CORRECTION, PREVIOUS, Difference, difference
from pipelines.intake.formats.container import ENDINGS
from pipelines.intake.formats.limits import Limits
from pipelines.intake.headers.dictionary import fits, titled_feed
from pipelines.intake.late_dates import late_dates
from pipelines.intake.messages import Message, plain
from pipelines.intake.parse import raw_schema
from pipelines.intake.plausibility import doubts, quality_hold
from pipelines.intake.reception import delivered_on
from pipelines.storage.paths import DataFolder
from pipelines.storage.register import DeliveredFile, Register, content_key


@dataclass(frozen=True)
class FeedStatus:
    """How current a feed is. `delivery` is the one in force (the newest used one of an append feed), `unused_delivery`
    a newer one that could not be used (then `is_fallback`)."""

    feed: str
    delivery: str | None
    delivered_on: date | None
    age_days: int | None
    freshness_days: int
    state: str
    is_fallback: bool
    rows: int
    unused_delivery: str | None = None


@dataclass
class FeedIntake:
    """One feed for one business date: `frame` is the raw table, `receipts` tell of every file, in order, `differences`
    of what the deliveries in use or on hold changed."""

    feed: str
    frame: pl.DataFrame
    status: FeedStatus
    receipts: list[Receipt]
    differences: list[Difference] = field(default_factory=list)

    @property
    def missed(self) -> list[Receipt]:
        """Files that would be in force and that the archive has lost: `frame` lacks what was delivered in them."""
        newest = (None if get_feed(self.feed).is_append else self.status.delivered_on) or date.min
        return [r for r in self.receipts if r.is_lost and (delivered_on(r.delivery) or date.max) > newest]


class ContentPurged(RuntimeError):
    """What a business date rests on was removed for good; the message says what and under which certificate."""


def frame_schema(feed: Feed) -> dict[str, Any]:
    """The columns of a feed's raw table; all text but `_row`."""
    address = ("_row_id", "_feed", "_delivery", "_file", "_sheet")
    parsed = {name: kind for name, kind in raw_schema(feed).items() if name not in ("_sheet", "_sheet_number")}
    return {**dict.fromkeys(address, pl.String), **parsed}


def take_in(feed: str | Feed, data: DataFolder, as_of: date, limits: Limits | None = None) -> FeedIntake:
    """The rows of a feed in force on `as_of`, from the archived files registered so far.

    A snapshot feed gives its newest good delivery, an append feed the good files of all. A delivery after `as_of` plays
    no part. Files are parsed once and then come from the cache. Raises ContentPurged when the content of what would be
    in force is gone.
    """
    contract = get_feed(feed) if isinstance(feed, str) else feed
    limits = limits or Limits()
    register = Register(data.register)
    deliveries = _deliveries(contract, data, register, as_of, limits)
    stands = standing(register.rulings(contract.name), limits.approvals)
    holds = {} if contract.is_append else register.holds(contract.name)
    for delivery in deliveries:
        apply_ruling(delivery, stands)

    def in_doubt(new: Delivery, before: Delivery | None) -> list[Message]:
        if any(stands.get(receipt.delivery) == "approved" for receipt in new.receipts):
            return []
        earlier = _frame(before.used, data, contract) if before else None
        found = doubts(contract, new.day, _frame(new.accepted, data, contract), earlier, limits)
        return found + _held_for_quality(new, holds) if before else found

    used = (choose_append if contract.is_append else choose_snapshot)(deliveries, in_doubt)
    _refuse_what_rests_on_purged(contract, register, used, as_of)
    receipts = [receipt for delivery in deliveries for receipt in delivery.receipts]
    frame = _frame([receipt for receipt in receipts if receipt.in_force], data, contract)
    _tell_late_dates(contract, receipts, frame)
    status = _status(contract, deliveries, used, as_of, frame.height)
    return FeedIntake(contract.name, frame, status, receipts, _differences(contract, data, deliveries))


def _tell_late_dates(feed: Feed, receipts: Iterable[Receipt], rows: pl.DataFrame) -> None:
    """Adds to the receipts in force what `late_dates` finds in their rows."""
    in_force = {(receipt.delivery, receipt.file): receipt for receipt in receipts if receipt.in_force}
    for delivery, file, message in late_dates(feed, rows, delivered_on):
        in_force[delivery, file].messages.append(message.in_file(file))


def _held_for_quality(new: Delivery, holds: Mapping[tuple[str, str], str]) -> list[Message]:
    """Why an earlier run left a delivery of this content out for its quality."""
    folders = sorted({receipt.delivery for receipt in new.accepted})
    contents = {
        name: content_key(r.sha256 for r in new.accepted if r.delivery == name and r.sha256) for name in folders
    }
    return [quality_hold(holds[place]) for place in contents.items() if place in holds]


#: Feeds whose earlier deliveries say since when a case has had its status.
STATUS_FEEDS = ("dibao",)
EARLIER_STATUS = {"feed": pl.String, "delivered_on": pl.Date, "case_number": pl.String, "status": pl.String}


def earlier_status(taken: Iterable[FeedIntake], data: DataFolder) -> pl.DataFrame:
    """`feed, delivered_on, case_number, status`: what the deliveries that a newer one has replaced said of each case.

    Values are text as delivered, each combination once. No feed carries the day on which a status began; a delivery
    that showed it is the only witness, as long as its content is kept.
    """
    frames = [pl.DataFrame(schema=EARLIER_STATUS)]
    for feed_intake in taken:
        if feed_intake.feed not in STATUS_FEEDS:
            continue
        feed = get_feed(feed_intake.feed)
        for receipt in feed_intake.receipts:
            if receipt.disposition == "superseded" and not receipt.is_purged:
                day = pl.lit(delivered_on(receipt.delivery), pl.Date).alias("delivered_on")
                rows = _rows(receipt, data, feed).select(pl.lit(feed.name).alias("feed"), day, "case_number", "status")
                frames.append(rows)
    return pl.concat(frames).unique().sort(pl.all())


def waiting_rows(taken: FeedIntake, data: DataFolder) -> dict[str, pl.DataFrame]:
    """delivery -> the rows of its files that are held for what stands in them, as in `frame`."""
    waiting: dict[str, list[Receipt]] = {}
    for receipt in taken.receipts:
        if receipt.waits:
            waiting.setdefault(receipt.delivery, []).append(receipt)
    return {delivery: _frame(receipts, data, get_feed(taken.feed)) for delivery, receipts in waiting.items()}


def _deliveries(feed: Feed, data: DataFolder, register: Register, as_of: date, limits: Limits) -> list[Delivery]:
    """Every delivery up to `as_of`, oldest first, each file with its account and a first disposition.

    Of two files with one content the one that came first counts: what a release says of its source stays true.
    """
    by_day: dict[date, list[Receipt]] = {}
    earlier: set[str] = set()
    purged = register.purged()
    files = [(day, file) for file in register.files(feed.name) if (day := delivered_on(file.delivery)) and day <= as_of]
    replaced = _replaced(file for _, file in files)
    refused_files = register.refused(feed.name)
    withdrawn = {(file.delivery, file.file) for file in refused_files if file.code == "WITHDRAWN"}
    for day, file in sorted(files, key=lambda item: (item[0], item[1].delivery, item[1].number)):
        siblings = by_day.setdefault(day, [])
        if file.number in purged:
            siblings.append(_purged_receipt(file))
            continue
        receipt = _receipt(feed, data, file, limits)
        if file.number in replaced:
            receipt.disposition = "superseded"
            receipt.messages = [plain("REPLACED").in_file(file.file)]
        elif receipt.disposition != "accepted" and (file.delivery, file.file) in withdrawn:
            receipt.disposition = "superseded"
            receipt.messages.append(plain("WITHDRAWN").in_file(file.file))
        elif file.sha256 in {other.sha256 for other in siblings if other.disposition != "superseded"} or (
            feed.is_append and file.sha256 in earlier
        ):
            receipt.disposition = "duplicate"
            receipt.messages = [plain("ALREADY_RECEIVED").in_file(file.file)]
        else:
            earlier.add(file.sha256)
        siblings.append(receipt)
    for receipts in by_day.values():
        leave_out_notes(receipts)
        prefer_corrections(receipts)
        receipts.sort(key=lambda receipt: (receipt.delivery, receipt.file))
    for refused in refused_files:
        if refused.code != "WITHDRAWN" and (day := delivered_on(refused.delivery)) and day <= as_of:
            messages = [plain(refused.code).in_file(refused.file)]
            address = (feed.name, refused.delivery, refused.file, None, None)
            receipt = Receipt(*address, Account(), refused.disposition, messages=messages)
            by_day.setdefault(day, []).append(receipt)
    return [Delivery(day, receipts, _earlier_contents(receipts)) for day, receipts in sorted(by_day.items())]


def _earlier_contents(receipts: Iterable[Receipt]) -> dict[str, Receipt]:
    """File name -> the last content in whose place another came."""
    replaced = [r for r in receipts if r.disposition == "superseded" and not r.is_purged]
    return {receipt.file: receipt for receipt in replaced if receipt.account.verdict == "accepted"}


def _replaced(files: Iterable[DeliveredFile]) -> set[int]:
    """Numbers of files in whose place another content came later, under the same name in the same delivery."""
    newest: dict[tuple[str, str], int] = {}
    replaced: set[int] = set()
    for file in files:  # in the order of registration
        if (before := newest.get((file.delivery, file.file))) is not None:
            replaced.add(before)
        newest[file.delivery, file.file] = file.number
    return replaced


def _purged_receipt(file: DeliveredFile) -> Receipt:
    address = (file.feed, file.delivery, file.file, file.sha256, file.size)
    return Receipt(*address, Account(), "superseded", messages=[plain("PURGED").in_file(file.file)])


def _refuse_what_rests_on_purged(feed: Feed, register: Register, used: Delivery | None, as_of: date) -> None:
    """A date whose delivery is gone would silently rest on an older one, or on none: better it is not built."""
    purged = register.purged()
    for file in register.files(feed.name):
        day = delivered_on(file.delivery)
        gone = file.number in purged and purged[file.number].was_usable
        if gone and day and day <= as_of and (used is None or day > used.day):
            raise ContentPurged(
                f"业务日期 {as_of} 所依据的报送内容已清除（清除证明 {purged[file.number].certificate}），不能重新核对；"
                f"位置：{feed.title} {feed.name}/{file.delivery}；"
                "处理：查阅该日期原有的发布；重新核对只能从仍有原件的业务日期起"
            )


def _receipt(feed: Feed, data: DataFolder, file: DeliveredFile, limits: Limits) -> Receipt:
    account = parsed_account(data, feed, file.sha256, limits)
    receipt = Receipt(feed.name, file.delivery, file.file, file.sha256, file.size, account, account.verdict)
    receipt.messages = [message.in_file(file.file) for message in account.messages]
    if account.verdict == "accepted":
        _judge_name(feed, receipt)
    return receipt


def _judge_name(feed: Feed, receipt: Receipt) -> None:
    """What a file's name says against its content: the cache knows contents only, so that this is judged apart."""
    kind, ending = receipt.account.detected_type or "", PurePosixPath(receipt.file).suffix.lower()
    if kind == "csv" and ending in (".xls", ".xlsx", ".et"):
        receipt.disposition = "rejected"
        receipt.messages.append(plain("TEXT_AS_WORKBOOK").in_file(receipt.file))
    elif ending not in ENDINGS.get(kind, set()):
        receipt.messages.append(plain("WRONG_EXTENSION").in_file(receipt.file))
    other = titled_feed(feed, PurePosixPath(receipt.file).stem)
    if other and fits(get_feed(other), tuple(("", header.split("/")[-1]) for header in receipt.account.headers)):
        what = f"文件名是“{get_feed(other).title}”，不是本数据源"
        receipt.disposition = "rejected"
        receipt.messages.append(
            Message("WRONG_SOURCE", "", what, f"请核对后放入 {other} 文件夹重新报送").in_file(receipt.file)
        )


def _differences(feed: Feed, data: DataFolder, deliveries: list[Delivery]) -> list[Difference]:
    """What the deliveries in use or on hold changed: a corrected one against itself, a snapshot against the last."""
    found = []
    for delivery in deliveries:
        if not (files := delivery.readable):
            continue
        new = _frame(files, data, feed)
        name = files[0].delivery
        if any(file.file in delivery.replaced for file in files):
            old = _frame([delivery.replaced.get(file.file, file) for file in files], data, feed)
            found.append(difference(feed, name, CORRECTION, name, old, new))
        if (before := delivery.before) and not feed.is_append:
            old = _frame(before.used, data, feed)
            found.append(difference(feed, name, PREVIOUS, before.used[0].delivery, old, new))
    return found


def _frame(receipts: Iterable[Receipt], data: DataFolder, feed: Feed) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=frame_schema(feed)), *(_rows(receipt, data, feed) for receipt in receipts)])


def _rows(receipt: Receipt, data: DataFolder, feed: Feed) -> pl.DataFrame:
    assert receipt.sha256 is not None
    start = f"{feed.name}/{receipt.delivery}/{receipt.sha256[:8]}"
    row_id = pl.format("{}/{}/{}", pl.lit(start), pl.col("_sheet_number"), pl.col("_row"))
    return (
        parsed_rows(data, feed, receipt.sha256)
        .with_columns(
            row_id.alias("_row_id"),
            pl.lit(feed.name).alias("_feed"),
            pl.lit(receipt.delivery).alias("_delivery"),
            pl.lit(receipt.file).alias("_file"),
        )
        .select(list(frame_schema(feed)))
    )


def _status(feed: Feed, deliveries: list[Delivery], used: Delivery | None, as_of: date, rows: int) -> FeedStatus:
    came = [d for d in deliveries if any(receipt.disposition != "ignored" for receipt in d.receipts)]
    unused = [d for d in came[came.index(used) + 1 if used else 0 :] if not d.is_repeat]
    newest = unused[-1].receipts[0].delivery if unused else None
    if used is None:
        return FeedStatus(feed.name, None, None, None, feed.freshness_days, "never", bool(came), 0, newest)
    age = (as_of - used.day).days
    state = "fresh" if age <= feed.freshness_days else "stale"
    delivery = used.used[0].delivery
    return FeedStatus(feed.name, delivery, used.day, age, feed.freshness_days, state, bool(unused), rows, newest)
