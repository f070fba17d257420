"""The command `hedui notify`: sends the messages that wait, and a trial message on request."""

from __future__ import annotations

import sys

from pipelines.console.exits import Exit, usage
from pipelines.console.show import as_json
from pipelines.defs.announcing import announce_trial, check_addresses, send
from pipelines.notification import Outbox
from pipelines.settings import Settings
from pipelines.storage.paths import DataFolder


def run(settings: Settings, *, trial: bool, json: bool) -> Exit:
    if not check_addresses(settings):
        raise usage(
            "没有设置通知地址", "HEDUI_NOTIFY", "写明一个或几个地址，用空格隔开；写法见 docs/guides/data-engineer.md"
        )
    outbox = Outbox(DataFolder(settings.data.resolve()).outbox)
    if trial:
        announce_trial(settings)
    before = len(outbox.waiting())
    problems = send(settings)
    left = len(outbox.waiting())
    if json:
        as_json({"sent": before - left, "waiting": left, "problems": problems})
    else:
        print(f"送出 {before - left} 条，还有 {left} 条没有全部送到。" if before else "没有等待送出的通知。")
    for problem in problems:
        print(problem, file=sys.stderr)
    return Exit.FAILED if problems else Exit.DONE
