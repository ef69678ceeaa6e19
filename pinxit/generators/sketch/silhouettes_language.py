"""The little language that subjects are drawn in.

One part a line, painted from the back to the front; x grows to the right, y upwards, and the size of a unit is free,
since the finished drawing is fitted into its box. Subjects look to the right.

    ROLE[.FINISH] PIECE [+ PIECE | - PIECE]…    a part: pieces joined (+) or cut out of what stands before them (-)
    > ROLE[.FINISH] PIECE …                     the same, but only seen on the last part without `>`
    turn X,Y DEGREES                            the parts that follow sway about X,Y, each picture a little; `turn` ends

    PIECES   o X,Y RX,RY [TILT]       ellipse; the tilt is in degrees, anticlockwise
             c X,Y X,Y X,Y!…          closed curve through the points; `!` makes a corner
             m X,Y X,Y…               the right half of a closed curve, mirrored at x = 0
             p X,Y X,Y…               polygon
             r X,Y W,H                rectangle from its lower left corner
             g X,Y W,H NX,NY DX,DY    grid of such rectangles
             s W0,W1 X,Y X,Y…         stroke of changing width through the points
             f X,Y N R0,R1 W [TILT]   a ring of N ellipses from radius R0 to R1, each 2 W wide
    A letter followed by `=` means the piece and its mirror image at x = 0. A line that starts with + or - or a number
    goes on with the part before it.

Roles are the keys of MIXED and PAINTS in `silhouettes_colours`, `accent`, or `#rrggbb`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from pinxit.generators.sketch.silhouettes_shapes import Blob, Curve, Point, Shape, Stroke, mirrored, unit


class Finish(Enum):
    """What a part's surface looks like."""

    PLAIN = auto()
    FLAT = auto()
    FUR = auto()
    LEAF = auto()
    BRICK = auto()
    STONE = auto()
    TILE = auto()
    WOOD = auto()
    SCALE = auto()
    CLOTH = auto()
    METAL = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """A shape that is added to its part, or cut out of it."""

    shape: Shape
    cuts: bool


@dataclass(frozen=True, slots=True)
class Joint:
    """Parts that sway together about `pivot` by at most `degrees` to either side."""

    pivot: Point
    degrees: float


@dataclass(frozen=True, slots=True)
class Part:
    """Pieces of one colour; `clipped` ones are seen only on the last part that is not."""

    role: str
    finish: Finish
    clipped: bool
    pieces: tuple[Piece, ...]
    joint: Joint | None


def read(drawing: str) -> tuple[Part, ...]:
    """Return the parts of a drawing, from the back to the front."""
    parts: list[Part] = []
    joint: Joint | None = None
    for words in _lines(drawing):
        if words[0] == "turn":
            joint = Joint(_point(words[1]), float(words[2])) if words[1:] else None
            continue
        clipped = words[0] == ">"
        role, _, finish = words[clipped].partition(".")
        pieces = tuple(_pieces(words[clipped + 1 :]))
        parts.append(Part(role, Finish[finish.upper() or "PLAIN"], clipped, pieces, joint))
    return tuple(parts)


def _lines(drawing: str) -> list[list[str]]:
    """Return each part's words; a line that starts with a sign or a digit goes on with the part before it."""
    lines: list[list[str]] = []
    for words in filter(None, map(str.split, drawing.splitlines())):
        if words[0][0] in "+-0123456789":
            lines[-1] += words
        else:
            lines.append(words)
    return lines


def _pieces(words: list[str]) -> list[Piece]:
    found: list[Piece] = []
    cuts, start = False, 0
    for at, word in enumerate([*words, "+"]):
        if word in {"+", "-"}:
            found += [Piece(shape, cuts) for shape in _shapes(words[start], words[start + 1 : at])]
            cuts, start = word == "-", at + 1
    return found


def _shapes(letter: str, words: list[str]) -> list[Shape]:
    points = [_point(word) for word in words]
    corners = [word.endswith("!") for word in words]
    shapes: list[Shape]
    match letter[0]:
        case "o":
            shapes = [Blob(points[0], points[1], points[2][0] if points[2:] else 0.0)]
        case "c":
            shapes = [Curve(tuple(points), tuple(corners))]
        case "m":
            back = [at for at in reversed(range(len(points))) if points[at][0] != 0]
            whole = (*points, *((-points[at][0], points[at][1]) for at in back))
            shapes = [Curve(whole, (*corners, *(corners[at] for at in back)))]
        case "p":
            shapes = [Curve(tuple(points), (True,) * len(points))]
        case "r":
            shapes = [_box(points[0], points[1])]
        case "g":
            (x, y), size, (across, up), (dx, dy) = points
            cells = [(x + dx * i, y + dy * j) for j in range(int(up)) for i in range(int(across))]
            shapes = [_box(cell, size) for cell in cells]
        case "s":
            shapes = [Stroke(tuple(points[1:]), points[0])]
        case "f":
            shapes = _ring(points)
        case _:
            raise ValueError(f"{letter} is no piece; write one of o, c, m, p, r, g, s and f")
    return [*shapes, *map(mirrored, shapes)] if letter.endswith("=") else shapes


def _point(word: str) -> Point:
    x, _, y = word.rstrip("!").partition(",")
    return float(x), float(y or 0)


def _box(corner: Point, size: Point) -> Curve:
    (x, y), (wide, high) = corner, size
    return Curve(((x, y), (x + wide, y), (x + wide, y + high), (x, y + high)), (True,) * 4)


def _ring(points: list[Point]) -> list[Shape]:
    (x, y), (count, _), (inner, outer), (wide, _) = points[:4]
    tilt, middle = points[4][0] if points[4:] else 0.0, (inner + outer) / 2
    angles = [tilt + 360 * place / count for place in range(int(count))]
    towards = [unit(angle) for angle in angles]
    long = (outer - inner) / 2
    pairs = zip(angles, towards, strict=True)
    return [Blob((x + middle * a, y + middle * b), (long, wide), angle) for angle, (a, b) in pairs]
