"""Favourites: each person's own, the last one kept first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinxit.actions.favourite import favoured, favourites, set_favourite
from pinxit.domain.caller import OPERATOR, Caller
from pinxit.domain.errors import Code
from pinxit.domain.ids import ImageId, new_id
from tests.actions.atelier import ANNA, BORIS, STRANGER, painted, refusal, running
from tests.builders import NOW_AT

if TYPE_CHECKING:
    from pathlib import Path


async def test_favourites_are_each_persons_own_and_keeping_twice_changes_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        studio = parts.studio
        images = [image.id for image in (await painted(parts, ANNA, count=3)).images]
        for image in (images[2], images[0], images[2]):
            await set_favourite(image, ANNA, studio, on=True)
        mine, others = await favourites(ANNA, studio), await favourites(BORIS, studio)
        marked = await favoured(images, ANNA, studio)
        await set_favourite(images[0], ANNA, studio, on=False)
        await set_favourite(images[0], ANNA, studio, on=False)
        left = await favourites(ANNA, studio)

        assert await favoured([], ANNA, studio) == frozenset()

    assert {image.id for image in mine.items} == marked == {images[0], images[2]}
    assert [image.id for image in left.items] == [images[2]]
    assert (others.items, mine.after) == ((), "")


async def test_pages_of_favourites_follow_one_another(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        images = [image.id for number in range(2) for image in (await painted(parts, count=4, seed=number)).images]
        for image in images:
            # Some are kept in the same millisecond.
            await parts.store.favourites.add(OPERATOR.person, image, NOW_AT)
        pages, after = [], ""
        for _ in range(4):
            page = await favourites(OPERATOR, parts.studio, after=after, most=3)
            pages.append([image.id for image in page.items])
            after = page.after
            if not after:
                break

    assert [len(page) for page in pages] == [3, 3, 2]
    assert [image for page in pages for image in page] == sorted(images, reverse=True)


async def test_what_somebody_may_not_see_they_cannot_keep_and_no_longer_find(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        studio = parts.studio
        public, private = await painted(parts, ANNA), await painted(parts, ANNA, private=True)
        codes = [
            (await refusal(set_favourite(image, caller, studio, on=True))).code
            for image, caller in (
                (private.images[0].id, BORIS),
                (public.images[0].id, STRANGER),
                (ImageId(new_id(NOW_AT)), ANNA),
            )
        ]
        for job in (public, private):
            await set_favourite(job.images[0].id, ANNA, studio, on=True)
        elsewhere = Caller(STRANGER.guild, ANNA.person, "discord")
        there, here = await favourites(elsewhere, studio), await favourites(ANNA, studio)

    assert set(codes) == {Code.IMAGE_UNKNOWN}
    assert len(here.items) == 2
    assert [image.id for image in there.items] == [private.images[0].id]


@pytest.mark.parametrize("after", ["x", "1", ".", "1.", "-1.a", "1e3.a", "²." + "a", "9" * 30 + ".a"])
async def test_a_place_in_the_list_that_nobody_gave_is_refused(tmp_path: Path, after: str) -> None:
    async with running(tmp_path) as parts:
        refused = await refusal(favourites(ANNA, parts.studio, after=after))
        too_many = await refusal(favourites(ANNA, parts.studio, most=101))

    assert (refused.code, too_many.code) == (Code.FIELD_CHOICE, Code.FIELD_RANGE)
