from __future__ import annotations

from typing import Any

import pytest

from pinxit.domain.draft import Draft
from pinxit.domain.errors import Code, Refused
from pinxit.domain.hints import Hint
from pinxit.domain.job import Priority
from pinxit.domain.request import Enhance, Lora
from pinxit.prompt.flags import left_out, parse
from pinxit.prompt.midjourney import LEFT_OUT
from pinxit.prompt.wishes import hints_of


def refusal(text: str) -> Refused:
    with pytest.raises(Refused) as refused:
        parse(text)
    return refused.value


@pytest.mark.parametrize(
    ("text", "prompt", "fields"),
    [
        ("fox --lora ink", "fox", {"loras": (Lora("ink"),)}),
        ("fox --lora ink:0.8 --lora Fog:-1,5", "fox", {"loras": (Lora("ink", 0.8), Lora("Fog", -1.5))}),
        ('fox --lora "my ink: v2:0.8" by night', "fox by night", {"loras": (Lora("my ink: v2", 0.8),)}),
        ("a fox <lora:ink:0.8> in snow", "a fox in snow", {"loras": (Lora("ink", 0.8),)}),
        ("a <LoRA:ink><lora:fog:1:0.5> fox --lora x", "a fox", {"loras": (Lora("x"), Lora("ink"), Lora("fog"))}),
        (r"a \<lora:ink:0.8> fox", "a <lora:ink:0.8> fox", {}),
        ("fox --enhance LLM", "fox", {"enhance": Enhance.LLM}),
        ("fox --enhance off --raw", "fox", {"enhance": Enhance.OFF, "raw": True}),
        ("fox --local --priority High", "fox", {"local": True, "priority": Priority.HIGH}),
        ("fox --dry-run --yes", "fox", {"dry_run": True, "confirmed": True}),
        ("fox --repeat 3", "fox", {"repeat": 3}),
        ("fox --r 3 --aspect 3:2 --stealth", "fox", {"repeat": 3, "aspect": (3, 2), "private": True}),
        (r"a fox \--seed 7", "a fox --seed 7", {}),
        (r"a fox \\--seed 7", r"a fox \--seed 7", {}),
        (r"a \—seed fox", "a —seed fox", {}),
        (r"\{red, blue\} \__animal__ a\b", "{red, blue} __animal__ a\\b", {}),
        (r'fox --no "\{a, b\}, \"c\""', "fox", {"negative_prompt": '{a, b}, "c"'}),
        (r'fox --no "ends with \ "', "fox", {"negative_prompt": "ends with \\"}),
        (r"\{red\} --raw", r"\{red\}", {"raw": True}),
    ],
)
def test_the_newer_flags_and_escapes_are_read(text: str, prompt: str, fields: dict[str, Any]) -> None:
    assert parse(text) == Draft(prompt=prompt, typed=text, **fields)


@pytest.mark.parametrize(
    "flag",
    [
        "lora ink:12345",
        f"lora {'x' * 221}",
        "enhance yes",
        "priority 1",
        "repeat 0",
        "repeat -1",
        "repeat many",
        "stylize 1001",
        "s -1",
        "chaos 101",
        "yes=no",
        "raw=1",
        "dry-run=x",
    ],
)
def test_a_wrong_value_names_the_flag_and_what_it_takes(flag: str) -> None:
    error = refusal(f"fox --{flag}")

    assert error.code is Code.FLAG_VALUE
    assert error.facts["allowed"]


def test_more_loras_than_any_request_takes_are_refused() -> None:
    error = refusal("fox" + " --lora ink" * 9)

    assert (error.code, error.facts["allowed"]) == (Code.FIELD_RANGE, ["at most 8"])


@pytest.mark.parametrize("tag", ["<lora:ink:much>", "<lora::1>", "<lora:a:1:2:3>", "<lora: :1>"])
def test_a_tag_that_makes_no_sense_is_refused_as_the_flag_would_be(tag: str) -> None:
    error = refusal(f"fox {tag}")

    assert (error.code, error.facts["flag"]) == (Code.FLAG_VALUE, "--lora")


