"""A prompt's words, read into a Scene."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PIL import ImageColor

from pinxit.generators.sketch.lexicon import Meaning, lexicon_of_all, phrases
from pinxit.generators.sketch.scene import Colour, Depth, Scene, Size, Thing, Where
from pinxit.generators.sketch.vocabulary import Means

if TYPE_CHECKING:
    from pinxit.domain.request import Request

_MOST_THINGS = 8
_MOST_EACH = 12
_MANY = 3
_MANY_SMALL = 5
_NEUTRAL_GUIDANCE = 7.0
_NIGHTLY = {"moon", "crescent", "stars", "aurora", "fireflies"}
_OPPOSITE = {Where.LEFT: Where.RIGHT, Where.RIGHT: Where.LEFT, Where.TOP: Where.BOTTOM, Where.BOTTOM: Where.TOP}
_IN_MASSES = {
    "flower",
    "rose",
    "tulip",
    "sunflower",
    "mushroom",
    "tree",
    "pine",
    "palm",
    "birch",
    "bee",
    "butterfly",
    "bird",
    "ladybug",
}
_IRREGULAR = {"men", "women", "children", "people", "wolves", "mice", "geese"}


def read(request: Request) -> Scene:
    """Return what the request's prompt asks for, less what its negative prompt names.

    A guidance scale of 7 draws words as usual; more draws them more to the letter, less more loosely.
    """
    lexicon = lexicon_of_all()
    unwanted = {meaning for _, meanings in phrases(request.negative_prompt, lexicon) for meaning in meanings}
    reader = _Reader()
    for word, meanings in phrases(request.final_prompt, lexicon):
        wanted = [meaning for meaning in meanings if meaning not in unwanted]
        if wanted or not meanings:
            reader.take(word, wanted)
    if request.style and not request.suffix:  # With a suffix it is a style in words, which were read above.
        reader.styles.insert(0, request.style)
    scene = reader.scene()
    if not scene.time and _NIGHTLY & set(scene.sky_extras):
        scene = replace(scene, time="night")
    guidance = max(0.0, request.guidance_scale)
    brightness = scene.brightness - sum(float(value) for means, value in unwanted if means is Means.BRIGHTNESS)
    return replace(
        scene,
        brightness=max(-1.0, min(1.0, brightness)),
        literal=guidance / (guidance + _NEUTRAL_GUIDANCE),
        without=scene.without
        | frozenset(value for means, value in unwanted if means not in (Means.COLOUR, Means.BRIGHTNESS)),
        banned=tuple(_colour(value) for means, value in sorted(unwanted, key=str) if means is Means.COLOUR),
    )


@dataclass(slots=True)
class _Reader:
    """Goes through the words once and keeps what waits for its noun."""

    things: list[Thing] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    extras: list[str] = field(default_factory=list)
    undrawn: list[str] = field(default_factory=list)
    palette: list[Colour] = field(default_factory=list)
    time: str = ""
    weather: str = ""
    season: str = ""
    brightness: float = 0.0
    land_colour: Colour | None = None
    sky_colour: Colour | None = None
    _colour: Colour | None = None
    _count: int | None = None
    _size: Size = Size.NORMAL
    _depth: Depth | None = None
    _where: Where | None = None
    _clause_has_thing: bool = False
    _is_unwanted: bool = False
    _shade: float = 0.0
    _brightness_before: float = 0.0
    without: set[str] = field(default_factory=set)
    _last_where_thing: int | None = None

    def take(self, word: str, meanings: list[Meaning]) -> None:
        """Take the next phrase in."""
        if word in ",.;:()":
            self._end_clause()
            return
        if not meanings:
            self.undrawn.append(word)
        before, self._shade = self._shade, 0.0
        for means, value in meanings:
            if means is Means.COLOUR and before:
                self._drop_colour()
                self._colour = _shaded(_colour(value), before)
                self.brightness = self._brightness_before
            else:
                self._note(word, means, value)

    def scene(self) -> Scene:
        """Return all that was read."""
        self._drop_colour()
        return Scene(
            time=self.time,
            weather=self.weather,
            season=self.season,
            places=tuple(dict.fromkeys(self.places)),
            style=next(iter(self.styles), ""),
            style_words=tuple(dict.fromkeys(self.styles)),
            sky_extras=tuple(dict.fromkeys(self.extras)),
            things=tuple(self.things[:_MOST_THINGS]),
            land_colour=self.land_colour,
            sky_colour=self.sky_colour,
            palette=tuple(self.palette),
            brightness=self.brightness,
            undrawn=tuple(dict.fromkeys(self.undrawn)),
            without=frozenset(self.without),
        )

    def _note(self, word: str, means: Means, value: str) -> None:
        match means:
            case Means.COLOUR:
                self._drop_colour()
                self._colour = _colour(value)
            case Means.COUNT:
                self._count = int(value)
            case Means.SIZE:
                self._size = Size(value)
            case Means.DEPTH:
                self._place_in_depth(Depth(value))
            case Means.WHERE:
                self._place(Where(value))
            case Means.NOT:
                self._is_unwanted = True
            case Means.BREAK:
                self._end_clause()
            case Means.SUBJECT:
                self._add(word, value)
            case Means.SHADE:
                self._shade = float(value)
            case Means.NOTHING:
                pass
            case _:
                self._note_whole(means, value)

    def _note_whole(self, means: Means, value: str) -> None:
        """Note what concerns the whole picture."""
        if self._is_unwanted:
            self._is_unwanted = False
            self.without.add(value)
            return
        match means:
            case Means.TIME:
                self.time = self.time or value
            case Means.WEATHER:
                self.weather = self.weather or value
            case Means.SEASON:
                self.season = self.season or value
            case Means.PLACE:
                self.places.append(value)
                if self._where in (Where.TOP, Where.BOTTOM):  # "Stars over the sea" says nothing of the next thing.
                    self._where = None
                if self._colour is not None:
                    self.land_colour, self._colour = self._colour, None
            case Means.EXTRA:
                self.extras.append(value)
            case Means.SKY:
                if self._colour is not None:
                    self.sky_colour, self._colour = self._colour, None
            case Means.BRIGHTNESS:
                self._brightness_before = self.brightness
                self.brightness += float(value)
            case _:
                self.styles.append(value)
        self._count = None

    def _add(self, word: str, name: str) -> None:
        if self._is_unwanted:
            self._is_unwanted = False
            self.without.add(name)
            return
        is_plural = word != name and (word.endswith("s") or word in _IRREGULAR)
        many = _MANY_SMALL if name in _IN_MASSES else _MANY
        count = self._count if self._count is not None and not (is_plural and self._count == 1) else 1
        if is_plural and count == 1:
            count = many
        thing = Thing(
            name,
            min(count, _MOST_EACH),
            self._colour,
            self._where or Where.ANYWHERE,
            self._depth or Depth.MIDDLE,
            self._size,
        )
        self.things.append(thing)
        self._colour, self._count, self._size, self._depth, self._where = None, None, Size.NORMAL, None, None
        if self._last_where_thing is not None:  # "a fox left of a house": the house is on the right.
            mirrored = _OPPOSITE.get(self.things[self._last_where_thing].where, Where.ANYWHERE)
            self.things[-1] = replace(thing, where=mirrored)
            self._last_where_thing = None
        self._clause_has_thing = True

    def _place(self, where: Where) -> None:
        if self._clause_has_thing and self.things:
            self.things[-1] = replace(self.things[-1], where=where)
            self._last_where_thing = len(self.things) - 1
        else:
            self._where = where

    def _place_in_depth(self, depth: Depth) -> None:
        if self._clause_has_thing and self.things:
            self.things[-1] = replace(self.things[-1], depth=depth)
        else:
            self._depth = depth

    def _end_clause(self) -> None:
        self._drop_colour()
        self._clause_has_thing = False
        self._is_unwanted = False
        self._last_where_thing = None

    def _drop_colour(self) -> None:
        if self._colour is not None:
            self.palette.append(self._colour)
            self._colour = None


def _colour(name: str) -> Colour:
    red, green, blue = ImageColor.getrgb(name)[:3]
    return red / 255, green / 255, blue / 255


def _shaded(colour: Colour, shade: float) -> Colour:
    red, green, blue = (part * (1 + shade) if shade < 0 else part + (1 - part) * shade for part in colour)
    return red, green, blue
