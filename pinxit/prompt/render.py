"""A draft as text that can be typed: the way back from `parse`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pinxit.prompt.escapes import escape, quoted, unescape
from pinxit.prompt.flags import escape_dashes
from pinxit.prompt.loras import escape_tags, written
from pinxit.prompt.midjourney import guidance_of
from pinxit.prompt.permutations import choices
from pinxit.prompt.wildcards import WILDCARD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.domain.draft import Draft

_PLAIN_LORA = re.compile(r"\w[\w.:-]*", re.ASCII)
_PLAIN_WORD = re.compile(r"\w(?:[\w.+/-]*\w)?", re.ASCII)


def render(draft: Draft) -> str:
    """Return the text whose `parse` is `draft`, but for `typed`: the prompt first, then its flags.

    What flags cannot say is left out: pictures, modes, one side of a size, options of a generator. Numbers keep six
    decimals. Choices and wildcards in it are text, here and for `wishes.read`.
    """
    prompt = escape_dashes(escape_tags(draft.prompt.strip()))
    plain = " ".join(filter(None, (prompt, *_flags(draft))))
    if draft.raw or (unescape(plain) == plain and choices(plain).count == 1 and not WILDCARD.search(plain)):
        return plain
    return escape(plain)


def _flags(draft: Draft) -> Iterator[str]:
    if draft.aspect is not None:
        yield "--ar {}:{}".format(*draft.aspect)
    if draft.width_px is not None and draft.height_px is not None:
        yield f"--size {draft.width_px}x{draft.height_px}"
    if draft.count is not None:
        yield f"--n {draft.count}"
    if draft.seed is not None:
        yield f"--seed {draft.seed if draft.seed >= 0 else 'random'}"
    yield from _guidance(draft)
    for name, text in (("sampler", draft.sampler), ("model", draft.model), ("style", draft.style)):
        if text:
            yield f"--{name} {text if _PLAIN_WORD.fullmatch(text) else quoted(text)}"
    if draft.strength is not None:
        yield f"--strength {_decimal(draft.strength)}"
    for lora in draft.loras:
        text = written(lora)
        yield f"--lora {text if _PLAIN_LORA.fullmatch(text) else quoted(text)}"
    yield from _manner(draft)
    if draft.negative_prompt:
        yield f"--no {quoted(draft.negative_prompt)}"


def _guidance(draft: Draft) -> Iterator[str]:
    """Say how many steps, and where the guidance scale comes from."""
    if draft.steps is not None:
        yield f"--steps {draft.steps}"
    is_midjourneys = draft.guidance_scale is not None and draft.guidance_scale == guidance_of(draft)
    if draft.guidance_scale is not None and not is_midjourneys:
        yield f"--cfg {_decimal(draft.guidance_scale)}"
    if is_midjourneys and draft.stylize is not None:
        yield f"--stylize {draft.stylize}"
    if is_midjourneys and draft.chaos is not None:
        yield f"--chaos {draft.chaos}"


def _manner(draft: Draft) -> Iterator[str]:
    """Say how the request is to be treated."""
    if draft.enhance is not None:
        yield f"--enhance {draft.enhance.value}"
    if draft.priority is not None:
        yield f"--priority {draft.priority.name.lower()}"
    if draft.repeat is not None:
        yield f"--repeat {draft.repeat}"
    for name, is_wanted in (
        ("tile", draft.tile),
        ("raw", draft.raw),
        ("private", draft.private),
        ("public", draft.private is False),
        ("local", draft.local),
        ("dry-run", draft.dry_run),
        ("yes", draft.confirmed),
    ):
        if is_wanted:
            yield f"--{name}"


def _decimal(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")
