"""The console's pages with made-up values, to look at: `python -m tests.web.console.preview_pages [port]`.

Nothing is stored and nothing is painted; what is sent becomes a job that plays through its life. `?lang=de` speaks
German, a prompt with "break!" finds no server for a while.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import sys
from typing import TYPE_CHECKING, Any

from aiohttp import web

from pinxit.chat.cards import view
from pinxit.domain.delivery import Card, Place
from pinxit.domain.errors import Refused
from pinxit.domain.ids import new_id
from pinxit.domain.job import JobState
from pinxit.prompt.flags import FLAGS, parse
from pinxit.web.console.rendering import Message, Rendering, Shell, to_message
from pinxit.web.console.static_files import FOLDER, StaticFiles
from pinxit.wording import say
from tests.builders import NOW_AT
from tests.web.console.preview_values import (
    ASPECTS,
    COMMANDS,
    ME,
    VALUES,
    channels,
    first_jobs,
    new_job,
    painted,
    picture,
    pools,
)

if TYPE_CHECKING:
    from pinxit.domain.job import Job

STEPS, STEP_S, BROKEN_TIMES = 12, 0.35, 2
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)


class Preview:
    """A console that only plays."""

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {job.id: job for job in first_jobs()}
        self.readers: set[asyncio.Queue[tuple[str, object]]] = set()
        self.plays: set[asyncio.Task[None]] = set()
        self.broken = 0

    def message(self, job: Job, locale: str) -> Message:
        """Return what is shown of a job."""
        return to_message(Card(job, 0.0, Place(2, 20.0)), job.person.title(), locale, NOW_AT)

    def messages(self, request: web.Request) -> list[Message]:
        """Return all messages, oldest first."""
        return [self.message(self.jobs[name], lang(request)) for name in sorted(self.jobs)]

    def show(self, job: Job) -> None:
        """Note a job and tell its message to all open pages."""
        self.jobs[job.id] = job
        message = self.message(job, "en")
        html = Rendering(StaticFiles()).message(message, "en")
        self.tell("message", {"job": job.id, "html": html, "version": message.version, "state": job.state})

    def tell(self, name: str, data: object) -> None:
        """Tell all open pages."""
        for reader in self.readers:
            reader.put_nowait((name, data))

    async def play(self, job: Job) -> None:
        """Let a job live."""
        self.show(job)
        await asyncio.sleep(4 * STEP_S)
        self.show(dataclasses.replace(job, state=JobState.RUNNING))
        for step in range(STEPS):
            preview = f"/api/v1/jobs/{job.id}/preview?n={step}"
            status = {"progress": step / STEPS, "status": f"painting, {100 * step // STEPS} %", "preview": preview}
            self.tell("progress", {"job": job.id, **status})
            await asyncio.sleep(STEP_S)
        self.show(painted(job))

    def begin(self, text: str) -> str:
        """Begin to play what was asked and return its job."""
        draft = parse(text.removeprefix("/imagine").strip())
        size_px = ASPECTS.get(":".join(map(str, draft.aspect or (1, 1))), (1024, 1024))
        job = new_job(draft.prompt, draft.count or 1, size_px, NOW_AT, ME.id)
        job = dataclasses.replace(job, id=type(job.id)(new_id(NOW_AT)))
        task = asyncio.get_running_loop().create_task(self.play(job))
        self.plays.add(task)
        task.add_done_callback(self.plays.discard)
        return job.id

    async def channel(self, request: web.Request) -> web.Response:
        """Return the chat."""
        empty = request.match_info["guild"] != "web:studio"
        flags = [{"name": each.name, "allowed": list(each.allowed)} for each in FLAGS]
        data = {"commands": COMMANDS, "flags": flags, "values": VALUES, "guild": "web:studio", "me": ME.id}
        messages = [] if empty else self.messages(request)
        about = {"guild": request.match_info["guild"], "name": "studio"}
        values = {"older": "", "seen": "x", "favourites": [], "newer": False}
        return page(request, "channel.html", channel=about, messages=messages, data=data, **values)

    async def fragment(self, request: web.Request) -> web.Response:
        """Return messages as a piece of the page."""
        return page(request, "messages.html", messages=self.messages(request), older="", favourites=[])

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Follow what is played."""
        reader: asyncio.Queue[tuple[str, object]] = asyncio.Queue()
        self.readers.add(reader)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        try:
            await response.write(event("beat", {}))
            while True:
                await response.write(event(*await reader.get()))
        finally:
            self.readers.discard(reader)

    async def send(self, request: web.Request) -> web.Response:
        """Take a command."""
        text = (await request.json())["text"]
        if "break!" in text and self.broken < BROKEN_TIMES:
            self.broken += 1
            return web.Response(status=503)
        try:
            answer = {"said": "Queued: 3rd in line.", "jobs": [self.begin(text)], "page": "", "refill": ""}
        except Refused as refused:
            sentence = say(lang(request), refused.code, refused.facts)
            return web.json_response({"success": False, "error": refused.code, "message": sentence}, status=422)
        return web.json_response(answer)

    async def act(self, request: web.Request) -> web.Response:
        """Take a press of a button."""
        body = await request.json()
        answer = {"said": f"{body['act']} {body['value']}", "jobs": [], "page": "", "refill": ""}
        job = self.jobs[body["job"]]
        match body["act"]:
            case "delete":
                self.jobs.pop(job.id)
                self.tell("removed", {"job": job.id})
            case "edit":
                answer["refill"] = job.request.typed
            case "reroll" | "vary" | "upscale" | "outpaint":
                answer["jobs"] = [self.begin(job.request.prompt)]
        return web.json_response(answer)

    async def history(self, request: web.Request) -> web.Response:
        """Return the history."""
        query = {name: request.query.get(name, "") for name in ("q", "guild", "person", "model")}
        return page(request, "history.html", query=query, items=self.messages(request)[::-1], older="", favourites=[])

    async def favourites(self, request: web.Request) -> web.Response:
        """Return the favourites."""
        shown = [view(Card(job), lang(request), NOW_AT) for job in self.jobs.values()]
        items = [
            {"picture": each, "job": one.job, "guild": one.guild, "prompt": one.prompt, "url": "?"}
            for one in shown
            for each in one.pictures
        ]
        return page(request, "favourites.html", items=items, older="")

    async def details(self, request: web.Request) -> web.Response:
        """Return what is known of a job."""
        shown = view(Card(self.jobs[request.match_info["job"]]), lang(request), NOW_AT)
        facts = [
            ("Seed", "7"),
            ("Generator", "sketch"),
            ("Size", "1216×832"),
            ("sha256", "9f86d081884c7d659a2feaa0c55ad015" * 2),
        ]
        details: dict[str, Any] = {
            "title": shown.status,
            "facts": facts,
            "job": shown.job,
            "index": 0,
            "guild": shown.guild,
        }
        details |= {
            "picture": next(iter(shown.pictures), None),
            "notes": [],
            "prompt": shown.prompt,
            "typed": shown.typed,
        }
        name = "details_body.html" if "fragment" in request.query else "details.html"
        return page(request, name, details=details)

    async def image(self, request: web.Request) -> web.Response:
        """Return a picture."""
        name = request.match_info["image"]
        sizes = {image.id: (image.width_px, image.height_px) for job in self.jobs.values() for image in job.images}
        return web.Response(
            body=picture(name, sizes.get(type(next(iter(sizes)))(name), (256, 192))), content_type="image/jpeg"
        )


