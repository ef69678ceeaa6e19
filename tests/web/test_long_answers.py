"""What is long in coming ends when its reader may no longer have it, or takes nothing of it."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.responses import Response

from pinxit.config.tree import WebSettings
from pinxit.data.keys import KeyScope
from pinxit.domain.caller import OPERATOR
from pinxit.domain.errors import Code, Refused
from pinxit.domain.ids import GuildId
from pinxit.web.edge import Patience
from pinxit.web.leave import Leave
from pinxit.web.server import ApiParts, ApiServer, build_api, listen
from tests.fakes import FakeClock
from tests.web.console.consoles import serving_console, streaming
from tests.web.served import JOBS, Served

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import Receive, Scope, Send

    from pinxit.domain.caller import Caller


async def a_key(api: Served) -> tuple[str, dict[str, str]]:
    """Return its guild and how it is shown."""
    key, secret = await api.studio.store.keys.create("k", [KeyScope.SUBMIT], api.studio.clock.now())
    return key.guild, {"Authorization": f"Bearer {secret}"}


async def revoke_all(api: Served) -> None:
    for key in await api.studio.store.keys.all():
        await api.studio.store.keys.revoke(key.id, api.studio.clock.now())


async def test_leave_is_asked_for_anew_only_now_and_then() -> None:
    clock, said = FakeClock(), [OPERATOR, replace(OPERATOR, guild=GuildId("another"))]

    async def ask() -> Caller:
        if not said:
            raise Refused(Code.KEY_INVALID)
        return said.pop(0)

    leave = Leave(OPERATOR, ask, clock, 15.0)
    held = []
    for pause_s in (14.9, 0.2, 14.9, 0.2, 15.0):
        await clock.advance(pause_s)
        held.append((await leave.holds(), len(said)))

    assert held == [(True, 2), (True, 1), (True, 1), (False, 0), (False, 0)]


async def test_a_busy_channel_goes_silent_for_a_key_that_is_revoked(tmp_path: Path) -> None:
    async with serving_console(tmp_path) as console:
        guild, key = await a_key(console)
        async with streaming(console, guild, headers=key) as stream:
            await stream.event()
            await revoke_all(console)

            kinds = ["message"]
            while kinds[-1] == "message":
                await console.ask(guild=guild)
                kinds.append((await stream.event("message"))[0])

    assert kinds[-1] == "end"


async def test_a_job_s_stream_ends_with_its_key(api: Served) -> None:
    _, key = await a_key(api)
    job = (await api.ask(key)).json["id"]

    async with api.session.get(f"{api.url}{JOBS}/{job}/events", headers=key) as stream:
        await stream.content.readuntil(b"event: state")
        await revoke_all(api)
        rest = await stream.content.read()

    assert b"event: state" not in rest
    assert (await api.look(job))["status"] == "queued"


async def test_a_reader_that_takes_nothing_is_left_alone_with_it(api: Served) -> None:
    over, router = asyncio.Event(), APIRouter()

    class Endless(Response):
        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
            try:
                await send({"type": "http.response.start", "status": 200, "headers": []})
                while True:
                    await send({"type": "http.response.body", "body": bytes(2**16), "more_body": True})
            finally:
                over.set()

    @router.get("/endless")
    async def answer() -> Response:
        return Endless()

    parts = ApiParts(api.studio, WebSettings(), patience=Patience(10_000, stall_s=0.2), routers=(router,))
    server = ApiServer(build_api(parts), listen("127.0.0.1", 0), stop_s=1)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server.run())
        await server.started()
        _, line = await asyncio.open_connection(server.host, server.port, limit=1024)
        line.write(b"GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n")

        await asyncio.wait_for(over.wait(), 10)

        line.transport.abort()
        server.stop()


def test_the_system_gives_up_on_a_reader_that_takes_nothing() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) > Patience(0).stall_s * 1000
