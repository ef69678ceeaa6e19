"""The hostile test chat: a process of its own that loses, delays, reorders, refuses and forgets, and logs what it did.

    python -m tests.platforms.chat_server --log FILE --seed N [--lose-answer 0.1 …]

It prints one line `{"port": …}` when it is ready, listens on 127.0.0.1 only, and ends after --seconds, on SIGTERM, or
when its standard input, a pipe, closes because its parent died. Started again with the same log it goes on from there.

    POST  /channels/{channel}/messages        {nonce?, token?, job, phase, seed, progress, text, images}
                                              → 200 {message_id, created}; created is false for a known nonce
    PATCH /channels/{channel}/messages/{id}   the same without nonce → 200 {message_id}
    POST  /tokens                             → {token}
    POST  /admin/mood                         any of Mood's fields; the rest stay as they are
    POST  /admin/forget  {message_id}         POST /admin/close {channel}         POST /admin/expire {token}
    GET   /admin/counts                       → how often each hostility struck, and `held`: requests waiting now

An image is {name, sha256, size_bytes, seed, data}, data in base64. A refusal is {code, retry_after?} under 400, 401
token_expired, 403 channel_forbidden, 404 message_unknown, 429 or 5xx; none of them has had, or will have, an effect.

Two promises bound the hostility. Nothing takes effect later than --late-s after its request was sent (the header
X-Sent-At says when, in seconds since the epoch; without it, after it was received): what comes later is answered 503
and dropped. And a 200 is never sent before its effect.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import binascii
import dataclasses
import hashlib
import json
import os
import secrets
import signal
import stat
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.platforms.chat_log import PHASES, Attachment, Log, Post
from tests.platforms.chat_mood import MOODS, Mood, Plan, draw
from tests.platforms.chat_room import ChatRefusal, Room, a_token

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_BODY_MAX_BYTES = 128 * 2**20
_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"  # An empty IEND chunk with its CRC.


class Door:
    """Everything between the network and the room: draws a plan for each request and lives up to it."""

    def __init__(self, room: Room, mood: Mood, random: Random, options: argparse.Namespace) -> None:
        self._room = room
        self._mood = mood
        self._random = random
        self._late_s: float = options.late_s
        self._slow_s: float = options.slow_s
        self._retry_after_s: float = options.retry_after_s
        self._counts: Counter[str] = Counter()
        self._held = 0
        self._edited: dict[str, asyncio.Event] = {}

    def app(self) -> web.Application:
        """Return the routes."""
        app = web.Application(client_max_size=_BODY_MAX_BYTES, middlewares=[_say_refusals])
        app.add_routes(
            [
                web.post("/channels/{channel}/messages", self._write),
                web.patch("/channels/{channel}/messages/{message}", self._write),
                web.post("/tokens", self._token),
                web.post("/admin/mood", self._set_mood),
                web.post("/admin/forget", self._forget),
                web.post("/admin/close", self._close),
                web.post("/admin/expire", self._expire),
                web.get("/admin/counts", self._show_counts),
            ]
        )
        return app

    async def _write(self, request: web.Request) -> web.StreamResponse:
        sent_s = min(time.time(), float(request.headers.get("X-Sent-At", "inf")))
        plan = draw(self._mood, self._random, self._late_s)
        channel, message = request.match_info["channel"], request.match_info.get("message", "")
        body = await _object(request)
        post, token = _post(body), str(body.get("token") or "")
        self._counts.update(plan.names)
        if plan.refuse:
            raise ChatRefusal(500, "server_error")
        if plan.limit:
            raise ChatRefusal(429, "rate_limited", self._retry_after_s)
        self._spoil(plan, channel, message, token)
        if plan.wait_s is not None:
            await self._hold(plan, message)

        # From here to the effect nothing is awaited, so the time that is judged is the time that is logged.
        after_s = time.time() - sent_s
        if after_s > self._late_s:
            self._counts["dropped"] += 1
            raise ChatRefusal(503, "too_late")
        if message:
            self._room.edit(channel, message, post, token=token, after_s=after_s)
            self._let_the_held_follow(message)
            answer: dict[str, object] = {"message_id": message}
        else:
            nonce = str(body.get("nonce") or "")
            made, created = self._room.create(channel, post, nonce=nonce, token=token, after_s=after_s)
            answer = {"message_id": made, "created": created}

        if plan.lose_answer and request.transport is not None:
            request.transport.abort()
        if plan.slow_answer:
            await asyncio.sleep(self._slow_s)
        return web.json_response(answer)

    def _spoil(self, plan: Plan, channel: str, message: str, token: str) -> None:
        if plan.forget and message:
            self._room.forget(message)
        if plan.expire and token:
            self._room.expire(token)
        if plan.close:
            self._room.close(channel)

    async def _hold(self, plan: Plan, message: str) -> None:
        self._held += 1
        try:
            async with asyncio.timeout(plan.wait_s):
                if plan.overtaken and message:
                    await self._edited.setdefault(message, asyncio.Event()).wait()
                else:
                    await asyncio.Event().wait()
        except TimeoutError:
            pass
        finally:
            self._held -= 1

    def _let_the_held_follow(self, message: str) -> None:
        if held := self._edited.pop(message, None):
            held.set()

    async def _token(self, _request: web.Request) -> web.Response:
        return web.json_response({"token": a_token(time.time(), secrets.token_hex(8))})

    async def _set_mood(self, request: web.Request) -> web.Response:
        try:
            self._mood = dataclasses.replace(self._mood, **await _object(request))
        except (TypeError, ValueError) as error:
            raise ChatRefusal(400, f"mood: {error}") from error
        return web.json_response(dataclasses.asdict(self._mood))

    async def _forget(self, request: web.Request) -> web.Response:
        self._room.forget(str((await _object(request))["message_id"]))
        return web.json_response({})

    async def _close(self, request: web.Request) -> web.Response:
        self._room.close(str((await _object(request))["channel"]))
        return web.json_response({})

    async def _expire(self, request: web.Request) -> web.Response:
        self._room.expire(str((await _object(request))["token"]))
        return web.json_response({})

    async def _show_counts(self, _request: web.Request) -> web.Response:
        return web.json_response({**dict.fromkeys(MOODS, 0), "dropped": 0, **self._counts, "held": self._held})


@web.middleware
async def _say_refusals(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    try:
        return await handler(request)
    except ChatRefusal as refusal:
        answer: dict[str, object] = {"code": refusal.code}
        if refusal.retry_after_s is not None:
            answer["retry_after"] = refusal.retry_after_s
        return web.json_response(answer, status=refusal.status)


async def _object(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError as error:
        raise ChatRefusal(400, "not_json") from error
    if not isinstance(body, dict):
        raise ChatRefusal(400, "not_an_object")
    return body


def _post(body: dict[str, Any]) -> Post:
    try:
        post = Post(
            job=str(body["job"]),
            phase=str(body["phase"]),
            seed=int(body["seed"]),
            progress=float(body["progress"]),
            text=str(body["text"]),
            images=tuple(_attachment(image) for image in body["images"]),
            sender=str(body.get("sender", "")),
            number=int(body.get("number", 0)),
        )
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise ChatRefusal(400, f"bad_post: {error!r}") from error
    if post.phase not in PHASES:
        raise ChatRefusal(400, f"bad_phase: {post.phase}")
    return post


def _attachment(image: dict[str, Any]) -> Attachment:
    data = base64.b64decode(image["data"], validate=True)
    digest, size_bytes = str(image["sha256"]), int(image["size_bytes"])
    whole = (
        hashlib.sha256(data).hexdigest() == digest
        and len(data) == size_bytes
        and data.startswith(_PNG_START)
        and data.endswith(_PNG_END)
    )
    return Attachment(str(image["name"]), digest, size_bytes, int(image["seed"]), whole)


def parse_options(arguments: list[str]) -> argparse.Namespace:
    """Return the command line's options."""
    parser = argparse.ArgumentParser(description="The hostile test chat.", allow_abbrev=False)
    parser.add_argument("--log", type=Path, required=True, help="the append-only log; an old one is continued")
    parser.add_argument("--seed", type=int, default=0, help="of everything that is drawn")
    parser.add_argument("--seconds", type=float, default=120.0, help="the chat stops by itself after so long")
    parser.add_argument("--late-s", type=float, default=1.0, help="nothing takes effect later than this")
    parser.add_argument("--slow-s", type=float, default=3.0, help="how long a slow answer takes after its effect")
    parser.add_argument("--retry-after-s", type=float, default=0.2, help="what a rate limit asks for")
    parser.add_argument("--nonce-window-s", type=float, default=300.0, help="how long a nonce is known")
    parser.add_argument("--no-nonce", action="store_true", help="know no nonces, like Telegram")
    parser.add_argument("--token-age-s", type=float, default=900.0, help="how long a token lives")
    for name in MOODS:
        parser.add_argument(f"--{name.replace('_', '-')}", type=float, default=0.0, help="a probability; see Mood")
    return parser.parse_args(arguments)


async def serve(options: argparse.Namespace) -> None:
    """Run the chat until its time is over, its parent is gone, or SIGTERM."""
    log = Log(options.log)
    room = Room(
        log,
        time.time,
        nonce_window_s=None if options.no_nonce else options.nonce_window_s,
        token_age_s=options.token_age_s,
    )
    mood = Mood(**{name: getattr(options, name) for name in MOODS})
    # S311: the drawing has to repeat by seed, which secrets cannot.
    door = Door(room, mood, Random(options.seed), options)  # noqa: S311
    runner = web.AppRunner(door.app(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        sys.stdout.write(json.dumps({"port": runner.addresses[0][1]}) + "\n")
        sys.stdout.flush()
        await _until_the_end(options.seconds)
    finally:
        await runner.cleanup()
        log.close()


async def _until_the_end(seconds: float) -> None:
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, over.set)
    mode = os.fstat(0).st_mode
    if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
        # Nothing is ever written to it, so being readable means that its other end is closed.
        loop.add_reader(0, over.set)
    try:
        async with asyncio.timeout(seconds):
            await over.wait()
    except TimeoutError:
        pass
    finally:
        loop.remove_reader(0)


if __name__ == "__main__":
    asyncio.run(serve(parse_options(sys.argv[1:])))
