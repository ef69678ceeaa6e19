"""Replicate, or whoever answers in its place, says what is not to be believed."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from pinxit.domain.errors import Broken, ConfigError, Refused, Temporary
from pinxit.domain.generator import Task
from pinxit.generators.catalogue import Catalogue
from pinxit.generators.registry import build
from tests.fakes import FakeClock
from tests.generators.replicate_room import SMALL, failure, made, painter
from tests.generators.watching import Notes
from tests.generators.webui import a_task, as_png
from tests.providers.replicate_server import KEY, VERSION, ReplicateServer

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.domain.generator import Made

HUGE = 10**400  # JSON allows it, and no float holds it.


@pytest.fixture
def by_time(tmp_path: Path) -> dict[str, Any]:
    """Return the options for a model that costs a thousandth of a dollar a second, and two a picture by the list."""
    own = tmp_path / "catalogue.toml"
    own.write_text(
        f'[replicate."me/mine"]\nprice = {{ image = 0.002 }}\n[replicate."me/mine".extra]\n'
        f'version = "{VERSION}"\ndollars_per_second = 0.001\n'
        'fields = { prompt = "prompt", seed = "seed", width = "width", height = "height" }\n'
    )
    return {"catalogue": Catalogue.load(own), "model": "me/mine"}


@pytest.mark.parametrize("seconds", [-1, 1e30, HUGE, True, "2", [2.5], None])
async def test_seconds_that_cannot_be_are_booked_as_the_catalogue_has_it(
    by_time: dict[str, Any], seconds: object
) -> None:
    notes = Notes()
    async with ReplicateServer() as server, painter(server, **by_time) as generator:
        server.said = {"metrics": {"predict_time": seconds}}
        assert len(await made(generator, a_task(**SMALL), notes)) == 1

    assert notes.charged_micro == [2000]


async def test_a_picture_that_is_spoilt_is_paid_for(by_time: dict[str, Any]) -> None:
    notes = Notes()
    async with ReplicateServer() as server, painter(server, **by_time) as generator:
        server.spoil_next()
        assert isinstance(await failure(generator, notes=notes), Broken)

    assert notes.charged_micro == [2500]


async def test_what_came_is_paid_for_though_another_image_is_refused() -> None:
    notes, kept = Notes(), list["Made"]()
    async with ReplicateServer() as server, painter(server) as generator:
        server.refuse_next()
        await failure(generator, a_task(indices=(0, 1, 2), **SMALL), notes, kept)

    assert len(kept) == 2
    assert notes.charged_micro == [3000, 3000]


@pytest.mark.parametrize("after_s", [1e30, HUGE, -1, True, "10", [10]])
async def test_a_pause_that_cannot_be_is_the_queues_to_choose(after_s: object) -> None:
    async with ReplicateServer() as server, painter(server) as generator:
        for _ in range(4):
            server.fail_next(429, body=json.dumps({"retry_after": after_s}))
        found = await failure(generator)

    assert isinstance(found, Temporary)
    assert found.retry_after_s is None


@pytest.mark.parametrize("output", [None, 7, {}, [], [[]], [["https://replicate.delivery/x.png"]], [None], ""])
async def test_an_output_of_another_form_is_no_picture(output: object) -> None:
    async with ReplicateServer() as server, painter(server) as generator:
        server.said = {"output": output}
        found = await failure(generator)

    assert str(found) == "rep has ended without a picture"


async def test_an_output_may_be_the_picture_itself() -> None:
    picture = as_png(Image.new("RGB", (512, 512), "teal"))
    async with ReplicateServer() as server, painter(server) as generator:
        server.said = {"output": [f"data:image/png;base64,{base64.b64encode(picture).decode()}"]}
        (image,) = await made(generator, a_task(**SMALL))
        server.said = {"output": "data:image/png;base64,a private text"}
        found = await failure(generator)

    assert image.data == picture
    assert str(found) == "rep answers with a picture that is no base64"


async def test_a_file_that_is_gone_after_a_crash_is_ordered_again() -> None:
    first, again = Notes(), Notes()
    async with ReplicateServer() as server, painter(server) as generator:
        task = a_task(**SMALL)
        await made(generator, task, first)
        server.are_files_gone = True
        found = await failure(
            generator, Task(task.job, task.request, task.indices, task.sources, first.sent_ids[-1]), again
        )

    assert "a finished picture cannot be fetched" in str(found)  # The second order's: nobody orders for ever.
    assert len(server.created) == 2
    assert again.sent_ids[:2] == [first.sent_ids[-1], None]


async def test_an_order_that_is_found_again_is_booked_with_the_attempt_that_found_it() -> None:
    first, again = Notes(), Notes()
    async with ReplicateServer() as server, painter(server) as generator:
        task = a_task(**SMALL)
        await made(generator, task, first)
        resumed = Task(task.job, task.request, task.indices, task.sources, first.sent_ids[-1])
        assert len(await made(generator, resumed, again)) == 1

    assert again.sent_ids == [first.sent_ids[-1]]
    assert again.charged_micro == [3000]


@pytest.mark.parametrize("upstream_id", ["[" * 100_000, '{"' + "9" * 5000 + '": "x"}'])
async def test_garbage_that_was_noted_is_passed_over(upstream_id: str) -> None:
    task = a_task(**SMALL)
    async with ReplicateServer() as server, painter(server) as generator:
        found = await made(generator, Task(task.job, task.request, task.indices, task.sources, upstream_id))

    assert len(found) == 1


async def test_an_endless_address_is_neither_asked_nor_noted() -> None:
    notes = Notes()
    async with ReplicateServer() as server, painter(server) as generator:
        server.said = {"urls": {"get": f"{server.url}/v1/predictions/{'x' * 3000}"}}
        assert isinstance(await failure(generator, notes=notes), Broken)

    assert notes.sent_ids == [None]


async def test_a_refusal_counts_more_than_what_may_pass() -> None:
    async with ReplicateServer() as server, painter(server) as generator:
        server.ends = [("failed", "Prediction interrupted (code: PA)"), ("failed", "NSFW content detected.")]
        found = await failure(generator, a_task(indices=(0, 1), **SMALL))

    assert isinstance(found, Refused)


@pytest.mark.parametrize("timeout_s", [float("nan"), float("inf")])
def test_a_time_that_never_ends_is_no_setting(timeout_s: float) -> None:
    with pytest.raises(ConfigError, match=r"generators\.rep\.timeout_s is .*; write a number"):
        build("rep", "replicate", {"api_key": KEY, "timeout_s": timeout_s}, FakeClock())


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        ('modes = ["img2img"]', "image"),
        ('modes = ["inpaint"]\nsteps = [4, 8]', "image"),
        ('negative = "yes"', "negative"),
        ("steps = [4, 8]", "steps"),
        ("guidance = 3.0", "guidance"),
    ],
)
def test_an_own_model_that_would_drop_what_is_asked_is_an_error(tmp_path: Path, entry: str, word: str) -> None:
    own = tmp_path / "catalogue.toml"
    own.write_text(f'[replicate."me/mine"]\n{entry}\n[replicate."me/mine".extra]\nfields = {{ prompt = "prompt" }}\n')

    with pytest.raises(ConfigError, match=f"extra.fields has no {word}, which the model's entry promises"):
        build("rep", "replicate", {"api_key": KEY, "model": "me/mine"}, FakeClock(), Catalogue.load(own))
