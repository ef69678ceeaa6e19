"""Sizes and parameters that a model does not take: the nearest is taken, and the person is told."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pinxit.domain.adapting import adapted
from pinxit.domain.draft import Draft
from pinxit.domain.errors import Code, Refused
from pinxit.domain.generator import Capabilities
from pinxit.domain.hints import Hint
from pinxit.domain.ids import SourceId
from pinxit.domain.limits import Limits
from pinxit.domain.request import Mode, Role, Source
from pinxit.domain.resolve import resolve

if TYPE_CHECKING:
    from pinxit.domain.request import Request

THREE = ((1024, 1024), (1792, 1024), (1024, 1792))
OF_SIZES = Capabilities(default_size_px=(1024, 1024), sizes_px=THREE, max_side_px=1792)
FREE = Capabilities(
    default_size_px=(1024, 1024), size_step_px=16, max_pixels=1024 * 1024, max_ratio=3.0, min_side_px=256
)
BARE = Capabilities(
    max_steps=1, default_steps=1, guidance=False, seed=False, negative_prompt=False, negative_in_words=True
)


def resolved(capabilities: Capabilities, **fields: Any) -> Request:  # noqa: ANN401 - whatever a draft has
    return resolve(Draft(**{"prompt": "a fox", **fields}), capabilities, Limits(), 123)


@pytest.mark.parametrize(
    ("wished", "size"),
    [
        ({}, (1024, 1024)),
        ({"width_px": 1024, "height_px": 1024}, (1024, 1024)),
        ({"width_px": 1216, "height_px": 832}, (1792, 1024)),  # The same shape goes before the same area.
        ({"width_px": 768, "height_px": 1344}, (1024, 1792)),
        ({"width_px": 512, "height_px": 512}, (1024, 1024)),
        ({"width_px": 2048, "height_px": 2048}, (1024, 1024)),
        ({"aspect": (16, 9)}, (1792, 1024)),
        ({"aspect": (9, 16)}, (1024, 1792)),
        ({"aspect": (5, 4)}, (1024, 1024)),
    ],
)
def test_where_a_model_has_sizes_the_nearest_is_taken(wished: dict[str, Any], size: tuple[int, int]) -> None:
    request = resolved(OF_SIZES, **wished)

    assert (request.width_px, request.height_px) == size


@pytest.mark.parametrize(
    ("wished", "size"),
    [
        ({"width_px": 1024, "height_px": 768}, (1024, 768)),
        ({"width_px": 2048, "height_px": 1024}, (1440, 720)),  # A megapixel at most.
        ({"width_px": 1024, "height_px": 256}, (768, 256)),  # Three to one at most.
        ({"width_px": 128, "height_px": 128}, (256, 256)),
        ({"aspect": (2, 1)}, (1440, 720)),
    ],
)
def test_too_many_pixels_too_long_or_too_small_becomes_what_fits(wished: dict[str, Any], size: tuple[int, int]) -> None:
    request = resolved(FREE, **wished)

    assert (request.width_px, request.height_px) == size


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [(480, 480, (816, 816)), (64, 64, (816, 816)), (1024, 1024, (1024, 1024)), (512, 288, (1088, 608))],
)
def test_a_model_that_makes_no_small_pictures_makes_a_larger_one(
    width: int, height: int, size: tuple[int, int]
) -> None:
    large = Capabilities(size_step_px=16, min_pixels=655_360, max_ratio=3.0)

    request = resolved(large, width_px=width, height_px=height)

    assert (request.width_px, request.height_px) == size


@pytest.mark.parametrize("width", range(64, 2049, 97))
def test_whatever_is_asked_a_model_gets_only_what_it_makes(width: int) -> None:
    for height in range(64, 2049, 131):
        request = resolved(FREE, width_px=width, height_px=height)
        sides = request.width_px, request.height_px
        assert all(side % 16 == 0 and side >= 256 for side in sides)
        assert request.width_px * request.height_px <= 1024 * 1024
        assert max(sides) <= 3.1 * min(sides)


def test_what_a_model_knows_no_word_for_is_left_out_of_the_request() -> None:
    request = resolved(BARE, steps=30, guidance_scale=9.0, negative_prompt="people")

    assert (request.steps, request.guidance_scale, request.negative_prompt) == (1, 0.0, "people")


@pytest.mark.parametrize(
    ("capabilities", "wished", "hints"),
    [
        (BARE, {"steps": 30}, [Hint.STEPS_UNUSED]),
        (BARE, {"steps": 1}, []),
        (BARE, {"guidance_scale": 9.0}, [Hint.GUIDANCE_UNUSED]),
        (BARE, {"seed": 7}, [Hint.SEED_UNUSED]),
        (BARE, {"seed": -1}, []),
        (BARE, {"negative_prompt": "people"}, [Hint.NEGATIVE_IN_WORDS]),
        (OF_SIZES, {"width_px": 1216, "height_px": 832}, [Hint.SIZE_NEAREST]),
        (OF_SIZES, {"width_px": 1792, "height_px": 1024}, []),
        (OF_SIZES, {"aspect": (16, 9)}, []),
        (OF_SIZES, {"aspect": (4, 3)}, [Hint.SIZE_NEAREST]),
        (OF_SIZES, {"seed": 7, "steps": 30, "guidance_scale": 9.0, "negative_prompt": "people"}, []),
        (OF_SIZES, {}, []),
    ],
)
def test_people_are_told_exactly_what_became_of_their_wish(
    capabilities: Capabilities, wished: dict[str, Any], hints: list[Hint]
) -> None:
    draft = Draft(**{"prompt": "a fox", **wished})

    told = adapted(draft, resolve(draft, capabilities, Limits(), 123), capabilities, "flux")

    assert [one.hint for one in told] == hints
    assert all(one.facts["generator"] == "flux" for one in told)


def test_a_strength_that_a_model_takes_no_number_for_is_told() -> None:
    edits = Capabilities(modes=frozenset({Mode.IMG2IMG}), strength=False)
    source = Source(SourceId("s"), Role.IMAGE)
    draft = Draft(prompt="a fox", strength=0.3)

    request = resolve(draft, edits, Limits(), 123, (source,), (512, 512))

    assert [one.hint for one in adapted(draft, request, edits, "flux")] == [Hint.STRENGTH_UNUSED]
    assert adapted(replace(draft, strength=None), request, edits, "flux") == ()
    assert adapted(draft, request, replace(edits, strength=True), "flux") == ()


def test_a_size_is_told_as_it_was_asked_and_as_it_becomes() -> None:
    draft = Draft(prompt="a fox", aspect=(4, 3))

    (told,) = adapted(draft, resolve(draft, OF_SIZES, Limits(), 123), OF_SIZES, "flux")

    assert told.facts == {"generator": "flux", "value": "4:3", "size": "1024×1024"}


def test_a_prompt_too_long_for_the_model_is_refused_with_its_limit() -> None:
    with pytest.raises(Refused) as refused:
        resolved(Capabilities(max_prompt_chars=10), prompt="a red fox in deep snow")

    assert refused.value.code is Code.PROMPT_TOO_LONG
    assert refused.value.facts["allowed"] == ["at most 10 characters"]


def test_the_capabilities_of_a_model_hold_where_it_is_named() -> None:
    whole = Capabilities(models=("one", "Two"), max_steps=50, of_model={"one": Capabilities(max_steps=4), "Two": BARE})

    assert whole.of(None).max_steps == 4
    assert whole.of("two").max_steps == 1
    assert whole.of("two").models == ("one", "Two")
    assert whole.of("another").max_steps == 50


LIMITED = [
    Capabilities(
        default_size_px=(512, 512),
        size_step_px=step,
        min_side_px=least,
        max_side_px=2048,
        max_pixels=pixels,
        max_ratio=ratio,
    )
    for step in (1, 8, 64)
    for least in (1, 256, 512)
    for pixels in (None, 262_144, 331_776)
    for ratio in (0.0, 2.0, 4.0)
]


@pytest.mark.parametrize("capabilities", LIMITED)
def test_no_wish_leads_beyond_what_a_model_makes(capabilities: Capabilities) -> None:
    sides = (None, 64, 500, 512, 1273, 2048)
    shapes = (None, (1, 1), (16, 9), (9, 32))
    for width_px, height_px, aspect in itertools.product(sides, sides, shapes):
        try:
            request = resolved(capabilities, width_px=width_px, height_px=height_px, aspect=aspect)
        except Refused:
            continue
        longer, shorter = sorted((request.width_px, request.height_px), reverse=True)
        assert shorter >= capabilities.min_side_px
        assert longer <= capabilities.max_side_px
        assert longer % capabilities.size_step_px == shorter % capabilities.size_step_px == 0
        assert not capabilities.max_pixels or longer * shorter <= capabilities.max_pixels
        assert not capabilities.max_ratio or longer <= capabilities.max_ratio * shorter


def test_a_model_that_makes_only_larger_pictures_than_are_allowed_is_not_asked_for_a_size_of_its_own() -> None:
    with pytest.raises(Refused) as refused:
        resolve(Draft("a fox"), OF_SIZES, Limits(max_side_px=512), 123)
    with pytest.raises(Refused) as free:
        resolve(Draft("a fox"), FREE, Limits(max_side_px=128), 123)

    assert refused.value.code is Code.SIZE_TOO_LARGE
    assert refused.value.facts == {"field": "size", "value": "1024x1024", "allowed": ["64 to 512"]}
    assert free.value.facts == {"field": "size", "value": "256x256", "allowed": ["64 to 128"]}
