"""Jobs as the rest of the program sees them: submit, claim, beat, end, cancel, look up."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pinxit.data import claiming, ending, polling, spending, submitting
from pinxit.data.audit import note
from pinxit.data.job_rows import load_job
from pinxit.data.times import to_ms
from pinxit.data.together import Submit
from pinxit.domain.ids import BootId, JobId, PoolName, WorkerId, new_id
from pinxit.domain.job import Beat, Ended, Job, JobState, Lease, Order, Outcome
from pinxit.domain.request import request_from_json, request_to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from pinxit.data.audit import Entry
    from pinxit.domain.budget import Budget, Spent
    from pinxit.domain.fairness import Rules
    from pinxit.domain.image_rules import ImageRules
    from pinxit.domain.ports import Database, Tx
    from pinxit.domain.retry import Policy

FORGET_WORKERS = timedelta(days=1)  # A remote worker has a new name at every start.
GRACE_S = 10.0  # How long after its deadline a worker may still hold a job, to end it in its own words.


@dataclass(frozen=True, slots=True)
class Changed:
    """A job that moved without a worker: its state now, the pool it waits in, and files that nobody will see."""

    job: JobId
    state: JobState
    pool: PoolName
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a worker got. `without_room`: what the provider's budget does not reach for, each with when it does again.

    None: in no day and month at all. Those were taken as well, for the caller to end.
    """

    leases: Sequence[Lease]
    without_room: Sequence[tuple[Lease, datetime | None]] = ()


