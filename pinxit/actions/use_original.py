"""Paint a job again in the words that were typed."""

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


async def use_original(
    job_id: JobId, caller: Caller, studio: Studio, *, key: str | None = None, target: Target | None = None
) -> Accepted:
    """Queue the same request with the same seed and without its rewrite, on the same route.

    A style that was named stays. Raises Refused: no such job, none of its generators, SOURCE_GONE, and whatever
    `imagine` raises.
    """
    job = await find_job(job_id, caller, studio)
    sources = await carried_sources(job, studio)
    draft = replace(draft_of(job.request, private=job.private), seed=job.request.seed, sources=sources)
    again = Again(same_ways(job, open_to(caller, studio)), parent=job.parent_image)
    return await imagine(Ask(draft, caller, key, target, again), studio)
