"""Everything that the Horde can answer instead of a picture: refusals, blackening, faults, kudos, maintenance."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from pinxit.domain.errors import Broken, Code, Refused, Temporary
from pinxit.domain.ids import JobId
from pinxit.domain.request import Mode, Role
from tests.generators.horde_desk import a_task, failure, horde, made
from tests.generators.http_room import HurriedClock
from tests.generators.watching import Notes
from tests.providers.horde_server import ANONYMOUS, HordeServer, a_webp

if TYPE_CHECKING:
    from collections.abc import Callable

    from pinxit.domain.generator import Made


def _rc(code: str, message: str = "A fox.") -> str:
    return json.dumps({"message": message, "rc": code})


def _note(value: str, kind: str = "censorship") -> dict[str, Any]:
    return {"generation": {"gen_metadata": [{"type": kind, "value": value}], "censored": kind == "censorship"}}


async def test_a_refusal_and_a_blackened_picture_are_moderation_in_every_form() -> None:
    forms: list[tuple[dict[str, Any] | None, str]] = [
        (None, "terms"),
        (_note("csam"), "csam"),
        (_note("nsfw"), "nsfw"),
        (_note("a fox"), "nsfw"),
        ({"generation": {"gen_metadata": [{"type": "censorship", "value": "a fox"}]}}, "nsfw"),
        ({"generation": {"censored": True, "gen_metadata": None}}, "nsfw"),
    ]
    async with HordeServer() as server, horde(server) as generator:
        for ending, category in forms:
            if ending is None:
                server.refuse_next()
            else:
                server.endings = [ending]
            error = await failure(generator)

            assert isinstance(error, Refused), ending
            facts = {"generator": "volunteers", "categories": [category]}
            assert (error.code, error.facts) == (Code.MODERATED, facts)


async def test_other_notes_on_a_picture_are_no_refusal() -> None:
    async with HordeServer() as server, horde(server) as generator:
        server.endings = [_note("download_failed", "lora")]
        assert len(await made(generator)) == 1


async def test_what_waiting_does_not_cure_is_broken_with_its_cure() -> None:
    forms = [
        (401, None, "does not know the key; correct generators.volunteers.api_key"),
        (403, _rc("KudosUpfront"), "asks for kudos for a picture of this size"),
        (403, _rc("UntrustedUnsafeIP"), "as it looks like a VPN's"),
        (403, _rc("BannedClientAgent"), "set generators.volunteers.contact to an address of yours"),
        (400, _rc("UnsupportedModel"), "does not let this model do that; name another model"),
        (400, _rc("UnsupportedSampler"), "does not have this sampler"),
        (400, _rc("Whatever"), "does not accept the request (400)"),
        (403, "<html>a fox</html>", "does not let the key do this (403)"),
        (202, "<html>a fox</html>", "no JSON"),
        (202, "[]", "answers with something else than the Horde does"),
        (202, '{"id": "../../a fox"}', "answers without the number of a request"),
    ]
    async with HordeServer() as server, horde(server) as generator:
        for status, body, said in forms:
            server.fail_next(status, body=body)
            error = await failure(generator)

            assert isinstance(error, Broken), said
            assert said in str(error)
        assert server.created == []


async def test_what_passes_tells_when() -> None:
    forms: list[tuple[int, dict[str, str], str, float | None]] = [
        (400, {}, _rc("MaintenanceMode"), 60.0),
        (503, {"Retry-After": "90"}, _rc("MaintenanceMode"), 90.0),
        (400, {}, _rc("NoValidWorkers"), 600.0),
        (403, {}, _rc("TimeoutIP", "your IP address has been put into timeout for 345 more seconds. Please"), 345.0),
        (403, {}, _rc("TimeoutIP"), 600.0),
        (429, {"Retry-After": "120"}, _rc("TooManyPrompts"), 120.0),
        (429, {"Retry-After": "45"}, "<html>", 45.0),
    ]
    async with HordeServer() as server, horde(server) as generator:
        for status, headers, body, after_s in forms:
            server.fail_next(status, headers, body)
            error = await failure(generator)

            assert isinstance(error, Temporary), body
            assert (error.retry_after_s, error.unanswered) == (after_s, False)
        assert server.created == []


async def test_a_short_pause_is_waited_for_and_the_request_made_again() -> None:
    clock = HurriedClock()
    async with HordeServer() as server, horde(server, clock) as generator:
        server.fail_next(429, {"Retry-After": "7"})
        server.fail_next(500)
        assert len(await made(generator)) == 1

    assert clock.pauses_s[1] == 7.0
    assert len(server.created) == 1


async def test_what_nobody_can_paint_is_given_up_and_said() -> None:
    async with HordeServer() as server, horde(server) as generator:
        server.endings = [{"is_possible": False}, {"is_possible": False, "processing": 1}]
        error = await failure(generator)
        assert len(await made(generator)) == 1

    assert isinstance(error, Broken)
    assert "nobody now who paints with this model in this size; name another model" in str(error)
    assert server.cancels == 1


@pytest.mark.parametrize("ending", [{"faulted": True}, {"is_gone": True}, {"generation": None}])
async def test_what_is_lost_is_asked_for_once_more(ending: dict[str, Any]) -> None:
    async with HordeServer() as server, horde(server) as generator:
        server.endings = [ending]
        assert len(await made(generator)) == 1
        assert len(server.created) == 2
        server.endings = [ending, ending]
        error = await failure(generator)

    assert isinstance(error, Temporary)
    assert "lost the picture 2 times" in str(error)


async def test_a_wait_that_never_ends_ends_at_its_limit_and_is_given_up() -> None:
    async with HordeServer() as server, horde(server, timeout_s=10.0) as generator:
        server.hold()
        error = await failure(generator)

    assert isinstance(error, Temporary)
    assert "has not finished within 10 s" in str(error)
    assert server.cancels == 1


async def test_a_picture_that_is_none_or_another_one_is_broken() -> None:
    small = a_webp({"seed": "1", "width": 32, "height": 64})
    forms: list[tuple[dict[str, Any], str]] = [
        ({"img": "a fox"}, "a picture that is no base64"),
        ({"img": _base64(small)}, "a picture of another size, 32x64 for 64x64"),
        ({"img": _base64(b"a fox")}, "no PNG, JPEG, WebP or GIF"),
        ({"img": "http://10.0.0.1/a.webp"}, "by an address that is not asked"),
        ({"img": "https://127.0.0.1/a.webp"}, "by an address that is not asked"),
    ]
    async with HordeServer() as server, horde(server) as generator:
        server.spoil_next()
        assert str(await failure(generator)) == "volunteers sent a broken picture, or only a part of one"
        for changes, said in forms:
            server.endings = [{"generation": changes}]
            error = await failure(generator)

            assert isinstance(error, Broken), changes
            assert said in str(error)


async def test_a_picture_in_the_answer_itself_is_taken_too() -> None:
    # Its base64 holds the anonymous key, which is no secret and stays as it is.
    data = a_webp({"seed": "1", "width": 64, "height": 64})
    data += bytes(-len(data) % 3) + b"\xd3\x4d\x34" * 5
    assert ANONYMOUS in _base64(data)
    async with HordeServer() as server, horde(server, api_key=ANONYMOUS) as generator:
        server.endings = [{"generation": {"img": _base64(data)}}]
        (image,) = await made(generator)

    assert image.data == data


async def test_images_that_came_are_kept_when_another_one_fails() -> None:
    async with HordeServer() as server, horde(server) as generator:
        images: list[Made] = []
        server.endings = [{}, {"generation": {"censored": True}}, {}]
        error = await failure(generator, a_task(count=3), None, images)

    assert isinstance(error, Refused)
    assert len(images) == 2


async def test_a_source_that_is_missing_is_refused_before_any_call() -> None:
    picture = {Role.IMAGE: Image.new("RGB", (8, 8))}
    async with HordeServer() as server, horde(server) as generator:
        for task, field in ((a_task(mode=Mode.IMG2IMG), "images"), (a_task(picture, mode=Mode.INPAINT), "mask")):
            error = await failure(generator, task)

            assert isinstance(error, Refused)
            assert (error.code, error.facts["field"]) == (Code.SOURCE_MISSING, field)
        assert server.created == []


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


@pytest.mark.parametrize("wait_s", [10**400, "soon"])
async def test_a_wait_that_is_no_wait_is_passed_over(wait_s: object) -> None:
    notes = Notes()
    async with HordeServer() as server, horde(server) as generator:
        server.looks_until_done = 3
        server.endings = [{"wait_time": wait_s}]
        assert len(await made(generator, None, notes)) == 1

    assert notes.fractions == sorted(notes.fractions)
    assert max(notes.fractions) == 1.0


async def test_of_a_job_that_is_cancelled_nothing_more_is_asked() -> None:
    notes = Notes()
    clock = TurningClock(lambda: notes.cancelled.add(JobId("job")))
    async with HordeServer() as server, horde(server, clock) as generator:
        assert await made(generator, a_task(count=5), notes) == []

    assert len(server.created) == 1
    assert server.cancels == 1


class TurningClock(HurriedClock):
    """A clock that calls once at its first real pause, which is the one between two requests."""

    def __init__(self, turn: Callable[[], object]) -> None:
        super().__init__()
        self._turn = turn

    async def sleep(self, seconds: float) -> None:
        if seconds:
            self._turn()
        await super().sleep(seconds)
