"""One module per table, each with `checks(as_of) -> list[Check]`; SUITES names them by feed.

A suite says what a plausible delivery looks like. It does not repeat types, keys or code lists, and holds no policy.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from expectations.checks import Check
from expectations.suites import business, deposit, disability, real_estate, social_insurance, vehicle, wage

SUITES: dict[str, Callable[[date], list[Check]]] = {
    "business": business.checks,
    "deposit": deposit.checks,
    "disability": disability.checks,
    "real_estate": real_estate.checks,
    "social_insurance": social_insurance.checks,
    "vehicle": vehicle.checks,
    "wage": wage.checks,
}
