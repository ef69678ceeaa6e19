from __future__ import annotations

import pytest

from pinxit.chat.readings import command_of
from pinxit.domain.reading import Program, Reading
from pinxit.domain.request import Lora, Request
from pinxit.prompt.flags import parse

OURS = Request(prompt="a {red} fox", width_px=64, height_px=96, seed=7, steps=9, loras=(Lora("ink", 0.5),), tile=True)


@pytest.mark.parametrize(
    ("reading", "command"),
    [
        (Reading(), ""),
        (
            Reading(prompt="a fox,\n(snow:1.2)", seed=7, size_px=(64, 96)),
            "/imagine a fox, (snow:1.2) --size 64x96 --seed 7",
        ),
        (
            Reading(prompt="a <lora:ink:0.5> fox", negative_prompt='a "sign"', guidance_scale=7.5),
            '/imagine a fox --cfg 7.5 --lora ink:0.5 --no “a "sign"”',
        ),
        (Reading(prompt="{red, blue} --v 6 <lora:x:much>"), r"/imagine \{red, blue} \--v 6 \<lora:x:much>"),
        (
            Reading(Program.PINXIT, request=OURS),
            "/imagine a {red} fox --size 64x96 --seed 7 --steps 9 --cfg 0 --lora ink:0.5 --tile",
        ),
    ],
)
def test_what_was_read_becomes_a_command_that_asks_for_the_same(reading: Reading, command: str) -> None:
    assert command_of(reading) == command
    if reading.prompt and "<lora" not in reading.prompt:
        assert parse(command.removeprefix("/imagine ")).prompt == " ".join(reading.prompt.split())
