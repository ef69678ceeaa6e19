"""A job, its states, its attempts and its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from pinxit.domain.changing import changed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pinxit.domain.errors import Fact
    from pinxit.domain.ids import BootId, GuildId, ImageId, JobId, PersonId, PoolName, WorkerId
    from pinxit.domain.image import Image
    from pinxit.domain.request import Json, Request
    from pinxit.domain.verdict import Recreation

PREPARE = "prepare"  # The pool in front of a route for whatever needs the network before an image can be made.


class JobState(StrEnum):
    """`queued → running → succeeded | failed | cancelled`, and `running → waiting → queued` on retry."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Tell whether nothing can happen to the job any more."""
        return self in (JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED)


class Priority(IntEnum):
    """Orders jobs inside a guild, lower first. Between guilds only weight counts."""

    HIGH = 0
    NORMAL = 1
    LOW = 2


class Outcome(StrEnum):
    """How one attempt ended, as its worker (or the tick that missed the worker) tells it.

    SUCCEEDED        every image asked for is stored
    TEMPORARY        the generator asks for another try later
    BROKEN           the generator cannot do it; the route goes on where it may
    REFUSED          the content was refused; the route never goes on
    TIMED_OUT        the deadline passed
    DIED             the worker went silent or died with the job
    CANCELLED        somebody cancelled the job, and the worker has stopped
    RELEASED         the worker stops gracefully and gives the job back unpunished
    PROGRAM_DIED     the whole program died with the job
    ADVANCED         this pool's part is done and the job goes on along its route
    """

    SUCCEEDED = "succeeded"
    TEMPORARY = "temporary"
    BROKEN = "broken"
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    DIED = "died"
    CANCELLED = "cancelled"
    RELEASED = "released"
    PROGRAM_DIED = "program_died"
    ADVANCED = "advanced"


@dataclass(frozen=True, slots=True)
class Ended:
    """What a worker says at the end of an attempt.

    `message` is for the operator (no prompt, no secret); `code` and `facts` make the person's sentence.
    `dollars_micro`: what the provider really charged, or None if it did not say (then the quote is booked).
    `retry_after_s`: for TEMPORARY, when the same call may work; for BROKEN, how long to leave the generator alone.
    `unanswered`: a billed call left and no answer came. `request`: for ADVANCED, what the rest of the route is to
    paint (None: unchanged).
    """

    outcome: Outcome
    code: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    message: str = ""
    retry_after_s: float | None = None
    dollars_micro: int | None = None
    unanswered: bool = False
    request: Request | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """One attempt in a worker's hands. Only the holder of the present `fence` may store, end or give back the job.

    `missing`: indices of the images still to be made (an earlier attempt may have stored some).
    `upstream_id`: under which a provider's earlier answer can be polled. `deadline_s`: seconds from the claim.
    """

    job: JobId
    fence: int
    attempt: int
    pool: PoolName
    worker: WorkerId
    request: Request
    missing: tuple[int, ...]
    deadline_s: float
    upstream_id: str | None = None


class Order(StrEnum):
    """What a beat answers about each job."""

    KEEP = "keep"
    CANCEL = "cancel"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Beat:
    """A sign of life for one job. `preview`: a JPEG of at most 256 px.

    `sent`: a call that may be billed is about to leave, or has an id to poll; that is made durable before the answer.
    """

    job: JobId
    fence: int
    progress: float = 0.0
    preview: bytes | None = None
    sent: bool = False
    upstream_id: str | None = None


@dataclass(frozen=True, slots=True)
class RouteStep:
    """One pool on a job's way, with what the queue must know of the job there.

    `cost_s`: estimated seconds of a worker. `batch_key`: jobs with equal ones may share a call. `dollars_micro`: what
    an unanswered billed call is booked at. `changes`: fields of the request that differ on this generator (its model,
    its steps …).
    """

    pool: PoolName
    cost_s: float
    batch_key: str = ""
    model: str = ""
    dollars_micro: int = 0
    changes: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One run of a job on one generator, as history tells it."""

    number: int
    generator: str
    worker: WorkerId
    started_at: datetime
    ended_at: datetime | None
    outcome: Outcome | None
    message: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it is stored, with its images and attempts.

    `parent_image`: the image that this one varies, enlarges or goes beyond. `made`: how many images it was charged for.
    `is_deleted`: somebody threw it away; what it asked for is forgotten then.
    """

    id: JobId
    group_id: str
    guild: GuildId
    person: PersonId
    state: JobState
    pool: PoolName
    route: tuple[RouteStep, ...]
    step: int
    priority: Priority
    request: Request
    credits_milli: int
    deadline_s: float
    private: bool
    cancel_wanted: bool
    tries: int
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    run_at: datetime | None
    error_code: str
    error_facts: Mapping[str, Fact]
    images: tuple[Image, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    boot: BootId | None = None
    platform: str = ""
    recreation: Recreation | None = None
    parent_image: ImageId | None = None
    made: int = 0
    is_deleted: bool = False

    @property
    def pictures(self) -> tuple[Image, ...]:
        """Return the finished images that nobody deleted and that are not withheld: those that a person is shown."""
        return tuple(image for image in self._finished if not image.is_withheld)

    @property
    def withheld(self) -> tuple[Image, ...]:
        """Return the finished images that nobody deleted and that only admins are shown."""
        return tuple(image for image in self._finished if image.is_withheld)

    @property
    def _finished(self) -> tuple[Image, ...]:
        return tuple(image for image in self.images if image.is_ready and not image.is_deleted)

    @property
    def painter(self) -> PoolName:
        """Return the generator that has the job, had it last, or is the next."""
        return next((step.pool for step in self.route[self.step :] if step.pool != PREPARE), self.pool)

    def step_at(self, generator: str) -> RouteStep | None:
        """Return the step of the route that is this generator's; None: it is not on the route."""
        return next((step for step in self.route if step.pool == generator), None)

    def request_at(self, generator: str) -> Request:
        """Return the request as this generator is given it."""
        step = self.step_at(generator)
        return self.request if step is None else changed(self.request, **step.changes)  # type: ignore[arg-type]  # its fields
