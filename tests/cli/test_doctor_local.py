"""The doctor's look at servers on this machine: real ones on loopback, at ports of their own."""

from __future__ import annotations

import gzip
import json
import socket
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web

from pinxit.cli.checks_local import Neighbours, check_local
from pinxit.cli.doctor import print_checks
from pinxit.config import load

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    import pytest

    from pinxit.domain.checkup import Check

ANSWERS: dict[str, Any] = {
    "/sdapi/v1/options": {"sd_model_checkpoint": "v1-5.safetensors", "samples_save": True},
    "/system_stats": {"system": {"comfyui_version": "0.9"}, "devices": []},
    "/api/tags": {"models": [{"name": "nomic-embed-text:latest"}, {"name": "llama3.2:3b"}]},
}


class Neighbour:
    """A server for `async with` that answers with JSON; `asked`: every path."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.asked: list[str] = []
        self._answers = answers
        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    @property
    def port(self) -> int:
        return int(self._runner.addresses[0][1])

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked.append(f"{request.method} {request.path}")
        answer = self._answers.get(request.path)
        if isinstance(answer, web.Response):
            return answer
        return web.json_response(answer, status=404 if answer is None else 200)


def at(port: int) -> Neighbours:
    return Neighbours(port, port, port, within_s=30.0)


async def look(folder: Path, port: int, text: str = "") -> list[Check]:
    config = folder / "config.toml"
    config.write_text(text, encoding="utf-8")
    return list(await check_local(load({}, config), at(port)))


async def test_each_server_that_is_found_gets_lines_that_can_be_pasted(tmp_path: Path) -> None:
    async with Neighbour(ANSWERS) as server:
        painters, rewriter = await look(tmp_path, server.port)
        url = f"http://127.0.0.1:{server.port}"
        pasted = [check.cure.partition("\n")[2] for check in (painters, rewriter)]
        config = tmp_path / "config.toml"
        config.write_text("\n".join(pasted), encoding="utf-8")
        settings = load({}, config)

        assert sorted(server.asked) == ["GET /api/tags", "GET /sdapi/v1/options", "GET /system_stats"]
        assert {name: (table.kind, table.base_url) for name, table in settings.generators.items()} == {
            "webui": ("automatic1111", url),
            "comfyui": ("comfyui", url),
            "sketch": ("sketch", None),
        }
        assert (settings.enhancement.base_url, settings.enhancement.model) == (f"{url}/v1", "llama3.2:3b")
        assert {check.state.value for check in (painters, rewriter)} == {"odd"}
        # What was pasted is known, and nobody is asked again.
        assert await check_local(settings, at(server.port)) == []
        assert len(server.asked) == 3


async def test_what_the_settings_name_already_is_not_contacted(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    async with Neighbour(ANSWERS) as webui, Neighbour(ANSWERS) as comfyui:
        config.write_text(
            '[generators.mine]\nkind = "automatic1111"\n'
            f'[generators.other]\nkind = "comfyui"\nenabled = false\nbase_url = "http://localhost:{comfyui.port}/"\n'
            '[enhancement]\nmode = "off"\n',
            encoding="utf-8",
        )

        assert await check_local(load({}, config), Neighbours(webui.port, comfyui.port, webui.port, 30.0)) == []
        assert (webui.asked, comfyui.asked) == ([], [])


async def test_a_table_elsewhere_and_a_taken_name_leave_room_for_the_proposal(tmp_path: Path) -> None:
    async with Neighbour({"/system_stats": ANSWERS["/system_stats"]}) as server:
        text = '[generators.comfyui]\nkind = "comfyui"\nbase_url = "http://192.0.2.7:8188"\n'
        (check,) = await look(tmp_path, server.port, text)

        assert check.cure.splitlines()[1:] == [
            "[generators.comfyui_2]",
            'kind = "comfyui"',
            f'base_url = "http://127.0.0.1:{server.port}"',
        ]


async def test_other_servers_at_these_ports_are_not_taken_for_them(tmp_path: Path) -> None:
    odd: dict[str, Any] = {
        "/sdapi/v1/options": ["sd_model_checkpoint"],
        "/system_stats": web.Response(text="<html>", content_type="text/html"),
        "/api/tags": {"models": [{"name": 'x"\n[web]'}, "llama", {"name": 3}]},
    }
    async with Neighbour(odd) as server:
        assert await look(tmp_path, server.port) == []
        assert len(server.asked) == 3
    long = web.Response(body=json.dumps({**ANSWERS["/system_stats"], "more": "x" * 2**20}).encode())
    packed = gzip.compress(json.dumps(ANSWERS["/api/tags"]).encode())  # What it unfolds to could be gigabytes.
    tags = web.Response(body=packed, headers={"Content-Encoding": "gzip"})
    away = web.Response(status=302, headers={"Location": "/elsewhere"})
    there = ANSWERS["/sdapi/v1/options"]
    answers = {"/system_stats": long, "/sdapi/v1/options": away, "/elsewhere": there, "/api/tags": tags}
    async with Neighbour(answers) as server:
        assert await look(tmp_path, server.port) == []
        assert "GET /elsewhere" not in server.asked


async def test_a_port_that_accepts_and_says_nothing_delays_the_doctor_only_so_long(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        config = tmp_path / "config.toml"
        config.write_text("")

        assert await check_local(load({}, config), Neighbours(port, port, port, within_s=0.05)) == []


async def test_the_lines_are_printed_below_one_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with Neighbour({"/system_stats": ANSWERS["/system_stats"]}) as server:
        print_checks(await look(tmp_path, server.port))
        address = f'base_url = "http://127.0.0.1:{server.port}"'

    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    start = lines.index("→ to use it, write into config.toml:")
    assert lines[start + 1 : start + 4] == ["[generators.comfyui]", 'kind = "comfyui"', address]
