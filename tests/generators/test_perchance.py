"""Perchance through its real package and Debian's Chromium: two browsers for all of these tests."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from pinxit.domain.errors import Broken, Code, ConfigError, GeneratorError, Refused, Temporary
from pinxit.domain.generator import Checks, Generator, Made, Task
from pinxit.domain.ids import JobId
from pinxit.generators.registry import build
from tests.builders import a_request
from tests.fakes import FakeClock
from tests.generators.watching import Notes
from tests.providers.perchance_server import CHROMIUM, PerchanceServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from pinxit.domain.request import Json

    Site = tuple[PerchanceServer, Generator, FakeClock]

LONGEST_S = 60
INSTALL = "Chromium is not there; install it with: apt-get install chromium fonts-dejavu-core"
ON_ONE_LOOP = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site() -> AsyncIterator[Site]:
    """Give the site and a generator whose browser stays open from test to test."""
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail(INSTALL)
        pytest.skip(INSTALL)
    clock = FakeClock()
    async with PerchanceServer() as server:
        generator = a_generator(clock, **server.options())
        yield server, generator, clock
        await generator.aclose()


@pytest.fixture
def server(site: Site) -> PerchanceServer:
    server = site[0]
    server.created.clear()
    return server


@pytest.fixture
def generator(site: Site) -> Generator:
    return site[1]


def a_generator(clock: FakeClock | None = None, **options: Json) -> Generator:
    return build("perch", "perchance", options, clock or FakeClock())


def a_task(**changes: object) -> Task:
    asked = {"width_px": 512, "height_px": 768, "seed": 7, "guidance_scale": 7.0, "negative_prompt": "", **changes}
    request = a_request(**asked)
    return Task(JobId("job"), request, tuple(range(request.count)))


async def painted(generator: Generator, task: Task | None = None, notes: Notes | None = None) -> list[Made]:
    async with asyncio.timeout(LONGEST_S):
        items = [item async for item in generator.generate([task or a_task()], notes or Notes())]
    assert all(isinstance(item, Made) for item in items)
    return [item for item in items if isinstance(item, Made)]


@ON_ONE_LOOP
async def test_every_image_is_asked_for_alone_with_its_own_seed(server: PerchanceServer, generator: Generator) -> None:
    task = a_task(prompt="a <b>kestrel</b>", negative_prompt="fog", count=2, seed=2**32 - 1, guidance_scale=12.5)
    notes = Notes()

    made = await painted(generator, task, notes)

    asked = {
        "generatorName": "ai-image-generator",
        "channel": "ai-text-to-image-generator",
        "subChannel": "public",
        "prompt": "a <b>kestrel</b>",
        "negativePrompt": "fog",
        "resolution": "512x768",
        "guidanceScale": 12.5,
    }
    assert server.created == [{**asked, "seed": 2**32 - 1}, {**asked, "seed": 0}]
    assert [(one.index, one.seed, one.width_px, one.height_px) for one in made] == [
        (0, 2**32 - 1, 512, 768),
        (1, 0, 512, 768),
    ]
    assert {(one.media_type, one.prompt, one.model) for one in made} == {
        ("image/jpeg", "a <b>kestrel</b>", "ai-image-generator")
    }
    assert (notes.fractions, notes.sent_ids) == ([0.5, 1.0], [])
    assert server.strangers == []


@ON_ONE_LOOP
async def test_what_the_sites_own_filter_says_is_kept_with_the_picture(
    server: PerchanceServer, generator: Generator
) -> None:
    server.maybe_nsfw = True
    (doubtful,) = await painted(generator, a_task(width_px=768, height_px=512))
    server.maybe_nsfw = False
    (harmless,) = await painted(generator, a_task(width_px=768, height_px=768))

    assert doubtful.recipe == {"kind": "perchance", "maybe_nsfw": True}
    assert harmless.recipe == {"kind": "perchance", "maybe_nsfw": False}
    assert [body["resolution"] for body in server.created] == ["768x512", "768x768"]


@ON_ONE_LOOP
@pytest.mark.parametrize(
    ("arrange", "kind", "words"),
    [
        (lambda server: server.fail_next(403), Broken, "Perchance lets no program in at the moment"),
        (lambda server: server.fail_next(403, {}, "<html>blocked"), Broken, "Perchance lets no program in"),
        (lambda server: server.fail_next(429, {"Retry-After": "7"}), Temporary, "is asked too often"),
        (lambda server: server.fail_next(500, {"Retry-After": "7"}), Temporary, "has trouble of its own (500)"),
        (lambda server: server.fail_next(200, {}, "<html>who knows"), Temporary, "cannot be reached, or breaks off"),
        (lambda server: server.fail_next(200, {}, "[]"), Temporary, "answers without a picture"),
        (lambda server: server.refuse_next(), Temporary, "answers without a picture"),
        (lambda server: server.break_off_next(), Temporary, "cannot be reached, or breaks off"),
        (lambda server: server.lose_next(), Broken, "no such model or address (404)"),
        (lambda server: server.spoil_next(), Broken, "a broken picture, or only a part of one"),
        (lambda server: server.shrink_next(), Broken, "of another size, 256x384 for 512x768"),
    ],
    ids=[
        *["challenge", "challenge later", "rate limit", "500", "no JSON", "other JSON", "invalid_key"],
        *["broken off", "picture gone", "cut off", "too small"],
    ],
)
async def test_each_failure_has_its_class_and_sentence(
    arrange: Callable[[PerchanceServer], None],
    kind: type[GeneratorError],
    words: str,
    server: PerchanceServer,
    generator: Generator,
) -> None:
    arrange(server)

    with pytest.raises(kind) as caught:
        await painted(generator)

    assert str(caught.value).startswith("perch ")
    assert words in str(caught.value)
    if isinstance(caught.value, Temporary):
        waits = "too often" in words or "trouble" in words
        assert (caught.value.retry_after_s, caught.value.unanswered) == (7.0 if waits else None, False)
    assert server.strangers == []


@ON_ONE_LOOP
async def test_a_cancel_breaks_the_call_off_and_the_next_picture_comes(site: Site, server: PerchanceServer) -> None:
    _, generator, clock = site
    notes = Notes()
    server.hold()

    async with asyncio.timeout(LONGEST_S), asyncio.TaskGroup() as group:
        painting = group.create_task(painted(generator, a_task(count=2), notes))
        await server.holding.wait()
        notes.cancelled.add(JobId("job"))
        while not painting.done():
            await clock.advance(1)
            await asyncio.sleep(0)
        await server.cancelled.wait()
    server.go()

    assert painting.result() == []
    assert (len(server.created), notes.fractions, server.cancels) == (1, [], 1)
    assert len(await painted(generator)) == 1


@ON_ONE_LOOP
async def test_a_page_with_scripts_of_its_own_fails_and_what_it_opens_is_closed(
    server: PerchanceServer, generator: Generator
) -> None:
    server.trick()

    with pytest.raises(Temporary, match="answers without a picture"):
        await painted(generator)
    async with asyncio.timeout(LONGEST_S):
        await server.popup_closed.wait()


@ON_ONE_LOOP
async def test_a_silent_site_is_given_up_and_a_browser_that_died_is_replaced(site: Site) -> None:
    async with PerchanceServer() as server:
        generator = a_generator(timeout_s=0.3, **server.options())
        server.hold()
        with pytest.raises(Temporary, match=r"perch did not answer within 0\.3 s"):
            await painted(generator)
        await generator.aclose()
        server.go()

    for pid in browsers():
        os.kill(pid, signal.SIGKILL)
    with suppress(Temporary):  # Where the death was not heard of yet.
        await painted(site[1])

    assert len(await painted(site[1])) == 1


@ON_ONE_LOOP
async def test_without_a_chromium_the_cure_is_named() -> None:
    generator = a_generator(chromium="/nowhere/chromium")

    with pytest.raises(Broken, match=r"cannot start Chromium; run .*, or set generators\.perch\.chromium"):
        await painted(generator)
    await generator.aclose()


async def test_nothing_is_opened_for_a_job_that_nobody_wants() -> None:
    generator = a_generator(chromium="/nowhere/chromium")

    assert await painted(generator, notes=Notes(cancel_after=0)) == []


def test_its_three_shapes_are_all_that_it_offers() -> None:
    capabilities = a_generator().capabilities

    assert capabilities.sizes_px == ((768, 768), (512, 768), (768, 512))
    assert (capabilities.remote, capabilities.runs_inline, capabilities.negative_prompt) == (True, False, True)


@pytest.mark.parametrize("guidance_scale", [0.9, 30.1])
def test_guidance_that_the_site_does_not_know_is_refused_before_the_queue(guidance_scale: float) -> None:
    generator = a_generator()
    assert isinstance(generator, Checks)

    generator.check(a_task(guidance_scale=30.0).request)
    with pytest.raises(Refused) as caught:
        generator.check(a_task(guidance_scale=guidance_scale).request)

    assert caught.value.code is Code.FIELD_RANGE
    assert caught.value.facts == {"field": "guidance_scale", "value": f"{guidance_scale}", "allowed": ["1 – 30"]}


def test_images_are_priced_one_after_the_other() -> None:
    quote = a_generator().quote(a_task(count=3, width_px=768).request)

    assert (quote.dollars_micro, quote.seconds) == (0, 60.0)


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("timeout_s", 0, "generators.perch.timeout_s is 0; write seconds"),
        ("base_url", "perchance", "generators.perch.base_url is no address"),
        ("model", "flux", 'generators.perch.model is "flux", which is not in the catalogue'),
        ("api_key", "k", "generators.perch.api_key is unknown"),
    ],
)
def test_a_wrong_option_is_named_with_its_cure(option: str, value: Json, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        build("perch", "perchance", {option: value}, FakeClock())

    assert caught.value.problems[0].startswith(words)


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "perchance", None)  # So Python finds no such package.

    with pytest.raises(ConfigError, match=r"pip install 'pinxit\[perchance\]'"):
        a_generator()


def browsers() -> list[int]:
    """Return the Chromiums that this process has started, however far down."""
    parents: dict[int, int] = {}
    names: dict[int, str] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _, rest = stat.read_text().partition("(")[2].rpartition(")")
            pid = int(stat.parent.name)
            names[pid], parents[pid] = name, int(rest.split()[1])

    def is_ours(pid: int) -> bool:
        return pid == os.getpid() or (pid in parents and is_ours(parents[pid]))

    return [pid for pid, name in names.items() if "chrom" in name and is_ours(pid)]
