"""The shapes that drawings are made of, and their outlines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np

Point: TypeAlias = tuple[float, float]
Outline: TypeAlias = np.ndarray  # (points, 2) of x and y, closed, float64
ROUND = 36  # Corners of what stands for a circle.
STEPS = np.linspace(0, 1, 8)[:-1, None]  # Where a curve is cut between two of its points.


@dataclass(frozen=True, slots=True)
class Blob:
    """An ellipse, turned anticlockwise by `tilt` degrees."""

    centre: Point
    radii: Point
    tilt: float = 0.0


@dataclass(frozen=True, slots=True)
class Curve:
    """A closed line through `points`, with a corner where `corners` says so and smooth elsewhere."""

    points: tuple[Point, ...]
    corners: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A smooth open line whose width goes from the first of `widths` to the second."""

    points: tuple[Point, ...]
    widths: Point


Shape: TypeAlias = Blob | Curve | Stroke


def unit(degrees: float) -> Point:
    """Return the cosine and the sine of an angle; of + - × ÷ only, so that every machine gets the same bits."""
    turns, rest = divmod(degrees + 45.0, 90.0)
    x = (rest - 45.0) * 0.017453292519943295
    square = x * x
    cosine = 1 - square / 2 * (1 - square / 12 * (1 - square / 30 * (1 - square / 56)))
    sine = x * (1 - square / 6 * (1 - square / 20 * (1 - square / 42)))
    return ((cosine, sine), (-sine, cosine), (-cosine, -sine), (sine, -cosine))[int(turns) % 4]


@cache
def circle() -> Outline:
    """Return the unit circle."""
    return np.array([unit(360 * place / ROUND) for place in range(ROUND)])


def turned(points: np.ndarray, about: Point, degrees: float) -> np.ndarray:
    """Return the points turned anticlockwise."""
    a, b = unit(degrees)
    x, y = points[:, 0] - about[0], points[:, 1] - about[1]  # No matrix product: its rounding is the machine's own.
    return np.stack([x * a - y * b + about[0], x * b + y * a + about[1]], axis=1)


def outlines(shape: Shape) -> list[Outline]:
    """Return closed outlines that cover the shape together."""
    if isinstance(shape, Blob):
        return [turned(circle() * shape.radii, (0, 0), shape.tilt) + shape.centre]
    points = np.array(shape.points)
    if isinstance(shape, Curve):
        if all(shape.corners):
            return [points]
        return [_smooth(points, np.array(shape.corners), closed=True)]
    line = _smooth(points, np.zeros(len(points), bool), closed=False) if len(points) > 2 else points  # noqa: PLR2004 - two points make a straight line
    share = np.linspace(0, 1, len(line))[:, None]
    return _thick(line, (shape.widths[0] * (1 - share) + shape.widths[1] * share) / 2)


def _smooth(points: np.ndarray, corners: np.ndarray, *, closed: bool) -> np.ndarray:
    """Return a finer line through the points: cubic curves whose tangents follow the neighbours on both sides."""
    before, after = np.roll(points, 1, axis=0), np.roll(points, -1, axis=0)
    if not closed:
        before[0], after[-1] = points[0], points[-1]
    along = after - before
    along /= np.sqrt((along * along).sum(axis=1, keepdims=True)) + 1e-9
    along[corners] = 0
    step = after - points
    reach = np.sqrt((step * step).sum(axis=1, keepdims=True)) * 0.38
    out, back = points + along * reach, after - np.roll(along, -1, axis=0) * reach
    t, u = STEPS, 1 - STEPS
    a, b, c, d = (side[:, None, :] for side in (points, out, back, after))
    line = a * (u * u * u) + b * (3 * u * u * t) + c * (3 * u * t * t) + d * (t * t * t)
    if closed:
        return np.asarray(line.reshape(-1, 2))
    return np.concatenate([line[:-1].reshape(-1, 2), points[-1:]])


def _thick(line: np.ndarray, half: np.ndarray) -> list[Outline]:
    """Return a disc at each point of the line and a quadrilateral between neighbours; `half`: half the width."""
    step = line[1:] - line[:-1]
    across = step[:, ::-1] * (-1, 1) / (np.sqrt((step * step).sum(axis=1, keepdims=True)) + 1e-9)
    left, right = across * half[:-1], across * half[1:]
    sides = np.stack([line[:-1] + left, line[1:] + right, line[1:] - right, line[:-1] - left], axis=1)
    return [*sides, *(circle()[::3] * wide + at for at, wide in zip(line, half, strict=True))]


def mirrored(shape: Shape) -> Shape:
    """Return the shape mirrored at x = 0."""
    if isinstance(shape, Blob):
        return Blob((-shape.centre[0], shape.centre[1]), shape.radii, -shape.tilt)
    points = tuple((-x, y) for x, y in shape.points)
    return Curve(points, shape.corners) if isinstance(shape, Curve) else Stroke(points, shape.widths)
