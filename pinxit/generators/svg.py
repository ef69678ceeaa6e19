"""A vector card with the prompt on it, for callers that must get something whatever happens. No model runs."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from pinxit.domain.generator import API_VERSION, Capabilities, Made, Origin, Quote, Task, Watch
from pinxit.domain.pricing import credits_milli
from pinxit.domain.request import Json, Mode, Request
from pinxit.domain.seeds import image_seed
from pinxit.generators.options import read_options

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping, Sequence

    from pinxit.domain.ports import Clock

VERSION = 1  # Raised with every change of the card, so that "identical" is never promised by mistake.
MEDIA_TYPE = "image/svg+xml"
NOTE = "placeholder by Pinxit, no model ran"
_FONT = "system-ui, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif"
_LINE = 1.32  # From one line of text to the next, in letters' heights.
_ELLIPSIS = "…"
# What XML 1.0 §2.2 forbids, and what turns the direction of the text behind it (Unicode TR 9 §2).
_NOT_SHOWN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


@dataclass(frozen=True, slots=True)
class Options:
    """There are none."""


class Svg:
    """Draws a card of the request's size; equal prompt, size and seed give equal bytes."""

    api_version = API_VERSION
    capabilities = Capabilities(
        frozenset({Mode.TXT2IMG}), max_batch=10, runs_inline=True, takes_sources=False, vector=True
    )

    def __init__(self, name: str, options: Mapping[str, Json], clock: Clock) -> None:  # noqa: ARG002 - it never waits
        read_options(Options, name, options)
        self.name = name

    def quote(self, request: Request) -> Quote:
        """Price a request as any; a card takes no time worth counting."""
        size, default = (request.width_px, request.height_px), self.capabilities.default_steps
        return Quote(credits_milli(*size, request.count, request.steps, default), 0, 0.01 * request.count)

    def batch_key(self, request: Request) -> str:  # noqa: ARG002 - any two cards go together
        """Name what must agree within a batch: nothing."""
        return "svg"

    async def generate(self, batch: Sequence[Task], watch: Watch) -> AsyncIterator[Made]:
        """Draw one card after the other."""
        for task in batch:
            request = task.request
            for place, index in enumerate(task.indices):
                if watch.is_cancelled(task.job):
                    break
                seed = image_seed(request.seed, index)
                data = card(request.final_prompt, seed, (request.width_px, request.height_px)).encode()
                watch.progress(task.job, (place + 1) / len(task.indices))
                yield Made(
                    task.job,
                    index,
                    data,
                    MEDIA_TYPE,
                    request.width_px,
                    request.height_px,
                    seed,
                    request.final_prompt,
                    recipe={"kind": "svg", "version": VERSION},
                    origin=Origin.ALGORITHMIC,
                )

    async def aclose(self) -> None:
        """Let go of nothing: nothing is held."""


build = Svg


def card(prompt: str, seed: int, size_px: tuple[int, int]) -> str:
    """Return the card as an SVG document. The prompt is text in it, whatever it holds."""
    width, height = size_px
    text = " ".join(_NOT_SHOWN.sub(" ", prompt).split())
    luck = _Luck(f"{VERSION} {seed} {prompt}")
    hue = luck.below(360)
    sky, low, ink = _hex(hue, 58, 30), _hex(hue + 24 + luck.below(50), 68, 56), _hex(hue + 180, 30, 97)
    size = f'width="{width}" height="{height}"'
    body = [*_scenery(luck, hue, size_px), *_words(text, size_px, ink)]
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width} {height}" role="img">',
            f"<title>{escape(text)}</title>",
            f"<desc>{escape(NOTE)}</desc>",
            '<defs><linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">',
            f'<stop offset="0" stop-color="{sky}"/><stop offset="1" stop-color="{low}"/>',
            "</linearGradient></defs>",
            f'<rect {size} fill="url(#sky)"/>',
            *body,
            "</svg>\n",
        ]
    )


class _Luck:
    """Whole numbers that look random and are always the same for a text."""

    def __init__(self, text: str) -> None:
        self._state, self._left = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest(), 0

    def below(self, limit: int) -> int:
        """Return a number of 0 … limit − 1."""
        if self._left + 4 > len(self._state):
            self._state, self._left = hashlib.sha256(self._state).digest(), 0
        number = int.from_bytes(self._state[self._left : self._left + 4])
        self._left += 4
        return number % max(limit, 1)