@pytest.mark.parametrize(
    ("stylize", "guidance"), [(0, 9.0), (50, 8.0), (100, 7.0), (250, 6.3), (550, 5.0), (1000, 3.0)]
)
def test_stylize_becomes_a_guidance_scale(stylize: int, guidance: float) -> None:
    draft = parse(f"fox --stylize {stylize}")

    assert (draft.stylize, draft.guidance_scale) == (stylize, guidance)
    (told,) = hints_of(draft)
    assert (told.hint, dict(told.facts)) == (Hint.STYLIZE, {"value": stylize, "guidance": guidance})


@pytest.mark.parametrize(("chaos", "guidance"), [(0, 7.0), (50, 5.0), (100, 3.0)])
def test_chaos_becomes_a_guidance_scale(chaos: int, guidance: float) -> None:
    draft = parse(f"fox --c {chaos}")

    assert (draft.chaos, draft.guidance_scale) == (chaos, guidance)
    assert [told.hint for told in hints_of(draft)] == [Hint.CHAOS]


def test_of_stylize_and_chaos_the_lower_guidance_wins_and_both_are_told() -> None:
    draft = parse("fox --s 250 --c 80")

    assert draft.guidance_scale == 3.8
    assert [(told.hint, told.facts["guidance"]) for told in hints_of(draft)] == [
        (Hint.STYLIZE, 3.8),
        (Hint.CHAOS, 3.8),
    ]


@pytest.mark.parametrize("text", ["fox --cfg 7 --stylize 100", "fox --stylize 100 --cfg 7", "fox --cfg 7 --c 0 --s 1"])
def test_stylize_beside_cfg_is_refused(text: str) -> None:
    error = refusal(text)

    assert (error.code, error.facts["field"], error.facts["other"]) == (
        Code.FIELD_CONFLICT,
        "guidance_scale",
        "--stylize",
    )


def test_an_alias_is_the_same_flag_twice() -> None:
    assert refusal("fox --s 100 --stylize 100").facts["flag"] == "--stylize"


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("a fox --v 6", ["--v"]),
        ("a fox --v 6.1 --niji --q 2", ["--v", "--niji", "--q"]),
        ("a --niji 6 fox", ["--niji"]),
        ("a --niji fox", ["--niji"]),
        ("a --V 6 fox --fast", ["--v", "--fast"]),
        ("a fox --weird=250 --iw 0.5 --stop 80", ["--weird", "--iw", "--stop"]),
        ("a fox --sref https://x.test/a.png 1234::2 random --sw 50", ["--sref", "--sw"]),
        ("a --sref random fox", ["--sref"]),
        ("a --video --motion low fox", ["--video", "--motion"]),
        ("a fox --p abc1234 --turbo --turbo", ["--p", "--turbo"]),
        ("a fox --hd", ["--hd"]),
    ],
)
def test_midjourneys_other_flags_are_left_out_with_their_values_and_told(text: str, flags: list[str]) -> None:
    draft = parse(text)

    assert draft == Draft(prompt="a fox", typed=text)
    assert [(told.hint, told.facts["flag"]) for told in hints_of(draft)] == [
        (Hint.NO_FLAG_OF_OURS, flag) for flag in flags
    ]


@pytest.mark.parametrize("name", LEFT_OUT)
def test_a_flag_that_is_left_out_never_takes_the_words_behind_it(name: str) -> None:
    assert parse(f"a --{name} red fox --seed 7").prompt == "a red fox"


@pytest.mark.parametrize(
    "text", ["il dit —c'est moi", "the town —c is here", "a —fast fox", "Eva —s'il te plaît", "he left —v 6", "—r two"]
)
def test_words_behind_a_long_dash_are_words(text: str) -> None:
    assert parse(text) == Draft(prompt=text, typed=text)


def test_a_telephone_writes_short_flags_with_a_long_dash_too() -> None:
    draft = parse("fox —s 250 —r=2")

    assert (draft.prompt, draft.stylize, draft.repeat) == ("fox", 250, 2)


def test_text_that_does_not_parse_has_nothing_left_out() -> None:
    assert left_out('fox --v 6 --no "open') == ()
