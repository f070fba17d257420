"""What was purged of a release, by the certificates: an auditor is told of it, and it is no damage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.audit.problem import Problem
from pipelines.storage.certificates import Certificate, certificate_faults, read_certificates
from pipelines.storage.paths import DataFolder
from pipelines.storage.releases import read_manifest


@dataclass(frozen=True)
class Purged:
    """Of one release: `files` and `deliveries` (feed, delivery, SHA-256) that are gone, and the certificates that say
    so."""

    files: frozenset[str] = frozenset()
    deliveries: frozenset[tuple[str, str, str]] = frozenset()
    certificates: tuple[Certificate, ...] = field(default=(), repr=False)


def purged_of(release: Path, data: DataFolder) -> Purged:
    """What of the release, and of the deliveries that it rests on, was removed under a certificate.

    A certificate that is broken covers nothing: what it names is missing then, and told as such.
    """
    manifest = read_manifest(release)
    used = {(entry["feed"], entry["delivery"], entry["sha256"]) for entry in manifest["deliveries"]}
    files: set[str] = set()
    deliveries: set[tuple[str, str, str]] = set()
    named = []
    for certificate in read_certificates(data):
        of_release = {
            file
            for file in certificate.files_of(manifest["as_of"], manifest["run_id"])
            if not (release / file).exists()
        }
        of_deliveries = {entry for entry in used if certificate.covers(*entry)}
        if not of_release and not of_deliveries:
            continue
        named.append(certificate)
        if not certificate_faults(data, certificate):
            files |= of_release
            deliveries |= of_deliveries
    return Purged(frozenset(files), frozenset(deliveries), tuple(named))


def purged_problems(data: DataFolder, purged: Purged) -> Iterator[Problem]:
    """Certificates that name something of the release and do not hold, and purges that were not completed."""
    for certificate in purged.certificates:
        where = f"purges/{certificate.number}"
        for fault in certificate_faults(data, certificate):
            yield Problem(
                "CERTIFICATE_BROKEN", where, f"清除证明不可信：{fault}。", "从备份恢复该证明，并查明是谁改动了它。"
            )
        if not certificate.is_done:
            yield Problem(
                "PURGE_UNFINISHED", where, "清除中途中断，尚未完成。", "运行 `hedui purge --execute` 完成清除。"
            )
