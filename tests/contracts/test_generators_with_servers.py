"""What every generator promises that asks somebody else: a provider, a server of one's own, a program.

The kinds, and in what each differs and why, are in provider_kinds.py. tests/contracts/test_generators.py has what
generators promise that paint by themselves.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from PIL import Image

from pinxit.domain.errors import PinxitError, Refused, Temporary
from pinxit.domain.generator import Made
from pinxit.domain.seeds import image_seed
from tests.contracts.provider_kinds import KINDS, PROMISED, Kind, Row
from tests.contracts.provider_room import JOB, LONG_S, PROMPT, SEED, Clock, Room
from tests.generators.watching import Notes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pinxit.domain.ids import JobId

ASKED_S = 7
SHORT_S = 0.3
STATUS = {Row.S401: 401, Row.S402: 402, Row.S403: 403, Row.S404: 404, Row.S500: 500}
BODY = {Row.HTML: "<html><title>Just a moment</title></html>", Row.EMPTY: "", Row.CUT: '{"id": "1", "data'}
FAULTS = (*STATUS, *BODY, Row.SPOILT, Row.REFUSED)
FAULTS_OF_EACH = [(kind, fault) for kind in KINDS for fault in FAULTS if kind.promises(fault) is not None]


@pytest.fixture(params=KINDS, ids=str)
async def room(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Room]:
    """Give a kind's room; whatever is done in it, nothing secret is told, and nothing asked that should not be.

    No key and no prompt is in a log line or an error, and no key goes where it does not belong.
    """
    kind: Kind = request.param
    with caplog.at_level(logging.DEBUG), structlog.testing.capture_logs() as events:
        async with kind.server() as server:
            room = Room(kind, server)
            key = server.options().get("api_key") or "no key"
            try:
                yield room
            finally:
                server.go()
                await room.generator.aclose()
    told = [*caplog.messages, *map(str, events), *room.told]
    assert [text for text in told if key in text or PROMPT in text] == []
    assert server.strangers == []


async def test_an_image_comes_whole_and_is_what_it_is_said_to_be(room: Room) -> None:
    notes = Notes()
    (image,) = await room.made(notes)

    with Image.open(io.BytesIO(image.data)) as picture:
        picture.load()
        assert picture.get_format_mimetype() == image.media_type
        assert picture.size == (image.width_px, image.height_px)
    assert (image.job, image.index, image.seed, image.prompt) == (JOB, 0, SEED, PROMPT)
    assert notes.fractions == sorted(notes.fractions)
    assert notes.fractions[-1] == pytest.approx(1.0)
    assert len(room.server.created) == 1


async def test_each_image_has_its_own_seed_and_can_be_made_again_alone(room: Room) -> None:
    series = await room.made(count=3)
    alone = await room.made(count=3, indices=(1,))
    first = await room.made(seed=series[1].seed)

    assert [(image.index, image.seed) for image in series] == [(n, image_seed(SEED, n)) for n in range(3)]
    assert [(image.index, image.seed) for image in alone] == [(1, series[1].seed)]
    repeats = room.kind.promises(Row.REPEATS)
    assert room.generator.capabilities.of(None).repeats == repeats
    assert (alone[0].data == series[1].data == first[0].data) or not repeats
    assert len({hashlib.sha256(image.data).digest() for image in series}) == 3 or not repeats


@pytest.mark.parametrize("asked_px", [(333, 251), (1000, 90)])
async def test_a_size_that_it_does_not_paint_becomes_the_nearest_that_it_does(
    room: Room, asked_px: tuple[int, int]
) -> None:
    wish: dict[str, Any] = {"width_px": asked_px[0], "height_px": asked_px[1]}
    request = room.request(**wish)

    (image,) = await room.made(**wish)

    painted_px = room.kind.promises(Row.SIZE) or (request.width_px, request.height_px)
    assert (image.width_px, image.height_px) == painted_px


async def test_a_negative_prompt_reaches_the_server(room: Room) -> None:
    (image,) = await room.made(negative_prompt="blurry hands")

    order = json.dumps(room.server.created[-1], default=str)
    in_words = room.kind.promises(Row.NEGATIVE) == "in words"
    assert room.generator.capabilities.of(None).negative_in_words == in_words
    assert "blurry hands" in order
    assert ("Avoid: blurry hands." in order) == in_words
    assert ("Avoid: blurry hands." in image.prompt) == in_words


async def test_a_call_that_may_be_billed_is_noted_before_it_leaves(room: Room) -> None:
    orders: list[tuple[str | None, int]] = []

    class Watching(Notes):
        async def sent(self, job: JobId, upstream_id: str | None) -> None:
            await super().sent(job, upstream_id)
            orders.append((upstream_id, len(room.server.created)))

    await room.made(Watching())

    is_billed, is_polled = room.kind.promises(Row.BILLED), room.kind.promises(Row.POLLED)
    assert orders[:1] == [(None, 0)] or not is_billed
    assert [one for one, _ in orders if one is None] == [None] * is_billed
    assert bool(orders and orders[-1][0]) == is_polled


async def test_a_cancelled_job_yields_nothing_and_the_provider_is_told(room: Room) -> None:
    notes, images = Notes(), list[Made]()
    painting = await room.held(notes, images)

    notes.cancelled.add(JOB)
    if not room.kind.promises(Row.HEARS):
        painting.cancel()  # As the worker does after a while.
    await asyncio.wait((painting,))

    assert images == []
    assert painting.cancelled() or painting.result() == []
    async with asyncio.timeout(LONG_S):
        while room.server.cancels < room.kind.promises(Row.CANCELS):  # noqa: ASYNC110 - a killed program is seen later
            await asyncio.sleep(0.001)
    assert room.server.cancels == room.kind.promises(Row.CANCELS)


async def test_a_picture_that_is_too_late_is_asked_for_later(room: Room) -> None:
    room.server.hold()

    error = await room.error(by=room.another(timeout_s=SHORT_S))

    assert isinstance(error, Temporary)
    assert error.unanswered == room.kind.promises(Row.LATE)


@pytest.mark.parametrize(("room", "fault"), FAULTS_OF_EACH, indirect=["room"], ids=str)
async def test_a_fault_is_told_in_its_class_and_the_next_call_works(room: Room, fault: Row) -> None:
    promised = room.kind.promises(fault)
    images: list[Made] = []
    if fault is Row.SPOILT:
        room.server.spoil_next()
    elif fault is Row.REFUSED:
        room.server.refuse_next()
    else:
        room.server.fail_next(STATUS.get(fault, 200), body=BODY.get(fault))

    try:
        images = await room.made()
    except Refused as refused:
        assert refused.code == promised  # noqa: PT017 - one of three good ends
    except PinxitError as error:
        assert type(error) is promised  # noqa: PT017 - one of three good ends
    else:
        assert promised is Made  # It was free, so it was asked again at once.
        assert room.clock.pauses_s
    assert len(images) == (promised is Made)

    assert len(await room.made()) == 1


@pytest.mark.parametrize("room", [it for it in KINDS if it.promises(Row.AGAIN) is not None], indirect=True, ids=str)
async def test_too_many_requests_are_taken_up_when_the_provider_says(room: Room) -> None:
    room.server.fail_next(429, {"Retry-After": f"{ASKED_S}"})

    if room.kind.promises(Row.AGAIN):
        assert len(await room.made()) == 1
        assert max(room.clock.pauses_s) == ASKED_S
    else:
        error = await room.error()
        assert isinstance(error, Temporary)
        assert error.retry_after_s == ASKED_S


async def test_after_a_crash_an_order_is_not_paid_twice(room: Room) -> None:
    stored: list[str] = []
    is_stored = asyncio.Event()

    class Watching(Notes):
        async def sent(self, job: JobId, upstream_id: str | None) -> None:
            await super().sent(job, upstream_id)
            if upstream_id:
                stored.append(upstream_id)
                is_stored.set()

    painting = await room.held(Watching())
    if room.kind.promises(Row.POLLED):
        async with asyncio.timeout(LONG_S):
            await is_stored.wait()
    room.clock.stop()
    room.clock = Clock()
    room.server.go()

    upstream_id = stored[-1] if stored else None
    (image,) = await room.made(upstream_id=upstream_id, by=room.another())
    painting.cancel()
    await asyncio.wait((painting,))

    is_polled = room.kind.promises(Row.POLLED)
    assert bool(upstream_id) == is_polled
    assert len(room.server.created) == (1 if is_polled else 2)
    assert image.seed == SEED
    assert image.data


def test_a_difference_is_one_and_has_its_reason(room: Room) -> None:
    for row, one in room.kind.differs.items():
        assert one.what != PROMISED[row]
        assert one.why
