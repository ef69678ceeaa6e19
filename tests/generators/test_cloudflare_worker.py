"""How the image workers are asked, and what a generator of this kind promises."""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from pinxit.domain.errors import Broken, Code, ConfigError, Refused, Temporary
from pinxit.domain.seeds import image_seed
from pinxit.generators.registry import build
from pinxit.queue.verdict import ended_by
from pinxit.wording import say
from tests.builders import a_request
from tests.fakes import FakeClock
from tests.generators.asking_workers import BOTH, PROMPT, Notes, a_task, a_worker, fail, paint
from tests.providers.cloudflare_worker_server import SDXL_KEY, Scripted, WorkerServer

if TYPE_CHECKING:
    from pinxit.domain.generator import Made
    from pinxit.domain.request import Json


async def test_flux_is_asked_by_get_with_the_prompt_percent_encoded() -> None:
    async with WorkerServer("flux") as server:
        made = await paint(a_worker(server.url, "flux"), a_task(prompt="A beautiful cat"))

    (asked,) = server.asked
    assert (asked.method, asked.raw_path, asked.body) == ("GET", "/?prompt=A%20beautiful%20cat", b"")
    assert "Authorization" not in asked.headers
    assert made[0].media_type == "image/png"


async def test_sdxl_is_asked_by_post_with_the_key_and_the_prompt_in_json() -> None:
    async with WorkerServer("sdxl") as server:
        made = await paint(a_worker(server.url, "sdxl"))

    (asked,) = server.asked
    assert (asked.method, asked.raw_path, json.loads(asked.body)) == ("POST", "/", {"prompt": PROMPT})
    assert asked.headers["Authorization"] == f"Bearer {SDXL_KEY}"
    assert asked.headers["Content-Type"] == "application/json"
    assert made[0].media_type == "image/jpeg"


@BOTH
async def test_any_prompt_arrives_whole(dialect: str) -> None:
    async with WorkerServer(dialect) as server:
        await paint(a_worker(server.url, dialect))

    (asked,) = server.asked
    query = asked.raw_path.partition("?prompt=")[2]
    assert (unquote(query) if dialect == "flux" else json.loads(asked.body)["prompt"]) == PROMPT


@BOTH
async def test_the_images_of_a_job_have_its_seeds_and_the_size_that_came(dialect: str) -> None:
    notes = Notes()
    async with WorkerServer(dialect) as server:
        made = await paint(a_worker(server.url, dialect), a_task(3), notes)

    assert [(one.job, one.index, one.seed) for one in made] == [("job", n, image_seed(7, n)) for n in range(3)]
    assert {(one.width_px, one.height_px, one.prompt) for one in made} == {(1024, 1024, PROMPT)}
    assert notes.fractions == sorted(notes.fractions)
    assert notes.fractions[-1] == 1.0


async def test_sdxl_without_a_key_says_so_and_asks_nobody() -> None:
    async with WorkerServer("sdxl") as server:
        error = await fail(a_worker(server.url, "sdxl", api_key=None))

    assert type(error) is Broken
    assert str(error) == "SDXL API key not configured"
    assert server.asked == []


async def test_sdxl_with_a_wrong_key_says_so() -> None:
    async with WorkerServer("sdxl") as server:
        error = await fail(a_worker(server.url, "sdxl", api_key="another"))

    assert (type(error), str(error)) == (Broken, "SDXL API key invalid or missing")


@BOTH
async def test_a_prompt_that_the_worker_does_not_take_is_told_to_the_person_in_both_languages(dialect: str) -> None:
    async with WorkerServer(dialect) as server:
        generator = a_worker(server.url, dialect)
        with pytest.raises(Refused) as caught:
            await paint(generator, a_task(prompt=" "))

    assert caught.value.code is Code.PROMPT_NOT_TAKEN
    ended = ended_by(caught.value)
    assert ended is not None
    assert say("en", caught.value.code, ended.facts).startswith("Invalid prompt or request format: painter")
    assert say("de", caught.value.code, ended.facts).startswith("Ungültiger Prompt oder ungültige Anfrage: painter")


@BOTH
async def test_at_most_ten_calls_run_at_once(dialect: str) -> None:
    async with WorkerServer(dialect) as server, asyncio.TaskGroup() as group:
        server.hold()
        painting = group.create_task(paint(a_worker(server.url, dialect), a_task(14)))
        await server.asked_for(10)
        server.go()
        made = await painting

    assert len(made) == 14
    assert server.most_at_once == 10


@BOTH
async def test_images_that_came_are_kept_when_another_call_fails(dialect: str) -> None:
    made: list[Made] = []
    async with WorkerServer(dialect, [Scripted(405)]) as server:
        with pytest.raises(Broken, match="Invalid request method"):
            await paint(a_worker(server.url, dialect), a_task(3), into=made)

    assert len(made) == 2


@BOTH
async def test_a_cancelled_job_hangs_up(dialect: str) -> None:
    async with WorkerServer(dialect) as server, asyncio.timeout(10):
        server.hold()
        async with asyncio.TaskGroup() as group:
            painting = group.create_task(paint(a_worker(server.url, dialect)))
            await server.asked_for(1)
            painting.cancel()

        await server.hung_up.wait()


@BOTH
async def test_a_job_that_nobody_wants_is_not_asked_for(dialect: str) -> None:
    async with WorkerServer(dialect) as server:
        assert await paint(a_worker(server.url, dialect), a_task(3), Notes(cancel_after=0)) == []

    assert server.asked == []


@BOTH
async def test_a_call_with_a_price_is_noted_before_it_leaves(dialect: str) -> None:
    notes = Notes()
    async with WorkerServer(dialect) as server:
        generator = a_worker(server.url, dialect, dollars_per_image=0.002)
        assert generator.quote(a_request(count=3)).dollars_micro == 6000
        await paint(generator, notes=notes)

    assert notes.sent_ids == [None]


@BOTH
async def test_a_priced_call_without_an_answer_counts_as_perhaps_billed(dialect: str) -> None:
    async with WorkerServer(dialect, [Scripted(is_cut=True)] * 4) as server:
        error = await fail(a_worker(server.url, dialect, dollars_per_image=0.002))

    assert isinstance(error, Temporary)
    assert error.unanswered


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"dialect": "sd3"}, 'generators.painter.dialect is "sd3"; write "flux" or "sdxl"'),
        ({"base_url": None}, "generators.painter.base_url is missing"),
        ({"timeout_s": 0}, "generators.painter.timeout_s is 0"),
        ({"connect_timeout_s": -1}, "generators.painter.connect_timeout_s is -1"),
        ({"base_url": "worker"}, "generators.painter.base_url is no address"),
        ({"base_url": "https://worker.example?a=b"}, "generators.painter.base_url is no address"),
        ({"side_px": 0}, "generators.painter.side_px is 0"),
        ({"dollars_per_image": -1}, "generators.painter.dollars_per_image is -1"),
        ({"sampler": "ddim"}, "generators.painter.sampler is unknown"),
    ],
)
def test_a_wrong_option_is_named_with_its_cure(options: dict[str, Json], problem: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(problem)):
        build("painter", "cloudflare_worker", {"base_url": "http://127.0.0.1:1", **options}, FakeClock())


def test_it_promises_what_a_worker_can() -> None:
    can = a_worker("http://127.0.0.1:1", "flux").capabilities

    assert (can.default_size_px, can.max_side_px, can.max_count) == ((1024, 1024), 1024, 10)
    assert (can.remote, can.runs_inline, can.repeats, can.negative_prompt) == (True, True, False, False)
