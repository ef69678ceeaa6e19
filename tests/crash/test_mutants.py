"""The torture finds the mistakes that it is there to find, and none where there is none."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import pytest

from tests.crash.mutants import MUTANTS, mutated
from tests.crash.processes import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crash.mutants import Mutant, Trial
    from tests.crash.world import Report

pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(sys.platform != "linux", reason="the processes under test are tied to their parent by prctl"),
]


# They mostly wait, so some run side by side; with all of them at once two cores would only be busy starting them.
AT_ONCE = 8


async def test_each_mutant_is_caught_where_the_program_passes(tmp_path: Path) -> None:
    places = asyncio.Semaphore(AT_ONCE)

    async def report(trial: Trial, folder: Path, mutant: Mutant | None = None) -> Report:
        async with places:
            return await trial(folder / "trial", ROOT if mutant is None else mutated(mutant, folder / "package"))

    trials = list(dict.fromkeys(mutant.trial for mutant in MUTANTS))
    honest = [report(trial, tmp_path / trial.__name__) for trial in trials]
    caught = [report(mutant.trial, tmp_path / str(place), mutant) for place, mutant in enumerate(MUTANTS)]

    reports = await asyncio.gather(*honest, *caught)

    for trial, passed in zip(trials, reports, strict=False):
        assert not passed.crimes, trial.__name__
    for mutant, failed in zip(MUTANTS, reports[len(trials) :], strict=True):
        assert any(mutant.crime in crime for crime in failed.crimes), (mutant.name, failed.crimes)
