"""One delivery: the files of a day, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from pipelines.intake.account import Account
from pipelines.intake.messages import Message


@dataclass
class Receipt:
    """What became of one delivered file: its account, a disposition, and whether its rows are in force."""

    feed: str
    delivery: str
    file: str
    sha256: str | None
    size: int | None
    account: Account
    disposition: str
    in_force: bool = False
    messages: list[Message] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return self.account.counts.get("data", 0)

    @property
    def is_purged(self) -> bool:
        return any(message.code == "PURGED" for message in self.messages)

    @property
    def is_lost(self) -> bool:
        """Whether the archive no longer holds it as it was received; nobody took it back, and nothing replaced it."""
        return self.disposition == "rejected" and any(message.code == "ARCHIVE_DAMAGED" for message in self.messages)

    @property
    def is_replaced(self) -> bool:
        """Whether another content came later in its place, under its name."""
        return any(message.code == "REPLACED" for message in self.messages)

    @property
    def waits(self) -> bool:
        """Whether it can be read and is held for what stands in it, or in another file of its delivery."""
        return self.disposition == "held" and self.account.verdict == "accepted"

    @property
    def is_unreadable(self) -> bool:
        """Whether it is a part of its delivery that cannot be used as it is, whatever a person says."""
        return self.disposition in ("rejected", "held") and self.account.verdict != "accepted"


@dataclass(eq=False)
class Delivery:
    """The files of one day. `replaced` are earlier contents of its files by name, `before` is the delivery that was in
    use when it came, `used` are the files that were used of it."""

    day: date
    receipts: list[Receipt]
    replaced: dict[str, Receipt] = field(default_factory=dict)
    before: Delivery | None = None
    used: list[Receipt] = field(default_factory=list)

    @property
    def accepted(self) -> list[Receipt]:
        return [receipt for receipt in self.receipts if receipt.disposition == "accepted"]

    @property
    def readable(self) -> list[Receipt]:
        """The files in force, or held for what stands in them."""
        return [receipt for receipt in self.receipts if receipt.in_force or receipt.waits]

    @property
    def is_whole(self) -> bool:
        return bool(self.accepted) and not any(r.disposition in ("rejected", "held") for r in self.receipts)

    @property
    def is_repeat(self) -> bool:
        """Whether it is of known bytes only: it brought nothing new, but was no failure either."""
        return all(receipt.disposition in ("duplicate", "ignored", "superseded") for receipt in self.receipts)

    def hold(self, reasons: list[Message]) -> None:
        """Its good files wait for a person, and say why."""
        for receipt in self.accepted:
            receipt.disposition = "held"
            receipt.messages += [reason.in_file(receipt.file) for reason in reasons]
