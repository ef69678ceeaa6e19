from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from pinxit.actions.describe import By, describe
from pinxit.domain.caller import OPERATOR
from pinxit.domain.draft import SourceDraft
from pinxit.domain.errors import Code, Unavailable
from pinxit.domain.ids import ImageId, new_id
from pinxit.domain.request import Enhance, Mode, Role
from pinxit.prompt.describing import Describer
from pinxit.prompt.moderation import Moderator
from tests.actions.atelier import ANNA, BORIS, SKETCH, painted, refusal, running
from tests.builders import NOW_AT, a_png
from tests.providers.slow_server import SlowServer, completion

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from pinxit.parts import Parts

BLANK = a_png(3)  # It says nothing of how it came about.
SEEN = "a teal field under a flat sky"
ENLARGED: dict[str, Any] = {
    "mode": Mode.UPSCALE,
    "prompt": "",
    "width_px": None,
    "height_px": None,
    "sources": (SourceDraft(Role.IMAGE, data=BLANK),),
}


@asynccontextmanager
async def a_seer(content: object = SEEN) -> AsyncIterator[tuple[Describer, SlowServer]]:
    """Run a model that says this of every picture."""

    async def answer(_: web.Request) -> web.Response:
        return web.json_response(completion(content))

    async with (
        SlowServer({"/v1/chat/completions": answer}) as server,
        Describer(f"{server.url}/v1", None, "m", 5.0) as describer,
    ):
        yield describer, server


async def file_of(parts: Parts, image: ImageId) -> bytes:
    stored = await parts.store.images.image(image)
    assert stored is not None
    return await parts.studio.blobs.get(stored.path)


async def test_what_a_file_says_comes_first_and_nobody_is_asked(tmp_path: Path) -> None:
    async with running(tmp_path) as parts, a_seer() as (describer, server):
        job = await painted(parts, enhance=Enhance.RULES, negative_prompt="rain")
        image = job.images[0].id
        by_id = await describe(image, OPERATOR, parts.studio, describer)
        by_file = await describe(await file_of(parts, image), OPERATOR, parts.studio, describer)

        assert server.asked == []
    for found in (by_id, by_file):
        assert (found.prompt, found.negative, found.by) == (job.request.final_prompt, "rain", By.METADATA)
        assert found.reading is not None
        assert found.reading.request is not None


async def test_a_file_that_says_nothing_is_looked_at(tmp_path: Path) -> None:
    async with running(tmp_path) as parts, a_seer(f'Prompt: "{SEEN}"') as (describer, server):
        found = await describe(BLANK, ANNA, parts.studio, describer)

        assert len(server.asked) == 1
    assert (found.prompt, found.negative, found.by, found.reading) == (SEEN, "", By.MODEL, None)


async def test_one_of_our_pictures_without_words_is_looked_at_unless_it_must_stay_here(tmp_path: Path) -> None:
    async with running(tmp_path) as parts, a_seer() as (describer, server):
        anywhere = f"http://0.0.0.0:{server.port}/v1"  # It answers there, and could be anywhere for all that it says.
        open_one, local = await painted(parts, **ENLARGED), await painted(parts, **ENLARGED, local=True)
        async with Describer(anywhere, None, "m", 5.0) as remote:
            seen = await describe(open_one.images[0].id, OPERATOR, parts.studio, remote)
            refused = await refusal(describe(local.images[0].id, OPERATOR, parts.studio, remote))
        here = await describe(local.images[0].id, OPERATOR, parts.studio, describer)

    assert (seen.prompt, here.prompt) == (SEEN, SEEN)
    assert refused.code is Code.DESCRIBE_NOTHING


@pytest.mark.parametrize("content", ["", "I'm sorry, but I can't help with that."])
async def test_without_a_model_or_an_answer_nothing_can_be_said(tmp_path: Path, content: str) -> None:
    async with running(tmp_path) as parts, a_seer(content) as (describer, _):
        codes = [(await refusal(describe(BLANK, ANNA, parts.studio, one))).code for one in (None, describer)]

    assert codes == [Code.DESCRIBE_NOTHING] * 2


async def test_what_the_model_says_passes_the_filters(tmp_path: Path) -> None:
    settings = f'{SKETCH}[moderation]\nblocked_words = ["teal"]\n'
    async with running(tmp_path, settings) as parts, a_seer() as (describer, _):
        blocked = await refusal(describe(BLANK, ANNA, parts.studio, describer))
    async with (
        running(tmp_path) as parts,
        a_seer("a forbidden field") as (describer, server),
        Moderator(f"{server.url}/v1", None, "m", 5.0) as moderator,
    ):
        flagged = await refusal(describe(BLANK, ANNA, parts.studio, describer, moderator))

    assert [(one.code, one.facts["field"]) for one in (blocked, flagged)] == [(Code.MODERATED, "image")] * 2
    assert SEEN not in str(blocked.facts)


async def test_a_model_that_does_not_answer_can_be_asked_later(tmp_path: Path) -> None:
    async with running(tmp_path) as parts, Describer("http://127.0.0.1:9/v1", None, "m", 5.0) as describer:
        with pytest.raises(Unavailable, match="try again"):
            await describe(BLANK, ANNA, parts.studio, describer)


async def test_others_pictures_and_what_is_no_picture_are_refused_before_anybody_is_asked(tmp_path: Path) -> None:
    async with running(tmp_path) as parts, a_seer() as (describer, server):
        private = (await painted(parts, ANNA, private=True)).images[0].id
        codes = [
            (await refusal(describe(named, BORIS, parts.studio, describer))).code
            for named in (private, ImageId(new_id(NOW_AT)), b"", b"no picture")
        ]

        assert server.asked == []
    assert codes == [Code.IMAGE_UNKNOWN, Code.IMAGE_UNKNOWN, Code.SOURCE_MISSING, Code.SOURCE_INVALID]
