"""What the program is built of: a known vulnerability fails the audit, and the bill of materials names every part."""

# ruff: noqa: N802 - the tests are named after the entries of the catalogue
from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def advisories(package: str | None) -> Iterator[str]:
    """The address of a service that knows one vulnerability, of that package, in the form of osv.dev."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["package"]["name"]
            affected = [{"package": {"name": asked, "ecosystem": "PyPI"}, "versions": [], "ranges": []}]
            known = [{"id": "PYSEC-0000-1", "summary": "made up", "details": "", "aliases": [], "affected": affected}]
            answer = json.dumps({"vulns": known} if asked == package else {}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *arguments: object) -> None:
            del arguments

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/query"
    server.shutdown()


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A target of the Makefile with this interpreter's tools; nothing is installed."""
    tools = f"BIN={Path(sys.executable).parent}"
    command = ["make", "-C", str(ROOT), "-o", "setup", tools, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_H19_a_dependency_with_a_known_vulnerability_fails_the_audit() -> None:
    with advisories(None) as address:
        sound = make("audit", f"AUDIT=-s osv --osv-url {address}")
    assert sound.returncode == 0, sound.stderr
    with advisories("duckdb") as address:
        vulnerable = make("audit", f"AUDIT=-s osv --osv-url {address}")
    assert vulnerable.returncode != 0
    assert "PYSEC-0000-1" in vulnerable.stdout


def test_H19_an_audit_that_reaches_nobody_has_failed() -> None:
    assert make("audit", "AUDIT=-s osv --osv-url http://127.0.0.1:9/v1/query").returncode != 0


@pytest.mark.slow
def test_H19_the_bill_of_materials_names_every_pinned_part() -> None:
    made = make("sbom")
    assert made.returncode == 0, made.stderr
    parts = json.loads((ROOT / "build" / "sbom.json").read_text(encoding="utf-8"))["components"]
    versions = {canonicalize_name(part["name"]): part["version"] for part in parts}
    pins, _, _ = (ROOT / "constraints.txt").read_text(encoding="utf-8").partition("#")
    for pin in pins.split():
        name, _, version = pin.partition("==")
        assert versions.get(canonicalize_name(name)) == version, pin
