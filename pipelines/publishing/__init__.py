"""Releases: what leaves the house, complete or not at all.

A release is built beside the others (extracts, worklists, report, warehouse, contracts, manifest), checked, and becomes
visible in one step. Tokens and masks for personal values live here too. What does not belong here: rules (dbt), the
verification of a release after the fact (audit), verdicts (review).
"""

from pipelines.publishing.context import RunContext
from pipelines.publishing.contracts import ContractViolation, MartContract, read_mart_contracts
from pipelines.publishing.evaluation_page import write_evaluation_page
from pipelines.publishing.masks import mask_account_number, mask_id_number, mask_phone, mask_text
from pipelines.publishing.release import ReleaseExists, build_release, publish, remove_orphans
from pipelines.publishing.tokens import Tokens

__all__ = [
    "ContractViolation",
    "MartContract",
    "ReleaseExists",
    "RunContext",
    "Tokens",
    "build_release",
    "mask_account_number",
    "mask_id_number",
    "mask_phone",
    "mask_text",
    "publish",
    "read_mart_contracts",
    "remove_orphans",
    "write_evaluation_page",
]
