"""What stands behind the ? of an address: names that are known, each with the text, number or moment that it takes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import is_text, nearest, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from starlette.datastructures import QueryParams

_YEARS = range(1970, 10_000)  # What an id can begin with, and any database holds.


def read_query(params: QueryParams, known: Sequence[str]) -> dict[str, str]:
    """Return what was said, by name; an empty text is as good as none. Raises Refused: FIELD_UNKNOWN, TEXT_INVALID."""
    for name in params:
        if name not in known:
            raise Refused(Code.FIELD_UNKNOWN, field=shown(name), nearest=nearest(name, known), allowed=list(known))
        if not is_text(params[name]):
            raise Refused(Code.TEXT_INVALID, field=name, value="", allowed=[])
    return {name: params[name] for name in known if params.get(name)}


def check_said(said: Mapping[str, str], *names: str) -> None:
    """Return if all of these names were said. Raises Refused (FIELD_MISSING)."""
    for name in names:
        if name not in said:
            raise Refused(Code.FIELD_MISSING, field=name, value="", allowed=[])


def to_most(said: Mapping[str, str], most: int, default: int) -> int:
    """Return how many are wanted, 1 to `most`. Raises Refused (FIELD_RANGE)."""
    text = said.get("most", str(default))
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:9]) <= most:
        raise Refused(Code.FIELD_RANGE, field="most", value=shown(text), allowed=[f"1 to {most}"])
    return int(text)


def to_choice(said: Mapping[str, str], name: str, allowed: Iterable[str]) -> str | None:
    """Return one of the values, None where nothing was said. Raises Refused (FIELD_CHOICE)."""
    known, value = list(allowed), said.get(name)
    if value is not None and value not in known:
        near = nearest(value, known)
        raise Refused(Code.FIELD_CHOICE, field=name, value=shown(value), nearest=near, allowed=known)
    return value


def to_moment(said: Mapping[str, str], name: str) -> datetime | None:
    """Return a moment written as ISO 8601, None where nothing was said; one without an offset is UTC.

    Raises Refused (FIELD_TYPE).
    """
    text = said.get(name)
    if text is None:
        return None
    try:
        # A plus sign that nobody encoded comes as a space.
        moment = datetime.fromisoformat(text.strip().replace(" ", "+") if "T" in text else text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        allowed = ["a day or a moment, as 2026-11-21 or 2026-11-21T18:00:00Z"]
        raise Refused(Code.FIELD_TYPE, field=name, value=shown(text), allowed=allowed) from error
    if moment.year not in _YEARS:
        raise Refused(Code.FIELD_RANGE, field=name, value=shown(text), allowed=["1970 to 9999"])
    return moment
