"""The command `hedui dev`: Dagster's web page and daemon on one data folder, ended together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from pipelines.console.exits import Exit, usage
from pipelines.defs.dbt_manifest import prepare_manifest
from pipelines.defs.instance import prepare_home
from pipelines.settings import PROJECT_ROOT, Settings

#: How long a child may take to end by itself before it is killed.
GRACE_SECONDS = 15.0


def run(settings: Settings, port: int) -> Exit:
    """Starts webserver and daemon and waits. Ctrl-C or SIGTERM ends both and what they started."""
    settings.landing.mkdir(parents=True, exist_ok=True)
    prepare_manifest(settings.dbt_project)
    home = prepare_home(settings.dagster_folder)
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(home),
        "HEDUI_DATA": str(settings.data.resolve()),
        "HEDUI_LANDING": str(settings.landing.resolve()),
        "PYTHONUTF8": "1",
    }
    location = ["-m", "pipelines.definitions"]
    commands = [
        [_tool("dagster-webserver"), *location, "-h", "127.0.0.1", "-p", str(port)],
        [_tool("dagster-daemon"), "run", *location],
    ]
    children: list[subprocess.Popen[bytes]] = []

    def stop(signal_number: int, frame: object) -> None:
        raise KeyboardInterrupt

    previous = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        # Each child leads a process group of its own, so that its code servers end with it.
        children = [
            subprocess.Popen(command, env=environment, cwd=PROJECT_ROOT, start_new_session=True) for command in commands
        ]
        print(f"http://127.0.0.1:{port}  ·  data {settings.data.resolve()}  ·  Ctrl-C 结束", file=sys.stderr)
        return _wait(children)
    except KeyboardInterrupt:
        return Exit.DONE
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        _end(children)


def _tool(name: str) -> str:
    path = Path(sys.executable).parent / name
    if not path.exists():
        raise usage(f"没有安装 {name}", str(path), "运行 `make setup`")
    return str(path)


def _wait(children: list[subprocess.Popen[bytes]]) -> Exit:
    """Returns FAILED as soon as one child ends by itself: neither is of use without the other."""
    while all(child.poll() is None for child in children):
        time.sleep(0.5)
    return Exit.FAILED


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + GRACE_SECONDS
        for child in children:
            try:
                os.killpg(child.pid, number)
            except ProcessLookupError:
                continue
        while any(child.poll() is None for child in children) and time.monotonic() < deadline:
            time.sleep(0.1)
        if all(child.poll() is not None for child in children):
            return
