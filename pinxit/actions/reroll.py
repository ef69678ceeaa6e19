"""Paint a job again with a new seed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinxit.actions.again import carried_sources, draft_of, same_ways
from pinxit.actions.asking import Ask
from pinxit.actions.imagine import imagine
from pinxit.actions.look import find_job
from pinxit.actions.planning import Again
from pinxit.actions.routing import open_to

if TYPE_CHECKING:
    from pinxit.actions.asking import Target
    from pinxit.actions.imagine import Accepted
    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.ids import JobId


async def reroll(
    job_id: JobId, caller: Caller, studio: Studio, *, key: str | None = None, target: Target | None = None
) -> Accepted:
    """Queue the same request with a new seed, on the same route as far as its generators still exist.

    Raises Refused: no such job, none of its generators, SOURCE_GONE, and whatever `imagine` raises.
    """
    job = await find_job(job_id, caller, studio)
    sources = await carried_sources(job, studio)
    draft = replace(draft_of(job.request, private=job.private), sources=sources)
    ways = same_ways(job, open_to(caller, studio))
    again = Again(ways, job.parent_image, job.request.enhanced, job.request.enhance)
    return await imagine(Ask(draft, caller, key, target, again), studio)
