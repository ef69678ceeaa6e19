"""AI Horde: the exact calls, waiting, going on after a crash, and giving up."""

from __future__ import annotations

import asyncio
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from pinxit import __version__
from pinxit.domain.errors import Code, ConfigError, LeaseLost, Refused
from pinxit.domain.generator import Checks
from pinxit.domain.ids import JobId
from pinxit.domain.request import Mode, Outpaint, Role
from pinxit.generators.horde.calls import Look
from pinxit.generators.horde.jobs import Progress
from pinxit.generators.registry import build
from tests.builders import a_request
from tests.fakes import FakeClock
from tests.generators.horde_desk import PROMPT, a_task, failure, horde, made
from tests.generators.http_room import HurriedClock
from tests.generators.watching import Notes
from tests.providers.horde_server import ANONYMOUS, HordeServer, opened

if TYPE_CHECKING:
    from pinxit.domain.generator import Made

RED = Image.new("RGB", (64, 64), "red")


async def test_a_picture_is_asked_for_looked_at_and_fetched_once() -> None:
    async with HordeServer() as server, horde(server, contact="https://example.org/bot") as generator:
        notes = Notes()
        (image,) = await made(generator, a_task(seed=2**32 - 1, negative_prompt="blur"), notes)
        ((number, wanted),) = server.requests.items()

    assert server.created == [
        {
            "prompt": f"{PROMPT} ### blur",
            "params": {
                "sampler_name": "k_euler_a",
                "cfg_scale": 7.0,
                "steps": 25,
                "width": 64,
                "height": 64,
                "seed": "4294967295",
                "n": 1,
                "karras": True,
            },
            "models": ["AlbedoBase XL (SDXL)"],
            "nsfw": False,
            "censor_nsfw": True,
            "trusted_workers": False,
            "replacement_filter": False,
            "slow_workers": True,
            "allow_downgrade": False,
            "shared": False,
            "r2": True,
        }
    ]
    assert server.agents == [f"Pinxit:{__version__}:https://example.org/bot"]
    assert (image.width_px, image.height_px, image.media_type) == (64, 64, "image/webp")
    assert (image.seed, image.prompt, image.model) == (2**32 - 1, PROMPT, "AlbedoBase XL (SDXL)")
    assert notes.sent_ids == [json.dumps({"0": number})]
    assert notes.charged_micro == []
    assert (wanted.looks, wanted.fetches) == (2, 1)
    assert server.cancels == 0


async def test_options_model_sampler_and_clip_skip_are_said_and_marks_in_a_prompt_are_text() -> None:
    options: dict[str, Any] = {
        "nsfw": True,
        "trusted_workers": True,
        "replacement_filter": True,
        "model": "Dreamshaper",
    }
    async with HordeServer() as server, horde(server, **options) as generator:
        task = a_task(prompt="a fox ### a bear", negative_prompt="####", sampler="DDIM", clip_skip=2)
        (image,) = await made(generator, task)

    (body,) = server.created
    assert (body["nsfw"], body["censor_nsfw"]) == (True, False)
    assert (body["trusted_workers"], body["replacement_filter"]) == (True, True)
    assert body["models"] == ["Dreamshaper"]
    assert body["prompt"] == "a fox # # # a bear ### # # ##"
    assert image.prompt == "a fox # # # a bear"
    assert (body["params"]["sampler_name"], body["params"]["clip_skip"]) == ("DDIM", 2)


async def test_a_model_without_negative_prompts_is_told_in_words() -> None:
    async with HordeServer() as server, horde(server) as generator:
        task = a_task(model="flux.1-schnell FP8 (Compact)", negative_prompt="blur", steps=4)
        (image,) = await made(generator, task)

    assert server.created[0]["prompt"] == image.prompt == f"{PROMPT} Avoid: blur."
    assert server.created[0]["models"] == ["Flux.1-Schnell fp8 (Compact)"]
    assert server.created[0]["params"]["sampler_name"] == "k_euler"


async def test_images_are_requests_of_their_own_apart_in_time_and_come_in_order() -> None:
    clock = HurriedClock()
    async with HordeServer() as server, horde(server, clock) as generator:
        notes = Notes()
        images = await made(generator, a_task(count=3, seed=5), notes)

    assert [(image.index, image.seed) for image in images] == [(0, 5), (1, 6), (2, 7)]
    assert sorted(body["params"]["seed"] for body in server.created) == ["5", "6", "7"]
    assert json.loads(notes.sent_ids[-1] or "").keys() == {"0", "1", "2"}
    assert notes.fractions == sorted(notes.fractions)
    assert notes.fractions[-1] == 1.0
    assert all(pause_s >= 1.0 for pause_s in clock.pauses_s if pause_s > 0.7)


