"""The fixtures of a small release, for the rooms that read one."""

from tests.release_fixtures import build, data, dbt_project, release

__all__ = ["build", "data", "dbt_project", "release"]
