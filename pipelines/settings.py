"""The one settings object. Nothing else reads the environment."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from pipelines.intake.formats.limits import Limits
from pipelines.retention.terms import Terms

PROJECT_ROOT = Path(__file__).resolve().parent.parent

#: Business dates are dates in China, wherever the server's clock lives.
BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")


class Settings(BaseSettings):
    """Every value can be given as an environment variable with the prefix HEDUI_, for instance HEDUI_DATA."""

    model_config = SettingsConfigDict(env_prefix="HEDUI_", extra="forbid")

    landing: Path = Field(default=PROJECT_ROOT / "data" / "landing", description="where the departments' files arrive")
    data: Path = Field(
        default=PROJECT_ROOT / "data" / "warehouse", description="archive, releases, ledger of decisions"
    )
    dagster_home: Path | None = Field(
        default=None, description="runs and events of Dagster; <data>/dagster when not given"
    )
    dbt_project: Path = Field(default=PROJECT_ROOT / "dbt_project", description="staging, rules and marts")
    dbt_threads: int = Field(default=2, ge=1, description="how many tables dbt builds at once in a run")
    model: Path | None = Field(default=None, description="matching model file; the newest shipped one when not given")
    hold_fewer_than: float = Field(default=0.5, description="a snapshot with a smaller share of the last rows is held")
    hold_more_than: float = Field(
        default=10.0, description="a snapshot with a larger multiple of the last rows is held"
    )
    four_eyes: bool = Field(default=False, description="a held delivery passes when two persons have let it pass")
    settle_seconds: int = Field(default=60, description="a delivery is complete when nothing in it changed for so long")
    keep_work: bool = Field(default=False, description="keep a run's working folder after it ended, to look into it")

    # How long things are kept, see docs/guides/data-engineer.md; `hedui purge` removes what is over its term.
    keep_raw_months: int = Field(default=24, ge=1, description="deliveries: business dates since can be built again")
    keep_warehouse_months: int = Field(default=12, ge=0, description="of a release: delivered rows and matching state")
    keep_quarantine_months: int = Field(default=6, ge=0, description="of a release: rows and values not used")
    keep_worklists_months: int = Field(default=6, ge=0, description="of a release: worklists, with names in full")
    keep_receipts_months: int = Field(default=36, ge=0, description="of a release: receipts of the delivered files")
    keep_results_months: int = Field(default=36, ge=0, description="of a release: the other extracts and the report")
    keep_reports_months: int = Field(default=3, ge=0, description="核对报告 and notices of a release: copies")
    keep_logs_months: int = Field(
        default=12, ge=6, description="Dagster's history of runs; the law asks for six months"
    )
    keep_trial_hours: int = Field(
        default=24, ge=1, description="copies that trials of policy or of a model left behind"
    )

    office: str = Field(default="", description="full name of the office that issues 核对报告 and takes objections")
    office_contact: str = Field(default="", description="its address and telephone number, as they stand on a report")
    chromium: Path | None = Field(default=None, description="browser that prints reports to PDF; from the PATH else")

    notify: SecretStr = Field(
        default=SecretStr(""), description="where to tell of runs: addresses as apprise writes them, parted by blanks"
    )

    debug: bool = Field(default=False, description="show the traceback of an error that nobody foresaw")

    @property
    def intake_limits(self) -> Limits:
        """How much a snapshot may differ from the one before, and how many persons must let a held one pass."""
        return Limits(
            hold_fewer_than=self.hold_fewer_than,
            hold_more_than=self.hold_more_than,
            approvals=2 if self.four_eyes else 1,
        )

    @property
    def retention_terms(self) -> Terms:
        """How long each kind of thing is kept."""
        kinds = ("raw", "warehouse", "quarantine", "worklists", "receipts", "results", "reports", "logs")
        months = {kind: getattr(self, f"keep_{kind}_months") for kind in kinds}
        return Terms(**months, trial_hours=self.keep_trial_hours)

    @property
    def dagster_folder(self) -> Path:
        """Each data folder has its own Dagster instance, so that runs on several data folders never meet."""
        return (self.dagster_home or self.data / "dagster").resolve()


def business_today() -> date:
    """Today's business date."""
    return datetime.now(BUSINESS_ZONE).date()
