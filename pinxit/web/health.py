"""Whether the server lives and can work, and its numbers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from pinxit import __version__
from pinxit.data.keys import KeyScope
from pinxit.domain.errors import PinxitError
from pinxit.web.answers import to_json
from pinxit.web.openapi import refusal
from pinxit.web.schemas import Check, Health

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from pinxit.actions.studio import Studio
    from pinxit.domain.ports import Tx
    from pinxit.web.closing import Closing
    from pinxit.web.metrics import Metrics
    from pinxit.web.trust import Trust

CHECK_S = 5.0  # How long a check may take, and how long its result holds: anybody may ask, and each writes to the disk.
_PROBE = "sources/.ready"  # In a folder that the sweep of files knows.


class Readiness:
    """Tries what every job needs."""

    def __init__(self, studio: Studio, closing: Closing) -> None:
        self._studio = studio
        self._closing = closing
        self._one_at_a_time = asyncio.Lock()
        self._checks: tuple[Check, ...] = ()
        self._checked_s: float | None = None

    async def look(self) -> Health:
        """Return whether everything works, from checks of the last seconds."""
        async with self._one_at_a_time:
            now_s = self._studio.clock.monotonic()
            if self._checked_s is None or now_s - self._checked_s >= CHECK_S:
                self._checks = (
                    await _check("database", self._database()),
                    await _check("disk", self._disk()),
                )
                self._checked_s = now_s
        checks = list(self._checks)
        if self._closing:
            checks.append(Check(name="server", ok=False, message="is stopping"))
        is_ready = all(check.ok for check in checks)
        return Health(status="ready" if is_ready else "unready", version=__version__, checks=checks)

    async def _database(self) -> None:
        await self._studio.store.lines.pools()
        await self._studio.store.database.write(_nothing)

    async def _disk(self) -> None:
        await self._studio.blobs.put(_PROBE, b"")
        await self._studio.blobs.delete(_PROBE)


def health_router(studio: Studio, trust: Trust, closing: Closing, metrics: Metrics) -> APIRouter:
    """Return the routes that supervisors ask. Only the numbers need a key: the rest tells nothing about anybody."""
    router = APIRouter(tags=["health"])
    readiness = Readiness(studio, closing)

    @router.head("/health/live", include_in_schema=False)
    @router.get("/health/live", response_model=Health)
    async def live() -> Response:
        """Say that the program answers."""
        return to_json(Health(status="alive", version=__version__, checks=[]))

    @router.head("/health/ready", include_in_schema=False)
    @router.get(
        "/health/ready",
        response_model=Health,
        responses={503: {"model": Health, "description": "A check says what does not work."}},
    )
    async def ready() -> Response:
        """Say whether jobs can be taken in: the database answers, the disk can be written."""
        health = await readiness.look()
        return to_json(health, 200 if health.status == "ready" else 503)

    @router.get("/health", include_in_schema=False)
    @router.get("/health/", response_model=Health)
    async def overall() -> Response:
        """Say what works and what does not; always 200."""
        return to_json(await readiness.look())

    @router.get(
        "/metrics",
        response_class=Response,
        responses={
            200: {"description": "Prometheus's text format.", "content": {"text/plain": {}}},
            401: refusal("A key of the scope admin is needed."),
        },
    )
    async def numbers(request: Request) -> Response:
        """Count jobs, pools, workers, deliveries and requests, for Prometheus."""
        await trust.require(request, KeyScope.ADMIN)
        return Response(await metrics.write(studio), media_type="text/plain; version=0.0.4; charset=utf-8")

    return router


async def _check(name: str, attempt: Awaitable[None]) -> Check:
    try:
        async with asyncio.timeout(CHECK_S):
            await attempt
    except TimeoutError:
        return Check(name=name, ok=False, message=f"did not answer within {CHECK_S:g} s")
    except OSError as error:
        return Check(name=name, ok=False, message=f"cannot be written: {error.strerror or type(error).__name__}")
    except PinxitError as error:
        return Check(name=name, ok=False, message=str(error))
    return Check(name=name, ok=True, message="works")


def _nothing(tx: Tx) -> None:
    """Pass through the writer without a statement."""
