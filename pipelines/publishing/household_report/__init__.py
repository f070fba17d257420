"""The 核对报告: one page per assistance unit, made from a release.

It says who was checked, what was asked of whom and when, what came back, what could not be judged, each doubt with its
clause, source cells and the document that would clear it, and where to object (the flow of MZ/T 072-2024, from 申请 to
结果复核). The paper is signed by an official and handed to the family, so that it shows no more of other
people than the family needs. What does not belong here: judging anything (dbt), changing a release, verdicts (review).
"""

from pipelines.publishing.household_report.page import ReportPages
from pipelines.publishing.household_report.printing import Printer, PrintFailed, find_chromium
from pipelines.publishing.household_report.reading import Dossier, ReleaseReader, UnknownHousehold
from pipelines.publishing.household_report.sheet import Office, compose

__all__ = [
    "Dossier",
    "Office",
    "PrintFailed",
    "Printer",
    "ReleaseReader",
    "ReportPages",
    "UnknownHousehold",
    "compose",
    "find_chromium",
]
