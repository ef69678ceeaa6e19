"""A withheld picture is served to nobody but admins, wherever it is asked for."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pinxit.actions.favourite import favourites, set_favourite
from pinxit.actions.history import HistoryQuery, history
from pinxit.actions.inspect import inspect
from pinxit.actions.look import find_image
from pinxit.actions.recreate import recreate
from pinxit.actions.upscale import upscale
from pinxit.domain.caller import OPERATOR
from pinxit.domain.draft import SourceDraft
from pinxit.domain.errors import Code
from pinxit.domain.image_rules import UNCHECKED, Finding, finding_to_text
from pinxit.domain.request import Role
from tests.actions.atelier import ANNA, BORIS, asked, painted, refusal, running

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.domain.ids import ImageId
    from pinxit.parts import Parts

NSFW = Finding(is_flagged=True, categories=("sexual",))
ABUSE = Finding(is_flagged=True, categories=("sexual/minors",))
MODERATOR = replace(BORIS, is_moderator=True)
BOT = replace(ANNA, is_trusted=True)  # Speaks for anybody, but decides nothing.


async def found_in(parts: Parts, image: ImageId, finding: Finding) -> None:
    """Let a filter have found this in a picture."""
    await parts.store.database.write(
        lambda tx: tx.run("UPDATE image SET verdict = :v WHERE id = :id", v=finding_to_text(finding), id=image)
    )


async def ruled(parts: Parts, **settings: object) -> None:
    """Let the admins of Anna's guild decide."""
    await parts.store.database.write(
        lambda tx: tx.run("UPDATE guild SET settings = :s WHERE id = :id", s=json.dumps(settings), id=ANNA.guild)
    )


async def test_a_withheld_picture_is_only_for_admins(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        studio = parts.studio
        image = (await painted(parts, ANNA)).images[0].id
        await set_favourite(image, ANNA, studio, on=True)
        await found_in(parts, image, UNCHECKED)
        doings = [
            find_image(image, ANNA, studio),
            find_image(image, BORIS, studio),
            find_image(image, BOT, studio),
            upscale(image, ANNA, studio),
            recreate(image, ANNA, studio),
            set_favourite(image, BORIS, studio, on=True),
            asked(parts, BORIS, sources=(SourceDraft(Role.IMAGE, image=image),)),
        ]
        codes = [(await refusal(doing)).code for doing in doings]
        page = await history(HistoryQuery(), ANNA, studio)
        kept = await favourites(ANNA, studio)
        seen = [(await find_image(image, caller, studio)).id for caller in (MODERATOR, OPERATOR)]

    assert set(codes) == {Code.IMAGE_WITHHELD}
    assert page.jobs[0].pictures == ()
    assert [each.id for each in page.jobs[0].withheld] == [image]
    assert kept.items == ()
    assert seen == [image, image]


async def test_the_file_of_a_withheld_picture_does_not_tell_whose_it_is(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        studio = parts.studio
        image = (await painted(parts, ANNA)).images[0]
        data = await parts.blobs.get(image.path)
        before = (await inspect(data, BORIS, studio)).known
        await found_in(parts, image.id, UNCHECKED)
        known = [(await inspect(data, caller, studio)).known for caller in (ANNA, BORIS, BOT)]
        decides = (await inspect(data, OPERATOR, studio)).known

    assert before is not None
    assert known == [None, None, None]
    assert decides is not None


async def test_what_a_guild_decides_holds_at_once_for_what_is_there(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        image = (await painted(parts, ANNA)).images[0].id
        await found_in(parts, image, NSFW)
        spoiler = await find_image(image, ANNA, parts.studio)
        await ruled(parts, nsfw="withhold")
        refused = await refusal(find_image(image, ANNA, parts.studio))
        await ruled(parts, nsfw="post")
        posted = await find_image(image, ANNA, parts.studio)

    assert (spoiler.shown, refused.code, posted.shown) == ("spoiler", Code.IMAGE_WITHHELD, "post")


@pytest.mark.parametrize("private", [True, False])
async def test_a_moderator_sees_neither_abuse_nor_what_is_private(tmp_path: Path, private: bool) -> None:  # noqa: FBT001 - a case
    async with running(tmp_path) as parts:
        image = (await painted(parts, ANNA, private=private)).images[0].id
        await ruled(parts, nsfw="post")
        await found_in(parts, image, UNCHECKED if private else ABUSE)
        codes = [(await refusal(find_image(image, caller, parts.studio))).code for caller in (ANNA, MODERATOR)]
        seen = await find_image(image, OPERATOR, parts.studio)

    assert codes == [Code.IMAGE_WITHHELD, Code.IMAGE_UNKNOWN if private else Code.IMAGE_WITHHELD]
    assert seen.id == image
