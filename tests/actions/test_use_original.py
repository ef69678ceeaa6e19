from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pinxit.actions.use_original import use_original
from pinxit.domain.caller import OPERATOR
from pinxit.domain.errors import Code
from pinxit.domain.job import JobState
from pinxit.domain.request import Enhance
from tests.actions.atelier import ANNA, BORIS, STRANGER, ended, painted, refusal, running

if TYPE_CHECKING:
    from pathlib import Path


async def test_the_original_is_painted_with_the_same_seed_and_everything_else(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        first = await painted(
            parts, prompt="a castle on a hill", enhance=Enhance.RULES, count=2, steps=9, negative_prompt="rain"
        )
        second = await ended(await use_original(first.id, OPERATOR, parts.studio), parts)

    assert first.request.enhanced.startswith("a castle on a hill, ")
    assert second.request == dataclasses.replace(first.request, enhance=Enhance.OFF, enhanced="")
    assert [image.seed for image in second.images] == [image.seed for image in first.images]
    assert [image.prompt for image in second.images] == ["a castle on a hill"] * 2


async def test_a_named_style_stays(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        first = await painted(parts, prompt="a castle on a hill", enhance=Enhance.RULES, style="Tapestry")
        second = await ended(await use_original(first.id, OPERATOR, parts.studio), parts)

    assert (first.state, second.state) == (JobState.SUCCEEDED, JobState.SUCCEEDED)
    assert second.request.suffix == first.request.suffix != ""
    assert (second.request.enhance, second.request.enhanced) == (Enhance.OFF, "")


async def test_the_same_key_paints_it_once(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        first = await painted(parts, prompt="a castle on a hill", enhance=Enhance.RULES)
        once = await use_original(first.id, OPERATOR, parts.studio, key="k")
        twice = await use_original(first.id, OPERATOR, parts.studio, key="k")

    assert (once.is_new, twice.is_new) == (True, False)
    assert once.job is not None
    assert twice.job is not None
    assert once.job.id == twice.job.id


async def test_a_job_that_somebody_may_not_see_is_unknown_to_them(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        private = await painted(parts, ANNA, private=True)
        codes = {(await refusal(use_original(private.id, who, parts.studio))).code for who in (BORIS, STRANGER)}
        own = await use_original(private.id, ANNA, parts.studio)

    assert codes == {Code.JOB_UNKNOWN}
    assert own.job is not None
    assert own.job.private
