"""Paint a job again with one thing changed, and everything else as it was: the seed, too."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from pinxit.actions.again import carried_sources, draft_of, portable, same_ways
from pinxit.actions.asking import Ask
from pinxit.actions.guild_house import capped, in_style, ruled
from pinxit.actions.imagine import imagine
from pinxit.actions.look import find_job
from pinxit.actions.planning import Again
from pinxit.actions.routing import Way, can, may_use, open_to
from pinxit.domain.draft import Draft
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import nearest, shown
from pinxit.domain.guild_rules import style_key
from pinxit.domain.request import Mode
from pinxit.prompt.flag_values import decimal
from pinxit.prompt.styles import find

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.actions.asking import Target
    from pinxit.actions.imagine import Accepted
    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller
    from pinxit.domain.generator import Capabilities
    from pinxit.domain.guild_rules import GuildRules
    from pinxit.domain.ids import JobId
    from pinxit.domain.job import Job
    from pinxit.domain.request import Request

FIELDS = ("model", "aspect", "steps", "guidance", "sampler", "style")
MOST = 25  # Choices of one field: as many as a list in a chat holds, and as anybody reads.
NO_STYLE = "none"
_ASPECTS = ((1, 1), (5, 4), (4, 5), (4, 3), (3, 4), (3, 2), (2, 3), (16, 9), (9, 16), (2, 1), (1, 2), (21, 9), (9, 21))
_SHAPED = (Mode.TXT2IMG, Mode.IMG2IMG)  # Where a picture's own shape does not decide.
_GUIDANCE = (1.0, 2.0, 3.5, 5.0, 7.0, 9.0, 12.0, 15.0)
_STEPS = (0.5, 0.75, 1.5, 2.0)  # Times those of the job.
_GRID_PX = 8  # What nearly every model's sizes are multiples of.


async def change(
    job_id: JobId,
    field: str,
    value: str,
    caller: Caller,
    studio: Studio,
    *,
    key: str | None = None,
    target: Target | None = None,
) -> Accepted:
    """Queue the same request with the same seed and one thing changed. `field`: of FIELDS; `value`: as `choices` says.

    Raises Refused: no such job, FIELD_CHOICE, FIELD_TYPE, SOURCE_GONE, and whatever `imagine` raises for the value.
    """
    job = await find_job(job_id, caller, studio)
    rules, _ = await studio.store.guilds.rules(caller.guild)
    usable = ruled(open_to(caller, studio), rules)
    said = replace(draft_of(job.request, private=job.private), seed=job.request.seed)
    if _known(field) == "model":
        ways: tuple[Way, ...] = (_other_way(value, job, usable),)
    else:
        ways = same_ways(job, usable)
        said = _changed(field, value, said, job, rules, usable)
    sources = await carried_sources(job, studio)
    again = Again(ways, job.parent_image, job.request.enhanced, job.request.enhance)
    return await imagine(Ask(replace(said, sources=sources), caller, key, target, again), studio)


async def choices(job_id: JobId, field: str, caller: Caller, studio: Studio) -> Sequence[tuple[str, str, bool]]:
    """Return what a field of a job could be, at most 25: (value for `change`, plain label, whether it is that now).

    None where there is nothing to choose. Raises Refused: no such job, FIELD_CHOICE, none of its generators.
    """
    job = await find_job(job_id, caller, studio)
    rules, _ = await studio.store.guilds.rules(caller.guild)
    usable = ruled(open_to(caller, studio), rules)
    capabilities = capped(_capabilities(job, usable), usable.house)
    request = job.request
    match _known(field):
        case "model":
            found = _models(job, usable)
        case "aspect":
            found = _aspects(request, capabilities, usable)
        case "steps":
            wanted = {*(round(request.steps * times) for times in _STEPS), capabilities.default_steps, request.steps}
            kept = sorted(steps for steps in wanted if 1 <= steps <= capabilities.max_steps)
            found = [(f"{steps}", f"{steps}", steps == request.steps) for steps in kept]
        case "guidance":
            scales = sorted({*_GUIDANCE, capabilities.default_guidance_scale, request.guidance_scale})
            found = [(f"{scale:g}", f"{scale:g}", scale == request.guidance_scale) for scale in scales]
        case "sampler":
            found = [(name, name, name == request.sampler) for name in capabilities.samplers]
        case _:
            found = _styles(request, capabilities, usable)
    return _cut(found)


def _known(field: str) -> str:
    name = {"generator": "model", "guidance_scale": "guidance"}.get(field, field)
    if name not in FIELDS:
        near = nearest(field, FIELDS)
        raise Refused(Code.FIELD_CHOICE, field="field", value=shown(field), nearest=near, allowed=list(FIELDS))
    return name


def _changed(field: str, value: str, said: Draft, job: Job, rules: GuildRules, studio: Studio) -> Draft:
    match _known(field):
        case "aspect":
            width_px, height_px = _shaped(value, job, studio)
            return replace(said, width_px=width_px, height_px=height_px)
        case "steps":
            return replace(said, steps=round(_number("steps", value)))
        case "guidance":
            return replace(said, guidance_scale=_number("guidance_scale", value))
        case "sampler":
            return replace(said, sampler=value)
    bare = replace(said, style=None, suffix="", negative_prompt=_without_style(job.request, rules, studio))
    if style_key(value) == NO_STYLE:
        return bare
    # Here and not on the way to the generator: what a job is painted again with is in words already.
    return in_style(replace(bare, style=value), _capabilities(job, studio), studio.house)


def _number(field: str, value: str) -> float:
    try:
        return decimal(value)
    except ValueError:
        raise Refused(Code.FIELD_TYPE, field=field, value=shown(value), allowed=["a number"]) from None


def _capabilities(job: Job, studio: Studio) -> Capabilities:
    generator = studio.generators.get(job.painter)
    return (studio.generators[same_ways(job, studio)[0].generator] if generator is None else generator).capabilities


def _models(job: Job, studio: Studio) -> list[tuple[str, str, bool]]:
    """Return every model of every generator that can do this, as generator/model; a generator without names alone."""
    mode, request = job.request.mode, job.request
    found = []
    for name, generator in studio.generators.items():
        for model in generator.capabilities.models or ("",):
            if can(name, mode, studio, is_local=request.local) and may_use(
                name, Draft("", model=model or None), studio
            ):
                is_now = name == job.painter and model == job.request_at(name).model
                label = name if model in ("", name) else f"{model} ({name})"
                found.append((f"{name}/{model}".rstrip("/"), label, is_now))
    return found


def _other_way(value: str, job: Job, studio: Studio) -> Way:
    """Return the way to a generator and one of its models; what belongs to another generator is not asked of it."""
    known = [name for name, _, _ in _models(job, studio)]
    # A model's name may be all that somebody says, and may hold a slash itself.
    chosen = next((name for name in known if value in (name, *_short(name))), None)
    if chosen is None:
        near = nearest(value, known)
        raise Refused(Code.FIELD_CHOICE, field="model", value=shown(value), nearest=near, allowed=known)
    generator = next(name for name in studio.generators if chosen == name or chosen.startswith(f"{name}/"))
    model = chosen.removeprefix(generator).removeprefix("/")
    own: dict[str, object] = {} if generator == job.painter else portable(generator, studio)
    return Way(generator, {**own, "model": model or None})


def _short(name: str) -> tuple[str, str]:
    generator, _, model = name.partition("/")
    return generator, model


def _aspects(request: Request, capabilities: Capabilities, studio: Studio) -> list[tuple[str, str, bool]]:
    if request.mode not in _SHAPED:
        return []
    limits = studio.house.limits
    widest = min(limits.max_side_px, capabilities.max_side_px) // limits.min_side_px
    wide, high = request.width_px, request.height_px
    fitting = [(a, b) for a, b in _ASPECTS if max(a, b) <= widest * min(a, b)]
    nearest_one = min(fitting, key=lambda sides: abs(math.log(wide * sides[1] / (high * sides[0]))))
    return [
        (f"{a}:{b}", f"{a}:{b}", (a, b) == nearest_one and abs(wide * b - high * a) <= _GRID_PX * max(a, b))
        for a, b in fitting
    ]


def _shaped(value: str, job: Job, studio: Studio) -> tuple[int, int]:
    """Return the size of this aspect with about the job's area, as far as its generator goes. Raises Refused."""
    sides: list[float] = []
    with suppress(ValueError):
        sides = [decimal(side) for side in value.split(":")]
    if len(sides) != len(("width", "height")) or min(sides) <= 0:
        allowed = [f"{a}:{b}" for a, b in _ASPECTS]
        raise Refused(Code.FIELD_CHOICE, field="aspect", value=shown(value), allowed=allowed)
    if job.request.mode not in _SHAPED:
        raise Refused(Code.FEATURE_UNSUPPORTED, field="aspect", value=shown(value), allowed=[])
    most = min(studio.house.limits.max_side_px, _capabilities(job, studio).max_side_px)
    unit = min(math.sqrt(job.request.width_px * job.request.height_px / (sides[0] * sides[1])), most / max(sides))
    width_px, height_px = (max(_GRID_PX, int(side * unit / _GRID_PX + 0.5) * _GRID_PX) for side in sides)
    return min(width_px, most), min(height_px, most)


