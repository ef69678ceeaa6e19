from __future__ import annotations

import asyncio
import math
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinxit.actions.asking import Ask
from pinxit.actions.imagine import imagine, price
from pinxit.actions.recreate import recreate, verdict_of
from pinxit.actions.reroll import reroll
from pinxit.app import embedded, serve
from pinxit.config import load
from pinxit.data.pictures import NotAPicture
from pinxit.data.vectors import MEDIA_TYPE, read_vector
from pinxit.domain.caller import OPERATOR, Caller
from pinxit.domain.draft import Draft
from pinxit.domain.errors import Code, Refused
from pinxit.domain.generator import Made, Task
from pinxit.domain.ids import GuildId, JobId, PersonId
from pinxit.domain.verdict import Likeness
from pinxit.generators.registry import build
from pinxit.generators.svg import NOTE, card
from tests.actions.atelier import ended
from tests.builders import a_request
from tests.contracts.test_generators import Notes
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from pinxit.parts import Parts

SVG = "{http://www.w3.org/2000/svg}"
MOST = 100_000_000
CHATTER = Caller(GuildId("discord:1"), PersonId("discord:2"), "discord")
EVIL = "</text><script>alert('x')</script> \"&amp;\" ]]> <!-- <img src=x onerror=alert(1)>"
CONFIG = """
[web]
port = 0
[generators.card]
kind = "svg"
[generators.sketch]
kind = "sketch"
[chains.last_resort]
generators = ["sketch", "card"]
[chains.cards]
generators = ["card"]
"""


def configured(folder: Path, more: str = "") -> Any:  # noqa: ANN401 - the settings' type is config's own
    file = folder / "config.toml"
    file.write_text(more + CONFIG)
    return load({"PINXIT_VAR": str(folder / "var")}, file)


def words_of(svg: str) -> list[str]:
    return ["".join(element.itertext()) for element in ET.fromstring(svg.encode()).iter(f"{SVG}text")]  # noqa: S314 - our own card


def test_a_card_shows_the_prompt_and_says_what_it_is() -> None:
    lines = words_of(card("a red fox in the snow", 7, (768, 512)))

    assert " ".join(lines[:-1]) == "a red fox in the snow"
    assert lines[-1] == NOTE == "placeholder by Pinxit, no model ran"


def test_a_card_is_the_same_for_the_same_wish_and_another_for_another() -> None:
    first = card("a red fox", 7, (512, 512))

    assert first == card("a red fox", 7, (512, 512))
    assert len({first, card("a red fox", 8, (512, 512)), card("a blue fox", 7, (512, 512))}) == 3


@pytest.mark.parametrize("size", [(64, 64), (2048, 64), (64, 2048), (1, 1), (2048, 2048)])
def test_a_card_has_the_size_asked_for(size: tuple[int, int]) -> None:
    picture = read_vector(card("a red fox " * 40, 7, size).encode(), max_pixels=MOST)

    assert (picture.width_px, picture.height_px, picture.media_type) == (*size, MEDIA_TYPE)


def test_markup_in_a_prompt_is_text() -> None:
    svg = card(EVIL, 7, (768, 512))

    root = ET.fromstring(svg.encode())  # noqa: S314 - our own card
    assert "script" in "".join(words_of(svg))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        *("svg", "title", "desc", "defs", "linearGradient", "stop", "rect", "circle", "polygon", "text")
    }


def test_a_prompt_cannot_turn_the_direction_of_the_text_behind_it() -> None:
    svg = card("safe \u202egnp.exe\u2066 \u200f\u0000\u0008\u001b text", 7, (512, 512))

    assert not set("\u202e\u2066\u200f\u0000\u0008\u001b") & set(svg)


