"""Servers of other programs on this machine that could paint or rewrite prompts, with the settings to paste."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp

from pinxit.domain.checkup import Check, State
from pinxit.domain.request import Enhance

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pinxit.config import GeneratorSettings, Settings

_HOST = "127.0.0.1"
_SAME_HOST = frozenset({_HOST, "localhost", "::1"})
_MOST_BYTES = 2**20
_MODEL_NAME = re.compile(r"[\w.:/-]{1,80}", re.ASCII)  # Ollama's: "llama3.2:3b", "hf.co/somebody/model:Q4_K_M".


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The ports at which such servers listen unless told otherwise, and how long each has for its answer."""

    webui_port: int = 7860
    comfyui_port: int = 8188
    ollama_port: int = 11434
    within_s: float = 0.25


async def check_local(settings: Settings, neighbours: Neighbours) -> Sequence[Check]:
    """Propose settings for each server that is there and that no setting names; nothing but these is contacted."""

    async def ask(port: int, path: str, *, is_known: bool) -> object:
        return None if is_known else await _ask(session, f"http://{_HOST}:{port}{path}", neighbours.within_s)

    webui, comfyui, ollama = neighbours.webui_port, neighbours.comfyui_port, neighbours.ollama_port
    async with (
        # Not unpacked: a small answer could unfold to gigabytes.
        aiohttp.ClientSession(
            cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False, headers={"Accept-Encoding": "identity"}
        ) as session,
        asyncio.TaskGroup() as group,
    ):
        is_known = _is_set_up(settings, "automatic1111", webui)
        options = group.create_task(ask(webui, "/sdapi/v1/options", is_known=is_known))
        is_known = _is_set_up(settings, "comfyui", comfyui)
        stats = group.create_task(ask(comfyui, "/system_stats", is_known=is_known))
        tags = group.create_task(ask(ollama, "/api/tags", is_known=_has_a_rewriter(settings)))
    painters = []
    if _has(options.result(), "sd_model_checkpoint"):
        painters.append(("a Stable Diffusion web UI (AUTOMATIC1111, Forge)", "webui", "automatic1111", webui))
    if _has(stats.result(), "system", "devices"):
        painters.append(("ComfyUI", "comfyui", "comfyui", comfyui))
    return [*_painters(settings, painters), *_rewriters(tags.result(), ollama)]


def _is_set_up(settings: Settings, kind: str, port: int) -> bool:
    """Tell whether a table names this server; one of its kind without an address means it too."""

    def names_it(table: GeneratorSettings) -> bool:
        if table.base_url is None:
            return table.kind == kind
        url = urlsplit(table.base_url)
        return url.hostname in _SAME_HOST and url.port == port

    return any(map(names_it, settings.generators.values()))


def _has_a_rewriter(settings: Settings) -> bool:
    """Tell whether the operator has chosen a language model, or that nobody rewrites."""
    return settings.enhancement.base_url is not None or settings.enhancement.mode is Enhance.OFF


async def _ask(session: aiohttp.ClientSession, url: str, within_s: float) -> object:
    """Return what a server answers in JSON, or None where there is none, or another one."""
    try:
        async with asyncio.timeout(within_s), session.get(url, allow_redirects=False) as response:
            data = bytearray()
            async for chunk in response.content.iter_any():
                data += chunk
                if len(data) > _MOST_BYTES:
                    return None
            found: object = json.loads(data) if response.ok else None
            return found
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, RecursionError):
        return None


def _has(answer: object, *keys: str) -> bool:
    """Tell whether this is the expected server's answer. Sources: the routes of the programs, read 2026-11."""
    return isinstance(answer, dict) and all(key in answer for key in keys)


def _painters(settings: Settings, found: Sequence[tuple[str, str, str, int]]) -> Iterator[Check]:
    """Yield one finding for all: what is there, the name and kind of its table, its port."""
    if not found:
        return
    tables = [
        f'[generators.{_free(settings, name)}]\nkind = "{kind}"\nbase_url = "http://{_HOST}:{port}"\n'
        for _, name, kind, port in found
    ]
    if "generators" not in settings.model_fields_set:
        # As soon as there is one table, the sketch that stands in where there is none has to be named too.
        tables += [f"[generators.{name}]\n" for name in settings.generators]
    there = " and ".join(f"{what} at http://{_HOST}:{port}" for what, _, _, port in found)
    yield _proposal(f"{there}, which could paint", "\n".join(tables))


def _free(settings: Settings, name: str) -> str:
    """Return the name, or one with a number where it is taken."""
    return next(
        one
        for one in itertools.chain((name,), (f"{name}_{number}" for number in itertools.count(2)))
        if one not in settings.generators
    )


def _rewriters(tags: object, port: int) -> Iterator[Check]:
    """Yield a finding for Ollama, if it has a model that writes; it paints no more since July 2026."""
    models = tags.get("models") if isinstance(tags, dict) else None
    names = [one.get("name") for one in models if isinstance(one, dict)] if isinstance(models, list) else []
    writers = [name for name in names if isinstance(name, str) and _MODEL_NAME.fullmatch(name) and "embed" not in name]
    if writers:
        table = f'[enhancement]\nmode = "llm"\nbase_url = "http://{_HOST}:{port}/v1"\nmodel = "{writers[0]}"\n'
        yield _proposal(f"Ollama at http://{_HOST}:{port}, which could rewrite prompts", table)


def _proposal(there: str, table: str) -> Check:
    message = f"found {there}; no setting names it"
    return Check("local server", State.ODD, message, f"to use it, write into config.toml:\n{table.rstrip()}")
