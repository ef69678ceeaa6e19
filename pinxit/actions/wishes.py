"""What was typed, as the wishes that it holds: one, or one for each of its choices."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pinxit.actions.asking import Ask
from pinxit.domain.changing import changed
from pinxit.domain.draft import SILENT
from pinxit.domain.seeds import SEED_LIMIT, draw_seed
from pinxit.prompt.flags import merge
from pinxit.prompt.wishes import read

if TYPE_CHECKING:
    from pinxit.actions.asking import Target
    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.draft import Draft
    from pinxit.prompt.wishes import Wish


def asks_of(
    text: str, fields: Draft, caller: Caller, studio: Studio, *, key: str | None = None, target: Target | None = None
) -> tuple[Ask, ...]:
    """Return a wish for each job that `text` asks for: its flags and `fields` together.

    `fields`: what was said beside the text; its prompt is not looked at. `target`: of the first; the others are shown
    at its `further`, if it has one. Raises Refused as `wishes.read` and `flags.merge` do.
    """
    count = fields.count or studio.house.count
    is_silent = fields == SILENT  # As most are, and everybody waits for this.
    wishes = read(text, studio.wildcards, _seed(key), raw=fields.raw, repeat=fields.repeat, count=count)
    return tuple(
        Ask(
            wish.draft if is_silent else merge(wish.draft, _beside(wish, fields, count)),
            caller,
            key if key is None or not number else f"{key}.{number}",
            _target(target, number),
            hints=wish.hints,
        )
        for number, wish in enumerate(wishes)
    )


def _target(target: Target | None, number: int) -> Target | None:
    """Return where the job of this number is shown: what one message can show once, a second one cannot."""
    return target if target is None or target.further is None or not number else target.further


def _beside(wish: Wish, fields: Draft, count: int) -> Draft:
    """Return the fields for one wish: a named seed goes on from repetition to repetition, as one in the text does."""
    seed = fields.seed
    if wish.copy and seed is not None and 0 <= seed < SEED_LIMIT:
        seed = (seed + wish.copy * (wish.draft.count or count)) % SEED_LIMIT
    return changed(fields, repeat=None, seed=seed)


def _seed(key: str | None) -> int:
    """Return what wildcards are drawn with: for the same key the same ones, so that a repeated wish stays one."""
    if key is None:
        return draw_seed()
    return int.from_bytes(hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[:8], "big") % SEED_LIMIT
