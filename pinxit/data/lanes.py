"""The lines of a pool: who waits, what each guild and person has been charged.

A lane is a guild's line in a pool, a flow is a person's part of a lane. `lane.vtime` and `pool.vtime` are charged
seconds ÷ weight; `flow.tag` and `lane.person_vtime` are charged seconds inside the guild. Every function runs inside
the transaction of its caller, which is what keeps the counters exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pinxit.data.inserting import insert_rows
from pinxit.domain.fairness import entry_vtime

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.domain.fairness import Rules
    from pinxit.domain.ports import Tx


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a job stands in line."""

    pool: str
    guild: str
    person: str
    cost_s: float


def open_pool(tx: Tx, pool: str) -> None:
    """Make sure that the pool exists."""
    tx.run("INSERT INTO pool (pool) VALUES (:pool) ON CONFLICT (pool) DO NOTHING", pool=pool)


def enter(tx: Tx, spot: Spot, rules: Rules, *, weight: float, cap: int | None, tag: float | None = None) -> float:
    """Put one more job into its lane and return its tag.

    `cap`: how many of the guild's jobs may run at once here (None: the rules' number). `tag`: keep this one (a job
    that comes back to the place it has paid for); None: behind the person's other jobs. A lane that becomes
    claimable is lifted, so that idling earns at most the credit.
    """
    row = tx.one(
        """
        SELECT p.vtime AS front, l.vtime, l.queued, l.person_vtime, f.tag,
            (SELECT g.paused FROM guild g WHERE g.id = :guild) AS paused
        FROM pool p
        LEFT JOIN lane l ON l.pool = p.pool AND l.guild_id = :guild
        LEFT JOIN flow f ON f.pool = p.pool AND f.guild_id = :guild AND f.person_id = :person
        WHERE p.pool = :pool
        """,
        pool=spot.pool,
        guild=spot.guild,
        person=spot.person,
    )
    if row is None:
        raise never_opened(spot.pool)
    (tag,) = enter_all(tx, [Entry(spot, row, weight, cap, tag)], rules)
    return tag


def never_opened(pool: str) -> LookupError:
    """Return what to raise for a pool that is not there."""
    return LookupError(f"pool {pool!r} was never opened")


@dataclass(frozen=True, slots=True)
class Entry:
    """A job that enters its lane; `weight`, `cap` and `tag` as for `enter`.

    `row`, read in the same transaction: the pool's vtime as `front`, the lane's `vtime`, `queued` and `person_vtime`,
    the flow's `tag`, and whether the guild is `paused`; None where there is nothing yet.
    """

    spot: Spot
    row: Mapping[str, Any]
    weight: float
    cap: int | None
    tag: float | None = None


@dataclass(slots=True)
class _Lane:
    vtime: float
    weight: float
    cap: int
    queued: int = 0
    cost_s: float = 0.0


@dataclass(slots=True)
class _Flow:
    tag: float
    queued: int = 0


