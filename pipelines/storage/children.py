"""Child processes end with the run that started them, however it ended."""

from __future__ import annotations

import os
import signal
import threading
import time

#: So often a child looks whether its parent is still there, in seconds.
INTERVAL = 0.5


def end_with_parent(parent: int) -> None:
    """Ends this process soon after the process `parent`, which started it, has gone. To be called once by a child.

    A parent that was killed cannot end its children, and one that goes on alone would write into a folder that the next
    run is clearing. (The kernel's own death signal is no use: it comes when the *thread* that started a child ends.)
    """
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(INTERVAL)
    os.kill(os.getpid(), signal.SIGKILL)
