"""Programs with one mistake each in how they speak to Discord, and the trial that must show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tests.crash import discord_trials as trials
from tests.crash.mutants import Mistake

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Trial(Protocol):
    """An ordeal in an empty `folder`; `package` holds the `pinxit` to be tested. Returns the crimes."""

    __name__: str

    async def __call__(self, folder: Path, package: Path) -> Sequence[str]:
        """Go through it."""


@dataclass(frozen=True, slots=True)
class DiscordMutant(Mistake):
    """A mistake and who finds it. `crime`: a part of the sentence that tells it."""

    trial: Trial
    crime: str


MUTANTS = (
    DiscordMutant(
        "the final does not wait for the progress before it",
        "queue/message_writer.py",
        "answer, delivery = await _uncut(self._show_progress(delivery, card))",
        "asyncio.ensure_future(self._show_progress(delivery, card)); answer = Done()",
        trials.progress_is_carried_out_late,
        "progress after the final: ",
    ),
    DiscordMutant(
        "messages are created without their nonce",
        "bot/discord/ways.py",
        '"create", lambda: there.send(nonce=nonce, **said.to_send())',
        '"create", lambda: there.send(**said.to_send())',
        trials.dies_with_a_message_made,
        "doubled: ",
    ),
    DiscordMutant(
        "mark before send",
        "queue/message_writer.py",
        'self._steps("delivery.before_final")',
        'await self._store.deliveries.done(delivery.id, self._clock.now()); self._steps("delivery.before_final")',
        trials.dies_before_the_final_arrives,
        "lost: ",
    ),
    DiscordMutant(
        "a private job is shown in the channel where its answer is not there",
        "bot/discord/platform.py",
        "address.can_post and not card.job.private",
        "address.can_post",
        trials.dies_before_a_private_answer,
        "private: ",
    ),
)
