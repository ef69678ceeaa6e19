"""Have finished pictures looked at before anybody sees them. Whatever fails, the picture stays: unchecked."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

import structlog

from pinxit.domain.errors import Temporary
from pinxit.domain.image_rules import UNCHECKED

if TYPE_CHECKING:
    from pinxit.domain.image_rules import Finding
    from pinxit.domain.ports import Screen

log = structlog.get_logger(__name__)

LOOK_S = 15.0  # A worker waits with its picture meanwhile, so a slow filter costs GPU time.
_PIXELS = ("image/png", "image/jpeg", "image/webp", "image/gif")


async def screened(screen: Screen, data: bytes, media_type: str, *, within_s: float = LOOK_S) -> Finding:
    """Return what the filter finds in a picture; `UNCHECKED` where it fails, takes too long or cannot see the type.

    No filter reads vectors, so they are unchecked, too.
    """
    if media_type not in _PIXELS:
        return UNCHECKED
    try:
        async with asyncio.timeout(within_s):
            return await screen.look(data, media_type)
    except (Temporary, TimeoutError) as error:
        log.warning("a finished picture could not be checked", reason=str(error) or f"no answer in {within_s:g} s")
        return UNCHECKED


class ChecksImages(Protocol):
    """A moderation server that looks at pictures, such as `pinxit.prompt.moderation.Moderator`."""

    async def check_image(self, data: bytes, media_type: str) -> Finding:
        """Return what it says of a picture. Raises Temporary."""


class ServerScreen:
    """The Screen that asks a moderation server."""

    def __init__(self, server: ChecksImages) -> None:
        self._server = server

    async def look(self, data: bytes, media_type: str) -> Finding:
        """Return what is found in a picture's file. Raises Temporary."""
        return await self._server.check_image(data, media_type)
