"""The channels that messages go out by: addresses as the library apprise writes them (mailtos://, wecombot://, json://)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.notification.outbox import Notification


class AddressBroken(ValueError):
    """An address that no channel can be made of; the message names its place, never the address: it holds secrets."""

    def __init__(self, place: int) -> None:
        self.what, self.where = "通知地址不能使用", f"HEDUI_NOTIFY 的第 {place} 个地址"
        self.remedy = (
            "按 apprise 的写法改正，如 mailtos://用户:口令@邮件服务器、wecombot://机器人密钥、json://主机/路径"
        )
        super().__init__(f"{self.what}；位置：{self.where}；处理：{self.remedy}")


@dataclass(frozen=True)
class Channel:
    """One channel. `key` stands for its address without showing it, `place` says which of the setting it is."""

    key: str
    place: str
    _service: Any = field(repr=False, compare=False)

    def send(self, message: Notification) -> bool:
        """Whether the other side took the message; waits a few seconds at most."""
        return bool(self._service.notify(title=message.title, body=message.body, notify_type=message.kind))


def channels_of(addresses: str) -> list[Channel]:
    """One channel for each address, parted by blanks. Raises AddressBroken."""
    if not addresses.strip():
        return []
    from apprise import Apprise, AppriseAsset

    asset = AppriseAsset(app_id="hedui", app_desc="Hedui", app_url="", image_url_mask="", image_url_logo="")
    channels = []
    for number, address in enumerate(addresses.split(), 1):
        service = Apprise.instantiate(address, asset=asset, suppress_exceptions=True)
        if service is None:
            raise AddressBroken(number)
        key = hashlib.sha256(address.encode()).hexdigest()[:12]
        channels.append(Channel(key, f"HEDUI_NOTIFY 的第 {number} 个地址({address.partition(':')[0]})", service))
    return channels
