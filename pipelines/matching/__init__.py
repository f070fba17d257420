"""Who is who: from the persons named in rows to persons, with a probability and a reason for every link.

Here belong preparing, blocking, comparing, weighing, vetoes, clustering, identities over time and their explanation:
pure functions on frames. Not here: reading files, cleaning single values (pipelines.cleaning), databases,
orchestration, judging rules on persons.
"""

from pipelines.matching.engine import Linkage, link_mentions
from pipelines.matching.increment import Night, link_night
from pipelines.matching.model import Model, load_model
from pipelines.matching.model_file import ModelError
from pipelines.matching.prepare import MatchingInputError
from pipelines.matching.records import RecordLinkage, link_records

__all__ = [
    "Linkage",
    "MatchingInputError",
    "Model",
    "ModelError",
    "Night",
    "RecordLinkage",
    "link_mentions",
    "link_night",
    "link_records",
    "load_model",
]
