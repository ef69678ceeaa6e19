"""Make a picture larger."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinxit.actions.again import find_picture, on_picture, ways_for
from pinxit.actions.asking import Ask
from pinxit.actions.imagine import imagine
from pinxit.actions.planning import Again
from pinxit.actions.routing import open_to
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import shown
from pinxit.domain.request import Mode

if TYPE_CHECKING:
    from pinxit.actions.asking import Target
    from pinxit.actions.imagine import Accepted
    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.ids import ImageId

FACTOR = 2.0
LEAST, MOST = 1.1, 4.0


async def upscale(
    image_id: ImageId,
    caller: Caller,
    studio: Studio,
    *,
    factor: float | None = None,
    key: str | None = None,
    target: Target | None = None,
) -> Accepted:
    """Queue one picture, `factor` (2) times as wide and high, by the image's own generator or else one that can.

    Raises Refused: no such image, FIELD_RANGE, SIZE_TOO_LARGE, MODE_UNSUPPORTED, and whatever `imagine` raises.
    """
    wanted = FACTOR if factor is None else factor
    if not LEAST <= wanted <= MOST:  # NaN is in no range.
        raise Refused(Code.FIELD_RANGE, field="upscale", value=shown(wanted), allowed=[f"{LEAST:g} to {MOST:g}"])
    image, job = await find_picture(image_id, caller, studio)
    ways = ways_for(image, job, Mode.UPSCALE, open_to(caller, studio))
    # The same seed, so that a generator which repaints keeps to what it painted.
    draft = replace(on_picture(image, job, Mode.UPSCALE), upscale=wanted, count=1, seed=image.seed)
    again = Again(ways, image.id, job.request.enhanced, job.request.enhance)
    return await imagine(Ask(draft, caller, key, target, again), studio)
