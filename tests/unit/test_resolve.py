from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinxit.domain.draft import Draft
from pinxit.domain.errors import Code, Refused
from pinxit.domain.generator import Capabilities
from pinxit.domain.ids import SourceId
from pinxit.domain.limits import Limits
from pinxit.domain.request import (
    Enhance,
    Lora,
    Mode,
    Outpaint,
    Request,
    Role,
    Source,
    request_from_json,
    request_to_json,
)
from pinxit.domain.resolve import resolve

PAINTER = Capabilities(
    modes=frozenset(Mode),
    models=("Base", "turbo"),
    samplers=("euler", "ddim"),
    styles=("ink",),
    qualities=("standard", "high"),
    default_size_px=(768, 768),
    default_steps=20,
    max_steps=50,
    tile=True,
    loras=True,
    clip_skip=True,
)
PLAIN = Capabilities()
SOURCES = {role: Source(SourceId(role.value), role) for role in Role}


def resolved(
    capabilities: Capabilities = PAINTER,
    limits: Limits | None = None,
    roles: tuple[Role, ...] = (),
    source_size_px: tuple[int, int] | None = None,
    **fields: Any,  # noqa: ANN401 - whatever a draft has
) -> Request:
    fields.setdefault("prompt", "a fox")
    sources = tuple(SOURCES[role] for role in roles)
    return resolve(Draft(**fields), capabilities, limits or Limits(), 123, sources, source_size_px)


def refusal(**arguments: Any) -> Refused:  # noqa: ANN401 - same as above
    with pytest.raises(Refused) as refused:
        resolved(**arguments)
    return refused.value


def test_every_hole_is_filled_from_the_generator() -> None:
    request = resolved(typed="a fox --n 1")

    assert request == Request(
        prompt="a fox",
        typed="a fox --n 1",
        width_px=768,
        height_px=768,
        seed=123,
        model="Base",
        steps=20,
        guidance_scale=7.0,
        sampler="euler",
        quality="standard",
    )


def test_what_was_named_is_kept() -> None:
    request = resolved(seed=0, steps=50, guidance_scale=0, model="TURBO", sampler="DDIM", style="ink", count=4)

    assert (request.seed, request.steps, request.guidance_scale, request.count) == (0, 50, 0.0, 4)
    assert (request.model, request.sampler, request.style) == ("turbo", "ddim", "ink")


@pytest.mark.parametrize("seed", [None, -1])
def test_a_seed_that_nobody_chose_is_the_drawn_one(seed: int | None) -> None:
    assert resolved(seed=seed).seed == 123


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        ("count", 0, "1 to 4"),
        ("count", 5, "1 to 4"),
        ("steps", 0, "1 to 50"),
        ("steps", 51, "1 to 50"),
        ("guidance_scale", 30.1, "0 to 30"),
        ("guidance_scale", -0.1, "0 to 30"),
        ("guidance_scale", float("nan"), "0 to 30"),
        ("guidance_scale", float("inf"), "0 to 30"),
        ("seed", -2, "0 to 4294967295"),
        ("seed", 2**32, "0 to 4294967295"),
        ("seed", 2**80, "0 to 4294967295"),
        ("strength", 1.01, "0 to 1"),
        ("style_strength", -1.0, "0 to 1"),
        ("content_strength", float("nan"), "0 to 1"),
        ("upscale", 4.5, "1 to 4"),
        ("upscale", float("nan"), "1 to 4"),
        ("clip_skip", 13, "0 to 12"),
        ("width_px", 63, "64 to 2048"),
        ("height_px", -5, "64 to 2048"),
        ("aspect", (100, 1), "1:32 to 32:1"),
        ("aspect", (0, 1), "1:32 to 32:1"),
    ],
)
def test_a_value_out_of_range_is_refused_with_the_range(field: str, value: object, allowed: str) -> None:
    error = refusal(**{field: value}, roles=(Role.IMAGE,))

    assert error.code is Code.FIELD_RANGE
    assert error.facts["field"] == field.removesuffix("_px")
    assert error.facts["allowed"] == [allowed]
    assert error.facts["value"]


