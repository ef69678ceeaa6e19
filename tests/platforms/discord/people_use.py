"""What comes of one use of the bot by a person: a command, a press, a choice or a form, and what they see of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.platforms.discord.entities import Callback
from tests.platforms.discord.people_modals import Modal
from tests.platforms.discord.people_sight import NotSeen, Seen, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.platforms.discord.entities import Interaction, Message
    from tests.platforms.discord.state import State


class Used:
    """One interaction and its answers. `interaction` is the server's record of it."""

    def __init__(self, state: State, interaction: Interaction) -> None:
        self.interaction = interaction
        self._state = state

    @property
    def id(self) -> str:
        """Return the interaction's id."""
        return self.interaction.id

    @property
    def callback(self) -> Callback | None:
        """Return how it was acknowledged, None while it is not."""
        return self.interaction.callback

    async def acknowledged(self, timeout_s: float = 10.0) -> float:
        """Wait for the acknowledgement and return the seconds it took. Raises NotSeen."""
        await wait_until(
            self._state,
            lambda: self.interaction.answered_s is not None,
            lambda: f"no answer to {self.interaction.payload.get('data')}",
            timeout_s=timeout_s,
        )
        took_s = self.interaction.took_s
        if took_s is None:
            raise NotSeen("an answer without its time")
        return took_s

    @property
    def message(self) -> Seen:
        """Return the answer that @original means; of a press that changed its message: that one. Raises NotSeen."""
        found = self._original()
        if found is None:
            raise NotSeen(f"no message answers {self.interaction.payload.get('data')}; it had {self.callback!r}")
        return Seen(self._state, found)

    async def wait(self, predicate: Callable[[Seen], object] = bool, *, timeout_s: float = 10.0) -> Seen:
        """Wait until the answer is there, says more than "thinking…", and satisfies the predicate. Raises NotSeen."""

        def fitting() -> Seen | None:
            found = self._original()
            if found is None or found.loading or found.deleted:
                return None
            seen = Seen(self._state, found)
            return seen if predicate(seen) else None

        seen: Seen = await wait_until(self._state, fitting, self._instead, timeout_s=timeout_s)
        return seen

    async def gone(self, timeout_s: float = 10.0) -> None:
        """Wait until the answer is deleted. Raises NotSeen."""

        def is_gone() -> bool:
            kept = self._state.messages.get(self.interaction.original_id or "")
            return kept is not None and kept.deleted

        await wait_until(self._state, is_gone, self._instead, timeout_s=timeout_s)

    @property
    def follow_ups(self) -> list[Seen]:
        """Return the further messages that are there."""
        found = [self._state.message(one) for one in self.interaction.follow_ups]
        return [Seen(self._state, one) for one in found if one is not None]

    async def follow_up(self, predicate: Callable[[Seen], object] = bool, *, timeout_s: float = 10.0) -> Seen:
        """Wait for a further message that satisfies the predicate. Raises NotSeen."""

        def fitting() -> Seen | None:
            return next((one for one in self.follow_ups if not one.is_loading and predicate(one)), None)

        seen: Seen = await wait_until(self._state, fitting, self._instead, timeout_s=timeout_s)
        return seen

    async def modal(self, timeout_s: float = 10.0) -> Modal:
        """Wait for the form that it opens. Raises NotSeen if it is answered otherwise."""
        await self.acknowledged(timeout_s)
        if self.callback is not Callback.MODAL:
            raise NotSeen(f"no form; instead: {self._instead()}")
        return Modal(self.interaction.answer, self.interaction.id)

    def _original(self) -> Message | None:
        return self._state.messages.get(self.interaction.original_id or "")

    def _instead(self) -> str:
        found = self._original()
        shown = "no message" if found is None else Seen(self._state, found).describe()
        further = [one.describe() for one in self.follow_ups]
        return f"{self.callback!r}, {shown}, follow-ups {further}"
