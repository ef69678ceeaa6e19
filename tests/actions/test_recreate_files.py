"""Images made again from a file alone, and files inspected: ours, others' and forged ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from pinxit.actions.inspect import inspect
from pinxit.actions.recreate import recreate
from pinxit.domain.caller import OPERATOR
from pinxit.domain.errors import Code, Refused
from pinxit.domain.request import Mode
from pinxit.domain.verdict import Change, Likeness, Verdict, Why
from pinxit.wording.verdicts import said_of
from tests.actions.recreating import (
    HEIGHT,
    PAUSED,
    RENAMED,
    STRANGER,
    WIDTH,
    a_foreign_png,
    a_record,
    again,
    bare,
    file_of,
    marked,
    paint,
    record_of,
    refusal,
    running,
    with_one_pixel_changed,
    with_record,
)
from tests.builders import a_png

if TYPE_CHECKING:
    from pathlib import Path


async def test_another_parameter_is_close_and_not_identical(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        data = file_of(tmp_path, await paint(parts)).read_bytes()
        request = replace(record_of(data).request, prompt="a blue fox in snow", enhanced="")
        _, verdict = await again(parts, with_record(data, request=request))

    assert verdict.likeness is Likeness.CLOSE
    assert verdict.difference is not None
    assert verdict.difference.share > 0.01


async def test_one_changed_pixel_of_a_file_is_measured_and_told(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        whole = file_of(tmp_path, await paint(parts)).read_bytes()
        edited = with_one_pixel_changed(whole)
        job, verdict = await again(parts, edited)

    assert verdict.likeness is Likeness.CLOSE
    assert verdict.difference is not None
    assert verdict.difference.share == pytest.approx(1 / (WIDTH * HEIGHT))
    assert verdict.difference.mean == pytest.approx((0, 0, 12 / (WIDTH * HEIGHT), 0))
    assert verdict.as_recorded is True
    assert job.recreation is not None
    assert said_of(job.recreation, "en") == (
        "Close: 0.016 % of the pixels differ, by 0.00065 of 255 on average (69.2 dB).",
        "The file was changed after it was painted. As it was painted, it is identical.",
    )


async def test_one_key_for_two_files_is_noticed(tmp_path: Path) -> None:
    async with running(tmp_path, PAUSED) as parts:
        one, other = a_foreign_png(), with_one_pixel_changed(a_foreign_png())
        first = await recreate(one, OPERATOR, parts.studio, key="k")
        same = await recreate(one, OPERATOR, parts.studio, key="k")
        with pytest.raises(Refused) as caught:
            await recreate(other, OPERATOR, parts.studio, key="k")
        left = [path for path in (tmp_path / "var/sources").rglob("*") if path.is_file()]

    assert (first.is_new, same.is_new) == (True, False)
    assert caught.value.code is Code.IDEMPOTENCY_MISMATCH
    assert len(left) == 1  # Only the first one's is still needed.


async def test_a_fresh_installation_makes_it_again_from_the_file_alone(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    async with running(tmp_path / "first") as parts:
        first = await paint(parts, count=2, style=None, guidance_scale=11.5)
        data = file_of(tmp_path / "first", first).read_bytes()
    async with running(tmp_path / "second", RENAMED) as parts:
        job, verdict = await again(parts, data)
        left = [path for path in (tmp_path / "second/var/sources").rglob("*") if path.is_file()]

    assert verdict == Verdict(Likeness.IDENTICAL, changes=(Change("generator", "painter", "atelier"),))
    assert job.images[0].pixels_sha256 == first.pixels_sha256
    assert job.request.guidance_scale == 11.5
    assert left == []  # The file was only needed to be compared.


async def test_a_file_of_another_program_is_repeated_as_far_as_it_goes(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        job, verdict = await again(parts, a_foreign_png())
        _, other_size = await again(parts, a_foreign_png(said="128x64"))

    request = job.request
    assert (request.prompt, request.negative_prompt, request.seed) == ("a red fox in snow", "rain", 7)
    assert (request.width_px, request.height_px, request.steps) == (WIDTH, HEIGHT, 25)
    assert verdict.likeness is Likeness.CLOSE
    assert {change.name: change.before for change in verdict.changes} == {
        "sampler": "Euler a",
        "vae": "vae-ft",
        "model": "dreams",
        "model hash": "abc",
    }
    assert (other_size.likeness, other_size.why) == (Likeness.INCOMPARABLE, Why.SIZE_DIFFERS)


async def test_a_file_that_says_nothing_is_refused(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        silent = await refusal(parts, a_png(3))
        broken = await refusal(parts, a_png(3)[:60])
        empty = await refusal(parts, b"")

    assert silent.code is Code.RECREATE_NOTHING_SAID
    assert broken.code is Code.SOURCE_INVALID
    assert empty.code is Code.SOURCE_MISSING


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"width_px": 90_000}, Code.SIZE_TOO_LARGE),
        ({"steps": 10**9}, Code.FIELD_RANGE),
        ({"guidance_scale": 1e9}, Code.FIELD_RANGE),
        ({"options": {"x": "y" * 20_000}}, Code.FIELD_RANGE),
        ({"sampler": "no such sampler"}, Code.FEATURE_UNSUPPORTED),
        ({"prompt": "p" * 5000}, Code.PROMPT_TOO_LONG),
        ({"enhanced": "p" * 5000}, Code.PROMPT_TOO_LONG),
        ({"prompt": ""}, Code.PROMPT_EMPTY),
        ({"mode": Mode.INPAINT}, Code.SOURCE_MISSING),
        ({"mode": Mode.UPSCALE, "upscale": 4.0, "width_px": 4 * 2048}, Code.SOURCE_MISSING),
    ],
    ids=range(10),
)
async def test_a_forged_record_gets_no_more_than_a_request_would(
    tmp_path: Path, changes: dict[str, object], code: Code
) -> None:
    record = a_record()
    forged = a_record(request=replace(record.request, **changes))  # type: ignore[arg-type]  # fields of Request
    async with running(tmp_path, PAUSED) as parts:
        refused = await refusal(parts, marked(a_png(3), forged))
        out_of_range = await refusal(parts, marked(a_png(3), a_record(seed=-5)))
        states = await parts.store.jobs.states()

    assert (refused.code, out_of_range.code) == (code, Code.FIELD_RANGE)
    assert states == {}
    assert [path for path in (tmp_path / "var/sources").rglob("*") if path.is_file()] == []


async def test_our_own_file_is_inspected_completely_and_known(tmp_path: Path) -> None:
    async with running(tmp_path) as parts:
        image = await paint(parts, negative_prompt="trees", count=2)
        data = file_of(tmp_path, image).read_bytes()
        job = await parts.store.jobs.job(image.job)
        ours = await inspect(data, OPERATOR, parts.studio)
        silent = await inspect(bare(data), OPERATOR, parts.studio)
        theirs = await inspect(data, STRANGER, parts.studio)

    assert job is not None
    assert ours.request == replace(job.request, typed="", sources=())
    assert (ours.seed, ours.generator, ours.not_understood) == (image.seed, "painter", ())
    assert ours.known == image
    assert silent.known == image
    assert (silent.prompt, silent.request) == ("", None)
    assert theirs.known is None
    assert theirs.request == ours.request
