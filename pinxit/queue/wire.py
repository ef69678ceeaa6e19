"""What a worker and its server say to each other, as bytes: our own dataclasses, written as JSON and read strictly."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import json
import math
import types
import typing
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, cast

from pinxit.domain import ids
from pinxit.domain.errors import Code, Fact, Refused
from pinxit.domain.facts import is_text, shown
from pinxit.domain.generator import Made
from pinxit.domain.job import Beat, Ended, Lease, Order
from pinxit.domain.request import Request

T = TypeVar("T")

PATH = "/worker/v1"
LEASE_LOST, REFUSED, BROKEN, UNAVAILABLE = "lease_lost", "refused", "broken", "unavailable"
MAX_WAIT_S = 30.0  # The longest poll that a server grants; proxies in between like to cut connections after 60 s.
_HEAD_BYTES = 4
_MAX_DEPTH = 20
_MAX_INT = 2**63 - 1  # What a column of the database takes.


class Call(StrEnum):
    """The last part of a call's path; each is a POST."""

    CLAIM = "claim"
    BEAT = "beat"
    FETCH_SOURCE = "fetch_source"
    PUT_IMAGE = "put_image"
    FINISH = "finish"
    RELEASE = "release"


class Plain:
    """Stands for any JSON value in a type hint."""


@dataclasses.dataclass(frozen=True, slots=True)
class Claim:
    """Ask for jobs, as `Broker.claim`."""

    worker: ids.WorkerId
    pool: ids.PoolName
    most: int
    loaded: tuple[str, ...] = ()
    wait_s: float = 0.0


