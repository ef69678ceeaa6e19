"""Midjourney's habits: what becomes of its flags here.

Flags and their values: Midjourney, "Parameter List" and the pages behind it, read 2026-11.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pinxit.domain.changing import changed
from pinxit.domain.errors import Code, Refused
from pinxit.domain.hints import Hint, Told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pinxit.domain.draft import Draft

_NUMBER = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?[a-z]?(?!\S)", re.IGNORECASE)
_CODES = re.compile(r"(?:\s*(?:https?://\S+|[0-9]+(?:::[0-9.]+)?|random)(?!\S))*", re.IGNORECASE)
_CODE = re.compile(r"[A-Za-z0-9]{6,40}(?!\S)")
_LEVEL = re.compile(r"(?:low|high)(?!\S)", re.IGNORECASE)
_NOTHING = re.compile("")
_USUAL_STYLIZE = 100
# What each takes, so that a value is left out with its flag, and the words behind a flag without one are not.
LEFT_OUT: Mapping[str, re.Pattern[str]] = {
    **dict.fromkeys(("v", "version", "niji", "q", "quality", "weird", "w", "stop", "exp", "sv", "bs"), _NUMBER),
    **dict.fromkeys(("iw", "sw", "cw", "ow"), _NUMBER),
    **dict.fromkeys(("sref", "cref", "oref", "end"), _CODES),
    **dict.fromkeys(("p", "profile", "personalize"), _CODE),
    "motion": _LEVEL,
    **dict.fromkeys(("fast", "relax", "turbo", "draft", "hd", "video", "loop"), _NOTHING),
    **dict.fromkeys(("hq", "test", "testp", "creative", "upbeta", "uplight", "beta", "upanime"), _NOTHING),
}


def guided(draft: Draft) -> Draft:
    """Return the draft with the guidance scale that --stylize and --chaos stand for; the lower one wins.

    A guidance scale says how closely a model keeps to the words. Midjourney's --stylize gives its own taste more room
    and --chaos makes the pictures differ, and both are what less guidance does. Where Midjourney changes nothing
    (stylize 100, chaos 0) it is 7, the usual one; at the far ends it is 3, below which the words are lost, and 9 for
    stylize 0, which keeps to the words. In between: straight lines.

    Raises Refused (FIELD_CONFLICT) if a guidance scale is named as well.
    """
    guidance = guidance_of(draft)
    if guidance is None:
        return draft
    if draft.guidance_scale is not None:
        other = "--chaos" if draft.stylize is None else "--stylize"
        raise Refused(Code.FIELD_CONFLICT, field="guidance_scale", value="--cfg", other=other, allowed=[])
    return changed(draft, guidance_scale=guidance)


def guidance_of(draft: Draft) -> float | None:
    """Return the guidance scale that --stylize and --chaos stand for, in tenths; None if neither was said."""
    scales = []
    if draft.stylize is not None:
        is_little = draft.stylize <= _USUAL_STYLIZE
        scales.append(9 - draft.stylize / 50 if is_little else 7 - (draft.stylize - _USUAL_STYLIZE) / 225)
    if draft.chaos is not None:
        scales.append(7 - draft.chaos / 25)
    return round(min(scales), 1) if scales else None


def hints_of_guidance(draft: Draft) -> Iterator[Told]:
    """Say what became of --stylize and --chaos."""
    for hint, value in ((Hint.STYLIZE, draft.stylize), (Hint.CHAOS, draft.chaos)):
        if value is not None:
            yield Told(hint, {"value": value, "guidance": draft.guidance_scale})
