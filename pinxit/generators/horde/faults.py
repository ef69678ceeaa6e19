"""What the Horde's errors mean, by the code (`rc`) that comes with each. No text of theirs is quoted.

Source: AI-Horde, horde/exceptions.py and horde/apis/v2/base.py, read 2026-11.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from pinxit.domain.errors import Broken, Code, PinxitError, Refused, Temporary
from pinxit.generators.http_retry import retry_after_s

if TYPE_CHECKING:
    from datetime import datetime

    from pinxit.domain.request import Json
    from pinxit.generators.http import Answer

_MAINTENANCE_S, _NO_WORKERS_S, _TIMEOUT_S = 60.0, 600.0, 600.0
_SECONDS_MORE = re.compile(r"\bfor ([0-9]{1,6}) more seconds")
_BROKEN = {
    "InvalidAPIKey": "does not know the key; correct generators.{name}.api_key, or leave it out to be anonymous",
    "KudosUpfront": "asks for kudos for a picture of this size or with so many steps; ask for less, or set"
    " generators.{name}.api_key to a key with kudos",
    "UntrustedUnsafeIP": "takes nothing from this server's address for now, as it looks like a VPN's; set"
    " generators.{name}.api_key to a trusted key",
    "BannedClientAgent": "does not accept how it is called; set generators.{name}.contact to an address of yours",
    "BadClientAgent": "does not accept how it is called; set generators.{name}.contact to an address of yours",
    "UnsupportedModel": "does not let this model do that; name another model",
    "UnexpectedModelName": "does not let this model do that; name another model",
    "SourceImageRequiredForModel": "lets this model paint from a picture only; name another model",
    "UnsupportedSampler": "does not have this sampler; correct the model's samplers in the catalogue",
}


def fault(name: str, answer: Answer, now: datetime) -> PinxitError | None:
    """Return what an answer other than 2xx means, None to have its status decide. `name`: the generator's."""
    if answer.status < HTTPStatus.BAD_REQUEST:
        return None
    code, message = _said(answer)
    if code == "CorruptPrompt":
        return Refused(Code.MODERATED, generator=name, categories=["terms"])
    if code == "InvalidPromptSize":
        return Refused(Code.PROMPT_NOT_TAKEN, field="prompt", generator=name)
    if code == "TimeoutIP":
        found = _SECONDS_MORE.search(message)
        text = f"{name} takes nothing from this server for a while, after prompts that it found suspicious"
        return Temporary(text, retry_after_s=float(found[1]) if found else _TIMEOUT_S)
    after_s = retry_after_s(answer.headers.get("Retry-After", ""), now)
    if code == "MaintenanceMode":
        return Temporary(
            f"{name} is being maintained; it may be asked again later", retry_after_s=after_s or _MAINTENANCE_S
        )
    if code == "NoValidWorkers":
        text = f"{name} has nobody now who paints this; it may be asked again later"
        return Temporary(text, retry_after_s=after_s or _NO_WORKERS_S)
    if code == "TooManyPrompts":
        text = f"{name} takes no more requests at once with this key; it may be asked again later"
        return Temporary(text, retry_after_s=after_s)
    cure = _BROKEN.get(code)
    return Broken(f"{name} {cure.format(name=name)}") if cure else None


def _said(answer: Answer) -> tuple[str, str]:
    try:
        said: Json = answer.json()
    except Broken:
        return "", ""
    table = said if isinstance(said, dict) else {}
    return str(table.get("rc", "")), str(table.get("message", ""))
