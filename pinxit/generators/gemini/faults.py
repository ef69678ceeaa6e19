"""What Gemini's errors mean, as our own. No text of theirs is quoted: they repeat prompts and keys.

Source: Google AI for Developers, "Troubleshooting" and "Rate limits"; google.rpc error details, read 2026-11.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pinxit.domain.errors import Broken, PinxitError, Temporary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.domain.request import Json
    from pinxit.generators.http import Answer

_DELAY = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,9})?)s")
_NOTHING_FREE = re.compile(r"\blimit: 0\b")
_RESETS_IN = "America/Los_Angeles"  # Limits by the day begin again at midnight Pacific time.


def fault(name: str, model: str, answer: Answer, now: datetime) -> PinxitError | None:
    """Return what an answer other than 2xx means, None to have its status decide. `name`: the generator's."""
    if answer.status < HTTPStatus.BAD_REQUEST:
        return None
    error = _error(answer)
    status = error.get("status")
    match answer.status:
        case HTTPStatus.BAD_REQUEST if any(one.get("reason") == "API_KEY_INVALID" for one in _details(error)):
            return Broken(f"{name} does not accept the key; correct generators.{name}.api_key")
        case HTTPStatus.BAD_REQUEST if status == "FAILED_PRECONDITION":
            return Broken(
                f"{name} is not offered without billing where this server stands; switch billing on for the key's"
                " project"
            )
        case HTTPStatus.NOT_FOUND if status == "NOT_FOUND":
            return Broken(f"{name} has no model {model} any more; name another model in generators.{name}.model")
        case HTTPStatus.TOO_MANY_REQUESTS:
            return _too_often(name, model, error, now)
        case HTTPStatus.SERVICE_UNAVAILABLE if (delay_s := _delay_s(error)) is not None:
            return Temporary(f"{name} is overloaded (503); it may be asked again later", retry_after_s=delay_s)
    return None


def _too_often(name: str, model: str, error: dict[str, Json], now: datetime) -> PinxitError | None:
    limits = [limit for one in _details(error) for limit in _list(one.get("violations"))]
    message = error.get("message")
    if any(limit.get("quotaValue") == "0" for limit in limits) or (
        isinstance(message, str) and _NOTHING_FREE.search(message)
    ):
        return Broken(f"{name} paints nothing with {model} free of charge; switch billing on for the key's project")
    if any("PerDay" in str(limit.get("quotaId")) for limit in limits):
        text = f"{name} has reached its limit for today (429); it may be asked again tomorrow"
        return Temporary(text, retry_after_s=_until_reset_s(now))
    delay_s = _delay_s(error)
    if delay_s is None:
        return None
    return Temporary(f"{name} is asked too often (429); it may be asked again later", retry_after_s=delay_s)


def _until_reset_s(now: datetime) -> float | None:
    try:
        zone = ZoneInfo(_RESETS_IN)
    except ZoneInfoNotFoundError:
        return None
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    reset_at = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone)
    return (reset_at - now).total_seconds()


def _delay_s(error: dict[str, Json]) -> float | None:
    for one in _details(error):
        delay = one.get("retryDelay")
        if isinstance(delay, str) and (found := _DELAY.fullmatch(delay)):
            return float(found[1])
    return None


def _error(answer: Answer) -> dict[str, Json]:
    try:
        said = answer.json()
    except Broken:
        return {}
    error = said.get("error") if isinstance(said, dict) else None
    return error if isinstance(error, dict) else {}


def _details(error: dict[str, Json]) -> Iterator[dict[str, Json]]:
    return _list(error.get("details"))


def _list(value: Json) -> Iterator[dict[str, Json]]:
    return (one for one in (value if isinstance(value, list) else ()) if isinstance(one, dict))
