"""The synthetic county: deliveries as offices send them, with the truth about them.

People and households come first, then what they are given and own, then registers, misspelling and files; the truth
is told by rules of its own over the unspoilt books. No real person, place or number is in it. What does not belong
here: anything the pipeline itself uses to clean, link or judge.
"""

from pipelines.demo.flat import make_flat
from pipelines.demo.make import CountySummary, make_county

__all__ = ["CountySummary", "make_county", "make_flat"]