@given(
    prompt=st.text(max_size=400), seed=st.integers(0, 2**32 - 1), width=st.integers(1, 900), height=st.integers(1, 900)
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_asked_the_card_passes_the_check(prompt: str, seed: int, width: int, height: int) -> None:
    picture = read_vector(card(prompt, seed, (width, height)).encode(), max_pixels=MOST)

    assert (picture.width_px, picture.height_px) == (width, height)


def an_svg(inside: str, head: str = "", attributes: str = "") -> bytes:
    xml = f'{head}<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"{attributes}>{inside}</svg>'
    return xml.encode()


async def test_cards_are_drawn_for_the_images_asked_for_until_nobody_wants_them() -> None:
    generator = build("card", "svg", {}, FakeClock())
    task = Task(JobId("job"), a_request(count=4), (1, 3))

    drawn = [item async for item in generator.generate([task], Notes())]
    stopped = [item async for item in generator.generate([task], Notes(cancel_after=1))]

    assert [(item.index, item.seed) for item in drawn if isinstance(item, Made)] == [(1, 8), (3, 10)]
    assert [item.index for item in stopped if isinstance(item, Made)] == [1]
    assert generator.quote(task.request).dollars_micro == 0


HOSTILE = {
    "a script": an_svg("<script>alert(1)</script>"),
    "a script by prefix": an_svg('<s:script xmlns:s="http://www.w3.org/2000/svg">1</s:script>'),
    "an event": an_svg("", attributes=' onload="alert(1)"'),
    "a link": an_svg('<a href="javascript:alert(1)"><rect width="8" height="8"/></a>'),
    "an href": an_svg('<rect href="https://example.org"/>'),
    "a picture": an_svg('<image href="https://example.org/x.png" width="8" height="8"/>'),
    "a use": an_svg('<use href="#a"/>'),
    "a foreign object": an_svg('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>'),
    "html": an_svg('<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>'),
    "no namespace": an_svg('<rect xmlns="" width="1"/>'),
    "an animation": an_svg('<set attributeName="onmouseover" to="alert(1)"/>'),
    "a style element": an_svg("<style>@import url(https://example.org)</style>"),
    "a style attribute": an_svg('<rect style="fill:url(https://example.org)"/>'),
    "an outside fill": an_svg('<rect fill="url(https://example.org#a)"/>'),
    "a quoted outside fill": an_svg("<rect fill=\"url('//example.org')\"/>"),
    "an outside image set": an_svg('<rect fill="image-set(x)"/>'),
    "a document type": an_svg("", head="<!DOCTYPE svg>"),
    "an entity": an_svg("&a;", head='<!DOCTYPE svg [<!ENTITY a "b">]>'),
    "laughs": an_svg("&b;", head='<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'),
    "an outside entity": an_svg("&a;", head='<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
    "a style sheet": an_svg("", head='<?xml-stylesheet href="https://example.org/x.css"?>'),
    "svg within svg": an_svg('<svg width="1" height="1"/>'),
    "half a file": an_svg("")[:-4],
    "two roots": an_svg("") * 2,
    "another encoding": '<?xml version="1.0" encoding="UTF-16"?><svg/>'.encode("utf-16"),
    "no size": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "a size of percent": b'<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="8"/>',
    "too many pixels": b'<svg xmlns="http://www.w3.org/2000/svg" width="99999" height="99999"/>',
    "too deep": an_svg("<g>" * 40 + "</g>" * 40),
    "too much": an_svg("<g/>" * 10_001),
    "too long": an_svg("<desc>" + "x" * 1_100_000 + "</desc>"),
    "a picture of pixels": b"\x89PNG\r\n\x1a\n",
    "nothing": b"",
}


@pytest.mark.parametrize("what", sorted(HOSTILE))
def test_a_vector_that_could_do_anything_but_be_looked_at_is_no_picture(what: str) -> None:
    with pytest.raises(NotAPicture):
        read_vector(HOSTILE[what], max_pixels=MOST)


def test_a_harmless_vector_is_a_picture() -> None:
    inside = '<defs><clipPath id="c"><path d="M0 0h8"/></clipPath></defs><g transform="scale(2)" clip-path="url(#c)"/>'

    assert read_vector(an_svg(inside), max_pixels=MOST).width_px == 8


async def route_of(parts: Parts, caller: Caller, **asked: Any) -> list[str]:  # noqa: ANN401 - fields of Draft
    accepted = await price(Ask(Draft(prompt="a red fox", typed="a red fox", **asked), caller), parts.studio)
    return [step.pool for step in accepted.route]


async def test_only_whoever_names_it_over_the_api_gets_a_vector(tmp_path: Path) -> None:
    async with embedded(configured(tmp_path)) as parts:
        assert await route_of(parts, OPERATOR) == ["sketch"]
        assert await route_of(parts, OPERATOR, generator="card") == ["card"]
        assert await route_of(parts, OPERATOR, chain="last_resort") == ["sketch", "card"]
        assert await route_of(parts, CHATTER) == ["sketch"]
        assert await route_of(parts, CHATTER, chain="last_resort") == ["sketch"]
        with pytest.raises(Refused) as named:
            await route_of(parts, CHATTER, generator="card")
        with pytest.raises(Refused) as chained:
            await route_of(parts, CHATTER, chain="cards")

    assert (named.value.code, named.value.facts["allowed"]) == (Code.GENERATOR_UNKNOWN, ["sketch"])
    assert chained.value.code is Code.NO_GENERATOR


@pytest.mark.parametrize("setting", ['generator = "card"', 'chain = "cards"'])
async def test_an_operator_may_make_it_the_default_for_the_api_but_not_for_chats(tmp_path: Path, setting: str) -> None:
    async with embedded(configured(tmp_path, f"[defaults]\n{setting}\n")) as parts:
        assert await route_of(parts, OPERATOR) == ["card"]
        with pytest.raises(Refused) as refused:
            await route_of(parts, CHATTER)

    assert refused.value.code is Code.NO_GENERATOR


async def test_a_chat_cannot_repeat_a_vector_either(tmp_path: Path) -> None:
    draft = Draft(prompt="a red fox", typed="a red fox", generator="card")
    teller = Caller(GuildId("discord:1"), PersonId("discord:2"), "discord", is_trusted=True)
    async with embedded(configured(tmp_path)) as parts:
        accepted = await imagine(Ask(draft, OPERATOR), parts.studio)
        assert accepted.job is not None

        with pytest.raises(Refused) as refused:
            await reroll(accepted.job.id, teller, parts.studio)

        assert (await reroll(accepted.job.id, OPERATOR, parts.studio)).route[-1].pool == "card"
    assert refused.value.code is Code.GENERATOR_UNKNOWN


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[str]:
    """Run the whole server with a card generator, and give its address."""
    stop, ready = asyncio.Event(), asyncio.get_running_loop().create_future()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(serve(configured(folder), stop, ready.set_result))
        try:
            yield await asyncio.wait_for(ready, 20)
        finally:
            stop.set()


async def finished(session: aiohttp.ClientSession, url: str, **asked: Any) -> Any:  # noqa: ANN401 - JSON
    async with session.post(f"{url}/api/v1/jobs", json={"generator": "card", "seed": 7, **asked}) as answer:
        events_url, job_url = [(await answer.json())[name] for name in ("events_url", "url")]
    async with session.get(events_url) as events:
        await events.read()
    async with session.get(job_url) as answer:
        return await answer.json()


async def test_a_card_over_the_api_is_text_in_a_sandbox_that_says_what_made_it(tmp_path: Path) -> None:
    timeout = aiohttp.ClientTimeout(20)
    async with served(tmp_path) as url, aiohttp.ClientSession(timeout=timeout) as session:
        job = await finished(session, url, prompt=EVIL, width=640, height=360)
        image = job["images"][0]
        async with session.get(image["url"]) as answer:
            headers, body = answer.headers, await answer.text()

    assert (job["status"], image["media_type"], image["width"], image["height"]) == ("succeeded", MEDIA_TYPE, 640, 360)
    assert headers["Content-Type"].startswith(MEDIA_TYPE)
    assert headers["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert headers["X-Content-Type-Options"] == "nosniff"
    root = ET.fromstring(body.encode())  # noqa: S314 - our own card
    assert not [element for element in root.iter() if element.tag.endswith(("script", "img"))]
    assert "script" in "".join(words_of(body))
    (metadata,) = root.iter(f"{SVG}metadata")
    said = ET.tostring(metadata, encoding="unicode")
    assert "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia" in said


async def test_a_card_can_be_made_again_identically(tmp_path: Path) -> None:
    draft = Draft(prompt="a red fox", typed="a red fox", generator="card", seed=7)
    async with embedded(configured(tmp_path)) as parts:
        (image,) = (await ended(await imagine(Ask(draft, OPERATOR), parts.studio), parts)).images

        again = await ended(await recreate(image.id, OPERATOR, parts.studio), parts)
        verdict = await verdict_of(again, parts.studio)

    assert verdict is not None
    assert verdict.likeness is Likeness.IDENTICAL
    assert image.recipe == {"kind": "svg", "version": 1}
    assert image.thumbnail_path is None


def test_the_text_is_never_wider_than_the_card() -> None:
    svg = card("a very long wish " * 30 + "w" * 200, 7, (512, 512))

    sizes = [
        (float(element.attrib["font-size"]), "".join(element.itertext()))
        for element in ET.fromstring(svg.encode()).iter(f"{SVG}text")  # noqa: S314 - our own card
    ]
    assert all(size * 0.5 * len(text) < 512 for size, text in sizes)
    assert math.isclose(sizes[0][0], sizes[1][0])
