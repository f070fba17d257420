"""One module per table, each with its `suite`; SUITES names them by feed.

A suite says what a plausible delivery looks like. It does not repeat types, keys or code lists, and holds no policy.
"""

from __future__ import annotations

from expectations.checks import Suite
from expectations.suites import (
    application,
    business,
    deposit,
    dibao,
    disability,
    fishing_compensation,
    payment,
    poverty_household,
    real_estate,
    social_insurance,
    tekun,
    vehicle,
    wage,
)

_MODULES = (
    application, business, deposit, dibao, disability, fishing_compensation, payment, poverty_household, real_estate,
    social_insurance, tekun, vehicle, wage,
)  # fmt: skip

SUITES: dict[str, Suite] = {module.suite.feed: module.suite for module in _MODULES}