def _styles(request: Request, capabilities: Capabilities, studio: Studio) -> list[tuple[str, str, bool]]:
    own = [style.name for style in studio.house.own_styles.values()]
    shipped = [style.name for style in studio.house.styles.values()]
    names = {style_key(name): name for name in (*capabilities.styles, *shipped, *own, NO_STYLE)}
    now = style_key(request.style) or NO_STYLE
    ordered = dict.fromkeys(map(style_key, (NO_STYLE, *own, *shipped, *capabilities.styles)))
    return [(names[key], names[key], key == now) for key in ordered]


def _without_style(request: Request, rules: GuildRules, studio: Studio) -> str:
    """Return the negative prompt without what the job's style put there."""
    added = ""
    if request.suffix:
        with suppress(Refused):  # It has another name by now, or none.
            added = find(request.style, rules.styles, studio.house.styles).negative
    unwanted = {part.strip().casefold() for part in added.split(",")}
    kept = [part.strip() for part in request.negative_prompt.split(",")]
    return ", ".join(part for part in kept if part.casefold() not in unwanted) if added else request.negative_prompt


def _cut(found: Sequence[tuple[str, str, bool]]) -> Sequence[tuple[str, str, bool]]:
    """Return at most as many as a list holds, that which holds now among them."""
    first = found[:MOST]
    now = [each for each in found[MOST:] if each[2]]
    return [*first[: MOST - len(now)], *now]
