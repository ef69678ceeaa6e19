"""What becomes of a job when an attempt ends. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from pinxit.domain.errors import Code
from pinxit.domain.job import JobState, Outcome

LONGEST_PAUSE_S = 300.0


@dataclass(frozen=True, slots=True)
class Policy:
    """How patient the queue is.

    `tries`: how many may end by the worker's fault, time-out or death. `program_deaths`: how many deaths of the whole
    program a job may be there at, and from `alone_from` of them on it runs in a batch of its own.
    `billed_reruns`: how often a billed call without an answer may be made again.
    """

    tries: int = 3
    program_deaths: int = 10
    alone_from: int = 2
    billed_reruns: int = 1


@dataclass(frozen=True, slots=True)
class Record:
    """What a job has been through, the attempt that just ended not yet counted.

    `made`: images stored so far, of `count`. `call_lost`: a billed call of this attempt has no answer and no id to ask.
    """

    tries: int
    program_deaths: int
    lost_calls: int
    made: int
    count: int
    has_next: bool
    cancel_wanted: bool
    call_lost: bool


@dataclass(frozen=True, slots=True)
class Next:
    """The job's next state and its counters.

    `state` QUEUED with `advance` goes on along the route; without, it goes back to its place in line.
    `pause_s`: how long it stays WAITING. `code`: why it FAILED, or why only a part SUCCEEDED.
    """

    state: JobState
    tries: int
    program_deaths: int
    lost_calls: int
    code: Code | None = None
    pause_s: float = 0.0
    advance: bool = False
    alone: bool = False


def decide(outcome: Outcome, record: Record, policy: Policy, retry_after_s: float | None = None) -> Next:
    """Decide where a job goes after an attempt ended with `outcome`.

    A step along the route and a graceful release cost no try. A generator that answers "later" has already tried
    again by itself, so the route goes on where it can. Images that exist are never thrown away by a failure: a part
    succeeds, and never goes on to another generator, whose picture would be another picture.
    """
    tries, deaths = record.tries, record.program_deaths
    lost = record.lost_calls + record.call_lost

    def end(state: JobState, code: Code | None = None) -> Next:
        return Next(state, tries, deaths, lost, code)

    def give_up(code: Code) -> Next:
        return end(JobState.SUCCEEDED if record.made else JobState.FAILED, code)

    if outcome is Outcome.CANCELLED or record.cancel_wanted:
        return end(JobState.CANCELLED, Code.CANCELLED)
    if outcome is Outcome.SUCCEEDED:
        return end(JobState.SUCCEEDED) if record.made >= record.count else give_up(Code.GENERATOR_FAILED)
    if outcome is Outcome.ADVANCED:
        return Next(JobState.QUEUED, tries, deaths, lost, advance=True)
    if outcome is Outcome.REFUSED:
        return give_up(Code.MODERATED)
    if outcome in (Outcome.BROKEN, Outcome.TEMPORARY) and record.has_next and not record.made:
        return Next(JobState.QUEUED, tries, deaths, lost, advance=True)
    if outcome is Outcome.BROKEN:
        return give_up(Code.GENERATOR_FAILED)
    if lost > policy.billed_reruns:
        return give_up(Code.BILLED_CALL_LOST)
    if outcome is Outcome.RELEASED:
        return Next(JobState.QUEUED, tries, deaths, lost, alone=deaths >= policy.alone_from)
    if outcome is Outcome.PROGRAM_DIED:
        deaths += 1
        if deaths >= policy.program_deaths:
            return give_up(Code.PROGRAM_DEATHS)
        return Next(JobState.QUEUED, tries, deaths, lost, alone=deaths >= policy.alone_from)
    tries += 1
    if tries >= policy.tries:
        return give_up(Code.TIMED_OUT if outcome is Outcome.TIMED_OUT else Code.TRIES_SPENT)
    pause_s = min(LONGEST_PAUSE_S, 2.0**tries) if retry_after_s is None else min(LONGEST_PAUSE_S, retry_after_s)
    alone = deaths >= policy.alone_from
    return Next(JobState.WAITING, tries, deaths, lost, pause_s=pause_s, alone=alone)
