"""Prints what the verification of a release found: what was purged of it and by whose order, and what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipelines.audit import Purged, purged_of, verify_release
from pipelines.console.exits import Exit
from pipelines.console.show import as_json
from pipelines.storage.certificates import Certificate
from pipelines.storage.paths import DataFolder


def run(release: Path, data: DataFolder, *, json: bool) -> Exit:
    problems = verify_release(release, data)
    readable = not any(problem.code == "MANIFEST_UNREADABLE" for problem in problems)
    purged = purged_of(release, data) if readable else Purged()
    if json:
        certificates = [_record(certificate) for certificate in purged.certificates]
        gone = {"files": sorted(purged.files), "deliveries": len(purged.deliveries), "certificates": certificates}
        as_json({"release": release, "problems": problems, "purged": gone})
    else:
        _tell_purged(purged)
        for problem in problems:
            print(problem)
        rest = "其余部分完好 the rest intact" if purged.certificates else "完好 intact"
        print(f"{release}: " + (f"{len(problems)} 处问题 problems" if problems else rest))
    return Exit.FAILED if problems else Exit.DONE


def _record(certificate: Certificate) -> dict[str, Any]:
    names = ("certificate", "kind", "who", "reason", "decided_on")
    return {**{name: certificate.content[name] for name in names}, "sha256": certificate.sha256}


def _tell_purged(purged: Purged) -> None:
    if purged.files:
        print(f"本发布有 {len(purged.files)} 个文件已按规定清除，与其内容有关的核对从略。")
    if purged.deliveries:
        print(f"本发布所依据的 {len(purged.deliveries)} 个报送文件已从存档中清除，本发布不能再重新计算。")
    for certificate in purged.certificates:
        said = certificate.content
        print(f"  清除证明 {certificate.number}：{said['decided_on']} {said['who']}，{said['reason']}")
