"""The Horde's calls: ask for a picture, look how far it is, fetch what came of it, say that nobody wants it any more.

Source: AI-Horde, horde/apis/v2/stable.py and horde/limiter.py, read 2026-11: 2 requests a second and 90 a minute from
one address; a look is the same for a second; a result may be fetched ten times a minute.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.domain.errors import Broken, Code, GeneratorError, PinxitError, Refused, Temporary
from pinxit.generators.horde.faults import fault
from pinxit.generators.http import Api, Retry
from pinxit.generators.http_pictures import from_base64

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from pinxit.domain.ports import Clock
    from pinxit.domain.request import Json
    from pinxit.generators.http import Answer, Picture

_BETWEEN_REQUESTS_S = 0.7
_LOOKS_S = (1.0, 1.0, 2.0, 2.0, 3.0)  # A cancel is heard before a worker stops waiting for it, which takes 5 s.
_CANCEL_S = 3.0
_ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MOST = 10**9  # Seconds, or pictures; Python makes no float of a number of 400 digits.
_CENSORED = ("csam", "nsfw")


@dataclass(frozen=True, slots=True)
class Look:
    """How far a request is. `wait_s`: what the Horde thinks that it still takes, the queue included."""

    is_done: bool
    wait_s: float
    is_painted: bool


class Lost(Exception):
    """The Horde does not know a request any more, or has given it up: it is to be made again."""


class Calls:
    """One key at one Horde. `timeout_s`: from asking for a picture to having it."""

    def __init__(
        self,
        name: str,
        base_url: str,
        clock: Clock,
        headers: Mapping[str, str],
        secrets: Collection[str],
        timeout_s: float,
    ) -> None:
        self._name, self._clock, self._timeout_s = name, clock, timeout_s
        self._api = Api(name, base_url, clock, headers=headers, secrets=secrets)
        self._turn = asyncio.Lock()
        self._next_s = 0.0

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._api.aclose()

    async def ask(self, body: dict[str, Json], is_cancelled: Callable[[], bool]) -> str | None:
        """Return the id of a new request, None if nobody wants it any more once its turn has come.

        Raises Refused, Temporary, Broken.
        """
        async with self._turn:
            if not is_cancelled():
                await self._clock.sleep(max(0.0, self._next_s - self._clock.monotonic()))
            if is_cancelled():
                return None
            self._next_s = self._clock.monotonic() + _BETWEEN_REQUESTS_S
        answer = await self._api.call("POST", "v2/generate/async", json=body, refused=self._fault)
        number = _table(answer).get("id")
        if not isinstance(number, str) or not is_id(number):
            raise Broken(f"{self._name} answers without the number of a request; correct its base_url")
        return number

    async def wait(self, number: str, is_cancelled: Callable[[], bool], tell: Callable[[Look], None]) -> Picture | None:
        """Return the picture of a request, None if nobody wants it any more, which the Horde is told.

        `tell`: gets every look. Raises Lost, Refused, Temporary, Broken.
        """

        async def look() -> Look | None:
            seen = await self._look(number)
            tell(seen)
            return seen if seen.is_done else None

        try:
            seen = await self._api.poll(look, timeout_s=self._timeout_s, pauses_s=_LOOKS_S, is_cancelled=is_cancelled)
        except (Broken, Temporary):
            await self.cancel(number)
            raise
        if seen is None or is_cancelled():
            await self.cancel(number)
            return None
        return await self._fetch(number)

    async def cancel(self, number: str) -> None:
        """Tell the Horde that nobody wants a request any more; a failure is passed over, as it forgets it by itself."""
        try:
            path = f"v2/generate/status/{number}"
            await self._api.call("DELETE", path, timeout_s=_CANCEL_S, retry=Retry(times=1))
        except GeneratorError:
            pass

    async def _look(self, number: str) -> Look:
        said = _table(await self._get("check", number))
        if said.get("faulted") is True:
            raise Lost
        is_painted = bool(_number(said.get("processing")) or _number(said.get("finished")))
        is_done = said.get("done") is True
        if said.get("is_possible") is False and not (is_painted or is_done):
            raise Broken(
                f"{self._name} has nobody now who paints with this model in this size; name another model, or ask for"
                " a smaller picture"
            )
        return Look(is_done, _number(said.get("wait_time")), is_painted)

    async def _fetch(self, number: str) -> Picture:
        said = _table(await self._get("status", number)).get("generations")
        first = said[0] if isinstance(said, list) and said else None
        if not isinstance(first, dict):
            raise Lost
        if (category := _censored(first)) is not None:
            raise Refused(Code.MODERATED, generator=self._name, categories=[category])
        text = first.get("img")
        if not isinstance(text, str) or not text:
            raise Lost
        if text.startswith(("http://", "https://")):
            return await self._api.download(text)
        data = await asyncio.to_thread(from_base64, self._name, text)
        return await asyncio.to_thread(self._api.picture, data)

    async def _get(self, what: str, number: str) -> Answer:
        def refused(answer: Answer) -> PinxitError | None:
            return _Gone() if answer.status in (404, 410) else self._fault(answer)

        try:
            return await self._api.call("GET", f"v2/generate/{what}/{number}", refused=refused)
        except _Gone:
            raise Lost from None

    def _fault(self, answer: Answer) -> PinxitError | None:
        return fault(self._name, answer, self._clock.now())


class _Gone(PinxitError):
    """The Horde does not know a request."""


def is_id(value: object) -> bool:
    """Tell whether this is a request's number, which may stand in an address."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _censored(generation: dict[str, Json]) -> str | None:
    """Return why a picture was blacked out, None if it was not."""
    notes = generation.get("gen_metadata")
    values = [
        note.get("value")
        for note in (notes if isinstance(notes, list) else ())
        if isinstance(note, dict) and note.get("type") == "censorship"
    ]
    known = next((word for word in _CENSORED if word in values), None)
    return known or ("nsfw" if values or generation.get("censored") is True else None)


def _table(answer: Answer) -> dict[str, Json]:
    said = answer.json()
    if not isinstance(said, dict):
        raise Broken(f"{answer.name} answers with something else than the Horde does; correct its base_url")
    return said


def _number(value: Json) -> float:
    """Return a number of at most _MOST, 0 for what is none or below."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return 0.0
    return float(min(max(value, 0), _MOST))
