"""One run's workspace: the lock, the run number, the working folder. Opened once per run, closed with its outcome."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from pipelines.intake.deliveries import HoldLimits
from pipelines.matching.model import Model, load_model
from pipelines.publishing.release import RunContext
from pipelines.settings import PROJECT_ROOT, Settings
from pipelines.storage.lock import run_lock
from pipelines.storage.paths import DataFolder
from pipelines.storage.register import Register
from pipelines.storage.versions import code_version, folder_digest
