"""AUTOMATIC1111's and Forge's infotexts: every field of theirs is read, or its name is told."""

from __future__ import annotations

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pinxit.domain.facts import is_text
from pinxit.domain.ids import ImageId, JobId
from pinxit.domain.reading import Hires, Program, Reading
from pinxit.domain.request import Lora
from pinxit.provenance import infotext
from pinxit.provenance.infotext_reading import read_infotext
from pinxit.provenance.record import Record
from tests.builders import a_request

HIRES_PROMPT = 'a "quoted" fox, Steps: 3\nin snow'
FULL = f"""girl, (masterpiece:1.2), <lora:add_detail:0.8>
Steps: are not parameters here, <lora:Style-XL:-1.5:0.4>
Negative prompt: ugly, Seed: 5
blurry
Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7.5, Seed: 965400086, Size: 512x768, \
Model hash: 6ce0161689, Model: v1-5-pruned, VAE hash: 235745af8d, VAE: vae-ft-mse.safetensors, Variation seed: 12, \
Variation seed strength: 0.25, Denoising strength: 0.55, Clip skip: 2, ENSD: 31337, RNG: CPU, Tiling: True, \
ControlNet 0: "Module: canny, Model: control_v11p [d14c016b], Weight: 1", Hires upscale: 1.5, Hires steps: 12, \
Hires upscaler: 4x-UltraSharp, Hires prompt: {json.dumps(HIRES_PROMPT)}, Hires negative prompt: "bad, worse", \
Lora hashes: "add_detail: 7c6bad76eb54, Style-XL: 1122aabb", TI hashes: "easy: c74b4e", Pad conds, Version: v1.10.1"""
FORGE = """a castle above the clouds
Steps: 20, Sampler: Euler, Schedule type: Simple, CFG scale: 1, Distilled CFG Scale: 3.5, Seed: 4011331155, \
Size: 896x1152, Model hash: bea01d51bd, Model: flux1-dev-bnb-nf4-v2, Hires Module 1: Use same choices, \
Hires CFG Scale: 1, Hires resize: 1344x1728, Beta schedule alpha: 0.6, Diffusion in Low Bits: Automatic (fp16 LoRA), \
Version: f2.0.1v1.10.1-previous-669-gdfdcbab6, Module 1: ae, Module 2: clip_l, Module 3: t5xxl_fp8_e4m3fn"""


def test_every_field_of_automatic1111_is_read_or_named() -> None:
    assert read_infotext(FULL) == Reading(
        program=Program.AUTOMATIC1111,
        prompt="girl, (masterpiece:1.2), <lora:add_detail:0.8>\n"
        "Steps: are not parameters here, <lora:Style-XL:-1.5:0.4>",
        negative_prompt="ugly, Seed: 5\nblurry",
        seed=965400086,
        steps=20,
        guidance_scale=7.5,
        sampler="DPM++ 2M",
        scheduler="Karras",
        size_px=(512, 768),
        model="v1-5-pruned",
        model_hash="6ce0161689",
        vae="vae-ft-mse.safetensors",
        vae_hash="235745af8d",
        loras=(Lora("add_detail", 0.8), Lora("Style-XL", 0.4)),
        lora_hashes={"add_detail": "7c6bad76eb54", "Style-XL": "1122aabb"},
        clip_skip=2,
        hires=Hires(
            upscale=1.5,
            steps=12,
            upscaler="4x-UltraSharp",
            strength=0.55,
            prompt=HIRES_PROMPT,
            negative_prompt="bad, worse",
        ),
        variation_seed=12,
        variation_strength=0.25,
        tile=True,
        version="v1.10.1",
        not_understood=("ENSD", "RNG", "ControlNet 0", "TI hashes", "Pad conds"),
    )


def test_every_field_of_forge_is_read_or_named() -> None:
    assert read_infotext(FORGE) == Reading(
        program=Program.FORGE,
        prompt="a castle above the clouds",
        seed=4011331155,
        steps=20,
        guidance_scale=1.0,
        distilled_guidance=3.5,
        sampler="Euler",
        scheduler="Simple",
        size_px=(896, 1152),
        model="flux1-dev-bnb-nf4-v2",
        model_hash="bea01d51bd",
        modules=("ae", "clip_l", "t5xxl_fp8_e4m3fn"),
        hires=Hires(size_px=(1344, 1728), guidance_scale=1.0),
        version="f2.0.1v1.10.1-previous-669-gdfdcbab6",
        not_understood=("Hires Module 1", "Beta schedule alpha", "Diffusion in Low Bits"),
    )


def test_the_strength_of_a_picture_from_a_picture_is_its_own() -> None:
    reading = read_infotext("a fox\nSteps: 20, Seed: 1, Size: 64x64, Denoising strength: 0.4, Mask blur: 4")

    assert (reading.strength, reading.hires, reading.not_understood) == (0.4, None, ("Mask blur",))


