"""Who waits for whom: a job's message is the answer to its interaction, which is given after the commit."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass

_PATIENCE_S = 5.0  # An interaction lives for 3 s, and its answer may take a moment to come back.
_RUSH_S = 1.0  # For so long others' answers go before one's own message, which says already what it has to.
_KEPT = 4096  # Answers that nobody asked for: their jobs were refused, or their rows could not be read yet.


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that is there. `knows_place`: it says where its job stands in line, or that it does not wait."""

    message_id: str
    knows_place: bool = True


class Acks:
    """The answers of this boot that are under way. Used on the event loop only."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, asyncio.Future[Given | None]] = OrderedDict()
        self._under_way = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    def expect(self, interaction: str, *, hurries: bool = True) -> None:
        """Note, before the commit, that an interaction's answer will show the job.

        One that Discord delivers twice has one answer still, and somebody may wait for it already. `hurries`: the
        others' messages wait for it; False: it was promised and may take minutes.
        """
        if interaction in self._answers:
            return
        answer: asyncio.Future[Given | None] = asyncio.get_running_loop().create_future()
        if hurries:
            self._under_way += 1
            self._quiet.clear()
            answer.add_done_callback(self._arrived)
        self._answers[interaction] = answer
        while len(self._answers) > _KEPT:
            self._drop(next(iter(self._answers)))

    def answered(self, interaction: str, message_id: str, *, knows_place: bool = True) -> None:
        """Note that the answer is there, as this message. `knows_place`: see `Given`."""
        self._settle(interaction, Given(message_id, knows_place))

    def promised(self, interaction: str) -> None:
        """Note that the answer is there and says nothing yet: whoever writes the message fills it, by its token."""
        self._settle(interaction, None)

    def failed(self, interaction: str) -> None:
        """Note that no answer is known to be there: it may be, where its own answer was lost."""
        self._settle(interaction, None)

    def forget(self, interaction: str) -> None:
        """Note that nobody will ask: there is no job."""
        self._drop(interaction)

    async def quiet(self, interaction: str) -> None:
        """Return when the interaction's answer is out, and those that were under way at the same time, within limits.

        What is done for a message whose answer is out would only keep the others waiting for theirs.
        """
        answer = self._answers.get(interaction)
        if answer is None:
            return
        await asyncio.wait({answer}, timeout=_PATIENCE_S)
        try:
            async with asyncio.timeout(_RUSH_S):
                await self._quiet.wait()
        except TimeoutError:
            pass

    async def given(self, interaction: str) -> Given | None:
        """Return the message that is the interaction's answer; None where this boot knows of none."""
        answer = self._answers.get(interaction)
        if answer is None:
            return None
        try:
            async with asyncio.timeout(_PATIENCE_S):
                return await asyncio.shield(answer)
        except TimeoutError:
            return None
        finally:
            self._drop(interaction)

    def _drop(self, interaction: str) -> None:
        """Forget an answer; whoever still waits for it hears that none is known."""
        answer = self._answers.pop(interaction, None)
        if answer is not None and not answer.done():
            answer.set_result(None)

    def _arrived(self, _: asyncio.Future[Given | None]) -> None:
        self._under_way -= 1
        if not self._under_way:
            self._quiet.set()

    def _settle(self, interaction: str, given: Given | None) -> None:
        answer = self._answers.get(interaction)
        if answer is not None and not answer.done():
            answer.set_result(given)
