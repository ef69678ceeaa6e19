"""How the loopback web UI says no: a field of the wrong type, and its own errors.

Source: AUTOMATIC1111 stable-diffusion-webui, modules/api/api.py and models.py, read 2026-11.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

_TYPES: dict[str, type | tuple[type, ...]] = {
    "prompt": str,
    "negative_prompt": str,
    "seed": int,
    "steps": int,
    "cfg_scale": (int, float),
    "width": int,
    "height": int,
    "batch_size": int,
    "n_iter": int,
    "tiling": bool,
    "sampler_name": str,
    "override_settings": dict,
    "override_settings_restore_afterwards": bool,
    "send_images": bool,
    "save_images": bool,
    "force_task_id": str,
    "init_images": list,
    "mask": str,
    "denoising_strength": (int, float),
    "mask_blur": int,
    "inpainting_fill": int,
    "inpaint_full_res": (bool, int),
    "inpainting_mask_invert": int,
    "resize_mode": int,
}


def invalid(body: dict[str, Any]) -> web.Response | None:
    """Return what FastAPI answers for a field of the wrong type; unknown fields are passed over, as there."""
    wrong = [
        {"loc": ["body", key], "msg": "wrong type", "type": "type_error", "input": value}
        for key, value in body.items()
        if key in _TYPES and not isinstance(value, _TYPES[key])
    ]
    return web.json_response({"detail": wrong}, status=422) if wrong else None


def error(status: int, kind: str, detail: str, headers: dict[str, str] | None = None, errors: str = "") -> web.Response:
    """Return an error in the form of the web UI's own middleware. `kind`: the class of what was raised there."""
    said = {"error": kind, "detail": detail, "body": "", "errors": errors}
    return web.json_response(said, status=status, headers=headers)
