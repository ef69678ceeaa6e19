"""Refuse texts: by the operator's words here, and by an OpenAI-compatible moderation server."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Self

from pinxit.domain.errors import Code, Refused
from pinxit.prompt.model_server import ModelServer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

_WORD = re.compile(r"[^\W_]+")


def check_text(text: str, blocked: Sequence[str]) -> None:
    """Raise Refused (MODERATED) if `text` holds a blocked word or phrase as whole words; pure, no network.

    Case, width, invisible characters and whatever stands between words do not matter. The word is not repeated.
    """
    words = _words(text)
    if any(phrase.strip() and phrase in words for phrase in map(_words, blocked)):
        raise Refused(Code.MODERATED, field="prompt")


def _words(text: str) -> str:
    """Return the words, each between spaces, in the one form that is compared."""
    seen = "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    return f" {' '.join(_WORD.findall(unicodedata.normalize('NFKC', seen.casefold())))} "


class Moderator:
    """Asks one moderation server.

    A server that fails lets nothing through: the job is tried again, and fails after its tries. An operator who
    configured a check would rather have fewer pictures than unchecked ones.
    """

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
        """Tell whether a prompt stays here when it is checked."""
        return self._server.is_on_this_machine

    async def check(self, text: str) -> None:
        """Return if the text may be painted. Raises Refused (MODERATED, with `categories`), Temporary."""
        if not text.strip():
            return
        verdict = await self._server.moderate(text)
        if verdict.is_flagged:
            raise Refused(Code.MODERATED, field="prompt", categories=list(verdict.categories))
