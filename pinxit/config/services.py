"""Generators that the variables of other services describe: a key alone makes a table exist.

What a table says itself is never replaced, and a provider's key is never given to a table that names another server.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pinxit.config.settings import SKETCH
from pinxit.config.sources import Given, texts_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.config.keys import Keys

ENABLED, DEFAULT = "ENABLED_PROVIDERS", "DEFAULT_PROVIDER"
_GENERATORS, _ADDRESS = "generators", "base_url"


@dataclass(frozen=True, slots=True)
class Service:
    """A generator that variables describe.

    `name`: its table's, where it gets one of its own. `sets`: the table's key for each variable. `needs`: those without
    which it gets no table. `also`: what the table says besides. `serves`: what ENABLED_PROVIDERS and DEFAULT_PROVIDER
    call it, beside its name and its kind.
    """

    name: str
    kind: str
    sets: Mapping[str, str]
    needs: tuple[str, ...]
    also: Mapping[str, str] = field(default_factory=dict)
    serves: tuple[str, ...] = ()


def _with_key(name: str, variable: str, *serves: str) -> Service:
    return Service(name, name, {variable: "api_key"}, (variable,), serves=serves)


_AZURE = {
    "AZURE_OPENAI_API_KEY": "api_key",
    "AZURE_OPENAI_ENDPOINT": "base_url",
    "AZURE_OPENAI_DEPLOYMENT_NAME": "model",
}
# In the order in which their tables are tried.
SERVICES: tuple[Service, ...] = (
    _with_key("openai", "OPENAI_API_KEY", "dalle3"),
    Service("azure_openai", "azure_openai", _AZURE, tuple(_AZURE), serves=("dalle3",)),
    _with_key("bfl", "FLUX_API_KEY", "flux_schnell"),
    _with_key("fal", "FAL_API_KEY", "flux_schnell"),
    Service(
        "flux", "cloudflare_worker", {"FLUX_WORKER_URL": "base_url"}, ("FLUX_WORKER_URL",), also={"dialect": "flux"}
    ),
    Service(
        "sdxl",
        "cloudflare_worker",
        {"SDXL_WORKER_URL": "base_url", "SDXL_API_KEY": "api_key"},
        ("SDXL_WORKER_URL",),
        also={"dialect": "sdxl"},
    ),
    _with_key("gemini", "GEMINI_API_KEY"),
)
VARIABLES: tuple[str, ...] = (*dict.fromkeys(name for service in SERVICES for name in service.sets), ENABLED, DEFAULT)


def add_services(merged: dict[Keys, Given], env: Mapping[str, str], problems: list[str]) -> dict[str, str]:
    """Lay what the variables say under the settings, and bring the default provider's generator to the front.

    Returns a sentence for each variable that has no effect, by its name.
    """
    texts = texts_of(env, VARIABLES, problems)
    enabled = _names(texts.get(ENABLED, ""))
    had_tables = any(path[0] == _GENERATORS for path in merged)
    idle: dict[str, str] = {}
    for service in SERVICES:
        given = {variable: texts[variable] for variable in service.sets if variable in texts}
        if given and enabled and enabled.keys().isdisjoint(map(_plain, (service.name, service.kind, *service.serves))):
            why = f"has no effect: {ENABLED} does not name {' or '.join((*service.serves, service.name))}"
            idle |= {variable: f"{variable} {why}" for variable in given}
        elif given:
            idle |= _lay(merged, service, given)
    tables = _tables(merged)
    if tables and not had_tables:
        # One table would otherwise take the place of the sketch that is there without any.
        merged[_GENERATORS, SKETCH] = Given((_GENERATORS, SKETCH), "the default", {})
    if texts.get(DEFAULT) and (sentence := _bring_to_front(merged, texts[DEFAULT])):
        idle[DEFAULT] = sentence
    if lacking := sorted(
        written
        for plain, written in enabled.items()
        if not any(_is_called(merged, one, plain) for one in tables or [SKETCH])
    ):
        idle[ENABLED] = f"{ENABLED} names {', '.join(lacking)[:80]}, for which no generator is set up; set its key"
    return idle


def _lay(merged: dict[Keys, Given], service: Service, given: Mapping[str, str]) -> dict[str, str]:
    """Give the variables to the tables of this service, or to one of their own; return what had no effect, and why."""
    tables = [table for table in _tables(merged) if _fits(merged, table, service)]
    lacking = [variable for variable in service.needs if variable not in given]
    if not tables and lacking:
        return {variable: f"{variable} has no effect without {' and '.join(lacking)}" for variable in given}
    if not tables:
        table = _free(service.name, _tables(merged))
        first = f"environment {next(iter(given))}"
        for key, value in {"kind": service.kind, **service.also}.items():
            merged[_GENERATORS, table, key] = Given((_GENERATORS, table, key), first, value)
        tables = [table]
    if (why := _doubt(merged, tables, service, given)) is not None:
        return {variable: f"{variable} has no effect: {why}" for variable in given}
    used: set[str] = set()
    for table in tables:
        if not _is_at_its_server(merged, table, service, given):
            continue
        for variable, text in given.items():
            path = _path(merged, table, service.sets[variable])
            other = merged.setdefault(path, Given(path, f"environment {variable}", text, is_text=True, in_env=True))
            if other.value == text:
                used.add(variable)
    why = f"has no effect: [generators.{tables[0]}] has its own key or address"
    return {variable: f"{variable} {why}" for variable in given if variable not in used}


def _fits(merged: Mapping[Keys, Given], table: str, service: Service) -> bool:
    """Tell whether a table is of this service's kind, and of its dialect where the kind has several."""
    if _kind(merged, table) != service.kind:
        return False
    dialect = service.also.get("dialect")
    return dialect is None or _text(merged, _path(merged, table, "dialect"), "flux") == dialect


