"""Queues that are unfair in one way each: what the test of the bound is there to catch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pinxit.domain.ids import BootId, PoolName, WorkerId
from pinxit.domain.job import Ended, Lease, Outcome
from tests.queueing.world import BOOT, POOL, Queue, at_once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.data.ending import Result
    from pinxit.data.jobs import Changed
    from pinxit.data.store import Store
    from pinxit.data.submitting import NewJob, Submitted

ENDLESS_S = 1e9


class _Bent(Queue):
    """A queue of which one part goes by other rules."""

    def bent(self, **changes: float) -> Store:
        return self.over(replace(self.numbers, rules=replace(self.numbers.rules, **changes)))  # type: ignore[arg-type]  # only floats are changed here


class FillsWithoutLimit(_Bent):
    """A batch takes whatever fits, however far ahead its guild is."""

    def claim(
        self, worker: str = "worker", pool: str = POOL, *, most: int = 1, loaded: Sequence[str] = (), boot: str = BOOT
    ) -> Sequence[Lease]:
        jobs = self.bent(slack_s=ENDLESS_S).jobs
        return at_once(
            jobs.claim(WorkerId(worker), BootId(boot), PoolName(pool), most=most, loaded=loaded, now=self.now)
        ).leases


class IdlingEarns(_Bent):
    """A guild that comes back is owed all the time that it was away."""

    def submit(self, *jobs: NewJob) -> Sequence[Submitted]:
        return at_once(self.bent(credit_s=ENDLESS_S).jobs.submit(jobs))


class CappedEarns(_Bent):
    """A guild that holds itself at its cap is owed what it did not take meanwhile."""

    def end(self, lease: Lease, outcome: Outcome, **changes: Any) -> Result:  # noqa: ANN401 - fields of Ended
        return at_once(self.bent(credit_s=ENDLESS_S).jobs.end(lease, Ended(outcome, **changes), self.now))

    def tick(self) -> Sequence[Changed]:
        return at_once(self.bent(credit_s=ENDLESS_S).jobs.tick(self.now))


class FailuresAreFree(Queue):
    """Whoever fails gets its seconds back."""

    def end(self, lease: Lease, outcome: Outcome, **changes: Any) -> Result:  # noqa: ANN401 - fields of Ended
        result = super().end(lease, outcome, **changes)
        if outcome is not Outcome.RELEASED:
            self._refund(lease.job)
        return result

    def tick(self) -> Sequence[Changed]:
        running = {row["id"] for row in self.rows("SELECT id FROM job WHERE state = 'running'")}
        changed = super().tick()
        for each in changed:
            if each.job in running:
                self._refund(each.job)
        return changed

    def _refund(self, job: str) -> None:
        self.tx.run(
            """
            UPDATE lane SET vtime = vtime - (SELECT a.accrued_s FROM attempt a WHERE a.job_id = :job AND
                a.number = (SELECT MAX(number) FROM attempt b WHERE b.job_id = :job)) / weight
            WHERE (pool, guild_id) = (SELECT a.pool, a.guild_id FROM attempt a WHERE a.job_id = :job
                ORDER BY number DESC LIMIT 1)
            """,
            job=job,
        )


class WeightsAreIgnored(Queue):
    """Every guild is charged as if its weight were one."""

    def guild(self, guild: str, weight: float = 1.0, cap: int | None = None) -> None:  # noqa: ARG002 - ignored
        super().guild(guild, 1.0, cap)