@pytest.mark.parametrize("side", ["width_px", "height_px"])
@pytest.mark.parametrize("pixels", [2049, 10**9, 10**5000], ids=["2049", "10^9", "10^5000"])
def test_too_many_pixels_are_refused_with_what_is_possible(side: str, pixels: int) -> None:
    error = refusal(**{side: pixels})

    assert error.code is Code.SIZE_TOO_LARGE
    assert error.facts["allowed"] == ["64 to 2048"]


def test_the_smaller_of_both_limits_counts() -> None:
    small = dataclasses.replace(PAINTER, max_side_px=512, max_count=2, default_size_px=(512, 512))

    assert refusal(capabilities=small, width_px=513).facts["allowed"] == ["64 to 512"]
    assert refusal(capabilities=small, count=3).facts["allowed"] == ["1 to 2"]
    assert resolved(limits=Limits(max_side_px=256)).width_px == 256


@pytest.mark.parametrize(
    ("fields", "size"),
    [
        ({"aspect": (3, 2)}, (936, 624)),
        ({"aspect": (6, 4)}, (936, 624)),
        ({"aspect": (16, 9)}, (1024, 576)),
        ({"aspect": (1, 1)}, (768, 768)),
        ({"aspect": (239, 100)}, (1184, 496)),
        ({"aspect": (32, 1)}, (2048, 64)),
        ({"aspect": (3, 2), "width_px": 900}, (900, 600)),
        ({"aspect": (3, 2), "height_px": 600}, (900, 600)),
        ({"aspect": (3, 2), "width_px": 900, "height_px": 600}, (900, 600)),
        ({"width_px": 512}, (512, 512)),
        ({"width_px": 1001, "height_px": 333}, (1001, 333)),
    ],
)
def test_the_size_follows_what_was_said_of_it(fields: dict[str, Any], size: tuple[int, int]) -> None:
    request = resolved(**fields)

    assert (request.width_px, request.height_px) == size


def test_a_size_is_rounded_to_what_the_generator_takes() -> None:
    coarse = dataclasses.replace(PAINTER, size_step_px=64)

    assert resolved(capabilities=coarse, width_px=1000, height_px=90).width_px == 1024
    assert resolved(capabilities=coarse, aspect=(16, 9)).height_px % 64 == 0


@given(
    st.integers(1, 32),
    st.integers(1, 32),
    st.sampled_from([1, 8, 16, 64]),
    st.integers(256, 2048),
    st.integers(64, 2048),
)
def test_any_aspect_gives_a_possible_size(a: int, b: int, step: int, most: int, side: int) -> None:
    painter = dataclasses.replace(PAINTER, size_step_px=step, max_side_px=most)
    try:
        request = resolved(capabilities=painter, aspect=(a, b))
        wide = resolved(capabilities=painter, width_px=min(side, most))
    except Refused as refused:
        assert refused.code is Code.FIELD_RANGE  # noqa: PT017 - too narrow for the smallest side
        return

    for pixels in (request.width_px, request.height_px, wide.width_px, wide.height_px):
        assert 64 <= pixels <= most
        assert pixels % step == 0


def test_a_size_and_an_aspect_that_disagree_are_refused() -> None:
    error = refusal(width_px=768, height_px=768, aspect=(3, 2))

    assert (error.code, error.facts["field"]) == (Code.FIELD_CONFLICT, "aspect")


def test_a_source_lends_its_aspect() -> None:
    request = resolved(roles=(Role.IMAGE,), source_size_px=(3000, 2000))

    assert (request.mode, request.width_px, request.height_px) == (Mode.IMG2IMG, 936, 624)


def test_what_is_repainted_under_a_mask_keeps_its_size_where_that_is_possible() -> None:
    roles = (Role.IMAGE, Role.MASK)

    small = resolved(roles=roles, source_size_px=(256, 192))
    named = resolved(roles=roles, source_size_px=(256, 192), width_px=512)
    vast = resolved(roles=roles, source_size_px=(6000, 4000))

    assert (small.mode, small.width_px, small.height_px) == (Mode.INPAINT, 256, 192)
    assert (named.width_px, named.height_px) == (512, 384)
    assert (vast.width_px, vast.height_px) == (936, 624)


