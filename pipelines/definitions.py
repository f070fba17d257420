"""The one Dagster entry: everything Dagster loads of this project is named here."""

from pipelines.defs.assembly import build_definitions
from pipelines.settings import Settings

defs = build_definitions(Settings())
