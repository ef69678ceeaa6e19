"""ComfyUI's HTTP API: uploads, a graph that is queued and watched to its end, and a place in line that is given up.

Source: ComfyUI, server.py and execution.py, `PromptQueue`, read 2026-11.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

import aiohttp

from pinxit.domain.errors import Broken, GeneratorError, Temporary
from pinxit.generators.comfyui.events import Events, Listener
from pinxit.generators.comfyui.faults import fault, fault_of_end
from pinxit.generators.http import PICTURE_BYTES, Api, Retry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.ports import Clock
    from pinxit.domain.request import Json
    from pinxit.generators.comfyui.sitting import Sitting
    from pinxit.generators.comfyui.workflow import Graph
    from pinxit.generators.http import Picture

_STOP_S = 3.0  # How long giving up may take; a worker waits five seconds before it cancels.
_LOOK_S = 10.0
_SUBFOLDER = "pinxit"
_ONCE = Retry(times=0)


@dataclass(frozen=True, slots=True)
class Call:
    """One graph. `prompt_id`: ours; the server takes it. `is_known`: it may have been queued before a crash."""

    prompt_id: str
    graph: Graph
    is_known: bool = False


class _Place(Enum):
    """Where a prompt is."""

    WAITS = auto()
    RUNS = auto()
    NOWHERE = auto()


class Server:
    """One ComfyUI.

    `api_key`: for whoever stands before it: "user:password", a token, or "". `timeout_s`: for one picture, waiting in
    the server's line included; `poll_s`: between two looks while it is silent.
    """

    def __init__(self, name: str, base_url: str, api_key: str, clock: Clock, timeout_s: float, poll_s: float) -> None:
        basic = base64.b64encode(api_key.encode()).decode("ascii")
        said = f"Basic {basic}" if ":" in api_key else f"Bearer {api_key}"
        headers = {"Authorization": said} if api_key else {}
        self._api = Api(name, base_url, clock, headers=headers, secrets=(api_key, basic))
        self._events = Events(f"{base_url.rstrip('/')}/ws", headers, clock)
        self._name, self._fault = name, partial(fault, name)
        self._timeout_s, self._poll_s = timeout_s, poll_s

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._events.aclose()
        await self._api.aclose()

    def picture(self, data: bytes) -> Picture:
        """Return what the bytes are. Blocks. Raises Broken for what is no whole picture, or black all over."""
        # Black is what is left where a model in half precision reckons with NaN.
        return self._api.picture(data, if_black="answers with a wholly black picture; start ComfyUI with --fp32-vae")

    async def choices(self, node_class: str, place: str) -> tuple[str, ...]:
        """Return what an input of a class of nodes can be, such as the checkpoints that are there; () if unknown."""
        said = await self._ask("GET", f"object_info/{quote(node_class, safe='')}")
        for key in (node_class, "input", "required", place):
            inner = said.get(key)
            if not isinstance(inner, dict):
                return _choices(inner)
            said = inner
        return ()

    async def upload(self, data: bytes) -> str:
        """Store a PNG among the server's temporary files, which it clears at its next start; return its name there.

        The name follows from the bytes, so that a picture sent twice lies there once.
        """
        file_name = f"{hashlib.sha256(data).hexdigest()}.png"
        form = aiohttp.FormData()
        form.add_field("image", data, filename=file_name, content_type="image/png")
        for key, value in (("type", "temp"), ("subfolder", _SUBFOLDER), ("overwrite", "true")):
            form.add_field(key, value)
        said = (await self._api.call("POST", "upload/image", form=form, refused=self._fault)).json()
        if not isinstance(said, dict) or said.get("name") != file_name:
            raise Broken(f"{self._name} stores a picture under another name than it was given; is it ComfyUI?")
        return f"{_SUBFOLDER}/{file_name} [temp]"

    async def paint(self, call: Call, sitting: Sitting) -> bytes | None:
        """Return the first picture that the graph saves, as it came, or None if it is not wanted any more.

        However this ends before the graph does, by a cancel, a deadline or a lost connection, the server is told.
        """
        entry: Mapping[str, Json] | None = None
        try:
            async with asyncio.timeout(self._timeout_s), self._events.listen(call.prompt_id) as listener:
                if not (call.is_known and await self._is_there(call)):
                    await self._queue(call)
                entry = await self._followed(call.prompt_id, sitting, listener)
        except TimeoutError:
            raise Temporary(
                f"{self._name} has not painted within {self._timeout_s:g} s; it may be asked again later"
            ) from None
        finally:
            if entry is None:
                await self._give_up(call.prompt_id)
        if entry is None:
            return None
        if error := fault_of_end(self._name, entry, call.graph):
            raise error
        return await self._picture(entry)

    async def _queue(self, call: Call) -> None:
        # Made again after a failure, it could stand in line twice: the second one comes out of ComfyUI's cache at once.
        body: Json = {
            "prompt": call.graph,  # type: ignore[dict-item]  # a graph is JSON; dict does not vary in its values' type
            "client_id": call.prompt_id,
            "prompt_id": call.prompt_id,
            "extra_data": {"preview_method": "auto"},
        }
        refused = partial(fault, self._name, graph=call.graph)
        said = (await self._api.call("POST", "prompt", json=body, refused=refused)).json()
        if not isinstance(said, dict) or said.get("prompt_id") != call.prompt_id:
            await self._give_up(str(said.get("prompt_id")) if isinstance(said, dict) else "")
            raise Broken(f"{self._name} does not take an id for a graph; update ComfyUI")

    async def _is_there(self, call: Call) -> bool:
        """Tell whether a prompt of an earlier attempt need not be queued again: it waits, runs or succeeded."""
        if await self._place(call.prompt_id) is not _Place.NOWHERE:
            return True
        entry = await self._entry(call.prompt_id)
        if entry is None:
            return False
        if fault_of_end(self._name, entry, call.graph) is None:
            return True
        await self._tell("history", {"delete": [call.prompt_id]})
        return False

    async def _followed(self, prompt_id: str, sitting: Sitting, listener: Listener) -> Mapping[str, Json] | None:
        """Return what the history says of the prompt once it has ended, or None if it is not wanted any more."""
        while not sitting.is_unwanted:
            event = await listener.next(self._poll_s)
            if event is not None and not event.is_end:
                await sitting.hear(event)
                continue
            entry = await self._entry(prompt_id)
            # In this order: a prompt goes from the line to the history in one step.
            if entry is None and event is None and await self._place(prompt_id) is _Place.NOWHERE:
                entry = await self._entry(prompt_id)
                if entry is None:
                    raise Temporary(f"{self._name} has forgotten the picture; was it started anew?")
            if entry is not None:
                return entry
        return None

    async def _picture(self, entry: Mapping[str, Json]) -> bytes:
        found = [file for node in _dicts(entry.get("outputs")) for file in _files(node.get("images"))]
        found.sort(key=lambda file: file["type"] != "output")  # What is saved goes before what is only shown.
        if not found:
            raise Broken(f"{self._name} ends without a picture; look at the workflow, and for what its log says")
        answer = await self._api.call(
            "GET", "view", params=found[0], refused=self._fault, most_bytes=PICTURE_BYTES, timeout_s=60.0
        )
        return answer.data

    async def _give_up(self, prompt_id: str) -> None:
        """Take a prompt out of the line, or interrupt it, and nobody else's."""
        with suppress(TimeoutError, GeneratorError):  # It is gone, or does not hear: nothing more can be done here.
            async with asyncio.timeout(_STOP_S):
                place = await self._place(prompt_id)
                if place is _Place.WAITS:
                    await self._tell("queue", {"delete": [prompt_id]})
                    place = await self._place(prompt_id)  # It may have begun meanwhile.
                if place is _Place.RUNS:
                    await self._tell("interrupt", {"prompt_id": prompt_id})

    async def _place(self, prompt_id: str) -> _Place:
        said = await self._ask("GET", "queue")
        for key, place in (("queue_running", _Place.RUNS), ("queue_pending", _Place.WAITS)):
            line = said.get(key)
            if any(isinstance(one, list) and prompt_id in one[1:2] for one in (line if isinstance(line, list) else ())):
                return place
        return _Place.NOWHERE

    async def _entry(self, prompt_id: str) -> Mapping[str, Json] | None:
        entry = (await self._ask("GET", f"history/{prompt_id}")).get(prompt_id)
        return entry if isinstance(entry, dict) else None

    async def _ask(self, method: str, path: str) -> dict[str, Json]:
        said = (await self._api.call(method, path, timeout_s=_LOOK_S, refused=self._fault)).json()
        return said if isinstance(said, dict) else {}

    async def _tell(self, path: str, body: Json) -> None:
        await self._api.call("POST", path, json=body, timeout_s=_LOOK_S, refused=self._fault, retry=_ONCE)


def _choices(value: Json) -> tuple[str, ...]:
    """Return the texts of [["a", "b"], {…}], or of the newer ["COMBO", {"options": ["a", "b"]}]."""
    if not isinstance(value, list) or not value:
        return ()
    facts = value[1] if len(value) > 1 else None
    found = facts.get("options") if isinstance(facts, dict) and not isinstance(value[0], list) else value[0]
    return tuple(text for text in found if isinstance(text, str)) if isinstance(found, list) else ()


def _dicts(value: Json) -> list[dict[str, Json]]:
    return [one for one in value.values() if isinstance(one, dict)] if isinstance(value, dict) else []


def _files(value: Json) -> list[dict[str, str]]:
    """Return the pictures of one node as the server names them, in the words of its /view."""
    found = []
    for one in value if isinstance(value, list) else ():
        file_name = one.get("filename") if isinstance(one, dict) else None
        if isinstance(one, dict) and isinstance(file_name, str) and file_name:
            found.append(
                {
                    "filename": file_name,
                    "subfolder": str(one.get("subfolder") or ""),
                    "type": str(one.get("type") or "output"),
                }
            )
    return found
