from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

import pytest

from pinxit.config.tree import WebSettings
from pinxit.domain.errors import ConfigError
from pinxit.web.server import ApiParts, ApiServer, build_api, listen
from tests.web.served import Served, complaint, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


async def test_a_free_port_is_known_before_the_start() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert listener.getsockname()[1] > 0


async def test_a_port_in_use_is_named_with_the_cure() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]

        with pytest.raises(ConfigError, match=rf"web\.port is {port} on 127\.0\.0\.1.*set web\.port"):
            listen("127.0.0.1", port)


def test_a_host_that_is_not_ours_is_named_with_the_cure() -> None:
    with pytest.raises(ConfigError, match=r"web\.(host|port)"):
        listen("192.0.2.1", 0)
    with pytest.raises(ConfigError, match=r"web\.host is nowhere\.invalid"):
        listen("nowhere.invalid", 0)


async def test_ipv6_loopback_is_this_machine_too(tmp_path: Path) -> None:
    async with serving(tmp_path, host="::1") as api:
        answer = await api.ask()

    assert answer.status == 202
    assert api.url.startswith("http://[::1]:")


async def test_who_asks_while_it_stops_is_told_to_come_back(tmp_path: Path) -> None:
    async with serving(tmp_path) as api:
        # The same connection, kept alive, is all that still gets through.
        await api.call("GET", "/health/live")
        api.server._closing.begin()  # noqa: SLF001 - stop() without closing the connection

        answer = await api.ask()

    assert not complaint(answer, "stopping", 503)
    assert int(answer.headers["Retry-After"]) > 0


async def test_an_answer_that_is_under_way_is_finished_at_the_stop(tmp_path: Path) -> None:
    async with serving(tmp_path) as api:
        is_under_way, may_go_on = asyncio.Event(), asyncio.Event()

        async def slowly() -> AsyncIterator[bytes]:
            yield b'{"prompt": '
            is_under_way.set()
            await may_go_on.wait()
            yield b'"a fox"}'

        asking = asyncio.create_task(api.send(slowly()))
        await is_under_way.wait()
        await api.call("GET", "/health/live")  # By now the other request has reached the server as well.
        api.server.stop()
        may_go_on.set()
        answer = await asking

    assert answer.status == 202


async def test_being_cancelled_stops_it_in_order(api: Served) -> None:
    server = ApiServer(build_api(ApiParts(api.studio, WebSettings())), listen("127.0.0.1", 0), stop_s=1)
    serving_it = asyncio.create_task(server.run())
    await server.started()

    serving_it.cancel()

    with pytest.raises(asyncio.CancelledError):
        await serving_it
    with pytest.raises(OSError, match=r"refused|111"):
        await asyncio.open_connection(server.host, server.port)


async def test_signals_are_left_to_the_program(api: Served) -> None:
    assert api.url
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


async def test_a_mistake_of_ours_is_said_without_a_traceback(api: Served, capsys: pytest.CaptureFixture[str]) -> None:
    await api.studio.store.database.write(lambda tx: tx.run("ALTER TABLE flow RENAME TO lost"))

    answer = await api.ask()

    assert not complaint(answer, "internal", 500)
    assert b"flow" not in answer.body
    assert answer.json["correlation_id"] in answer.json["message"]
    assert "no such table: flow" in capsys.readouterr().out
    assert (await api.call("GET", "/health/live")).status == 200


async def test_the_description_of_the_api_has_every_field_and_no_loose_end(api: Served) -> None:
    described = (await api.call("GET", "/openapi.json")).json

    text = str(described)
    schemas = described["components"]["schemas"]
    missing = {part.split("'")[0] for part in text.split("#/components/schemas/")[1:]} - set(schemas)
    assert missing == set()
    assert "prompt" in schemas["JobBody"]["properties"]
    assert all("description" in field for field in schemas["JobBody"]["properties"].values())
