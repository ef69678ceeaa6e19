"""The misbehaving provider, for whoever asks for it."""

from __future__ import annotations

import asyncio
import io
import logging
from typing import TYPE_CHECKING

import pytest

from tests.generators.http_room import KEY, PROMPT, HurriedClock, an_api
from tests.providers.bad_server import BadServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pinxit.generators.http import Api


@pytest.fixture
def clock() -> HurriedClock:
    return HurriedClock()


@pytest.fixture
async def server() -> AsyncIterator[BadServer]:
    """Give the server; what was logged meanwhile, by any library, holds neither the key nor the prompt."""
    lines, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(lines), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        async with asyncio.timeout(20), BadServer() as server:
            yield server
        root.debug("the log was written")
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
    assert "the log was written" in lines.getvalue()
    assert KEY not in lines.getvalue()
    assert PROMPT not in lines.getvalue()


@pytest.fixture
async def api(server: BadServer, clock: HurriedClock) -> AsyncIterator[Api]:
    async with an_api(server, clock) as api:
        yield api
