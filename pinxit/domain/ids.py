"""Ids that sort by time, fit a Discord nonce and stand in a path or a URL as they are."""

from __future__ import annotations

import binascii
import secrets
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from datetime import datetime

JobId = NewType("JobId", str)
ImageId = NewType("ImageId", str)
SourceId = NewType("SourceId", str)
DeliveryId = NewType("DeliveryId", str)
GuildId = NewType("GuildId", str)
PersonId = NewType("PersonId", str)
PoolName = NewType("PoolName", str)
WorkerId = NewType("WorkerId", str)
BootId = NewType("BootId", str)
KeyId = NewType("KeyId", str)

# ASCII order is digit order, so ids compare as their 128 bits do.
_DIGITS = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)}
_FROM_BASE64 = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", _DIGITS.encode("ascii")
)
ID_CHARS = 22
_VERSION, _VARIANT = 7, 2  # RFC 9562 §4


def new_id(now: datetime, entropy: int | None = None) -> str:
    """Make a UUIDv7 in 22 characters of an order-preserving base64 (`-0-9A-Z_a-z`).

    `entropy`: 74 bits; None draws them. Ids of different milliseconds sort by time.
    Source: RFC 9562 §5.7.
    """
    bits = secrets.randbits(74) if entropy is None else entropy
    rand_a, rand_b = bits >> 62 & 0xFFF, bits & (1 << 62) - 1
    milliseconds = int(now.timestamp() * 1000) & (1 << 48) - 1
    return _encode(milliseconds << 80 | _VERSION << 76 | rand_a << 64 | _VARIANT << 62 | rand_b)


def is_id(text: str) -> bool:
    """Tell whether `text` could be one of our ids: 22 digits, a version-7 UUID inside."""
    if len(text) != ID_CHARS or any(digit not in _VALUES for digit in text):
        return False
    value = 0
    for digit in text:
        value = value << 6 | _VALUES[digit]
    return value >> 128 == 0 and value >> 76 & 0xF == _VERSION and value >> 62 & 3 == _VARIANT


def _encode(value: int) -> str:
    # 18 bytes are 24 digits, of which 128 bits leave the first two empty; C is six times as quick as a loop here.
    digits = binascii.b2a_base64(value.to_bytes(18, "big"), newline=False).translate(_FROM_BASE64)
    return digits[-ID_CHARS:].decode("ascii")


def worker_id(boot: BootId, pool: str, slot: int = 0, machine: str = "") -> WorkerId:
    """Name the worker in one slot of a pool.

    `boot`: the program it lives and dies with; empty for one that outlives the server, which `machine` tells apart.
    """
    return WorkerId(f"{boot}:{machine}{pool}.{slot}")


def boot_of(worker: WorkerId) -> BootId:
    """Return the boot that a worker belongs to, empty for a remote one."""
    return BootId(worker.partition(":")[0])
