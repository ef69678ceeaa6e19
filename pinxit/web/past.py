"""The routes of what was painted: history and favourites, a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from pinxit.actions.favourite import favourites
from pinxit.actions.history import HistoryQuery, history
from pinxit.domain.delivery import Card
from pinxit.domain.ids import GuildId, PersonId
from pinxit.domain.job import JobState
from pinxit.web.answers import API, image_details, job_answer, links, to_json
from pinxit.web.ids import to_job_id
from pinxit.web.openapi import refusal
from pinxit.web.queries import read_query, to_choice, to_most
from pinxit.web.refusals import locale_of
from pinxit.web.schemas_again import HistoryAnswer, ImagesAnswer

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

    from pinxit.actions.studio import Studio
    from pinxit.web.trust import Trust

_MOST, _USUAL = 100, 30
_FILTERS = ("q", "guild", "person", "model", "platform", "state", "before", "most")
_REFUSED: dict[int | str, dict[str, Any]] = {
    401: refusal("A key is needed, or the one sent is not valid."),
    403: refusal("The key may not do this."),
    422: refusal("A filter is wrong; `field` and `allowed` say how."),
}


def past_router(studio: Studio, trust: Trust, *, public_url: str | None = None) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix=API, tags=["past"])

    @router.get("/favourites", response_model=ImagesAnswer, responses=_REFUSED)
    async def kept(request: Request) -> Response:
        """List the caller's favourites, the last one kept first. `after`, `most`: pages."""
        caller = await trust.caller(request)
        said = read_query(request.query_params, ("after", "most"))
        page = await favourites(caller, studio, after=said.get("after", ""), most=to_most(said, _MOST, _USUAL))
        link = links(request, public_url)
        shown_images = [image_details(image, link) for image in page.items]
        return to_json(ImagesAnswer(images=shown_images, after=page.after or None))

    @router.get("/history", response_model=HistoryAnswer, responses=_REFUSED)
    async def past(request: Request) -> Response:
        """List jobs, the newest first: `q` searches prompts, `guild person model platform state` filter.

        `before` goes on behind a job; `most` is 1 to 100.
        """
        caller = await trust.caller(request)
        page = await history(_history(request.query_params), caller, studio)
        link, locale = links(request, public_url), locale_of(request.headers.get("accept-language", ""))
        now = studio.clock.now()
        jobs = [
            job_answer(Card(job, float(job.state.is_final)), link, locale, now, is_operator=caller.is_trusted)
            for job in page.jobs
        ]
        return to_json(HistoryAnswer(jobs=jobs, before=page.older))

    return router


def _history(params: QueryParams) -> HistoryQuery:
    said = read_query(params, _FILTERS)
    state = to_choice(said, "state", JobState)
    return HistoryQuery(
        text=said.get("q", ""),
        guild=GuildId(said["guild"]) if "guild" in said else None,
        person=PersonId(said["person"]) if "person" in said else None,
        model=said.get("model"),
        platform=said.get("platform"),
        state=None if state is None else JobState(state),
        before=to_job_id(said["before"]) if "before" in said else None,
        most=to_most(said, _MOST, _USUAL),
    )