@pytest.mark.parametrize(
    ("roles", "fields", "mode"),
    [
        ((), {}, Mode.TXT2IMG),
        ((Role.IMAGE,), {}, Mode.IMG2IMG),
        ((Role.IMAGE, Role.MASK), {}, Mode.INPAINT),
        ((Role.IMAGE, Role.STYLE), {}, Mode.STYLE_TRANSFER),
        ((Role.IMAGE,), {"outpaint": Outpaint(left=8)}, Mode.OUTPAINT),
        ((Role.IMAGE,), {"upscale": 2}, Mode.UPSCALE),
        ((), {"outpaint": Outpaint(), "upscale": 1}, Mode.TXT2IMG),
    ],
)
def test_the_mode_follows_from_what_was_sent(roles: tuple[Role, ...], fields: dict[str, Any], mode: Mode) -> None:
    assert resolved(roles=roles, **fields).mode is mode


@pytest.mark.parametrize(
    ("mode", "roles", "field"),
    [
        (Mode.IMG2IMG, (), "images"),
        (Mode.INPAINT, (Role.IMAGE,), "mask"),
        (Mode.INPAINT, (Role.MASK,), "images"),
        (Mode.OUTPAINT, (), "images"),
        (Mode.STYLE_TRANSFER, (Role.IMAGE,), "style_image"),
        (Mode.UPSCALE, (), "images"),
    ],
)
def test_a_mode_without_its_sources_is_refused(mode: Mode, roles: tuple[Role, ...], field: str) -> None:
    error = refusal(mode=mode, roles=roles)

    assert (error.code, error.facts["field"], error.facts["mode"]) == (Code.SOURCE_MISSING, field, mode.value)


def test_a_mode_that_the_generator_cannot_do_is_refused_with_those_it_can() -> None:
    error = refusal(capabilities=PLAIN, roles=(Role.IMAGE,))

    assert (error.code, error.facts["mode"]) == (Code.MODE_UNSUPPORTED, "img2img")
    assert error.facts["allowed"] == ["txt2img"]


@pytest.mark.parametrize(
    "fields",
    [
        {"mode": Mode.TXT2IMG, "roles": (Role.IMAGE,)},
        {"mode": Mode.IMG2IMG, "roles": (Role.IMAGE,), "upscale": 2},
        {"roles": (Role.IMAGE,), "outpaint": Outpaint(top=8), "upscale": 2},
    ],
)
def test_nothing_that_was_sent_along_is_silently_ignored(fields: dict[str, Any]) -> None:
    assert refusal(**fields).code is Code.FIELD_CONFLICT


def test_outpainting_and_enlarging_size_the_picture_that_comes_out() -> None:
    source: dict[str, Any] = {"roles": (Role.IMAGE,), "source_size_px": (500, 400)}

    wider = resolved(outpaint=Outpaint(left=100, bottom=50), **source)
    larger = resolved(mode=Mode.UPSCALE, **source)

    assert (wider.width_px, wider.height_px) == (600, 450)
    assert (larger.width_px, larger.height_px, larger.upscale) == (1000, 800, 2.0)
    assert refusal(outpaint=Outpaint(left=1600), **source).code is Code.SIZE_TOO_LARGE
    assert refusal(outpaint=Outpaint(left=-1), **source).code is Code.FIELD_RANGE
    assert refusal(mode=Mode.OUTPAINT, **source).code is Code.FIELD_MISSING


def test_a_sources_own_size_is_kept_to_the_pixel_whether_it_is_named_or_not() -> None:
    coarse = dataclasses.replace(PAINTER, size_step_px=64)
    source: dict[str, Any] = {"roles": (Role.IMAGE,), "mode": Mode.UPSCALE, "source_size_px": (401, 299)}

    unnamed, named = resolved(coarse, **source), resolved(coarse, width_px=401, height_px=299, **source)

    assert (unnamed.width_px, unnamed.height_px) == (named.width_px, named.height_px) == (802, 598)


