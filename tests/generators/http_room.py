"""A provider that misbehaves, and the Api that asks it."""

from __future__ import annotations

import asyncio
import socket
import traceback
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from pinxit.domain.errors import PinxitError
from pinxit.generators.http import Api
from tests.fakes import FakeClock
from tests.providers.keys import a_key

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from tests.providers.bad_server import BadServer

KEY = a_key("http")
PROMPT = "a very private wish"
MIB = 2**20


class HurriedClock(FakeClock):
    """A FakeClock whose sleepers wake at once, as much later as they wished; `pauses_s`: how long that was."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses_s: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.pauses_s.append(seconds)
        self._passed_s += seconds
        await asyncio.sleep(0)


class CountingThreads(ThreadPoolExecutor):
    """A loop's threads. `works`: the names of the functions that `asyncio.to_thread` gave them."""

    def __init__(self) -> None:
        super().__init__(2)
        self.works: list[str] = []

    def submit(self, fn: Any, /, *args: Any, **named: Any) -> Future[Any]:  # noqa: ANN401 - as the class above has it
        inner = fn.args[0] if isinstance(fn, partial) else fn
        self.works.append(inner.__name__)
        return super().submit(fn, *args, **named)


class Names(AbstractResolver):
    """Answers every look-up with one address."""

    def __init__(self, address: str) -> None:
        self._address = address

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        flags = socket.AI_NUMERICHOST
        return [ResolveResult(hostname=host, host=self._address, port=port, family=family, proto=0, flags=flags)]

    async def close(self) -> None:
        pass


def an_api(server: BadServer, clock: FakeClock, **changes: Any) -> Api:  # noqa: ANN401 - as Api takes them
    given = {"headers": {"Authorization": f"Bearer {KEY}"}, "secrets": [KEY], "timeout_s": 10.0, "chance": lambda: 0.0}
    return Api("Painter", server.url, clock, **{**given, **changes})


async def error_of(call: Awaitable[object]) -> PinxitError:
    """Return what the call raises, once it is known to tell nothing secret, its traceback included."""
    with pytest.raises(PinxitError) as raised:
        await call
    whole = "".join(traceback.format_exception(raised.value))
    for secret in (KEY, PROMPT, "s3cret"):
        assert secret not in whole
    assert not isinstance(raised.value.__cause__, aiohttp.ClientError)  # It holds URLs and headers.
    return raised.value


def ok() -> tuple[int, bytes, dict[str, str]]:
    return 200, b"{}", {}


def trouble(status: int, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    return status, b"<html>", {name.replace("_", "-"): value for name, value in headers.items()}
