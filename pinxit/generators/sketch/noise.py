"""Chance that is the same on every machine, and smooth noise made from it."""

from __future__ import annotations

import hashlib

import numpy as np
from PIL import Image

_SIDE = 256
_CELL_PX = 4  # Pixels that a cell of noise needs to look smooth.
_FAINTEST = 0.01  # An octave that counts for less changes no colour that is made of the noise.
_STRAY = 0.61803399  # Octaves begin at unlike places, or their grids would show.


def luck(text: str) -> np.random.Generator:
    """Return a generator of random numbers that is always the same for `text`."""
    # NumPy takes four times as long with the same numbers in a list.
    digest = np.frombuffer(hashlib.sha256(text.encode()).digest(), np.uint8).astype(np.uint32)
    return np.random.Generator(np.random.PCG64(digest))


class Field:
    """Smooth noise over the plane, repeated after 256 cells, about 0.5 and mostly between 0.2 and 0.8."""

    def __init__(self, text: str) -> None:
        words: np.ndarray = luck(text).bit_generator.random_raw(_SIDE * _SIDE // 8)  # Half the time of `bytes`.
        self._grid = words.astype("<u8").view(np.uint8).reshape(_SIDE, _SIDE)

    def patch(
        self, size_px: tuple[int, int], cells: tuple[float, float], octaves: float, at: tuple[float, float] = (0.0, 0.0)
    ) -> np.ndarray:
        """Return noise, (rows, columns), over a patch of so many cells that begins `at` a cell.

        Each octave has twice the cells at half the weight; the last one counts by the fraction of `octaves`. What
        would be finer than the pixels is left out.
        """
        total, times, middle = np.zeros((1, 1), np.float32), 0, 0.5
        for octave in range(int(octaves) + 1):
            scale = 2**octave
            wide, high = cells[0] * scale, cells[1] * scale
            weight = min(1.0, octaves - octave) / scale * 0.75
            if octave and (weight < _FAINTEST or wide > size_px[0] or high > size_px[1]):
                break
            # Wide cells are as smooth when they are laid on a smaller patch, which is enlarged under the finer ones.
            before, times = times, _shrinking(min(size_px[0] / wide, size_px[1] / high))
            small_px = -(-size_px[0] // times), -(-size_px[1] // times)
            total = _enlarged(total, before // times, small_px) if before else np.zeros(small_px[::-1], np.float32)
            left = (at[0] * scale + octave * _STRAY * 97) % _SIDE
            top = (at[1] * scale + octave * _STRAY * 61) % _SIDE
            wide, high = wide * small_px[0] * times / size_px[0], high * small_px[1] * times / size_px[1]
            total += self._cut(left, top, wide, high, small_px) * np.float32(weight / 255)
            middle -= weight / 2
        return _enlarged(total, times, size_px) + np.float32(middle)

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
        """Return noise at any points; `u` and `v` in cells, float32.

        `v` may be a column: the grid is then blended once for each row, and not at each point.
        """
        octave_at = self._rows if v.shape[1] == 1 else self._scattered
        total = np.full(np.broadcast_shapes(u.shape, v.shape), 0.5, np.float32)
        for octave in range(int(octaves) + 1):
            weight = min(1.0, octaves - octave) / 2**octave * 0.75
            if weight > 0:
                stray, scale = np.float32(octave * _STRAY), np.float32(2**octave)
                part = octave_at(u * scale + stray * 97, v * scale + stray * 61)
                part *= np.float32(weight / 255)
                total += part
                total -= np.float32(weight / 2)
        return total

    def points(self, u: np.ndarray, v: np.ndarray) -> np.ndarray:
        """Return one octave at any points."""
        return np.asarray(self._scattered(u, v) / np.float32(255))

    def _scattered(self, u: np.ndarray, v: np.ndarray) -> np.ndarray:
        """Return one octave, 0 … 255, at any points."""
        left, top = np.floor(u), np.floor(v)
        across, down = _eased(u - left), _eased(v - top)
        column, row = left.astype(np.int32) & (_SIDE - 1), top.astype(np.int32) & (_SIDE - 1)
        right, below = (column + 1) & (_SIDE - 1), ((row + 1) & (_SIDE - 1)) * _SIDE
        row *= _SIDE
        grid = self._grid.ravel()
        upper, lower = grid.take(row + column).astype(np.float32), grid.take(below + column).astype(np.float32)
        upper += (grid.take(row + right) - upper) * across
        lower += (grid.take(below + right) - lower) * across
        upper += (lower - upper) * down
        return np.asarray(upper)

    def _rows(self, u: np.ndarray, v: np.ndarray) -> np.ndarray:
        """Return one octave, 0 … 255, at points of which each row has one `v`: the grid is blended once a row."""
        top = np.floor(v)
        row = top.astype(np.int32) & (_SIDE - 1)
        upper = self._grid[row[:, 0]].astype(np.float32)
        upper += (self._grid[(row[:, 0] + 1) & (_SIDE - 1)] - upper) * _eased(v - top)
        step = np.roll(upper, -1, axis=1) - upper
        left = np.floor(u)
        place = left.astype(np.int32)
        place &= _SIDE - 1
        place += (np.arange(len(upper), dtype=np.int32) * _SIDE)[:, None]
        part: np.ndarray = step.ravel().take(place)
        part *= _eased(np.subtract(u, left, out=left))
        part += upper.ravel().take(place)
        return part

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
        return np.asarray(cut.resize(size_px, Image.Resampling.BICUBIC, box=(x, y, x + wide, y + high)))


def _shrinking(cell_px: float) -> int:
    """Return how many times smaller a patch may be laid: its narrowest cells then still have enough pixels."""
    return next((times for times in (4, 2) if cell_px >= _CELL_PX * times), 1)


def _enlarged(patch: np.ndarray, times: int, size_px: tuple[int, int]) -> np.ndarray:
    """Return the patch 1, 2 or 4 times as large, smoothly, and cut to size."""
    for _ in range(times.bit_length() - 1):
        patch = _doubled(_doubled(patch).T).T
    return patch[: size_px[1], : size_px[0]]


def _doubled(patch: np.ndarray) -> np.ndarray:
    """Return the patch with twice as many rows, each a quarter of the way to its neighbour."""
    near, far = patch * np.float32(0.75), patch * np.float32(0.25)
    rows = np.repeat(near, 2, axis=0)
    rows[2::2] += far[:-1]
    rows[1:-1:2] += far[1:]
    rows[0] += far[0]
    rows[-1] += far[-1]
    return rows


def _eased(share: np.ndarray) -> np.ndarray:
    """Return the share eased at both ends; float32."""
    eased = np.float32(3) - share * np.float32(2)
    eased *= share
    eased *= share
    return eased
