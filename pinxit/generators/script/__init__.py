"""Any local program as a generator: one JSON object into it, one JSON object with a picture out of it."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import tempfile
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from pinxit.domain.errors import Broken
from pinxit.domain.generator import API_VERSION, Made, Origin, Quote, Task, Watch
from pinxit.domain.pricing import credits_milli
from pinxit.domain.seeds import image_seed
from pinxit.generators.http import Api
from pinxit.generators.options import read_options
from pinxit.generators.script import stylegan
from pinxit.generators.script.answer import Picture, read_answer, told, verified
from pinxit.generators.script.program import Program, run
from pinxit.generators.script.settings import Options, Preset, argv_of, capabilities_of, environment_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from pinxit.domain.ports import Clock
    from pinxit.domain.request import Json, Request

log = structlog.get_logger(__name__)

_LOGGED_CHARS = 4000


class Script:
    """Runs the program once for each image; StyleGAN3's once for each job, since loading is what takes its time.

    `environment`: ours, of which the program sees a few harmless variables. Its process, and whatever that starts, is
    gone when `generate` ends: by itself, by the deadline, by cancelling, or by our own death.
    """

    api_version = API_VERSION

    def __init__(self, name: str, options: Mapping[str, Json], clock: Clock, environment: Mapping[str, str]) -> None:
        self.name = name
        self.capabilities = capabilities_of(read := read_options(Options, name, options))
        self._options = read
        self._clock = clock
        self._ours = environment
        # No base of its own: what a program answers with is fetched from public hosts, without any key.
        self._api = Api(name, "https://program.invalid", clock)

    def quote(self, request: Request) -> Quote:
        """Price a request as any; its seconds are the operator's word."""
        size = request.width_px, request.height_px
        steps = request.steps or self.capabilities.default_steps
        credit = credits_milli(*size, request.count, steps, self.capabilities.default_steps)
        return Quote(credit, 0, self._options.seconds * request.count)

    def batch_key(self, request: Request) -> str:
        """Name what must agree within a batch."""
        return f"script {request.model}"

    async def generate(self, batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        """Paint one job after the other."""
        paint = self._by_stylegan if self._options.preset == Preset.STYLEGAN3 else self._by_json
        for task in batch:
            async for made in paint(task, watch):
                yield made

    async def aclose(self) -> None:
        """Let go of the connections."""
        await self._api.aclose()

    async def _by_json(self, task: Task, watch: Watch) -> AsyncIterator[Made]:
        for done, index in enumerate(task.indices):
            if watch.is_cancelled(task.job):
                return
            seed = image_seed(task.request.seed, index)
            said = json.dumps(question(task.request, seed, Preset(self._options.preset))).encode() + b"\n"
            async with _scratch() as scratch:
                output = await self._run(task, watch, [], said, scratch)
            if output is None:
                return
            found = await asyncio.to_thread(read_answer, self.name, output, _prompts(task.request))
            if isinstance(found, str):
                found = (await self._api.download(found, allow_hosts=self._options.allow_hosts)).data
            picture = await asyncio.to_thread(verified, self.name, found)
            watch.progress(task.job, (done + 1) / len(task.indices))
            yield self._made(task, index, picture)

    async def _by_stylegan(self, task: Task, watch: Watch) -> AsyncIterator[Made]:
        if watch.is_cancelled(task.job):
            return
        network = stylegan.network_of(self._options, task.request.model)
        await asyncio.to_thread(stylegan.check, self.name, network)
        seeds = [image_seed(task.request.seed, index) for index in task.indices]
        async with _scratch() as scratch:
            into = scratch / "pictures"
            arguments = stylegan.arguments(self._options, network, seeds, into)
            if await self._run(task, watch, arguments, b"", scratch) is None:
                return
            for done, (index, seed) in enumerate(zip(task.indices, seeds, strict=True)):
                most = self._options.most_bytes
                data = await asyncio.to_thread(stylegan.read_picture, self.name, into, seed, most)
                picture = await asyncio.to_thread(verified, self.name, data)
                watch.progress(task.job, (done + 1) / len(seeds))
                yield replace(self._made(task, index, picture), model=network.name, model_hash=network.sha256[:10])

    async def _run(
        self, task: Task, watch: Watch, arguments: Sequence[str], said: bytes, scratch: Path
    ) -> bytes | None:
        """Return what the program printed, or None if nobody wants it any more. Raises Temporary, Broken."""
        options = self._options
        program = Program(
            self.name,
            [*argv_of(options, self._ours), *arguments],
            environment_of(options, self._ours, scratch),
            scratch,
            Path(options.folder) if options.folder else None,
            options.timeout_s,
            options.most_bytes,
        )
        ended = await run(program, said, self._clock, lambda: watch.is_cancelled(task.job))
        if ended is None:
            return None
        if ended.complaints:
            log.debug("a program has complained", generator=self.name, wrote=ended.complaints[-_LOGGED_CHARS:])
        if ended.status:
            prompts = _prompts(task.request)
            if b'"error"' in ended.output:
                # Raises what the program itself says of it.
                await asyncio.to_thread(read_answer, self.name, ended.output, prompts)
            why = await asyncio.to_thread(told, ended.complaints, prompts)
            raise Broken(f"{self.name}: the program failed with status {ended.status}{why}; its log has more")
        return ended.output

    def _made(self, task: Task, index: int, picture: Picture) -> Made:
        return Made(
            task.job,
            index,
            picture.data,
            picture.media_type,
            picture.width_px,
            picture.height_px,
            image_seed(task.request.seed, index),
            task.request.final_prompt,
            model=task.request.model or self._options.model,
            recipe={"kind": "script", "preset": self._options.preset},
            origin=Origin.TRAINED if self._options.trained else Origin.ALGORITHMIC,
        )


def build(name: str, options: Mapping[str, Json], clock: Clock) -> Script:
    """Return the generator for one table of this kind."""
    return Script(name, options, clock, os.environ)


def question(request: Request, seed: int, preset: Preset) -> dict[str, Json]:
    """Return the object that a program reads from its standard input, for the one image of this seed."""
    said: dict[str, Json] = {
        "prompt": request.final_prompt,
        "size": f"{request.width_px}x{request.height_px}",
        "local": request.local,
        "width": request.width_px,
        "height": request.height_px,
        "seed": seed,
        "negative_prompt": request.negative_prompt,
        "steps": request.steps,
        "guidance_scale": request.guidance_scale,
        "model": request.model,
    }
    if preset is Preset.QWEN:
        # QwenImagePipeline guides by true_cfg_scale, and only where a negative prompt is not empty.
        said |= {
            "negative_prompt": request.negative_prompt or " ",
            "num_inference_steps": request.steps,
            "true_cfg_scale": request.guidance_scale,
        }
    return said


@asynccontextmanager
async def _scratch() -> AsyncIterator[Path]:
    """Give a folder that is gone afterwards with all that the program left in it, which may be much."""
    folder = tempfile.mkdtemp(prefix="pinxit-")
    try:
        yield Path(folder)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _prompts(request: Request) -> list[str]:
    return [request.final_prompt, request.prompt, request.typed, request.negative_prompt]