def _doubt(
    merged: Mapping[Keys, Given], tables: Sequence[str], service: Service, given: Mapping[str, str]
) -> str | None:
    """Return why a key that came without an address may go to none of the tables, None where it may."""
    variable = next((variable for variable, key in service.sets.items() if key == _ADDRESS), None)
    if variable is None or variable in given:
        return None
    at = {table: address for table in tables if (address := _address(merged, table))}
    if len(set(at.values())) < 2:  # noqa: PLR2004 - two addresses are one too many
        return None
    named = " and ".join(f"[{_GENERATORS}.{table}]" for table in at)
    return f"{named} are at different addresses; set {variable} too, or write api_key into one of them"


def _is_at_its_server(merged: Mapping[Keys, Given], table: str, service: Service, given: Mapping[str, str]) -> bool:
    """Tell whether the key may go to the table's server: the provider's own, or the one that came with the key."""
    address = _address(merged, table)
    if not address:
        return True
    if _ADDRESS not in service.sets.values():
        return False
    named = next((text for variable, text in given.items() if service.sets[variable] == _ADDRESS), address)
    return named.rstrip("/") == address


def _address(merged: Mapping[Keys, Given], table: str) -> str:
    return _text(merged, _path(merged, table, _ADDRESS), "").rstrip("/")


def _path(merged: Mapping[Keys, Given], table: str, key: str) -> Keys:
    """Return where a table says this key: in its own `options`, which win, or beside them."""
    within = (_GENERATORS, table, "options", key)
    return within if within in merged else (_GENERATORS, table, key)


def _bring_to_front(merged: dict[Keys, Given], provider: str) -> str:
    """Put the tables of a provider before all others; return why that has no effect, "" where it has one."""
    if any(("defaults", key) in merged for key in ("generator", "chain")):
        return f"{DEFAULT} has no effect: [defaults] names another generator or chain"
    name = _plain(provider)
    first = [table for table in _tables(merged) if _is_called(merged, table, name)]
    if not first:
        return f"{DEFAULT} is {provider[:80]}, for which no generator is set up; set its key"
    front = {path: given for path, given in merged.items() if path[0] == _GENERATORS and path[1] in first}
    rest = {path: given for path, given in merged.items() if path not in front}
    merged.clear()
    merged.update({**front, **rest})
    return ""


def _is_called(merged: Mapping[Keys, Given], table: str, name: str) -> bool:
    """Tell whether a provider's plain name means this table: by its name, its kind, or the model it is known for."""
    kind = _kind(merged, table)
    serves = (one for service in SERVICES if service.kind == kind for one in service.serves)
    return name in map(_plain, (table, kind, *serves))


def _tables(merged: Mapping[Keys, Given]) -> list[str]:
    return list(dict.fromkeys(path[1] for path in merged if path[0] == _GENERATORS and path[1:]))


def _kind(merged: Mapping[Keys, Given], table: str) -> str:
    return _text(merged, (_GENERATORS, table, "kind"), table)


def _text(merged: Mapping[Keys, Given], path: Keys, otherwise: str) -> str:
    return str(merged[path].value) if path in merged else otherwise


def _names(text: str) -> dict[str, str]:
    """Return the names of a list as they were written, by their plain form."""
    parts = (part.strip(" []\"'") for part in re.split("[,;]", text))
    return {plain: part for part in parts if (plain := _plain(part))}


def _plain(name: str) -> str:
    """Return a provider's name without what people spell differently: "dall-e-3" and "DALLE3" are one."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _free(name: str, taken: Sequence[str]) -> str:
    numbered = (f"{name}_{number}" for number in itertools.count(2))
    return next(one for one in itertools.chain((name,), numbered) if one not in taken)
