"""Painting in this process, over the run-time folder that it holds."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from pinxit.actions.cancel import cancel
from pinxit.actions.imagine import imagine_all
from pinxit.actions.look import find_image, find_job
from pinxit.actions.wishes import asks_of
from pinxit.chat.cards import view
from pinxit.cli.exits import LOCALE
from pinxit.cli.painting import Painted, Progress, Promised, PromisedJob, Wish
from pinxit.domain.caller import OPERATOR
from pinxit.domain.draft import Draft
from pinxit.domain.errors import Code, Refused
from pinxit.domain.ids import ImageId, JobId
from pinxit.domain.job import PREPARE
from pinxit.queue.events import heard_within
from pinxit.wording import say, say_stored

if TYPE_CHECKING:
    from collections.abc import Callable

    from pinxit.actions.studio import Studio
    from pinxit.domain.delivery import Card

_LOOK_S = 1.0  # How often a waiting job's place is looked up again.


class LocalPainter:
    """Speaks to the actions directly."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    async def submit(self, wish: Wish) -> Promised:
        """Queue the wish. Raises Refused."""
        said = Draft(prompt="", count=wish.count, seed=wish.seed, dry_run=wish.dry_run, confirmed=wish.confirmed)
        group = await imagine_all(asks_of(wish.prompt, said, OPERATOR, self._studio, key=wish.key), self._studio)
        hints = (say(LOCALE, told.hint, told.facts) for accepted in group for told in accepted.hints)
        return Promised(
            jobs=tuple(PromisedJob(one.job.id, one.job.painter) for one in group if one.job is not None),
            count=len(group),
            credits=sum(one.quote.credits_milli for one in group) / 1000,
            seconds=round(sum(one.quote.seconds for one in group), 3),
            hints=tuple(dict.fromkeys(hints)),
        )

    async def follow(self, job: str, show: Callable[[Progress], None]) -> Progress:
        """Show every change until the job has ended, and return its end. Raises Refused."""
        with self._studio.events.listen(job) as heard:
            while True:
                heard.clear()
                card = await self._studio.queue.card(await find_job(JobId(job), OPERATOR, self._studio))
                progress = _progress(card)
                show(progress)
                if progress.state.is_final:
                    return progress
                await heard_within(heard, _LOOK_S)

    async def cancel(self, job: str) -> None:
        """Ask for the job's end."""
        with contextlib.suppress(Refused):
            await cancel(JobId(job), OPERATOR, self._studio)

    async def fetch(self, image: Painted) -> bytes:
        """Return an image's file. Raises Refused."""
        found = await find_image(ImageId(image.id), OPERATOR, self._studio)
        try:
            return await self._studio.blobs.get(found.path)
        except OSError as error:
            raise Refused(Code.IMAGE_BROKEN, image=image.id) from error


def _progress(card: Card) -> Progress:
    job = card.job
    return Progress(
        job=job.id,
        state=job.state,
        fraction=card.progress,
        ahead=None if card.place is None else card.place.ahead,
        eta_s=None if card.place is None else card.place.eta_s,
        seed=job.request.seed,
        generator=job.painter,
        count=job.request.count,
        images=tuple(
            Painted(image.id, image.seed, image.width_px, image.height_px, image.media_type) for image in job.pictures
        ),
        reason=say_stored(LOCALE, job.error_code, job.error_facts) if job.error_code else "",
        withheld=len(job.withheld),
        notes=view(card, LOCALE, job.created_at).notes,
        tried=tuple(dict.fromkeys(attempt.generator for attempt in job.attempts if attempt.generator != PREPARE)),
    )
