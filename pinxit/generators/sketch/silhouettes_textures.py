"""What surfaces look like near by: fur, leaves, bricks, tiles, planks, scales and cloth, as light and dark."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from pinxit.generators.sketch.silhouettes_language import Finish

GRIDS = {  # Width and height of a brick, and how much every other row is shifted, in hundredths of the subject.
    Finish.BRICK: (5.0, 2.4, 0.5),
    Finish.STONE: (8.0, 4.6, 0.4),
    Finish.TILE: (3.0, 3.0, 0.5),
    Finish.SCALE: (2.8, 2.2, 0.5),
    Finish.WOOD: (60.0, 4.2, 0.3),
}
GRAIN = {  # How far a stroke reaches across and down, in hundredths of the subject, and how strong it is.
    Finish.FUR: (1.0, 3.2, 0.13),
    Finish.CLOTH: (3.2, 24.0, 0.22),
    Finish.WOOD: (9.0, 0.7, 0.14),
    Finish.STONE: (2.0, 2.0, 0.12),
    Finish.PLAIN: (9.0, 9.0, 0.03),
    Finish.METAL: (40.0, 9.0, 0.03),
}


def texture(finish: Finish, size: tuple[int, int], unit_px: float, luck: np.random.Generator) -> np.ndarray:
    """Return what the surface adds to the light on it, (rows, columns) of float32 around 0.

    `size`: columns and rows. `unit_px`: a hundredth of the subject's height.
    """
    if finish is Finish.LEAF:
        return _leaves(size, unit_px, luck)
    if finish not in GRAIN:
        image = np.zeros((size[1], size[0]), np.float32)
    else:
        wide, high, strength = GRAIN[finish]
        image = _noise(size, wide * unit_px, high * unit_px, luck)
        image *= np.float32(strength)
    if finish in GRIDS:
        image += _bricks(finish, size, unit_px, luck)
    return image


def _noise(size: tuple[int, int], wide: float, high: float, luck: np.random.Generator) -> np.ndarray:
    cells = (int(size[1] / max(high, 1)) + 2, int(size[0] / max(wide, 1)) + 2)
    rough = Image.fromarray(luck.integers(0, 256, cells, np.uint8))
    return np.asarray(np.asarray(rough.resize(size, Image.Resampling.BICUBIC)) * np.float32(1 / 128) - 1)


def _bricks(finish: Finish, size: tuple[int, int], unit_px: float, luck: np.random.Generator) -> np.ndarray:
    wide, high, shift = GRIDS[finish]
    y = np.arange(size[1], dtype=np.float32)[:, None] / max(high * unit_px, 3)
    row = np.floor(y)
    x = np.arange(size[0], dtype=np.float32)[None, :] / max(wide * unit_px, 3) + row % 2 * shift
    column = np.floor(x)
    tones = luck.random((32, 32), np.float32) - 0.5
    down, along = y - row, x - column
    image = 0.16 * tones[row.astype(int) % 32, column.astype(int) % 32]
    if finish in {Finish.TILE, Finish.SCALE}:  # Rounded below: darkest where one tile ends on the next.
        edge = down + (2 * along - 1) * (2 * along - 1) * 0.55
        return np.asarray(image + 0.12 - 0.22 * (edge - 0.55).clip(0, 0.7), np.float32)
    mortar = np.minimum(np.minimum(down, 1 - down) * high, np.minimum(along, 1 - along) * wide)
    return np.asarray(image - 0.2 * (1 - mortar * 3.2).clip(0, 1), np.float32)


def _leaves(size: tuple[int, int], unit_px: float, luck: np.random.Generator) -> np.ndarray:
    """Return clumps of leaves, each lit from above, the lower ones behind the upper ones."""
    image = Image.new("L", (size[0] * 2, size[1] * 2), 78)
    draw = ImageDraw.Draw(image)
    area = size[0] * size[1]
    clump = max(2.6 * unit_px, 1.6, float(np.sqrt(area / 640)))
    count = int(area / (clump * clump * 1.7)) + 4
    spots = luck.random((count, 4))
    for x, y, big, tone in spots[np.argsort(-spots[:, 1], kind="stable")].tolist():
        left, top, radius = x * size[0] * 2, y * size[1] * 2, clump * (0.9 + 1.1 * big)
        shade = int(96 + 50 * tone)
        draw.ellipse((left - radius, top - radius * 0.8, left + radius, top + radius * 0.8), fill=shade - 30)
        draw.ellipse((left - radius * 0.9, top - radius * 0.8, left + radius * 0.9, top + radius * 0.5), fill=shade)
    small = np.asarray(image.reduce(2), np.float32)
    return np.asarray((small - 112) / 190, np.float32)
