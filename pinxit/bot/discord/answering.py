"""Answer with something that no job comes of: a form, a choice, another page."""

from __future__ import annotations

import asyncio
import io
from typing import TYPE_CHECKING

import discord
from discord import ui

from pinxit.bot.discord.failures import tell_failure
from pinxit.bot.discord.places import known_asker, language
from pinxit.bot.discord.telling import ANSWER_WITHIN_S, refuse, tell
from pinxit.bot.discord.texts import MESSAGE_MOST, escape
from pinxit.domain.errors import Code, Refused, Unavailable
from pinxit.wording import Slash, say_slash

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pinxit.actions.studio import Studio
    from pinxit.bot.discord.desk import Interaction
    from pinxit.chat.replies import Asker


async def respond(interaction: Interaction, where: str, answer: Callable[[Asker, Studio], Awaitable[None]]) -> None:
    """Let `answer` answer an interaction by itself, and tell the person where that fails.

    `where`: what was used, for the log. Nothing is noted of the person by this.
    """
    desk = interaction.client.desk
    locale = language(str(interaction.locale))
    with desk.working():
        try:
            if desk.is_stopping:
                raise Refused(Code.STOPPING)  # noqa: TRY301 - told as every refusal is
            asker = await known_asker(interaction, desk.studio)
            locale = asker.locale
            await answer(asker, desk.studio)
        except (Refused, Unavailable) as refused:
            await _refuse(interaction, where, refused, locale)
        except Exception as error:  # noqa: BLE001 - the platform's edge: it is logged, and the show goes on
            await tell_failure(interaction, where, error)


async def ask(interaction: Interaction, form: ui.Modal) -> None:
    """Open a form. Raises discord.HTTPException, OSError, TimeoutError."""
    async with asyncio.timeout(ANSWER_WITHIN_S):
        await interaction.response.send_modal(form)


async def say_so(interaction: Interaction, asker: Asker, about: Slash, **facts: str) -> None:
    """Tell the person a sentence. Raises as `ask` does."""
    await tell(interaction, escape(say_slash(asker.locale, about, facts), MESSAGE_MOST))


async def hand_over(interaction: Interaction, asker: Asker, text: str) -> None:
    """Give the person words that no form can hold, as a file. Raises as `ask` does."""
    file = discord.File(io.BytesIO(text.encode()), "prompt.txt")
    await tell(interaction, escape(say_slash(asker.locale, Slash.TOO_LONG_FOR_FORM), MESSAGE_MOST), files=[file])


async def _refuse(interaction: Interaction, where: str, refused: Refused | Unavailable, locale: str) -> None:
    try:
        await refuse(interaction, refused if isinstance(refused, Refused) else Refused(Code.STOPPING), locale)
    except Exception as error:  # noqa: BLE001 - as above
        await tell_failure(interaction, where, error)
