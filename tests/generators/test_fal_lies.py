"""fal, or whoever answers in its place, says what is not to be believed, or ends at a bad moment."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from pinxit.domain.errors import Broken, Code, ConfigError, LeaseLost, Refused, Temporary
from pinxit.domain.request import Mode
from pinxit.generators.catalogue import Catalogue
from pinxit.generators.registry import build
from tests.fakes import FakeClock
from tests.generators.flux_room import JOB, a_task, failure, made, painter
from tests.generators.watching import Notes
from tests.providers.fal_server import KEY, FalServer, typed

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.domain.generator import Made
    from pinxit.domain.ids import JobId


async def test_a_request_that_nobody_else_knows_of_is_taken_back() -> None:
    class Lost(Notes):
        async def sent(self, job: JobId, upstream_id: str | None) -> None:
            await super().sent(job, upstream_id)
            if upstream_id:
                raise LeaseLost(job)

    async with FalServer(polls=1) as server:
        error = await failure("fal", server, a_task(steps=4), Lost())

    assert isinstance(error, LeaseLost)
    assert (len(server.created), server.cancels) == (1, 1)


@pytest.mark.parametrize("is_unwanted", [True, False])
async def test_who_is_stopped_takes_back_what_nobody_wants_and_nothing_else(is_unwanted: bool) -> None:  # noqa: FBT001
    notes = Notes()
    async with FalServer() as server, painter("fal", server) as generator:
        server.hold()
        painting = asyncio.ensure_future(made(generator, a_task(steps=4), notes))
        await server.holding.wait()
        if is_unwanted:
            notes.cancelled.add(JOB)
        painting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await painting

    assert server.cancels == int(is_unwanted)


async def test_a_finished_picture_that_cannot_be_fetched_is_paid_for() -> None:
    notes = Notes()
    async with FalServer() as server:
        server.files_with = 503
        error = await failure("fal", server, a_task(steps=4), notes)

    assert isinstance(error, Temporary)
    assert notes.charged_micro == [3000]


async def test_a_finished_request_whose_answer_does_not_come_may_have_been_paid() -> None:
    async with FalServer() as server:
        server.end_next(502, {}, "<html>")
        error = await failure("fal", server, a_task(steps=4))

    assert isinstance(error, Temporary)
    assert error.unanswered


async def test_what_came_is_paid_for_though_another_image_is_refused() -> None:
    notes, images = Notes(), list["Made"]()
    async with FalServer() as server, painter("fal", server) as generator:
        server.end_next(422, {}, typed("content_policy_violation"))
        with pytest.raises(Refused):
            await made(generator, a_task(steps=4, indices=(0, 1, 2)), notes, images)

    assert len(images) == 2
    assert notes.charged_micro == [3000, 3000]


async def test_a_refusal_counts_more_than_what_may_pass() -> None:
    async with FalServer() as server:
        server.end_next(500, {}, typed("internal_server_error"))
        server.end_next(422, {}, typed("content_policy_violation"))
        error = await failure("fal", server, a_task(steps=4, indices=(0, 1)))

    assert isinstance(error, Refused)


async def test_an_endless_address_is_neither_asked_nor_noted() -> None:
    notes = Notes()
    async with FalServer() as server:
        server.urls = {"status_url": f"{server.url}/{'x' * 3000}"}
        error = await failure("fal", server, a_task(steps=4), notes)

    assert isinstance(error, Broken)
    assert notes.sent_ids == [None]


async def test_an_answer_of_megabytes_is_no_state_of_a_request() -> None:
    async with FalServer() as server:
        server.said = {"logs": "x" * 2**21}
        error = await failure("fal", server, a_task(steps=4))

    assert str(error).startswith("flux answers with more than the 1048576 bytes that are taken")


@pytest.mark.parametrize(
    "body",
    [
        '{"images": [[{"url": "https://v3.fal.media/x.png"}]]}',
        '{"images": {"url": "https://v3.fal.media/x.png"}}',
        '{"images": [null]}',
        '{"images": [{"url": 5}]}',
        "null",
        "7",
    ],
)
async def test_an_output_of_another_form_is_no_picture(body: str) -> None:
    async with FalServer() as server:
        server.end_next(200, {}, body)
        error = await failure("fal", server, a_task(steps=4))

    assert str(error) == "flux answers without a picture"


@pytest.mark.parametrize("flags", [True, [True], [1]])
async def test_every_form_of_the_filters_flag_is_a_refusal(flags: object) -> None:
    said = {"images": [{"url": "https://v3.fal.media/x.png"}], "has_nsfw_concepts": flags}
    async with FalServer() as server:
        server.end_next(200, {}, json.dumps(said))
        error = await failure("fal", server, a_task(steps=4))

    assert isinstance(error, Refused)
    assert error.code is Code.MODERATED


@pytest.mark.parametrize("upstream_id", ["[" * 100_000, '{"' + "9" * 5000 + '": 1}'])
async def test_garbage_that_was_noted_is_passed_over(upstream_id: str) -> None:
    async with FalServer() as server, painter("fal", server) as generator:
        assert len(await made(generator, a_task(steps=4, upstream_id=upstream_id))) == 1


async def test_a_style_or_a_picture_that_is_missing_is_refused() -> None:
    async with FalServer() as server:
        error = await failure("fal", server, a_task(mode=Mode.IMG2IMG, model="fal-ai/flux-2-max/edit"))

    assert isinstance(error, Refused)
    assert error.code is Code.SOURCE_MISSING
    assert server.created == []


@pytest.mark.parametrize("timeout_s", [float("nan"), float("inf")])
def test_a_time_that_never_ends_is_no_setting(timeout_s: float) -> None:
    with pytest.raises(ConfigError, match=r"generators\.flux\.timeout_s is .*; write a number"):
        build("flux", "fal", {"api_key": KEY, "timeout_s": timeout_s}, FakeClock())


def test_an_own_model_whose_pictures_would_be_dropped_is_an_error(tmp_path: Path) -> None:
    own = tmp_path / "catalogue.toml"
    own.write_text('[fal."me/inpaint"]\nmodes = ["inpaint"]\n[fal."me/inpaint".extra]\nimage = "image_url"\n')
    options: dict[str, Any] = {"api_key": KEY, "model": "me/inpaint"}

    with pytest.raises(ConfigError, match="mask is missing; name the field of its mask"):
        build("flux", "fal", options, FakeClock(), Catalogue.load(own))
