"""The torture finds the mistakes that it is there to find, and none where there is none."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import pytest

from tests.crash.mutants import MUTANTS, Mutant, mutated
from tests.crash.processes import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crash.world import Report

pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(sys.platform != "linux", reason="the processes under test are tied to their parent by prctl"),
]


async def test_each_mutant_is_caught_where_the_program_passes(tmp_path: Path) -> None:
    # They mostly wait, so they run side by side.
    reports = await asyncio.gather(*(_tried(mutant, tmp_path / str(place)) for place, mutant in enumerate(MUTANTS)))

    for mutant, (honest, caught) in zip(MUTANTS, reports, strict=True):
        assert not honest.crimes, mutant.name
        assert any(mutant.crime in crime for crime in caught.crimes), (mutant.name, caught.crimes)


async def _tried(mutant: Mutant, folder: Path) -> tuple[Report, Report]:
    package = mutated(mutant, folder / "package")
    honest, caught = await asyncio.gather(
        mutant.trial(folder / "honest", ROOT), mutant.trial(folder / "mutant", package)
    )
    return honest, caught
