"""A draft becomes a request: every hole filled from the generator's capabilities, every value checked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pinxit.domain.changing import changed
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import is_text, nearest, shown
from pinxit.domain.request import Enhance, Mode, Outpaint, Request, Role
from pinxit.domain.seeds import SEED_LIMIT
from pinxit.domain.size import resolve_size
from pinxit.domain.weights import strip

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.domain.draft import Draft
    from pinxit.domain.generator import Capabilities
    from pinxit.domain.limits import Limits
    from pinxit.domain.request import Json, Lora, Source

DRAWN = -1  # The seed that means "draw one", as everywhere in the field.
_MAX_GUIDANCE = 30.0
_MAX_UPSCALE = 4.0
_MAX_CLIP_SKIP = 12
MAX_LORAS = 8
_MAX_LORA_WEIGHT = 4.0
_MAX_NAME_CHARS = 200
_MAX_OPTIONS_BYTES = 16 * 1024
_FLAGS_CHARS = 1000  # Room for flags in `typed` beside a full prompt and a full negative prompt.
_NEEDS = {
    Mode.IMG2IMG: (Role.IMAGE,),
    Mode.INPAINT: (Role.IMAGE, Role.MASK),
    Mode.OUTPAINT: (Role.IMAGE,),
    Mode.STYLE_TRANSFER: (Role.IMAGE, Role.STYLE),
    Mode.UPSCALE: (Role.IMAGE,),
}
_NO_SIDES = Outpaint()
_WITHOUT_PROMPT = (Mode.OUTPAINT, Mode.STYLE_TRANSFER, Mode.UPSCALE)


def resolve(
    draft: Draft,
    capabilities: Capabilities,
    limits: Limits,
    seed: int,
    sources: tuple[Source, ...] = (),
    source_size_px: tuple[int, int] | None = None,
) -> Request:
    """Return the request that this generator would be given, or raise Refused for the first thing that is wrong.

    `seed`: the one drawn for this job, used where the draft names none or -1. `sources`: the stored ones.
    `source_size_px`: (width, height) of the image source where it is known already; it then decides the aspect.
    The request's size is that of the picture that comes out: outpainting adds its sides, enlarging multiplies.
    """
    mode = _mode(draft, capabilities, sources)
    _check_amounts(draft, capabilities, sources)
    outpaint = draft.outpaint or _NO_SIDES
    upscale = _number("upscale", draft.upscale, 2.0 if mode is Mode.UPSCALE else 1.0, 1.0, _MAX_UPSCALE)
    _check_features(draft, capabilities)
    width_px, height_px = _size(draft, capabilities, limits, mode, upscale, source_size_px)
    return Request(
        prompt=_words(_prompt(draft, mode, limits), capabilities),
        negative_prompt=_words(
            _text("negative_prompt", draft.negative_prompt or "", limits.prompt_chars), capabilities
        ),
        typed=_text("prompt", draft.typed or draft.prompt, 2 * limits.prompt_chars + _FLAGS_CHARS),
        mode=mode,
        width_px=width_px,
        height_px=height_px,
        seed=seed if draft.seed in (None, DRAWN) else _whole("seed", draft.seed, 0, 0, SEED_LIMIT - 1),
        model=_choice("model", draft.model, capabilities.models, Code.MODEL_UNKNOWN),
        count=_whole("count", draft.count, 1, 1, min(limits.count, capabilities.max_count)),
        steps=_steps(draft, capabilities),
        guidance_scale=_guidance(draft, capabilities),
        sampler=_choice("sampler", draft.sampler, capabilities.samplers),
        strength=_number("strength", draft.strength, 0.6, 0.0, 1.0),
        # One that is in words already is kept for its name.
        style=draft.style or "" if draft.suffix else _choice("style", draft.style, capabilities.styles, default=""),
        suffix=_words(_text("style", draft.suffix, limits.prompt_chars), capabilities),
        style_strength=_number("style_strength", draft.style_strength, 0.7, 0.0, 1.0),
        content_strength=_number("content_strength", draft.content_strength, 0.3, 0.0, 1.0),
        quality=_choice("quality", draft.quality, capabilities.qualities),
        loras=_loras(draft.loras),
        tile=draft.tile or False,
        clip_skip=_whole("clip_skip", draft.clip_skip, 0, 0, _MAX_CLIP_SKIP),
        sources=sources,
        outpaint=outpaint,
        upscale=upscale,
        options=_options(draft.options),
        enhance=draft.enhance or Enhance.OFF,
        local=draft.local,
    )


def infer_mode(draft: Draft, roles: Sequence[Role]) -> Mode:
    """Return the mode that the person must have meant, from what was sent along. Pure."""
    if draft.outpaint is not None and draft.outpaint != _NO_SIDES:
        return Mode.OUTPAINT
    if (draft.upscale or 1.0) > 1:
        return Mode.UPSCALE
    if Role.MASK in roles:
        return Mode.INPAINT
    if Role.STYLE in roles:
        return Mode.STYLE_TRANSFER
    return Mode.IMG2IMG if Role.IMAGE in roles else Mode.TXT2IMG


def _mode(draft: Draft, capabilities: Capabilities, sources: Sequence[Source]) -> Mode:
    roles = [source.role for source in sources]
    inferred = infer_mode(draft, roles)
    mode = draft.mode or inferred
    if mode not in capabilities.modes:
        allowed = sorted(known.value for known in capabilities.modes)
        raise Refused(Code.MODE_UNSUPPORTED, field="mode", value=mode.value, mode=mode.value, allowed=allowed)
    for role in _NEEDS.get(mode, ()):
        if role not in roles:
            needed = [needed.value for needed in _NEEDS[mode]]
            raise Refused(Code.SOURCE_MISSING, field=role.field, value=mode.value, mode=mode.value, allowed=needed)
    # What was sent along must be used: a picture silently ignored would surprise more than a question.
    if mode is not inferred and (mode is Mode.TXT2IMG or inferred in (Mode.OUTPAINT, Mode.UPSCALE)):
        raise Refused(
            Code.FIELD_CONFLICT, field="mode", value=mode.value, other=inferred.value, allowed=[inferred.value]
        )
    if inferred is Mode.OUTPAINT and (draft.upscale or 1.0) > 1:
        raise Refused(Code.FIELD_CONFLICT, field="upscale", value=shown(draft.upscale), other="outpaint", allowed=["1"])
    if mode is Mode.OUTPAINT and inferred is not mode:
        raise Refused(Code.FIELD_MISSING, field="outpaint", value="", allowed=["left, right, top or bottom in pixels"])
    return mode


def _check_features(draft: Draft, capabilities: Capabilities) -> None:
    for field, is_wanted, is_there in (
        ("loras", bool(draft.loras), capabilities.loras),
        ("tile", bool(draft.tile), capabilities.tile),
        ("clip_skip", bool(draft.clip_skip), capabilities.clip_skip),
        (
            "negative_prompt",
            bool(draft.negative_prompt),
            capabilities.negative_prompt or capabilities.negative_in_words,
        ),
        ("local", draft.local, not capabilities.remote),
    ):
        if is_wanted and not is_there:
            raise Refused(Code.FEATURE_UNSUPPORTED, field=field, value="", allowed=[])


def _check_amounts(draft: Draft, capabilities: Capabilities, sources: Sequence[Source]) -> None:
    pictures, most = sum(source.role is not Role.MASK for source in sources), capabilities.max_sources
    if pictures > most:
        raise Refused(Code.FIELD_RANGE, field="images", value=f"{pictures}", allowed=[f"at most {most}"])
    chars, longest = len(draft.prompt.strip()), capabilities.max_prompt_chars
    if longest is not None and chars > longest:
        allowed = [f"at most {longest} characters"]
        raise Refused(Code.PROMPT_TOO_LONG, field="prompt", value=f"{chars} characters", allowed=allowed)


def _size(
    draft: Draft,
    capabilities: Capabilities,
    limits: Limits,
    mode: Mode,
    upscale: float,
    source_size_px: tuple[int, int] | None,
) -> tuple[int, int]:
    most = min(limits.max_side_px, capabilities.max_side_px)
    is_silent = (draft.width_px, draft.height_px, draft.aspect) == (None, None, None)
    if mode is Mode.INPAINT and is_silent and source_size_px is not None:
        least = limits.min_side_px
        if least <= min(source_size_px) and max(source_size_px) <= most:
            # What lies outside the mask stays to the pixel, so the picture is not scaled to the default's area.
            draft = changed(draft, width_px=source_size_px[0], height_px=source_size_px[1])
    if mode not in (Mode.OUTPAINT, Mode.UPSCALE):
        return resolve_size(draft, capabilities, limits, source_size_px)
    # The source's own size needs no rounding and no default, whether it is named or not.
    is_its_own = (draft.width_px, draft.height_px) in ((None, None), source_size_px) and draft.aspect is None
    if source_size_px is not None and is_its_own:
        width_px, height_px = source_size_px
    else:
        width_px, height_px = resolve_size(draft, capabilities, limits, source_size_px)
    sides = draft.outpaint or _NO_SIDES
    for field in ("left", "right", "top", "bottom"):
        _whole(f"outpaint.{field}", getattr(sides, field), 0, 0, most)
    width_px = round(width_px * upscale) + sides.left + sides.right
    height_px = round(height_px * upscale) + sides.top + sides.bottom
    if max(width_px, height_px) > most:
        allowed = [f"{limits.min_side_px} to {most}"]
        raise Refused(Code.SIZE_TOO_LARGE, field=mode.value, value=f"{width_px}x{height_px}", allowed=allowed)
    return width_px, height_px


def _steps(draft: Draft, capabilities: Capabilities) -> int:
    """Return the steps; what a generator takes no word about is left out, and the person told: see `adapting`."""
    if capabilities.max_steps == 1:
        return 1
    return _whole("steps", draft.steps, capabilities.default_steps, 1, capabilities.max_steps)


def _guidance(draft: Draft, capabilities: Capabilities) -> float:
    if not capabilities.guidance:
        return 0.0
    return _number("guidance_scale", draft.guidance_scale, capabilities.default_guidance_scale, 0.0, _MAX_GUIDANCE)


def _prompt(draft: Draft, mode: Mode, limits: Limits) -> str:
    prompt = _text("prompt", draft.prompt, limits.prompt_chars)
    if not prompt and mode not in _WITHOUT_PROMPT:
        raise Refused(Code.PROMPT_EMPTY, field="prompt", value="", allowed=[f"1 to {limits.prompt_chars} characters"])
    return prompt


def _words(text: str, capabilities: Capabilities) -> str:
    """Return the text for this generator: without weights where it would paint the brackets."""
    return text if capabilities.weights else strip(text).strip()


def _text(field: str, text: str, most: int) -> str:
    if not is_text(text):
        raise Refused(Code.TEXT_INVALID, field=field, value="", allowed=[])
    stripped = text.strip()
    if len(stripped) > most:
        length = len(stripped)
        raise Refused(
            Code.PROMPT_TOO_LONG, field=field, value=f"{length} characters", allowed=[f"at most {most} characters"]
        )
    return stripped


def _whole(field: str, value: int | None, default: int, least: int, most: int) -> int:
    number = default if value is None else value
    if not least <= number <= most:
        raise Refused(Code.FIELD_RANGE, field=field, value=shown(number), allowed=[f"{least} to {most}"])
    return number


def _number(field: str, value: float | None, default: float, least: float, most: float) -> float:
    number = default if value is None else value
    if not least <= number <= most:  # Also refuses NaN, which compares with nothing.
        raise Refused(Code.FIELD_RANGE, field=field, value=shown(number), allowed=[f"{least:g} to {most:g}"])
    return float(number)


def _choice(
    field: str,
    value: str | None,
    known: Sequence[str],
    code: Code = Code.FIELD_CHOICE,
    default: str | None = None,
) -> str:
    """Return the known name that `value` means, in its own spelling; the first one if nothing was said."""
    if not value:
        return default if default is not None else next(iter(known), "")
    if not known:
        raise Refused(Code.FEATURE_UNSUPPORTED, field=field, value=shown(value), allowed=[])
    for name in known:
        if name.casefold() == value.casefold():
            return name
    raise Refused(code, field=field, value=shown(value), allowed=list(known), nearest=nearest(value, known))


def _loras(loras: tuple[Lora, ...]) -> tuple[Lora, ...]:
    if len(loras) > MAX_LORAS:
        raise Refused(Code.FIELD_RANGE, field="loras", value=f"{len(loras)}", allowed=[f"at most {MAX_LORAS}"])
    for lora in loras:
        _text("loras", lora.name, _MAX_NAME_CHARS)
        _number("loras.weight", lora.weight, 1.0, -_MAX_LORA_WEIGHT, _MAX_LORA_WEIGHT)
    return loras


def _options(options: Mapping[str, Json]) -> Mapping[str, Json]:
    if options == {}:  # As most are.
        return options
    try:
        written = json.dumps(dict(options), allow_nan=False, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise Refused(Code.TEXT_INVALID, field="options", value="", allowed=[]) from error
    except (ValueError, TypeError, RecursionError) as error:
        raise Refused(Code.FIELD_TYPE, field="options", value="", allowed=["a JSON object"]) from error
    if len(written) > _MAX_OPTIONS_BYTES:
        allowed = [f"at most {_MAX_OPTIONS_BYTES} bytes"]
        raise Refused(Code.FIELD_RANGE, field="options", value=f"{len(written)} bytes", allowed=allowed)
    return options
