"""Paint beyond a picture's edges: zoom out, or pan to a side."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinxit.actions.again import find_picture, on_picture, ways_for
from pinxit.actions.asking import Ask
from pinxit.actions.imagine import imagine
from pinxit.actions.planning import Again
from pinxit.actions.routing import open_to
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import nearest, shown
from pinxit.domain.request import Mode, Outpaint

if TYPE_CHECKING:
    from pinxit.actions.asking import Target
    from pinxit.actions.imagine import Accepted
    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.ids import ImageId

DIRECTIONS = ("left", "right", "up", "down")
ZOOM = 1.5
LEAST, MOST = 1.1, 4.0
_PANNED = 0.5  # Of the picture's width or height, added at that side.
_GRID_PX = 8  # What nearly every model's sizes are multiples of.


async def outpaint(
    image_id: ImageId,
    caller: Caller,
    studio: Studio,
    *,
    zoom: float | None = None,
    pan: str = "",
    key: str | None = None,
    target: Target | None = None,
) -> Accepted:
    """Queue one picture that shows more: `zoom` times as much all around, or half as much again to the side of `pan`.

    `pan`: left, right, up or down. Neither of the two is a zoom of 1.5. By the image's own generator or else one that
    can. Raises Refused: no such image, FIELD_RANGE, FIELD_CHOICE, FIELD_CONFLICT (both), SIZE_TOO_LARGE,
    MODE_UNSUPPORTED, and whatever `imagine` raises.
    """
    if pan and zoom is not None:
        raise Refused(Code.FIELD_CONFLICT, field="outpaint", value=shown(zoom), other=shown(pan), allowed=[])
    if pan and pan not in DIRECTIONS:
        near = nearest(pan, DIRECTIONS)
        raise Refused(Code.FIELD_CHOICE, field="pan", value=shown(pan), nearest=near, allowed=list(DIRECTIONS))
    wanted = ZOOM if zoom is None else zoom
    if not LEAST <= wanted <= MOST:  # NaN is in no range.
        raise Refused(Code.FIELD_RANGE, field="zoom", value=shown(wanted), allowed=[f"{LEAST:g} to {MOST:g}"])
    image, job = await find_picture(image_id, caller, studio)
    sides = _panned(pan, image.width_px, image.height_px) if pan else _zoomed(wanted, image.width_px, image.height_px)
    ways = ways_for(image, job, Mode.OUTPAINT, open_to(caller, studio))
    draft = replace(on_picture(image, job, Mode.OUTPAINT), outpaint=sides, count=1)
    again = Again(ways, image.id, job.request.enhanced, job.request.enhance)
    return await imagine(Ask(draft, caller, key, target, again), studio)


def _zoomed(zoom: float, width_px: int, height_px: int) -> Outpaint:
    beside, above = _side(width_px * (zoom - 1) / 2), _side(height_px * (zoom - 1) / 2)
    return Outpaint(left=beside, right=beside, top=above, bottom=above)


def _panned(pan: str, width_px: int, height_px: int) -> Outpaint:
    beside, above = _side(width_px * _PANNED), _side(height_px * _PANNED)
    return {
        "left": Outpaint(left=beside),
        "right": Outpaint(right=beside),
        "up": Outpaint(top=above),
        "down": Outpaint(bottom=above),
    }[pan]


def _side(pixels: float) -> int:
    return max(_GRID_PX, round(pixels / _GRID_PX) * _GRID_PX)
