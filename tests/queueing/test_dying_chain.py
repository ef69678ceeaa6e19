"""Providers die one after another under two hundred jobs: all are done, their ways on record, the books exact."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from typing import TYPE_CHECKING

from pinxit.actions.asking import Ask
from pinxit.actions.imagine import imagine
from pinxit.data import books, spending
from pinxit.domain.breaker import Circuit
from pinxit.domain.caller import Caller
from pinxit.domain.errors import Code
from pinxit.domain.ids import GuildId, PersonId
from pinxit.domain.job import JobState, Outcome
from tests.actions.atelier import draft, ended
from tests.queueing.dying_chain import (
    ANSWERED,
    BUDGET_CALLS,
    CHAIN,
    CREDITS_MICRO,
    NEURONS_MICRO,
    PREDICTION_MICRO,
    RECKONED_MICRO,
    REFUSED,
    WORKERS,
    a_chain,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pinxit.domain.job import Job
    from pinxit.parts import Parts

JOBS = 200
GUILDS = 4
# What each generator's attempts may say that were not the last of their job.
ERRORS = {
    "replicate": r"trouble of its own \(500\)|cannot be reached|broke the connection off|left alone until",
    "cloudflare": r"trouble of its own \(500\)|cannot be reached|broke the connection off|left alone until",
    "bfl": r"^the generator's budget has no room for this$",
    "webui": r"trouble of its own \(500\)|cannot be reached|broke the connection off|left alone until",
}


async def done(parts: Parts, number: int) -> Job:
    caller = Caller(GuildId(f"discord:{number % GUILDS}"), PersonId(f"person-{number % 16}"), "discord")
    accepted = await imagine(Ask(draft(f"a red fox, number {number}", width_px=64, seed=number), caller), parts.studio)
    return await ended(accepted, parts, within_s=100)


async def paid(parts: Parts) -> Mapping[str, Counter[tuple[int, int]]]:
    """Return how often each provider was paid how much, and whether that is uncertain, by the ledger."""
    rows = await parts.store.database.read(
        lambda tx: tx.all("SELECT provider, amount, uncertain FROM ledger WHERE unit = 'dollar' AND provider <> ''")
    )
    found: dict[str, Counter[tuple[int, int]]] = {}
    for row in rows:
        found.setdefault(row["provider"], Counter())[row["amount"], row["uncertain"]] += 1
    return found


def attempts_of(jobs: Sequence[Job], generator: str, outcome: Outcome) -> int:
    return sum(one.generator == generator and one.outcome is outcome for job in jobs for one in job.attempts)


async def test_two_hundred_jobs_outlive_their_providers_with_exact_books(tmp_path: Path) -> None:
    async with a_chain(tmp_path) as (parts, providers):
        async with asyncio.TaskGroup() as tasks:
            asked = [tasks.create_task(done(parts, number)) for number in range(JOBS)]
        jobs = [one.result() for one in asked]
        circuits = {name: parts.studio.breakers.circuit(name) for name in CHAIN}
        ledger = await paid(parts)
        problems = await parts.store.database.read(lambda tx: [*books.verify(tx), *spending.differences(tx)])
        spent = await parts.store.jobs.spent(["bfl"], parts.clock.now())
        lanes = await parts.store.lines.lanes()
        waiting = await parts.store.database.read(
            lambda tx: tx.all("SELECT id FROM job WHERE state IN ('queued', 'running', 'waiting')")
        )

    # Every job is done, at whichever generator was there; three prompts were refused, and went no further.
    assert Counter(job.state for job in jobs) == {JobState.SUCCEEDED: JOBS - REFUSED, JobState.FAILED: REFUSED}
    for job in jobs:
        went = [one.generator for one in job.attempts]
        assert went == [step.pool for step in job.route][: len(went)]
        assert job.tries == 0
        last = job.attempts[-1]
        for one in job.attempts[:-1]:
            assert one.outcome in (Outcome.TEMPORARY, Outcome.BROKEN)
            assert re.search(ERRORS[one.generator], one.message), one
        if job.state is JobState.FAILED:
            assert (job.error_code, last.generator, last.outcome) == (Code.MODERATED, "bfl", Outcome.REFUSED)
        else:
            assert last.outcome is Outcome.SUCCEEDED
            assert [image.generator for image in job.pictures] == [last.generator]
    made = {name: attempts_of(jobs, name, Outcome.SUCCEEDED) for name in CHAIN}
    rest = JOBS - REFUSED - 3 * ANSWERED - BUDGET_CALLS
    assert made == {
        "replicate": ANSWERED,
        "cloudflare": ANSWERED,
        "bfl": BUDGET_CALLS,
        "webui": ANSWERED,
        "plain": rest,
    }

    # The dead ones are left alone, and nothing is left waiting for them.
    assert {name for name, circuit in circuits.items() if circuit is not Circuit.CLOSED} == {
        "replicate",
        "cloudflare",
        "webui",
    }
    assert not waiting
    assert not any(lane.queued or lane.running for lane in lanes)

    # What the providers say they billed is booked; what one never answered is booked as reckoned, and marked.
    succeeded = sum(one.status == "succeeded" for one in providers.replicate.kept.values())
    assert ledger == {
        "replicate": {(PREDICTION_MICRO, 0): succeeded},
        "cloudflare": {(NEURONS_MICRO, 0): ANSWERED, (RECKONED_MICRO, 1): WORKERS},
        "bfl": {(CREDITS_MICRO, 0): len(providers.bfl.created) - REFUSED},
    }
    assert (spent["bfl"].day_micro, spent["bfl"].reserved_micro) == (BUDGET_CALLS * CREDITS_MICRO, 0)
    assert problems == []
    assert providers.strangers == []
