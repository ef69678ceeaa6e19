"""Every button and select of ours, however old its message: what stands in its id is all that is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import discord
from discord import ui

from pinxit.actions.look import find_job
from pinxit.bot.discord.answering import respond, say_so
from pinxit.bot.discord.answers import handle
from pinxit.bot.discord.changing import changed, values_of
from pinxit.bot.discord.custom_ids import PATTERN, CustomId, read_custom_id
from pinxit.bot.discord.facts import EXPORT, FORGET
from pinxit.bot.discord.forms import open_edit, open_report, sent
from pinxit.bot.discord.lists import PAGE
from pinxit.bot.discord.pages import turn_page
from pinxit.bot.discord.personal import JOIN, forget, join, take_along
from pinxit.bot.discord.places import language
from pinxit.bot.discord.reactions import Reactions
from pinxit.bot.discord.replying import heard
from pinxit.bot.discord.report_cards import HANDLINGS
from pinxit.bot.discord.reporting import decide
from pinxit.bot.discord.telling import tell
from pinxit.chat.acts import press
from pinxit.chat.cards import Act
from pinxit.chat.painting import confirm, decline
from pinxit.chat.replies import Reply
from pinxit.domain.errors import Code, Refused
from pinxit.domain.ids import JobId
from pinxit.wording import Slash, say_slash

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping, Sequence

    from pinxit.actions.studio import Studio
    from pinxit.bot.discord.desk import Desk, DeskClient, Interaction
    from pinxit.chat.replies import Asker

_CONFIRM, _DECLINE = "confirm", "decline"


def register(client: DeskClient, _desk: Desk) -> None:
    """Let the client hear presses, choices, forms, reactions and messages."""
    reactions = Reactions(client)

    async def on_interaction(interaction: Interaction) -> None:
        await _interaction(interaction)

    async def on_raw_reaction_add(event: discord.RawReactionActionEvent) -> None:
        await reactions.added(event)

    async def on_raw_reaction_remove(event: discord.RawReactionActionEvent) -> None:
        await reactions.removed(event)

    async def on_message(message: discord.Message) -> None:
        await heard(client, message)

    listen(client)
    for handler in (on_interaction, on_raw_reaction_add, on_raw_reaction_remove, on_message):
        client.event(handler)


def listen(client: DeskClient) -> None:
    """Let the client know our buttons and selects; it forgets them whenever it is cleared."""
    client.add_dynamic_items(Pressed)


class Pressed(ui.DynamicItem[ui.Item[Any]], template=PATTERN):
    """Any button or select whose id is ours; discord.py makes one anew for each press."""

    def __init__(self, item: ui.Item[Any], said: CustomId) -> None:
        super().__init__(item)
        self._said = said

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Return the item for one press."""
        return cls(item, CustomId(match["act"], match["subject"], match["value"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what was pressed or chosen."""
        values = self.item.values if isinstance(self.item, ui.Select) else ()
        await pressed(interaction, self._said, values, _written_on(self.item))


def _written_on(item: ui.Item[Any]) -> str:
    """Return what somebody who pressed it read there, "" of a select."""
    return f"{item.emoji or ''} {item.label or ''}".strip() if isinstance(item, ui.Button) else ""


async def pressed(interaction: Interaction, said: CustomId, values: Sequence[str], name: str = "") -> None:
    """Do what a button or select says, and answer. `values`: chosen in a select; `name`: what it is called."""
    job, index = JobId(said.subject), said.index

    async def act(asker: Asker, studio: Studio) -> Reply:
        return await press(Act(said.act), job, index, asker, studio, said.value if index is None else "")

    match said.act:
        case Act.EDIT:
            await respond(interaction, said.act, lambda asker, studio: open_edit(interaction, job, asker, studio))
        case Act.REPORT:
            await respond(
                interaction, said.act, lambda asker, studio: open_report(interaction, job, index, asker, studio)
            )
        case Act.FILES:
            await _originals(interaction, job)
        case Act.CHANGE if said.value:
            change = say_slash(language(str(interaction.guild_locale or interaction.locale)), Slash.CHANGE_ONE)
            await handle(
                interaction, lambda asker, studio: changed(job, said.value, values, asker, studio), command=change
            )
        case Act.CHANGE:
            await _choose(interaction, job, "".join(values[:1]))
        case _ if said.act in set(Act):
            await handle(interaction, act, command=name or said.act, deleting=said.act == Act.DELETE)
        case _:
            await _about_no_job(interaction, said)


async def _originals(interaction: Interaction, job: JobId) -> None:
    """Send the originals directly, and say so."""

    async def work(asker: Asker, studio: Studio) -> Reply:
        platform = interaction.client.desk.platform
        if platform is None:
            raise Refused(Code.CHAT_SILENT)
        found = await find_job(job, asker.caller, studio)
        told = await platform.send_files(found, str(interaction.user.id), asker.locale)
        return Reply(say_slash(asker.locale, told))

    await handle(interaction, work, thinks=True)


async def _choose(interaction: Interaction, job: JobId, field: str) -> None:
    """Ask what the chosen thing is to be."""

    async def answer(asker: Asker, studio: Studio) -> None:
        found = await values_of(job, field, asker, studio)
        if found is None:
            await say_so(interaction, asker, Slash.NOTHING_ELSE)
        else:
            said, select = found
            await tell(interaction, said, view=select)

    await respond(interaction, Act.CHANGE, answer)


async def _about_no_job(interaction: Interaction, said: CustomId) -> None:
    """Do what a button says that stands under a list, a question or a report."""
    match said.act:
        case "confirm":
            await handle(interaction, lambda asker, studio: confirm(said.subject, asker, studio), command="/imagine")
        case "decline":
            await respond(
                interaction, said.act, lambda asker, studio: _declined(interaction, said.subject, asker, studio)
            )
        case _ if said.act == PAGE:
            await respond(interaction, said.act, lambda asker, studio: turn_page(interaction, said, asker, studio))
        case _ if said.act == EXPORT:
            await take_along(interaction)
        case _ if said.act == JOIN:
            await join(interaction, said.value)
        case _ if said.act == FORGET:
            await forget(interaction, said.subject)
        case _ if said.act in HANDLINGS:
            await respond(interaction, said.act, lambda asker, studio: decide(interaction, said, asker, studio))
        case _:
            await respond(interaction, said.act, lambda asker, _: say_so(interaction, asker, Slash.OTHER_VERSION))


async def _declined(interaction: Interaction, ticket: str, asker: Asker, studio: Studio) -> None:
    """Forget the wish and take the question away; others may see it, too. Raises Refused: NOT_YOURS."""
    await decline(ticket, asker, studio)
    await interaction.response.edit_message(content=say_slash(asker.locale, Slash.NOTHING_QUEUED), view=None)


async def _interaction(interaction: Interaction) -> None:
    """Take in forms, and what discord.py finds no handler for: a button of a version before or after this one."""
    if interaction.type is discord.InteractionType.modal_submit:
        await sent(interaction)
    elif interaction.type is discord.InteractionType.component:
        data: Mapping[str, Any] = interaction.data or {}
        custom_id = str(data.get("custom_id", ""))
        said = read_custom_id(custom_id)
        if said is None:
            await respond(interaction, "button", lambda asker, _: say_so(interaction, asker, Slash.OTHER_VERSION))
        elif not _bears(interaction.message, custom_id):
            # Pressed just as the message became another: discord.py looks for the item in the message as it is now.
            await pressed(interaction, said, data.get("values") or ())


def _bears(message: discord.Message | None, custom_id: str) -> bool:
    """Tell whether a message has this button or select."""
    rows = [] if message is None else message.components
    items = [item for row in rows if isinstance(row, discord.ActionRow) for item in row.children]
    return any(getattr(item, "custom_id", None) == custom_id for item in items)
