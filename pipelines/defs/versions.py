"""The versions that a release names: of the code, and of the rules."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

from pipelines.settings import PROJECT_ROOT


def digest_of(*folders: Path, suffixes: tuple[str, ...]) -> str:
    """The first 12 hexadecimal digits of SHA-256 over the names and contents of the files below the folders."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in suffixes and path.is_file():
                digest.update(f"{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def code_version() -> str:
    """Package version and a digest of the Python code: two checkouts with a change between them differ."""
    code = digest_of(PROJECT_ROOT / "pipelines", PROJECT_ROOT / "expectations", suffixes=(".py", ".yaml"))
    return f"{version('hedui')}+{code}"


def rule_version(dbt_project: Path) -> str:
    """A digest of the rules as they are judged: the models and the dated policy in the seeds."""
    return digest_of(
        dbt_project / "models", dbt_project / "seeds", dbt_project / "macros", suffixes=(".sql", ".csv", ".yml")
    )
