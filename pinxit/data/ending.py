"""End an attempt, whoever ends it: worker, tick, cancel or the start of the next program. Fenced, in one transaction.

Every end charges the seconds really occupied. The seconds of a batch are shared among its jobs that still ran, in
proportion to their estimates, so that the parts add up to what the worker was occupied.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pinxit.data import audit, lanes
from pinxit.data.settling import book_dollars, settle
from pinxit.domain.errors import Code, LeaseLost, Refused
from pinxit.domain.job import PREPARE, JobState, Outcome
from pinxit.domain.retry import Next, Policy, Record, decide

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.domain.fairness import Rules
    from pinxit.domain.ports import Tx


@dataclass(frozen=True, slots=True)
class End:
    """How an attempt ended. `worker` and `fence`: who says so; None is the queue itself, which needs no lease.

    `request`: what the rest of the route paints, as JSON (None: unchanged). `dollars_micro`: what the provider
    charged (None: it did not say; of several calls, those that it spoke of). `unanswered`: a billed call left and no
    answer came.
    """

    job: str
    outcome: Outcome
    now_ms: int
    worker: str | None = None
    fence: int | None = None
    code: str = ""
    facts: str = "{}"
    message: str = ""
    retry_after_s: float | None = None
    dollars_micro: int | None = None
    unanswered: bool = False
    request: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The job's state now, and whose it is. `dropped`: paths of images nobody will see, deleted after the commit."""

    state: JobState
    pool: str
    person: str
    dropped: tuple[str, ...] = ()


def end(tx: Tx, ending: End, policy: Policy, rules: Rules) -> Result:
    """End the running attempt of a job and move the job on. Raises LeaseLost if somebody else owns it by now."""
    job = _owned(tx, ending)
    attempt = _end_attempt(tx, job, ending)
    made = tx.one("SELECT COUNT(*) AS n FROM image WHERE job_id = :job AND state <> 'deleted'", job=job["id"])
    route = json.loads(job["route"])
    answered = not ending.unanswered and (ending.dollars_micro is not None or ending.outcome in _ANSWERED)
    call_lost = attempt["sent_ms"] is not None and not answered and attempt["upstream_id"] is None
    record = Record(
        tries=job["tries"],
        program_deaths=job["program_deaths"],
        lost_calls=job["lost_calls"],
        made=made["n"] if made else 0,
        count=job["count"],
        # Nothing behind `prepare` can do its part, so its failure ends the job.
        has_next=job["step"] + 1 < len(route) and job["pool"] != PREPARE,
        cancel_wanted=bool(job["cancel_wanted"]),
        call_lost=call_lost,
    )
    outcome = ending.outcome
    if outcome is Outcome.ADVANCED and job["step"] + 1 == len(route):
        outcome = Outcome.BROKEN  # Nowhere to go on to: a worker that says so would come back with it for ever.
    step = decide(outcome, record, policy, ending.retry_after_s)
    spot = lanes.Spot(job["pool"], job["guild_id"], job["person_id"], job["cost_s"])
    released = ending.outcome is Outcome.RELEASED
    back = step.state is JobState.QUEUED and not step.advance
    charged_s = 0.0 if released else attempt["accrued_s"]
    lanes.stop(tx, spot, charged_s, rules, weight=attempt["weight"], keeps_place=back)
    book_dollars(
        tx,
        job,
        attempt,
        outcome=ending.outcome,
        charged_micro=ending.dollars_micro,
        answered=answered,
        price_micro=_price_micro(job, route, attempt),
        now_ms=ending.now_ms,
    )
    tx.run(
        """
        UPDATE job SET fence = fence + 1, worker = NULL, boot = NULL, lease_ms = NULL, tries = :tries,
            program_deaths = :deaths, lost_calls = :lost, batch_key = CASE WHEN :alone = 1 THEN :own ELSE batch_key END
        WHERE id = :id
        """,
        tries=step.tries,
        deaths=step.program_deaths,
        lost=step.lost_calls,
        alone=int(step.alone),
        own=f"alone:{job['id']}",
        id=job["id"],
    )
    if step.state.is_final:
        return close(tx, job, step, ending, made=record.made)
    if step.state is JobState.WAITING:
        run_ms = ending.now_ms + int(step.pause_s * 1000)
        tx.run("UPDATE job SET state = 'waiting', run_ms = :run WHERE id = :id", run=run_ms, id=job["id"])
        return Result(step.state, job["pool"], job["person_id"])
    if step.advance:
        job = _advance(tx, job, route[job["step"] + 1], ending)
    enter_line(tx, job, rules, keeps_place=back)
    return Result(step.state, job["pool"], job["person_id"])


