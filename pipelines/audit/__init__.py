"""Proof after the fact: what a published row rests on, whether a release is intact, how right it is.

Reads releases, the archive and the decision log, and recomputes from them; shares no code with publishing, so that a
mistake there is not repeated here. What does not belong here: making or changing a release (publishing).
"""

from pipelines.audit.evaluation import evaluate
from pipelines.audit.lineage import Cell, Chain, SourceRow, lineage_of
from pipelines.audit.problem import NotPublished, Problem
from pipelines.audit.purged import Purged, purged_of
from pipelines.audit.reasons import Reason, explain_rows
from pipelines.audit.verification import verify_release

__all__ = [
    "Cell",
    "Chain",
    "NotPublished",
    "Problem",
    "Purged",
    "Reason",
    "SourceRow",
    "evaluate",
    "explain_rows",
    "lineage_of",
    "purged_of",
    "verify_release",
]
