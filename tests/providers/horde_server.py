"""AI Horde on loopback: volunteers who paint flat colours, and the Horde's own refusals, numbers and forgetting.

Source: AI-Horde, horde/apis/v2/stable.py and base.py, horde/apis/models/stable_v2.py, horde/exceptions.py, 2026-11.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import io
import re
import secrets
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from aiohttp import web
from PIL import Image

from tests.providers.door import guarded
from tests.providers.keys import a_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

KEY = a_key("horde")
ANONYMOUS = "0000000000"
_AGENT = re.compile(r"Pinxit:[^:]+:\S+")
_LARGE = ("AlbedoBase XL (SDXL)", "Flux.1-Schnell fp8 (Compact)")  # Of which 1024² is always free.
_MOST_STEPS = {"Flux.1-Schnell fp8 (Compact)": 8}
_SAMPLERS = {
    *("k_lms", "k_heun", "k_euler", "k_euler_a", "k_dpm_2", "k_dpm_2_a", "k_dpm_fast", "k_dpm_adaptive"),
    *("k_dpmpp_2s_a", "k_dpmpp_2m", "dpmsolver", "k_dpmpp_sde", "DDIM", "lcm"),
}
_DOUBLE = {"k_heun", "k_dpm_2", "k_dpm_2_a", "k_dpmpp_2s_a", "k_dpmpp_sde"}
_FIELDS: dict[str, type | tuple[type, ...]] = {
    "prompt": str,
    "params": dict,
    "models": list,
    "nsfw": bool,
    "censor_nsfw": bool,
    "trusted_workers": bool,
    "replacement_filter": bool,
    "slow_workers": bool,
    "allow_downgrade": bool,
    "shared": bool,
    "r2": bool,
    "source_image": str,
    "source_mask": str,
    "source_processing": str,
}
_PARAMS: dict[str, type | tuple[type, ...]] = {
    "sampler_name": str,
    "cfg_scale": (int, float),
    "steps": int,
    "width": int,
    "height": int,
    "seed": str,
    "n": int,
    "karras": bool,
    "clip_skip": int,
    "denoising_strength": (int, float),
}
_RC = {401: "InvalidAPIKey", 403: "Forbidden", 404: "RequestNotFound", 429: "TooManyPrompts"}


@dataclass(slots=True)
class Wanted:
    """One request. `looks`: how often it was looked at. `ending`: what differs from a good one, as keys of answers."""

    body: dict[str, Any]
    ending: dict[str, Any]
    looks: int = 0
    fetches: int = 0
    picture: str = field(default_factory=lambda: secrets.token_hex(8))


class HordeServer:
    """A Horde for `async with`. `endings`: how the next requests end, such as {"faulted": True}.

    The keys are those of `check`; `generation` changes the picture's own, and `is_gone` makes it forget the request.
    """

    def __init__(self) -> None:
        self.created: list[Any] = []
        self.agents: list[str] = []
        self.endings: list[dict[str, Any]] = []
        self.strangers: list[str] = []
        self.cancelled: list[str] = []
        self.requests: dict[str, Wanted] = {}
        self.holding = asyncio.Event()
        self.looks_until_done = 2
        self._fails: list[tuple[int, Mapping[str, str], str | None]] = []
        self._spoils = 0
        self._holds = False
        app = guarded(self, client_max_size=64 * 2**20)
        app.router.add_post("/api/v2/generate/async", self._create)
        app.router.add_get("/api/v2/generate/check/{id}", self._check)
        app.router.add_get("/api/v2/generate/status/{id}", self._status)
        app.router.add_delete("/api/v2/generate/status/{id}", self._delete)
        app.router.add_get("/r2/{picture}.webp", self._picture)
        app.router.add_route("*", "/{path:.*}", self._unknown)
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
    def url(self) -> str:
        """Return the address in front of "/v2"."""
        return f"{self._host}/api"

    @property
    def cancels(self) -> int:
        """Return how many requests were given up by whoever asked."""
        return len(self.cancelled)

    def options(self) -> dict[str, Any]:
        """Return what a generator has to know of this server."""
        return {"base_url": self.url, "api_key": KEY}

    def fail_next(self, status: int, headers: Mapping[str, str] = {}, body: str | None = None) -> None:
        """Answer the next request with an error; without a body, in the Horde's own form."""
        self._fails.append((status, headers, body))

    def refuse_next(self) -> None:
        """Refuse the next request for its content."""
        self._fails.append((400, {}, '{"message": "This prompt appears to violate", "rc": "CorruptPrompt"}'))

    def spoil_next(self) -> None:
        """Cut the next picture in half."""
        self._spoils += 1

    def hold(self) -> None:
        """Finish nothing until `go`."""
        self._holds = True

    def go(self) -> None:
        """Finish what waits and what comes."""
        self._holds = False

    @property
    def _host(self) -> str:
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def _unknown(self, request: web.Request) -> web.Response:
        self.strangers.append(f"{request.method} {request.path}")
        return web.json_response({"message": "Not Found"}, status=404)

    async def _create(self, request: web.Request) -> web.Response:
        agent, key = request.headers.get("Client-Agent", ""), request.headers.get("apikey")
        if not _AGENT.fullmatch(agent):
            self.strangers.append(f"the Client-Agent {agent!r}")
            return _error(403, "BannedClientAgent")
        if key not in (KEY, ANONYMOUS):
            self.strangers.append("a wrong key")
            return _error(401, "InvalidAPIKey")
        body = await request.json()
        if (wrong := _fault(body, has_kudos=key == KEY)) is not None:
            return wrong
        if self._fails:
            status, headers, text = self._fails.pop(0)
            if text is None:
                return _error(status, _RC.get(status, "Whatever"), headers)
            return web.Response(status=status, headers=headers, text=text, content_type="application/json")
        number = str(uuid.uuid4())
        self.created.append(body)
        self.agents.append(agent)
        self.requests[number] = Wanted(body, self.endings.pop(0) if self.endings else {})
        if self._holds:
            self.holding.set()
        return web.json_response({"id": number, "kudos": 12}, status=202)

    async def _check(self, request: web.Request) -> web.Response:
        wanted = self._known(request)
        if wanted is None:
            return _error(404, "RequestNotFound")
        wanted.looks += 1
        if self._holds:
            self.holding.set()
        is_done = wanted.looks >= self.looks_until_done and not self._holds
        return web.json_response(
            {
                "finished": int(is_done),
                "processing": 0,
                "waiting": int(not is_done),
                "restarted": 0,
                "done": is_done,
                "faulted": False,
                "wait_time": max(0, 20 - 5 * wanted.looks) * (not is_done),
                "queue_position": 0 if is_done else 3,
                "kudos": 12,
                "is_possible": True,
                **{key: value for key, value in wanted.ending.items() if key not in ("generation", "is_gone")},
            }
        )

    async def _status(self, request: web.Request) -> web.Response:
        wanted = self._known(request)
        if wanted is None:
            return _error(404, "RequestNotFound")
        wanted.fetches += 1
        if wanted.looks < self.looks_until_done or wanted.fetches > 1:
            self.strangers.append("a result that was fetched too early, or again")
        changes = wanted.ending.get("generation", {})
        generation = {
            "img": f"{self._host}/r2/{wanted.picture}.webp",
            "seed": wanted.body["params"]["seed"],
            "id": request.match_info["id"],
            "censored": False,
            "gen_metadata": [],
            "worker_name": "Somebody",
            "model": wanted.body["models"][0],
            "state": "ok",
        }
        made = [] if changes is None else [{**generation, **changes}]
        return web.json_response({"done": True, "faulted": False, "generations": made, "shared": False})

    async def _delete(self, request: web.Request) -> web.Response:
        if self._known(request) is None:
            return _error(404, "RequestNotFound")
        self.cancelled.append(request.match_info["id"])
        del self.requests[request.match_info["id"]]
        return web.json_response({"done": True, "generations": []})

    async def _picture(self, request: web.Request) -> web.Response:
        if "apikey" in request.headers or "Client-Agent" in request.headers:
            self.strangers.append("a picture that was asked for with a key")
        wanted = next((one for one in self.requests.values() if one.picture == request.match_info["picture"]), None)
        if wanted is None:
            self.strangers.append("a guessed picture")
            return web.Response(status=404)
        data = a_webp(wanted.body["params"])
        if self._spoils:
            self._spoils -= 1
            data = data[: len(data) // 2]
        return web.Response(body=data, content_type="image/webp")

    def _known(self, request: web.Request) -> Wanted | None:
        if not _AGENT.fullmatch(request.headers.get("Client-Agent", "")):
            self.strangers.append(f"{request.method} without a Client-Agent")
        wanted = self.requests.get(request.match_info["id"])
        return None if wanted is None or wanted.ending.get("is_gone") else wanted


def a_webp(params: dict[str, Any]) -> bytes:
    """Return a picture of the size that was asked for, in a colour that follows from the seed."""
    seed = int(params["seed"])
    file = io.BytesIO()
    Image.new("RGB", (params["width"], params["height"]), (seed % 200 + 20, seed // 200 % 256, 90)).save(
        file, "WEBP", lossless=True, quality=0
    )
    return file.getvalue()


def opened(text: str) -> Image.Image:
    """Return a source's picture. Raises ValueError for anything but WebP in base64."""
    try:
        return Image.open(io.BytesIO(base64.b64decode(text, validate=True)), formats=["WEBP"])
    except (OSError, binascii.Error) as error:
        raise ValueError("no WebP in base64") from error


def _fault(body: dict[str, Any], *, has_kudos: bool) -> web.Response | None:
    """Return what the Horde answers to a request that it does not take. Fields that it does not know are refused."""
    params = body.get("params", {})
    for given, known in ((body, _FIELDS), (params, _PARAMS)):
        wrong = [key for key, value in given.items() if key not in known or not _is(value, known[key])]
        if wrong:
            return _error(400, f"Input payload validation failed: {wrong}")
    if not body["prompt"] or not body["models"] or params["n"] != 1 or not params.get("denoising_strength", 1) >= 0.01:
        return _error(400, "Input payload validation failed")
    if params["sampler_name"] not in _SAMPLERS or params["cfg_scale"] != round(params["cfg_scale"], 2):
        return _error(400, "BadCFGDecimals")
    if any(side % 64 or not 64 <= side <= 3072 for side in (params["width"], params["height"])):
        return _error(400, "InvalidSize")
    if body["allow_downgrade"] or body["nsfw"] is body["censor_nsfw"] or body["shared"]:
        return _error(400, "an answer that nobody asked for")
    model = body["models"][0]
    most_px = (1024 if model in _LARGE else 576) ** 2
    steps = params["steps"] * (2 if params["sampler_name"] in _DOUBLE else 1)
    if not has_kudos and (params["width"] * params["height"] > most_px or steps > _MOST_STEPS.get(model, 40)):
        return _error(403, "KudosUpfront")
    return _source_fault(body, (params["width"], params["height"]))


def _source_fault(body: dict[str, Any], size: tuple[int, int]) -> web.Response | None:
    how, names = body.get("source_processing"), [key for key in ("source_image", "source_mask") if key in body]
    expected = {None: [], "img2img": ["source_image"], "inpainting": ["source_image", "source_mask"]}
    if names != expected.get(how):
        return _error(400, "InpaintingMissingMask")
    try:
        return _error(400, "of another size") if any(opened(body[name]).size != size for name in names) else None
    except ValueError:
        return _error(400, "ImageValidationFailed")


def _is(value: object, kind: type | tuple[type, ...]) -> bool:
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def _error(status: int, code: str, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.json_response({"message": "It says.", "rc": code}, status=status, headers=headers)
