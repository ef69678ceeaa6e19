"""From the body of a job to the draft that the actions take."""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
from typing import TYPE_CHECKING

from pinxit.domain.draft import Draft, SourceDraft
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import shown
from pinxit.domain.ids import ImageId, is_id
from pinxit.domain.job import Priority
from pinxit.domain.request import Lora, Outpaint, Role
from pinxit.web.body import IN_THREAD_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.domain.limits import Limits
    from pinxit.web.schemas import JobBody

SOURCE_FIELDS = ("images", "mask", "style_image")
MAX_IMAGES = 4
MAX_JOBS = 40  # As many as a text can ask for.
_FLAGS_CHARS = 1000  # Flags stand beside a full prompt and a full negative prompt.
_MAX_INT = 2**63 - 1
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:")
_DATA_URI = re.compile(r"data:[A-Za-z0-9.+/-]{0,100}(?:;[A-Za-z0-9=.\"-]{1,100})*;base64,", re.IGNORECASE)
_ASPECT = re.compile(r"([0-9]{1,6}):([0-9]{1,6})")
_FORMS = "a data URI, base64, an https URL or an image id"


async def to_fields(body: JobBody, limits: Limits) -> Draft:
    """Return the draft of the body's fields but for its prompt, in which there may be flags and choices.

    Raises Refused: PROMPT_TOO_LONG, FIELD_TYPE, FIELD_RANGE, FIELD_CONFLICT, SOURCE_INVALID, SOURCE_TOO_LARGE.
    """
    prompt = body.prompt or ""
    if len(prompt) > 2 * limits.prompt_chars + _FLAGS_CHARS:
        allowed = [f"at most {limits.prompt_chars} characters"]
        raise Refused(Code.PROMPT_TOO_LONG, field="prompt", value=f"{len(prompt)} characters", allowed=allowed)
    if body.generator is not None and body.chain is not None:
        raise Refused(
            Code.FIELD_CONFLICT, field="generator", value=shown(body.generator), other=shown(body.chain), allowed=[]
        )
    if body.repeat is not None and not 1 <= body.repeat <= MAX_JOBS:
        raise Refused(Code.FIELD_RANGE, field="repeat", value=shown(body.repeat), allowed=[f"1 to {MAX_JOBS}"])
    _check_numbers(body.options or {})
    return Draft(
        prompt="",
        mode=body.mode,
        negative_prompt=body.negative_prompt,
        model=body.model,
        generator=body.generator,
        chain=body.chain,
        width_px=body.width,
        height_px=body.height,
        aspect=None if body.aspect is None else to_aspect(body.aspect),
        count=body.count,
        seed=body.seed,
        steps=body.steps,
        guidance_scale=body.guidance_scale,
        sampler=body.sampler,
        strength=body.strength,
        style=body.style,
        style_strength=body.style_strength,
        content_strength=body.content_strength,
        quality=body.quality,
        loras=tuple(Lora(lora.name, lora.weight) for lora in body.loras or ()),
        tile=body.tile,
        clip_skip=body.clip_skip,
        outpaint=None if body.outpaint is None else Outpaint(**body.outpaint.model_dump()),
        upscale=body.upscale,
        options=body.options or {},
        enhance=body.enhance,
        local=body.local or False,
        private=body.private,
        priority=None if body.priority is None else Priority[body.priority.upper()],
        sources=await to_sources(body.images or (), body.mask, body.style_image, limits),
        raw=body.raw or False,
        repeat=body.repeat,
        dry_run=body.dry_run or False,
        confirmed=body.confirmed or False,
    )


async def to_sources(
    images: Sequence[str], mask: str | None, style_image: str | None, limits: Limits
) -> tuple[SourceDraft, ...]:
    """Return what was attached, each as base64, a data URI, an address or one of our image ids. Raises Refused."""
    if len(images) > MAX_IMAGES:
        allowed = [f"at most {MAX_IMAGES}"]
        raise Refused(Code.FIELD_RANGE, field="images", value=str(len(images)), allowed=allowed)
    named = [("images", Role.IMAGE, image) for image in images]
    for field, role, source in (("mask", Role.MASK, mask), ("style_image", Role.STYLE, style_image)):
        if source is not None:
            named.append((field, role, source))
    return tuple([await _source(field, role, text, limits) for field, role, text in named])


async def _source(field: str, role: Role, text: str, limits: Limits) -> SourceDraft:
    text = text.strip()
    if is_id(text):
        return SourceDraft(role, image=ImageId(text))
    if _SCHEME.match(text) and text[:5].lower() != "data:":
        return SourceDraft(role, url=text)
    return SourceDraft(role, data=await to_bytes(field, text, limits))


async def to_bytes(field: str, text: str, limits: Limits) -> bytes:
    """Return what base64 or a data URI holds. Raises Refused: SOURCE_INVALID, SOURCE_TOO_LARGE."""
    text = text.strip()
    start = 0
    if _SCHEME.match(text):
        header = _DATA_URI.match(text)
        if header is None:
            raise _invalid(field, "a data URI must be base64")
        start = header.end()
    if (len(text) - start) * 3 // 4 > limits.max_source_bytes + 2:
        allowed = [f"at most {limits.max_source_bytes} bytes"]
        value = f"about {(len(text) - start) * 3 // 4} bytes"
        raise Refused(Code.SOURCE_TOO_LARGE, field=field, value=value, allowed=allowed)
    if len(text) > IN_THREAD_BYTES:
        return await asyncio.to_thread(_decode, field, text, start)
    return _decode(field, text, start)


def _decode(field: str, text: str, start: int) -> bytes:
    try:
        data = base64.b64decode("".join(text[start:].split()).encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise _invalid(field, "it is not base64") from error
    if not data:
        raise _invalid(field, "it is empty")
    return data


def _invalid(field: str, reason: str) -> Refused:
    return Refused(Code.SOURCE_INVALID, field=field, reason=reason, allowed=[_FORMS])


def to_aspect(text: str) -> tuple[int, int]:
    """Return the two numbers of a ratio such as 3:2. Raises Refused (FIELD_TYPE)."""
    match = _ASPECT.fullmatch(text)
    if match is None:
        allowed = ["two whole numbers such as 3:2"]
        raise Refused(Code.FIELD_TYPE, field="aspect", value=shown(text), allowed=allowed)
    return int(match[1]), int(match[2])


def _check_numbers(options: object) -> None:
    """Raise Refused for a number that JSON can write and no generator can take."""
    waiting = [options]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, int) and abs(value) > _MAX_INT:
            allowed = [f"{-_MAX_INT} to {_MAX_INT}"]
            raise Refused(Code.FIELD_RANGE, field="options", value=shown(value), allowed=allowed)
