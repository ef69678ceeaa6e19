"""Replicate's predictions: one is created, waited for, cancelled, and its picture fetched.

Source: Replicate's HTTP API reference, "Predictions", and its changelog of 2025-10-16 (deadlines), read 2026-11.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from pinxit.domain.errors import GeneratorError, Temporary
from pinxit.generators.http import Api, Retry
from pinxit.generators.http_pictures import from_base64
from pinxit.generators.replicate.answers import create_fault, end_fault, look_fault, read_prediction

if TYPE_CHECKING:
    from collections.abc import Callable

    from pinxit.domain.ports import Clock
    from pinxit.domain.request import Json
    from pinxit.generators.http import Picture
    from pinxit.generators.replicate.answers import Prediction

_HOST = "api.replicate.com"  # Where a prediction's own URLs lead, even if base_url names a proxy.
_PATIENCE_S = 30.0  # Beyond a prediction's own deadline, so that Replicate ends it first.
_CANCEL_S = 3.0
_PAUSES_S = (0.5, 1.0, 2.0)


class Predictions:
    """One account. `wait_s`: how long a call that creates one waits for its end. `timeout_s`: for one prediction."""

    def __init__(
        self, name: str, base_url: str, api_key: str, clock: Clock, *, wait_s: float, timeout_s: float
    ) -> None:
        self._name, self._wait_s, self._timeout_s = name, wait_s, timeout_s
        self._api = Api(
            name,
            base_url,
            clock,
            headers={"Authorization": f"Bearer {api_key}"},
            secrets=(api_key,),
            also_hosts=(_HOST,),
        )

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._api.aclose()

    async def create(self, model: str, version: str, body: Json) -> Prediction:
        """Return a new prediction, which may have ended already. Billed.

        `version`: "" for an official model. Raises Temporary, Broken; a refusal comes with `picture`.
        """
        # A deadline of Replicate's own ends what is lost sight of; it takes whole seconds, at least 5.
        headers = {"Cancel-After": f"{max(5, round(self._timeout_s))}s"}
        if self._wait_s >= 1:
            headers["Prefer"] = f"wait={round(self._wait_s)}"
        answer = await self._api.call(
            "POST",
            "v1/predictions" if version else f"v1/models/{model}/predictions",
            json={"version": version, "input": body} if version else {"input": body},
            headers=headers,
            timeout_s=self._wait_s + _PATIENCE_S,
            is_billed=True,
            refused=lambda answer: create_fault(self._name, model, answer),
        )
        return read_prediction(answer)

    async def ended(
        self, prediction: Prediction, tell: Callable[[float], None], is_unwanted: Callable[[], bool]
    ) -> Prediction | None:
        """Return the prediction as it ended, or None if nobody wants it any more: then it is cancelled there too.

        Raises Temporary where it does not end in time, Gone.
        """
        try:
            if not prediction.is_running:
                return prediction
            found = await self._api.poll(
                lambda: self._look(prediction.get_url, tell),
                timeout_s=self._timeout_s + _PATIENCE_S,
                pauses_s=_PAUSES_S,
                is_cancelled=is_unwanted,
            )
        except asyncio.CancelledError:
            # Whoever stops us for another reason comes back for it by its address.
            if is_unwanted():
                await self.cancel(prediction)
            raise
        except Temporary:
            await self.cancel(prediction)  # It will be ordered anew, so this one is not to be paid for.
            raise
        if found is None:
            await self.cancel(prediction)
        return found

    async def fetch(self, get_url: str) -> Prediction:
        """Return what became of a prediction. Raises Gone."""
        answer = await self._api.call("GET", get_url, refused=lambda answer: look_fault(self._name, answer))
        return read_prediction(answer)

    async def picture(self, prediction: Prediction) -> Picture:
        """Return what an ended prediction made. Raises what its end means: Refused, Temporary, Broken, Gone."""
        if fault := end_fault(self._name, prediction):
            raise fault
        url = prediction.outputs[0]
        if url.startswith("data:"):
            return await asyncio.to_thread(lambda: self._api.picture(from_base64(self._name, url)))
        return await self._api.download(url)

    async def cancel(self, prediction: Prediction) -> None:
        """Have Replicate stop it, as well as that goes."""
        if not prediction.cancel_url:
            return
        try:
            await self._api.call("POST", prediction.cancel_url, timeout_s=_CANCEL_S, retry=Retry(times=1))
        except GeneratorError:
            return  # It ends by its deadline then.

    async def _look(self, get_url: str, tell: Callable[[float], None]) -> Prediction | None:
        prediction = await self.fetch(get_url)
        tell(prediction.fraction)
        return None if prediction.is_running else prediction
