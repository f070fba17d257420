"""The county's secret key, from which pseudonyms are made. It never leaves the data folder."""

from __future__ import annotations

import os
import secrets

from pipelines.storage.atomic import sync_folder
from pipelines.storage.paths import DataFolder
from pipelines.storage.register import Register

KEY_BYTES = 32


class KeyMissing(RuntimeError):
    """The key is gone or broken although pseudonyms made with it are in use."""


def county_key(data: DataFolder) -> bytes:
    """The 32 bytes of the key, made on first use (mode 0600).

    Raises KeyMissing when the key is not there although runs were finished: a new key would give every person a new
    pseudonym, so that it has to be brought back from the backup.
    """
    path = data.keys / "county.key"
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        key = None
    if key is not None:
        if len(key) != KEY_BYTES:
            raise KeyMissing(f"密钥文件 {path} 已损坏。请从备份恢复该文件后再运行。")
        return key
    if data.register.exists() and any(run.state == "finished" for run in Register(data.register).runs()):
        raise KeyMissing(f"密钥文件 {path} 不存在，但此前已有完成的运行。请从备份恢复该文件后再运行。")
    data.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = data.keys / f".county.{secrets.token_hex(8)}.partial"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, secrets.token_bytes(KEY_BYTES))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        os.link(temporary, path)  # fails when another process was first: then its key is the key
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
    sync_folder(data.keys)
    return path.read_bytes()
