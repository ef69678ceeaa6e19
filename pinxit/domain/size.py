"""The size of the picture that comes out, from whatever was said about it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import shown

if TYPE_CHECKING:
    from pinxit.domain.draft import Draft
    from pinxit.domain.generator import Capabilities
    from pinxit.domain.limits import Limits

_GRID_PX = 8  # Nearly every model wants multiples of 8, so a job can move along its route with its size unchanged.
_AREA_TOLERANCE = 0.1  # How far from the default area an exact aspect may lie before sides are rounded one by one.


def resolve_size(
    draft: Draft, capabilities: Capabilities, limits: Limits, source_size_px: tuple[int, int] | None
) -> tuple[int, int]:
    """Return (width, height) in pixels, before anything is added by outpainting or enlarging.

    A named side is rounded to the nearest multiple that the generator takes; the other follows the aspect. Without
    any side the area is the default's. The aspect is the named one, else the source's, else the default's. Where a
    generator has sizes of its own, or takes only so many pixels or so long a picture, it is the nearest one of those.
    Raises Refused: SIZE_TOO_LARGE, FIELD_RANGE, FIELD_CONFLICT.
    """
    return _possible(_asked_size(draft, capabilities, limits, source_size_px), capabilities, limits)


def _asked_size(
    draft: Draft, capabilities: Capabilities, limits: Limits, source_size_px: tuple[int, int] | None
) -> tuple[int, int]:
    """Return the size as it was asked for, rounded to the generator's step."""
    least, most = limits.min_side_px, limits.max_side_px
    if not capabilities.sizes_px:
        most = min(most, capabilities.max_side_px)
    for field, side in (("width", draft.width_px), ("height", draft.height_px)):
        if side is not None:
            _check_side(field, side, least, most)
    if draft.aspect is not None:
        _check_aspect(draft.aspect, least, most)
    aspect = draft.aspect or source_size_px or capabilities.default_size_px
    step = capabilities.size_step_px
    size: tuple[float, float]
    match draft.width_px, draft.height_px:
        case None, None:
            is_default = draft.aspect is None and source_size_px is None
            if is_default and max(capabilities.default_size_px) <= most:
                return capabilities.default_size_px
            return _fit(aspect, capabilities.default_size_px, math.lcm(step, _GRID_PX), least, most)
        case int(width), None:
            size = width, width * aspect[1] / aspect[0]
        case None, int(height):
            size = height * aspect[0] / aspect[1], height
        case width, height:
            size = width or 0, height or 0
    width_px, height_px = (_round(side, step, least, most) for side in size)
    if draft.aspect is not None:
        _check_agreement(draft, width_px, height_px, slack_px=max(step, 1))
    return width_px, height_px


def _possible(size: tuple[int, int], capabilities: Capabilities, limits: Limits) -> tuple[int, int]:
    """Return the size itself, or the nearest one that the generator makes; a like shape goes before a like area."""
    if capabilities.sizes_px:
        there = [own for own in capabilities.sizes_px if max(own) <= limits.max_side_px]
        if not there:
            raise _too_large(min(capabilities.sizes_px, key=max), limits)
        return min(there, key=lambda own: _distance(own, size))
    step = capabilities.size_step_px
    least = max(limits.min_side_px, capabilities.min_side_px)
    most = min(limits.max_side_px, capabilities.max_side_px)
    if least > most:
        raise _too_large((least, least), limits)
    if _is_made(size, capabilities, least, most):
        return size
    width, height = float(size[0]), float(size[1])
    if capabilities.max_ratio and max(size) > capabilities.max_ratio * min(size):
        width, height = (min(side, capabilities.max_ratio * min(size)) for side in size)
    scale = _scale(width * height, capabilities)
    around = [
        (_grid(across, step, least, most), _grid(down, step, least, most))
        for across in (math.floor(width * scale / step), math.ceil(width * scale / step))
        for down in (math.floor(height * scale / step), math.ceil(height * scale / step))
    ]
    # Rounding may lead over a limit, so the nearest of those around it is taken that keeps within all.
    within = [own for own in around if _is_made(own, capabilities, least, most)]
    return min(within, key=lambda own: _distance(own, size)) if within else _shortened(around[0], capabilities, most)