def _price_micro(job: Mapping[str, Any], route: Sequence[Mapping[str, Any]], attempt: Mapping[str, Any]) -> int:
    """Return what the attempt's images cost by the quote. One that began before this was noted asked for all."""
    asked = attempt["asked"] or job["count"]
    return -(-int(route[job["step"]]["dollars_micro"]) * int(asked) // int(job["count"]))


# Outcomes that a provider's own answer led to: nothing of the call is in doubt then.
_ANSWERED = (Outcome.SUCCEEDED, Outcome.BROKEN, Outcome.REFUSED, Outcome.TEMPORARY, Outcome.ADVANCED)


def enter_line(tx: Tx, job: Mapping[str, Any], rules: Rules, *, keeps_place: bool) -> None:
    """Make a job that is nowhere in line (row fields as stored) wait in its pool."""
    guild = tx.one("SELECT weight, running_cap FROM guild WHERE id = :id", id=job["guild_id"])
    assert guild is not None  # noqa: S101 - a job's guild is written with it
    spot = lanes.Spot(job["pool"], job["guild_id"], job["person_id"], job["cost_s"])
    tag = job["tag"] if keeps_place else None
    tag = lanes.enter(tx, spot, rules, weight=guild["weight"], cap=guild["running_cap"], tag=tag)
    tx.run("UPDATE job SET state = 'queued', run_ms = NULL, tag = :tag WHERE id = :id", tag=tag, id=job["id"])


def cancel(tx: Tx, job_id: str, now_ms: int) -> Result:
    """Cancel a job that waits, or ask the worker of a running one to stop (then the state stays RUNNING).

    Raises Refused: no such job, or it has ended.
    """
    job = tx.one("SELECT * FROM job WHERE id = :id", id=job_id)
    if job is None:
        raise Refused(Code.JOB_UNKNOWN, job=job_id)
    state = JobState(job["state"])
    if state.is_final:
        raise Refused(Code.JOB_ENDED, job=job_id, state=state)
    if state is JobState.RUNNING:
        tx.run("UPDATE job SET cancel_wanted = 1 WHERE id = :id", id=job_id)
        return Result(state, job["pool"], job["person_id"])
    if state is JobState.QUEUED:
        spot = lanes.Spot(job["pool"], job["guild_id"], job["person_id"], job["cost_s"])
        lanes.abandon(tx, spot, job["tag"])
    ended = Next(JobState.CANCELLED, job["tries"], job["program_deaths"], job["lost_calls"], Code.CANCELLED)
    return close(tx, job, ended, End(job_id, Outcome.CANCELLED, now_ms), made=0)


def close(tx: Tx, job: Mapping[str, Any], step: Next, ending: End, *, made: int) -> Result:
    """Write a job's terminal state with all that follows: images, money, deliveries."""
    succeeded = step.state is JobState.SUCCEEDED
    code = "" if step.code is None else (ending.code or step.code)
    tx.run(
        """
        UPDATE job SET state = :state, made = :made, ended_ms = :now, run_ms = NULL, error_code = :code,
            error_facts = :facts
        WHERE id = :id
        """,
        state=step.state,
        made=made if succeeded else 0,
        now=ending.now_ms,
        code=code,
        facts=_facts(job, step, ending) if code else "{}",
        id=job["id"],
    )
    dropped: Sequence[Mapping[str, Any]] = ()
    if succeeded:
        tx.run("UPDATE image SET state = 'ready' WHERE job_id = :job AND state = 'made'", job=job["id"])
    else:
        dropped = tx.all(
            """
            UPDATE image SET state = 'deleted', deleted_ms = :now WHERE job_id = :job AND state = 'made' RETURNING path
            """,
            now=ending.now_ms,
            job=job["id"],
        )
    if code in (Code.MODERATED, Code.MINORS):
        _note_block(tx, job, ending)
    settle(tx, job, made if succeeded else 0, ending.now_ms)
    tx.run(
        "UPDATE delivery SET state = 'due', next_ms = :now WHERE job_id = :job AND state = 'open'",
        now=ending.now_ms,
        job=job["id"],
    )
    return Result(step.state, job["pool"], job["person_id"], tuple(row["path"] for row in dropped))


def _note_block(tx: Tx, job: Mapping[str, Any], ending: End) -> None:
    """Note which server or generator refused whose prompt; never its words, which may quote the prompt."""
    facts = json.loads(ending.facts)
    details = {"where": job["pool"], "job": job["id"], "rule": facts.get("categories") or facts.get("rule") or ""}
    entry = audit.Entry(job["person_id"], audit.BLOCKED, job["guild_id"], f"person:{job['person_id']}", details)
    audit.note(tx, entry, ending.now_ms)


def _facts(job: Mapping[str, Any], step: Next, ending: End) -> str:
    """Return what the person's sentence is made of: the worker's own facts, or what the queue knows."""
    if ending.code:
        return ending.facts
    return json.dumps(
        {
            "generator": job["pool"],
            "tries": step.program_deaths if step.code is Code.PROGRAM_DEATHS else step.tries,
            "reason": ending.message,
            "deadline_s": job["deadline_s"],
        }
    )


def _owned(tx: Tx, ending: End) -> Mapping[str, Any]:
    if ending.worker is None:
        job = tx.one("SELECT * FROM job WHERE id = :id AND state = 'running'", id=ending.job)
    else:
        job = tx.one(
            "SELECT * FROM job WHERE id = :id AND state = 'running' AND fence = :fence AND worker = :worker",
            id=ending.job,
            fence=ending.fence,
            worker=ending.worker,
        )
    if job is None:
        raise LeaseLost(ending.job)
    return job


def _end_attempt(tx: Tx, job: Mapping[str, Any], ending: End) -> Mapping[str, Any]:
    # Nobody vouches for a worker beyond its lease: it went silent, its computer slept, or the clock jumped ahead.
    until_ms = min(ending.now_ms, job["lease_ms"])
    batch = tx.one(
        """
        SELECT a.batch, SUM(b.cost_s) AS cost_s, COUNT(*) AS n
        FROM attempt a JOIN attempt b ON b.batch = a.batch AND b.ended_ms IS NULL
        WHERE a.job_id = :job AND a.number = :number GROUP BY a.batch
        """,
        job=job["id"],
        number=job["attempt"],
    )
    assert batch is not None  # noqa: S101 - a running job has an attempt
    tx.run(
        """
        UPDATE attempt SET
            accrued_s = accrued_s + CASE WHEN accrued_ms < :now THEN :now - accrued_ms ELSE 0 END / 1000.0
                * CASE WHEN :total > 0 THEN cost_s / :total ELSE 1.0 / :n END,
            accrued_ms = CASE WHEN accrued_ms < :now THEN :now ELSE accrued_ms END
        WHERE batch = :batch AND ended_ms IS NULL
        """,
        now=until_ms,
        total=batch["cost_s"],
        n=batch["n"],
        batch=batch["batch"],
    )
    ended = tx.one(
        """
        UPDATE attempt SET ended_ms = :now, outcome = :outcome, message = :message,
            asked = CASE WHEN :turned_away = 1 THEN 0 ELSE asked END
        WHERE job_id = :job AND number = :number
        RETURNING number, accrued_s, sent_ms, upstream_id, weight, asked, continues, polled
        """,
        now=ending.now_ms,
        outcome=ending.outcome,
        message=ending.message,
        turned_away=int(ending.code == Code.GENERATOR_RESTING),  # Asked for nothing, it knows nothing of calls before.
        job=job["id"],
        number=job["attempt"],
    )
    assert ended is not None  # noqa: S101 - read above
    return ended


def _advance(tx: Tx, job: Mapping[str, Any], step: Mapping[str, Any], ending: End) -> Mapping[str, Any]:
    own_key = f"alone:{job['id']}"
    batch_key = own_key if job["batch_key"] == own_key else step["batch_key"]
    tx.run(
        """
        UPDATE job SET step = step + 1, pool = :pool, cost_s = :cost, batch_key = :key, model = :model,
            request = COALESCE(:request, request)
        WHERE id = :id
        """,
        pool=step["pool"],
        cost=step["cost_s"],
        key=batch_key,
        model=step["model"],
        request=ending.request,
        id=job["id"],
    )
    return {**job, "pool": step["pool"], "cost_s": step["cost_s"]}
