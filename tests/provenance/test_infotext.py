from __future__ import annotations

from pinxit import __version__
from pinxit.domain.request import Lora
from pinxit.provenance.infotext import write
from tests.provenance.pictures import a_record


def test_the_text_has_the_form_that_automatic1111_writes() -> None:
    record = a_record(
        request={
            "prompt": "a fox,\nin snow",
            "negative_prompt": "text, frame",
            "steps": 30,
            "sampler": "Euler a",
            "guidance_scale": 7.0,
            "strength": 0.55,
            "clip_skip": 2,
            "tile": True,
            "loras": (Lora("ink", 0.8), Lora("fog")),
        },
        model="sd, the model: v1",
    )

    assert write(record, (640, 480)) == (
        "a fox,\nin snow <lora:ink:0.8> <lora:fog:1>\n"
        "Negative prompt: text, frame\n"
        "Steps: 30, Sampler: Euler a, CFG scale: 7, Seed: 8, Size: 640x480, Model hash: abc123, "
        'Model: "sd, the model: v1", Denoising strength: 0.55, Clip skip: 2, Tiling: True, '
        f"Version: Pinxit {__version__}"
    )


def test_what_is_not_set_is_left_out() -> None:
    record = a_record(request={"prompt": "x"}, model="", model_hash="", sources=())

    assert write(record, (64, 64)) == (
        f"x\nSteps: 20, CFG scale: 7.5, Seed: 8, Size: 64x64, Version: Pinxit {__version__}"
    )


def test_the_prompt_that_was_painted_is_the_one_that_is_named() -> None:
    record = a_record(request={"prompt": "a fox", "enhanced": "a fiery fox"})

    assert write(record, (64, 64)).startswith("a fiery fox\n")


def test_no_line_of_a_prompt_passes_for_the_negative_prompt() -> None:
    record = a_record(request={"prompt": "Negative prompt: a\n\t Negative prompt: b", "negative_prompt": "c"})

    lines = write(record, (64, 64)).split("\n")

    assert [line for line in lines if line.strip().startswith("Negative prompt:")] == ["Negative prompt: c"]


def test_a_name_cannot_pass_for_other_parameters() -> None:
    record = a_record(request={"sampler": 'x, Seed: 1"\nSteps: 2'}, model="m\x00\x1b")

    line = write(record, (64, 64)).split("\n")[-1]

    assert 'Sampler: "x, Seed: 1\\"\\nSteps: 2", ' in line
    assert ", Model: m, " in line
