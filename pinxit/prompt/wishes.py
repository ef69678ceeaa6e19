"""What a typed text asks for: a job, or one for each of its choices and repetitions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.domain.changing import changed
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import is_text, shown
from pinxit.domain.hints import Hint, Told
from pinxit.domain.seeds import SEED_LIMIT
from pinxit.prompt.escapes import guarded
from pinxit.prompt.flags import is_raw, left_out, parse
from pinxit.prompt.midjourney import hints_of_guidance
from pinxit.prompt.permutations import choices
from pinxit.prompt.render import render

if TYPE_CHECKING:
    from pinxit.domain.draft import Draft
    from pinxit.prompt.wildcards import Wildcards


@dataclass(frozen=True, slots=True)
class Wish:
    """One job's draft, and what is worth telling about how it was understood. `copy`: which repetition, from 0."""

    draft: Draft
    hints: tuple[Told, ...] = ()
    copy: int = 0


def read(
    text: str,
    wildcards: Wildcards,
    seed: int,
    most: int = 40,
    *,
    raw: bool = False,
    repeat: int | None = None,
    count: int = 1,
) -> tuple[Wish, ...]:
    """Return a wish for each job that `text` asks for, in the order of its choices; one if it has none.

    Choices and wildcards are drawn before flags are read, so they may stand in flags; with --raw, or `raw`, they are
    text. `seed` decides what is drawn, apart for every job. --repeat, or `repeat` which says it beside the text, makes
    copies; of a named seed S they have S, S + n and so on, so that no picture comes twice (`count`: n where the text
    does not say it). Each draft's `typed` asks for its one job alone.

    Raises Refused: what `parse` raises, FIELD_RANGE and FIELD_CONFLICT for `repeat`, and TOO_MANY_JOBS for more than
    `most`, without making them. Linear in the length of the text for each job.
    """
    if not is_text(text):
        raise Refused(Code.TEXT_INVALID, field="prompt", value="", allowed=[])
    if raw or ("{" not in text and "__" not in text) or is_raw(text):
        texts = [_Drawn(text, text)]
    else:
        written = choices(text)
        _check(written.count, most)
        texts = [_drawn(written.pick(index), index, wildcards, seed) for index in range(written.count)]
    drafts = [parse(drawn.text, raw=raw) for drawn in texts]
    times = [_times(draft.repeat, repeat, most) for draft in drafts]
    _check(sum(times), most)
    wishes: list[Wish] = []
    for index, (drawn, draft) in enumerate(zip(texts, drafts, strict=True)):
        hints = (*hints_of(draft), *(_unknown(name, wildcards) for name in drawn.unknown))
        if times[index] == 1:
            wishes.append(Wish(changed(draft, repeat=None), hints))
            continue
        for number in range(times[index]):
            copy = draft
            if number and drawn.text != drawn.template:
                # Every copy draws for itself: four repetitions of "a fox in __place__" are four places.
                copy = parse(_drawn(drawn.template, index + number * len(texts), wildcards, seed).text)
            wishes.append(Wish(_copy(copy, number, draft, count), hints, number))
    return tuple(wishes)


def hints_of(draft: Draft) -> tuple[Told, ...]:
    """Return what is worth telling about a draft's flags."""
    flags = (Told(Hint.NO_FLAG_OF_OURS, {"flag": shown(flag)}) for flag in left_out(draft.typed))
    return (*hints_of_guidance(draft), *flags)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """One of the texts. `template`: before its wildcards were drawn. `unknown`: the names of those that stay."""

    text: str
    template: str
    unknown: tuple[str, ...] = ()


def _drawn(template: str, number: int, wildcards: Wildcards, seed: int) -> _Drawn:
    text, unknown = wildcards.draw(template, seed, number)
    if choices(text).count > 1 or wildcards.has_any(text):
        text = guarded(text)  # What fell into place by chance was not asked for, nor is it when this is typed again.
    return _Drawn(text, template, unknown)


def _times(typed: int | None, named: int | None, most: int) -> int:
    if named is not None and named < 1:
        raise Refused(Code.FIELD_RANGE, field="repeat", value=shown(named), allowed=[f"1 to {most}"])
    if None not in (typed, named) and typed != named:
        raise Refused(Code.FIELD_CONFLICT, field="repeat", value=shown(typed), other=shown(named), allowed=[])
    return typed or named or 1


def _copy(draft: Draft, number: int, first: Draft, count: int) -> Draft:
    """Return a draft as repetition `number` of the first, which says what all of them have in common."""
    seed = first.seed
    if seed is not None and seed >= 0:
        seed = (seed + number * (first.count or count)) % SEED_LIMIT
    copied = changed(draft, repeat=None, seed=seed)
    return changed(copied, typed=render(copied))


def _unknown(name: str, wildcards: Wildcards) -> Told:
    near = wildcards.nearest(name)
    return Told(Hint.WILDCARD_UNKNOWN, {"value": f"__{shown(name)}__", "nearest": f"__{near}__" if near else ""})


def _check(count: int, most: int) -> None:
    if count > most:
        raise Refused(Code.TOO_MANY_JOBS, field="prompt", count=count, limit=most, allowed=[f"at most {most}"])
