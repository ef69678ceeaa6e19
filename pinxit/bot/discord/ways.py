"""The ways a message takes to Discord: as an interaction's answer, by the bot itself, or to the person directly."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import discord

from pinxit.bot.discord.calls import End, Trouble
from pinxit.bot.discord.drawing import used

if TYPE_CHECKING:
    from datetime import datetime

    from pinxit.bot.discord.address import Address
    from pinxit.bot.discord.calls import Calls
    from pinxit.bot.discord.drawing import Drawn

# Tokens live for 15 minutes: discord.com/developers/docs/interactions/receiving-and-responding, read 2026-11.
TOKEN_LIFE_S = 14 * 60.0
_ORIGINAL: Any = "@original"  # discord.py writes whatever it is given into the address; its type knows numbers only.


class Ways:
    """Sends, edits and deletes over one client. Nothing here decides which way is right."""

    def __init__(self, client: discord.Client, calls: Calls) -> None:
        self._client = client
        self._calls = calls

    async def edit_by_token(
        self, address: Address, message_id: str | None, drawn: Drawn, *, can_wait: bool = False
    ) -> str | Trouble:
        """Edit an interaction's message, its answer itself where `message_id` is None; return the message's id."""
        webhook = self._webhook(address)
        edited = await self._calls.tried(
            "edit by token",
            lambda: webhook.edit_message(_ORIGINAL if message_id is None else int(message_id), **drawn.to_edit()),
            by_token=True,
            can_wait=can_wait,
            size_bytes=drawn.size_bytes,
        )
        return edited if isinstance(edited, Trouble) else str(edited.id)

    async def edit(self, channel: str, message_id: str, drawn: Drawn, *, can_wait: bool = False) -> str | Trouble:
        """Edit a message of the bot's own; return its id."""
        message = self._client.get_partial_messageable(int(channel)).get_partial_message(int(message_id))
        edited = await self._calls.tried(
            "edit", lambda: message.edit(**drawn.to_edit()), can_wait=can_wait, size_bytes=drawn.size_bytes
        )
        return edited if isinstance(edited, Trouble) else str(edited.id)

    async def create(self, channel: str, address: Address, drawn: Drawn, nonce: str) -> str | Trouble:
        """Create a message in a channel and return its id. The same nonce makes no second one, for minutes."""
        there = self._client.get_partial_messageable(int(channel))
        said = replace(drawn, content=used(address, address.locale))
        sent: discord.Message | Trouble = Trouble(End.CHANNEL, "nothing was tried")
        if address.reply_to.isdecimal():
            answered = discord.MessageReference(
                message_id=int(address.reply_to), channel_id=int(channel), fail_if_not_exists=False
            )
            sent = await self._calls.tried(
                "reply",
                lambda: there.send(nonce=nonce, reference=answered, **said.to_send()),
                size_bytes=said.size_bytes,
            )
        if isinstance(sent, Trouble) and sent.end is End.CHANNEL:
            # Replying takes a permission more than writing: the one to read what was written before.
            sent = await self._calls.tried(
                "create", lambda: there.send(nonce=nonce, **said.to_send()), size_bytes=said.size_bytes
            )
        return sent if isinstance(sent, Trouble) else str(sent.id)

    async def create_directly(self, user: str, drawn: Drawn, nonce: str | None = None) -> tuple[str, str] | Trouble:
        """Create a message in the person's direct chat; return (channel, message)."""
        if not user.isdecimal():
            return Trouble(End.CLOSED, "nobody to write to")
        chat = await self._calls.tried("open a direct chat", lambda: self._client.create_dm(discord.Object(int(user))))
        if isinstance(chat, Trouble):
            # Whatever keeps the chat closed, keeps it closed.
            return chat if chat.end is End.LATER else replace(chat, end=End.CLOSED)
        more: dict[str, Any] = {} if nonce is None else {"nonce": nonce}
        sent = await self._calls.tried(
            "write directly", lambda: chat.send(**drawn.to_send(), **more), size_bytes=drawn.size_bytes
        )
        return sent if isinstance(sent, Trouble) else (str(chat.id), str(sent.id))

    async def delete_by_token(self, address: Address, message_id: str | None) -> Trouble | None:
        """Delete an interaction's message, its answer itself where `message_id` is None."""
        webhook = self._webhook(address)
        named = _ORIGINAL if message_id is None else int(message_id)
        return await self._calls.tried("delete by token", lambda: webhook.delete_message(named), by_token=True)

    async def delete(self, channel: str, message_id: str) -> Trouble | None:
        """Delete a message of the bot's own."""
        message = self._client.get_partial_messageable(int(channel)).get_partial_message(int(message_id))
        return await self._calls.tried("delete", message.delete)

    def _webhook(self, address: Address) -> discord.Webhook:
        return discord.Webhook.partial(int(address.application), address.token, client=self._client)


def has_token(address: Address, now: datetime) -> bool:
    """Tell whether the interaction's token may still open its messages; pure."""
    is_there = bool(address.token) and address.application.isdecimal()
    return is_there and now.timestamp() - address.asked_s < TOKEN_LIFE_S
