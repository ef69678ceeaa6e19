"""A ComfyUI's painter in front of its loopback server."""

from __future__ import annotations

import io
import json
from contextlib import asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from pinxit.domain.errors import GeneratorError
from pinxit.domain.generator import Failed, Made, Task
from pinxit.domain.ids import JobId, SourceId
from pinxit.domain.request import Role, Source
from pinxit.generators.catalogue import Catalogue
from pinxit.generators.registry import build
from tests.builders import a_request
from tests.generators.http_room import HurriedClock
from tests.generators.watching import Notes
from tests.providers.keys import is_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from pinxit.domain.generator import Generator, Prepared
    from pinxit.domain.request import Json
    from tests.providers.comfyui_server import ComfyUIServer

PROMPT = "a (red:1.2) fox in snow"
NAVY, CRIMSON, WHITE = (0, 0, 128), (220, 20, 60), (255, 255, 255)


@cache
def _shipped() -> Catalogue:
    return Catalogue.load()


def a_generator(options: Mapping[str, Json], clock: HurriedClock | None = None) -> Generator:
    return build("comfy", "comfyui", options, clock or HurriedClock(), _shipped())


@asynccontextmanager
async def painter(
    server: ComfyUIServer,
    clock: HurriedClock | None = None,
    **options: Any,  # noqa: ANN401
) -> AsyncIterator[Generator]:
    generator = a_generator({**server.options(), **options}, clock)
    try:
        yield generator
    finally:
        await generator.aclose()


def a_task(
    sources: dict[Role, Image.Image] | None = None,
    indices: tuple[int, ...] = (0,),
    upstream_id: str | None = None,
    **changes: object,
) -> Task:
    files = {SourceId(role.value): as_png(picture) for role, picture in (sources or {}).items()}
    named = tuple(Source(SourceId(role.value), role) for role in sources or {})
    values = {"prompt": PROMPT, "steps": 3, "guidance_scale": 6.5, "count": len(indices), "sources": named, **changes}
    return Task(JobId("job"), a_request(**values), indices, files, upstream_id)


def as_png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def opened(made: Made) -> Image.Image:
    return Image.open(io.BytesIO(made.data)).convert("RGB")


async def items(generator: Generator, task: Task, notes: Notes | None = None) -> list[Made | Failed | Prepared]:
    return [item async for item in generator.generate([task], notes or Notes())]


async def made(generator: Generator, task: Task, notes: Notes | None = None) -> list[Made]:
    return [item for item in await items(generator, task, notes) if isinstance(item, Made)]


async def failure(server: ComfyUIServer, task: Task | None = None, **options: Any) -> GeneratorError:  # noqa: ANN401
    """Return the error, which holds neither prompt nor key."""
    async with painter(server, **options) as generator:
        with pytest.raises(GeneratorError) as caught:
            await items(generator, task or a_task())
    assert "fox" not in str(caught.value)
    assert not is_in(str(caught.value))
    return caught.value


def a_workflow(**inputs: object) -> dict[str, Any]:
    """Return a graph that paints from words, with the placeholders named and fixed values in the others' places."""
    fixed = {"seed": 1, "steps": 2, "cfg": 7.0, "sampler_name": "euler", "scheduler": "normal", "denoise": 1.0}
    links = {"model": ["1", 0], "positive": ["2", 0], "negative": ["5", 0], "latent_image": ["3", 0]}
    latent = {key: inputs.pop(key, 64) for key in ("width", "height")}
    text = inputs.pop("text", "best quality, %prompt%")
    model = inputs.pop("ckpt_name", "plain_v1.safetensors")
    avoided = inputs.pop("negative", "blur")
    nodes = {
        "1": ("CheckpointLoaderSimple", {"ckpt_name": model}),
        "2": ("CLIPTextEncode", {"text": text, "clip": ["1", 1]}),
        "5": ("CLIPTextEncode", {"text": avoided, "clip": ["1", 1]}),
        "3": ("EmptyLatentImage", {**latent, "batch_size": 1}),
        "4": ("KSampler", {**links, **fixed, **inputs}),
        "6": ("VAEDecode", {"samples": ["4", 0], "vae": ["1", 2]}),
        "7": ("SaveImage", {"images": ["6", 0], "filename_prefix": "mine"}),
    }
    return {
        key: {"class_type": kind, "inputs": values, "_meta": {"title": kind}} for key, (kind, values) in nodes.items()
    }


def stored(path: Path, graph: object) -> str:
    path.write_text(json.dumps(graph), encoding="utf-8")
    return str(path)
