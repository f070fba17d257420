"""One assistance unit, a case of dibao or an application, before its rows are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from pipelines.demo.population import Household


@dataclass
class Unit:
    """One case before it is written; a planted case changes it."""

    feed: str
    case_number: str
    home: Household
    declared: list[int]
    standard: int
    incomes: dict[str, int]
    statuses: dict[int, str] = field(default_factory=dict)
    programme: str = "dibao"
    authorised_on: date | None = None
    modest: bool = True
    has_pensions: bool = True
    on_poverty_list: bool = False
    benefit_class: str = "A"
    #: None: some time within what the class allows
    months_since_review: int | None = None
    #: 保障人数; None: as many as are active
    covered: int | None = None
    #: months back -> yuan paid beside the monthly amount
    paid_beside: dict[int, int] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return len(self.declared)

    @property
    def ceiling(self) -> int:
        """The household income at which the standard is just reached."""
        return self.standard * self.size

    def active(self) -> list[int]:
        return [uid for uid in self.declared if self.statuses.get(uid, "在保") != "停保"]
