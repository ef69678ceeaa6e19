"""One entry of the catalogue, read from its TOML table, and what the rest of the program makes of it."""

from __future__ import annotations

import functools
import re
import typing
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from pinxit.domain.facts import nearest
from pinxit.domain.generator import Capabilities, Quote
from pinxit.domain.pricing import MEGAPIXEL_PX, credits_milli
from pinxit.domain.request import Json, Mode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.domain.request import Request

_SIZE = re.compile(r"([1-9]\d{0,4})x([1-9]\d{0,4})")
_TILE_PX = 512
_LARGEST = 1e12  # Of any number in the list; far beyond it a price is no whole number any more.


@dataclass(frozen=True, slots=True)
class Price:
    """What a picture costs in dollars: the sum of what is set.

    `image`: each. `megapixel`: for each 2²⁰ pixels beyond `included`. `source`: for each picture sent along. `step`:
    for each step. `tile`: for each square of 512 pixels begun. `quality`: by quality, for a picture of one megapixel.
    """

    image: float = 0.0
    megapixel: float = 0.0
    included: float = 0.0
    source: float = 0.0
    step: float = 0.0
    tile: float = 0.0
    quality: dict[str, float] = field(default_factory=dict)

    def micro(self, request: Request) -> int:
        """Return the price of all the images of a request in millionths of a dollar."""
        width_px, height_px = request.width_px, request.height_px
        megapixels = width_px * height_px / MEGAPIXEL_PX
        tiles = -(-width_px // _TILE_PX) * -(-height_px // _TILE_PX)
        each = (
            self.image
            + self.megapixel * max(0.0, megapixels - self.included)
            + self.source * len(request.sources)
            + self.step * request.steps
            + self.tile * tiles
            + self.quality.get(request.quality, 0.0) * megapixels
        )
        return round(each * request.count * 1_000_000)


@dataclass(frozen=True, slots=True)
class Model:
    """What one model takes and makes.

    `size`: the default. `sizes`: the only ones there are. `per_call`: how many images one call makes; more are as many
    calls side by side. `count`: how many images a request may ask for. `sources`: how many pictures it takes.
    `steps`: (default, most), empty: it takes none. `guidance`: the default, None: it takes none. `negative`: "yes",
    "words" (said in the prompt) or "no". `strength`: it takes a number for how much a source may
    change. `repeats`: equal seeds give equal pictures. `seconds`: for one picture of the
    default size. `shutdown`: the day on which its provider ends it. `extra`: what only the kind understands.
    """

    kind: str
    name: str
    about: str = ""
    modes: tuple[str, ...] = ("txt2img",)
    size: str = "1024x1024"
    sizes: tuple[str, ...] = ()
    step_px: int = 8
    min_side_px: int = 64
    max_side_px: int = 2048
    min_pixels: int = 0
    max_pixels: int = 0
    max_ratio: float = 0.0
    per_call: int = 1
    count: int = 10
    sources: int = 1
    steps: tuple[int, ...] = ()
    guidance: float | None = None
    negative: str = "words"
    seed: bool = True
    strength: bool = True
    repeats: bool = True
    qualities: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    samplers: tuple[str, ...] = ()
    prompt_chars: int = 0
    price: Price = field(default_factory=Price)
    seconds: float = 10.0
    shutdown: date | None = None
    extra: dict[str, Json] = field(default_factory=dict)

    def capabilities(self, shared: Capabilities) -> Capabilities:
        """Return what holds for this model, the rest as `shared` says."""
        default, most = self.steps or (1, 1)
        return replace(
            shared,
            modes=frozenset(map(Mode, self.modes)),
            default_size_px=size_px(self.size),
            sizes_px=tuple(map(size_px, self.sizes)),
            size_step_px=self.step_px,
            min_side_px=self.min_side_px,
            max_side_px=max((side for size in self.sizes for side in size_px(size)), default=self.max_side_px),
            min_pixels=self.min_pixels or None,
            max_pixels=self.max_pixels or None,
            max_ratio=self.max_ratio,
            max_count=self.count,
            max_sources=self.sources,
            default_steps=default,
            max_steps=most,
            guidance=self.guidance is not None,
            default_guidance_scale=self.guidance or 0.0,
            negative_prompt=self.negative == "yes",
            negative_in_words=self.negative == "words",
            seed=self.seed,
            strength=self.strength,
            repeats=self.repeats,
            qualities=self.qualities,
            styles=self.styles,
            samplers=self.samplers,
            max_prompt_chars=self.prompt_chars or None,
        )

    def quote(self, request: Request) -> Quote:
        """Price a request in all three numbers; calls side by side take hardly longer than one."""
        default = self.steps[0] if self.steps else 1
        steps = request.steps if self.steps else 1
        size = size_px(self.size)
        scale = request.width_px * request.height_px / (size[0] * size[1])
        seconds = self.seconds * scale * (1 + 0.1 * (request.count - 1))
        credit = credits_milli(request.width_px, request.height_px, request.count, steps or default, default)
        return Quote(credit, self.price.micro(request), seconds)


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name for a model, or for the first of several that is there.

    `means`: (kind, model) in order; a model of "" is the kind's default. `sizes`: the only ones under this name; empty:
    the model's own. `images`: at most in one request, 0: as the model. `seconds`: typical.
    """

    name: str
    title: str = ""
    about: str = ""
    means: tuple[tuple[str, str], ...] = ()
    sizes: tuple[str, ...] = ()
    images: int = 0
    seconds: float = 0.0

    def narrowed(self, capabilities: Capabilities) -> Capabilities:
        """Return what a model takes under this name; one with sizes of its own, and not all of these, keeps them."""
        sizes = tuple(map(size_px, self.sizes))
        most = min(capabilities.max_count, self.images or capabilities.max_count)
        if not sizes or (capabilities.sizes_px and not set(sizes) <= set(capabilities.sizes_px)):
            return replace(capabilities, max_count=most)
        default = capabilities.default_size_px
        return replace(
            capabilities,
            max_count=most,
            sizes_px=sizes,
            default_size_px=default if default in sizes else sizes[0],
            max_side_px=max(side for size in sizes for side in size),
        )


def capabilities_of(models: Sequence[Model], shared: Capabilities) -> Capabilities:
    """Return what a generator with these models takes: the first one's where none is named, every mode of any.

    `shared`: what its kind decides for all of them. Raises ValueError for no model at all.
    """
    if not models:
        raise ValueError("models is empty; name at least one of the catalogue")
    each = {model.name: model.capabilities(shared) for model in models}
    first = each[models[0].name]
    modes = frozenset(mode for own in each.values() for mode in own.modes)
    return replace(first, modes=modes, models=tuple(each), of_model=each)


def size_px(text: str) -> tuple[int, int]:
    """Return (width, height) of "1024x768". Raises ValueError."""
    found = _SIZE.fullmatch(text)
    if found is None:
        raise ValueError(f'size "{text[:20]}" is of another form; write "1024x768"')
    return int(found[1]), int(found[2])


def read_model(kind: str, name: str, table: Mapping[str, Json]) -> Model:
    """Read `[kind."name"]`. Raises ValueError: which key is wrong, and what to write."""
    price = table.get("price", {})
    if not isinstance(price, dict):
        raise ValueError("price is no table; write price = { image = 0.04 }")  # noqa: TRY004 - one kind of error for the caller
    values = _values(Model, {key: value for key, value in table.items() if key != "price"}, {"kind", "name"})
    model = Model(kind, name, price=Price(**_values(Price, price, set(), "price.")), **values)
    modes = [mode.value for mode in Mode]
    if unknown := next((mode for mode in model.modes if mode not in modes), None):
        raise ValueError(f'modes holds "{unknown[:20]}"; possible are {", ".join(modes)}')
    if model.negative not in ("yes", "words", "no"):
        raise ValueError(f'negative is "{model.negative[:20]}"; write yes, words or no')
    if len(model.steps) not in (0, 2):
        raise ValueError("steps holds other than two numbers; write steps = [default, most], or leave it out")
    for text in (model.size, *model.sizes):
        size_px(text)
    _at_least(1, model, "step_px", "min_side_px", "max_side_px", "per_call", "count")
    _at_least(0, model, "min_pixels", "max_pixels", "max_ratio", "sources", "prompt_chars", "seconds")
    _at_least(0, model.price, "image", "megapixel", "included", "source", "step", "tile", prefix="price.")
    if min(model.price.quality.values(), default=0) < 0:
        raise ValueError("price.quality holds a price below 0; write 0 or more")
    if model.steps and not 1 <= model.steps[0] <= model.steps[1]:
        raise ValueError("steps is no default of 1 or more and a most that is no less; write steps = [default, most]")
    if 0 < model.max_ratio < 1:
        raise ValueError(f"max_ratio is {model.max_ratio:g}; write longer side ÷ shorter, 1 or more, or 0 for no limit")
    if model.min_side_px > model.max_side_px:
        raise ValueError(f"min_side_px is {model.min_side_px}; write at most max_side_px, {model.max_side_px}")
    return model


def _at_least(least: int, entry: object, *names: str, prefix: str = "") -> None:
    for name in names:
        if getattr(entry, name) < least:
            raise ValueError(f"{prefix}{name} is {str(getattr(entry, name))[:20]}; write {least} or more")


def read_alias(name: str, table: Mapping[str, Json]) -> Alias:
    """Read `[aliases.name]`. Raises ValueError: which key is wrong, and what to write."""
    means = table.get("means")
    if not isinstance(means, list) or not means or not all(isinstance(text, str) for text in means):
        raise ValueError('means is missing; write means = ["kind/model", …]')
    values = _values(Alias, {key: value for key, value in table.items() if key != "means"}, {"name", "means"})
    pairs = tuple((kind, model) for kind, _, model in (str(text).partition("/") for text in means))
    alias = Alias(name, means=pairs, **values)
    for text in alias.sizes:
        size_px(text)
    _at_least(0, alias, "images", "seconds")
    return alias


_CURES = {
    str: "text in quotes",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    tuple: "a list",
    dict: "a table",
    date: "a date such as 2026-12-01",
}


def _values(into: type, table: Mapping[str, Json], own: set[str], prefix: str = "") -> dict[str, Any]:
    """Return the keyword arguments for a dataclass from a table, checked. Raises ValueError."""
    types = _types(into)
    known = [one.name for one in fields(into) if one.name not in own and one.name != "price"]
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            near = nearest(key, known)
            raise ValueError(f"{prefix}{key} is unknown; " + (f"did you mean {near}?" if near else "remove it"))
        wanted = types[key]
        plain = (
            next((one for one in typing.get_args(wanted) if one in _CURES), None)
            if key in ("shutdown", "guidance")
            else None
        )
        wanted = plain or typing.get_origin(wanted) or wanted
        fitting = _fit(value, wanted, typing.get_args(types[key]))
        if fitting is MISSING:
            raise ValueError(f"{prefix}{key} is of another type; write {_CURES[wanted]}")
        values[key] = fitting
    return values


@functools.cache  # Some ten milliseconds each time, and there are a hundred entries.
def _types(into: type) -> Mapping[str, Any]:
    return typing.get_type_hints(into, localns={"Json": object})


def _fit(value: object, wanted: type, inner: Sequence[object]) -> object:
    """Return the value as the wanted type, or MISSING."""
    if isinstance(value, bool) and wanted is not bool:
        return MISSING
    if wanted is float and isinstance(value, int | float):
        return float(value) if abs(value) < _LARGEST else MISSING  # Nor is it infinite, or no number at all.
    if wanted is int and isinstance(value, int):
        return value if abs(value) < _LARGEST else MISSING
    if wanted is tuple and isinstance(value, list):
        items = [_fit(item, inner[0], ()) for item in value]  # type: ignore[arg-type]  # str or int
        return MISSING if MISSING in items else tuple(items)
    if wanted is dict and isinstance(value, dict) and inner[1:] == (float,):
        prices = {key: _fit(item, float, ()) for key, item in value.items()}
        return MISSING if MISSING in prices.values() else prices
    return value if isinstance(value, wanted) else MISSING
