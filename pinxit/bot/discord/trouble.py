"""What may be raised where Discord is asked for something and it is no fault of ours."""

from __future__ import annotations

import aiohttp
import discord

# A server that hangs up instead of answering is a ClientError, and neither Discord's nor the system's error.
LOST = (
    discord.HTTPException,
    discord.GatewayNotFound,
    discord.InteractionResponded,
    aiohttp.ClientError,
    OSError,
    TimeoutError,
)
