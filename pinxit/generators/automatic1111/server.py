"""The web UI's HTTP API: a picture painted while somebody watches, an interrupt, and what the server knows.

Source: AUTOMATIC1111 stable-diffusion-webui, modules/api/api.py and modules/progress.py, read 2026-11.
"""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass
from functools import partial
from pathlib import PureWindowsPath
from typing import TYPE_CHECKING

from pinxit.domain.errors import Broken, GeneratorError, Temporary
from pinxit.generators.automatic1111.faults import fault
from pinxit.generators.http import Answer, Api, Retry
from pinxit.generators.http_pictures import from_base64, preview_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.domain.generator import Watch
    from pinxit.domain.ids import JobId
    from pinxit.domain.ports import Clock
    from pinxit.domain.request import Json
    from pinxit.generators.automatic1111.bodies import Call
    from pinxit.generators.http import Picture

_STOP_S = 3.0  # How long an interrupt may take to be heard; a worker waits five seconds before it cancels.
_LOOK_S = 10.0
# A picture that is asked for again would be painted twice, and a look at the progress comes again by itself.
_ONCE = Retry(times=0)


@dataclass(slots=True)
class Sitting:
    """One picture of a job, as its watcher sees it: number `place` of `count`. Progress never falls."""

    job: JobId
    place: int
    count: int
    watch: Watch
    fraction: float = 0.0

    def tell(self, fraction: float, shown: bytes | None) -> None:
        """Tell how far this picture is (0 … 1)."""
        self.fraction = max(self.fraction, min(fraction, 1.0))
        self.watch.progress(self.job, (self.place + self.fraction) / self.count, shown)

    @property
    def is_unwanted(self) -> bool:
        """Tell whether the job is cancelled."""
        return self.watch.is_cancelled(self.job)


@dataclass(frozen=True, slots=True)
class _Sight:
    """What the server tells of our picture; `is_ours`: what it paints now is ours."""

    is_ours: bool = False
    fraction: float = 0.0
    picture: str = ""


