"""What somebody else's eyes see in a message: a job of ours, or pictures that somebody sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.bot.discord.address import DISCORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    import discord

    from pinxit.actions.studio import Studio
    from pinxit.domain.ids import JobId

_NOT_PICTURES = ("image/svg",)  # A drawing in words, which nothing here reads as pixels.


@dataclass(frozen=True, slots=True)
class Seen:
    """What is in a message. `job`: the one of ours that it shows. `pictures`: what is attached, if it shows none."""

    job: JobId | None
    pictures: tuple[discord.Attachment, ...] = ()


async def seen_in(message: discord.Message, studio: Studio) -> Seen:
    """Return what a message shows."""
    job = await studio.store.deliveries.by_message(DISCORD, str(message.channel.id), str(message.id))
    return Seen(job) if job is not None else Seen(None, tuple(_pictures(message)))


def _pictures(message: discord.Message) -> Iterator[discord.Attachment]:
    """Yield the pictures attached to a message, or to the one that it forwards."""
    forwarded = (attachment for part in message.message_snapshots for attachment in part.attachments)
    for attachment in (*message.attachments, *forwarded):
        kind = attachment.content_type or ""
        if kind.startswith("image/") and not kind.startswith(_NOT_PICTURES):
            yield attachment
