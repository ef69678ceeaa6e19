"""What a web UI's refusals mean, as our errors. They quote field names and error classes, never a whole text.

Source: AUTOMATIC1111 stable-diffusion-webui, modules/api/api.py, `api_middleware` and its handlers, read 2026-11.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from pinxit.domain.errors import Broken, PinxitError

if TYPE_CHECKING:
    from pinxit.domain.request import Json
    from pinxit.generators.http import Answer

_CLASS = re.compile(r"[A-Za-z_][A-Za-z_.]{0,60}")
_FIELD = re.compile(r"[a-z_0-9]{1,60}")
_NO_SAMPLER = "Sampler not found"
_CURES = {
    "OutOfMemoryError": "has too little graphics memory for a picture of this size; ask for a smaller one, or start it"
    " with --medvram",
    "NansException": "reckoned with a number that is none; start it with --no-half-vae, or --no-half",
}


def fault(name: str, answer: Answer) -> PinxitError | None:
    """Return what an answer other than 2xx means, None to have its status decide. `name`: the generator's."""
    if answer.status < HTTPStatus.BAD_REQUEST:
        return None
    said = _said(answer)
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return Broken(f"{name} does not take user and password; set api_key to the server's --api-auth")
    # Releases differ in whether a sampler that is not there is "bad" or "not found".
    if answer.status == HTTPStatus.NOT_FOUND or said.get("detail") == _NO_SAMPLER:
        return Broken(_not_found(name, said.get("detail")))
    if answer.status == HTTPStatus.UNPROCESSABLE_ENTITY:
        return Broken(f"{name} does not take the field {_fields(said.get('detail'))}; is the server very old?")
    kind = said.get("error")
    if answer.status == HTTPStatus.INTERNAL_SERVER_ERROR and isinstance(kind, str) and _CLASS.fullmatch(kind):
        if kind == "RuntimeError" and "out of memory" in str(said.get("errors")):  # torch before 1.13, and DirectML
            kind = "OutOfMemoryError"
        return Broken(f"{name} {_CURES.get(kind, f'failed with {kind}; its own log says more')}")
    return None


def _said(answer: Answer) -> dict[str, Json]:
    try:
        said = answer.json()
    except Broken:
        return {}
    return said if isinstance(said, dict) else {}


def _not_found(name: str, detail: Json) -> str:
    if detail == _NO_SAMPLER:
        return f"{name} does not have this sampler; correct generators.{name}.samplers"
    if detail == "Model not found":  # Of some forks; the others paint with another model.
        return f"{name} does not have this model; correct generators.{name}.models"
    return f"{name} does not answer at its API's address; start the server with --api, and look at base_url"


def _fields(detail: Json) -> str:
    """Return the names of the fields that FastAPI refused; the values beside them could be a prompt."""
    places = [one.get("loc") for one in detail if isinstance(one, dict)] if isinstance(detail, list) else []
    names = [place[-1] for place in places if isinstance(place, list) and place]
    return ", ".join(name for name in names if isinstance(name, str) and _FIELD.fullmatch(name)) or "it was sent"
