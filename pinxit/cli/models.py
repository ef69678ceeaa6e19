"""`pinxit models`: who paints, whether each can be had now, with which models, and the other names for these."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pinxit.actions.models import painters
from pinxit.cli import shapes_models
from pinxit.cli.exits import Exit, tell
from pinxit.cli.tables import minute, number, print_json, print_line, print_table
from pinxit.domain.caller import OPERATOR
from pinxit.domain.ids import GuildId

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pinxit.actions.studio import Studio
    from pinxit.cli.client import Client
    from pinxit.cli.desk import Desk

_MOST_SIZES = 3


def models(desk: Desk, guild: str | None, *, as_json: bool) -> Exit:
    """Print generators with their models, aliases and chains, as far as a guild permits them."""

    async def there(client: Client) -> dict[str, Any]:
        found: dict[str, Any] = await client.ask("GET", "/api/v1/models", query={"guild": guild})
        return {name: found[name] for name in ("generators", "aliases", "chains")}

    async def here(studio: Studio) -> dict[str, Any]:
        caller = replace(OPERATOR, guild=GuildId(guild or OPERATOR.guild))
        return shapes_models.painters(await painters(caller, studio))

    found = desk.ask(there, here)
    if as_json:
        print_json(found)
        return Exit.DONE
    columns = ("generator", "state", "model", "sizes", "seconds", "dollars", "supports")
    print_table(columns, (row for one in found["generators"] for row in _rows(one)), whole=("generator", "model"))
    if found["aliases"]:
        print_line("")
        print_table(("alias", "means", "sizes", "images", "what"), map(_alias, found["aliases"]))
    if found["chains"]:
        print_line("")
        print_table(("chain", "generators"), ((name, " → ".join(chain)) for name, chain in found["chains"].items()))
    if named := next((model["name"] for one in found["generators"] for model in one["models"] if model["name"]), None):
        tell(f"Use one so: pinxit imagine \"a red fox --model '{named}'\"")
    return Exit.DONE


def _rows(one: dict[str, Any]) -> Iterator[Sequence[object]]:
    """Yield a row for each model; the generator stands in the first one alone."""
    first: tuple[str, str] = (one["name"], _state(one))
    for model in one["models"]:
        yield (*first, model["name"], _sizes(model), *_more(model))
        first = ("", "")


def _state(one: dict[str, Any]) -> str:
    state = str(one["state"])
    if one["until"]:
        return f"{state} until {minute(one['until'])} UTC"
    return state if one["budget_left"] is None else f"{state}, ${number(one['budget_left'])} left"


def _sizes(model: dict[str, Any]) -> str:
    sizes, default = model["supported_sizes"], model["default_size"]
    if not sizes:
        return f"{default}, sides {model['min_side']} to {model['max_side']}"
    shown = list(dict.fromkeys([default, *sizes]))
    rest = len(shown) - _MOST_SIZES
    return ", ".join(shown[:_MOST_SIZES]) + (f" and {rest} more" if rest > 0 else "")


def _more(model: dict[str, Any]) -> tuple[str, str, str]:
    """Return a model's seconds, its price and what it supports, which is long and so comes last."""
    supports = ", ".join(name for name, is_so in model["supports"].items() if is_so)
    ends = f" (ends {model['shutdown_on']})" if model["shutdown_on"] else ""
    return number(model["typical_seconds"]), number(model["dollars"]), supports + ends


def _alias(alias: dict[str, Any]) -> Sequence[object]:
    means = f"{alias['generator']}/{alias['model']}"
    return alias["name"], means, _sizes(alias), alias["max_images"], alias["description"]