@dataclasses.dataclass(frozen=True, slots=True)
class Leases:
    """What a claim answers, and what `release` gives back."""

    worker: ids.WorkerId
    leases: tuple[Lease, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Beats:
    """Signs of life of one worker."""

    worker: ids.WorkerId
    beats: tuple[Beat, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Orders:
    """What a beat answers."""

    orders: Mapping[ids.JobId, Order]


@dataclasses.dataclass(frozen=True, slots=True)
class FetchSource:
    """Ask for a source's bytes; the answer's body is they."""

    lease: Lease
    source: ids.SourceId


@dataclasses.dataclass(frozen=True, slots=True)
class PutImage:
    """Bring an image. `made.data` is empty here: the bytes follow the JSON in a packet."""

    lease: Lease
    made: Made


@dataclasses.dataclass(frozen=True, slots=True)
class Stored:
    """The id under which an image is stored."""

    image: ids.ImageId


@dataclasses.dataclass(frozen=True, slots=True)
class Finish:
    """End an attempt."""

    lease: Lease
    ended: Ended


@dataclasses.dataclass(frozen=True, slots=True)
class Done:
    """Nothing more to say."""

    success: bool = True


@dataclasses.dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong. `error`: LEASE_LOST, REFUSED, BROKEN or UNAVAILABLE; `code` and `facts` belong to a refusal."""

    error: str
    code: str = ""
    facts: Mapping[str, Fact] = dataclasses.field(default_factory=dict)
    message: str = ""
    success: bool = False


def write(value: object) -> bytes:
    """Write a dataclass as JSON; bytes become base64."""
    return json.dumps(_written(value), separators=(",", ":")).encode()


def read(kind: type[T], body: bytes) -> T:
    """Read a dataclass as `write` wrote it.

    A missing field takes its default and an unknown one is passed over, so that a worker may be one release older or
    newer than its server. Raises Refused for anything else that is not exactly a `kind`.
    """
    try:
        raw = json.loads(body, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise Refused(Code.BODY_TOO_DEEP, allowed=[_MAX_DEPTH]) from error
    except ValueError as error:
        raise Refused(Code.BODY_NOT_JSON) from error
    return cast("T", _read(kind, raw, "body"))


def pack(value: object, data: bytes) -> bytes:
    """Put JSON and raw bytes into one body: 4 bytes of length, big-endian, the JSON, the bytes.

    25 MB as base64 in JSON keep a server's loop busy for 0.3 s (2-core cloud machine, 2026-11); this is a copy.
    """
    head = write(value)
    return b"".join((len(head).to_bytes(_HEAD_BYTES), head, data))


def unpack(kind: type[T], body: bytes) -> tuple[T, bytes]:
    """Read what `pack` packed. Raises Refused."""
    end = _HEAD_BYTES + int.from_bytes(body[:_HEAD_BYTES])
    if len(body) < end:
        raise Refused(Code.BODY_NOT_JSON)
    return read(kind, body[_HEAD_BYTES:end]), body[end:]


def _written(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _written(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, Mapping):
        return {str(key): _written(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_written(item) for item in value]
    return value


def _refuse_constant(name: str) -> None:
    msg = f"{name} is not JSON"
    raise ValueError(msg)


def _read(hint: Any, raw: Any, at: str) -> object:  # noqa: ANN401 - a type hint may be anything, and so may JSON
    if hint is Plain:
        return _plain(raw, at, _MAX_DEPTH)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _read_dataclass(hint, raw, at)
    if isinstance(hint, typing.NewType):
        return _read(hint.__supertype__, raw, at)
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return None if raw is None else _read(inner[0], raw, at)
    if origin is tuple:
        return tuple(_read(inner[0], item, f"{at}.{place}") for place, item in enumerate(_typed(list, raw, at)))
    if origin is Mapping:
        items = _typed(dict, raw, at).items()
        return {_text(key, at): _read(inner[1], item, f"{at}.{shown(key)}") for key, item in items}
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _choice(hint, raw, at)
    if hint is bytes:
        return _decoded(raw, at)
    return _simple(hint, raw, at)


def _read_dataclass(kind: type[Any], raw: object, at: str) -> object:
    fields = _typed(dict, raw, at)
    hints = _hints(kind)  # type: ignore[arg-type]  # mypy takes the hash of instances for that of the class
    values = {name: _read(hint, fields[name], f"{at}.{name}") for name, hint in hints.items() if name in fields}
    try:
        return kind(**values)
    except TypeError as error:  # A field without a default is not there.
        missing = [name for name in hints if name not in values]
        raise Refused(Code.FIELD_MISSING, field=at, allowed=missing) from error


@cache
def _hints(kind: type[Any]) -> Mapping[str, object]:
    """Return a dataclass's types, with the names that its module imports for type checkers only."""
    ours = {ours.__name__: ours for ours in (Beat, Ended, Lease, Made, Order, Request)}
    names = {**vars(ids), **ours, "Mapping": Mapping, "Json": Plain, "Fact": Plain}
    return typing.get_type_hints(kind, localns=names)


def _simple(hint: object, raw: object, at: str) -> object:
    if hint is str:
        return _text(raw, at)
    if hint is float and isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) <= _MAX_INT:
        return float(raw)
    value = _typed(cast("type[object]", hint), raw, at)
    if isinstance(value, float) and not math.isfinite(value):
        raise Refused(Code.FIELD_RANGE, field=at, value=shown(value))
    if isinstance(value, int) and abs(value) > _MAX_INT:
        raise Refused(Code.FIELD_RANGE, field=at, value=shown(value))
    return value


def _typed(kind: type[T], raw: object, at: str) -> T:
    if not isinstance(raw, kind) or (kind is int and isinstance(raw, bool)):
        raise Refused(Code.FIELD_TYPE, field=at, value=type(raw).__name__, allowed=[kind.__name__])
    return raw


def _text(raw: object, at: str) -> str:
    text = _typed(str, raw, at)
    if not is_text(text):
        raise Refused(Code.TEXT_INVALID, field=at)
    return text


def _choice(kind: type[StrEnum], raw: object, at: str) -> StrEnum:
    try:
        return kind(_typed(str, raw, at))
    except ValueError as error:
        raise Refused(Code.FIELD_CHOICE, field=at, value=shown(raw), allowed=[str(item) for item in kind]) from error


def _decoded(raw: object, at: str) -> bytes:
    try:
        return base64.b64decode(_typed(str, raw, at), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(Code.FIELD_TYPE, field=at, allowed=["base64"]) from error


def _plain(raw: object, at: str, depth: int) -> object:
    if depth < 0:
        raise Refused(Code.BODY_TOO_DEEP, allowed=[_MAX_DEPTH])
    if isinstance(raw, dict):
        return {_text(key, at): _plain(item, at, depth - 1) for key, item in raw.items()}
    if isinstance(raw, list):
        return [_plain(item, at, depth - 1) for item in raw]
    if raw is None or isinstance(raw, bool):
        return raw
    return _simple(type(raw), raw, at)
