"""One wish, as every platform hands it over."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pinxit.actions.planning import Again
    from pinxit.domain.caller import Caller
    from pinxit.domain.draft import Draft
    from pinxit.domain.hints import Told


class Room(StrEnum):
    """How many messages of one wish there is room for where it was made."""

    ANY = "any"
    ONE_PRIVATE = "one_private"  # A private wish can have one only: what it is shown in cannot be repeated.
    ONE = "one"


@dataclass(frozen=True, slots=True)
class Target:
    """Where the end is to be shown. `address`: the platform's own, as JSON. `message_id`: one that is there already.

    `further`: where the second and every later job of one wish are shown; None: as the first. `within_s`: for so long
    the message can be written, and there is no other place, so what takes longer is refused; None: at any time.
    `is_adult`: whether the channel is for adults only, None where channels do not say.
    """

    platform: str
    channel: str
    address: str = "{}"
    message_id: str | None = None
    further: Target | None = None
    room: Room = Room.ANY
    within_s: float | None = None
    is_adult: bool | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """One wish. `key`: makes repeating it harmless, unique for its caller; None: every call is a new job.

    `again`: what it takes over from a job that was there before; then the draft leaves nothing to anybody's settings.
    `hints`: what was understood on the way here.
    """

    draft: Draft
    caller: Caller
    key: str | None = None
    target: Target | None = None
    again: Again | None = None
    hints: tuple[Told, ...] = ()
