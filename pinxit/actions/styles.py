"""The styles that somebody can name, and what each looks like."""

from __future__ import annotations

import asyncio
import io
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

from PIL import Image

from pinxit.domain.guild_rules import style_key
from pinxit.domain.request import Request
from pinxit.generators.sketch.making import make
from pinxit.generators.sketch.styles import STYLES
from pinxit.generators.sketch.words import read
from pinxit.prompt.styles import find, load_styles
from pinxit.wording import say_style

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.guild_rules import NamedStyle

SUBJECT = "a lighthouse by the sea"  # Water, sky, a building: most styles show on them what they do.
SIZE_PX = (192, 128)
_SEED = 4
_SCALE = 2  # Painted larger and scaled down, since many styles have strokes of a fixed width.
_QUALITY = 80


async def list_styles(caller: Caller, studio: Studio, locale: str = "en") -> Sequence[NamedStyle]:
    """Return the styles that the caller's guild can name: its own, then the shipped ones that it has not replaced.

    `locale`: the language in which the shipped ones say what they are.
    """
    own = await _own(caller, studio)
    shipped = (style for key, style in load_styles().items() if key not in own)
    return [*own.values(), *(replace(style, about=say_style(locale, style.name, style.about)) for style in shipped)]


class Previews:
    """Pictures of styles. The last `most` are kept, some 5 kB each; one is painted at a time."""

    def __init__(self, most: int = 128) -> None:
        self._most = most
        self._kept: OrderedDict[NamedStyle, bytes] = OrderedDict()
        self._painting = asyncio.Lock()

    async def preview(self, name: str, caller: Caller, studio: Studio) -> bytes:
        """Return a WebP of 192×128 px of the same lighthouse in this style. Raises Refused (STYLE_UNKNOWN).

        The sketch paints it, which understands the words that it knows: a style by other words looks plain.
        """
        style = find(name, await _own(caller, studio), load_styles())
        async with self._painting:
            if style not in self._kept:
                self._kept[style] = await asyncio.to_thread(_painted, style)
                if len(self._kept) > self._most:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(style)
            return self._kept[style]


async def _own(caller: Caller, studio: Studio) -> Mapping[str, NamedStyle]:
    rules, _ = await studio.store.guilds.rules(caller.guild)
    return rules.styles


def _painted(style: NamedStyle) -> bytes:
    native = {style_key(name): name for name in STYLES}.get(style_key(style.name), "")
    width, height = (_SCALE * side for side in SIZE_PX)
    words = "" if native else style.suffix
    request = Request(SUBJECT, width, height, _SEED, style=native, suffix=words, steps=20, guidance_scale=7.0)
    work = make(request, read(request), {}, _SEED)
    while True:
        try:
            next(work)
        except StopIteration as done:
            return _webp(done.value)


def _webp(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.resize(SIZE_PX, Image.Resampling.LANCZOS).save(file, "WEBP", quality=_QUALITY)
    return file.getvalue()
