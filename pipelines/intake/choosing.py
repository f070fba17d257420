"""Which deliveries of a feed are in force, which wait for a person, and what persons have said of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from pipelines.intake.delivery import Delivery
from pipelines.intake.messages import Message, plain
from pipelines.storage.register import Ruling

#: Why a delivery is held after the one used before it, if there is one.
Doubts = Callable[[Delivery, Delivery | None], list[Message]]


def standing(rulings: Iterable[Ruling], approvals: int) -> dict[str, str]:
    """delivery -> what holds of what persons said, in order: approved (by so many of them), rejected or withdrawn."""
    stands: dict[str, str] = {}
    approvers: dict[str, set[str]] = {}
    for ruling in rulings:
        if ruling.ruling != "approved":
            stands[ruling.delivery] = ruling.ruling
            approvers.pop(ruling.delivery, None)
            continue
        people = approvers.setdefault(ruling.delivery, set())
        people.add(ruling.ruled_by)
        if len(people) >= approvals:
            stands[ruling.delivery] = "approved"
    return stands


def apply_ruling(delivery: Delivery, stands: Mapping[str, str]) -> None:
    """A delivery that a person rejected, or its office took back, is not used, whatever is in it.

    What was taken back waits for nothing more, not even where its files could not be used.
    """
    for receipt in delivery.receipts:
        ruling, said = stands.get(receipt.delivery), receipt.disposition
        if ruling == "rejected" and said == "accepted":
            receipt.disposition = "rejected"
        elif ruling == "withdrawn" and said in ("accepted", "rejected"):
            receipt.disposition = "superseded"
        else:
            continue
        receipt.messages.append(plain(f"DELIVERY_{ruling.upper()}").in_file(receipt.file))


def choose_append(deliveries: list[Delivery], doubts: Doubts) -> Delivery | None:
    """The good files of every delivery that is not held are in force; returns the newest such delivery."""
    newest: Delivery | None = None
    for delivery in deliveries:
        delivery.before = newest
        if delivery.accepted and (reasons := doubts(delivery, newest)):
            delivery.hold(reasons)
        delivery.used = delivery.accepted
        for receipt in delivery.used:
            receipt.in_force = True
        newest = delivery if delivery.used else newest
    return newest


def choose_snapshot(deliveries: list[Delivery], doubts: Doubts) -> Delivery | None:
    """The newest whole and plausible delivery is in force; what it replaces is superseded, the rest is held."""
    used: Delivery | None = None
    for delivery in deliveries:
        delivery.before = used
        reasons = doubts(delivery, used) if delivery.is_whole else [plain("DELIVERY_INCOMPLETE")]
        if reasons:
            delivery.hold(reasons)
            continue
        delivery.used = delivery.accepted
        for receipt in delivery.used:
            receipt.in_force = True
        for receipt in used.used if used else []:
            receipt.in_force, receipt.disposition = False, "superseded"
        used = delivery
    return used
