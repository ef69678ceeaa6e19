"""Bring an attached file here, for what must be read before it can be answered."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import discord

from pinxit.domain.errors import Code, Refused
from pinxit.domain.request import Role

if TYPE_CHECKING:
    from collections.abc import Awaitable

FETCH_WITHIN_S = 20.0


async def fetched(file: discord.Attachment | discord.Asset) -> bytes:
    """Return the file's bytes. Its size was looked at before. Raises Refused (SOURCE_UNREACHABLE)."""
    reading: Awaitable[bytes] = file.read()
    try:
        async with asyncio.timeout(FETCH_WITHIN_S):
            return await reading
    except (discord.HTTPException, OSError, TimeoutError) as error:
        raise Refused(Code.SOURCE_UNREACHABLE, field=Role.IMAGE.field, host="Discord") from error
