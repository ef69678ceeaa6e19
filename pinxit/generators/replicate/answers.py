"""What Replicate's answers say: a prediction as it stands, and what its end and the other answers mean in our errors.

No text of Replicate's gets into an error; it is only compared with the fixed words below.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.domain.addresses import MAX_URL_CHARS
from pinxit.domain.errors import Broken, Code, PinxitError, Refused, Temporary
from pinxit.domain.facts import shown

if TYPE_CHECKING:
    from pinxit.domain.request import Json
    from pinxit.generators.http import Answer

_RUNNING = frozenset({"starting", "processing", "queued"})
# What the filters of Replicate's models say: cog-flux's predict.py, and the platform's own E005; read 2026-11.
_MODERATION = ("nsfw", "flagged as sensitive", "(e005)")
# What Replicate says of machines of its own that failed; waiting helps.
_INFRASTRUCTURE = (
    "prediction interrupted",
    "(code: pa)",
    "unexpected error handling prediction",
    "out of memory",
    "timed out",
)
_LONGEST_PAUSE_S = 86_400.0  # A day; more is no pause.
_NO_VERSION = "invalid version or not permitted"
_PERCENT = re.compile(r"(\d{1,3})%\|")  # The progress bar of a model's log.


class Gone(Broken):
    """A prediction is not there any more, or has lost its picture: it has to be made again."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """One prediction as Replicate tells it. `fraction`: 0 … 1; `predict_s`: that the machine ran, as it was told."""

    status: str
    get_url: str
    cancel_url: str
    outputs: tuple[str, ...]
    error: str
    fraction: float
    predict_s: Json
    is_removed: bool
    version: str

    @property
    def is_running(self) -> bool:
        """Tell whether it goes on."""
        return self.status in _RUNNING


def is_lost(prediction: Prediction) -> bool:
    """Tell whether a prediction ended without a picture through no fault of what was asked: it is to be made again."""
    if prediction.status == "failed":
        return any(words in prediction.error.lower() for words in _INFRASTRUCTURE)
    return prediction.status in ("canceled", "aborted")


def read_prediction(answer: Answer) -> Prediction:
    """Return what an answer tells. Raises Broken for what is no prediction."""
    said = answer.json()
    if not isinstance(said, dict):
        raise Broken(f"{answer.name} answers with something that is no prediction")
    urls, metrics = _table(said, "urls"), _table(said, "metrics")
    status, get_url = said.get("status"), read_url(urls.get("get"))
    if not isinstance(status, str) or get_url is None:
        raise Broken(f"{answer.name} answers with something that is no prediction")
    output = said.get("output")
    listed = output if isinstance(output, list) else [output]
    percents = _PERCENT.findall(_text(said, "logs"))
    return Prediction(
        status,
        get_url,
        _text(urls, "cancel"),
        tuple(url for url in listed if isinstance(url, str) and url),
        _text(said, "error"),
        min(int(percents[-1]) / 100, 1.0) if percents else 0.0,
        metrics.get("predict_time"),
        said.get("data_removed") is True,
        _text(said, "version"),
    )


def read_url(said: Json) -> str | None:
    """Return the address of a prediction as it was answered or noted, None for none or one too long to be asked."""
    return said if isinstance(said, str) and 0 < len(said) <= MAX_URL_CHARS else None


def create_fault(name: str, model: str, answer: Answer) -> PinxitError | None:
    """Return what an answer to a new prediction means, where its status alone does not say it."""
    if answer.status == 404:  # noqa: PLR2004 - the status's own number
        return Broken(f"{name} has no model {shown(model)} any more, or never had; name another model")
    if answer.status not in (422, 429):
        return None
    said = answer.json()
    table = said if isinstance(said, dict) else {}
    if answer.status == 422:  # noqa: PLR2004 - the status's own number
        if _NO_VERSION in _text(table, "title").lower():
            return Broken(f"{name} has no such version of {shown(model)}; correct it in the catalogue")
        return None
    after_s = table.get("retry_after")
    if isinstance(after_s, bool) or not isinstance(after_s, int | float) or not 0 <= after_s <= _LONGEST_PAUSE_S:
        return None
    return Temporary(f"{name} is asked too often (429); it may be asked again later", retry_after_s=float(after_s))


def look_fault(name: str, answer: Answer) -> PinxitError | None:
    """Return what an answer to a look at a prediction means, where its status alone does not say it."""
    if answer.status in (404, 410):
        return Gone(f"{name} does not know its prediction any more")
    return None


def end_fault(name: str, prediction: Prediction) -> PinxitError | None:
    """Return what the end of a prediction means, or None if there is a picture."""
    match prediction.status:
        case "succeeded" if prediction.outputs:
            return None
        case "succeeded" if prediction.is_removed:
            return Gone(f"{name} keeps a picture for an hour, and that is over")
        case "succeeded":
            return Broken(f"{name} has ended without a picture")
        case "failed":
            said = prediction.error.lower()
            if any(words in said for words in _MODERATION):
                return Refused(Code.MODERATED, generator=name)
            if any(words in said for words in _INFRASTRUCTURE):
                return Temporary(f"{name}: the machine failed; it may be asked again later")
            return Broken(f"{name}: the model failed; its page at Replicate says why")
        case "canceled" | "aborted":
            return Temporary(f"{name} ended this before it was finished; raise timeout_s if that comes again")
    return Broken(f"{name} answers with a status that is not understood; update Pinxit")


def _table(said: dict[str, Json], key: str) -> dict[str, Json]:
    value = said.get(key)
    return value if isinstance(value, dict) else {}


def _text(said: dict[str, Json], key: str) -> str:
    value = said.get(key)
    return value if isinstance(value, str) else ""
