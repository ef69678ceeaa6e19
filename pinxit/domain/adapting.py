"""What a generator could not take as it was asked for, and what was made of it: nothing is left out silently. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.domain.hints import Hint, Told
from pinxit.domain.request import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.domain.draft import Draft
    from pinxit.domain.generator import Capabilities
    from pinxit.domain.request import Request

_LIKE = 0.02  # Shapes that differ by less look the same.


def adapted(draft: Draft, request: Request, capabilities: Capabilities, generator: str) -> tuple[Told, ...]:
    """Return a hint for each thing in the draft that this generator's request does not have as it was said.

    `capabilities`: of the request's model.
    """
    facts = {"generator": generator}
    hints = []
    if request.mode not in (Mode.OUTPAINT, Mode.UPSCALE) and any(_other_size(draft, request)):
        size = f"{request.width_px}×{request.height_px}"
        hints.append(Told(Hint.SIZE_NEAREST, {**facts, "value": _asked(draft), "size": size}))
    if request.negative_prompt and capabilities.negative_in_words:
        hints.append(Told(Hint.NEGATIVE_IN_WORDS, facts))
    if draft.seed is not None and draft.seed >= 0 and not capabilities.seed:
        hints.append(Told(Hint.SEED_UNUSED, facts))
    if draft.steps is not None and capabilities.max_steps == 1 != draft.steps:
        hints.append(Told(Hint.STEPS_UNUSED, facts))
    if draft.guidance_scale is not None and not capabilities.guidance:
        hints.append(Told(Hint.GUIDANCE_UNUSED, facts))
    if draft.strength is not None and request.sources and not capabilities.strength:
        hints.append(Told(Hint.STRENGTH_UNUSED, facts))
    return tuple(hints)


def _other_size(draft: Draft, request: Request) -> Iterator[bool]:
    yield draft.width_px is not None and draft.width_px != request.width_px
    yield draft.height_px is not None and draft.height_px != request.height_px
    if draft.aspect is not None:
        wanted, there = draft.aspect[0] / draft.aspect[1], request.width_px / request.height_px
        yield abs(wanted / there - 1) > _LIKE


def _asked(draft: Draft) -> str:
    if draft.width_px is None and draft.height_px is None and draft.aspect is not None:
        return f"{draft.aspect[0]}:{draft.aspect[1]}"
    return f"{draft.width_px or '?'}×{draft.height_px or '?'}"