async def test_two_requests_leave_no_faster_than_the_horde_takes_them() -> None:
    clock, notes = FakeClock(), Notes()
    async with HordeServer() as server, horde(server, clock) as generator, asyncio.TaskGroup() as group:
        group.create_task(made(generator, a_task(count=2), notes))
        await clock.sleepers(2)  # The first waits before it looks again, the second before it asks.
        await clock.advance(0.69)
        assert len(server.created) == 1
        await clock.advance(0.02)
        await clock.sleepers(2)  # Both wait before they look again.
        assert len(server.created) == 2
        notes.cancelled.add(JobId("job"))
        await clock.advance(1.0)


async def test_looks_are_a_second_apart_at_least_and_waiting_is_shown() -> None:
    clock = HurriedClock()
    async with HordeServer() as server, horde(server, clock) as generator:
        server.looks_until_done, notes = 5, Notes()
        await made(generator, None, notes)

    assert clock.pauses_s == [0.0, 1.0, 1.0, 2.0, 2.0]
    # 15 s are foretold first, then 10, 5 and none.
    assert notes.fractions == [0.0, pytest.approx(0.3), pytest.approx(0.6), pytest.approx(0.9), 0.9, 1.0]


def test_progress_never_falls_however_the_wait_grows() -> None:
    notes = Notes()
    progress = Progress(a_task(count=2), notes)
    for wait_s in (10.0, 5.0, 40.0):
        progress.look(0, Look(is_done=False, wait_s=wait_s, is_painted=False))
    progress.done(1)

    assert notes.fractions == [0.0, pytest.approx(0.225), pytest.approx(0.225), pytest.approx(0.725)]


@pytest.mark.parametrize("mode", [Mode.IMG2IMG, Mode.INPAINT, Mode.OUTPAINT])
async def test_sources_are_webp_and_white_in_the_mask_is_repainted(mode: Mode) -> None:
    mask = Image.new("RGB", (64, 64), "black")
    mask.paste("white", (0, 0, 32, 64))
    sources = {Role.IMAGE: RED, Role.MASK: mask} if mode is Mode.INPAINT else {Role.IMAGE: RED}
    room: dict[str, Any] = {"outpaint": Outpaint(left=64), "width_px": 128} if mode is Mode.OUTPAINT else {}
    async with HordeServer() as server, horde(server) as generator:
        (image,) = await made(generator, a_task(sources, mode=mode, strength=0.4, **room))

    (body,) = server.created
    assert body["params"]["denoising_strength"] == (1.0 if mode is Mode.OUTPAINT else 0.4)
    assert body["source_processing"] == ("img2img" if mode is Mode.IMG2IMG else "inpainting")
    picture = opened(body["source_image"])
    assert picture.size == (image.width_px, image.height_px)
    assert picture.convert("RGB").getpixel((picture.width - 1, 0)) == (255, 0, 0)
    if mode is not Mode.IMG2IMG:
        grey = opened(body["source_mask"]).convert("L")
        assert (grey.getpixel((1, 32)), grey.getpixel((grey.width - 2, 32))) == (255, 0)


async def test_a_size_between_the_hordes_steps_is_cut_out_of_the_next_larger_one() -> None:
    async with HordeServer() as server, horde(server) as generator:
        (image,) = await made(generator, a_task({Role.IMAGE: RED}, mode=Mode.IMG2IMG, width_px=100, height_px=64))

    assert (server.created[0]["params"]["width"], server.created[0]["params"]["height"]) == (128, 64)
    assert (image.width_px, image.height_px, image.media_type) == (100, 64, "image/png")
    assert Image.open(io.BytesIO(image.data)).size == (100, 64)


async def test_after_a_crash_what_was_asked_for_is_fetched_and_only_the_rest_is_asked_for() -> None:
    async with HordeServer() as server, horde(server) as generator:
        first = Notes()
        await made(generator, a_task(seed=5), first)
        server.requests[_number(first)].fetches = 0
        notes = Notes()
        images = await made(generator, a_task(count=2, seed=5, upstream_id=first.sent_ids[-1]), notes)

    assert [image.index for image in images] == [0, 1]
    assert [body["params"]["seed"] for body in server.created] == ["5", "6"]
    assert json.loads(notes.sent_ids[-1] or "")["0"] == _number(first)


