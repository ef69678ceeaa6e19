"""The Platform of the hostile test chat: cards become posts over HTTP, its answers become ours."""

from __future__ import annotations

import asyncio
import base64
import itertools
import secrets
import time
from typing import TYPE_CHECKING, Any

import aiohttp

from pinxit.data.deliveries import SECRET
from pinxit.domain.delivery import Budget, Done, Gone, Later, Shown, Urgency
from pinxit.domain.job import JobState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from types import TracebackType
    from typing import Self

    from pinxit.domain.delivery import Answer, Card, Delivery, Placed
    from pinxit.domain.image import Image

_HTTP_OK = 200
_UNAUTHORIZED = 401
_FORBIDDEN = 403
_NOT_FOUND = 404
_TOO_MANY = 429
_SERVER_ERROR = 500


class ChatPlatform:
    """Show cards in the test chat. Use it as an async context manager; it closes only a session of its own.

    `fetch_image` returns an image's bytes, or raises OSError. Each call here ends within twice `timeout_s`: once for
    the files, once for the chat. `retry_s`: when to try again where the chat names no time.
    """

    def __init__(
        self,
        base_url: str,
        fetch_image: Callable[[Image], Awaitable[bytes]],
        *,
        timeout_s: float = 5.0,
        retry_s: float = 0.2,
        budget: Budget = Budget(),  # noqa: B008 - frozen, so one may serve all
        session: aiohttp.ClientSession | None = None,
    ) -> None:
        self.budget = budget
        self._base_url = base_url
        self._fetch_image = fetch_image
        self._timeout_s = timeout_s
        self._retry_s = retry_s
        self._session = session
        self._own_session: aiohttp.ClientSession | None = None
        self._sender = secrets.token_hex(4)
        self._numbers = itertools.count(1)

    async def __aenter__(self) -> Self:
        """Open a session unless one was given."""
        if self._session is None:
            self._session = self._own_session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close what was opened here."""
        if self._own_session is not None:
            await self._own_session.close()

    async def ready(self, delivery: Delivery) -> None:
        pass

    async def place(self, delivery: Delivery, card: Card) -> Placed:
        """Create the message under the delivery's nonce.

        A nonce that the chat knows already leaves the old message as it is, so a final card is then brought in by an
        edit; a place that answers Shown to a final card has shown it.
        """
        body = await self._body(delivery, card, Urgency.PLACEHOLDER)
        if isinstance(body, Later):
            return body
        answer = await self._send("POST", _messages(delivery), {**body, "nonce": delivery.nonce})
        if not isinstance(answer, dict):
            return answer
        message_id = str(answer["message_id"])
        if not answer["created"] and card.job.state.is_final:
            edited = await self._send("PATCH", f"{_messages(delivery)}/{message_id}", body)
            if not isinstance(edited, dict):
                return edited
        return Shown(message_id)

    async def show(self, delivery: Delivery, card: Card, urgency: Urgency) -> Answer:
        """Edit the message; the whole attachment list goes with every edit."""
        if delivery.message_id is None:
            return Gone("the delivery has no message yet")
        body = await self._body(delivery, card, urgency)
        if isinstance(body, Later):
            return body
        answer = await self._send("PATCH", f"{_messages(delivery)}/{delivery.message_id}", body)
        return Done() if isinstance(answer, dict) else answer

    async def _body(self, delivery: Delivery, card: Card, urgency: Urgency) -> dict[str, Any] | Later:
        job = card.job
        shown = sorted((image for image in job.images if image.is_ready and not image.is_deleted), key=_index)
        try:
            async with asyncio.timeout(self._timeout_s):
                images = [
                    {
                        "name": image.id,
                        "sha256": image.sha256,
                        "size_bytes": image.size_bytes,
                        "seed": image.seed,
                        "data": base64.b64encode(await self._fetch_image(image)).decode(),
                    }
                    for image in (shown if job.state is JobState.SUCCEEDED else ())
                ]
        except OSError as error:  # TimeoutError is one, too. Nothing has left yet, so nothing is unknown.
            return Later(self._retry_s, f"a file cannot be read: {error!r}")
        return {
            "token": _token(delivery),
            "job": job.id,
            "phase": "queued" if job.state is JobState.WAITING else str(job.state),
            "seed": job.request.seed,
            "progress": card.progress,
            "text": f"{job.request.prompt} · {job.state} · {urgency.name.lower()}",
            "images": images,
            "sender": self._sender,
            "number": next(self._numbers),
        }

    async def _send(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any] | Later | Gone:
        try:
            async with asyncio.timeout(self._timeout_s):
                status, answer = await self._call(method, path, body)
                if status == _UNAUTHORIZED and body["token"]:
                    status, answer = await self._call(method, path, {**body, "token": ""})
        except aiohttp.ClientConnectorError as error:
            return Later(self._retry_s, f"no connection: {error}")
        except (TimeoutError, aiohttp.ClientError, ValueError) as error:
            return Later(self._retry_s, f"no answer: {error!r}", unknown=True)
        if status == _HTTP_OK:
            return answer
        reason = f"{status} {answer.get('code', '')}"
        if status == _FORBIDDEN:
            return Gone(reason, channel=True)
        if status == _NOT_FOUND:
            return Gone(reason, channel=answer.get("code") != "message_unknown")
        if status == _TOO_MANY or status >= _SERVER_ERROR:
            # This chat promises that a refusal never has an effect, so a 5xx is not unknown here.
            return Later(float(answer.get("retry_after", self._retry_s)), reason, named="retry_after" in answer)
        raise RuntimeError(f"The test chat does not understand us: {reason}")

    async def _call(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self._session is None:
            raise RuntimeError("ChatPlatform is an async context manager; enter it first.")
        headers = {"X-Sent-At": repr(time.time())}
        async with self._session.request(method, self._base_url + path, json=body, headers=headers) as response:
            return response.status, await response.json()


def _index(image: Image) -> int:
    return image.index


def _messages(delivery: Delivery) -> str:
    return f"/channels/{delivery.channel}/messages"


def _token(delivery: Delivery) -> str:
    secret = delivery.target.get(SECRET)
    return str(secret.get("token") or "") if isinstance(secret, dict) else ""
