"""Reading a JSON body so strictly that whatever comes after need not wonder what it is.

Python's own reader takes NaN, numbers of any length, names that stand twice and nesting up to its stack's end.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any

from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import is_text, shown

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.datastructures import Headers
    from starlette.requests import Request

    from pinxit.domain.request import Json

MAX_DEPTH = 32
MAX_VALUES = 500_000  # An empty list costs 72 bytes of memory for 3 of JSON; no honest body comes near.
IN_THREAD_BYTES = 2**20  # From here on decoding takes long enough for others to notice.
_MAX_DIGITS = 40  # Longer numbers are out of every range, and Python refuses to read 4,301 digits.
_BEYOND = 10**40  # `shown` says of it how many digits were sent.
_TYPE = re.compile(r"\s*application/json\s*(?:;\s*charset\s*=\s*\"?utf-8\"?\s*)?", re.IGNORECASE)


async def read_object(request: Request, *, unchecked: Collection[str] = ()) -> dict[str, Json]:
    """Return the JSON object that the request carries.

    NaN and Infinity come as floats, for the fields' own check to name. `unchecked`: names whose texts may be long and
    are checked elsewhere. Raises Refused: MEDIA_TYPE, BODY_MISSING, BODY_NOT_JSON, BODY_TOO_DEEP, FIELD_CONFLICT,
    TEXT_INVALID. Raises ClientDisconnect.
    """
    check_media_type(request.headers)
    data = await request.body()
    if len(data) > IN_THREAD_BYTES:
        return await asyncio.to_thread(parse, data, unchecked)
    return parse(data, unchecked)


def check_media_type(headers: Headers) -> None:
    """Raise Refused (MEDIA_TYPE) unless the body is plain JSON in UTF-8.

    A form or a text would need no leave of the browser to be sent from a stranger's page.
    """
    types = headers.getlist("content-type")
    if len(types) != 1 or not _TYPE.fullmatch(types[0]):
        raise Refused(Code.MEDIA_TYPE, value=shown(", ".join(types)), allowed=["application/json"])
    encoding = headers.get("content-encoding", "identity")
    if encoding.strip().lower() not in ("", "identity"):
        raise Refused(Code.MEDIA_TYPE, value=shown(encoding), allowed=["application/json"])


def parse(data: bytes, unchecked: Collection[str] = ()) -> dict[str, Json]:
    """Return the object that `data` holds; pure. Raises Refused as `read_object` does."""
    if not data.strip(b" \t\r\n"):
        raise Refused(Code.BODY_MISSING)
    if sum(map(data.count, (b"[", b"{", b","))) > MAX_VALUES:
        # Commas inside texts are counted too, which is far less work than telling them apart and does no harm.
        raise Refused(Code.BODY_TOO_DEEP, allowed=[f"at most {MAX_VALUES} values"])
    try:
        body = json.loads(data.decode(), parse_int=_whole, object_pairs_hook=_object)
    except RecursionError as error:
        raise _too_deep() from error
    except UnicodeDecodeError as error:
        raise Refused(Code.BODY_NOT_JSON, value="it is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise Refused(Code.BODY_NOT_JSON, value=f"{error.msg}, line {error.lineno}, column {error.colno}") from error
    if not isinstance(body, dict):
        raise Refused(Code.BODY_NOT_JSON, value="it is not an object")
    _check(body, unchecked)
    return body


def _whole(digits: str) -> int:
    if len(digits) <= _MAX_DIGITS:
        return int(digits)
    return -_BEYOND if digits.startswith("-") else _BEYOND


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: dict[str, Any] = {}
        for name, value in pairs:
            if name in seen:
                raise Refused(
                    Code.FIELD_CONFLICT, field=shown(name), value=shown(seen[name]), other=shown(value), allowed=[]
                )
            seen[name] = value
    return made


def _check(body: dict[str, Json], unchecked: Collection[str]) -> None:
    """Raise Refused for what is too deep and for text that nobody could store."""
    level: list[tuple[str, Json]] = list(body.items())
    _check_names(body)
    for _ in range(MAX_DEPTH):
        below: list[tuple[str, Json]] = []
        for field, value in level:
            if isinstance(value, dict):
                _check_names(value, field)
                below.extend((field, inner) for inner in value.values())
            elif isinstance(value, list):
                below.extend((field, inner) for inner in value)
            elif isinstance(value, str) and field not in unchecked and not is_text(value):
                raise Refused(Code.TEXT_INVALID, field=field, value="", allowed=[])
        if not below:
            return
        level = below
    raise _too_deep()


def _check_names(names: Collection[str], field: str | None = None) -> None:
    for name in names:
        if not is_text(name):
            raise Refused(Code.TEXT_INVALID, field=field or shown(name), value="", allowed=[])


def _too_deep() -> Refused:
    return Refused(Code.BODY_TOO_DEEP, allowed=[f"at most {MAX_DEPTH} levels"])
