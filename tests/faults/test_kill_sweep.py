"""SIGKILL at random moments of whole runs: the next run completes, and says what an undisturbed one says."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults import invariants
from tests.nightly_county import AS_OF, COMMAND, County, rows_of

pytestmark = pytest.mark.slow

MOMENTS = 200
SHARES = 2  # each with a county of its own, so that two workers can sweep side by side
PERSONS = 60


class Swept:
    """A small county, the rows of its undisturbed run, and how long that one took in seconds."""

    def __init__(self, folder: Path) -> None:
        self.county = County(folder, seed=5, persons=PERSONS)
        for _ in range(2):  # the second run finds parsed files and a parsed dbt project, as all that follow do
            begun = time.monotonic()
            done = self.county.run()
            assert done.returncode in (0, 3), done.stderr
            self.seconds = time.monotonic() - begun
        self.rows = rows_of(self.county.release())

    def killed_after(self, seconds: float) -> str:
        """Runs, kills the run alone (its children are left to themselves), and tells how far it had come."""
        data = self.county.data
        known = set(data.root.glob("releases/*/*"))
        options = ["--landing", str(self.county.landing), "--data", str(data.root), "--as-of", AS_OF]
        with subprocess.Popen([*COMMAND, "run", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
            time.sleep(seconds)
            run.send_signal(signal.SIGKILL)
        return self._reached(known)

    def _reached(self, known: set[Path]) -> str:
        """The last thing that the killed run had written; read from its folders only."""
        if set(self.county.data.root.glob("releases/*/*")) - known:
            return "published"
        marks = {
            "staged": "releases/.staged/*", "marts": "work/*/export/finding.parquet",
            "matched": "work/*/matched/person_link.parquet", "mentions": "work/*/export/person_mention.parquet",
            "raw": "work/*/raw/run_context.parquet", "started": "work/*",
        }  # fmt: skip
        return next((name for name, mark in marks.items() if any(self.county.data.root.glob(mark))), "before")


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Swept:
    return Swept(tmp_path_factory.mktemp("county"))


@pytest.mark.parametrize("moment", [pytest.param(n, id=f"share{n % SHARES}-{n}") for n in range(MOMENTS)])
def test_a_run_that_was_killed_is_made_good_by_the_next(
    swept: Swept, moment: int, record_property: Callable[[str, object], None]
) -> None:
    share = random.Random(moment).random()
    reached = swept.killed_after(share * swept.seconds)
    record_property("reached", reached)
    invariants.after_run(swept.county.data)
    begun = time.monotonic()
    done = swept.county.run()
    swept.seconds = (swept.seconds + time.monotonic() - begun) / 2  # the machine is not always equally fast
    assert done.returncode in (0, 3), done.stderr
    invariants.after_completed_run(swept.county.data, swept.rows)
    print(f"moment {moment}: killed at {share:.0%}, {reached}")
