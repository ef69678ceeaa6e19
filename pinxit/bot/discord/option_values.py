"""Whether what came for a command's options is what was registered: somebody's Discord may know it as it was before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord import AppCommandOptionType as Kind
from discord import app_commands

from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from discord.app_commands import Command, CommandTree, Parameter

_SUBCOMMANDS = frozenset({Kind.subcommand.value, Kind.subcommand_group.value})
_PYTHON: Mapping[Kind, type | tuple[type, ...]] = {
    Kind.string: str,
    Kind.integer: int,
    Kind.number: (int, float),
    Kind.boolean: bool,
}
# Where the things stand that ids mean. Discord may leave them out; then there is nothing but the id.
_RESOLVED: Mapping[Kind, tuple[str, ...]] = {
    Kind.user: ("users",),
    Kind.channel: ("channels",),
    Kind.role: ("roles",),
    Kind.mentionable: ("users", "roles"),
    Kind.attachment: ("attachments",),
}


def check_options(tree: CommandTree[Any], data: Mapping[str, Any]) -> None:
    """Raise Refused for an option whose value a command's code must not see. `data`: of a slash command as it came.

    FIELD_TYPE: of another type, or the id of nothing; FIELD_CHOICE; FIELD_RANGE. Options that are not registered, or
    are missing, discord.py finds by itself.
    """
    command = _command(tree, data)
    if command is None:
        return
    resolved = data.get("resolved") or {}
    for option in _filled(data):
        registered = command.get_parameter(str(option.get("name")))
        if registered is not None:
            _check(registered, option, resolved)


def _command(tree: CommandTree[Any], data: Mapping[str, Any]) -> Command[Any, ..., Any] | None:
    found: object = tree.get_command(str(data.get("name")))
    for step in _steps(data):
        if isinstance(found, app_commands.Group):
            found = found.get_command(step)
    return found if isinstance(found, app_commands.Command) else None


def _steps(data: Mapping[str, Any]) -> Iterator[str]:
    for option in data.get("options") or ():
        if option.get("type") in _SUBCOMMANDS:
            yield str(option.get("name"))
            yield from _steps(option)


def _filled(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for option in data.get("options") or ():
        if option.get("type") in _SUBCOMMANDS:
            yield from _filled(option)
        else:
            yield option


def _check(registered: Parameter, option: Mapping[str, Any], resolved: Mapping[str, Any]) -> None:
    value, kind = option.get("value"), registered.type
    name = registered.name
    is_whole = isinstance(value, bool) is (kind is Kind.boolean)
    fits = option.get("type") == kind.value and is_whole and isinstance(value, _PYTHON.get(kind, str))
    if not fits or (kind in _RESOLVED and not any(value in (resolved.get(of) or {}) for of in _RESOLVED[kind])):
        raise Refused(Code.FIELD_TYPE, field=name, value=shown(str(value)), allowed=[])
    choices = [choice.value for choice in registered.choices]
    if choices and value not in choices:
        raise Refused(Code.FIELD_CHOICE, field=name, value=shown(str(value)), allowed=[str(one) for one in choices])
    least, most = registered.min_value, registered.max_value
    if isinstance(value, int | float) and not isinstance(value, bool):
        too_little = least is not None and value < least
        if too_little or (most is not None and value > most):
            allowed = [f"{least} to {most}"]
            raise Refused(Code.FIELD_RANGE, field=name, value=value, allowed=allowed)
