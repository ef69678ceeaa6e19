"""On Discord too nothing acknowledged is lost, doubled or shown to others, whenever the program dies."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import pytest

from tests.crash.discord_moments import MOMENTS
from tests.crash.discord_mutants import MUTANTS
from tests.crash.discord_ordeal import Ordeal, ordeal
from tests.crash.mutants import mutated
from tests.crash.processes import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.crash.discord_mutants import DiscordMutant, Trial

pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(sys.platform != "linux", reason="the program is killed with its process group"),
]

_AT_ONCE = 4


async def test_each_of_a_hundred_jobs_in_flight_shows_its_end_once_through_kills_at_every_moment(
    tmp_path: Path,
) -> None:
    report = await ordeal(tmp_path, Ordeal(seed=7))

    assert not report.crimes
    assert report.kills.keys() == {*(moment.name for moment in MOMENTS), "at random"}
    assert report.most_in_flight >= 100
    assert report.acknowledged >= 100
    assert report.verdict.jobs == report.verdict.answers + report.verdict.messages + report.verdict.direct + sum(
        report.verdict.dead.values()
    )


async def test_each_mutant_of_the_bot_is_caught_where_ours_passes(tmp_path: Path) -> None:
    places = asyncio.Semaphore(_AT_ONCE)

    async def crimes(trial: Trial, folder: Path, mutant: DiscordMutant | None = None) -> Sequence[str]:
        async with places:
            return await trial(folder / "trial", ROOT if mutant is None else mutated(mutant, folder / "package"))

    async def both(mutant: DiscordMutant) -> tuple[Sequence[str], Sequence[str]]:
        folder = tmp_path / mutant.trial.__name__
        passed, failed = await asyncio.gather(
            crimes(mutant.trial, folder / "ours"), crimes(mutant.trial, folder / "mutant", mutant)
        )
        return passed, failed

    found = await asyncio.gather(*map(both, MUTANTS))

    for mutant, (passed, failed) in zip(MUTANTS, found, strict=True):
        assert not passed, mutant.trial.__name__
        assert any(mutant.crime in crime for crime in failed), (mutant.name, failed)
