"""The Broker as a worker sees it over HTTP. `pinxit.web.worker_endpoint` is the other end."""

from __future__ import annotations

import dataclasses
import io
from http import HTTPStatus
from typing import TYPE_CHECKING, Self, TypeVar

import aiohttp

from pinxit.domain.errors import Broken, Code, LeaseLost, Refused, Unavailable
from pinxit.domain.job import Order
from pinxit.queue import wire
from pinxit.queue.wire import Call

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from pinxit.domain.errors import PinxitError
    from pinxit.domain.generator import Made
    from pinxit.domain.ids import ImageId, JobId, PoolName, SourceId, WorkerId
    from pinxit.domain.job import Beat, Ended, Lease

T = TypeVar("T")

ASK_S = 10.0  # How long a small call may take: two of them fit into a lease of 30 s.
CARRY_S = 120.0  # How long an image may be on its way: 25 MB at 2 Mbit/s.


class HttpBroker:
    """A proxy of the server's Broker. Use `async with`; calls may run side by side.

    `base_url`: where the server listens, such as `http://127.0.0.1:8003`; `token`: a key of scope `worker`.
    Whatever does not come from the server's Broker itself is Unavailable, and no error and no log holds the token.
    """

    def __init__(self, base_url: str, token: str, *, ask_s: float = ASK_S, carry_s: float = CARRY_S) -> None:
        self._url = f"{base_url.rstrip('/')}{wire.PATH}"
        self._token = token
        self._ask_s = ask_s
        self._carry_s = carry_s

    async def __aenter__(self) -> Self:
        # No cookies and no proxy from the environment: the token goes to this server and nowhere else.
        self._session = aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {self._token}"}, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._session.close()

    async def claim(
        self, worker: WorkerId, pool: PoolName, *, most: int, loaded: Sequence[str] = (), wait_s: float = 0.0
    ) -> Sequence[Lease]:
        """Take up to `most` compatible jobs; wait up to `wait_s` seconds (at most 30) for the first one.

        Raises Unavailable, and Refused where the server does not take the token. Cancelling hangs up, and the server
        takes back what it was about to give; only an answer that is on its way just then stays out for one lease.
        """
        wait_s = min(wait_s, wire.MAX_WAIT_S)
        asked = wire.Claim(worker, pool, most, tuple(loaded), wait_s)
        return (await self._ask(wire.Leases, Call.CLAIM, asked, wait_s + self._ask_s)).leases

    async def beat(self, worker: WorkerId, beats: Sequence[Beat]) -> Mapping[JobId, Order]:
        """Renew the leases, pass progress on, and return what is to become of each job. Raises Unavailable."""
        answer = await self._ask(wire.Orders, Call.BEAT, wire.Beats(worker, tuple(beats)), self._ask_s)
        # A job that the server does not mention is none of ours.
        return {beat.job: answer.orders.get(beat.job, Order.LOST) for beat in beats}

    async def fetch_source(self, lease: Lease, source: SourceId) -> bytes:
        """Return the bytes of one of the job's sources. Raises LeaseLost, Refused (gone), Unavailable."""
        asked = wire.write(wire.FetchSource(lease, source))
        return await self._post(Call.FETCH_SOURCE, asked, self._carry_s)

    async def put_image(self, lease: Lease, made: Made) -> ImageId:
        """Store one image durably under a fresh id. Raises LeaseLost, Broken (no picture), Unavailable."""
        body = wire.pack(wire.PutImage(lease, dataclasses.replace(made, data=b"")), made.data)
        answer = await self._post(Call.PUT_IMAGE, body, self._carry_s)
        return _understood(wire.Stored, answer).image

    async def finish(self, lease: Lease, ended: Ended) -> None:
        """End the attempt. Raises LeaseLost (then the worker forgets the job), Unavailable."""
        await self._post(Call.FINISH, wire.write(wire.Finish(lease, ended)), self._ask_s)

    async def release(self, worker: WorkerId, leases: Sequence[Lease]) -> None:
        """Give jobs back unpunished. A lease that is not held any more is passed over. Raises Unavailable."""
        await self._post(Call.RELEASE, wire.write(wire.Leases(worker, tuple(leases))), self._ask_s)

    async def _ask(self, answer: type[T], call: Call, asked: object, within_s: float) -> T:
        return _understood(answer, await self._post(call, wire.write(asked), within_s))

    async def _post(self, call: Call, body: bytes, within_s: float) -> bytes:
        try:
            async with self._session.post(
                f"{self._url}/{call}",
                data=io.BytesIO(body),  # Sent in pieces, so that a large image does not hold the loop up.
                timeout=aiohttp.ClientTimeout(total=within_s),
                # A redirect would carry the token to wherever it points.
                allow_redirects=False,
            ) as response:
                status, answer = response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            msg = f"{call}: the server cannot be reached ({type(error).__name__}); see that it runs there"
            raise Unavailable(msg) from error
        if status != HTTPStatus.OK:
            raise _error(call, status, answer)
        return answer


def _error(call: Call, status: int, answer: bytes) -> PinxitError:
    """Return what the server's Broker raised, or Unavailable if somebody else answered."""
    elsewhere = Unavailable(f"{call}: the server answers with status {status}; see its log, and that --url is right")
    try:
        failure = wire.read(wire.Failure, answer)
        if failure.error == wire.LEASE_LOST:
            return LeaseLost()
        if failure.error == wire.BROKEN:
            return Broken(failure.message)
        if failure.error == wire.REFUSED:
            return Refused(Code(failure.code), **failure.facts)
    except (Refused, ValueError):
        return elsewhere
    return elsewhere


def _understood(kind: type[T], answer: bytes) -> T:
    try:
        return wire.read(kind, answer)
    except Refused as error:
        msg = f"the server's answer cannot be read ({error}); give worker and server the same release"
        raise Unavailable(msg) from error
