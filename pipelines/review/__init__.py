"""What caseworkers decided: the ledger of verdicts on pairs of mentions and on findings.

A verdict is an entry that is added and never changed; taking it back is another entry. The rooms before (matching,
marts) read the ledger as frames that this package makes. What does not belong here: judging rules (dbt), linking
(matching), writing worklists (publishing).
"""

from pipelines.review.ledger import FINDING_VERDICTS, PAIR_VERDICTS, Ledger, VerdictRefused, end_of_business_day
from pipelines.review.memory import FINDING_EXTRACTS, finding_memory, write_review_tables
from pipelines.review.previous import write_previous
from pipelines.review.subjects import finding_subjects, pair_subjects

__all__ = [
    "FINDING_EXTRACTS",
    "FINDING_VERDICTS",
    "PAIR_VERDICTS",
    "Ledger",
    "VerdictRefused",
    "end_of_business_day",
    "finding_memory",
    "finding_subjects",
    "pair_subjects",
    "write_previous",
    "write_review_tables",
]
