"""What became of each delivery as a whole, from the receipts of its files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from pipelines.intake.deliveries import FeedIntake
from pipelines.intake.delivery import Receipt
from pipelines.intake.messages import Message

#: State of a delivery -> the word for it.
STATES = {
    "in_force": "在用",
    "held": "暂缓",
    "refused": "不能使用",
    "rejected": "已退回",
    "withdrawn": "已撤回",
    "superseded": "已被替代",
    "duplicate": "重复报送",
    "purged": "已清除",
}


@dataclass(frozen=True)
class DeliveryState:
    """One delivery of one feed: its state (a key of STATES), files, data rows read, and what is said of its files."""

    feed: str
    delivery: str
    state: str
    files: int
    rows: int
    messages: tuple[Message, ...]


def delivery_states(intake: FeedIntake) -> list[DeliveryState]:
    """Every delivery of the feed up to the business date, oldest first."""
    states = []
    for delivery, found in groupby(intake.receipts, key=lambda receipt: receipt.delivery):
        received = [receipt for receipt in found if receipt.disposition != "ignored"]
        receipts = [receipt for receipt in received if not receipt.is_replaced] or received
        if receipts:
            rows = sum(receipt.rows for receipt in receipts)
            messages = tuple(message for receipt in receipts for message in receipt.messages)
            states.append(DeliveryState(intake.feed, delivery, _state(receipts), len(receipts), rows, messages))
    return states


def _state(receipts: Iterable[Receipt]) -> str:
    known = list(receipts)
    said = {message.code for receipt in known for message in receipt.messages}
    dispositions = {receipt.disposition for receipt in known}
    if any(receipt.in_force for receipt in known):
        return "in_force"
    if all("PURGED" in {message.code for message in receipt.messages} for receipt in known):
        return "purged"
    if "DELIVERY_WITHDRAWN" in said:
        return "withdrawn"
    if "DELIVERY_REJECTED" in said:
        return "rejected"
    if "held" in dispositions:
        return "held"
    if "rejected" in dispositions:
        return "refused"
    return "superseded" if "superseded" in dispositions else "duplicate"