def enter_all(tx: Tx, entries: Sequence[Entry], rules: Rules) -> list[float]:
    """Put jobs into their lanes one behind the other, and return their tags. Their rows are as they were before all."""
    lanes: dict[tuple[str, str], _Lane] = {}
    flows: dict[tuple[str, str, str], _Flow] = {}
    pools: dict[str, int] = {}
    tags = []
    for entry in entries:
        spot, row = entry.spot, entry.row
        lane = lanes.get((spot.pool, spot.guild))
        if lane is None:
            lane = lanes[spot.pool, spot.guild] = _found_lane(entry, rules)
        lane.queued += 1
        lane.cost_s += spot.cost_s
        flow = flows.get((spot.pool, spot.guild, spot.person))
        if flow is None:
            flow = flows[spot.pool, spot.guild, spot.person] = _Flow(row["tag"] or 0.0)
        flow.queued += 1
        fresh = max(row["person_vtime"] or 0.0, flow.tag)
        flow.tag = fresh + spot.cost_s if entry.tag is None else max(flow.tag, entry.tag)
        pools[spot.pool] = pools.get(spot.pool, 0) + 1
        tags.append(fresh if entry.tag is None else entry.tag)
    insert_rows(
        tx,
        "lane",
        ("pool", "guild_id", "vtime", "weight", "cap", "queued", "backlog_s"),
        [(*key, lane.vtime, lane.weight, lane.cap, lane.queued, lane.cost_s) for key, lane in sorted(lanes.items())],
        """
        ON CONFLICT (pool, guild_id) DO UPDATE SET vtime = excluded.vtime, queued = lane.queued + excluded.queued,
            backlog_s = lane.backlog_s + excluded.backlog_s
        """,
    )
    insert_rows(
        tx,
        "flow",
        ("pool", "guild_id", "person_id", "tag", "queued"),
        [(*key, flow.tag, flow.queued) for key, flow in sorted(flows.items())],
        """
        ON CONFLICT (pool, guild_id, person_id) DO UPDATE
        SET tag = excluded.tag, queued = flow.queued + excluded.queued
        """,
    )
    for pool, more in sorted(pools.items()):
        tx.run("UPDATE pool SET queued = queued + :more WHERE pool = :pool", more=more, pool=pool)
    return tags


def _found_lane(entry: Entry, rules: Rules) -> _Lane:
    row = entry.row
    own = row["vtime"] or 0.0
    vtime = own if row["queued"] else entry_vtime(own, row["front"], rules)
    cap = rules.running_cap if entry.cap is None else entry.cap
    # Nothing of a paused guild is claimable, in a pool that is new to it neither.
    return _Lane(vtime, entry.weight, 0 if row["paused"] else cap)


def abandon(tx: Tx, spot: Spot, tag: float) -> None:
    """Take a cancelled job out of its lane; the person's later jobs move up by what it would have cost."""
    tx.run(
        """
        UPDATE lane SET queued = queued - 1,
            backlog_s = CASE WHEN queued = 1 OR backlog_s < :cost THEN 0 ELSE backlog_s - :cost END
        WHERE pool = :pool AND guild_id = :guild
        """,
        pool=spot.pool,
        guild=spot.guild,
        cost=spot.cost_s,
    )
    tx.run("UPDATE pool SET queued = queued - 1 WHERE pool = :pool", pool=spot.pool)
    _move_person(tx, spot, -spot.cost_s, left=1, after=tag)


def start(tx: Tx, pool: str, front: float, taken: Mapping[str, list[tuple[str, float, float]]]) -> None:
    """Charge the estimates of a chosen batch and move its jobs from waiting to running.

    `front`: the least vtime among claimable lanes. `taken`: per guild (person, estimated seconds, tag) of each job.
    """
    total = 0
    # PostgreSQL takes row locks here: always in the order of the guilds, so that two claims cannot deadlock.
    for guild, jobs in sorted(taken.items()):
        total += len(jobs)
        cost_s = sum(cost for _, cost, _ in jobs)
        tx.run(
            """
            UPDATE lane SET queued = queued - :n, running = running + :n, vtime = vtime + :cost / weight,
                backlog_s = CASE WHEN queued = :n OR backlog_s < :cost THEN 0 ELSE backlog_s - :cost END,
                person_vtime = CASE WHEN person_vtime < :tag THEN :tag ELSE person_vtime END
            WHERE pool = :pool AND guild_id = :guild
            """,
            n=len(jobs),
            cost=cost_s,
            tag=max(tag for _, _, tag in jobs),
            pool=pool,
            guild=guild,
        )
        for person in sorted({person for person, _, _ in jobs}):
            tx.run(
                "UPDATE flow SET queued = queued - :n WHERE pool = :pool AND guild_id = :guild AND person_id = :person",
                n=sum(1 for other, _, _ in jobs if other == person),
                pool=pool,
                guild=guild,
                person=person,
            )
    tx.run(
        """
        UPDATE pool SET queued = queued - :n, running = running + :n,
            vtime = CASE WHEN vtime < :front THEN :front ELSE vtime END
        WHERE pool = :pool
        """,
        n=total,
        front=front,
        pool=pool,
    )