def _scenery(luck: _Luck, hue: int, size_px: tuple[int, int]) -> Iterator[str]:
    """Draw a disc, some bubbles of light and three ranges of hills, all of them faint enough for text."""
    width, height = size_px
    side = min(size_px)
    x, y = width * (15 + luck.below(70)) // 100, height * (14 + luck.below(22)) // 100
    pale = _hex(hue + 40, 90, 84)
    for radius, opacity in ((34, "0.10"), (24, "0.14"), (15, "0.75")):
        yield f'<circle cx="{x}" cy="{y}" r="{side * radius // 100}" fill="{pale}" opacity="{opacity}"/>'
    for _ in range(7):
        x, y, radius = luck.below(width), luck.below(height * 7 // 10), side * (2 + luck.below(7)) // 100
        yield f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{_hex(hue + 60, 80, 88)}" opacity="0.12"/>'
    for depth in range(3):
        level, rough = height * (64 + 11 * depth) // 100, height * (16 - 3 * depth) // 100
        line = " ".join(f"{width * step // 6},{level - luck.below(rough)}" for step in range(7))
        fill = _hex(hue - 12 * depth, 46, 30 - 8 * depth)
        yield f'<polygon points="0,{height} {line} {width},{height}" fill="{fill}" opacity="0.82"/>'


def _words(text: str, size_px: tuple[int, int], ink: str) -> Iterator[str]:
    """Set the prompt in the middle, as large as it fits, and the note below it."""
    width, height = size_px
    note_px = max(min(width // 21, height // 16, 22), 3)
    room = width * 80 // 100, height * 62 // 100
    letter_px, lines = _set(text, room, max(min(width // 13, height // 10), 8))
    step = int(letter_px * _LINE)
    inset = max(letter_px // 2, 4)
    top = max((height * 46 // 100) - step * len(lines) // 2, inset)
    if lines:
        at = f'x="{width * 7 // 100}" y="{top - inset}"'
        size = f'width="{width * 86 // 100}" height="{step * len(lines) + inset * 2}"'
        yield f'<rect {at} {size} rx="{inset}" fill="#0b0b18" opacity="0.42"/>'
    font = f'font-family="{_FONT}" text-anchor="middle" fill="{ink}" unicode-bidi="isolate"'
    for number, line in enumerate(lines):
        y = top + step * number + letter_px
        yield f'<text x="{width // 2}" y="{y}" font-size="{letter_px}" font-weight="600" {font}>{escape(line)}</text>'
    bottom = height - max(note_px, 3)
    yield f'<text x="{width // 2}" y="{bottom}" font-size="{note_px}" opacity="0.85" {font}>{escape(NOTE)}</text>'


def _set(text: str, room_px: tuple[int, int], largest_px: int) -> tuple[int, list[str]]:
    """Return the largest letters, not above `largest_px`, in which the text fits, and its lines; at the least, cut."""
    letter_px = largest_px
    while True:
        most = max(room_px[1] // int(letter_px * _LINE), 1)
        lines = list(_lines(text, max(room_px[0] / letter_px, 1.0)))
        if len(lines) <= most:
            return letter_px, lines
        smaller_px = letter_px * 9 // 10
        if smaller_px < max(min(largest_px // 3, 12), 7):
            return letter_px, [*lines[: most - 1], lines[most - 1][:-1].rstrip() + _ELLIPSIS]
        letter_px = smaller_px


def _lines(text: str, widest: float) -> Iterator[str]:
    """Break the text between words, and words that are too long within; `widest` in letters' heights."""
    line = ""
    for word in text.split():
        joined = f"{line} {word}" if line else word
        if _width(joined) <= widest:
            line = joined
            continue
        if line:
            yield line
        line = ""
        for letter in word:
            if line and _width(line + letter) > widest and not unicodedata.combining(letter):
                yield line
                line = ""
            line += letter
    if line:
        yield line


def _width(text: str) -> float:
    """Return about how wide a text is, in letters' heights; fonts differ, so it is on the wide side."""
    return sum(_letter_width(letter) for letter in text)


def _letter_width(letter: str) -> float:
    if unicodedata.combining(letter):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF" or letter in "MWmw@%":
        return 1.0
    return 0.32 if letter in " .,;:'!|ijl()[]" else 0.62


def _hex(hue: int, saturation: int, lightness: int) -> str:
    """Return a colour by hue in degrees, saturation and lightness in percent, in whole numbers all the way."""
    strength = saturation * min(lightness, 100 - lightness)
    channels = []
    for offset in (0, 8, 4):
        place = (offset * 30 + hue) % 360 * 10  # Twelfths of the circle, in 300.
        rise = max(min(place - 900, 2700 - place, 300), -300)
        channels.append((lightness * 100 * 300 - strength * rise) * 255 // 3_000_000)
    return "#" + "".join(f"{min(max(channel, 0), 255):02x}" for channel in channels)
