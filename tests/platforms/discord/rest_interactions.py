"""How interactions are answered: the callback within three seconds, then by the token for fifteen minutes.

Source: discord.com/developers/docs/interactions/receiving-and-responding, read 2026-11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.platforms.discord import posting, rights, wire
from tests.platforms.discord.answering import NO_CONTENT, Answer, Asked
from tests.platforms.discord.composing import Sent, Where, composed
from tests.platforms.discord.entities import Callback, Interaction, InteractionType, Message
from tests.platforms.discord.errors import DiscordError, Wrong, invalid
from tests.platforms.discord.routes import Route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.platforms.discord.answering import Serve
    from tests.platforms.discord.state import State

Json = dict[str, Any]
ACKNOWLEDGE_S = 3.0
TOKEN_S = 15 * 60.0
_FOLLOW_UPS_MAX = 5  # Where the application is installed to the person only.
_OF_MESSAGES = {Callback.MESSAGE, Callback.DEFERRED_MESSAGE}
_OF_UPDATES = {Callback.UPDATE, Callback.DEFERRED_UPDATE}


class Interactions:
    """The routes under /interactions and /webhooks."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> Iterator[tuple[str, Route, Serve]]:
        """Return method, route and what serves it."""
        yield "POST", Route.CALLBACK, self._callback
        yield "POST", Route.FOLLOW_UP, self._follow_up
        for route in (Route.ORIGINAL, Route.FOLLOW_UP_MESSAGE):
            yield "GET", route, self._get
            yield "PATCH", route, self._edit
            yield "DELETE", route, self._delete

    async def _callback(self, asked: Asked) -> Answer:
        state = self._state
        found = state.by_token(asked.path["interaction_token"])
        if found is None or found.id != asked.path["interaction_id"]:
            raise DiscordError(Wrong.UNKNOWN_INTERACTION)
        asked.call.interaction_id, asked.call.channel_id = found.id, found.channel_id
        if found.answered_s is not None:
            raise DiscordError(Wrong.ALREADY_ACKNOWLEDGED)
        if state.clock.now_s() - found.created_s > ACKNOWLEDGE_S:
            raise DiscordError(Wrong.UNKNOWN_INTERACTION)
        if found.channel_id not in state.channels:
            raise DiscordError(Wrong.UNKNOWN_CHANNEL)
        callback = _callback_of(asked.body, found)
        data = asked.body.get("data") or {}
        message = self._shown(asked, found, callback, Sent(data, asked.sent.files))
        found.answered_s, found.callback, found.answer = state.clock.now_s(), callback, data
        if message is not None:
            found.original_id = message.id
            asked.call.message_id = message.id
            asked.call.shown = None if callback is Callback.DEFERRED_UPDATE else message.json
        if asked.query.get("with_response") not in {"1", "true"}:
            return NO_CONTENT
        return Answer(self._told(found, callback, message))

    def _shown(self, asked: Asked, found: Interaction, callback: Callback, sent: Sent) -> Message | None:
        """Carry the callback out; return the message that @original means from now on, None where there is none."""
        state = self._state
        if callback in _OF_UPDATES:
            message = state.message(found.message_id)
            if message is None:
                raise DiscordError(Wrong.UNKNOWN_MESSAGE)
            if callback is Callback.UPDATE:
                where = Where(found.channel_id, found.attachment_size_limit, ephemeral=message.only_for is not None)
                posting.change(state, message, composed(state, sent, where, message.json))
            return message
        if callback not in _OF_MESSAGES:
            return None
        found.ephemeral = self._is_ephemeral(found, sent.body)
        if callback is Callback.DEFERRED_MESSAGE:
            flags = posting.LOADING | (posting.EPHEMERAL if found.ephemeral else 0)
            said = {**posting.NOTHING, "flags": flags}
        else:
            said = composed(state, sent, Where(found.channel_id, found.attachment_size_limit, found.ephemeral))
        asked.call.files = [name for name, _ in sent.files.values()]
        return self._post(found, said)

    def _told(self, found: Interaction, callback: Callback, message: Message | None) -> Json:
        told: Json = {"id": found.id, "type": int(found.type), "channel_id": found.channel_id}
        if found.guild_id is not None:
            told["guild_id"] = found.guild_id
        if message is None or callback is Callback.DEFERRED_UPDATE:
            return {"interaction": told}
        told |= {
            "response_message_id": message.id,
            "response_message_loading": message.loading,
            "response_message_ephemeral": message.only_for is not None,
        }
        if callback is Callback.DEFERRED_MESSAGE:  # The document knows a resource of types 4 and 7 only.
            return {"interaction": told}
        return {
            "interaction": told,
            "resource": {"type": int(callback), "message": wire.message_json(self._state, message)},
        }

    async def _follow_up(self, asked: Asked) -> Answer:
        state = self._state
        found = self._open(asked)
        original = state.message(found.original_id)
        if original is not None and original.loading:  # The first message by the token ends the "thinking…".
            return self._changed(asked, found, original)
        if len(found.follow_ups) >= _FOLLOW_UPS_MAX and _is_of_person_only(found):
            raise DiscordError(Wrong.MANY_FOLLOW_UPS)
        ephemeral = self._is_ephemeral(found, asked.body)
        where = Where(found.channel_id, found.attachment_size_limit, ephemeral)
        message = self._post(found, composed(state, asked.sent, where))
        found.follow_ups.append(message.id)
        asked.call.message_id, asked.call.shown = message.id, message.json
        return Answer(wire.message_json(state, message))

    async def _get(self, asked: Asked) -> Answer:
        found = self._open(asked)
        return Answer(wire.message_json(self._state, self._message(asked, found)))

    async def _edit(self, asked: Asked) -> Answer:
        found = self._open(asked)
        return self._changed(asked, found, self._message(asked, found))

    async def _delete(self, asked: Asked) -> Answer:
        found = self._open(asked)
        posting.remove(self._state, self._message(asked, found))
        return NO_CONTENT

    def _changed(self, asked: Asked, found: Interaction, message: Message) -> Answer:
        where = Where(found.channel_id, found.attachment_size_limit, ephemeral=message.only_for is not None)
        posting.change(self._state, message, composed(self._state, asked.sent, where, message.json))
        asked.call.message_id, asked.call.shown = message.id, message.json
        return Answer(wire.message_json(self._state, message))

    def _post(self, found: Interaction, said: Json) -> Message:
        channel = self._state.channels[found.channel_id]
        return posting.post(self._state, channel, said, posting.Origin(self._state.bot.id, interaction=found))

    def _open(self, asked: Asked) -> Interaction:
        """Return the interaction that the token opens. Raises DiscordError: never there, unanswered, or too old."""
        found = self._state.by_token(asked.path["webhook_token"])
        if found is None or asked.path["webhook_id"] != self._state.application_id or found.answered_s is None:
            raise DiscordError(Wrong.UNKNOWN_WEBHOOK)
        asked.call.interaction_id, asked.call.channel_id = found.id, found.channel_id
        if self._state.clock.now_s() - found.created_s > TOKEN_S:
            raise DiscordError(Wrong.TOKEN_EXPIRED)
        if found.channel_id not in self._state.channels:
            raise DiscordError(Wrong.UNKNOWN_CHANNEL)
        return found

    def _message(self, asked: Asked, found: Interaction) -> Message:
        message_id = asked.path.get("message_id", found.original_id)
        asked.call.message_id = message_id
        message = self._state.message(message_id)
        if message is None or message_id not in {found.original_id, *found.follow_ups}:
            raise DiscordError(Wrong.UNKNOWN_MESSAGE)
        return message

    def _is_ephemeral(self, found: Interaction, body: Json) -> bool:
        """Return whether only the person will see it: by the flag, or because it may not use outside apps aloud."""
        if (body.get("flags") or 0) & posting.EPHEMERAL:
            return True
        member = found.payload.get("member") or {}
        may = rights.has(int(member.get("permissions", rights.EVERYONE)), use_external_apps=True)
        return found.guild_id is not None and _is_of_person_only(found) and not may


def _is_of_person_only(found: Interaction) -> bool:
    owners = found.payload.get("authorizing_integration_owners", {"0": ""})
    return "0" not in owners


def _callback_of(body: Json, found: Interaction) -> Callback:
    """Return how the interaction is to be answered. Raises DiscordError where its type does not allow that."""
    callback = Callback(body["type"])
    is_autocomplete = found.type is InteractionType.AUTOCOMPLETE
    wrong = (callback is Callback.CHOICES) is not is_autocomplete
    wrong = wrong or (callback is Callback.MODAL and found.type is InteractionType.MODAL)
    wrong = wrong or (callback in _OF_UPDATES and found.message_id is None)
    if wrong or callback is Callback.PONG:
        raise invalid("type", "INTERACTION_RESPONSE_TYPE_INVALID", f"{callback.name} does not answer {found.type.name}")
    return callback
