"""Our own images made again, through every part but the web: what is compared, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pinxit.actions.recreate import recreate, verdict_of
from pinxit.domain.caller import OPERATOR
from pinxit.domain.draft import SourceDraft
from pinxit.domain.errors import Code, Refused
from pinxit.domain.job import JobState
from pinxit.domain.request import Role
from pinxit.domain.verdict import Likeness, Verdict, Why
from tests.actions.recreating import (
    LATER_SKETCH,
    OTHER,
    PAUSED,
    SEEDLESS,
    STRANGER,
    a_foreign_png,
    again,
    ended,
    file_of,
    paint,
    pixels,
    refusal,
    running,
    with_one_pixel_changed,
)
from tests.builders import a_png
from tests.painters_for_recreation import LATER, STEP

if TYPE_CHECKING:
    from pathlib import Path


async def test_an_image_made_again_is_identical(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        third = await paint(parts, count=3, steps=9, negative_prompt="trees")
        job, verdict = await again(parts, third)

    (image,) = job.images
    assert verdict == Verdict(Likeness.IDENTICAL)
    assert third.index == 2
    assert (job.request.seed, job.request.count, job.request.steps) == (9, 1, 9)
    assert (image.pixels_sha256, image.seed, image.generator) == (third.pixels_sha256, 9, "painter")
    assert job.recreation is not None
    assert job.recreation.original == third.id


async def test_another_version_is_close_with_the_measured_difference(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        first = await paint(parts)
    async with running(tmp_path, LATER_SKETCH) as parts:
        job, verdict = await again(parts, first)

    apart = np.abs(
        pixels(file_of(tmp_path, first).read_bytes()) - pixels(file_of(tmp_path, job.images[0]).read_bytes())
    )
    assert verdict.likeness is Likeness.CLOSE
    assert verdict.difference is not None
    assert verdict.difference.mean == pytest.approx(apart.mean(axis=(0, 1)))
    assert verdict.difference.share == pytest.approx((apart.max(axis=2) > 0).mean()) == pytest.approx(0.25)
    assert verdict.difference.psnr_db == pytest.approx(10 * np.log10(255**2 / (apart[..., :3] ** 2).mean()))
    assert verdict.difference.mean[0] >= STEP / 4
    (version,) = verdict.changes
    assert (version.name, version.now) == ("sketch version", str(LATER))
    assert version.before == str(first.recipe["version"])


async def test_a_generator_that_is_not_there_any_more_is_named(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        first = await paint(parts)
        data = file_of(tmp_path, first).read_bytes()
    async with running(tmp_path, OTHER) as parts:
        of_image, of_file = await refusal(parts, first), await refusal(parts, data)
        states = await parts.store.jobs.states()

    assert (of_image.code, of_file.code) == (Code.RECREATE_NO_GENERATOR, Code.RECREATE_NO_GENERATOR)
    assert of_image.facts["generator"] == of_file.facts["generator"] == "painter"
    assert states == {JobState.SUCCEEDED: 1}


async def test_a_generator_that_cannot_repeat_itself_is_not_asked(tmp_path: Path) -> None:
    async with running(tmp_path, SEEDLESS) as parts:
        refused = await refusal(parts, await paint(parts))

    assert refused.code is Code.RECREATE_NO_SEED


async def test_the_verdict_survives_a_restart_before_the_painting(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        edited = with_one_pixel_changed(file_of(tmp_path, await paint(parts)).read_bytes())
    async with running(tmp_path, PAUSED) as parts:
        accepted = await recreate(edited, OPERATOR, parts.studio)
        assert accepted.job is not None
        assert accepted.job.recreation is not None
        assert await verdict_of(accepted.job, parts.studio) is None
        kept = await parts.store.images.paths()
        (sent,) = [path for path in (tmp_path / "var/sources").rglob("*") if path.is_file()]
        assert sent.relative_to(tmp_path / "var").as_posix() in kept  # Else it could be swept before it is compared.
    async with running(tmp_path) as parts:
        verdict = await verdict_of(await ended(accepted, parts), parts.studio)

    assert verdict is not None
    assert verdict.likeness is Likeness.CLOSE
    assert not sent.exists()


async def test_without_the_first_file_only_equal_pixels_make_a_verdict(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        first = await paint(parts)
        file_of(tmp_path, first).unlink()
        _, same = await again(parts, first)
    async with running(tmp_path, LATER_SKETCH) as parts:
        _, other = await again(parts, first)
        file_of(tmp_path, first).write_bytes(a_foreign_png())
        _, damaged = await again(parts, first)

    assert same.likeness is Likeness.IDENTICAL
    assert (other.likeness, other.why) == (Likeness.INCOMPARABLE, Why.ORIGINAL_GONE)
    assert (damaged.likeness, damaged.why) == (Likeness.INCOMPARABLE, Why.UNREADABLE)


async def test_what_was_painted_from_a_picture_needs_that_picture(tmp_path: Path) -> None:
    (tmp_path / "fresh").mkdir()
    source = SourceDraft(Role.IMAGE, data=a_png(3))
    async with running(tmp_path) as parts:
        first = await paint(parts, sources=(source,), strength=0.4)
        data = file_of(tmp_path, first).read_bytes()
        _, of_image = await again(parts, first)
        _, of_file = await again(parts, data)
        for path in (tmp_path / "var/sources").rglob("*.png"):
            path.write_bytes(a_png(4))
        another = await refusal(parts, first)
        for path in (tmp_path / "var/sources").rglob("*.png"):
            path.unlink()
        gone = await refusal(parts, first)
    async with running(tmp_path / "fresh") as parts:
        elsewhere = await refusal(parts, data)

    assert of_image.likeness is of_file.likeness is Likeness.IDENTICAL
    assert another.code is gone.code is elsewhere.code is Code.RECREATE_SOURCE_GONE


async def test_only_who_may_see_an_image_has_it_made_again(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        first = await paint(parts)
        refused = await refusal(parts, first, STRANGER)

    assert refused.code is Code.IMAGE_UNKNOWN


async def test_the_same_key_makes_one_job(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        first, second = await paint(parts), await paint(parts, seed=8)
        one = await recreate(first.id, OPERATOR, parts.studio, key="k")
        same = await recreate(first.id, OPERATOR, parts.studio, key="k")
        with pytest.raises(Refused) as caught:
            await recreate(second.id, OPERATOR, parts.studio, key="k")

    assert one.job is not None
    assert same.job is not None
    assert (same.job.id, one.is_new, same.is_new) == (one.job.id, True, False)
    assert caught.value.code is Code.IDEMPOTENCY_MISMATCH


async def test_other_jobs_have_no_verdict(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        image = await paint(parts)
        job = await parts.store.jobs.job(image.job)

    assert job is not None
    assert job.recreation is None
