"""What tests of the Discord bot do again and again: have something painted, and look at what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pinxit.actions.history import HistoryQuery, history
from pinxit.bot.discord.custom_ids import read_custom_id
from pinxit.domain.caller import OPERATOR
from pinxit.domain.ids import JobId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.actions.studio import Studio
    from pinxit.domain.job import Job
    from tests.bot.living import Living
    from tests.platforms.discord.entities import Channel
    from tests.platforms.discord.people import Person
    from tests.platforms.discord.people_sight import Seen


async def painted(who: Person, channel: Channel, prompt: str = "a red fox", **options: Any) -> Seen:  # noqa: ANN401 - a command's options
    """Return the message of a finished /imagine; small, so that it is quick."""
    used = await who.slash(channel, "imagine", prompt=prompt, **{"size": "64x64", **options})
    return await used.wait(is_final)


def is_final(message: Seen) -> bool:
    """Tell whether a message shows what was painted."""
    return bool(message.attachments) and any(name in message.buttons for name in ("Reroll", "Neu würfeln"))


def job_of(message: Seen) -> JobId:
    """Return the id of the job that a message shows, as its buttons say it."""
    said = next(filter(None, (read_custom_id(one.get("custom_id", "")) for one in message.components)))
    return JobId(said.subject)


async def settled(program: Living) -> None:
    """Wait until the bot has answered whatever came so far."""
    await program.bot.client.desk.idle(10.0)


async def jobs_of(studio: Studio) -> Sequence[Job]:
    """Return every job that is there, the newest first."""
    return (await history(HistoryQuery(most=50), OPERATOR, studio)).jobs
