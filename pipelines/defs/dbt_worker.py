"""A dbt process of its own that is warm when it is needed.

Importing dbt and parsing the project take seconds. `DbtWorker` starts them in a child process while the deliveries are
still being read; the child then serves both builds of the run with the one parsed project, and answers with one JSON
line per finished node. It is run as `python -m pipelines.defs.dbt_worker`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.storage.children import end_with_parent

#: What dbt keeps of the parsed project, so that the next process only looks at what changed.
PARSED = "partial_parse.msgpack"

#: Events of dbt that end a node, and those that say why something outside a node failed.
RESULT_EVENTS = frozenset({"LogSeedResult", "LogModelResult", "LogSnapshotResult", "LogTestResult"})


class DbtFailed(RuntimeError):
    """A model or a test could not be run, or dbt itself stopped. A test that found rows is a result, not this."""


@dataclass(frozen=True)
class NodeResult:
    """One finished node. `status`: success (a table), pass, warn, fail (a test), error. `failures`: rows found."""

    unique_id: str
    status: str
    seconds: float
    failures: int


class DbtWorker:
    """The child process. `build` runs one selection and yields its nodes as they finish; `close` ends the child."""

    def __init__(self, project: Path, work: Path, environment: dict[str, str], threads: int = 2) -> None:
        logs = work / "dbt"
        logs.mkdir(parents=True, exist_ok=True)
        if (parsed := project / "target" / PARSED).exists():
            shutil.copy(parsed, logs / PARSED)
        settings = {"project": str(project), "logs": str(logs), "parent": os.getpid(), "threads": threads}
        self._stderr = (logs / "worker.log").open("wb")
        self._child = subprocess.Popen(
            [sys.executable, "-m", "pipelines.defs.dbt_worker", json.dumps(settings)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._stderr, text=True, encoding="utf-8",
            env={**os.environ, **environment, "PYTHONUTF8": "1"}, cwd=work,
        )  # fmt: skip

    def build(self, *selection: str) -> Iterator[NodeResult]:
        """Runs `dbt build` on the selection. Raises DbtFailed when dbt itself stopped."""
        stdin, stdout = self._child.stdin, self._child.stdout
        assert stdin is not None
        assert stdout is not None
        try:
            stdin.write(json.dumps(selection) + "\n")
            stdin.flush()
        except BrokenPipeError:
            raise DbtFailed(self._last_words()) from None
        for line in stdout:
            answer = json.loads(line)
            if "unique_id" in answer:
                yield NodeResult(**answer)
            elif answer["error"]:
                raise DbtFailed(answer["error"])
            else:
                return
        raise DbtFailed(self._last_words())

    def _last_words(self) -> str:
        log = Path(self._stderr.name)
        return (
            f"the dbt process ended early; its last words: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}"
        )

    def close(self) -> None:
        """Ends the child; its warehouse connection is closed with it."""
        if self._child.stdin is not None:
            self._child.stdin.close()
        try:
            self._child.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._stderr.close()


def _serve(settings: dict[str, Any]) -> None:
    """The child: parse once, then one build per line of the standard input."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # whatever dbt prints goes to the log, never between the answers
    end_with_parent(settings["parent"])

    from dbt.cli.main import dbtRunner

    def tell(answer: dict[str, Any]) -> None:
        answers.write(json.dumps(answer, ensure_ascii=False) + "\n")

    def on_event(event: Any) -> None:
        if event.info.name in RESULT_EVENTS:
            tell(_node_result(event.data))

    common = [
        "--project-dir", settings["project"], "--profiles-dir", settings["project"], "--target-path", settings["logs"],
        "--log-path", settings["logs"],
    ]  # fmt: skip
    # A test belongs to the build after which all that it reads is there.
    fitting = ["--indirect-selection", "buildable", "--exclude-resource-type", "unit_test"]
    at_once = ["--threads", str(settings["threads"])]
    quiet = [
        "--quiet", "--no-use-colors", "--no-version-check", "--no-print", "--log-level-file", "warn",
        "--no-write-json",  # nobody reads dbt's own account of the build, and it takes seconds
    ]  # fmt: skip
    parsed: Any = dbtRunner().invoke([*quiet, "parse", *common])
    for line in sys.stdin:
        if not parsed.success:
            tell({"error": f"the dbt project does not parse: {parsed.exception}"})
            continue
        runner = dbtRunner(manifest=parsed.result, callbacks=[on_event])
        done = runner.invoke([*quiet, "build", *common, *fitting, *at_once, *json.loads(line)])
        _let_go_of_the_warehouse()
        tell({"error": _failure(done)})


def _let_go_of_the_warehouse() -> None:
    """Closes dbt's connection, which would otherwise last as long as this process: the next reader is another one."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    if DuckDBConnectionManager._ENV is not None:
        DuckDBConnectionManager._ENV.close()
        DuckDBConnectionManager._ENV = None


def _node_result(data: Any) -> dict[str, Any]:
    info = data.node_info
    seconds = getattr(data, "execution_time", 0.0)
    status = str(data.status).split(" ")[0].lower()  # a table's is the database's own word, such as OK or INSERT 12
    return {
        "unique_id": info.unique_id,
        "status": status if status in ("pass", "warn", "fail", "error", "skip") else "success",
        "seconds": round(float(seconds), 3),
        "failures": int(getattr(data, "num_failures", 0) or 0),
    }


def _failure(done: Any) -> str | None:
    """Why the build failed, unless tests alone did. Values that a message of the database may quote are left out."""
    if done.exception:
        return redacted(str(done.exception))
    errors = [result for result in done.result.results if str(result.status) == "error"]
    return "; ".join(f"{result.node.name}: {redacted(str(result.message))}" for result in errors[:5]) or None


def redacted(message: str) -> str:
    """The message without quoted text and without long numbers: either may be a value of a person."""
    return re.sub(r"\d{6,}", "…", re.sub(r"'[^']*'", "'…'", message))[:800]


if __name__ == "__main__":
    _serve(json.loads(sys.argv[1]))
