"""How long each kind of thing is kept."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

#: Parts of a release that may go by themselves -> what they are called. What stands in none is `results`; the manifest
#: and the contracts hold no persons and stay.
PARTS = {
    "warehouse": "数据仓库（报送原值、匹配状态）",
    "quarantine": "未采用的行和值、给报送单位的回执",
    "worklists": "工作清单",
    "receipts": "报送回执",
    "results": "核对成果表和报告",
}
_PLACES = {
    "warehouse.duckdb": "warehouse",
    "extracts/quarantine.parquet": "quarantine",
    "extracts/delivery_receipt.parquet": "receipts",
}
#: The receipts for offices list the same cells as the quarantine, and names.
_FOLDERS = {"worklists": "worklists", "receipts": "quarantine"}
#: Parts that say something of the results, and that never outlive them.
_WITH_RESULTS = ("warehouse", "quarantine", "worklists")


@dataclass(frozen=True)
class Terms:
    """Months for which things are kept: deliveries from their date, parts of a release from its business date, copies
    of reports and the history of runs from when they were made. Copies of trials: hours."""

    raw: int = 24
    warehouse: int = 12
    quarantine: int = 6
    worklists: int = 6
    receipts: int = 36
    results: int = 36
    reports: int = 3
    logs: int = 12
    trial_hours: int = 24

    def cutoff(self, kind: str, today: date) -> date:
        """Things of that kind from before this day are due."""
        months = getattr(self, kind)
        if kind in _WITH_RESULTS:
            months = min(months, self.results)
        return months_before(today, months)


def part_of(file: str) -> str | None:
    """The part that a file of a release belongs to, by its path in the release; None for what stays."""
    if file == "manifest.json" or file.startswith("contracts/"):
        return None
    return _PLACES.get(file) or _FOLDERS.get(file.split("/", 1)[0], "results")


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of its month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
