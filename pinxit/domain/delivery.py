"""Bringing a job's end to a message: the outbox row, the card, and what a platform answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pinxit.domain.ids import BootId, DeliveryId, JobId
    from pinxit.domain.job import Job
    from pinxit.domain.request import Json


class DeliveryState(StrEnum):
    """`open` while the job lives, `due` from the finishing transaction on, then `done` or, hopelessly, `dead`."""

    OPEN = "open"
    DUE = "due"
    DONE = "done"
    DEAD = "dead"


class Urgency(IntEnum):
    """Finals go before placeholders, placeholders before progress. Progress is dropped, never queued."""

    FINAL = 0
    PLACEHOLDER = 1
    PROGRESS = 2


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row of the outbox. `target` is the platform's own (channel, reply-to, token …).

    `message_id`: the message that carries the job, once a platform has told us; None until then.
    `next_at`: nothing is tried before. `edited_by`: the boot whose progress edits of this message may not all have
    landed; None if there were none. `creation`: how many messages of this delivery were lost before. `revision`: how
    often the job changed after its end (a picture hidden, deleted …); `reopened_at`: when it last did, None: never.
    """

    id: DeliveryId
    job: JobId
    platform: str
    channel: str
    target: Mapping[str, Json]
    state: DeliveryState
    message_id: str | None
    tries: int
    next_at: datetime
    edited_by: BootId | None = None
    creation: int = 0
    revision: int = 0
    reopened_at: datetime | None = None

    @property
    def nonce(self) -> str:
        """Return what tells the platform that two creations are one; at most 25 characters.

        A new message after a lost one has a new nonce: a platform would answer the old one with the lost message.
        """
        return f"{self.id}.{self.creation % 100}" if self.creation else self.id


@dataclass(frozen=True, slots=True)
class Budget:
    """What a platform allows: seconds between two progress edits of a message, and calls that run at once."""

    progress_s: float = 2.5
    at_once: int = 8


@dataclass(frozen=True, slots=True)
class Place:
    """Where a waiting job stands: about `ahead` jobs before it, and about `eta_s` seconds to its end."""

    ahead: int
    eta_s: float


@dataclass(frozen=True, slots=True)
class Card:
    """What a message shows of a job at one moment; platforms and `wording` make text, pictures and buttons of it.

    `progress`: 0 … 1 while it runs. `place`: while it waits. The job holds the images and the error.
    """

    job: Job
    progress: float = 0.0
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """The platform has the message; `message_id` finds it again. `channel`: where it is, "" where it was to be."""

    message_id: str
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """The platform shows the card."""


@dataclass(frozen=True, slots=True)
class Later:
    """Not shown; try again after `after_s`.

    `unknown`: the call may still take effect (time-out, lost answer), so what follows must be sent again after it.
    `named`: the platform named the pause itself (a rate limit), so it is kept as it is, however often.
    """

    after_s: float
    reason: str
    unknown: bool = False
    named: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """The message or its channel is not there any more. `channel`: nothing can be created there either."""

    reason: str
    channel: bool = False


Placed: TypeAlias = Shown | Later | Gone
Answer: TypeAlias = Done | Later | Gone
