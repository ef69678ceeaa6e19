"""Refuse texts, and judge pictures: by an OpenAI-compatible moderation server."""

from __future__ import annotations

from pinxit.domain.errors import Code, Refused
from pinxit.domain.image_rules import Finding
from pinxit.prompt.model_server import Asker


class Moderator(Asker):
    """Asks one moderation server.

    A server that fails lets nothing through: the job is tried again, and fails after its tries. An operator who
    configured a check would rather have fewer pictures than unchecked ones.
    """

    def __init__(self, base_url: str, api_key: str | None, model: str, timeout_s: float = 15.0) -> None:
        super().__init__(base_url, api_key, model, timeout_s)

    async def check(self, text: str) -> None:
        """Return if the text may be painted. Raises Refused (MODERATED, with `categories`), Temporary."""
        if not text.strip():
            return
        verdict = await self._server.moderate(text)
        if verdict.is_flagged:
            raise Refused(Code.MODERATED, field="prompt", categories=list(verdict.categories))

    async def check_image(self, data: bytes, media_type: str) -> Finding:
        """Return what the server says of a picture. Raises Temporary."""
        verdict = await self._server.moderate_image(data, media_type)
        is_flagged = verdict.is_flagged or Finding(categories=verdict.categories).is_about_minors
        return Finding(is_flagged, verdict.categories)
