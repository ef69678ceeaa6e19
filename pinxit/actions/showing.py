"""Whether a wish's jobs can be shown where they were asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.actions.asking import Room
from pinxit.domain.errors import Code, Refused
from pinxit.domain.job import PREPARE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.actions.readying import Ready
    from pinxit.actions.studio import Studio


def check_shown(wishes: Sequence[Ready], studio: Studio) -> None:
    """Return if there is room and time for the messages of one wish. Reads memory alone.

    Raises Refused: ONE_MESSAGE (more jobs than there is room for), TOO_LONG_HERE (the end comes when the message can be
    written no more, by the queue as it is now).
    """
    target = wishes[0].ask.target
    if target is None:
        return
    is_private = any(wish.private for wish in wishes)
    has_one = target.room is Room.ONE or (target.room is Room.ONE_PRIVATE and is_private)
    if has_one and len(wishes) > 1:
        raise Refused(Code.ONE_MESSAGE, count=len(wishes))
    for wish in wishes:
        within_s = None if wish.ask.target is None else wish.ask.target.within_s
        if within_s is not None and (eta_s := _expected_s(wish, studio)) > within_s:
            raise Refused(Code.TOO_LONG_HERE, eta_s=eta_s, within_s=within_s)


def _expected_s(wish: Ready, studio: Studio) -> float:
    """Return about how many seconds a job takes from now on, on the first generator of its way."""
    first = next(number for number, step in enumerate(wish.route) if step.pool != PREPARE)
    guild = wish.ask.caller.guild
    return sum(studio.queue.expected(step.pool, guild, step.cost_s).eta_s for step in wish.route[: first + 1])