def lang(request: web.Request) -> str:
    """Return the language of `?lang=`, or of the browser."""
    return request.query.get("lang") or ("de" if request.headers.get("Accept-Language", "").startswith("de") else "en")


def page(request: web.Request, template: str, **values: object) -> web.Response:
    """Return a page or a piece of one, from templates as they are on the disk now."""
    shell = Shell(lang(request), request.cookies.get("theme", ""), template.partition(".")[0], ME, channels())
    text = Rendering(StaticFiles()).page(template, shell, **values)
    return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": POLICY})


def event(name: str, data: object) -> bytes:
    """Return one server-sent event."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n".encode()


async def static(request: web.Request) -> web.StreamResponse:
    """Return a file as it is on the disk now."""
    return web.FileResponse(FOLDER / request.match_info["path"])


async def queue(request: web.Request) -> web.Response:
    """Return the queue."""
    return page(request, "queue.html", pools=pools())


async def queue_stream(request: web.Request) -> web.StreamResponse:
    """Let the bars move."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    turn = 0
    while True:
        moved = pools()
        moved[0]["lanes"][turn % 3]["charged_s"] += 30 * (1 + turn)
        moved[0]["lanes"][turn % 3]["share"] += 0.12
        await response.write(event("lanes", {"pools": moved}))
        turn += 1
        await asyncio.sleep(1)


