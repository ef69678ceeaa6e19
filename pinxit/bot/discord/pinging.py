"""Tell somebody who waited long how it ended: edits never ping, so this is a message of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from pinxit.bot.discord.calls import Trouble
from pinxit.domain.job import JobState
from pinxit.wording import Slash, say_slash

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from pinxit.bot.discord.address import Address
    from pinxit.bot.discord.calls import Calls
    from pinxit.domain.delivery import Delivery
    from pinxit.domain.job import Job

_ENDS = (JobState.SUCCEEDED, JobState.FAILED)


def is_worth_a_ping(job: Job, address: Address, after_s: float | None) -> bool:
    """Tell whether a job's requester is to be told: it is public, it took longer than `after_s`, we may write there.

    `after_s`: None: never. Pure.
    """
    if after_s is None or job.private or not address.can_post or not address.user.isdecimal():
        return False
    if job.state not in _ENDS or job.is_deleted or job.ended_at is None:
        return False
    return (job.ended_at - job.created_at).total_seconds() > after_s


async def ping(delivery: Delivery, job: Job, address: Address, client: discord.Client, calls: Calls) -> None:
    """Mention the requester under the result. Repeating it within minutes makes no second message.

    A result that is gone is not pointed at, and what goes wrong is not tried again: the result itself is there.
    """
    if delivery.message_id is None:
        return
    channel = client.get_partial_messageable(int(delivery.channel))
    result = discord.MessageReference(
        message_id=int(delivery.message_id), channel_id=int(delivery.channel), fail_if_not_exists=True
    )
    user = discord.Object(int(address.user))
    how = Slash.READY if job.state is JobState.SUCCEEDED else Slash.NOT_READY

    def say() -> Awaitable[discord.Message]:
        return channel.send(
            say_slash(address.locale, how, {"user": f"<@{address.user}>"}),
            reference=result,
            nonce=f"{delivery.id}.m",
            allowed_mentions=discord.AllowedMentions(everyone=False, roles=False, users=[user], replied_user=False),
        )

    told = await calls.tried("mention", say, can_wait=True)
    if isinstance(told, Trouble) and told.unknown:
        # Whether it came is not known; with the same nonce it comes once.
        await calls.tried("mention", say, can_wait=True)
