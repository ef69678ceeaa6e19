"""Values for the options of commands: right ones that are found on the stage, and wrong ones for every type."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from discord import AppCommandOptionType
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Mapping

    from discord.app_commands import Parameter

    from tests.bot.table_stage import Stage
    from tests.platforms.discord.people import Person

MARK = "quokka"  # In all words that people say here, so that it is found wherever it must not be.
NOBODY = "123456789012345678"
WORKING = (f"**{MARK} bold**", "[a](http://127.0.0.1:9)", "||hidden||", "~~struck~~")  # If people's words had any say.
MARKUP = f"# {' '.join(WORKING)} `x` ```\nx``` <script>alert(1)</script>\n-# small"
MENTIONS = (f"<@{NOBODY}>", f"<@&{NOBODY}>", f"<#{NOBODY}>", f"</imagine:{NOBODY}>", "@everyone", "@here")
_BOUND = 2**53  # What Discord takes of numbers; discord.com/developers/docs, read 2026-11.
_LONG_CHARS = 10_000

_TEXTS: Mapping[str, Any] = {
    "ten_thousand_characters": (f"{MARK} " * _LONG_CHARS)[:_LONG_CHARS],
    "markup": MARKUP,
    "mentions": f"{' '.join(MENTIONS)} {MARK}",
    "no_width": "\u200b\u200d\ufeff\u2060",
    "blank": "   ",
    "zero": f"{MARK}\x00{MARK}",
    "half_a_character": f"{MARK} \ud83e",
    "a_number": 7,
}
_CHOICES: Mapping[str, Any] = {"no_choice": f"the {MARK}", "ten_thousand_characters": "x" * _LONG_CHARS, "a_number": 7}
_NUMBERS: Mapping[str, Any] = {"words": f"many {MARK}s", "too_much": _BOUND, "too_little": -_BOUND}
_THINGS: Mapping[str, Any] = {"nobody": NOBODY, "words": f"the {MARK}"}
_BY_TYPE: Mapping[AppCommandOptionType, Mapping[str, Any]] = {
    AppCommandOptionType.string: _TEXTS,
    AppCommandOptionType.integer: {**_NUMBERS, "a_fraction": 2.5},
    AppCommandOptionType.number: _NUMBERS,
    AppCommandOptionType.boolean: {"words": f"perhaps a {MARK}"},
    AppCommandOptionType.user: _THINGS,
    AppCommandOptionType.role: _THINGS,
    AppCommandOptionType.channel: _THINGS,
    AppCommandOptionType.mentionable: _THINGS,
    AppCommandOptionType.attachment: {
        **_THINGS,
        "a_text": ("notes.txt", f"a {MARK}".encode()),
        "half_a_picture": ("half.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40),
        "nothing_in_it": ("empty.png", b""),
    },
}


def wrong_values(option: Parameter) -> Mapping[str, Any]:
    """Return what must not be taken for an option, by a name for each."""
    return _CHOICES if option.choices else _BY_TYPE[option.type]


def png(colour: str = "red") -> bytes:
    """Return a small picture."""
    file = io.BytesIO()
    Image.new("RGB", (96, 64), colour).save(file, "PNG")
    return file.getvalue()


async def image_file(_stage: Stage, _who: Person) -> tuple[str, bytes]:
    """Return a picture to attach."""
    return (f"{MARK}.png", png())


async def mask_file(_stage: Stage, _who: Person) -> tuple[str, bytes]:
    """Return a mask to attach, white all over."""
    return ("mask.png", png("white"))


async def own_file(stage: Stage, _who: Person) -> tuple[str, bytes]:
    """Return the file of a picture that was painted here, with all that is written in it."""
    return (f"{MARK}.png", stage.original)


async def picture(stage: Stage, _who: Person) -> str:
    """Return the id of a picture that everybody may see."""
    return stage.picture


async def waiting_job(stage: Stage, who: Person) -> str:
    """Return the id of a job of this person that waits."""
    return await stage.waiting_job(who)


async def link_code(stage: Stage, _who: Person) -> str:
    """Return a code that somebody else was given."""
    return await stage.link_code()


async def somebody(stage: Stage, _who: Person) -> object:
    """Return a member of the server."""
    return stage.somebody(stage.office).user


async def role(stage: Stage, _who: Person) -> object:
    """Return a role of the server."""
    return stage.role


async def reports_channel(stage: Stage, _who: Person) -> object:
    """Return a channel of the server."""
    return stage.desk


async def own_style(stage: Stage, who: Person) -> str:
    """Return the name of a style that the server has."""
    name = f"{MARK}gone"
    used = await who.slash(stage.desk, "admin style add", name=name, words="gone soon")
    await used.wait()
    return name
