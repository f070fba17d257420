"""The manifest of a release: what it holds, what it was made from, and the hash of every file."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from pipelines.publishing.context import RunContext
from pipelines.publishing.contracts import CONTRACT_VERSION, digest
from pipelines.publishing.tokens import Tokens
from pipelines.storage.archive import file_sha256
from pipelines.storage.chain import HashChain
from pipelines.storage.formats import FORMAT
from pipelines.storage.paths import DataFolder
from pipelines.storage.releases import PREVIOUS

NAME = "manifest.json"
ZONE = ZoneInfo("Asia/Shanghai")


class Damaged(RuntimeError):
    """A release's files are not those that its manifest names."""


def files_of(release: Path) -> dict[str, Path]:
    """Every file of the release but the manifest, by its path inside it."""
    paths = (path for path in sorted(release.rglob("*")) if path.is_file())
    return {path.relative_to(release).as_posix(): path for path in paths if path != release / NAME}


def compose(
    staged: Path, data: DataFolder, context: RunContext, tokens: Tokens, rows: dict[str, int], rendered: dict[str, str]
) -> dict[str, Any]:
    """The manifest of the finished folder `staged`.

    The head of the decision log is the last entry up to the end of the business date: the one that the run could see.
    """
    midnight = datetime.combine(context.as_of + timedelta(days=1), time(), ZONE)
    entries, head = HashChain(data.decisions).head(midnight)
    delivered = pl.read_parquet(staged / "extracts" / "delivery_receipt.parquet")
    used = delivered.filter("in_force") if "in_force" in delivered.columns else delivered
    used = used.select("feed", "delivery", "file", "sha256").sort("feed", "delivery", "file")
    extracts = {
        name: {
            "file": f"extracts/{name}.parquet",
            "rows": rows[name],
            "schema_version": CONTRACT_VERSION,
            "contract": f"contracts/{name}.odcs.yaml",
            "contract_sha256": digest(text),
        }
        for name, text in rendered.items()
    }
    return {
        "format": FORMAT,
        "as_of": context.as_of.isoformat(),
        "run_id": context.run_id,
        PREVIOUS: _previous(context),
        "code_version": context.code_version,
        "rule_version": context.rule_version,
        "model_version": context.model_version,
        "decision_log": {"entries": entries, "head": head},
        "tokens": {"recipient": tokens.recipient, "key_id": tokens.key_id, "algorithm": "HMAC-SM3"},
        "extracts": extracts,
        "deliveries": used.to_dicts(),
        "files": {
            name: {"sha256": file_sha256(path), "size": path.stat().st_size} for name, path in files_of(staged).items()
        },
    }


def _previous(context: RunContext) -> dict[str, str] | None:
    """The release that this one follows on; null for the first."""
    if context.previous_as_of is None or context.previous_run_id is None:
        return None
    return {"as_of": context.previous_as_of.isoformat(), "run_id": context.previous_run_id}


def check(release: Path) -> dict[str, Any]:
    """Reads the release back: returns its manifest, or raises Damaged naming the files."""
    content: dict[str, Any] = json.loads((release / NAME).read_text(encoding="utf-8"))
    found, expected = files_of(release), content["files"]
    wrong = sorted(set(found) ^ set(expected))
    both = sorted(set(found) & set(expected))
    wrong += [name for name in both if file_sha256(found[name]) != expected[name]["sha256"]]
    if wrong:
        raise Damaged(f"发布文件与清单不符：{'、'.join(wrong)}。请重新运行。")
    return content
