"""What a purge would remove, and what it leaves, before anything is touched. Plans are plain data: they become the
content of the certificate, and hold hashes, counts, dates and names of officers, never of persons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pipelines.contracts import Feed, all_feeds, get_feed
from pipelines.intake import ContentPurged, Limits, Receipt, delivered_on, standing, take_in
from pipelines.retention.copies import copies_due, every_copy
from pipelines.retention.terms import Terms, months_before, part_of
from pipelines.storage.certificates import FORMAT, next_number
from pipelines.storage.paths import DataFolder
from pipelines.storage.register import DeliveredFile, PurgedFile, Register
from pipelines.storage.releases import published_releases, read_manifest

Content = dict[str, Any]


class PurgeRefused(RuntimeError):
    """What is asked for may not be removed; the message says what stands against it, and what to do first."""


@dataclass(frozen=True)
class Order:
    """Who orders a purge and why, on which business day, in the name of which office."""

    who: str
    reason: str
    today: date
    office: str = ""


def plan_withdrawn(
    data: DataFolder, feed: Feed, deliveries: Sequence[str], order: Order, limits: Limits, landing: Path | None = None
) -> Content:
    """Everything that holds the content of a withdrawn delivery; `deliveries` are its folders.

    Raises PurgeRefused when the delivery is not withdrawn, or the release in force rests on it.
    """
    _refuse_what_is_in_use(data, feed, deliveries, limits)
    register = Register(data.register)
    days = [day for delivery in deliveries if (day := delivered_on(delivery))]
    receipts = take_in(feed, data, max([order.today, *days]), limits).receipts
    going = [file for file in _present(register, feed.name) if file.delivery in deliveries]
    releases = [r for r in published_releases(data) if _rests_on(r, feed.name, deliveries)]
    content = _empty("withdrawn", data, order)
    said = [ruling for ruling in register.rulings(feed.name) if ruling.delivery in deliveries]
    content["rulings"] = [asdict(ruling) for ruling in said]
    content["deliveries"] = _deliveries(register, going, {}, receipts)
    content["releases"] = [entry for r in releases if (entry := _release_entry(r, _held_files(r)))]
    content["copies"] = every_copy(data, [f"{r['as_of']}/{r['run_id']}" for r in content["releases"]])
    content["landing"] = _still_delivered(landing, going)
    return content


def plan_expired(
    data: DataFolder, terms: Terms, order: Order, limits: Limits, landing: Path | None = None, old_runs: int = 0
) -> Content:
    """Everything whose term has ended and that nothing in force rests on; `old_runs` of Dagster are over their term."""
    register = Register(data.register)
    current = data.current_release()
    content = _empty("expired", data, order)
    content["terms"] = asdict(terms)
    used = _used_by(current) if current else frozenset()
    for feed in all_feeds().values():
        going, usable, kept = _expired_files(data, feed, terms.cutoff("raw", order.today), order.today, limits, used)
        receipts = take_in(feed, data, order.today, limits).receipts if going else []
        content["deliveries"] += _deliveries(register, going, usable, receipts)
        content["landing"] += _still_delivered(landing, going)
        content["kept"] += kept
    for release in published_releases(data):
        due = [file for file in _held_files(release) if _is_due(file, release, terms, order.today)]
        if due and release == current:
            why = f"现行发布，其中 {len(due)} 个文件已过期限，下一次发布生效后再清除"
            content["kept"].append({"what": f"发布 {release.parent.name}/{release.name}", "why": why})
        elif due and (entry := _release_entry(release, due)):
            content["releases"].append(entry)
    content["copies"] = copies_due(data, months_before(order.today, terms.reports), terms.trial_hours)
    content["log_runs"] = old_runs
    return content


def _empty(kind: str, data: DataFolder, order: Order) -> Content:
    return {
        "format": FORMAT, "certificate": next_number(data), "kind": kind, "office": order.office, "who": order.who,
        "reason": order.reason, "decided_on": order.today.isoformat(),
        "decided_at": datetime.now(UTC).isoformat(timespec="seconds"), "terms": {}, "rulings": [], "deliveries": [],
        "releases": [], "copies": [], "log_runs": 0, "landing": [], "kept": [],
    }  # fmt: skip


def _refuse_what_is_in_use(data: DataFolder, feed: Feed, deliveries: Sequence[str], limits: Limits) -> None:
    where = f"位置：{feed.title} {feed.name}/{deliveries[0]}"
    stands = standing(Register(data.register).rulings(feed.name), limits.approvals)
    if any(stands.get(delivery) != "withdrawn" for delivery in deliveries):
        raise PurgeRefused(
            f"这次报送没有撤回，不能清除；{where}；"
            f"处理：先登记撤回 `hedui deliveries withdraw {feed.name} {delivered_on(deliveries[0])}`，再运行一次后清除"
        )
    current = data.current_release()
    if current and _rests_on(current, feed.name, deliveries):
        raise PurgeRefused(
            f"现行发布 {current.parent.name}/{current.name} 仍以这次报送为依据，不能清除；{where}；"
            "处理：先运行 `hedui run`，待不含它的新发布生效后再清除"
        )


def _rests_on(release: Path, feed: str, deliveries: Iterable[str]) -> bool:
    return any(used["feed"] == feed and used["delivery"] in deliveries for used in read_manifest(release)["deliveries"])


def _used_by(release: Path) -> frozenset[tuple[str, str]]:
    """feed and delivery of everything that a release rests on."""
    return frozenset((used["feed"], used["delivery"]) for used in read_manifest(release)["deliveries"])


def _present(register: Register, feed: str) -> list[DeliveredFile]:
    """Files of a feed that were not purged before."""
    purged = register.purged()
    return [file for file in register.files(feed) if file.number not in purged]


def _expired_files(
    data: DataFolder, feed: Feed, cutoff: date, today: date, limits: Limits, used: frozenset[tuple[str, str]]
) -> tuple[list[DeliveredFile], dict[int, bool], list[dict[str, str]]]:
    """Files of a feed that are due; which of them a business date could rest on; and what is older but stays, and why.

    Business dates from the cutoff on can still be built: of a snapshot feed what was in force on the cutoff stays, and
    all that came after it; of an append feed every file whose rows count.
    """
    old = [file for file in _present(Register(data.register), feed.name) if _older(file, cutoff)]
    if not old:
        return [], {}, []
    try:
        first = take_in(feed, data, cutoff, limits).status.delivered_on
    except ContentPurged:  # terms were shorter once: nothing more is due
        return [], {}, []
    counting = _usable(take_in(feed, data, today, limits).receipts)
    stays = {
        file.number for file in old
        if (feed.name, file.delivery) in used
        or (feed.is_append and (file.delivery, file.file, file.sha256) in counting)
        or (not feed.is_append and first is not None and not _older(file, first))
    }  # fmt: skip
    going = [file for file in old if file.number not in stays]
    usable = {file.number: (file.delivery, file.file, file.sha256) in counting for file in going}
    deliveries = {file.delivery for file in old if file.number in stays}
    what = f"{feed.title} {feed.name}：{len(stays)} 个早于 {cutoff} 的文件（{min(deliveries, default='')} 起）"
    why = "累积数据，现行发布以其为依据" if feed.is_append else f"{cutoff} 起的业务日期以其为依据"
    return going, usable, [{"what": what, "why": why}] if stays else []


def _usable(receipts: Iterable[Receipt]) -> set[tuple[str, str, str | None]]:
    """Files whose rows are or were in force: accepted, or replaced by a newer delivery."""
    taken_back = {"DELIVERY_WITHDRAWN", "WITHDRAWN", "PURGED"}
    return {
        (receipt.delivery, receipt.file, receipt.sha256)
        for receipt in receipts
        if receipt.disposition in ("accepted", "superseded")
        and not taken_back & {message.code for message in receipt.messages}
    }


def _older(file: DeliveredFile, day: date) -> bool:
    delivered = delivered_on(file.delivery)
    return delivered is not None and delivered < day


def _is_due(file: str, release: Path, terms: Terms, today: date) -> bool:
    part = part_of(file)
    return part is not None and date.fromisoformat(release.parent.name) < terms.cutoff(part, today)


def _held_files(release: Path) -> list[str]:
    """The files of a release that may hold persons, as they are on disk; the manifest and the contracts do not."""
    found = (path.relative_to(release).as_posix() for path in sorted(release.rglob("*")) if path.is_file())
    return [name for name in found if part_of(name)]


def _release_entry(release: Path, files: list[str]) -> dict[str, Any] | None:
    """What goes of one release, or None when nothing of it is left."""
    if not files:
        return None
    manifest = read_manifest(release)
    named = manifest["files"]
    return {
        "as_of": manifest["as_of"], "run_id": manifest["run_id"],
        "parts": sorted({part for file in files if (part := part_of(file))}),
        "files": {file: named.get(file, {}).get("sha256") for file in files},
        "rows": {
            name: extract["rows"] for name, extract in manifest["extracts"].items() if extract["file"] in files
        },
    }  # fmt: skip


def _deliveries(
    register: Register, going: Sequence[DeliveredFile], usable: dict[int, bool], receipts: Iterable[Receipt]
) -> list[dict[str, Any]]:
    """One entry per file: what is known of it without its content, and where its bytes stay because they came twice."""
    told = {(r.delivery, r.file, r.sha256): r for r in receipts}
    numbers, purged = {file.number for file in going}, register.purged()
    others = [file for file in register.files() if file.number not in numbers and file.number not in purged]
    same = {file.sha256: f"{file.feed}/{file.delivery}" for file in others}
    entries = []
    for file in going:
        receipt = told.get((file.delivery, file.file, file.sha256))
        entries.append(
            {
                "number": file.number,
                "feed": file.feed,
                "title": get_feed(file.feed).title,
                "delivery": file.delivery,
                "sha256": file.sha256,
                "size": file.size,
                "first_seen": file.first_seen,
                "rows": receipt.rows if receipt else 0,
                "disposition": receipt.disposition if receipt else "superseded",
                "was_usable": usable.get(file.number, False),
                "same_content": same.get(file.sha256),
            }
        )
    return entries


def purged_files(content: Content) -> list[PurgedFile]:
    """What the register notes of the deliveries of a plan."""
    number = content["certificate"]
    return [PurgedFile(entry["number"], number, entry["was_usable"]) for entry in content["deliveries"]]


def _still_delivered(landing: Path | None, files: Iterable[DeliveredFile]) -> list[dict[str, str]]:
    """Files that still lie where they were delivered: that folder is the offices', and they remove them."""
    if landing is None:
        return []
    there = (file for file in files if (landing / file.feed / file.delivery / file.file).is_file())
    return [{"feed": file.feed, "delivery": file.delivery, "sha256": file.sha256} for file in there]
