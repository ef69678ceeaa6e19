"""A small CPU painter: sky, sun, land or sea and one shape, in the prompt's colours. Not a diffusion model."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageColor

from pinxit.domain.errors import Refused
from pinxit.domain.generator import API_VERSION, Capabilities, Failed, Made, Quote, Task, Watch
from pinxit.domain.pricing import credits_milli
from pinxit.domain.request import Json, Mode, Request
from pinxit.domain.seeds import image_seed
from pinxit.generators.canvas import chance, colours, mix, noise, picture, smooth
from pinxit.generators.options import read_options
from pinxit.generators.pictures import open_source, png, preview

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from pinxit.domain.ports import Clock

VERSION = 1  # Raised with every change of a single pixel, so that "identical" is never promised by mistake.
BANDS = 16  # Rows are painted in so many steps; between two of them progress is told and a cancel is heard.
TIMES = (  # Words; colours of zenith, horizon, sun and light. The last one goes without saying.
    ("night midnight moon star", "#090d24 #3a4474 #f0eed6 #5868a0"),
    ("sunset dusk evening dawn sunrise", "#3a3678 #fa9e62 #ffe0a0 #ecbab0"),
    ("storm rain fog mist", "#5c6672 #c4cacc #e2e4e0 #bac2c8"),
    ("day sky cloud", "#3a7ac4 #d0e4ec #fff6d6 #fffffa"),
)
PLACES = (  # Words; colours of the far and the near land; how high hills and trees are.
    ("sea ocean lake beach river", "#607c80 #124268", 0.08, 0.0),
    ("snow snowy winter ice", "#b0c4de #f0f5fa", 0.16, 0.0),
    ("mountain alp peak", "#8492ac #587050", 0.42, 0.0),
    ("desert dune sand", "#e8c088 #ce9254", 0.16, 0.0),
    ("forest wood jungle tree", "#688a7a #22422c", 0.12, 0.2),
    ("meadow field grass hill", "#88a478 #5c8240", 0.14, 0.0),
)
BEASTS = "fox cat dog wolf horse deer bear lion tiger cow sheep rabbit animal"
BALL = "0 44 45 45"  # Ellipses: x, height over the ground and two radii, in hundredths of the shape's size.
BEAST = "-60 42 26 10 -30 20 7 22 23 20 6 22 -8 46 40 18 24 55 19 21 37 85 4 13 47 85 4 13 44 71 15 12 58 67 14 6"


@dataclass(frozen=True, slots=True)
class Options:
    """`pace_s`: seconds that each image takes longer, so that progress can be watched."""

    pace_s: float = 0.0


class Sketch:
    """Paints in threads, a band of rows at a time; equal prompt, parameters and seed give equal pixels."""

    api_version = API_VERSION
    capabilities = Capabilities(frozenset({Mode.TXT2IMG, Mode.IMG2IMG}), ("sketch",), max_batch=4, runs_inline=True)

    def __init__(self, name: str, options: Mapping[str, Json], clock: Clock) -> None:
        self.name, self._pace_s, self._clock = name, read_options(Options, name, options).pace_s, clock

    def quote(self, request: Request) -> Quote:
        """Price a request; its seconds, whatever the steps, were measured on a machine of 2 cores in 2026-11."""
        size, count, default = (request.width_px, request.height_px), request.count, self.capabilities.default_steps
        seconds = count * (0.04 + size[0] * size[1] * 7.5e-7 + self._pace_s)
        return Quote(credits_milli(*size, count, request.steps, default), 0, seconds)

    def batch_key(self, request: Request) -> str:  # noqa: ARG002 - any two sketches go together
        """Name what must agree within a batch: nothing."""
        return "sketch"

    async def generate(self, batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made | Failed]:
        """Paint one image after the other; a job that nobody wants any more is left at its next band."""
        for task in batch:
            try:
                for place, index in enumerate(task.indices):
                    if made := await self._paint(task, index, place, watch):
                        yield made
            except Refused as error:
                yield Failed(task.job, error)

    async def aclose(self) -> None:
        """Let go of nothing: nothing is held."""

    async def _paint(self, task: Task, index: int, place: int, watch: Watch) -> Made | None:
        request, seed = task.request, image_seed(task.request.seed, index)
        width, height = size = request.width_px, request.height_px
        scene, source = Scene(request, seed), await asyncio.to_thread(open_source, task)
        canvas = source or Image.new("RGB", size, "lightgrey")
        for band in range(BANDS):
            if watch.is_cancelled(task.job):
                return None
            box = (0, height * band // BANDS, width, height * (band + 1) // BANDS)
            rows = await asyncio.to_thread(scene.rows, box[1], box[3])
            canvas.paste(Image.blend(canvas.crop(box), rows, request.strength if source else 1.0), box)
            shown = await asyncio.to_thread(preview, canvas) if band in (5, 10) and width * height > 2**16 else None
            watch.progress(task.job, (place + (band + 1) / BANDS) / len(task.indices), shown)
            await self._clock.sleep(self._pace_s / BANDS)
        data = await asyncio.to_thread(png, canvas, request, seed, f"pinxit sketch {VERSION}")
        recipe: Mapping[str, Json] = {"kind": "sketch", "version": VERSION}
        return Made(task.job, index, data, "image/png", *size, seed, request.final_prompt, "sketch", recipe=recipe)


class Scene:
    """What the words ask for. Only + - × ÷ √, which every machine rounds alike; lengths in heights of the picture."""

    def __init__(self, request: Request, seed: int) -> None:
        prompt, self.width, self.height = request.final_prompt, request.width_px, request.height_px
        self.luck = chance(f"{VERSION} {seed} {prompt}")
        said, unwanted = (re.findall(r"\w+", text.casefold()) for text in (prompt, request.negative_prompt))
        words = [word.rstrip("s") for word in said if word not in unwanted]
        time = next((row for row in TIMES if set(row[0].split()) & set(words)), TIMES[-1])
        place = self.place = next((row for row in PLACES if set(row[0].split()) & set(words)), PLACES[-1])
        pairs = zip(words, [*words[1:], ""], strict=False)  # In "a green meadow" green is not the shape's colour.
        named = [a for a, b in pairs if a in ImageColor.colormap and b not in f"{time[0]} {place[0]}".split()]
        shape = BEAST if set(words) & set(BEASTS.split()) else BALL if named else ""
        self.shape = np.array(shape.split(), float).reshape(-1, 4) / 100
        self.palette = colours(f"{time[1]} {place[1]} {(*named, 'peru')[0]}")

    def rows(self, first: int, last: int) -> Image.Image:
        """Paint the rows from `first` to before `last`."""
        width, height, aspect, luck = self.width, self.height, self.width / self.height, self.luck
        zenith, horizon, sun, light, far, near, paint = self.palette
        x, y = (np.arange(width)[None, :, None] + 0.5) / height, (np.arange(first, last)[:, None, None] + 0.5) / height
        beside, below = x - aspect * (0.15 + 0.7 * luck[0, 0]), y - 0.16 - 0.26 * luck[0, 1]
        shine = np.maximum(0.0084 / (0.012 + beside**2 + below**2), (0.0025 - beside**2 - below**2) * height * 10)
        image = mix(mix(zenith, horizon, (y / 0.62) ** 2), sun, shine)
        image = mix(image, (horizon + light) / 2, 0.75 * smooth(2.4 * noise(luck, x * 1.4, y * 5, 5) - 1.2))
        for depth in (0.0,) if self.place == PLACES[0] else (0.0, 0.25, 0.5, 0.75, 1.0):
            tree = noise(luck, np.floor(x * (34 - 20 * depth)), 4 * depth, 1) * (1 - abs(x * (68 - 40 * depth) % 2 - 1))
            hill = (1 - 0.8 * depth) * (2 * noise(luck, x * (2 + depth) + 36 * depth, 29 * depth, 6) - 0.7)
            top = 0.62 + 0.27 * depth**2 - self.place[2] * hill - self.place[3] * tree * (0.4 + depth)
            land = mix(far, near, depth) * light * (0.78 + 0.44 * noise(luck, x * 6, y * 24, 4))
            image = mix(image, mix(horizon, land, 0.3 + 0.7 * depth), (y - top) * height)
        if self.place == PLACES[0]:
            waves = noise(luck, x * 5, 6 / (y.clip(0.62) - 0.56), 3)
            water = mix(horizon, near * light, 0.35 + 1.6 * (y - 0.62)) * (0.75 + 0.5 * waves)
            glitter = 0.01 / (0.01 + beside**2) * smooth(5 * waves - 2.8)
            image = mix(image, mix(water, sun, glitter), (y - 0.62) * height)
        side, up, bulge = (x - aspect * (0.4 + 0.25 * luck[0, 2])) / 0.34, (0.88 - y) / 0.34, 0 * x
        for at, lift, wide, high in self.shape:
            bulge = np.maximum(bulge, high * (1 - ((side - at) / wide) ** 2 - ((up - lift) / high) ** 2))
        image = mix(image, 0 * near, 0.45 * (1 - (side / 0.75) ** 2 - (up / 0.065) ** 2) * len(self.shape[:1]))
        image = mix(image, (0.1 + 0.7 * paint) * light * (0.6 + 0.5 * np.sqrt(bulge) + 0.3 * up), bulge * height / 6)
        return picture(image + 0.06 * noise(luck, x * 230, y * 230, 1) - 0.03)


build = Sketch
