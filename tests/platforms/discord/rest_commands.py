"""The commands that the bot registers: listed, and replaced as a whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.platforms.discord.answering import Answer, Asked
from tests.platforms.discord.errors import DiscordError, Wrong, invalid
from tests.platforms.discord.routes import Route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.platforms.discord.answering import Serve
    from tests.platforms.discord.state import State

Json = dict[str, Any]
_CHAT_INPUT = 1
_MOST = {1: 100, 2: 15, 3: 15}  # discord.com/developers/docs/interactions/application-commands, read 2026-11.
_NAME = re.compile(r"[-_'\w]{1,32}")
_TEXTS_MAX = 8000  # Same page: names, descriptions and choices of one command together.
_SUBCOMMANDS = {1, 2}


class Commands:
    """The routes under /applications/{application_id}."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> Iterator[tuple[str, Route, Serve]]:
        """Return method, route and what serves it."""
        for route in (Route.COMMANDS, Route.GUILD_COMMANDS):
            yield "GET", route, self._list
            yield "PUT", route, self._replace

    async def _list(self, asked: Asked) -> Answer:
        self._require_own(asked)
        wants = asked.query.get("with_localizations") in {"1", "true"}
        found = self._state.commands.get(asked.path.get("guild_id", ""), [])
        return Answer([one if wants else _without_localizations(one) for one in found])

    async def _replace(self, asked: Asked) -> Answer:
        self._require_own(asked)
        place = asked.path.get("guild_id", "")
        asked_for: list[Json] = asked.body or []
        for kind, most in _MOST.items():
            if sum(one.get("type", _CHAT_INPUT) == kind for one in asked_for) > most:
                raise invalid("_", "APPLICATION_COMMANDS_MAX", f"Maximum number of commands of type {kind}: {most}")
        seen: set[tuple[int, str]] = set()
        for at, one in enumerate(asked_for):
            _check(one, str(at), seen)
        before = {(one["type"], one["name"]): one["id"] for one in self._state.commands.get(place, ())}
        self._state.commands[place] = [self._kept(one, place, before) for one in asked_for]
        return Answer(self._state.commands[place])

    def _kept(self, asked: Json, place: str, before: dict[tuple[int, str], str]) -> Json:
        state = self._state
        kind = asked.get("type") or _CHAT_INPUT
        permissions = asked.get("default_member_permissions")
        kept = {name: value for name, value in asked.items() if value is not None and name != "id"}
        kept |= {
            "id": before.get((kind, asked["name"])) or state.snowflake(),
            "application_id": state.application_id,
            "version": state.snowflake(),
            "default_member_permissions": None if permissions is None else str(permissions),
            "type": kind,
            "description": asked.get("description") or "",
            "options": [_option(one) for one in asked.get("options") or ()],
            "integration_types": asked.get("integration_types") or [0],
            "contexts": asked.get("contexts"),
            "nsfw": bool(asked.get("nsfw")),
            "name_localizations": asked.get("name_localizations") or None,
            "description_localizations": asked.get("description_localizations") or None,
        }
        return kept | ({"guild_id": place} if place else {})

    def _require_own(self, asked: Asked) -> None:
        if asked.path["application_id"] != self._state.application_id:
            raise DiscordError(Wrong.NOT_FOUND)
        guild_id = asked.path.get("guild_id")
        if guild_id is not None and guild_id not in self._state.guilds:
            raise DiscordError(Wrong.MISSING_ACCESS)


def _option(asked: Json) -> Json:
    kept = {name: value for name, value in asked.items() if value is not None}
    if "options" in kept:
        kept["options"] = [_option(one) for one in kept["options"]]
    if "choices" in kept:
        kept["choices"] = [{k: v for k, v in one.items() if v is not None} for one in kept["choices"]]
    return kept


def _check(command: Json, path: str, seen: set[tuple[int, str]]) -> None:
    kind = command.get("type") or _CHAT_INPUT
    if (kind, command["name"]) in seen:
        raise invalid(f"{path}.name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
    seen.add((kind, command["name"]))
    if kind != _CHAT_INPUT:
        if command.get("options") or command.get("description"):
            raise invalid(path, "APPLICATION_COMMAND_MENU", "A context menu has no options and no description.")
        return
    if not command.get("description"):
        raise invalid(f"{path}.description", "BASE_TYPE_REQUIRED", "This field is required")
    _check_names(command, path)
    if _texts(command) > _TEXTS_MAX:
        raise invalid(path, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")


def _check_names(node: Json, path: str) -> None:
    names = [node["name"], *(node.get("name_localizations") or {}).values()]
    if any(not _NAME.fullmatch(one) or one != one.lower() for one in names):
        raise invalid(f"{path}.name", "APPLICATION_COMMAND_INVALID_NAME", f"Command name is invalid: {names}")
    options = node.get("options") or []
    own = [one["name"] for one in options]
    if len(set(own)) < len(own):
        raise invalid(f"{path}.options", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "An option's name twice.")
    required = [bool(one.get("required")) for one in options if one["type"] not in _SUBCOMMANDS]
    if sorted(required, reverse=True) != required:
        raise invalid(f"{path}.options", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options come first.")
    for at, one in enumerate(options):
        if one.get("autocomplete") and one.get("choices"):
            raise invalid(f"{path}.options.{at}", "APPLICATION_COMMAND_AUTOCOMPLETE", "Autocomplete has no choices.")
        _check_names(one, f"{path}.options.{at}")


def _texts(node: Json) -> int:
    """Return the length that counts: the longest of a text's languages each."""
    count = sum(
        max(len(text) for text in (node.get(name) or "", *(node.get(f"{name}_localizations") or {}).values()))
        for name in ("name", "description")
    )
    count += sum(len(str(one["name"])) + len(str(one["value"])) for one in node.get("choices") or ())
    return count + sum(_texts(one) for one in node.get("options") or ())


def _without_localizations(node: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(node, dict):
        return {
            name: _without_localizations(value) for name, value in node.items() if not name.endswith("_localizations")
        }
    return [_without_localizations(one) for one in node] if isinstance(node, list) else node
