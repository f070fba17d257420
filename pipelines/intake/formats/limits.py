"""The limits of intake, in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """How much a file may ask for, and how much a snapshot may differ from the one before.

    `hold_fewer_than` and `hold_more_than` are multiples of the rows of the last good snapshot; sizes are bytes.
    `approvals`: so many persons must let a held delivery pass.
    """

    hold_fewer_than: float = 0.5
    hold_more_than: float = 10.0
    approvals: int = 1
    unpacked_bytes: int = 1_000_000_000
    unpacked_ratio: float = 100.0
    cells: int = 20_000_000
    memory_bytes: int = 1_500_000_000
    seconds: float = 180.0
