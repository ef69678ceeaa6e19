"""Chance that is the same on every machine, and smooth noise made from it."""

from __future__ import annotations

import hashlib

import numpy as np
from PIL import Image

_SIDE = 256
_STRAY = 0.61803399  # Octaves begin at unlike places, or their grids would show.


def luck(text: str) -> np.random.Generator:
    """Return a generator of random numbers that is always the same for `text`."""
    return np.random.Generator(np.random.PCG64(list(hashlib.sha256(text.encode()).digest())))


class Field:
    """Smooth noise over the plane, repeated after 256 cells, about 0.5 and mostly between 0.2 and 0.8."""

    def __init__(self, text: str) -> None:
        self._grid = np.frombuffer(luck(text).bytes(_SIDE * _SIDE), np.uint8).reshape(_SIDE, _SIDE)

    def patch(
        self, size_px: tuple[int, int], cells: tuple[float, float], octaves: float, at: tuple[float, float] = (0.0, 0.0)
    ) -> np.ndarray:
        """Return noise, (rows, columns), over a patch of so many cells that begins `at` a cell.

        Each octave has twice the cells at half the weight; the last one counts by the fraction of `octaves`. What
        would be finer than the pixels is left out.
        """
        total = np.full((size_px[1], size_px[0]), 0.5, np.float32)
        for octave in range(int(octaves) + 1):
            scale = 2**octave
            wide, high = cells[0] * scale, cells[1] * scale
            weight = min(1.0, octaves - octave) / scale
            if weight <= 0 or (octave and (wide > size_px[0] or high > size_px[1])):
                break
            left = (at[0] * scale + octave * _STRAY * 97) % _SIDE
            top = (at[1] * scale + octave * _STRAY * 61) % _SIDE
            total += (self._cut(left, top, wide, high, size_px) - 0.5) * np.float32(weight * 0.75)
        return total

    def line(self, x: np.ndarray, octaves: float, *, row: int = 0) -> np.ndarray:
        """Return noise along a line; `x` in cells."""
        total = np.full(x.shape, 0.5)
        for octave in range(int(octaves) + 1):
            weight = min(1.0, octaves - octave) * 0.5**octave
            if weight > 0:
                total += (self._along(x * 2**octave + octave * _STRAY * 97, row + octave * 7) - 0.5) * weight * 0.75
        return total

    def peaks(self, x: np.ndarray, octaves: float, *, row: int = 0) -> np.ndarray:
        """Return a line of sharp crests, 0 … 1; `x` in cells."""
        total, weight, scale = np.zeros(x.shape), np.ones(x.shape), 0.0
        for octave in range(int(octaves) + 1):
            part = min(1.0, octaves - octave) * 0.47**octave
            if part > 0:
                crest = 1 - abs(2 * self._along(x * 2**octave + octave * _STRAY * 97, row + octave * 7) - 1)
                total += part * crest * crest * weight
                weight = np.clip(crest * 1.4, 0.25, 1)
            scale += 0.47**octave
        return np.asarray(total / 1.5)

    def sample(self, u: np.ndarray, v: np.ndarray, octaves: float) -> np.ndarray:
        """Return noise at any points; `u` and `v` in cells, float32."""
        total = np.full(np.broadcast(u, v).shape, 0.5, np.float32)
        for octave in range(int(octaves) + 1):
            weight = min(1.0, octaves - octave) / 2**octave
            if weight > 0:
                stray = np.float32(octave * _STRAY)
                total += (self.points(u * 2**octave + stray * 97, v * 2**octave + stray * 61) - 0.5) * np.float32(
                    weight * 0.75
                )
        return total

    def points(self, u: np.ndarray, v: np.ndarray) -> np.ndarray:
        """Return one octave at any points."""
        left, top = np.floor(u), np.floor(v)
        across, down = u - left, v - top
        across, down = across * across * (3 - 2 * across), down * down * (3 - 2 * down)
        column, row = left.astype(np.int32) & (_SIDE - 1), top.astype(np.int32) & (_SIDE - 1)
        right, below = (column + 1) & (_SIDE - 1), ((row + 1) & (_SIDE - 1)) * _SIDE
        row *= _SIDE
        grid = self._grid.ravel()
        upper, lower = grid.take(row + column).astype(np.float32), grid.take(below + column).astype(np.float32)
        upper += (grid.take(row + right) - upper) * across
        lower += (grid.take(below + right) - lower) * across
        upper += (lower - upper) * down
        return np.asarray(upper / np.float32(255), np.float32)

    def _along(self, x: np.ndarray, row: int) -> np.ndarray:
        left = np.floor(x)
        share = x - left
        share = share * share * (3 - 2 * share)
        numbers = self._grid[row % _SIDE].astype(np.float64) / 255
        column = left.astype(np.int64) % _SIDE
        return np.asarray(numbers[column] * (1 - share) + numbers[(column + 1) % _SIDE] * share)

    def _cut(self, left: float, top: float, wide: float, high: float, size_px: tuple[int, int]) -> np.ndarray:
        """Return a box of the repeated grid, enlarged smoothly."""
        first_column, first_row = int(left), int(top)
        columns = np.arange(first_column, first_column + int(wide) + 4) % _SIDE
        rows = np.arange(first_row, first_row + int(high) + 4) % _SIDE
        cut = Image.fromarray(np.ascontiguousarray(self._grid[np.ix_(rows, columns)]))
        x, y = left - first_column + 1, top - first_row + 1
        large = cut.resize(size_px, Image.Resampling.BICUBIC, box=(x, y, x + wide, y + high))
        return np.asarray(large, np.float32) / np.float32(255)
