"""What a loopback ComfyUI has to paint: a line of graphs, one after the other, told of while they are painted.

Source: ComfyUI, execution.py, `PromptQueue` and `PromptExecutor`, read 2026-11.
"""

from __future__ import annotations

import asyncio
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PIL import Image

from tests.providers.comfyui_nodes import OUTPUTS, Painting, Shelf, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Callable

_HELD_AT_MOST_S = 30.0
_AWAITED_S = 10.0


@dataclass(slots=True)
class Prompt:
    id: str
    client: str
    graph: dict[str, Any]
    is_interrupted: bool = False


class _Interrupted(Exception):
    """Somebody pressed the button."""


class Line:
    """A line and its painter, for whoever overrides `send`. `crash`: what its samplers fail with.

    `waiting`, `running`: prompts; `history`: what became of them; `files`: pictures by (type, subfolder, name).
    `holding`: a picture is held. `interrupted`, `deleted`: ids that clients gave up.
    """

    def __init__(self) -> None:
        self.shelf = Shelf()
        self.waiting: list[Prompt] = []
        self.running: Prompt | None = None
        self.history: dict[str, Any] = {}
        self.files: dict[tuple[str, str, str], bytes] = {}
        self.interrupted: list[str] = []
        self.deleted: list[str] = []
        self.crash: dict[str, str] = {}
        self.holding = asyncio.Event()
        self._hold_at: int | None = None
        self._changed = asyncio.Event()

    async def send(self, client: str, message: str | bytes) -> None:
        """Tell a client."""
        raise NotImplementedError

    def hold(self, step: int = 1) -> None:
        """Stop every picture before this step of its sampler, until `go`, an interrupt, or for half a minute."""
        self._hold_at = step

    def go(self) -> None:
        """Paint what is held, and hold nothing more."""
        self._hold_at = None
        self.wake()

    def restart(self) -> None:
        """Forget what waits, runs and was painted, as a program that is started anew."""
        self.waiting.clear()
        if self.running is not None:
            self.running.is_interrupted = True
            self.running.id = ""
        self.history.clear()
        self.wake()

    async def ended(self, prompt_id: str) -> None:
        """Return when the history has this prompt."""
        async with asyncio.timeout(_AWAITED_S):
            await self.until(lambda: prompt_id in self.history)

    def interrupt(self) -> None:
        """Stop what is painted, as somebody at the server's page does."""
        if self.running is not None:
            self.running.is_interrupted = True
            self.wake()

    def add(self, prompt: Prompt) -> None:
        """Put a prompt at the line's end."""
        self.waiting.append(prompt)
        self.wake()

    def queue_for_a_stranger(self) -> str:
        """Queue a picture as somebody at the server's page does; return its id."""
        nodes = {
            "1": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "plain_v1.safetensors"}},
            "2": {"class_type": "CLIPTextEncode", "inputs": {"text": "a stranger's", "clip": ["1", 1]}},
            "3": {"class_type": "EmptyLatentImage", "inputs": {"width": 64, "height": 64, "batch_size": 1}},
            "4": {
                "class_type": "KSampler",
                "inputs": {
                    "model": ["1", 0],
                    "positive": ["2", 0],
                    "negative": ["2", 0],
                    "latent_image": ["3", 0],
                    "seed": 1,
                    "steps": 2,
                    "cfg": 7.0,
                    "sampler_name": "euler",
                    "scheduler": "normal",
                    "denoise": 1.0,
                },
            },
            "5": {"class_type": "VAEDecode", "inputs": {"samples": ["4", 0], "vae": ["1", 2]}},
            "6": {"class_type": "PreviewImage", "inputs": {"images": ["5", 0]}},
        }
        self.add(Prompt("stranger", "page", nodes))
        return "stranger"

    def wake(self) -> None:
        """Look again at everything that is waited for."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Return when it is so."""
        while not is_so():
            await self._changed.wait()

    async def work(self) -> None:
        """Paint one prompt after the other, for ever."""
        while True:
            await self.until(lambda: bool(self.waiting))
            self.running = prompt = self.waiting.pop(0)
            status, outputs = "error", dict[str, Any]()
            messages: list[Any] = []
            await self._say(prompt, "execution_start", {})
            await self._say(prompt, "execution_cached", {"nodes": []})
            try:
                outputs = await self._outputs(prompt)
                status = "success"
                await self._say(prompt, "execution_success", {})
            except _Interrupted:
                messages = [
                    ["execution_interrupted", {"prompt_id": prompt.id, "node_type": "KSampler", "executed": []}]
                ]
                await self._say(prompt, "execution_interrupted", {})
            except (TooLargeError, ArithmeticError) as error:
                facts = {"node_id": "sampler", "node_type": "KSampler", **self.crash}
                if isinstance(error, TooLargeError):
                    facts |= {
                        "exception_type": "torch.OutOfMemoryError",
                        "exception_message": f"Allocation on device, painting {error}",
                    }
                messages = [["execution_error", {"prompt_id": prompt.id, **facts}]]
                await self._say(prompt, "execution_error", facts)
            done = {"status_str": status, "completed": status == "success", "messages": messages}
            if prompt.id:
                self.history[prompt.id] = {"prompt": [], "outputs": outputs, "status": done}
            self.running = None
            self.wake()
            await self._say(prompt, "executing", {"node": None})

    async def _outputs(self, prompt: Prompt) -> dict[str, Any]:
        async def begin(key: str) -> None:
            await self._say(prompt, "executing", {"node": key, "display_node": key})

        async def step(key: str, number: int, steps: int) -> None:
            await self._pause(prompt, number)
            if self.crash:
                raise ArithmeticError
            await self._say(prompt, "progress", {"node": key, "value": number, "max": steps})
            await self._show(prompt)

        painting = Painting(prompt.graph, self.shelf, begin, step)
        found: dict[str, Any] = {}
        for key, node in prompt.graph.items():
            if (kind := OUTPUTS.get(node["class_type"])) is not None:
                picture = (await painting.of(key))[0]
                name = f"{node['inputs'].get('filename_prefix', 'ComfyUI_temp')}_{len(self.files):05}_.png"
                self.files[(kind, "", name)] = _png(picture)
                found[key] = {"images": [{"filename": name, "subfolder": "", "type": kind}]}
        return found

    async def _pause(self, prompt: Prompt, number: int) -> None:
        if number == self._hold_at:
            self.holding.set()
        async with asyncio.timeout(_HELD_AT_MOST_S):
            await self.until(lambda: number != self._hold_at or prompt.is_interrupted)
        if prompt.is_interrupted:
            raise _Interrupted

    async def _say(self, prompt: Prompt, kind: str, facts: dict[str, Any]) -> None:
        await self.send(prompt.client, json.dumps({"type": kind, "data": {"prompt_id": prompt.id, **facts}}))

    async def _show(self, prompt: Prompt) -> None:
        file = io.BytesIO()
        Image.new("RGB", (512, 384), "olive").save(file, "JPEG")
        await self.send(prompt.client, (1).to_bytes(4) + (1).to_bytes(4) + file.getvalue())


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