def _is_made(size: tuple[int, int], capabilities: Capabilities, least: int, most: int) -> bool:
    pixels, ratio = size[0] * size[1], max(size) / min(size)
    return (
        least <= min(size)
        and max(size) <= most
        and (not capabilities.max_ratio or ratio <= capabilities.max_ratio)
        and (not capabilities.max_pixels or pixels <= capabilities.max_pixels)
        and pixels >= (capabilities.min_pixels or 0)
    )


def _scale(pixels: float, capabilities: Capabilities) -> float:
    """Return by how much the sides become larger or smaller so that there are neither too few nor too many pixels."""
    if capabilities.min_pixels and pixels < capabilities.min_pixels:
        return math.sqrt(capabilities.min_pixels / pixels)
    if capabilities.max_pixels and pixels > capabilities.max_pixels:
        return math.sqrt(capabilities.max_pixels / pixels)
    return 1.0


def _grid(steps: int, step: int, least: int, most: int) -> int:
    return max(-(-least // step) * step, min(most // step * step, steps * step))


def _shortened(size: tuple[int, int], capabilities: Capabilities, most: int) -> tuple[int, int]:
    """Return the size with its longer side cut to what the limits leave it beside the shorter one."""
    step, longest, shorter = capabilities.size_step_px, most, min(size)
    if capabilities.max_ratio:
        longest = min(longest, int(capabilities.max_ratio * shorter))
    if capabilities.max_pixels:
        longest = min(longest, capabilities.max_pixels // shorter)
    return min(size[0], longest // step * step), min(size[1], longest // step * step)


def _too_large(smallest: tuple[int, int], limits: Limits) -> Refused:
    """Return the refusal where even the smallest picture that a model makes is larger than allowed."""
    allowed = [f"{limits.min_side_px} to {limits.max_side_px}"]
    return Refused(Code.SIZE_TOO_LARGE, field="size", value=f"{smallest[0]}x{smallest[1]}", allowed=allowed)


def _distance(own: tuple[int, int], wanted: tuple[int, int]) -> float:
    shape = abs(math.log(own[0] / own[1]) - math.log(wanted[0] / wanted[1]))
    return 3 * shape + abs(math.log(own[0] * own[1]) - math.log(wanted[0] * wanted[1]))


def _check_side(field: str, side_px: int, least: int, most: int) -> None:
    if least <= side_px <= most:
        return
    code = Code.SIZE_TOO_LARGE if side_px > most else Code.FIELD_RANGE
    raise Refused(code, field=field, value=shown(side_px), allowed=[f"{least} to {most}"])


def _check_aspect(aspect: tuple[int, int], least: int, most: int) -> None:
    a, b = aspect
    widest = most // least
    if min(a, b) < 1 or max(a, b) > widest * min(a, b):
        raise Refused(
            Code.FIELD_RANGE, field="aspect", value=f"{shown(a)}:{shown(b)}", allowed=[f"1:{widest} to {widest}:1"]
        )


def _check_agreement(draft: Draft, width_px: int, height_px: int, slack_px: int) -> None:
    a, b = draft.aspect or (width_px, height_px)
    if abs(width_px * b - height_px * a) > slack_px * max(a, b):
        raise Refused(
            Code.FIELD_CONFLICT, field="aspect", value=f"{a}:{b}", other=f"{width_px}x{height_px}", allowed=[]
        )


def _fit(aspect: tuple[int, int], area_px: tuple[int, int], grid: int, least: int, most: int) -> tuple[int, int]:
    """Return the size of this aspect with about this area: exact where the grid allows it nearby, else rounded."""
    divisor = math.gcd(*aspect)
    a, b = aspect[0] // divisor, aspect[1] // divisor
    area = area_px[0] * area_px[1]
    unit = math.sqrt(area / (a * b))
    exact = round(unit / grid) * grid
    if abs((exact / unit) ** 2 - 1) <= _AREA_TOLERANCE and exact * max(a, b) <= most:
        return a * exact, b * exact
    unit = min(unit, most / max(a, b))
    return _round(a * unit, grid, least, most), _round(b * unit, grid, least, most)


def _round(side: float, step: int, least: int, most: int) -> int:
    rounded = round(side / step) * step
    return max(-(-least // step) * step, min(most // step * step, rounded))
