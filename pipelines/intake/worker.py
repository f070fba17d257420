"""Parses delivered files in a child process with limits on memory and time, so that no file can harm a run.

The parent asks with one JSON line (the archived file, the feed, where to put the rows), the child answers with one. One
child a thread is kept and used again; it is ended when it fails, and a new one takes its place.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import gc
import json
import os
import resource
import selectors
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.contracts import Feed, get_feed
from pipelines.intake.account import Account
from pipelines.intake.formats.limits import Limits
from pipelines.intake.messages import plain
from pipelines.intake.parse import parse_file, raw_schema
from pipelines.storage.atomic import write_parquet
from pipelines.storage.children import end_with_parent

#: One thread, and allocators that reserve no address space ahead of need, so that the limit means what it says.
_CHILD_ENVIRONMENT = {
    "POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "2",
    "PYTHONUTF8": "1",
}  # fmt: skip


class WorkerDied(Exception):
    """The child ended while parsing: out of memory, most likely."""


class WorkerTimedOut(Exception):
    """The child took longer than allowed and was ended."""


class Interrupted(Exception):
    """The run was told to end; no child is asked any more."""


class Worker:
    """One child process, started on first use."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, request: dict[str, Any], limits: Limits) -> dict[str, Any]:
        """The child's answer; WorkerDied or WorkerTimedOut when it gives none, OSError when the disk takes no rows."""
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps({**request, "limits": asdict(limits)}).encode() + b"\n")
            process.stdin.flush()
            with selectors.DefaultSelector() as selector:
                selector.register(process.stdout, selectors.EVENT_READ)
                if not selector.select(limits.seconds):
                    raise WorkerTimedOut
            line = process.stdout.readline()
            if not line:
                raise WorkerDied
            answer = dict(json.loads(line))
            if answer.get("out_of_memory"):
                raise WorkerDied
            if error_number := answer.get("not_written"):
                raise OSError(error_number, os.strerror(error_number), request["target"])
            return answer
        except BaseException as error:
            self.close()
            if isinstance(error, BrokenPipeError | ValueError):
                raise WorkerDied from error
            raise

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            environment = {**os.environ, **_CHILD_ENVIRONMENT}
            self._process = subprocess.Popen(
                [sys.executable, "-m", "pipelines.intake.worker", str(os.getpid())],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
            )  # fmt: skip
        if _interrupted.is_set():  # asked only now: whoever sets it afterwards finds the child and ends it
            self.close()
            raise Interrupted
        return self._process

    def kill(self) -> None:
        """Ends the child while another thread waits for its answer; that thread clears away what is left."""
        if (process := self._process) is not None:
            process.kill()
            process.wait()

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
            self._process = None


_workers = threading.local()
_all_workers: list[Worker] = []
_interrupted = threading.Event()


def this_threads_worker() -> Worker:
    if not hasattr(_workers, "worker"):
        _workers.worker = Worker()
        _all_workers.append(_workers.worker)
    worker: Worker = _workers.worker
    return worker


@atexit.register
def close_workers() -> None:
    """Ends every child of this process."""
    while _all_workers:
        _all_workers.pop().close()


@contextlib.contextmanager
def workers_end_when_interrupted() -> Iterator[None]:
    """Ends the children at once when the block is left by an exception: a file can take minutes, whoever stops a run
    does not wait for it. Threads that still ask are told Interrupted."""
    _interrupted.clear()
    try:
        yield
    except BaseException:
        _interrupted.set()
        for worker in _all_workers:
            worker.kill()
        raise


def _limit_memory(budget: int) -> None:
    """Lets the process grow by `budget` bytes over what it takes now."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    ceiling = pages * os.sysconf("SC_PAGE_SIZE") + budget
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (ceiling if hard == resource.RLIM_INFINITY else min(ceiling, hard), hard))


def _answered(request: dict[str, Any], limits: Limits) -> dict[str, Any]:
    """Reads one file and writes its rows. Only reading says something of the file: a disk that takes no rows is no
    reason to refuse it."""
    try:
        frame, account = _parsed(Path(request["path"]), get_feed(request["feed"]), limits)
        try:
            write_parquet(frame, Path(request["target"]))
        except OSError as error:
            return {"not_written": error.errno or errno.EIO}
        return account.as_json()
    except MemoryError:
        return {"out_of_memory": True}


def _parsed(path: Path, feed: Feed, limits: Limits) -> tuple[pl.DataFrame, Account]:
    try:
        return parse_file(path, feed, limits)
    except MemoryError:
        raise
    except Exception:  # no file ends the run; the error's text may hold persons and is not kept
        return pl.DataFrame(schema=raw_schema(feed)), Account(verdict="rejected", messages=[plain("NOT_READABLE")])


def serve() -> None:
    """The child: answers requests until its input ends."""
    end_with_parent(int(sys.argv[1]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a memory image would hold persons
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no answer
    limited = False
    for line in sys.stdin.buffer:
        request = json.loads(line)
        limits = Limits(**request["limits"])
        if not limited:
            _limit_memory(limits.memory_bytes)
            limited = True
        gc.disable()  # a million rows are a million lists: looking through them for cycles, again and again, finds none
        answer = _answered(request, limits)
        gc.enable()
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    serve()
