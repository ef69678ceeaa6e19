"""The sketch as it might be in another version, or as a service without a seed."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

from PIL import Image

from pinxit.domain.generator import Made
from pinxit.generators.sketch import Sketch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from pinxit.domain.generator import Failed, Task, Watch
    from pinxit.domain.ports import Clock
    from pinxit.domain.request import Json

LATER = 9999
STEP = 3  # How much brighter the later version paints the red of the upper left quarter.


class LaterSketch(Sketch):
    """Paints a quarter of the picture a little redder, and says that it is of another version."""

    async def generate(self, batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made | Failed]:
        async for made in super().generate(batch, watch):
            if isinstance(made, Made):
                yield replace(made, data=_redder(made.data), recipe={**made.recipe, "version": LATER})
            else:
                yield made


class Seedless(Sketch):
    """Cannot promise the same picture twice."""

    def __init__(self, name: str, options: Mapping[str, Json], clock: Clock) -> None:
        super().__init__(name, options, clock)
        self.capabilities = replace(self.capabilities, repeats=False)


def _redder(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGB")
    box = (0, 0, picture.width // 2, picture.height // 2)
    red, *others = picture.crop(box).split()
    shifted = red.point([(level + STEP) % 256 for level in range(256)])
    picture.paste(Image.merge("RGB", (shifted, *others)), box)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


build_later = LaterSketch
build_seedless = Seedless
