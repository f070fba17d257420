"""Certificates of purges: what was removed for good, by whom and why, sealed so that a later change is found.

A certificate lies in `purges/<number>/certificate.json`: its content, the SHA-256 of that content in canonical form,
and the entry of the ledger of decisions that notes the same hash. The ledger's chain is noted by every later release:
a certificate cannot be changed, added or taken away unseen. Before anything is removed the content lies there as
`plan.json`; a plan without a certificate is a purge that was ended half-way and is to be completed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.storage.atomic import write_json
from pipelines.storage.chain import ChainBroken, HashChain
from pipelines.storage.paths import DataFolder

FORMAT = 1
PURGE = "purge"
PLAN, CERTIFICATE, PAGE = "plan.json", "certificate.json", "certificate.html"


@dataclass(frozen=True)
class Certificate:
    """One purge. `is_done`: all of it was removed and it is sealed; else it is a plan that was begun."""

    number: str
    content: dict[str, Any]
    sha256: str
    ledger: dict[str, Any]
    is_done: bool

    def files_of(self, as_of: str, run_id: str) -> frozenset[str]:
        """The files of a release that it covers, by their path in the release."""
        named = (r for r in self.content["releases"] if (r["as_of"], r["run_id"]) == (as_of, run_id))
        return frozenset(file for release in named for file in release["files"])

    def covers(self, feed: str, delivery: str, sha256: str) -> bool:
        """Whether it covers the content of a delivered file."""
        return any(
            (d["feed"], d["delivery"], d["sha256"]) == (feed, delivery, sha256) for d in self.content["deliveries"]
        )


def digest(content: dict[str, Any]) -> str:
    """SHA-256 of the content as JSON in UTF-8, keys sorted, without blanks."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def next_number(data: DataFolder) -> str:
    """The number of the next certificate: they count from 000001. Only to be called under the run's lock."""
    taken = [int(path.name) for path in data.purges.glob("[0-9]*") if path.name.isdigit()]
    return f"{max(taken, default=0) + 1:06d}"


def read_certificates(data: DataFolder) -> list[Certificate]:
    """Every certificate and every plan that was begun, in the order of their numbers."""
    return [_read(path) for path in sorted(data.purges.glob("[0-9]*")) if path.is_dir()]


def _read(folder: Path) -> Certificate:
    done = folder / CERTIFICATE
    if done.exists():
        document = json.loads(done.read_text(encoding="utf-8"))
        return Certificate(folder.name, document["content"], document["sha256"], document["ledger"], is_done=True)
    content = json.loads((folder / PLAN).read_text(encoding="utf-8"))
    return Certificate(folder.name, content, digest(content), {}, is_done=False)


def write_plan(data: DataFolder, content: dict[str, Any]) -> Path:
    """Notes durably what is about to be removed; returns the folder of the purge."""
    folder = data.purges / str(content["certificate"])
    write_json(folder / PLAN, content)
    return folder


def seal(data: DataFolder, content: dict[str, Any]) -> dict[str, Any]:
    """The certificate of a purge that is done, as it is written to a file; noted in the ledger once, however often
    this is called."""
    ledger = HashChain(data.decisions)
    noted = [entry for entry in ledger.entries() if _notes(entry.content, content["certificate"])]
    note = {name: content[name] for name in ("certificate", "who", "reason")}
    entry = noted[-1] if noted else ledger.append({"kind": PURGE, **note, "sha256": digest(content)})
    at = entry.recorded_at.isoformat(timespec="seconds")
    return {
        "content": content,
        "sha256": digest(content),
        "ledger": {"entry": entry.number, "hash": entry.hash, "recorded_at": at},
    }


def _notes(entry: dict[str, Any], number: str) -> bool:
    return entry["kind"] == PURGE and entry["certificate"] == number


def certificate_faults(data: DataFolder, certificate: Certificate) -> list[str]:
    """What is wrong with a certificate, in Chinese; empty when its content, its hash and the ledger agree."""
    if digest(certificate.content) != certificate.sha256:
        return ["内容与证明上的 SHA-256 不符"]
    if not certificate.is_done:
        return []
    try:
        noted = [entry for entry in HashChain(data.decisions).entries() if _notes(entry.content, certificate.number)]
    except ChainBroken:
        return ["台账的哈希链断裂，无法核对证明"]
    same = [e for e in noted if (e.number, e.hash) == (certificate.ledger["entry"], certificate.ledger["hash"])]
    if not same or same[0].content["sha256"] != certificate.sha256:
        return ["台账中没有与之相符的登记"]
    return []
