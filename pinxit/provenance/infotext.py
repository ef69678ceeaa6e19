"""A picture's parameters in one text, as AUTOMATIC1111 writes them, so that other programs can read them too.

Source of the format: AUTOMATIC1111 stable-diffusion-webui, modules/processing.py (create_infotext) and
modules/infotext_utils.py (quote), read 2026-11.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from pinxit.domain.request import Role
from pinxit.provenance.xmp import SOFTWARE, clean

if TYPE_CHECKING:
    from pinxit.provenance.record import Record

NEGATIVE = "Negative prompt:"
_FALSE_NEGATIVE = re.compile(r"^([^\S\n]*Negative prompt *):", re.MULTILINE)


def write(record: Record, size_px: tuple[int, int]) -> str:
    """Return the prompt, the negative prompt and a line of parameters; `size_px`: of the file.

    The format cannot escape a prompt's line that starts like the negative prompt, so a space is put before its colon.
    """
    request = record.request
    is_made_from_image = any(source.role is Role.IMAGE for source in record.sources)
    parameters: dict[str, object] = {
        "Steps": request.steps,
        "Sampler": request.sampler,
        "CFG scale": f"{request.guidance_scale:g}",
        "Seed": record.seed,
        "Size": f"{size_px[0]}x{size_px[1]}",
        "Model hash": record.model_hash,
        "Model": record.model or request.model,
        "Denoising strength": f"{request.strength:g}" if is_made_from_image else "",
        "Clip skip": request.clip_skip or "",
        "Tiling": "True" if request.tile else "",
        "Version": SOFTWARE,
    }
    line = ", ".join(f"{name}: {_quoted(str(value))}" for name, value in parameters.items() if value != "")
    loras = "".join(f" <lora:{lora.name}:{lora.weight:g}>" for lora in request.loras)
    lines = [f"{_text(request.final_prompt)}{_text(loras)}"]
    if request.negative_prompt:
        lines.append(f"{NEGATIVE} {_text(request.negative_prompt)}")
    return "\n".join((*lines, line))


def _text(text: str) -> str:
    return _FALSE_NEGATIVE.sub(r"\1 :", clean(text))


def _quoted(value: str) -> str:
    value = clean(value)
    return json.dumps(value, ensure_ascii=False) if re.search(r"[,:\n]|^[\"\[{]", value) else value
