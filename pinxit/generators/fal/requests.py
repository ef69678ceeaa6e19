"""fal's queue: a request is made, waited for, read and cancelled at the addresses that fal gives it."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from pinxit.domain.errors import Broken, GeneratorError, Temporary
from pinxit.generators.fal.answers import (
    Gone,
    Image,
    Placed,
    ended_badly,
    fault,
    image,
    is_done,
    is_running,
    not_taken,
    read_placed,
)
from pinxit.generators.http import Retry

if TYPE_CHECKING:
    from collections.abc import Callable

    from pinxit.domain.request import Json
    from pinxit.generators.http import Answer, Api

_ANSWER_BYTES = 2**20  # About a request; more is no answer.
_CANCEL_S = 5.0
_RUNNING = 0.1  # fal tells no fraction: a request that runs is a little further than one that waits.


class Requests:
    """One account. `name`: the generator's, for errors. `timeout_s`: for one request."""

    def __init__(self, name: str, api: Api, timeout_s: float) -> None:
        self._name, self._api, self._timeout_s = name, api, timeout_s

    async def create(self, path: str, model: str, body: Json) -> Placed:
        """Have fal take a request, which is billed."""
        answer = await self._api.call(
            "POST",
            path,
            json=body,
            is_billed=True,
            refused=partial(not_taken, self._name, model),
            most_bytes=_ANSWER_BYTES,
        )
        placed = read_placed(answer.json())
        if placed is None:
            raise Broken(f"{self._name} takes a request without its addresses; is fal's queue really at its base_url?")
        return placed

    async def ended(
        self, placed: Placed, tell: Callable[[float], None], is_unwanted: Callable[[], bool]
    ) -> Answer | None:
        """Return the last state of a request, or None if nobody wants it any more: then it is cancelled at fal, too.

        Raises Gone, Broken; Temporary, which may have been billed, where it does not end in time.
        """

        async def look() -> Answer | None:
            answer = await self._about(placed.status_url)
            is_ended = is_done(self._name, answer)
            tell(_RUNNING if is_running(answer) or is_ended else 0.0)
            return answer if is_ended else None

        try:
            status = await self._api.poll(look, timeout_s=self._timeout_s, is_cancelled=is_unwanted)
        except asyncio.CancelledError:
            # Whoever stops us for another reason comes back for it by its addresses.
            if is_unwanted():
                await self.cancel(placed)
            raise
        except GeneratorError as error:
            # The next try asks anew; whether this one is still paid depends on how far fal was.
            await self.cancel(placed)
            raise _unanswered(error) from error
        if status is None:
            await self.cancel(placed)
        return status

    async def image(self, placed: Placed, status: Answer) -> Image:
        """Return what the model answered to a request that has ended. Raises what its end means."""
        try:
            return image(self._name, await self._about(placed.response_url))
        except Gone as gone:
            raise ended_badly(self._name, status) or gone from None
        except Temporary as error:
            raise _unanswered(error) from error

    async def cancel(self, placed: Placed) -> None:
        """Tell fal that nobody wants a request any more; one that fal has finished meanwhile is paid all the same."""
        try:
            await self._api.call("PUT", placed.cancel_url, timeout_s=_CANCEL_S, retry=Retry(times=1))
        except GeneratorError:
            return

    async def _about(self, url: str) -> Answer:
        return await self._api.call("GET", url, refused=partial(fault, self._name), most_bytes=_ANSWER_BYTES)


def _unanswered(error: GeneratorError) -> GeneratorError:
    """Return the error of a request that fal has taken: what may pass may have been billed."""
    if isinstance(error, Temporary):
        return Temporary(str(error), retry_after_s=error.retry_after_s, unanswered=True)
    return error