def stop(
    tx: Tx, spot: Spot, charged_s: float, rules: Rules, *, weight: float | None = None, keeps_place: bool = False
) -> None:
    """End a running job: the estimate that was charged at the claim becomes `charged_s`, for guild and person.

    `weight`: the lane's at that claim (None: the present one); by another, a guild whose weight has changed since would
    get back more than it paid, or less. `keeps_place`: the job comes back through no fault of its person, who is
    charged nothing inside the guild. A lane that was at its cap becomes claimable here, so it is lifted like an idle
    one: no credit is hoarded there.
    """
    tx.run(
        """
        UPDATE lane SET running = running - 1, charged_s = charged_s + :charged,
            vtime = (:charged - :cost) / COALESCE(CAST(:weight AS DOUBLE PRECISION), weight) + CASE
                WHEN running >= cap AND vtime < (SELECT p.vtime FROM pool p WHERE p.pool = :pool) - :credit
                THEN (SELECT p.vtime FROM pool p WHERE p.pool = :pool) - :credit ELSE vtime END
        WHERE pool = :pool AND guild_id = :guild
        """,
        charged=charged_s,
        cost=spot.cost_s,
        weight=weight,
        credit=rules.credit_s,
        pool=spot.pool,
        guild=spot.guild,
    )
    tx.run(
        "UPDATE pool SET running = running - 1, occupied_s = occupied_s + :charged WHERE pool = :pool",
        charged=charged_s,
        pool=spot.pool,
    )
    if not keeps_place:
        _move_person(tx, spot, charged_s - spot.cost_s)


def follow(tx: Tx, guild: str | None, rules: Rules) -> None:
    """Let the lanes of a guild (None: of all) go by its present weight and cap; those of a paused guild have cap 0.

    A weight counts for what is claimed from now on, and moves nobody in line. A lane that leaves its cap here, a
    pause included, becomes claimable, so it is lifted like an idle one.
    """
    tx.run(
        """
        UPDATE lane SET weight = wanted.weight, cap = wanted.cap,
            vtime = CASE WHEN lane.running >= lane.cap AND lane.running < wanted.cap AND lane.vtime < wanted.entry
                THEN wanted.entry ELSE lane.vtime END
        FROM (
            SELECT l.pool, l.guild_id, g.weight, p.vtime - :credit AS entry,
                CASE WHEN g.paused = 1 THEN 0 ELSE COALESCE(g.running_cap, :cap) END AS cap
            FROM lane l JOIN guild g ON g.id = l.guild_id JOIN pool p ON p.pool = l.pool
            WHERE CAST(:guild AS TEXT) IS NULL OR l.guild_id = :guild
        ) AS wanted
        WHERE lane.pool = wanted.pool AND lane.guild_id = wanted.guild_id
            AND (lane.weight <> wanted.weight OR lane.cap <> wanted.cap)
        """,
        guild=guild,
        credit=rules.credit_s,
        cap=rules.running_cap,
    )


def _move_person(tx: Tx, spot: Spot, by_s: float, *, left: int = 0, after: float | None = None) -> None:
    """Shift what a person was charged, and the tags of the jobs that this person still has waiting (after a tag)."""
    tx.run(
        """
        UPDATE flow SET tag = tag + :by, queued = queued - :left
        WHERE pool = :pool AND guild_id = :guild AND person_id = :person
        """,
        by=by_s,
        left=left,
        pool=spot.pool,
        guild=spot.guild,
        person=spot.person,
    )
    tx.run(
        """
        UPDATE job SET tag = tag + :by
        WHERE state = 'queued' AND pool = :pool AND guild_id = :guild AND person_id = :person AND tag > :after
        """,
        by=by_s,
        pool=spot.pool,
        guild=spot.guild,
        person=spot.person,
        after=-1e300 if after is None else after,
    )
