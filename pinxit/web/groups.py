"""The route of groups: all jobs of one wish that held several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from pinxit.actions.look import find_group
from pinxit.web.answers import API, job_answer, links, to_json
from pinxit.web.ids import to_job_id
from pinxit.web.refusals import locale_of
from pinxit.web.schemas_own import GroupAnswer
from pinxit.web.taking import refuses

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.web.trust import Trust


def groups_router(studio: Studio, trust: Trust, *, public_url: str | None = None) -> APIRouter:
    """Return the route."""
    router = APIRouter(prefix=f"{API}/groups", tags=["jobs"])

    @router.get("/{group_id}", response_model=GroupAnswer, responses=refuses(401, 403, 404))
    async def look(group_id: str, request: Request) -> Response:
        """Say how the jobs of a group are going, as far as the caller may see them."""
        caller = await trust.caller(request)
        jobs = await find_group(to_job_id(group_id), caller, studio)
        link, locale = links(request, public_url), locale_of(request.headers.get("accept-language", ""))
        now = studio.clock.now()
        answers = [
            job_answer(await studio.queue.card(job), link, locale, now, is_operator=caller.is_trusted) for job in jobs
        ]
        answer = GroupAnswer(
            group_id=group_id,
            jobs=answers,
            ended=sum(job.state.is_final for job in jobs),
            credits=sum(job.credits_milli for job in jobs) / 1000,
        )
        return to_json(answer)

    return router
