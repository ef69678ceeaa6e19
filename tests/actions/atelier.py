"""Everything but the web, painting for real, and short ways to ask for something."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from pinxit.actions.asking import Ask
from pinxit.actions.imagine import imagine
from pinxit.app import embedded
from pinxit.config import load
from pinxit.domain.caller import OPERATOR, Caller
from pinxit.domain.draft import Draft
from pinxit.domain.errors import Refused
from pinxit.domain.ids import GuildId, PersonId

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable
    from pathlib import Path

    from pinxit.actions.imagine import Accepted
    from pinxit.domain.job import Job
    from pinxit.parts import Parts

SKETCH = '[generators.sketch]\nkind = "sketch"\n'
PLAIN = '[generators.plain]\nkind = "tests.generators_for_tests:build_plain"\nprocess = false\n'
NOBODY_PAINTS = '[generators.sketch]\nkind = "sketch"\nworkers = 0\n'

ANNA = Caller(GuildId("discord:1"), PersonId("anna"), "discord")
BORIS = Caller(GuildId("discord:1"), PersonId("boris"), "discord")
STRANGER = Caller(GuildId("discord:2"), PersonId("carla"), "discord")


@asynccontextmanager
async def running(folder: Path, settings: str = SKETCH) -> AsyncIterator[Parts]:
    """Run with these settings over the same folder as before."""
    file = folder / "config.toml"
    file.write_text(settings)
    async with embedded(load({}, file, {"var": folder / "var"})) as parts:
        yield parts


def draft(prompt: str = "a red fox in snow", **changes: object) -> Draft:
    """Return a small wish."""
    return Draft(**{"prompt": prompt, "seed": 7, "width_px": 96, "height_px": 64, **changes})  # type: ignore[arg-type]  # fields of Draft


async def asked(parts: Parts, caller: Caller = OPERATOR, prompt: str = "a red fox in snow", **changes: object) -> Job:
    """Return a new job as it was submitted."""
    accepted = await imagine(Ask(draft(prompt, **changes), caller), parts.studio)
    assert accepted.job is not None
    return accepted.job


async def painted(parts: Parts, caller: Caller = OPERATOR, prompt: str = "a red fox in snow", **changes: object) -> Job:
    """Return a new job when it has ended."""
    return await ended(await imagine(Ask(draft(prompt, **changes), caller), parts.studio), parts)


async def ended(accepted: Accepted, parts: Parts, within_s: float = 30) -> Job:
    """Return the job when it has ended."""
    assert accepted.job is not None
    with parts.events.listen(accepted.job.id) as heard:
        async with asyncio.timeout(within_s):
            while True:
                heard.clear()
                job = await parts.store.jobs.job(accepted.job.id)
                assert job is not None
                if job.state.is_final:
                    return job
                await heard.wait()


async def refusal(doing: Awaitable[object]) -> Refused:
    """Return what it was refused with."""
    with pytest.raises(Refused) as caught:
        await doing
    return caught.value