async def settings(request: web.Request) -> web.Response:
    """Return or take the settings."""
    if request.method == "POST":
        return web.json_response({"ok": True})
    said = {
        "name": "Ada",
        "locale": "",
        "count": 4,
        "aspect": (3, 2),
        "generator": None,
        "negative_prompt": "",
        "enhance": None,
        "private": False,
    }
    levels = ["off", "rules"]
    return page(
        request,
        "settings.html",
        settings=said,
        levels=levels,
        generators=["sketch", "flux"],
        locales={"en": "English", "de": "Deutsch"},
    )


async def inspect(request: web.Request) -> web.Response:
    """Return the page, or read a file."""
    if request.method == "GET":
        return page(request, "inspect.html")
    reading = {
        "kind": "AUTOMATIC1111",
        "fields": [("Prompt", "a red fox"), ("Seed", "7")],
        "not_understood": ["Hires upscaler"],
    }
    return page(
        request, "inspect_result.html", reading=reading | {"known": "", "command": "/imagine a red fox --seed 7"}
    )


async def plain(request: web.Request) -> web.Response:
    """Return a page that needs few values."""
    values = {
        "commands": COMMANDS,
        "flags": FLAGS,
        "next": "/",
        "status": 404,
        "message": "There is nothing at this address.",
    }
    return page(request, f"{request.path[1:]}.html", **values)


async def price(_request: web.Request) -> web.Response:
    """Tell what anything costs."""
    return web.json_response({"credits": 0.6, "jobs": 1, "price": "0.6 credits", "left": "8 of 12 left today"})


async def taken(_request: web.Request) -> web.Response:
    """Take anything."""
    return web.json_response({"ok": True, "url": "/c/web:landscapes"})


def build() -> web.Application:
    """Return the preview as an application."""
    preview, app = Preview(), web.Application()
    app.add_routes(
        [
            web.get("/c/{guild}", preview.channel),
            web.get("/c/{guild}/messages", preview.fragment),
            web.get("/c/{guild}/stream", preview.stream),
            web.post("/c/{guild}/send", preview.send),
            web.post("/c/{guild}/price", price),
            web.post("/c/{guild}/act", preview.act),
            web.post("/c/{guild}/read", taken),
            web.post("/channels", taken),
            web.get("/history", preview.history),
            web.get("/favourites", preview.favourites),
            web.get("/details/{job}", preview.details),
            web.get("/api/v1/images/{image}/{kind}", preview.image),
            web.get("/api/v1/jobs/{image}/preview", preview.image),
            web.get("/queue", queue),
            web.get("/queue/stream", queue_stream),
            web.route("*", "/settings", settings),
            web.route("*", "/inspect", inspect),
            web.post("/login", taken),
            *[web.get(f"/{name}", plain) for name in ("help", "login", "error")],
            web.get("/static/{version}/{path:.+}", static),
        ]
    )
    return app


if __name__ == "__main__":
    web.run_app(build(), host="127.0.0.1", port=int(sys.argv[1]) if len(sys.argv) > 1 else 8099)