@pytest.mark.parametrize("prompt", ["", "  \n "])
def test_an_empty_prompt_is_refused_where_words_are_needed(prompt: str) -> None:
    assert refusal(prompt=prompt).code is Code.PROMPT_EMPTY
    assert resolved(prompt=prompt, upscale=2, roles=(Role.IMAGE,)).prompt == ""


@pytest.mark.parametrize("field", ["prompt", "negative_prompt"])
def test_a_long_prompt_is_refused_without_repeating_it(field: str) -> None:
    error = refusal(**{field: "secret " * 30_000})

    assert (error.code, error.facts["field"]) == (Code.PROMPT_TOO_LONG, field)
    assert error.facts["allowed"] == ["at most 2000 characters"]
    assert "secret" not in str(error)


def test_a_prompt_may_be_as_long_as_the_limit_allows() -> None:
    assert len(resolved(prompt="x" * 2000).prompt) == 2000


@pytest.mark.parametrize("field", ["prompt", "negative_prompt", "typed"])
def test_broken_letters_are_refused_in_every_text(field: str) -> None:
    assert refusal(**{field: "a \ud800 fox"}).code is Code.TEXT_INVALID


def test_an_unknown_name_is_refused_with_those_known_and_the_nearest() -> None:
    model, sampler = refusal(model="tubro"), refusal(sampler="eulr")

    assert (model.code, model.facts["nearest"]) == (Code.MODEL_UNKNOWN, "turbo")
    assert model.facts["allowed"] == ["Base", "turbo"]
    assert (sampler.code, sampler.facts["nearest"]) == (Code.FIELD_CHOICE, "euler")


@pytest.mark.parametrize(
    "fields",
    [
        {"loras": (Lora("x"),)},
        {"tile": True},
        {"clip_skip": 2},
        {"sampler": "euler"},
        {"model": "x"},
        {"style": "ink"},
        {"quality": "high"},
    ],
)
def test_what_the_generator_does_not_know_is_refused_by_name(fields: dict[str, Any]) -> None:
    error = refusal(capabilities=PLAIN, **fields)

    assert (error.code, error.facts["field"]) == (Code.FEATURE_UNSUPPORTED, next(iter(fields)))


def test_a_local_request_never_goes_to_a_remote_generator() -> None:
    error = refusal(capabilities=Capabilities(remote=True), local=True)

    assert (error.code, error.facts["field"]) == (Code.FEATURE_UNSUPPORTED, "local")


def test_loras_are_bounded_in_number_and_weight() -> None:
    assert resolved(loras=(Lora("x", -1.5),)).loras == (Lora("x", -1.5),)
    assert refusal(loras=(Lora("x", float("nan")),)).code is Code.FIELD_RANGE
    assert refusal(loras=(Lora("x"),) * 9).code is Code.FIELD_RANGE


def nested(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(depth):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"a": "x" * 17_000}, Code.FIELD_RANGE),
        ({"a": float("nan")}, Code.FIELD_TYPE),
        ({"a": "\ud800"}, Code.TEXT_INVALID),
        (nested(200_000), Code.FIELD_TYPE),
    ],
)
def test_options_that_cannot_be_stored_are_refused(options: dict[str, Any], code: Code) -> None:
    assert refusal(options=options).code is code


def test_a_resolved_request_survives_its_row() -> None:
    request = resolved(
        prompt="ein Fuchs 🦊", options={"a": [1, None, "ü"]}, enhance=Enhance.RULES, loras=(Lora("x", 0.5),), tile=True
    )

    assert request_from_json(request_to_json(request)) == request


def test_weights_are_kept_for_generators_that_know_them_and_taken_away_for_others() -> None:
    said: dict[str, Any] = {"prompt": "a (red:1.2) fox", "negative_prompt": "((text)) ", "typed": "a (red:1.2) fox"}

    kept = resolved(dataclasses.replace(PAINTER, weights=True), **said)
    stripped = resolved(**said)

    assert (kept.prompt, kept.negative_prompt) == ("a (red:1.2) fox", "((text))")
    assert (stripped.prompt, stripped.negative_prompt, stripped.typed) == ("a red fox", "text", "a (red:1.2) fox")
