"""Which kinds of generators there are, and how one is built from its settings table."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

import pinxit.generators
from pinxit.domain.errors import ConfigError
from pinxit.domain.facts import nearest, shown
from pinxit.domain.generator import API_VERSION, Generator
from pinxit.generators.catalogue import Catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pinxit.domain.ports import Clock
    from pinxit.domain.request import Json

# What the kinds share; every other file or folder here is a kind.
_SHARED = {
    "registry",
    "canvas",
    "catalogue",
    "catalogue_entries",
    "costs",
    "fields",
    "gravest",
    "options",
    "orders",
    "pictures",
    "side_by_side",
    "http",
    "http_answers",
    "http_downloads",
    "http_errors",
    "http_origin",
    "http_pictures",
    "http_retry",
    "openai_images",
    "openai_images_answers",
    "openai_images_bodies",
    "openai_images_faults",
    "openai_images_server",
    "openai_images_sources",
    "openai_images_stream",
    "openai_images_transport",
}
_ENTRY_POINTS = "pinxit.generators"


def kinds() -> Mapping[str, str]:
    """Return every known kind with the address of its factory, "module:attribute". Imports none of them.

    Kinds are the files and folders beside this one, then the entry points `pinxit.generators` of installed packages;
    a stranger's kind never takes the place of one of ours.
    """
    strangers = {point.name: f"{point.module}:{point.attr}" for point in entry_points(group=_ENTRY_POINTS)}
    return dict(sorted((strangers | _ours()).items()))


def _ours() -> dict[str, str]:
    return {
        module.name: f"{pinxit.generators.__name__}.{module.name}:build"
        for module in pkgutil.iter_modules(pinxit.generators.__path__)
        if module.name not in _SHARED
    }


def build(
    name: str, kind: str, options: Mapping[str, Json], clock: Clock, catalogue: Catalogue | None = None
) -> Generator:
    """Return the generator for the table `[generators.<name>]`.

    `kind`: a known kind, or "package.module:attribute" for a factory of your own. `options`: the kind's own settings.
    `catalogue`: for factories that have a parameter of this name; None: the shipped one.
    Raises ConfigError for an unknown kind, a factory that cannot be imported, a wrong option or another api_version.
    """
    key = f"generators.{name}.kind"
    factory = _factory(key, kind)
    more = {"catalogue": catalogue or Catalogue.load()} if "catalogue" in inspect.signature(factory).parameters else {}
    generator = factory(name, options, clock, **more)
    if not isinstance(generator, Generator):
        made = type(generator).__name__
        raise ConfigError([f'{key} is "{shown(kind)}", which builds a {made}; it must build a Generator'])
    if generator.api_version != API_VERSION:
        theirs = f"speaks version {generator.api_version} of the generator interface"
        cure = "install the release of it that was made for this Pinxit"
        raise ConfigError([f'{key} is "{shown(kind)}", which {theirs}, and this Pinxit speaks {API_VERSION}; {cure}'])
    return generator


def _factory(key: str, kind: str) -> Callable[..., object]:
    # Reading what other packages offer takes milliseconds, and ours go first.
    address = kind if ":" in kind else _ours().get(kind) or kinds().get(kind)
    if address is None:
        near = nearest(kind, kinds())
        hint = f"did you mean {near}? The kinds are" if near else "write one of"
        raise ConfigError([f'{key} is "{shown(kind)}", which is no kind; {hint}: {", ".join(kinds())}'])
    module_name, _, attribute = address.partition(":")
    try:
        factory: object = getattr(importlib.import_module(module_name), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        cure = "install what is missing, or correct the name"
        raise ConfigError([f'{key} is "{shown(kind)}", which cannot be imported ({error}); {cure}']) from error
    if not callable(factory):
        raise ConfigError([f'{key} is "{shown(kind)}", which is not a function; name one like package.module:build'])
    return factory
