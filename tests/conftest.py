"""How the workers of pytest-xdist share the tests."""

from __future__ import annotations

import re
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

#: A test whose id begins with share0, share1 … belongs to that share of its file.
SHARE = re.compile(r"\[(share\d+)-")


class ByFileAndShare(LoadFileScheduling):
    """A file's tests go to one worker, which makes their county once; a long sweep is parted into shares."""

    def _split_scope(self, nodeid: str) -> str:
        share = SHARE.search(nodeid)
        return super()._split_scope(nodeid) + (share[1] if share else "")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFileAndShare:
    return ByFileAndShare(config, log)
