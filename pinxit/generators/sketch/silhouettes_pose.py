"""How a drawing stands in its box: a little different each time, and just as large as it is asked for."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from pinxit.generators.sketch.silhouettes_language import Finish, Part, read
from pinxit.generators.sketch.silhouettes_shapes import Outline, outlines, turned

if TYPE_CHECKING:
    from collections.abc import Iterator

LEAFY = 0.023  # How far leaves reach over the outline of their part, in heights of the subject.
Spans: TypeAlias = tuple[bool, tuple[slice, ...]]  # Whether a piece cuts, and where its outlines' points are.


class Cut(NamedTuple):
    """A part's outlines in pixels, y downwards; each piece's are together, with whether it cuts."""

    part: Part
    pieces: tuple[tuple[bool, list[Outline]], ...]


class Layout(NamedTuple):
    """All points of a drawing as it was written; `seen`: which of them are no cuts and not clipped."""

    points: np.ndarray
    seen: np.ndarray
    parts: tuple[tuple[Part, slice, tuple[Spans, ...]], ...]


def cut_out(drawing: str, size: tuple[int, int], luck: np.random.Generator | None) -> list[Cut]:
    """Return a drawing's parts in pixels, fitted into `size` and standing on its lower edge.

    `luck` varies pose and proportions; None draws them as they were written.
    """
    layout = _layout(drawing)
    points = layout.points.copy()
    _pose(layout, points, luck)
    low, high = extent(points[layout.seen])
    leafy = any(part.finish is Finish.LEAF for part, _, _ in layout.parts)
    edge = 1 + LEAFY * size[1] * leafy
    scale = min((size[0] - 2 * edge) / (high[0] - low[0]), (size[1] - 1 - edge) / (high[1] - low[1]))
    points[:, 0] = size[0] / 2 + (points[:, 0] - (low[0] + high[0]) / 2) * scale
    points[:, 1] = size[1] - 1 - (points[:, 1] - low[1]) * scale
    return [
        Cut(part, tuple((cuts, [points[span] for span in spans]) for cuts, spans in pieces))
        for part, _, pieces in layout.parts
    ]


def aspect(drawing: str) -> float:
    """Return how wide a drawing is by its height, as it was written."""
    layout = _layout(drawing)
    low, high = extent(layout.points[layout.seen])
    return float((high[0] - low[0]) / (high[1] - low[1]))


def extent(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the lower left and the upper right corner of the points."""
    return points.min(axis=0), points.max(axis=0)


def _pose(layout: Layout, points: np.ndarray, luck: np.random.Generator | None) -> None:
    if not luck:
        return
    widen, taper, lean, stretch = luck.uniform(-1, 1, 4).tolist()
    joints = dict.fromkeys(part.joint for part, _, _ in layout.parts if part.joint)
    sways = {joint: joint.degrees * luck.uniform(-1, 1) for joint in joints}
    for part, span, _ in layout.parts:
        if part.joint:
            points[span] = turned(points[span], part.joint.pivot, sways[part.joint])
    low, high = extent(points[layout.seen])
    tall, middle = high[1] - low[1], (low[0] + high[0]) / 2
    up = (points[:, 1] - low[1]) / tall
    points[:, 0] = (points[:, 0] - middle) * (1 + 0.05 * widen + 0.06 * taper * (up - 0.5))
    points[:, 0] += 0.03 * lean * tall * up * up
    points[:, 1] = up * tall * (1 + 0.12 * stretch * up * (1 - up))


@lru_cache(maxsize=64)
def _layout(drawing: str) -> Layout:
    lines: list[Outline] = []
    seen: list[np.ndarray] = []
    parts: list[tuple[Part, slice, tuple[Spans, ...]]] = []
    at = 0
    for part in read(drawing):
        start, pieces = at, []
        for piece in part.pieces:
            found = outlines(piece.shape)
            pieces.append((piece.cuts, tuple(_spans(found, at))))
            lines += found
            count = sum(map(len, found))
            seen.append(np.full(count, not piece.cuts and not part.clipped))
            at += count
        parts.append((part, slice(start, at), tuple(pieces)))
    return Layout(np.concatenate(lines).astype(float), np.concatenate(seen), tuple(parts))


def _spans(lines: list[Outline], at: int) -> Iterator[slice]:
    for line in lines:
        yield slice(at, at + len(line))
        at += len(line)
