"""Discord as a platform: where a job's message goes, how it is edited through its life, and what is left in the end.

An interaction's answer is the message as long as its token lives; then the bot itself edits it; and where that cannot
be, there is a new message: in the channel for what everybody may see, in the person's direct chat for what is private
or can be written nowhere else. A private result never goes to a channel.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import structlog

from pinxit.actions.quota import balance
from pinxit.bot.discord.address import DISCORD, Address
from pinxit.bot.discord.calls import End, Trouble
from pinxit.bot.discord.drawing import Drawn, draw, plain
from pinxit.bot.discord.files import DEFAULT_MOST_BYTES, Gathered, Room, gather
from pinxit.bot.discord.originals import send_originals
from pinxit.bot.discord.pinging import is_worth_a_ping, ping
from pinxit.bot.discord.texts import escape
from pinxit.bot.discord.ways import Ways, has_token
from pinxit.chat.cards import view
from pinxit.chat.quota_lines import left_said
from pinxit.domain.caller import Caller
from pinxit.domain.delivery import Budget, Done, Gone, Later, Shown, Urgency
from pinxit.domain.job import JobState
from pinxit.wording import Slash, say_slash

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import discord

    from pinxit.actions.studio import Studio
    from pinxit.bot.discord.acks import Acks
    from pinxit.bot.discord.calls import Calls
    from pinxit.domain.delivery import Answer, Card, Delivery, Placed
    from pinxit.domain.ids import DeliveryId
    from pinxit.domain.job import Job
    from pinxit.domain.ports import Blobs, Clock

T = TypeVar("T")

log = structlog.get_logger(__name__)

_FILES_AGAIN_S = 5.0
_OFFLINE_S = 2.0
_OFFLINE = "not logged in to Discord"
# Whose message is taken away so often is not wanted there: then the person gets it, and in the end nobody does.
_CREATIONS_HERE, _CREATIONS = 3, 6
_SHRINKS = 3  # How often a message's files are halved, before it goes without them.
_KEPT = 10_000


class DiscordPlatform:
    """Shows jobs on Discord. `bind` it to a studio before anything is delivered.

    `public_url`: where our web server is reached from outside, None where it is not. `mention_after_s`: a public job
    that took longer has its requester mentioned; None: nobody is.
    """

    budget = Budget(progress_s=2.5, at_once=16)

    def __init__(
        self,
        client: discord.Client,
        blobs: Blobs,
        clock: Clock,
        acks: Acks,
        calls: Calls,
        *,
        public_url: str | None = None,
        mention_after_s: float | None = None,
    ) -> None:
        self._client = client
        self._blobs = blobs
        self._clock = clock
        self._acks = acks
        self._calls = calls
        self._ways = Ways(client, calls)
        self._public_url = public_url
        self._mention_after_s = mention_after_s
        self._studio: Studio | None = None
        # Messages that their token does not open. Forgetting one costs a call that fails.
        self._not_by_token: OrderedDict[DeliveryId, None] = OrderedDict()
        # What messages were created with. Forgetting one costs an edit that changes nothing.
        self._created: OrderedDict[DeliveryId, Card] = OrderedDict()

    def bind(self, studio: Studio) -> None:
        """Let messages tell of previews and of what is left of quotas."""
        self._studio = studio

    async def ready(self, delivery: Delivery) -> None:
        """Return when the interaction's answer is given or given up, and the rush that it came in is over."""
        await self._acks.quiet(Address.read(delivery.target).interaction)

    async def place(self, delivery: Delivery, card: Card) -> Placed:
        """Find the interaction's answer, or create the message. Files come with the edit that follows a final."""
        address = Address.read(delivery.target)
        if self._is_offline:
            return Later(_OFFLINE_S, _OFFLINE)
        if delivery.creation >= _CREATIONS:
            return Gone("its message is taken away again and again", channel=True)
        is_first = bool(address.interaction) and not delivery.creation
        found = await self._acks.given(address.interaction) if is_first else None
        if card.job.is_deleted:
            return await self._withdraw(delivery, address)
        if found is not None:
            if found.knows_place or card.place is None:
                _keep(self._created, delivery.id, card)
            return Shown(found.message_id)
        placed = await self._place(delivery, card, address)
        # After another try it may be the message of that one, with what was true then.
        if isinstance(placed, Shown) and not delivery.tries:
            _keep(self._created, delivery.id, card)
        return placed

    async def _withdraw(self, delivery: Delivery, address: Address) -> Placed:
        """Show nothing of a deleted job, and leave no answer that shows or promises it."""
        if has_token(address, self._clock.now()) and not delivery.creation:
            left = await self._ways.delete_by_token(address, None)
            if left is not None and left.end is End.LATER:
                return left.later()
        return Gone("the job was deleted before it was shown", channel=True)

    async def _place(self, delivery: Delivery, card: Card, address: Address) -> Placed:
        if has_token(address, self._clock.now()) and not delivery.creation:
            # In plain words rather than elsewhere: a promise would stay beside another message.
            edited = await self._sent(card, address, lambda drawn: self._ways.edit_by_token(address, None, drawn))
            if isinstance(edited, str):
                return Shown(edited)
            if edited.end is End.LATER:
                return edited.later()
        if address.can_post and not card.job.private and delivery.creation < _CREATIONS_HERE:
            created = await self._sent(
                card, address, lambda drawn: self._ways.create(delivery.channel, address, drawn, delivery.nonce)
            )
            if isinstance(created, str):
                return Shown(created)
            if created.end is End.LATER:
                return created.later()
        return await self._place_directly(delivery, card, address)

    async def _place_directly(self, delivery: Delivery, card: Card, address: Address) -> Placed:
        is_meant_for_here = not address.guild or (card.job.private and not address.interaction)
        content = "" if is_meant_for_here else escape(say_slash(address.locale, Slash.IN_DM))
        sent = await self._sent(
            card,
            address,
            lambda drawn: self._ways.create_directly(address.user, replace(drawn, content=content), delivery.nonce),
        )
        if isinstance(sent, tuple):
            return Shown(sent[1], channel=sent[0])
        if sent.end is End.LATER:
            return sent.later()
        log.warning("a result waits in /history: it can be written nowhere", delivery=delivery.id, reason=sent.reason)
        return Gone(sent.reason, channel=True)

    async def _sent(self, card: Card, address: Address, send: Callable[[Drawn], Awaitable[T | Trouble]]) -> T | Trouble:
        """Send a card without its files, and in plain words where Discord finds fault with it."""
        sent = await send(self._draw(card, address))
        if isinstance(sent, Trouble) and sent.end is End.INVALID:
            sent = await send(self._plain(card, address))
        return sent

    def _plain(self, card: Card, address: Address) -> Drawn:
        return plain(view(card, address.locale, self._clock.now()), address, locale=address.locale)

    async def show(self, delivery: Delivery, card: Card, urgency: Urgency) -> Answer:
        """Edit the message so that it shows the card, with all the files that it is to have."""
        if delivery.message_id is None:
            return Gone("the delivery has no message yet")
        if self._is_offline:
            return Later(_OFFLINE_S, _OFFLINE)
        address = Address.read(delivery.target)
        if card.job.is_deleted:
            return await self._remove(delivery, address, delivery.message_id)
        created = self._created.pop(delivery.id, None)
        if urgency is not Urgency.FINAL and card == created:
            return Done()
        if urgency is not Urgency.FINAL:
            drawn = self._draw(card, address, preview=self._preview(card.job))
            edited = await self._edit(delivery, address, delivery.message_id, drawn, can_wait=True)
            if isinstance(edited, str) or edited.end in (End.INVALID, End.LARGE):
                return Done()  # Nobody misses one picture of the progress.
            return edited.later() if edited.end is End.LATER else Gone(edited.reason)
        try:
            shown = await self._show_final(delivery, card, address, delivery.message_id)
        except OSError as error:
            return Later(_FILES_AGAIN_S, f"a picture's file cannot be read: {type(error).__name__}")
        if isinstance(shown, str):
            return await self._shown(delivery, card.job, address)
        if shown.end is End.LATER:
            return shown.later()
        return Gone(shown.reason)

    async def send_files(self, job: Job, user: str, locale: str) -> Slash:
        """Send a job's originals to somebody directly, as `send_originals` does."""
        return await send_originals(
            job, user, self._ways, self._blobs, self._clock.now(), locale=locale, public_url=self._public_url
        )

    async def _show_final(self, delivery: Delivery, card: Card, address: Address, message_id: str) -> str | Trouble:
        """Edit the message to the end of its job, with smaller files or in plainer words where it must be."""
        left = await self._left(card.job, address)
        room = self._room(address)
        edited: str | Trouble = Trouble(End.LARGE, "nothing was tried")
        for _ in range(_SHRINKS):
            gathered = await self._gathered(card, address, room)
            drawn = self._draw(card, address, left=left, gathered=gathered)
            edited = await self._edit(delivery, address, message_id, drawn)
            if isinstance(edited, str) or edited.end is not End.LARGE:
                break
            room = room.below(gathered.files)
        if isinstance(edited, Trouble) and edited.end in (End.LARGE, End.INVALID):
            log.error("Discord finds fault with a result; it is shown plainly", job=card.job.id, reason=edited.reason)
            edited = await self._edit(delivery, address, message_id, self._plain(card, address))
        return edited

    async def _edit(
        self, delivery: Delivery, address: Address, message_id: str, drawn: Drawn, *, can_wait: bool = False
    ) -> str | Trouble:
        """Edit by the token while it lives, else by the bot itself."""
        if has_token(address, self._clock.now()) and delivery.id not in self._not_by_token:
            edited = await self._ways.edit_by_token(address, message_id, drawn, can_wait=can_wait)
            if isinstance(edited, str) or edited.end not in (End.TOKEN, End.MESSAGE):
                return edited
            _keep(self._not_by_token, delivery.id, None)
        return await self._ways.edit(delivery.channel, message_id, drawn, can_wait=can_wait)

    async def _remove(self, delivery: Delivery, address: Address, message_id: str) -> Answer:
        """Delete the message of a deleted job. What cannot be deleted is left."""
        if has_token(address, self._clock.now()):
            gone = await self._ways.delete_by_token(address, message_id)
            if gone is None:
                return Done()
            if gone.end is End.LATER:  # What only one person sees, nothing but the token can take away.
                return gone.later()
        gone = await self._ways.delete(delivery.channel, message_id)
        if gone is not None and gone.end is End.LATER:
            return gone.later()
        return Done()

    async def _shown(self, delivery: Delivery, job: Job, address: Address) -> Answer:
        self._not_by_token.pop(delivery.id, None)
        if delivery.reopened_at is None and is_worth_a_ping(job, address, self._mention_after_s):
            await ping(delivery, job, address, self._client, self._calls)
        return Done()

    def _draw(
        self,
        card: Card,
        address: Address,
        *,
        left: str = "",
        preview: bytes | None = None,
        gathered: Gathered = Gathered(),  # noqa: B008 - frozen, so one may serve all
    ) -> Drawn:
        shown = view(card, address.locale, self._clock.now())
        return draw(
            shown,
            address,
            locale=address.locale,
            left=left,
            preview=preview,
            files=gathered.files,
            notes=gathered.notes,
        )

    async def _gathered(self, card: Card, address: Address, room: Room) -> Gathered:
        if card.job.state is not JobState.SUCCEEDED:
            return Gathered()
        shown = view(card, address.locale, self._clock.now())
        return await gather(card.job, shown, self._blobs, room, locale=address.locale, public_url=self._public_url)

    def _room(self, address: Address) -> Room:
        """Return what fits: by what the interaction said while it lives, else by what the server allows us."""
        if has_token(address, self._clock.now()):
            return Room(address.limit_bytes)
        guild = self._client.get_guild(int(address.guild)) if address.guild.isdecimal() else None
        return Room(DEFAULT_MOST_BYTES if guild is None else guild.filesize_limit)

    @property
    def _is_offline(self) -> bool:
        """Tell whether there is no session to make calls with: before the login, and after the end."""
        return self._client.user is None or self._client.is_closed()

    def _preview(self, job: Job) -> bytes | None:
        return (
            None
            if self._studio is None or job.state is not JobState.RUNNING
            else self._studio.events.progress(job.id).preview
        )

    async def _left(self, job: Job, address: Address) -> str:
        """Return what the requester may still ask for today, "" where nothing limits them or nothing was made."""
        if self._studio is None or not job.pictures:
            return ""
        caller = Caller(job.guild, job.person, DISCORD, roles=address.roles)
        return left_said(await balance(caller, self._studio), address.locale)


def _keep(notes: OrderedDict[DeliveryId, T], delivery: DeliveryId, note: T) -> None:
    notes[delivery] = note
    while len(notes) > _KEPT:
        notes.popitem(last=False)
