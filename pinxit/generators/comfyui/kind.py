"""A ComfyUI server as a generator: one graph an image, watched while it paints and given up when unwanted."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pinxit.domain.errors import Broken, Code, ConfigError, Refused
from pinxit.domain.facts import nearest, shown
from pinxit.domain.generator import API_VERSION, Capabilities, Failed, Made, Quote, Task, Watch, in_words
from pinxit.domain.request import Lora, Mode
from pinxit.domain.seeds import image_seed
from pinxit.generators.canvas import cut
from pinxit.generators.catalogue_entries import capabilities_of
from pinxit.generators.comfyui.server import Call, Server
from pinxit.generators.comfyui.settings import Checkpoint, Options, read_checkpoints, read_workflows, same_file
from pinxit.generators.comfyui.sitting import Sitting
from pinxit.generators.comfyui.sources import canvas_for
from pinxit.generators.comfyui.workflow import Graph, Workflow, slow_nodes, with_adapters
from pinxit.generators.options import read_options

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from pinxit.domain.ports import Clock
    from pinxit.domain.request import Json, Request
    from pinxit.generators.catalogue import Catalogue

_NAMED = 20  # LoRAs in a refusal.
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_EMBEDDING = re.compile("embedding:")  # ComfyUI reads the file of this name into the prompt; comfy/sd1_clip.py.
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class _Order:
    """What the images of one job have in common. `values`: for the placeholders, all but the seed's.

    `ids`: the prompts' by index. `known`: those of them that an earlier attempt made.
    """

    workflow: Workflow
    values: Mapping[str, str | int | float]
    loras: tuple[Lora, ...]
    size_px: tuple[int, int]
    ids: Mapping[int, str]
    known: frozenset[str]

    def graph(self, seed: int, clip_skip: int) -> Graph:
        """Return the graph of one image."""
        graph = self.workflow.graph({**self.values, "seed": seed})
        return with_adapters(graph, self.loras, clip_skip) if self.workflow.is_ours else graph


class ComfyUI:
    """Has a ComfyUI server paint, one picture after the other; between them whoever else uses it has a turn."""

    api_version = API_VERSION

    def __init__(self, name: str, options: Mapping[str, Json], clock: Clock, catalogue: Catalogue) -> None:
        chosen = read_options(Options, name, options)
        self.name, self._options = name, chosen
        try:
            self._workflows = read_workflows(chosen)
            checkpoints = read_checkpoints(chosen, catalogue, self._workflows)
            self._server = Server(name, chosen.base_url, chosen.api_key, clock, chosen.timeout_s, chosen.poll_s)
        except ValueError as error:
            raise ConfigError([f"generators.{name}.{error}"]) from error
        self._checkpoints = {one.model.name.casefold(): one for one in checkpoints}
        painting = [workflow for mode, workflow in self._workflows.items() if mode is not Mode.UPSCALE]
        are_ours = bool(painting) and all(workflow.is_ours for workflow in painting)
        capabilities = capabilities_of(
            [one.model for one in checkpoints],
            Capabilities(
                loras=are_ours,
                lora_names=chosen.loras if are_ours else (),
                clip_skip=are_ours,
                weights=all(workflow.weighs_words for workflow in painting),
                runs_inline=True,
                remote=urlsplit(chosen.base_url).hostname not in _LOOPBACK,
            ),
        )
        is_named = "" not in self._checkpoints
        self.capabilities = capabilities if is_named else replace(capabilities, models=(), of_model={})

    def quote(self, request: Request) -> Quote:
        """Price a request by its pixels and steps; the server asks for no dollars."""
        return self._named(request).model.quote(request)

    def batch_key(self, request: Request) -> str:
        """Name what must agree within a batch: the checkpoint, which takes long to change."""
        return request.model

    async def generate(self, batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made | Failed]:
        """Have one image after the other painted; a cancel interrupts the server, or leaves its line.

        Raises what the server's answers mean: Temporary, Broken, or Refused for a LoRA that is not there.
        """
        for task in batch:
            if watch.is_cancelled(task.job):
                continue
            try:
                order = await self._order(task, watch)
                for place, index in enumerate(task.indices):
                    if watch.is_cancelled(task.job):
                        break
                    made = await self._paint(task, watch, order, place, index)
                    if made is None:
                        break
                    yield made
            except Refused as error:
                yield Failed(task.job, error)

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._server.aclose()

    def _named(self, request: Request) -> Checkpoint:
        first = next(iter(self._checkpoints.values()))
        return self._checkpoints.get(request.model.casefold(), first)

    async def _order(self, task: Task, watch: Watch) -> _Order:
        """Look up what the server has, send it the sources, and make the ids durable, by which a crash is survived."""
        request = task.request
        workflow = self._workflows[request.mode]
        canvas = await asyncio.to_thread(canvas_for, task)
        loras = await self._loras(request) if workflow.is_ours else ()
        values: dict[str, str | int | float] = self._numbers(request, canvas.size_px)
        values["model"] = await self._checkpoint(request, workflow)
        is_told_apart = "negative" in workflow.placeholders and self._named(request).model.negative == "yes"
        values["negative"] = _plain(request.negative_prompt) if is_told_apart else ""
        avoided = "" if is_told_apart else in_words(request.negative_prompt)
        values["prompt"] = _plain(" ".join(filter(None, (request.final_prompt, avoided))))
        for name, picture in (("image", canvas.image), ("mask", canvas.mask)):
            if picture is not None and name in workflow.placeholders:
                values[name] = await self._server.upload(picture)
        known = _ids(task.upstream_id)
        ids = {index: known.get(index) or str(uuid.uuid4()) for index in task.indices}
        if not ids.items() <= known.items():
            await watch.sent(task.job, json.dumps({**known, **ids}))
        return _Order(workflow, values, loras, canvas.size_px, ids, frozenset(known.values()))

    def _numbers(self, request: Request, size_px: tuple[int, int]) -> dict[str, str | int | float]:
        named = self._named(request)
        sampler, _, scheduler = (request.sampler or self._options.samplers[0]).partition(" ")
        return {
            "width": size_px[0],
            "height": size_px[1],
            "steps": request.steps if request.steps and named.model.steps else named.steps,
            "cfg": named.cfg if named.model.guidance is None else request.guidance_scale,
            "sampler": sampler,
            "scheduler": scheduler.strip() or "normal",
            "denoise": 1.0 if request.mode in (Mode.TXT2IMG, Mode.OUTPAINT) else request.strength,
            "batch": 1,
            "image": "",
            "mask": "",
        }

    async def _checkpoint(self, request: Request, workflow: Workflow) -> str:
        """Return the server's own name of the checkpoint that paints, "" where the workflow has one of its own."""
        place = workflow.place_of("model")
        wanted = self._named(request).model.name
        if place is None:
            return wanted
        there = await self._server.choices(*place)
        found = same_file(wanted, there) if wanted else next(iter(there), None)
        if found is None and wanted:
            raise Broken(
                f"{self.name} has no model {shown(wanted)}; put its file there, or correct generators.{self.name}"
            )
        if found is None:
            raise Broken(f"{self.name} has no model at all; put a checkpoint into its models/checkpoints")
        return found

    async def _loras(self, request: Request) -> tuple[Lora, ...]:
        """Return the LoRAs by the server's own names."""
        if not request.loras:
            return ()
        there = await self._server.choices("LoraLoader", "lora_name")
        may_be = self._options.loras or tuple(name.removesuffix(".safetensors") for name in there)
        found = []
        for lora in request.loras:
            name = same_file(lora.name, there) if same_file(lora.name, may_be) else None
            if name is None:
                facts = {"value": shown(lora.name), "nearest": nearest(lora.name, may_be)}
                raise Refused(Code.FIELD_CHOICE, field="loras", allowed=list(may_be[:_NAMED]), **facts)
            found.append(replace(lora, name=name))
        return tuple(found)

    async def _paint(self, task: Task, watch: Watch, order: _Order, place: int, index: int) -> Made | None:
        """Return one image, or None if the job is cancelled."""
        request, seed = task.request, image_seed(task.request.seed, index)
        graph = order.graph(seed, request.clip_skip)
        call = Call(order.ids[index], graph, is_known=order.ids[index] in order.known)
        sitting = Sitting(task.job, place, len(task.indices), watch, slow_nodes(graph))
        data = await self._server.paint(call, sitting)
        if data is None or watch.is_cancelled(task.job):
            return None
        image, media_type, size_px = await asyncio.to_thread(self._checked, data, order, request)
        watch.progress(task.job, (place + 1) / len(task.indices))
        return Made(
            task.job,
            index,
            image,
            media_type,
            *size_px,
            seed,
            str(order.values["prompt"]),
            str(order.values["model"]),
            recipe={"kind": "comfyui", "workflow": order.workflow.name},
        )

    def _checked(self, data: bytes, order: _Order, request: Request) -> tuple[bytes, str, tuple[int, int]]:
        """Return the picture's bytes, media type and size (width, height). Blocks. Raises Broken."""
        picture = self._server.picture(data)
        size_px, wanted_px = (picture.width_px, picture.height_px), (request.width_px, request.height_px)
        if size_px != order.size_px:
            if order.workflow.is_ours:
                size = f"{size_px[0]}x{size_px[1]} for {order.size_px[0]}x{order.size_px[1]}"
                raise Broken(f"{self.name} answers with a picture of another size, {size}")
            return picture.data, picture.media_type, size_px
        if size_px != wanted_px:
            return cut(picture.data, wanted_px), "image/png", wanted_px
        return picture.data, picture.media_type, size_px


def _plain(text: str) -> str:
    """Return a prompt in which nothing calls a file of the server's."""
    return _EMBEDDING.sub("embedding :", text)


def _ids(text: str | None) -> Mapping[int, str]:
    """Read the ids by index that an earlier attempt made durable; {} for none, or none of ours."""
    try:
        said: Json = json.loads(text or "{}")
    except ValueError:
        return {}
    pairs = said.items() if isinstance(said, dict) else ()
    return {int(key): one for key, one in pairs if key.isdecimal() and isinstance(one, str) and _ID.fullmatch(one)}
