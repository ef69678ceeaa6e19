"""What a real client would let a person type: a slash command's name and options, held against what the bot has synced.

Commands are Discord's JSON, as the bot sent it (`PUT /applications/{id}/commands`).
Source: discord.com/developers/docs/interactions/application-commands, read 2026-11.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

CHAT_INPUT, USER_MENU, MESSAGE_MENU = 1, 2, 3
SUBCOMMAND, SUBCOMMAND_GROUP = 1, 2
STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(3, 12)
IN_GUILD, IN_BOT_DM, IN_PRIVATE_CHANNEL = 0, 1, 2
GUILD_INSTALL, USER_INSTALL = 0, 1
STRING_MAX_CHARS = 6000
NUMBER_MAX = 2**53
CHOICES_MAX = 25
CHOICE_MAX_CHARS = 100
_ADMINISTRATOR = 1 << 3


class PersonError(Exception):
    """A real client would not have sent this, or the person cannot see it; the text says what there was instead."""


@dataclass(frozen=True, slots=True)
class Found:
    """A command: its JSON, the subcommands on the way to it, and the options that can be filled in."""

    command: Mapping[str, Any]
    steps: tuple[Mapping[str, Any], ...]
    options: Sequence[Mapping[str, Any]]


def find(commands: Iterable[Mapping[str, Any]], path: str, *, kind: int = CHAT_INPUT, locale: str = "en-US") -> Found:
    """Return the command a person means by `path`: words as typed after the slash, in English or their own language.

    A menu's name may hold spaces. Raises PersonError naming what there is.
    """
    known = [each for each in commands if each.get("type", CHAT_INPUT) == kind]
    words = [path] if kind != CHAT_INPUT else path.split(" ")
    command = _named(known, words[0], locale)
    if command is None:
        raise PersonError(f"there is no command {words[0]!r}; there are {sorted(each['name'] for each in known)}")
    steps: list[Mapping[str, Any]] = []
    here = command
    for word in words[1:]:
        inner = [each for each in here.get("options", ()) if each["type"] in {SUBCOMMAND, SUBCOMMAND_GROUP}]
        step = _named(inner, word, locale)
        if step is None:
            raise PersonError(f"/{path}: no {word!r} there; there are {sorted(each['name'] for each in inner)}")
        steps.append(step)
        here = step
    options = here.get("options") or ()
    if any(each["type"] in {SUBCOMMAND, SUBCOMMAND_GROUP} for each in options):
        raise PersonError(f"/{path} alone cannot be sent; go on with one of {[each['name'] for each in options]}")
    return Found(command, tuple(steps), options)


def _named(known: Sequence[Mapping[str, Any]], name: str, locale: str) -> Mapping[str, Any] | None:
    own = [each for each in known if (each.get("name_localizations") or {}).get(locale) == name]
    return next((each for each in (*own, *known) if each["name"] == name or each in own), None)


def check_place(
    found: Found,
    *,
    context: int,
    installs: Iterable[int],
    permissions: int | None,
    is_age_restricted: bool,
    path: str,
) -> None:
    """Raise PersonError where the client would not list the command here for this person.

    `installs`: how the app is there for them: in the guild, on their account, or both. `permissions`: the person's in
    this channel, None outside of guilds.
    """
    command = found.command
    contexts = command.get("contexts")
    if contexts is not None and context not in contexts:
        raise PersonError(f"/{path} is not offered in context {context}; only in {contexts}")
    ways = command.get("integration_types") or [GUILD_INSTALL]
    if not set(ways) & set(installs):
        raise PersonError(f"/{path} is for installs {ways}, and here there is {sorted(installs)}")
    needed = command.get("default_member_permissions")
    if permissions is not None and needed is not None and not permissions & _ADMINISTRATOR:
        lacking = int(needed) & ~permissions
        if lacking or int(needed) == 0:
            raise PersonError(f"/{path} needs the permissions {int(needed):#x}; {lacking:#x} are missing")
    if command.get("nsfw") and not is_age_restricted:
        raise PersonError(f"/{path} is offered in age-restricted channels only")


def check_options(
    options: Sequence[Mapping[str, Any]], given: Mapping[str, Any], *, path: str, locale: str = "en-US"
) -> list[tuple[Mapping[str, Any], Any]]:
    """Return each option filled in with its value, a choice's name turned into its value, in the order given.

    Raises PersonError for an unknown or missing option and for a value the client would not accept.
    """
    filled: list[tuple[Mapping[str, Any], Any]] = []
    for name, value in given.items():
        option = _named(options, name, locale)
        if option is None:
            raise PersonError(f"/{path} has no option {name!r}; it has {[each['name'] for each in options]}")
        filled.append((option, _checked(option, value, f"/{path} {name}", locale)))
    names = [option["name"] for option, _ in filled]
    missing = [each["name"] for each in options if each.get("required") and each["name"] not in names]
    if missing:
        raise PersonError(f"/{path} cannot be sent without {missing}")
    return filled


def _checked(option: Mapping[str, Any], value: Any, where: str, locale: str) -> Any:  # noqa: ANN401 - as given
    if option.get("choices"):
        return _chosen(option["choices"], value, where, locale)
    kind = option["type"]
    if kind == STRING:
        _check_text(option, value, where)
    elif kind in {INTEGER, NUMBER}:
        _check_number(option, value, where)
    elif kind == BOOLEAN and not isinstance(value, bool):
        raise PersonError(f"{where}: {value!r} is not true or false")
    elif kind == ATTACHMENT and not _is_file(value):
        raise PersonError(f"{where}: give a file as (name, bytes), not {type(value).__name__}")
    return value


def _chosen(choices: Sequence[Mapping[str, Any]], value: Any, where: str, locale: str) -> Any:  # noqa: ANN401 - as given
    for choice in choices:
        names = {choice["name"], (choice.get("name_localizations") or {}).get(locale)}
        if value == choice["value"] or value in names:
            return choice["value"]
    raise PersonError(f"{where}: {value!r} is none of {[each['value'] for each in choices]}")


def _check_text(option: Mapping[str, Any], value: object, where: str) -> None:
    if not isinstance(value, str) or not value:
        raise PersonError(f"{where}: {value!r} is not a text")
    least, most = option.get("min_length") or 0, option.get("max_length") or STRING_MAX_CHARS
    if not least <= len(value) <= most:
        raise PersonError(f"{where}: {len(value)} characters; {least} to {most} are accepted")


def _check_number(option: Mapping[str, Any], value: object, where: str) -> None:
    whole = option["type"] == INTEGER
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        raise PersonError(f"{where}: {value!r} is not a {'whole ' if whole else ''}number")
    least, most = option.get("min_value"), option.get("max_value")
    least, most = (-NUMBER_MAX if least is None else least), (NUMBER_MAX if most is None else most)
    if not least <= value <= most:
        raise PersonError(f"{where}: {value}; {least} to {most} are accepted")


def _is_file(value: object) -> bool:
    return isinstance(value, tuple) and [type(each) for each in value] == [str, bytes]


def check_choices(option: Mapping[str, Any], choices: Sequence[Mapping[str, Any]]) -> list[tuple[str, Any]]:
    """Return an autocomplete answer as (shown, value); PersonError where Discord would throw it away."""
    if len(choices) > CHOICES_MAX:
        raise PersonError(f"{option['name']}: {len(choices)} suggestions; {CHOICES_MAX} at most")
    for choice in choices:
        name, value = choice["name"], choice["value"]
        if not 1 <= len(name) <= CHOICE_MAX_CHARS:
            raise PersonError(f"{option['name']}: the suggestion {name!r} has {len(name)} characters")
        fits = isinstance(value, str) if option["type"] == STRING else isinstance(value, (int, float))
        if not fits or (isinstance(value, str) and not 1 <= len(value) <= CHOICE_MAX_CHARS):
            raise PersonError(f"{option['name']}: the suggestion's value {value!r} does not fit")
    return [(choice["name"], choice["value"]) for choice in choices]
