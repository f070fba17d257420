"""What is wrong with a release, and what it has no answer to."""

from __future__ import annotations

from dataclasses import dataclass


class NotPublished(LookupError):
    """The release has no such row; the message says what was asked and where."""


@dataclass(frozen=True)
class Problem:
    """What is wrong (`code` for programs, `what` for people), where, and what to do."""

    code: str
    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"[{self.code}] {self.where}:{self.what}{self.remedy}"
