"""Paint something close to a picture."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

from pinxit.actions.again import carried_sources, draft_of, find_picture, on_picture, same_ways, ways_for
from pinxit.actions.asking import Ask
from pinxit.actions.guild_house import ruled
from pinxit.actions.imagine import imagine
from pinxit.actions.planning import Again
from pinxit.actions.routing import can, open_to
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import shown
from pinxit.domain.request import Mode
from pinxit.domain.seeds import image_seed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.actions.asking import Target
    from pinxit.actions.imagine import Accepted
    from pinxit.actions.routing import Way
    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.ids import ImageId
    from pinxit.domain.image import Image

STRENGTH = 0.35  # Keeps the composition and changes the details.
_NEARBY = 1000


async def vary(
    image_id: ImageId,
    caller: Caller,
    studio: Studio,
    *,
    strength: float | None = None,
    key: str | None = None,
    target: Target | None = None,
) -> Accepted:
    """Queue as many pictures as the job had, close to this one.

    They are painted over it (`strength` 0 keeps it, 1 ignores it) where its generator can do that, else from the same
    request with a seed nearby. Raises Refused: no such image, FIELD_RANGE, MODE_UNSUPPORTED where its generator is gone
    and no other can, and whatever `imagine` raises.
    """
    wanted = STRENGTH if strength is None else strength
    if not 0 < wanted <= 1:  # NaN is in no range.
        raise Refused(Code.FIELD_RANGE, field="strength", value=shown(wanted), allowed=["0.05 to 1"])
    image, job = await find_picture(image_id, caller, studio)
    rules, _ = await studio.store.guilds.rules(caller.guild)
    usable, asked = ruled(open_to(caller, studio), rules), job.request
    paints_over = can(image.generator, Mode.IMG2IMG, usable, is_local=job.request.local)
    if image.generator in usable.generators and not paints_over:
        sources = await carried_sources(job, studio)
        seed = _nearby(image.seed, job.request.count, key)
        draft = replace(draft_of(job.request, private=job.private), seed=seed, sources=sources)
        ways = tuple(way for way in same_ways(job, usable) if way.generator == image.generator)
        return await imagine(
            Ask(draft, caller, key, target, Again(ways, image.id, asked.enhanced, asked.enhance)), studio
        )
    ways = ways_for(image, job, Mode.IMG2IMG, usable)
    most = min(studio.generators[way.generator].capabilities.max_count for way in ways)
    draft = replace(
        on_picture(image, job, Mode.IMG2IMG),
        strength=wanted,
        count=min(job.request.count, most, usable.house.limits.count),
    )
    if _fits(image, ways, usable):  # Else the size follows from its aspect.
        draft = replace(draft, width_px=image.width_px, height_px=image.height_px)
    return await imagine(Ask(draft, caller, key, target, Again(ways, image.id, asked.enhanced, asked.enhance)), studio)


def _fits(image: Image, ways: Sequence[Way], studio: Studio) -> bool:
    limits = studio.house.limits
    most = min(limits.max_side_px, *(studio.generators[way.generator].capabilities.max_side_px for way in ways))
    return all(limits.min_side_px <= side <= most for side in (image.width_px, image.height_px))


def _nearby(seed: int, count: int, key: str | None) -> int:
    """Return a seed beyond those of the image's own job; the same key gives the same one."""
    drawn = secrets.token_bytes(8) if key is None else hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
    return image_seed(seed, count + int.from_bytes(drawn[:8], "big") % _NEARBY)
