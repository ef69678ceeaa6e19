"""The `openai` kind: OpenAI's image models, and every server that speaks as OpenAI does or once did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pinxit.domain.errors import ConfigError
from pinxit.domain.generator import Capabilities
from pinxit.domain.request import Json, Mode
from pinxit.generators.catalogue import Model, Price, chosen
from pinxit.generators.catalogue_entries import capabilities_of, size_px
from pinxit.generators.http import Api
from pinxit.generators.openai_images import ImagesGenerator
from pinxit.generators.openai_images_bodies import Brush, Dialect, Terms
from pinxit.generators.openai_images_server import Access, Server
from pinxit.generators.options import read_options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.domain.ports import Clock
    from pinxit.generators.catalogue import Catalogue

_KIND = "openai"
_LEGACY = "dall-e-3"  # The catalogue's entry whose sizes, qualities and styles the dialect dalle3 has.
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_COMPAT_MODES = (Mode.TXT2IMG, Mode.IMG2IMG, Mode.INPAINT)
_MOST_STEPS = 150
_MOST_PARTIAL = 3
_CHOICES = {
    "dialect": tuple(Dialect),
    "output_format": ("", "png", "jpeg", "webp"),
    "background": ("", "auto", "opaque", "transparent"),
    "moderation": ("", "auto", "low"),
    "response_format": ("b64_json", "url"),
}


@dataclass(frozen=True, slots=True)
class Options:
    """What `[generators.<name>]` may say.

    `model`, `models`: the default, and those that may be asked for; of the catalogue, but for the dialects `dalle3` and
    `compat`, where they are whatever the server calls them. `safety_identifier`: sent as it is. `partial_images`: 0 … 3
    previews of each picture. From `response_format` on for those two dialects: `modes`, `size`, `max_side_px`,
    `size_step_px` say what the server paints, `seed_field` and its like what it calls these, `image_s` and
    `dollars_per_image` what a picture takes.
    """

    api_key: str = ""
    base_url: str = "https://api.openai.com/v1"
    dialect: str = Dialect.GPT_IMAGE.value
    model: str = ""
    models: tuple[str, ...] = ()
    timeout_s: float = 300.0
    at_once: int = 10
    output_format: str = "png"
    background: str = ""
    moderation: str = ""
    safety_identifier: str = ""
    partial_images: int = 0
    response_format: str = "b64_json"
    modes: tuple[str, ...] = (Mode.TXT2IMG.value,)
    size: str = "1024x1024"
    max_side_px: int = 2048
    size_step_px: int = 8
    seed_field: str = ""
    negative_field: str = ""
    steps_field: str = ""
    steps: int = 20
    image_s: float = 20.0
    dollars_per_image: float = 0.0

    def __post_init__(self) -> None:
        for name, known in _CHOICES.items():
            value = getattr(self, name)
            if value not in known:
                raise ValueError(f'{name} is "{value[:20]}"; write one of: {", ".join(filter(None, known))}')
        if not 0 <= self.partial_images <= _MOST_PARTIAL:
            raise ValueError(f"partial_images is {self.partial_images}; write 0 to {_MOST_PARTIAL}")
        if unknown := next((mode for mode in self.modes if mode not in _COMPAT_MODES), None):
            raise ValueError(f'modes holds "{unknown[:20]}"; possible are {", ".join(_COMPAT_MODES)}')
        for name in ("timeout_s", "at_once", "max_side_px", "size_step_px", "steps", "image_s"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name)}; write a number above 0")
        if self.dollars_per_image < 0:
            raise ValueError(f"dollars_per_image is {self.dollars_per_image:g}; write 0 or more")
        size_px(self.size)

    @property
    def names(self) -> tuple[str, ...]:
        """Return every model that is named, once, the default first."""
        return tuple(dict.fromkeys(filter(None, (self.model, *self.models))))


def build(name: str, options: Mapping[str, Json], clock: Clock, catalogue: Catalogue) -> ImagesGenerator:
    """Return the generator for `[generators.<name>]`. Raises ConfigError: a wrong option, a key or model is missing."""
    given = read_options(Options, name, options)
    dialect = Dialect(given.dialect)
    if not given.api_key and dialect is not Dialect.COMPAT:
        cure = "write the key, or put it into a file that api_key_file names"
        raise ConfigError([f"generators.{name}.api_key is missing; {cure}"])
    is_here = urlsplit(given.base_url).hostname in _LOOPBACK
    try:
        brushes = _brushes(given, dialect, catalogue.of_kind(_KIND))
        capabilities = capabilities_of(
            [brush.offered for brush in brushes],
            # Only a server that is no gateway to OpenAI keeps what it is told on this machine.
            Capabilities(runs_inline=True, remote=not (is_here and dialect is Dialect.COMPAT)),
        )
        api = Api(name, given.base_url, clock)
        is_billed = dialect is not Dialect.COMPAT or any(brush.offered.price != Price() for brush in brushes)
    except ValueError as error:
        raise ConfigError([f"generators.{name}.{error}"]) from error
    server = Server(
        name,
        Access(given.base_url, given.api_key),
        clock,
        timeout_s=given.timeout_s,
        at_once=given.at_once,
        is_billed=is_billed,
    )
    terms = _terms(given, dialect)
    return ImagesGenerator(
        name, _KIND, brushes, terms, capabilities, server, api, is_billed=is_billed, at_once=given.at_once
    )


def _terms(given: Options, dialect: Dialect) -> Terms:
    if dialect is Dialect.GPT_IMAGE:
        return Terms(
            dialect,
            output_format=given.output_format,
            background=given.background,
            moderation=given.moderation,
            safety_identifier=given.safety_identifier,
            partial_images=given.partial_images,
        )
    if dialect is Dialect.DALLE3:
        return Terms(dialect, response_format=given.response_format)
    return Terms(
        dialect,
        response_format=given.response_format,
        seed_field=given.seed_field,
        negative_field=given.negative_field,
        steps_field=given.steps_field,
    )


def _brushes(given: Options, dialect: Dialect, known: Sequence[Model]) -> list[Brush]:
    """Return the models that may be asked for. Raises ValueError: the option and its cure."""
    by_name = {model.name: model for model in known}
    if dialect is Dialect.COMPAT:
        if not given.names:
            raise ValueError("model is missing; write the model's name as the server has it")
        models = [by_name.get(name) or _free_model(given, name) for name in given.names]
        return [Brush(model, model, model.name) for model in models]
    if dialect is Dialect.DALLE3:
        if _LEGACY not in by_name:
            raise ValueError(f'dialect is "dalle3", which needs {_LEGACY} in the catalogue; put it back there')
        price = Price(image=given.dollars_per_image)
        legacy = replace(by_name[_LEGACY], extra={}, price=price, seconds=given.image_s, modes=(Mode.TXT2IMG.value,))
        models = [replace(legacy, name=name) for name in given.names or (_LEGACY,)]
        return [Brush(model, model, model.name) for model in models]
    return [_brush(model, by_name) for model in chosen(known, given.models, given.model)]


def _brush(model: Model, by_name: Mapping[str, Model]) -> Brush:
    """Return how a model of the catalogue is painted; `extra.paints_with` names another one that does it."""
    other = model.extra.get("paints_with")
    if other is None:
        return Brush(model, model, model.name)
    paints = by_name.get(str(other))
    if paints is None:
        raise ValueError(f'models holds "{model.name}", which paints with a model that is not in the catalogue; add it')
    return Brush(model, paints, paints.name)


def _free_model(given: Options, name: str) -> Model:
    return Model(
        _KIND,
        name,
        modes=given.modes,
        size=given.size,
        step_px=given.size_step_px,
        max_side_px=given.max_side_px,
        steps=(given.steps, _MOST_STEPS) if given.steps_field else (),
        negative="yes" if given.negative_field else "words",
        seed=bool(given.seed_field),
        repeats=bool(given.seed_field),
        price=Price(image=given.dollars_per_image),
        seconds=given.image_s,
    )
