"""How a job is going, as server-sent events.

Every state is read from its row, so a stream that is taken up again after a restart of the server goes on where it was.

Source: WHATWG HTML, "Server-sent events", read 2026-11.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import Response, StreamingResponse

from pinxit.actions.look import find_job
from pinxit.domain.errors import Refused
from pinxit.domain.job import JobState
from pinxit.queue.events import heard_within
from pinxit.web.answers import job_answer
from pinxit.web.closing import CLOSING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.ids import JobId
    from pinxit.web.answers import Links
    from pinxit.web.closing import Closing
    from pinxit.web.leave import Leave
    from pinxit.web.schemas import JobAnswer

RECONNECT_MS = 2000


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. `heartbeat_s`: the longest silence. `place_s`: how often a waiting job's place is looked up again.

    `least_s`: the shortest time between two states; what happens meanwhile is told by the later one.
    """

    heartbeat_s: float = 15.0
    place_s: float = 3.0
    least_s: float = 0.2


@dataclass(frozen=True, slots=True)
class Follower:
    """One who listens: to what, and how it wants to hear it."""

    job: JobId
    caller: Caller
    link: Links
    locale: str


async def follow(
    follower: Follower, last_id: str, studio: Studio, closing: Closing, pace: Pace, leave: Leave
) -> Response:
    """Return the stream of a job's states, up to its end or that of the leave. Raises Refused: no such job.

    `last_id`: of the last event that the caller has. Where that is the end, 204 tells it not to ask again.
    """
    now = await _look(follower, studio)
    if is_final(now) and event_id(now) == last_id:
        return Response(status_code=204)
    headers = {"X-Accel-Buffering": "no"}  # nginx would hold events back until its buffer is full.
    return StreamingResponse(
        _events(follower, last_id, studio, closing, pace, leave), headers=headers, media_type="text/event-stream"
    )


def is_final(answer: JobAnswer) -> bool:
    """Tell whether no other state can follow."""
    return JobState(answer.status).is_final


def event_id(answer: JobAnswer) -> str:
    """Name a state; equal states have equal names, in every process and under every address of the server.

    The estimate runs on by itself and is left out.
    """
    state = answer.model_dump_json(exclude={"eta_s", "images", "url", "events_url", "preview_url"})
    return hashlib.sha256(f"{state} {[image.id for image in answer.images]}".encode()).hexdigest()[:22]


async def _events(
    follower: Follower, last_id: str, studio: Studio, closing: Closing, pace: Pace, leave: Leave
) -> AsyncIterator[str]:
    yield f"retry: {RECONNECT_MS}\n\n"
    sent_at = studio.clock.monotonic()
    with studio.events.listen(follower.job, CLOSING) as heard:
        while await leave.holds():
            heard.clear()
            try:
                answer = await _look(follower, studio)
            except Refused:  # It was deleted meanwhile; whoever asks anew is told so.
                return
            if (name := event_id(answer)) != last_id:
                last_id, sent_at = name, studio.clock.monotonic()
                yield f"event: state\nid: {name}\ndata: {answer.model_dump_json()}\n\n"
            elif studio.clock.monotonic() - sent_at >= pace.heartbeat_s:
                sent_at = studio.clock.monotonic()
                yield ": still here\n\n"
            if is_final(answer) or closing:
                return
            await studio.clock.sleep(pace.least_s)
            waits = answer.status == JobState.QUEUED
            await heard_within(heard, pace.place_s if waits else pace.heartbeat_s)


async def _look(follower: Follower, studio: Studio) -> JobAnswer:
    job = await find_job(follower.job, follower.caller, studio)
    card = await studio.queue.card(job)
    is_operator = follower.caller.is_trusted
    return job_answer(card, follower.link, follower.locale, studio.clock.now(), is_operator=is_operator)
