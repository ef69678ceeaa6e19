"""The table of Discord's commands: what fits into each option, and what each type of option must never choke on.

Which commands and options there are, the registered tree says; here stands only what to fill in. A command or option
without its row fails a test.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from discord import AppCommandOptionType, app_commands

from pinxit.bot.discord.acks import Acks
from pinxit.bot.discord.desk import Desk
from pinxit.bot.discord.slash import commands
from pinxit.config.tree import DiscordSettings
from pinxit.queue.clock import SystemClock
from tests.bot import table_values as values
from tests.bot.table_values import MARK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from discord.app_commands import Command, ContextMenu, Parameter

    from tests.bot.table_stage import Stage
    from tests.platforms.discord.people import Person

# A value, or what finds one on the stage for a person.
Value: TypeAlias = "object | Callable[[Stage, Person], Awaitable[object]]"
Values: TypeAlias = Mapping[str, Any]

ADMIN = "admin"
SMALL: Values = {"size": "64x64"}
A_WISH: Values = {"prompt": f"a red {MARK}", **SMALL}
A_PICTURE: Values = {"picture": values.picture}


@dataclass(frozen=True, slots=True)
class Row:
    """What to fill into one command.

    `right`: a value for each option, but for choices and yes-or-no, whose right values are known. `always`: what is
    filled in beside the option that is tried; `beside`: for these options that instead. `said`: a word of the answer
    where it is a bare sentence. `still`: it is tried where everything waits.

    `free`: options that take any words, or "option value" for a wrong value that means something there after all.
    `refused`: options, or "option value", of which the right value is refused: to a server's admin, because it is the
    operator's; without a language model, what needs one. "" is the command without options.
    """

    right: Values = field(default_factory=dict)
    always: Values = field(default_factory=dict)
    beside: Mapping[str, Values] = field(default_factory=dict)
    free: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    said: str = ""
    still: bool = False

    def filled(self, option: str, value: object) -> dict[str, Any]:
        """Return what is filled in when this option is tried with this value."""
        return {**self.beside.get(option, self.always), option: value}

    def takes(self, option: str, name: str) -> bool:
        """Tell whether a value that is wrong elsewhere may be right here."""
        return not self.free.isdisjoint({option, f"{option} {name}"})

    def refuses(self, option: str, name: str = "") -> bool:
        """Tell whether a value that is right elsewhere is refused here."""
        return not self.refused.isdisjoint({option, f"{option} {name}"})


_FILED: Values = {"picture": values.picture, "file": values.own_file}
_COUNTED: Values = {"field": "count", "value": "2"}
_SOURCED: Values = {**A_WISH, "image": values.image_file}
_PAIR: Values = {"first": values.image_file, "second": values.image_file}
_MASKED: Values = {"prompt": f"a {MARK}", "image": values.image_file, "mask": values.mask_file}

ROWS: Mapping[str, Row] = {
    "imagine": Row(
        right={
            "prompt": f"a red {MARK}",
            "negative": f"rain, {MARK}",
            "model": "sketch",
            "style": "watercolour",
            "aspect": "3:2",
            "size": "96x64",
            "count": 2,
            "steps": 5,
            "guidance": 4.5,
            "sampler": "euler",
            "seed": 7,
            "image": values.image_file,
            "strength": 0.4,
            "mask": values.mask_file,
            "style_image": values.image_file,
            "lora": "neon:0.5, film grain",
        },
        always=A_WISH,
        beside={
            "aspect": {"prompt": f"a red {MARK}"},
            "strength": _SOURCED,
            "mask": _SOURCED,
            "style_image": _SOURCED,
        },
        free=frozenset({"prompt", "negative", "lora"}),  # A generator may know more LoRAs than it lists.
        refused=frozenset({"enhance llm"}),
    ),
    "vary": Row(right={"picture": values.picture, "strength": 0.3}, always=A_PICTURE),
    "upscale": Row(right={"picture": values.picture, "factor": 1.5}, always=A_PICTURE),
    "inpaint": Row(
        right={
            "prompt": f"a hat on a {MARK}",
            "mask": values.mask_file,
            "image": values.image_file,
            "picture": values.picture,
            "strength": 0.6,
        },
        always=_MASKED,
        beside={"picture": {"prompt": f"a {MARK}", "mask": values.mask_file}},
        free=frozenset({"prompt"}),
    ),
    "outpaint": Row(right={"picture": values.picture, "zoom": 1.5}, always=A_PICTURE),
    "blend": Row(
        right={"first": values.image_file, "second": values.image_file, "prompt": f"a {MARK}"},
        always=_PAIR,
        free=frozenset({"prompt"}),
    ),
    "recreate": Row(
        right=_FILED,
        always=A_PICTURE,
        beside={"file": {}},
        said="on its way",
    ),
    "describe": Row(
        right=_FILED,
        always=A_PICTURE,
        beside={"file": {}},
        said="/imagine",
    ),
    "inspect": Row(right=_FILED, always=A_PICTURE, beside={"file": {}}, said="Seed"),
    "queue": Row(),
    "cancel": Row(right={"job": values.waiting_job}, said="ancelled", still=True),
    "history": Row(right={"words": MARK}, free=frozenset({"words"})),
    "favourites": Row(),
    "models": Row(said="sketch"),
    "loras": Row(said="neon"),
    "styles": Row(),
    "report": Row(
        right={"picture": values.picture, "reason": f"no {MARK} looks like that"},
        always=A_PICTURE,
        free=frozenset({"reason"}),
        said="Reported",
    ),
    "settings": Row(
        right={
            "name": f"The {MARK}",
            "count": 2,
            "aspect": "16:9",
            "generator": "sketch",
            "negative": f"rain, {MARK}",
        },
        free=frozenset({"name", "negative"}),
        refused=frozenset({"enhance llm"}),
    ),
    "quota": Row(),
    "mydata": Row(said="kept about you"),
    "link": Row(right={"code": values.link_code}, said="account"),
    "help": Row(),
    "admin quota set": Row(
        right={"amount": "500/day", "member": values.somebody, "role": values.role}, always={"amount": "500/day"}
    ),
    "admin quota grant": Row(
        right={"member": values.somebody, "amount": "5", "days": 3.0, "note": f"for the {MARK}"},
        always={"member": values.somebody, "amount": "5"},
        free=frozenset({"note"}),
    ),
    "admin quota reset": Row(right={"member": values.somebody}),
    "admin quota show": Row(),
    "admin quota top": Row(),
    "admin settings show": Row(right={"field": "style"}),
    "admin settings set": Row(right=_COUNTED, always=_COUNTED, free=frozenset({"value blank"})),
    "admin settings reports_channel": Row(right={"channel": values.reports_channel}),
    "admin style add": Row(
        right={"name": f"{MARK}ish", "words": f"as a {MARK} sees it", "negative": "rain"},
        always={"name": f"{MARK}ly", "words": f"as a {MARK} sees it"},
        free=frozenset({"words", "negative"}),
    ),
    "admin style remove": Row(right={"name": values.own_style}),
    "admin weight": Row(right={"weight": 2.0}, refused=frozenset({"weight"})),
    "admin cap": Row(right={"cap": 2}, refused=frozenset({"cap", ""})),
    "admin pause": Row(right={"pool": "sketch"}, refused=frozenset({"pool"})),
    "admin resume": Row(right={"pool": "sketch"}, refused=frozenset({"pool"})),
    "admin clear": Row(right={"member": values.somebody}, said="cancelled"),
    "admin ban": Row(
        right={"member": values.somebody, "hours": 2.0, "reason": f"too many {MARK}s"},
        always={"member": values.somebody},
        free=frozenset({"reason"}),
    ),
    "admin unban": Row(right={"member": values.somebody}),
    "admin bans": Row(),
    "admin stats": Row(),
    "admin audit": Row(),
    "admin reports": Row(),
}


def slash_commands() -> dict[str, Command[Any, ..., Any]]:
    """Return what can be typed, by its path, such as "admin quota set", of the tree that is registered."""
    return {one.qualified_name: one for one in _leaves(_registered()) if isinstance(one, app_commands.Command)}


def menu_commands() -> dict[str, ContextMenu]:
    """Return what stands in the menus of messages and people, of the tree that is registered."""
    return {one.name: one for one in _registered() if isinstance(one, app_commands.ContextMenu)}


def needed(command: Command[Any, ..., Any]) -> dict[str, Any]:
    """Return right values for nothing but what the command cannot be sent without."""
    row = ROWS[command.qualified_name]
    return {one.name: row.always.get(one.name, row.right.get(one.name)) for one in command.parameters if one.required}


def right_values(row: Row, option: Parameter) -> Mapping[str, Any]:
    """Return the values that fit, by a name for each."""
    if option.choices:
        return {str(choice.value): choice.value for choice in option.choices}
    if option.type is AppCommandOptionType.boolean:
        return {"yes": True, "no": False}
    return {"right": row.right[option.name]}


def has_row(row: Row, option: Parameter) -> bool:
    """Tell whether it is known what fits into an option."""
    return bool(option.choices) or option.type is AppCommandOptionType.boolean or option.name in row.right


def _registered() -> Iterable[Command[Any, ..., Any] | app_commands.Group | ContextMenu]:
    return commands(Desk(DiscordSettings(), SystemClock(), Acks()))


def _leaves(found: Iterable[Any]) -> Iterator[Any]:
    for one in found:
        if isinstance(one, app_commands.Group):
            yield from _leaves(one.commands)
        else:
            yield one
