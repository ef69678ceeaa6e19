"""The `azure_openai` kind: OpenAI's image models under your own names, deployed at Azure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pinxit.domain.errors import ConfigError
from pinxit.domain.generator import Capabilities
from pinxit.domain.request import Json  # noqa: TC001 - read_options reads the annotation
from pinxit.generators.catalogue_entries import capabilities_of
from pinxit.generators.http import Api
from pinxit.generators.openai_images import ImagesGenerator
from pinxit.generators.openai_images_bodies import Brush, Terms
from pinxit.generators.openai_images_server import Access, Server
from pinxit.generators.options import read_options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.domain.ports import Clock
    from pinxit.generators.catalogue import Catalogue, Model

_KIND = "azure_openai"
_NEW_PATH = "/openai/v1"
_MOST_PARTIAL = 3
_CHOICES = {
    "output_format": ("", "png", "jpeg", "webp"),
    "background": ("", "auto", "opaque", "transparent"),
    "moderation": ("", "auto", "low"),
}


@dataclass(frozen=True, slots=True)
class Options:
    """What `[generators.<name>]` may say.

    `base_url`: your resource, "https://<name>.openai.azure.com". `deployments`: your deployments' names, each with the
    catalogue's model that it is of. `model`, `models`: deployments, the default and those that may be asked for; one
    that is called as its model needs no entry in `deployments`, nor does one alone: it is taken to be of the
    catalogue's first. `api_version`: of the classic addresses; "": the new
    ones. `partial_images`: 0 … 3 previews of each picture.
    """

    base_url: str
    api_key: str = ""
    api_version: str = ""
    deployments: dict[str, Json] = field(default_factory=dict)
    model: str = ""
    models: tuple[str, ...] = ()
    timeout_s: float = 300.0
    at_once: int = 10
    output_format: str = "png"
    background: str = ""
    moderation: str = ""
    safety_identifier: str = ""
    partial_images: int = 0

    def __post_init__(self) -> None:
        for name, known in _CHOICES.items():
            value = getattr(self, name)
            if value not in known:
                raise ValueError(f'{name} is "{value[:20]}"; write one of: {", ".join(filter(None, known))}')
        if not 0 <= self.partial_images <= _MOST_PARTIAL:
            raise ValueError(f"partial_images is {self.partial_images}; write 0 to {_MOST_PARTIAL}")
        for name in ("timeout_s", "at_once"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name)}; write a number above 0")

    @property
    def resource(self) -> str:
        """Return the resource's address, whichever of Azure's addresses was written."""
        return self.base_url.rstrip("/").removesuffix(_NEW_PATH).rstrip("/")


def build(name: str, options: Mapping[str, Json], clock: Clock, catalogue: Catalogue) -> ImagesGenerator:
    """Return the generator for `[generators.<name>]`. Raises ConfigError: a wrong option; a key or deployment lacks."""
    given = read_options(Options, name, options)
    if not given.api_key:
        cure = "write the key, or put it into a file that api_key_file names"
        raise ConfigError([f"generators.{name}.api_key is missing; {cure}"])
    try:
        brushes = _brushes(given, catalogue.of_kind(_KIND))
        capabilities = capabilities_of(
            [brush.offered for brush in brushes], Capabilities(runs_inline=True, remote=True)
        )
        api = Api(name, given.resource, clock)
    except ValueError as error:
        raise ConfigError([f"generators.{name}.{error}"]) from error
    base_url = given.resource if given.api_version else f"{given.resource}{_NEW_PATH}"
    server = Server(
        name,
        Access(base_url, given.api_key, is_azure=True, api_version=given.api_version),
        clock,
        timeout_s=given.timeout_s,
        at_once=given.at_once,
        is_billed=True,
    )
    terms = Terms(
        output_format=given.output_format,
        background=given.background,
        moderation=given.moderation,
        safety_identifier=given.safety_identifier,
        partial_images=given.partial_images,
    )
    return ImagesGenerator(
        name, _KIND, brushes, terms, capabilities, server, api, is_billed=True, at_once=given.at_once
    )


def _brushes(given: Options, known: Sequence[Model]) -> list[Brush]:
    """Return the deployments, the default first, then the models that another one stands in for.

    Raises ValueError: the option and its cure.
    """
    by_name = {model.name: model for model in known}
    names = dict.fromkeys(filter(None, (given.model, *(given.models or given.deployments))))
    if not names:
        raise ValueError('deployments is missing; write deployments = { "your deployment" = "gpt-image-2.5-flare" }')
    brushes = []
    for name in names:
        paints = by_name.get(str(given.deployments.get(name, name)))
        if paints is None and name == given.model and not given.deployments and known:
            paints = known[0]  # One name alone is how AZURE_OPENAI_DEPLOYMENT_NAME says it.
        if paints is None or "notice" in paints.extra:
            usable = ", ".join(model.name for model in known if "notice" not in model.extra)
            raise ValueError(
                f'deployments does not say which model "{name[:80]}" is of; write {{ "{name[:80]}" = "…" }} with'
                f" one of: {usable}"
            )
        brushes.append(Brush(replace(paints, name=name), paints, name))
    # A retired model is painted by the deployment of the model that stands in for it, else by the default.
    for model in known:
        if "notice" in model.extra and model.name not in names:
            other = next((one for one in brushes if one.paints.name == model.extra.get("paints_with")), brushes[0])
            brushes.append(Brush(model, other.paints, other.sent))
    return brushes