class Jobs:
    """The queue's rows. Every method is one transaction."""

    def __init__(
        self,
        database: Database,
        *,
        rules: Rules,
        policy: Policy,
        waiting: submitting.Waiting,
        lease_s: float = 30.0,
        at_once: int | None = None,
        images: ImageRules,
        budgets: Mapping[str, Budget] = {},
    ) -> None:
        self._database = database
        self._images = images
        self._rules = rules
        self._policy = policy
        self._waiting = waiting
        self._lease = timedelta(seconds=lease_s)
        self._at_once = at_once
        self._budgets = budgets

    async def submit(self, jobs: Sequence[submitting.NewJob]) -> Sequence[submitting.Submitted]:
        """Store a group of jobs, all or none. Raises Refused: full, over a quota, or a reused key."""
        return await self._database.write(Submit(jobs, self._waiting, self._rules))

    async def claim(
        self, worker: WorkerId, boot: BootId, pool: PoolName, *, most: int, loaded: Sequence[str], now: datetime
    ) -> Claimed:
        """Take the fair next batch of at most `most` compatible jobs for one lease."""
        asked = claiming.Claim(
            pool=pool,
            worker=worker,
            boot=boot,
            batch=new_id(now),
            most=most,
            loaded=tuple(loaded),
            now_ms=to_ms(now),
            lease_ms=self._lease // timedelta(milliseconds=1),
            at_once=self._at_once,
        )

        def work(tx: Tx) -> Claimed:
            found = [(row, polling.take_up(tx, row)) for row in claiming.claim(tx, asked, self._rules)]
            budget = self._budgets.get(pool)
            over: Mapping[str, datetime | None] = {}
            if found and budget is not None:
                # What can be polled was paid for by an attempt before.
                new = [{**row, "asked": len(left.missing)} for row, left in found if not left.polled]
                over = spending.without_room(tx, pool, budget, new, asked.now_ms)
            leases = [_lease(row, leftover, worker) for row, leftover in found]
            return Claimed(
                [lease for lease in leases if lease.job not in over],
                [(lease, over[lease.job]) for lease in leases if lease.job in over],
            )

        return await self._database.write(work)

    async def beat(self, worker: WorkerId, beats: Sequence[Beat], now: datetime) -> Mapping[JobId, Order]:
        """Renew leases up to each job's deadline, make `sent` durable, and tell what is to become of each job."""
        now_ms, until_ms = to_ms(now), to_ms(now + self._lease)
        return await self._database.write(
            lambda tx: {beat.job: _beat(tx, worker, beat, now_ms, until_ms) for beat in beats}
        )

    async def end(self, lease: Lease, ended: Ended, now: datetime) -> ending.Result:
        """End an attempt for its worker. Raises LeaseLost."""
        return await self._database.write(lambda tx: self.end_in(tx, lease, ended, now))

    def end_in(self, tx: Tx, lease: Lease, ended: Ended, now: datetime) -> ending.Result:
        """Do the same inside a transaction of the caller."""
        finish = ending.End(
            job=lease.job,
            outcome=ended.outcome,
            now_ms=to_ms(now),
            worker=lease.worker,
            fence=lease.fence,
            code=ended.code,
            facts=json.dumps(dict(ended.facts)),
            message=ended.message,
            retry_after_s=ended.retry_after_s,
            dollars_micro=ended.dollars_micro,
            unanswered=ended.unanswered,
            request=None if ended.request is None else request_to_json(ended.request),
        )
        return ending.end(tx, finish, self._policy, self._rules)

    async def cancel(self, job: JobId, now: datetime, entry: Entry | None = None) -> Changed:
        """Cancel a waiting job at once, or ask a running one's worker (the state stays RUNNING). Raises Refused.

        `entry`: what the books note of it.
        """

        def work(tx: Tx) -> ending.Result:
            result = ending.cancel(tx, job, to_ms(now))
            if entry is not None:
                note(tx, entry, to_ms(now))
            return result

        result = await self._database.write(work)
        return Changed(job, result.state, PoolName(result.pool), result.dropped)

    async def tick(self, now: datetime, most: int = 100) -> Sequence[Changed]:
        """End up to `most` attempts whose lease ran out and wake up to `most` jobs whose pause is over."""
        return await self._database.write(lambda tx: self._tick(tx, to_ms(now), most))

    async def take_over(self, boot: BootId, now: datetime) -> Sequence[Changed]:
        """End what in-process workers of earlier boots held: their program is dead. Call once, at start."""

        def work(tx: Tx) -> list[Changed]:
            rows = tx.all(
                "SELECT id FROM job WHERE state = 'running' AND boot <> '' AND boot <> :boot ORDER BY lease_ms",
                boot=boot,
            )
            tx.run(
                "DELETE FROM worker WHERE boot <> :boot AND (is_remote = 0 OR seen_ms < :before)",
                boot=boot,
                before=to_ms(now - FORGET_WORKERS),
            )
            return [self._end_silent(tx, row["id"], Outcome.PROGRAM_DIED, to_ms(now)) for row in rows]

        return await self._database.write(work)

    async def drop_silent(self, worker: WorkerId, now: datetime) -> Sequence[Changed]:
        """End what a worker still holds though it knows nothing of it: it died, or an answer to it was lost."""

        def work(tx: Tx) -> list[Changed]:
            rows = tx.all("SELECT id FROM job WHERE state = 'running' AND worker = :worker ORDER BY id", worker=worker)
            return [self._end_silent(tx, row["id"], Outcome.DIED, to_ms(now)) for row in rows]

        return await self._database.write(work)

    async def job(self, job: JobId) -> Job | None:
        """Return a job with its images and attempts, or None."""
        return await self._database.read(lambda tx: load_job(tx, job, self._images))

    async def by_idem(self, idem: str) -> tuple[JobId, str] | None:
        """Return the job that was submitted with this idempotency key, and the digest of its wish, or None."""
        row = await self._database.read(
            lambda tx: tx.one("SELECT id, idem_digest FROM job WHERE idem = :idem", idem=idem)
        )
        return None if row is None else (JobId(row["id"]), row["idem_digest"])

    async def jobs_of_group(self, group: str) -> Sequence[Job]:
        """Return the jobs that were submitted together, in the order of their ids."""

        def work(tx: Tx) -> list[Job | None]:
            rows = tx.all("SELECT id FROM job WHERE group_id = :group_id ORDER BY id", group_id=group)
            return [load_job(tx, JobId(row["id"]), self._images) for row in rows]

        return [job for job in await self._database.read(work) if job is not None]

    async def spent(self, providers: Iterable[str], now: datetime) -> Mapping[str, Spent]:
        """Return what each of these providers has cost today and this month, running calls apart."""
        names = tuple(providers)
        return await self._database.read(lambda tx: {name: spending.spent(tx, name, to_ms(now)) for name in names})

    async def states(self) -> Mapping[JobState, int]:
        """Count the jobs of each state that has any. Every part is counted in an index of its own."""

        def work(tx: Tx) -> Sequence[Mapping[str, Any]]:
            return tx.all(
                """
                SELECT state, COUNT(*) AS n FROM job WHERE ended_ms IS NOT NULL GROUP BY state
                UNION ALL SELECT 'queued', COUNT(*) FROM job WHERE state = 'queued'
                UNION ALL SELECT 'running', COUNT(*) FROM job WHERE state = 'running'
                UNION ALL SELECT 'waiting', COUNT(*) FROM job WHERE state = 'waiting'
                """
            )

        return {JobState(row["state"]): row["n"] for row in await self._database.read(work) if row["n"]}

    def _tick(self, tx: Tx, now_ms: int, most: int) -> list[Changed]:
        changed = []
        lapsed = tx.all(
            """
            SELECT j.id, a.started_ms, j.deadline_s FROM job j
            JOIN attempt a ON a.job_id = j.id AND a.number = j.attempt
            WHERE j.state = 'running' AND j.lease_ms < :now ORDER BY j.lease_ms LIMIT :most
            """,
            now=now_ms,
            most=most,
        )
        for row in lapsed:
            overdue = now_ms > row["started_ms"] + (row["deadline_s"] + GRACE_S) * 1000
            changed.append(self._end_silent(tx, row["id"], Outcome.TIMED_OUT if overdue else Outcome.DIED, now_ms))
        woken = tx.all(
            "SELECT * FROM job WHERE state = 'waiting' AND run_ms <= :now ORDER BY run_ms LIMIT :most",
            now=now_ms,
            most=most,
        )
        for job in woken:
            ending.enter_line(tx, job, self._rules, keeps_place=False)
            changed.append(Changed(JobId(job["id"]), JobState.QUEUED, PoolName(job["pool"])))
        return changed

    def _end_silent(self, tx: Tx, job: str, outcome: Outcome, now_ms: int) -> Changed:
        silent = ending.End(job=job, outcome=outcome, now_ms=now_ms, message=_SILENT[outcome])
        result = ending.end(tx, silent, self._policy, self._rules)
        return Changed(JobId(job), result.state, PoolName(result.pool), result.dropped)


