"""The commands /admin settings and /admin style: what holds on a server, and its own styles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from pinxit.actions.admin.guild_settings import FIELDS, Kind, from_text, save_guild
from pinxit.actions.admin.styles import add_style, remove_style
from pinxit.actions.styles import list_styles
from pinxit.bot.discord.admin_lists import settings_sheet
from pinxit.bot.discord.admin_work import do, look
from pinxit.bot.discord.completing import completing, fitting
from pinxit.bot.discord.translating import text
from pinxit.domain.guild_rules import ImageRule, NamedStyle
from pinxit.domain.request import Enhance
from pinxit.wording import LANGUAGES, AdminUi, Slash, admin_ui, say_slash

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.actions.studio import Studio
    from pinxit.bot.discord.desk import Interaction
    from pinxit.bot.discord.sheets import Sheet
    from pinxit.chat.replies import Asker

_NONE = "none"  # The value that takes a setting back.
_CHANNEL = "reports_channel"
_KINDS = {field.name: field.kind for field in FIELDS}
_FITTING = (  # Where reports can be posted.
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
)


async def _fields(asker: Asker, _studio: Studio, typed: str) -> Sequence[tuple[str, str]]:
    """Offer the settings, by name or by what they are about."""
    words, wanted = admin_ui(asker.locale), typed.casefold()
    labelled = [(f"{field.name}: {words[AdminUi(f'field_{field.name}')]}", field.name) for field in FIELDS]
    return [(label, name) for label, name in labelled if wanted in label.casefold()]


async def _values(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Offer what the chosen setting can be, where that is a matter of choice."""
    field = str(getattr(interaction.namespace, "field", ""))

    async def offer(asker: Asker, studio: Studio, typed: str) -> Sequence[tuple[str, str]]:
        names = [*await _possible(field, asker, studio), *([typed] if typed else []), _NONE]
        return fitting([(_label(name, asker.locale), name) for name in dict.fromkeys(names)], typed)

    return await completing(offer)(interaction, typed)


def _label(value: str, locale: str) -> str:
    said = {_NONE: Slash.CHOICE_NONE, "on": Slash.CHOICE_ON, "off": Slash.CHOICE_OFF}.get(value)
    return value if said is None else say_slash(locale, said)


async def _possible(field: str, asker: Asker, studio: Studio) -> Sequence[str]:
    capabilities = [one.capabilities for one in studio.generators.values()]
    match field:
        case "locale":
            return list(LANGUAGES)
        case "generator":
            return list(studio.generators)
        case "model":
            return [model for one in capabilities for model in one.models]
        case "style":
            return [style.name for style in await list_styles(asker.caller, studio)]
        case "enhance":
            return [by.value for by in Enhance if by is not Enhance.LLM or studio.house.can_enhance]
        case "nsfw":
            return [rule.value for rule in ImageRule]
    return ["on", "off"] if _KINDS.get(field) is Kind.FLAG else []


@app_commands.command(name="show", description=text(Slash.ADMIN_SETTINGS_SHOW))
@app_commands.describe(field=text(Slash.OF_FIELD))
@app_commands.autocomplete(field=completing(_fields))
async def _show(interaction: Interaction, field: str | None = None) -> None:
    await look(interaction, lambda asker, studio: settings_sheet(field, asker, studio))


@app_commands.command(name="set", description=text(Slash.ADMIN_SETTINGS_SET))
@app_commands.describe(field=text(Slash.OF_FIELD), value=text(Slash.OF_VALUE))
@app_commands.autocomplete(field=completing(_fields), value=_values)
async def _set(interaction: Interaction, field: str, value: str) -> None:
    async def work(asker: Asker, studio: Studio) -> Sheet:
        await save_guild(asker.caller.guild, {field: from_text(field, value)}, asker.caller, studio)
        return await settings_sheet(field, asker, studio)

    await look(interaction, work)


class ChannelId(app_commands.Transformer):
    """A channel to write in, of which the id is all that is needed: the bot need not have heard of it before."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """Return what is to be chosen."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """Return which of them."""
        return [*_FITTING]

    async def transform(
        self,
        _interaction: discord.Interaction[Any],
        value: app_commands.AppCommandChannel | app_commands.AppCommandThread,
        /,
    ) -> str:
        """Return the id."""
        return str(value.id)


@app_commands.command(name="reports_channel", description=text(Slash.ADMIN_SETTINGS_CHANNEL))
@app_commands.describe(channel=text(Slash.OF_CHANNEL))
async def _reports_channel(
    interaction: Interaction, channel: app_commands.Transform[str, ChannelId] | None = None
) -> None:
    async def work(asker: Asker, studio: Studio) -> Sheet:
        await save_guild(asker.caller.guild, {_CHANNEL: channel}, asker.caller, studio)
        return await settings_sheet(_CHANNEL, asker, studio)

    await look(interaction, work)


@app_commands.command(name="add", description=text(Slash.ADMIN_STYLE_ADD))
@app_commands.describe(
    name=text(Slash.OF_STYLE_NAME), words=text(Slash.OF_STYLE_WORDS), negative=text(Slash.OF_STYLE_NEGATIVE)
)
async def _add(interaction: Interaction, name: str, words: str, negative: str = "") -> None:
    async def work(asker: Asker, studio: Studio) -> None:
        await add_style(asker.caller.guild, NamedStyle(name, words, negative), asker.caller, studio)

    await do(interaction, work)


async def _own_styles(asker: Asker, studio: Studio, typed: str) -> Sequence[tuple[str, str]]:
    """Offer the server's own styles."""
    rules, _ = await studio.store.guilds.rules(asker.caller.guild)
    return [(one.name, one.name) for one in rules.styles.values() if typed.casefold() in one.name.casefold()]


@app_commands.command(name="remove", description=text(Slash.ADMIN_STYLE_REMOVE))
@app_commands.describe(name=text(Slash.OF_STYLE_NAME))
@app_commands.autocomplete(name=completing(_own_styles))
async def _remove(interaction: Interaction, name: str) -> None:
    async def work(asker: Asker, studio: Studio) -> None:
        await remove_style(asker.caller.guild, name, asker.caller, studio)

    await do(interaction, work)


def settings_group() -> app_commands.Group:
    """Return the commands /admin settings."""
    group = app_commands.Group(name="settings", description=text(Slash.ADMIN_SETTINGS))
    commands: list[app_commands.Command[Any, Any, None]] = [_show, _set, _reports_channel]
    for command in commands:
        group.add_command(command)
    return group


def style_group() -> app_commands.Group:
    """Return the commands /admin style."""
    group = app_commands.Group(name="style", description=text(Slash.ADMIN_STYLE))
    commands: list[app_commands.Command[Any, Any, None]] = [_add, _remove]
    for command in commands:
        group.add_command(command)
    return group