class Server:
    """One web UI. `api_key`: "user:password" or "". `timeout_s`: for one picture; `poll_s`: between looks at it."""

    def __init__(self, name: str, base_url: str, api_key: str, clock: Clock, timeout_s: float, poll_s: float) -> None:
        basic = base64.b64encode(api_key.encode()).decode("ascii")
        headers = {"Authorization": f"Basic {basic}"} if api_key else {}
        self._api = Api(name, base_url, clock, headers=headers, secrets=(api_key, basic))
        self._fault = partial(fault, name)
        self._timeout_s, self._poll_s = timeout_s, poll_s
        self._knows_tasks = False

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._api.aclose()

    def picture(self, data: bytes) -> Picture:
        """Return what the bytes are. Blocks. Raises Broken for what is no whole picture, or black all over."""
        # Black is what is left where a model in half precision reckons with NaN.
        black = "answers with a wholly black picture; start the server with --no-half-vae"
        return self._api.picture(data, if_black=black)

    async def model_title(self, name: str) -> str | None:
        """Return the title of the checkpoint that somebody calls by this name, file or hash; None: there is none."""
        wanted = name.casefold()
        for model in await self._list("sd-models"):
            names = [model[key] for key in ("title", "model_name", "hash", "sha256", "filename") if model.get(key)]
            texts = [text for text in names if isinstance(text, str)]
            plain = [title.rpartition(" [")[0] for title in texts if title.endswith("]")]
            files = [PureWindowsPath(text) for text in (*texts, *plain)]  # Reads both kinds of slashes.
            known = {*texts, *plain, *(file.name for file in files), *(file.stem for file in files)}
            if wanted in {text.casefold() for text in known}:
                title = model.get("title")
                return title if isinstance(title, str) else name
        return None

    async def lora_names(self) -> tuple[str, ...]:
        """Return the names and aliases of the server's LoRAs."""
        names = (lora.get(key) for lora in await self._list("loras") for key in ("name", "alias"))
        return tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name))

    async def has_upscaler(self, name: str) -> bool:
        """Tell whether the server has an upscaler of this name."""
        return any(upscaler.get("name") == name for upscaler in await self._list("upscalers"))

    async def paint(self, call: Call, sitting: Sitting) -> Answer | None:
        """Return the server's answer, or None if the picture is not wanted any more.

        However this ends before the answer, by a cancel, a deadline or a lost connection, the server is interrupted.
        """
        posting = asyncio.ensure_future(
            self._api.call(
                "POST",
                f"sdapi/v1/{call.name}",
                json={**call.body, **({"force_task_id": call.task_id} if call.task_id else {})},
                timeout_s=self._timeout_s,
                refused=self._fault,
                retry=_ONCE,
            )
        )
        try:
            while not (await asyncio.wait((posting,), timeout=self._poll_s))[0]:
                if sitting.is_unwanted:
                    return None
                await self._look(call, sitting)
            return posting.result()
        finally:
            if not posting.done() or isinstance(posting.exception(), Temporary):
                await self._stop(call, posting)

    async def _look(self, call: Call, sitting: Sitting) -> None:
        """Tell how far the picture is; a look that fails is left out."""
        try:
            sight = await self._sight(call)
        except GeneratorError:
            return
        shown = await asyncio.to_thread(_small, self._api.name, sight.picture) if sight.picture else None
        sitting.tell(sight.fraction, shown)

    async def _sight(self, call: Call) -> _Sight:
        """Return what the server tells of this call's picture, and of nobody else's where it can tell them apart.

        Only a server with its pages on knows tasks; without them, whatever it paints is taken for ours.
        """
        if call.task_id:
            try:
                body: Json = {"id_task": call.task_id, "id_live_preview": -1, "live_preview": True}
                answer = await self._ask("POST", "internal/progress", body)
            except Broken:
                answer = {}
            is_active, is_queued = answer.get("active") is True, answer.get("queued") is True
            self._knows_tasks = self._knows_tasks or is_active or is_queued
            if self._knows_tasks:
                return _sight(answer, "live_preview") if is_active else _Sight()
        return _sight(await self._ask("GET", "sdapi/v1/progress"), "current_image")

    async def _stop(self, call: Call, posting: asyncio.Future[Answer]) -> None:
        """Interrupt the server, as often as it takes for our call to end, unless it paints for somebody else."""
        try:
            async with asyncio.timeout(_STOP_S):
                while True:
                    if (await self._sight(call)).is_ours:
                        await self._ask("POST", "sdapi/v1/interrupt")
                    if (await asyncio.wait((posting,), timeout=self._poll_s))[0]:
                        break
        except (TimeoutError, GeneratorError):
            pass  # It is gone, or does not hear: nothing more can be done here.
        finally:
            posting.cancel()
            await asyncio.wait((posting,))
            if not posting.cancelled():
                posting.exception()  # Looked at, so that asyncio does not complain of it.

    async def _ask(self, method: str, path: str, body: Json = None) -> dict[str, Json]:
        answer = await self._api.call(method, path, json=body, timeout_s=_LOOK_S, refused=self._fault, retry=_ONCE)
        said = answer.json()
        return said if isinstance(said, dict) else {}

    async def _list(self, what: str) -> Iterator[dict[str, Json]]:
        said = (await self._api.call("GET", f"sdapi/v1/{what}", timeout_s=_LOOK_S, refused=self._fault)).json()
        return (one for one in (said if isinstance(said, list) else ()) if isinstance(one, dict))


def _sight(answer: dict[str, Json], picture: str) -> _Sight:
    fraction, text = answer.get("progress"), answer.get(picture)
    return _Sight(
        is_ours=True,
        # Cut before it becomes a float, which a number of 400 digits cannot.
        fraction=float(max(0, min(fraction, 1))) if isinstance(fraction, int | float) else 0.0,
        picture=text if isinstance(text, str) else "",
    )


def _small(name: str, text: str) -> bytes | None:
    """Return a preview of a picture in base64, None if it is none."""
    try:
        return preview_of(from_base64(name, text))
    except Broken:
        return None