@pytest.mark.parametrize("end", ["forgotten", "faulted", "never was one"])
async def test_after_a_crash_what_the_horde_lost_is_asked_for_again(end: str) -> None:
    async with HordeServer() as server, horde(server) as generator:
        server.endings = [{"faulted": True}] if end == "faulted" else [{"is_gone": True}]
        first = Notes()
        await made(generator, a_task(seed=5), first)
        upstream_id = "no JSON" if end == "never was one" else first.sent_ids[0]
        asked = len(server.created)
        # A new one that is lost as well counts for itself.
        server.endings = [{"faulted": True}]
        (image,) = await made(generator, a_task(seed=5, upstream_id=upstream_id))

    assert image.seed == 5
    assert len(server.created) == asked + 2


@pytest.mark.parametrize("when", ["before", "between looks", "on the way"])
async def test_a_cancelled_job_is_given_up_at_the_horde_too(when: str) -> None:
    async with HordeServer() as server, horde(server) as generator:
        first = Notes()
        await made(generator, None, first)
        server.requests[_number(first)].fetches = 0
        notes, upstream_id = Notes(), None
        if when == "before":
            notes.cancelled.add(JobId("job"))
            upstream_id = first.sent_ids[-1]
        elif when == "between looks":
            notes = Notes(on_progress=lambda: notes.cancelled.add(JobId("job")))
        else:
            notes = LosingNotes()

        if when == "on the way":
            assert isinstance(await failure(generator, a_task(), notes), LeaseLost)
        else:
            assert await made(generator, a_task(upstream_id=upstream_id), notes) == []
        assert server.cancels == 1
        assert len(server.created) == (1 if when == "before" else 2)


async def test_a_cancelled_job_that_never_left_asks_nothing() -> None:
    async with HordeServer() as server, horde(server) as generator:
        notes = Notes()
        notes.cancelled.add(JobId("job"))

        assert await made(generator, None, notes) == []
    assert (server.created, server.cancels) == ([], 0)


async def test_it_is_free_and_anonymous_where_no_key_is_named() -> None:
    async with HordeServer() as server, horde(server, api_key=ANONYMOUS) as generator:
        images: list[Made] = await made(generator)
        quote = generator.quote(a_request(count=2))

    assert len(images) == 1
    assert (quote.dollars_micro, quote.credits_milli > 0) == (0, True)
    named = build("volunteers", "horde", {}, FakeClock())
    assert named.batch_key(a_request()) == "AlbedoBase XL (SDXL)"
    assert named.capabilities.size_step_px == 64
    assert named.capabilities.of("stable_diffusion").max_pixels == 576 * 576
    assert named.capabilities.remote


def test_steps_that_cost_kudos_are_refused_to_the_anonymous_only() -> None:
    anonymous = build("volunteers", "horde", {}, FakeClock())
    known = build("volunteers", "horde", {"api_key": "k"}, FakeClock())
    assert isinstance(anonymous, Checks)
    assert isinstance(known, Checks)
    for sampler, steps in (("k_heun", 20), ("k_euler", 40)):
        anonymous.check(a_request(sampler=sampler, steps=steps))
        known.check(a_request(sampler=sampler, steps=steps + 1))
        with pytest.raises(Refused) as caught:
            anonymous.check(a_request(sampler=sampler, steps=steps + 1))
        assert caught.value.code is Code.FIELD_RANGE
        assert caught.value.facts["allowed"] == [f"1 to {steps}"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"api_key": ""}, 'api_key is empty; write the key, or "0000000000" to be anonymous'),
        ({"contact": "me\r\nHost: evil"}, "contact is of another form"),
        ({"timeout_s": 0.0}, "timeout_s is 0; write seconds, such as 900"),
        ({"models": ["lost"]}, 'model is "lost", which is not in the catalogue'),
        ({"base_url": "nowhere"}, "base_url is no address"),
    ],
)
def test_wrong_options_are_named_with_their_cure(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        build("volunteers", "horde", options, FakeClock())

    assert str(caught.value).startswith(f"generators.volunteers.{said}")


class LosingNotes(Notes):
    """A Watch whose job is not ours any more."""

    async def sent(self, job: JobId, upstream_id: str | None) -> None:  # noqa: ARG002 - a Watch's
        raise LeaseLost(job)


def _number(notes: Notes) -> str:
    number: str = json.loads(notes.sent_ids[-1] or "")["0"]
    return number
