"""Messages that wait, one file each, and their delivery."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from pipelines.storage.atomic import write_json

if TYPE_CHECKING:
    from pipelines.notification.channels import Channel


#: Seconds that a sender waits for another one.
LONGEST_WAIT = 60


@dataclass(frozen=True)
class Notification:
    """One message. `name` orders them; `kind` is success, warning or failure; `sent_to` are keys of channels."""

    name: str
    kind: str
    title: str
    body: str
    sent_to: tuple[str, ...] = ()


class Outbox:
    """The messages that not every channel has taken yet, as files of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, message: Notification) -> None:
        write_json(self._folder / f"{message.name}.json", asdict(message))

    def remove(self, message: Notification) -> None:
        (self._folder / f"{message.name}.json").unlink(missing_ok=True)

    def waiting(self) -> list[Notification]:
        """Oldest first."""
        found = []
        for path in sorted(self._folder.glob("*.json")):
            with suppress(FileNotFoundError):  # another sender has just sent it
                message = json.loads(path.read_text(encoding="utf-8"))
                found.append(Notification(**{**message, "sent_to": tuple(message["sent_to"])}))
        return found

    def lock(self) -> FileLock:
        """Held while messages are sent, so that two senders do not send the same one. To wait for it ends with a
        TimeoutError: a sender that hangs holds up no run."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self._folder / ".lock", timeout=LONGEST_WAIT)


def deliver(outbox: Outbox, channels: Sequence[Channel]) -> list[Channel]:
    """Sends what waits to every channel that has not taken it, oldest first; returns the channels that failed.

    A channel that failed is left alone until the next time, so that a dead one costs one attempt and messages keep
    their order. A process that is killed between sending and noting it sends that message once more.
    """
    failed: list[Channel] = []
    with outbox.lock():
        for message in outbox.waiting():
            for channel in channels:
                if channel.key in message.sent_to or channel in failed:
                    continue
                if channel.send(message):
                    message = replace(message, sent_to=(*message.sent_to, channel.key))
                    outbox.put(message)
                else:
                    failed.append(channel)
            if all(channel.key in message.sent_to for channel in channels):
                outbox.remove(message)
    return failed
