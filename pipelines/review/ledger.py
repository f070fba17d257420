"""The append-only, hash-chained ledger of verdicts."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from pipelines.review.mention_key import content_keys
from pipelines.storage.chain import Entry, HashChain

PAIR_VERDICTS = frozenset(("same", "different", "unsure"))
FINDING_VERDICTS = frozenset(("cleared", "confirmed"))

#: Business days end at midnight in China.
ZONE = ZoneInfo("Asia/Shanghai")
TERM_MONTHS = 12

PAIR_SCHEMA = {"mention_id_l": pl.String, "mention_id_r": pl.String, "verdict": pl.String}
FINDING_SCHEMA = {
    "finding_id": pl.String, "verdict": pl.String, "fingerprint": pl.String,
    "decided_on": pl.Date, "expires_on": pl.Date,
}  # fmt: skip


class VerdictRefused(ValueError):
    """A verdict that the ledger does not take; the message says why."""


def end_of_business_day(as_of: date) -> datetime:
    """The first moment after the business date `as_of`."""
    return datetime.combine(as_of + timedelta(days=1), time(), ZONE)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class Ledger:
    """Verdicts on pairs (same, different, unsure) and findings (cleared, confirmed) at `path`.

    Of several verdicts on one subject the last one stands, unless it was undone; then the one before it stands again.
    """

    def __init__(self, path: Path) -> None:
        self._chain = HashChain(path)

    def append(
        self, kind: str, subject: dict[str, str], verdict: str, *, who: str, reason: str = "",
        term_months: int | None = None, decided_at: datetime | None = None, sees: int | None = None,
    ) -> Entry:  # fmt: skip
        """Adds one verdict.

        `kind` is 'pair' (`subject`: content_key_l, content_key_r, see `content_keys`) or 'finding' (`subject`:
        finding_id, fingerprint). `term_months` (12 when None) is how long a finding's verdict holds. `sees` is the
        entry number of the verdict that the caseworker had before the eyes (0 for none): when another one has come in
        between, the verdict is refused.
        """
        allowed = {"pair": PAIR_VERDICTS, "finding": FINDING_VERDICTS}.get(kind)
        if allowed is None or verdict not in allowed:
            raise VerdictRefused(f"结论“{verdict}”不适用于“{kind}”。")
        if not who.strip():
            raise VerdictRefused("没有经办人姓名或编号，结论不能登记。")
        content: dict[str, Any] = {
            "kind": kind, "subject": _ordered(kind, subject), "verdict": verdict, "who": who.strip(), "reason": reason,
        }  # fmt: skip
        if kind == "finding":
            content["term_months"] = TERM_MONTHS if term_months is None else term_months
        if sees is not None:
            standing = self.standing(kind).get(_identity(content))
            if (standing.number if standing else 0) != sees:
                raise VerdictRefused("该项已由他人登记了新的结论，请刷新后再核。")
        return self._chain.append(content, decided_at)

    def undo(self, number: int, *, who: str, reason: str = "", decided_at: datetime | None = None) -> Entry:
        """Takes entry `number` back with a new entry; the old one stays readable."""
        entries = {entry.number: entry for entry in self._chain.entries()}
        undone = {entry.content["undoes"] for entry in entries.values() if entry.content["kind"] == "undo"}
        verdict = number in entries and entries[number].content["kind"] in ("pair", "finding")
        if not verdict or number in undone:
            raise VerdictRefused(f"第 {number} 条不是有效的结论，无法撤销。")
        return self._chain.append({"kind": "undo", "undoes": number, "who": who, "reason": reason}, decided_at)

    def head(self, as_of: date | None = None) -> tuple[int, str]:
        """Number and hash of the last entry, up to the end of business date `as_of`."""
        return self._chain.head(end_of_business_day(as_of) if as_of else None)

    def verify(self, head: tuple[int, str] | None = None) -> list[str]:
        """Every edit, deletion or insertion; with a `head` noted earlier also a log that was cut off or rewritten."""
        return self._chain.verify(head)

    def history(self) -> list[Entry]:
        """All entries, oldest first."""
        return self._chain.entries()

    def standing(self, kind: str, as_of: date | None = None) -> dict[tuple[str, ...], Entry]:
        """The verdicts that stand (up to the end of `as_of`), by subject: (content_key_l, content_key_r) of a pair,
        (finding_id,) of a finding."""
        entries = self._chain.entries(end_of_business_day(as_of) if as_of else None)
        undone = {entry.content["undoes"] for entry in entries if entry.content["kind"] == "undo"}
        verdicts = (entry for entry in entries if entry.content["kind"] == kind and entry.number not in undone)
        return {_identity(entry.content): entry for entry in verdicts}

    def verdicts(self, mentions: pl.DataFrame, key: bytes, as_of: date | None = None) -> pl.DataFrame:
        """`mention_id_l, mention_id_r, verdict` of the pairs decided up to `as_of`, for matching.

        `mentions` are this run's (see `content_keys` for the columns); a mention delivered several times with the same
        content stands for each of its copies. A pair of which one side no longer exists as it was is left out.
        """
        standing = self.standing("pair", as_of).values()
        if not standing:
            return pl.DataFrame(schema=PAIR_SCHEMA)
        decided = pl.DataFrame(
            [{**entry.content["subject"], "verdict": entry.content["verdict"]} for entry in standing]
        )
        keys = content_keys(mentions, key)
        sides = [
            keys.rename({"mention_id": f"mention_id_{side}", "content_key": f"content_key_{side}"}) for side in "lr"
        ]
        pairs = decided.join(sides[0], on="content_key_l").join(sides[1], on="content_key_r")
        different = pairs.filter(pl.col("mention_id_l") != pl.col("mention_id_r"))
        return different.select(*PAIR_SCHEMA).sort("mention_id_l", "mention_id_r")

    def finding_verdicts(self, as_of: date) -> pl.DataFrame:
        """`finding_id, verdict, fingerprint, decided_on, expires_on`: the verdicts as they stood at the end of `as_of`.

        Those whose term has ended are given too: the mart says of such a finding that it has returned, and why.
        """
        rows = []
        for entry in self.standing("finding", as_of).values():
            decided_on = entry.recorded_at.astimezone(ZONE).date()
            expires_on = _months_later(decided_on, entry.content["term_months"])
            subject = entry.content["subject"]
            rows.append(
                (subject["finding_id"], entry.content["verdict"], subject["fingerprint"], decided_on, expires_on)
            )
        return pl.DataFrame(rows, schema=FINDING_SCHEMA, orient="row").sort("finding_id")


def _ordered(kind: str, subject: dict[str, str]) -> dict[str, str]:
    """The subject with its expected keys; a pair has no direction, so its smaller key stands left."""
    names = ("content_key_l", "content_key_r") if kind == "pair" else ("finding_id", "fingerprint")
    if set(subject) != set(names) or not all(subject.values()):
        raise VerdictRefused(f"结论的对象须有 {'、'.join(names)}。")
    values = sorted(subject[name] for name in names) if kind == "pair" else [subject[name] for name in names]
    return dict(zip(names, values, strict=True))


def _identity(content: dict[str, Any]) -> tuple[str, ...]:
    """What makes two verdicts verdicts on the same thing: the pair, or the finding whatever its fingerprint."""
    subject = content["subject"]
    if content["kind"] == "pair":
        return (subject["content_key_l"], subject["content_key_r"])
    return (subject["finding_id"],)
