"""What every painter of a layer works with: the canvas, its measures, the light, and chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from pinxit.generators.sketch import palette as palettes
from pinxit.generators.sketch.noise import Field, luck
from pinxit.generators.sketch.tones import mask, picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.generators.sketch.scene import Scene

_BAND_PX = 2**17  # Pixels that are laid at once, so that a slice of work stays short.


class Easel:
    """A canvas of a scene.

    Lengths called `units` are shares of √(width × height); heights of places are shares of the height. Soft things
    are computed on a coarser grid of `work` pixels a unit and enlarged; edges are always drawn at full size.
    """

    def __init__(self, scene: Scene, size_px: tuple[int, int], seed_text: str, octaves: float) -> None:
        self.scene, self.seed_text, self.octaves = scene, seed_text, octaves
        self.width_px, self.height_px = size_px
        self.unit_px = float(np.sqrt(size_px[0] * size_px[1]))
        self.wide, self.high = size_px[0] / self.unit_px, size_px[1] / self.unit_px
        self.work = min(self.unit_px, 16 * float(np.sqrt(self.unit_px)))
        self.palette = palettes.choose(scene, self.luck("palette"))
        self.canvas = Image.new("RGB", size_px)
        chance = self.luck("sun")
        self.horizon = 0.62
        self.sun_x = 0.2 + 0.6 * float(chance.random())
        self.sun_y = 0.3

    def luck(self, what: str) -> np.random.Generator:
        """Return chance for one purpose, so that a new purpose changes no other."""
        return luck(f"{self.seed_text} {what}")

    def field(self, what: str) -> Field:
        """Return noise for one purpose."""
        return Field(f"{self.seed_text} {what}")

    @property
    def side(self) -> float:
        """Return where the light comes from: −1 left … 1 right."""
        return max(-1.0, min(1.0, (self.sun_x - 0.5) * 2.4))

    def columns(self) -> np.ndarray:
        """Return the middle of every column in units."""
        return (np.arange(self.width_px) + 0.5) / self.unit_px

    def coarse_px(self, top: float, bottom: float) -> tuple[int, int]:
        """Return the size, (width, height), of the coarse grid for the rows between two heights."""
        return max(2, round(self.wide * self.work)), max(2, round((bottom - top) * self.high * self.work))

    def patch(
        self, what: str, top: float, bottom: float, cells: tuple[float, float], octaves: float = 9.0
    ) -> np.ndarray:
        """Return noise on the coarse grid; `cells` a unit across and down."""
        high = (bottom - top) * self.high
        return self.field(what).patch(
            self.coarse_px(top, bottom), (cells[0] * self.wide, cells[1] * high), min(octaves, self.octaves)
        )

    def grid(self, top: float, bottom: float, fineness: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
        """Return x, (1, columns), and y, (rows, 1), of the coarse grid as shares of the width and the height.

        `fineness`: below 1 the grid is coarser still.
        """
        wide, high = (max(2, round(side * fineness)) for side in self.coarse_px(top, bottom))
        x = ((np.arange(wide) + 0.5) / wide).astype(np.float32)
        y = (top + (np.arange(high) + 0.5) * ((bottom - top) / high)).astype(np.float32)
        return x[None], y[:, None]

    def lay(
        self, image: np.ndarray, top: float, bottom: float, share: np.ndarray | Image.Image | None = None
    ) -> Iterator[None]:
        """Paint a coarse image over the rows between two heights, through a coarse share or a full-size mask.

        An image of one pixel, (3, 1, 1), is a colour.
        """
        first, last = round(top * self.height_px), round(bottom * self.height_px)
        small = picture(image)
        cover = mask(share) if isinstance(share, np.ndarray) else None
        step = max(1, _BAND_PX // self.width_px)
        for begin in range(max(0, first), min(self.height_px, last), step):
            end = min(begin + step, last, self.height_px)
            place = begin - first, end - first, last - first
            if small.width > 1:
                part = _enlarged(small, self.width_px, *place)
            else:
                part = small.resize((self.width_px, end - begin), Image.Resampling.NEAREST)
            if cover is not None:
                self.canvas.paste(part, (0, begin), _enlarged(cover, self.width_px, *place))
            elif isinstance(share, Image.Image):
                self.canvas.paste(part, (0, begin), share.crop((0, begin - first, self.width_px, end - first)))
            else:
                self.canvas.paste(part, (0, begin))
            yield

    def below(self, edge_px: np.ndarray, bottom: float) -> tuple[float, Image.Image]:
        """Return the top height and a full-size mask of what lies under an edge, given as a row for every column."""
        first = max(0, int(edge_px.min()) - 1)
        last = max(first + 1, round(bottom * self.height_px))
        cover = np.full((last - first, self.width_px), 255, np.uint8)
        deep = min(last, int(edge_px.max()) + 2)
        if deep > first:
            rows = (np.arange(first, deep, dtype=np.float32) + 0.5)[:, None]
            edge = (rows - edge_px[None].astype(np.float32)) * 255 + 127.5
            cover[: deep - first] = np.clip(edge, 0, 255).astype(np.uint8)
        return first / self.height_px, Image.fromarray(cover)


def _enlarged(small: Image.Image, width_px: int, begin: int, end: int, whole: int) -> Image.Image:
    scale = small.height / whole
    box = (0.0, begin * scale, float(small.width), min(float(small.height), end * scale))
    return small.resize((width_px, end - begin), Image.Resampling.BICUBIC, box=box)
