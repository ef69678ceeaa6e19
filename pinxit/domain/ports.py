"""The seams: what is really swapped, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from pinxit.domain.delivery import Answer, Budget, Card, Delivery, Placed, Urgency
    from pinxit.domain.generator import Made
    from pinxit.domain.ids import ImageId, JobId, PoolName, SourceId, WorkerId
    from pinxit.domain.image_rules import Finding
    from pinxit.domain.job import Beat, Ended, Lease, Order

T = TypeVar("T")


class Clock(Protocol):
    """Time as an argument."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds`."""


class Tx(Protocol):
    """One transaction. Statements use `:name` parameters and the SQL that SQLite and PostgreSQL share."""

    def all(self, sql: str, **values: object) -> Sequence[Mapping[str, Any]]:
        """Return every row."""

    def one(self, sql: str, **values: object) -> Mapping[str, Any] | None:
        """Return the first row, or None."""

    def run(self, sql: str, **values: object) -> int:
        """Return how many rows the statement changed."""


class Database(Protocol):
    """Where rows live."""

    async def write(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in a durable transaction; it has taken effect when this returns.

        `work` is synchronous, reads no clock, awaits nothing, uses no network, and may be run again.
        Whatever it raises rolls back its own statements only, and is raised here.
        """

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run `work` on one consistent snapshot. It must not write."""


class Broker(Protocol):
    """All that a worker can ask, in the same process or over HTTP."""

    async def claim(
        self, worker: WorkerId, pool: PoolName, *, most: int, loaded: Sequence[str] = (), wait_s: float = 0.0
    ) -> Sequence[Lease]:
        """Take up to `most` compatible jobs; wait up to `wait_s` seconds for the first one.

        `loaded`: models the worker has in memory. Two workers never get the same job. Raises Unavailable.
        """

    async def beat(self, worker: WorkerId, beats: Sequence[Beat]) -> Mapping[JobId, Order]:
        """Renew the leases, pass progress on, and return what is to become of each job. Raises Unavailable."""

    async def fetch_source(self, lease: Lease, source: SourceId) -> bytes:
        """Return the bytes of one of the job's sources. Raises LeaseLost, Refused (gone), Unavailable."""

    async def put_image(self, lease: Lease, made: Made) -> ImageId:
        """Store one image durably under a fresh id. Raises LeaseLost, Unavailable."""

    async def finish(self, lease: Lease, ended: Ended) -> None:
        """End the attempt. Raises LeaseLost (then the worker forgets the job), Unavailable."""

    async def release(self, worker: WorkerId, leases: Sequence[Lease]) -> None:
        """Give jobs back unpunished. A lease that is not held any more is passed over. Raises Unavailable."""


class Platform(Protocol):
    """A place where messages are shown. Every call is bounded in time by the platform itself."""

    budget: Budget

    async def ready(self, delivery: Delivery) -> None:
        """Return when a message may be created: at once, or when the answer that is to become it is on its way."""

    async def place(self, delivery: Delivery, card: Card) -> Placed:
        """Create the message. Repeating it after a lost answer makes no second one where the platform can tell."""

    async def show(self, delivery: Delivery, card: Card, urgency: Urgency) -> Answer:
        """Edit the message so that it shows the card. Repeating it changes nothing."""


class Screen(Protocol):
    """Whoever looks at finished pictures and says whether they are safe for everybody."""

    async def look(self, data: bytes, media_type: str) -> Finding:
        """Return what is found in a picture's file. Raises Temporary."""


class Blobs(Protocol):
    """Where files live. Keys are relative paths with `/`."""

    async def put(self, key: str, data: bytes) -> None:
        """Store a file whole and durably, or not at all. Raises OSError."""

    async def get(self, key: str) -> bytes:
        """Return a file's bytes. Raises FileNotFoundError, OSError."""

    async def delete(self, key: str) -> None:
        """Remove a file; one that is not there is no error."""

    def link(self, key: str) -> str | None:
        """Return a public address of the file, or None where the store has none."""


class Steps(Protocol):
    """Told at every step that a crash could separate from the next; tests kill the program there."""

    def __call__(self, step: str) -> None:
        """Return at once."""


def no_steps(step: str) -> None:
    """Take no notice of `step`."""
