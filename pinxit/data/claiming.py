"""Give a worker its next batch: the fair choice of `domain.fairness` over indexed searches, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pinxit.data import lanes
from pinxit.domain.fairness import Candidate, Head, Lane, Rules, choose
from pinxit.domain.ids import GuildId, JobId, PersonId
from pinxit.domain.job import PREPARE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.domain.ports import Tx

# Each is one search in a partial index that holds only waiting jobs; a test reads the query plan.
CLAIMABLE = """
    SELECT guild_id, vtime, weight, cap - running AS room FROM lane
    WHERE pool = :pool AND queued > 0 AND running < cap ORDER BY vtime, guild_id LIMIT :look
"""
HEAD = """
    SELECT batch_key, model, priority, tag FROM job
    WHERE pool = :pool AND guild_id = :guild AND state = 'queued' ORDER BY priority, tag, id LIMIT 1
"""
CANDIDATES = """
    SELECT id, person_id, cost_s, tag FROM job
    WHERE pool = :pool AND guild_id = :guild AND batch_key = :key AND state = 'queued'
        AND priority = :priority AND tag <= :tag
    ORDER BY tag, id LIMIT :most
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a worker asks for. `batch`: a fresh id for what it gets; times are epoch milliseconds.

    `at_once`: how many jobs the workers of this boot may run together, `prepare` not counted (None: any number).
    """

    pool: str
    worker: str
    boot: str
    batch: str
    most: int
    loaded: tuple[str, ...]
    now_ms: int
    lease_ms: int
    at_once: int | None = None


class _Line:
    """The look-ups of one claim."""

    def __init__(self, tx: Tx, pool: str) -> None:
        self._tx = tx
        self._pool = pool
        self._heads: dict[str, Head] = {}

    def head(self, guild: GuildId) -> Head:
        if guild not in self._heads:
            row = self._tx.one(HEAD, pool=self._pool, guild=guild)
            if row is None:
                msg = f"lane {self._pool}/{guild} counts waiting jobs and has none"
                raise LookupError(msg)
            self._heads[guild] = Head(row["batch_key"], row["model"], row["priority"], row["tag"])
        return self._heads[guild]

    def candidates(self, guild: GuildId, head: Head, up_to_tag: float, most: int) -> Sequence[Candidate]:
        rows = self._tx.all(
            CANDIDATES,
            pool=self._pool,
            guild=guild,
            key=head.batch_key,
            priority=head.priority,
            tag=up_to_tag,
            most=most,
        )
        return [Candidate(JobId(row["id"]), PersonId(row["person_id"]), row["cost_s"], row["tag"]) for row in rows]


def claim(tx: Tx, asked: Claim, rules: Rules) -> Sequence[Mapping[str, Any]]:
    """Take the next batch for a worker and return its job rows; none if nothing is claimable or the pool is paused."""
    pool = tx.one("SELECT paused FROM pool WHERE pool = :pool", pool=asked.pool)
    if pool is None or pool["paused"]:
        return []
    most = asked.most
    if asked.at_once is not None and asked.boot and asked.pool != PREPARE:
        running = tx.one(
            "SELECT COUNT(*) AS n FROM job WHERE state = 'running' AND boot = :boot AND pool <> :prepare",
            boot=asked.boot,
            prepare=PREPARE,
        )
        most = min(most, asked.at_once - (running["n"] if running else 0))
        if most <= 0:
            return []
    rows = tx.all(CLAIMABLE, pool=asked.pool, look=rules.look)
    found = [Lane(GuildId(row["guild_id"]), row["vtime"], row["weight"], row["room"]) for row in rows]
    choice = choose(found, _Line(tx, asked.pool), most=most, rules=rules, loaded=asked.loaded)
    if choice is None or not choice.taken:
        return []
    taken: dict[str, list[tuple[str, float, float]]] = {}
    for item in choice.taken:
        job = item.candidate
        taken.setdefault(item.guild, []).append((job.person, job.cost_s, job.tag))
    lanes.start(tx, asked.pool, choice.front, taken)
    return [_take(tx, asked, item.candidate.job) for item in choice.taken]


def _take(tx: Tx, asked: Claim, job: str) -> Mapping[str, Any]:
    row = tx.one(
        """
        UPDATE job SET state = 'running', worker = :worker, boot = :boot, lease_ms = :until,
            attempt = attempt + 1, fence = fence + 1, started_ms = COALESCE(started_ms, :now)
        WHERE id = :id
        RETURNING id, fence, attempt, pool, step, route, request, deadline_s, guild_id, person_id, cost_s, count
        """,
        worker=asked.worker,
        boot=asked.boot,
        until=asked.now_ms + asked.lease_ms,
        now=asked.now_ms,
        id=job,
    )
    assert row is not None  # noqa: S101 - the same transaction has just read it
    tx.run(
        """
        INSERT INTO attempt (job_id, number, pool, guild_id, person_id, worker, boot, batch, cost_s, accrued_ms,
            started_ms, weight, asked)
        VALUES (:job, :number, :pool, :guild, :person, :worker, :boot, :batch, :cost, :now, :now,
            (SELECT l.weight FROM lane l WHERE l.pool = :pool AND l.guild_id = :guild),
            :count - (SELECT COUNT(*) FROM image i WHERE :number > 1 AND i.job_id = :job AND i.state <> 'deleted'))
        """,
        job=job,
        number=row["attempt"],
        pool=asked.pool,
        guild=row["guild_id"],
        person=row["person_id"],
        worker=asked.worker,
        boot=asked.boot,
        batch=asked.batch,
        cost=row["cost_s"],
        now=asked.now_ms,
        count=row["count"],
    )
    return row
