"""Let a language model rewrite a prompt; whatever goes wrong, the person's own words are painted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Self

import structlog

from pinxit.domain.errors import Temporary
from pinxit.domain.facts import is_text
from pinxit.prompt.model_server import ModelServer

if TYPE_CHECKING:
    from types import TracebackType

log = structlog.get_logger(__name__)

MAX_CHARS = 600
_SYSTEM = (
    "You rewrite prompts for an image generator. Keep the subject, every detail the person named and the language they "
    "wrote in; add light, composition, mood and style where they said nothing. Answer with the new prompt alone: one "
    f"paragraph of at most {MAX_CHARS} characters, without quotation marks, headings or remarks."
)
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)|\A.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"```[\w-]*\s*\n(.*?)(?:```|\Z)", re.DOTALL)
_LABEL = re.compile(r"\A[^\n:.]{0,60}\bprompt\b[^\n:.]{0,20}:\s*", re.IGNORECASE)
_QUOTES = ('""', "''", "“”", "„“", "\u2018’", "«»", "»«", "「」")
_REFUSAL = re.compile(
    r"(?:i['’]m|i am) (?:sorry|unable|not able)|sorry\b|i (?:can['’]?t|cannot|can not|won['’]?t|will not)\b|as an ai\b",
    re.IGNORECASE,
)


class Enhancer:
    """Asks one OpenAI-compatible chat model, once a prompt. `timeout_s`: for the whole call."""

    def __init__(self, base_url: str, api_key: str | None, model: str, timeout_s: float = 15.0) -> None:
        self._server = ModelServer(base_url, api_key, model, timeout_s)

    async def __aenter__(self) -> Self:
        await self._server.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._server.__aexit__(kind, error, trace)

    @property
    def is_on_this_machine(self) -> bool:
        """Tell whether a prompt stays here when it is enhanced."""
        return self._server.is_on_this_machine

    async def enhance(self, prompt: str) -> str:
        """Return a rewritten prompt of at most 600 characters, or "" where `prompt` is to be painted as it is.

        That is: no answer in time, an error, nothing useful, too long, a refusal, or a prompt that is longer already.
        """
        if not prompt.strip() or len(prompt) > MAX_CHARS:
            return ""
        try:
            answer = await self._server.complete(_SYSTEM, prompt)
        except Temporary as error:
            log.warning("the prompt is painted as it was typed", why=str(error))
            return ""
        return clean(answer)


def clean(answer: str) -> str:
    """Return the prompt inside a model's answer as one line, or "" if there is none that can be used; pure."""
    text = _THOUGHT.sub("", answer)
    if fence := _FENCE.search(text):
        text = fence[1]
    text = _LABEL.sub("", text.strip()).strip("`")
    if len(text) > 1 and text[0] + text[-1] in _QUOTES:
        text = text[1:-1]
    line = " ".join(text.split())
    if not line or len(line) > MAX_CHARS or not is_text(line) or _REFUSAL.match(line):
        return ""
    return line
