"""The Broker over HTTP keeps the contract, and takes nothing from anybody else."""

from __future__ import annotations

import asyncio
import itertools
import json
import socket
import traceback
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from fastapi import FastAPI, Request, Response

from pinxit.data.keys import KeyScope
from pinxit.domain.errors import Code, Refused, Unavailable
from pinxit.domain.generator import Made
from pinxit.domain.ids import JobId, SourceId
from pinxit.domain.job import Beat, Ended, Lease, Order, Outcome
from pinxit.queue import wire
from pinxit.queue.http_broker import HttpBroker
from pinxit.queue.wire import PATH, Call
from tests.builders import a_request
from tests.contracts.broker_contract import ANN, BOB, LONG_S, BrokerContract, until_known
from tests.contracts.shop import POOL, open_shop
from tests.contracts.worker_server import serve, worker_app

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from tests.contracts.shop import Shop


LEASE = Lease(JobId("j"), 1, 1, POOL, ANN, a_request(), (0,), 300.0)
MADE = Made(JobId("j"), 0, b"", "image/png", 64, 64, 7, "a fox", "m", "h", {"a": 1})
CALLS: dict[Call, dict[str, Any]] = {
    call: json.loads(wire.write(asked))
    for call, asked in {
        Call.CLAIM: wire.Claim(ANN, POOL, 1, ("model",), 0.0),
        Call.BEAT: wire.Beats(ANN, (Beat(JobId("j"), 1, 0.5, b"jpeg", sent=True, upstream_id="call"),)),
        Call.FETCH_SOURCE: wire.FetchSource(LEASE, SourceId("s")),
        Call.PUT_IMAGE: wire.PutImage(LEASE, MADE),
        Call.FINISH: wire.Finish(LEASE, Ended(Outcome.ADVANCED, "code", {"a": 1}, "why", 1.0, 1, request=a_request())),
        Call.RELEASE: wire.Leases(ANN, (LEASE,)),
    }.items()
}
NOT_JSON = [b"", b"null", b"[]", b"1", b"{", b"\xff\xfe", b"NaN", b"[" * 200_000, b"9" * 10_000, b"\xff\xff\xff\xff{}"]
WRONG_VALUES: list[Any] = [
    None,
    True,
    -1,
    1.5,
    2**80,
    1e400,
    "",
    "\ud800",
    "a\x00b",
    [],
    {},
    [[]],
    {"a": {}},
    "x" * 100_000,
]


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(tmp_path) as shop:
        yield shop


@pytest.fixture
async def url(shop: Shop) -> AsyncIterator[str]:
    async with serve(worker_app(shop.local, shop.store.keys, shop.clock)) as url:
        yield url


@pytest.fixture
async def token(shop: Shop) -> str:
    return await _a_key(shop, KeyScope.WORKER)


@pytest.fixture
async def http(token: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:
        yield session


class TestBrokerOverHttp(BrokerContract):
    """Every test of the contract."""

    @pytest.fixture
    async def broker(self, url: str, token: str) -> AsyncIterator[HttpBroker]:
        async with HttpBroker(url, token) as broker:
            yield broker


async def test_no_call_is_answered_without_a_key_of_scope_worker(shop: Shop, url: str) -> None:
    other = await _a_key(shop, KeyScope.SUBMIT, KeyScope.ADMIN)
    keys = {None: (401, "key_missing"), "pinxit_guess": (401, "key_invalid"), other: (403, "scope_missing")}

    async with aiohttp.ClientSession() as session:
        for call, (key, expected) in itertools.product(Call, keys.items()):
            headers = {} if key is None else {"Authorization": f"Bearer {key}"}
            async with session.post(f"{url}{PATH}/{call}", json=CALLS[call], headers=headers) as answer:
                assert (answer.status, (await answer.json())["code"]) == expected


async def test_a_refused_key_is_refused_to_the_worker_and_never_shown(url: str) -> None:
    async with HttpBroker(url, "pinxit_secret") as broker:
        with pytest.raises(Refused) as refused:
            await broker.claim(ANN, POOL, most=1)

    assert refused.value.code is Code.KEY_INVALID
    assert "pinxit_secret" not in "".join(traceback.format_exception(refused.value))


async def test_a_body_that_is_no_json_is_refused(http: aiohttp.ClientSession, url: str) -> None:
    for call, body in itertools.product(Call, NOT_JSON):
        async with http.post(f"{url}{PATH}/{call}", data=body) as answer:
            assert answer.status in (400, 422), body[:20]
            assert (await answer.json())["success"] is False


@pytest.mark.parametrize("call", list(Call))
async def test_a_wrong_value_anywhere_is_never_a_server_error(
    http: aiohttp.ClientSession, url: str, call: Call
) -> None:
    refused = 0
    for body in _spoiled(CALLS[call]):
        text = json.dumps(body).replace("Infinity", "1e400").encode()
        data = len(text).to_bytes(4) + text + b"png" if call is Call.PUT_IMAGE else text
        async with http.post(f"{url}{PATH}/{call}", data=data) as answer:
            refused += answer.status != 200
            assert answer.status < 500, body

    assert refused > 10


async def test_a_number_beyond_all_numbers_is_refused(http: aiohttp.ClientSession, url: str) -> None:
    for number in (b"1e400", b"-1e400", b"NaN", b"Infinity"):
        body = b'{"worker": ":ann", "beats": [{"job": "j", "fence": 1, "progress": %s}]}' % number
        async with http.post(f"{url}{PATH}/beat", data=body) as answer:
            assert answer.status in (400, 422)


async def test_a_body_beyond_the_limit_is_refused_while_it_arrives(shop: Shop, token: str) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield bytes(2**16)

    app = worker_app(shop.local, shop.store.keys, shop.clock, max_body_bytes=2**20)
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        serve(app) as url,
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{url}{PATH}/put_image", data=endless()) as answer,
    ):
        assert answer.status == 413
        assert (await answer.json())["code"] == Code.BODY_TOO_LARGE


