"""Files as delivered to raw tables: receive, archive, parse, choose what is in force, and say what became of each file.

A raw row keeps its cells as text exactly as delivered, with its address. Nothing is cleaned, matched or judged here:
whoever wants to read a value as a date or an amount does so in staging. A file that cannot be used is never dropped
silently: its receipt says what is wrong, where, and what to do.
"""

from pipelines.intake.choosing import standing
from pipelines.intake.deliveries import (
    EARLIER_STATUS,
    STATUS_FEEDS,
    ContentPurged,
    FeedIntake,
    FeedStatus,
    earlier_status,
    take_in,
    waiting_rows,
)
from pipelines.intake.delivery import Receipt
from pipelines.intake.formats.limits import Limits
from pipelines.intake.messages import Message
from pipelines.intake.overview import delivered_files, feed_status, write_overview
from pipelines.intake.reception import Reception, delivered_on, receive
from pipelines.intake.states import DeliveryState, delivery_states
from pipelines.intake.worker import workers_end_when_interrupted

__all__ = [
    "EARLIER_STATUS",
    "STATUS_FEEDS",
    "ContentPurged",
    "DeliveryState",
    "FeedIntake",
    "FeedStatus",
    "Limits",
    "Message",
    "Receipt",
    "Reception",
    "delivered_files",
    "delivered_on",
    "delivery_states",
    "earlier_status",
    "feed_status",
    "receive",
    "standing",
    "take_in",
    "waiting_rows",
    "workers_end_when_interrupted",
    "write_overview",
]
