"""How long things are kept, and how they are removed for good: terms, the plan of a purge, the purge, its certificate.

A purge removes whole files and changes none: what is left of a release is byte for byte what was published. What does
not belong here: withdrawing a delivery (a ruling, see storage.register), verifying what is left (audit), the history of
runs (defs, which knows Dagster).
"""

from pipelines.retention.page import certificate_page, landing_words, removed_lines
from pipelines.retention.plan import Order, PurgeRefused, plan_expired, plan_withdrawn
from pipelines.retention.purge import carry_out, complete_unfinished, nothing_to_do
from pipelines.retention.terms import Terms

__all__ = [
    "Order",
    "PurgeRefused",
    "Terms",
    "carry_out",
    "certificate_page",
    "complete_unfinished",
    "landing_words",
    "nothing_to_do",
    "plan_expired",
    "plan_withdrawn",
    "removed_lines",
]