async def test_a_job_is_not_given_to_a_worker_that_hung_up(shop: Shop, url: str, token: str) -> None:
    async with HttpBroker(url, token) as gone:
        claiming = asyncio.create_task(gone.claim(ANN, POOL, most=1, wait_s=LONG_S))
        await until_known(shop, ANN)
        claiming.cancel()
        await asyncio.wait({claiming})

    job = await shop.submit()

    async with HttpBroker(url, token) as broker, asyncio.timeout(LONG_S / 2):
        (lease,) = await broker.claim(BOB, POOL, most=1, wait_s=LONG_S)
    assert lease.job == job
    assert await shop.local.beat(BOB, [Beat(job, lease.fence)]) == {job: Order.KEEP}


async def test_a_redirect_is_not_followed_and_the_token_stays_here(token: str) -> None:
    asked: list[str] = []

    async def elsewhere(request: Request) -> Response:
        asked.append(request.url.path)
        return Response(status_code=307, headers={"Location": "/stolen"})

    app = FastAPI(openapi_url=None)
    app.add_api_route("/{path:path}", elsewhere, methods=["POST", "GET"])
    async with serve(app) as url, HttpBroker(url, token) as broker:
        with pytest.raises(Unavailable, match="307") as unavailable:
            await broker.claim(ANN, POOL, most=1)

    assert asked == [f"{PATH}/claim"]
    assert token not in str(unavailable.value)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>"),
        (200, b"{}"),
        (404, b""),
        (409, b"{}"),
        (422, b'{"error": "refused", "code": "?"}'),
        (502, b"x"),
    ],
)
async def test_an_answer_that_is_not_our_servers_is_unavailable(token: str, status: int, body: bytes) -> None:
    async def answer() -> Response:
        return Response(body, status)

    app = FastAPI(openapi_url=None)
    app.add_api_route("/{path:path}", answer, methods=["POST"])
    async with serve(app) as url, HttpBroker(url, token) as broker:
        with pytest.raises(Unavailable):
            await broker.claim(ANN, POOL, most=1)


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with HttpBroker(url, "pinxit_secret") as broker:
        with pytest.raises(Unavailable, match="claim: the server cannot be reached"):
            await broker.claim(ANN, POOL, most=1)


async def test_a_server_that_says_nothing_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with HttpBroker(url, "pinxit_secret", ask_s=0.05) as broker:
            with pytest.raises(Unavailable, match="TimeoutError"):
                await broker.beat(ANN, [])


async def _a_key(shop: Shop, *scopes: KeyScope) -> str:
    _, secret = await shop.store.keys.create("test", scopes, shop.clock.now())
    return secret


def _spoiled(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give copies of a body with one value taken away or replaced by each wrong one, at every depth."""
    for key, value in body.items():
        yield {other: kept for other, kept in body.items() if other != key}
        for wrong in WRONG_VALUES:
            yield {**body, key: wrong}
        if isinstance(value, dict):
            for inner in _spoiled(value):
                yield {**body, key: inner}
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for inner in _spoiled(value[0]):
                yield {**body, key: [inner]}
