"""Statistics for the public: which cells of the county's tables may be shown, and the pages that show them.

A cell of few households, or of a sum that one household makes up, is hidden, and so are as many others as it takes that
nobody can work it out from totals, from another table of the publication, or from an earlier publication. What is small
and what dominates is judged in dbt (`int_publication__celled`) by the seed `publication_rule`; here it is hidden,
checked, written and remembered. What does not belong here: figures for the office itself (publishing.picture).
"""

from pipelines.publishing.statistics.cells import NoStatistics
from pipelines.publishing.statistics.publication import Publication, PublicationRefused, publish_statistics

__all__ = ["NoStatistics", "Publication", "PublicationRefused", "publish_statistics"]