@pytest.mark.parametrize(
    ("text", "prompt", "negative", "steps"),
    [
        ("a fox\nSteps: 20, Seed: 1, Size: 8x8", "a fox", "", 20),
        ("Negative prompt: rain\nSteps: 20, Seed: 1, Size: 8x8", "", "rain", 20),
        ("Steps: 20, Seed: 1, Size: 8x8", "", "", 20),
        ("only words, nothing: else", "only words, nothing: else", "", None),
        ("Steps: 10, Seed: 2, Size: 4x4\nSteps: 20, Seed: 1, Size: 8x8", "Steps: 10, Seed: 2, Size: 4x4", "", 20),
        ("a\n\nb  \nNegative prompt:\nc\nSteps: 20, Seed: 1, Size: 8x8", "a\n\nb", "c", 20),
        ("a fox\r\nNegative prompt: x\r\nSteps: 20, Seed: 1, Size: 8x8\r\n", "a fox", "x", 20),
        ("", "", "", None),
    ],
)
def test_prompts_end_where_they_end(text: str, prompt: str, negative: str, steps: int | None) -> None:
    reading = read_infotext(text)

    assert (reading.prompt, reading.negative_prompt, reading.steps) == (prompt, negative, steps)


@pytest.mark.parametrize(
    ("pair", "name"),
    [
        ("Steps: many", "Steps"),
        ("Seed: " + "9" * 5000, "Seed"),
        ("CFG scale: nan", "CFG scale"),
        ("CFG scale: 1e999", "CFG scale"),
        ("Size: 8", "Size"),
        ("Tiling: perhaps", "Tiling"),
        ('Note: "unfinished, quote', "Note"),
        ('Civitai resources: [{"type":"lora","weight":0.5},{"type":"checkpoint"}]', "Civitai resources"),
        ("Template: a {red|blue} fox", "Template"),
    ],
)
def test_a_value_that_cannot_be_read_is_named(pair: str, name: str) -> None:
    reading = read_infotext(f"a fox\n{pair}, Model: m, Version: v1, Sampler: Euler")

    assert name in reading.not_understood
    assert reading.model == "m"
    assert reading.sampler == "Euler"


def test_tags_of_adapters_take_every_form() -> None:
    text = "<lora:a> <lora:b:0.5> <lora:c:0.5:0.7> <lora:d:te=0.1:unet=0.2> <lora:e:x> <lyco:f:2> <lora:a:9> <lora:>"

    found = read_infotext(text).loras

    assert found == (Lora("a"), Lora("b", 0.5), Lora("c", 0.7), Lora("d", 0.2), Lora("e"), Lora("f", 2.0))


@pytest.mark.parametrize(
    "text",
    [
        "a " * 500_000 + "\nSteps: 1, Seed: 1, Size: 1x1",
        "x\n" + "Steps: 1, " * 200_000,
        "x\n" + "a" * 2_000_000,
        "x\n" + "a: " * 500_000,
        'x\nSteps: 1, Seed: 1, Size: 1x1, A: "' + "\\" * 1_000_000,
        "x\nSteps: 1, Seed: 1, Size: 1x1, A: " + "[" * 100_000,
        "x\nSteps: 1, Seed: 1, Size: 1x1, " + 'A: "b" c, ' * 20_000,
        "<lora:" * 300_000,
        "<lora:a:" + ":" * 1_000_000,
        "Negative prompt:\n" * 100_000,
    ],
    ids=range(10),
)
def test_a_hostile_text_is_read_in_one_pass(text: str) -> None:
    reading = read_infotext(text)

    assert len(reading.not_understood) <= 500


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), max_size=60) | st.lists(
    st.sampled_from(
        [
            "Steps: 20, Seed: 3, Size: 8x8",
            "Negative prompt",
            "Negative prompt:",
            "Negative prompt :",
            "fox",
            ",",
            ":",
            '"',
            "\\",
            "\n",
            " ",
            "<lora:x:1>",
        ]
    ),
    max_size=12,
).map("".join)


@given(prompt=WORDS, negative=WORDS, name=WORDS)
def test_what_we_write_is_read_back(prompt: str, negative: str, name: str) -> None:
    prompt, negative, name = prompt.strip() or "x", negative.strip(), name.strip()
    assume(all(map(is_text, (prompt, negative, name))))
    request = a_request(prompt=prompt, negative_prompt=negative, steps=20, guidance_scale=7.0, sampler="Euler, a: b")
    record = Record(JobId("j"), ImageId("i"), 0, 11, "sketch", name, "abc", "", request)

    reading = read_infotext(infotext.write(record, (64, 48)))

    assert (reading.prompt, reading.negative_prompt) == (prompt, negative)
    assert (reading.seed, reading.steps, reading.size_px, reading.model_hash) == (11, 20, (64, 48), "abc")
    assert (reading.sampler, reading.guidance_scale) == ("Euler, a: b", 7.0)
    assert reading.model == name
    assert (reading.program, reading.not_understood) == (Program.PINXIT, ())
