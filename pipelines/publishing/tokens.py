"""Keyed tokens that stand for ID and account numbers in extracts.

HMAC-SM3 (GM/T 0004-2012, RFC 2104) under a key derived from the county's secret key, the recipient and the key id: a
plain hash of a county's ID numbers is enumerated in minutes, a keyed one is not, and two recipients cannot join their
tables on it.
"""

from __future__ import annotations

import polars as pl
from cryptography.hazmat.primitives.hashes import SM3, Hash
from cryptography.hazmat.primitives.hmac import HMAC

#: The recipient of the extracts of a release: the bureau that runs the county's verification.
BUREAU = "bureau"


def _hmac_sm3(key: bytes, text: str) -> bytes:
    mac = HMAC(key, SM3())
    mac.update(text.encode())
    return mac.finalize()


class Tokens:
    """Makes tokens for one `recipient` from the county's secret `key` (32 bytes)."""

    def __init__(self, key: bytes, recipient: str = BUREAU) -> None:
        fingerprint = Hash(SM3())
        fingerprint.update(b"hedui key id\0" + key)
        self.recipient = recipient
        self.key_id = fingerprint.finalize().hex()[:8]
        self._key = _hmac_sm3(key, f"hedui token\0{recipient}\0{self.key_id}")

    def __call__(self, value: str | None) -> str | None:
        """`<key id>:<32 hexadecimal digits>`; null stays null. The key id tells which key made it after a rotation."""
        return None if value is None else f"{self.key_id}:{_hmac_sm3(self._key, value).hex()[:32]}"

    def replace(self, frame: pl.DataFrame, column: str, by: str) -> pl.DataFrame:
        """`frame` with the text column `column` replaced in its place by the token column `by`."""
        position = frame.get_column_index(column)
        values = frame.get_column(column).to_list()
        tokens = pl.Series(by, [self(value) for value in values], dtype=pl.String)
        return frame.drop(column).insert_column(position, tokens)