_SILENT = {
    Outcome.DIED: "the worker went silent",
    Outcome.TIMED_OUT: "the worker did not stop at the deadline",
    Outcome.PROGRAM_DIED: "the program died",
}


def _lease(row: Mapping[str, Any], leftover: polling.Leftover, worker: WorkerId) -> Lease:
    changes = json.loads(row["route"])[row["step"]]["changes"]
    return Lease(
        job=JobId(row["id"]),
        fence=row["fence"],
        attempt=row["attempt"],
        pool=PoolName(row["pool"]),
        worker=worker,
        request=replace(request_from_json(row["request"]), **changes),
        missing=leftover.missing,
        deadline_s=row["deadline_s"],
        upstream_id=leftover.upstream_id,
    )


def _beat(tx: Tx, worker: WorkerId, beat: Beat, now_ms: int, until_ms: int) -> Order:
    row = tx.one(
        """
        SELECT j.cancel_wanted, j.attempt, a.started_ms, j.deadline_s FROM job j
        JOIN attempt a ON a.job_id = j.id AND a.number = j.attempt
        WHERE j.id = :id AND j.fence = :fence AND j.worker = :worker AND j.state = 'running'
        """,
        id=beat.job,
        fence=beat.fence,
        worker=worker,
    )
    if row is None:
        return Order.LOST
    # Nothing is renewed past the deadline: a worker that cannot stop loses the job to the tick.
    latest_ms = row["started_ms"] + int((row["deadline_s"] + GRACE_S) * 1000)
    tx.run("UPDATE job SET lease_ms = :until WHERE id = :id", until=min(until_ms, latest_ms), id=beat.job)
    if beat.sent:
        tx.run(
            """
            UPDATE attempt SET sent_ms = COALESCE(sent_ms, :now), upstream_id = COALESCE(:upstream, upstream_id)
            WHERE job_id = :job AND number = :number
            """,
            now=now_ms,
            upstream=beat.upstream_id,
            job=beat.job,
            number=row["attempt"],
        )
    return Order.CANCEL if row["cancel_wanted"] else Order.KEEP
