from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pinxit.domain.errors import ConfigError
from pinxit.domain.generator import Made, Origin
from pinxit.generators.registry import build, kinds
from pinxit.generators.script import question
from pinxit.generators.script.settings import Preset
from tests.builders import a_request
from tests.contracts.test_generators import a_task, made
from tests.fakes import FakeClock
from tests.generators.script_programs import (
    GEN_IMAGES,
    PAINTER,
    a_network,
    a_script,
    failure,
)


def pixel(image: Made) -> Any:  # noqa: ANN401 - Pillow has it so
    with Image.open(io.BytesIO(image.data)) as picture:
        return picture.getpixel((0, 0))


async def test_stylegan_paints_all_seeds_of_a_job_in_one_run(tmp_path: Path) -> None:
    generator = a_script(
        tmp_path, GEN_IMAGES, preset="stylegan3", networks=a_network(tmp_path), trunc=0.7, class_index=2, side_px=32
    )

    images = await made(generator, [a_task(count=3, seed=2**32 - 1, model="faces")])

    assert [pixel(image) for image in images] == [(255, 70, 9), (0, 70, 9), (1, 70, 9)]
    assert {(image.model, image.model_hash, image.origin) for image in images} == {
        ("faces", a_network(tmp_path)["faces"]["sha256"][:10], Origin.TRAINED)
    }


async def test_an_image_of_a_stylegan_series_is_the_same_alone(tmp_path: Path) -> None:
    generator = a_script(tmp_path, GEN_IMAGES, preset="stylegan3", networks=a_network(tmp_path), side_px=32)
    series = await made(generator, [a_task(count=3, seed=6)])

    assert await made(generator, [a_task(count=3, seed=6, indices=(1,))]) == [series[1]]


async def test_a_network_that_was_changed_is_never_opened(tmp_path: Path) -> None:
    networks = a_network(tmp_path)
    started = tmp_path / "started"
    generator = a_script(
        tmp_path, f"open({str(started)!r}, 'w')\n" + GEN_IMAGES, preset="stylegan3", networks=networks, side_px=32
    )
    Path(networks["faces"]["path"]).write_bytes(b"\x08 weights")  # noqa: ASYNC240 - a moment

    assert "the file of network faces has another sha256 than its setting" in await failure(generator)
    assert not started.exists()


async def test_only_networks_of_the_list_can_be_asked_for(tmp_path: Path) -> None:
    networks = a_network(tmp_path, "faces") | a_network(tmp_path, "cats", b"\x09")
    generator = a_script(tmp_path, GEN_IMAGES, preset="stylegan3", networks=networks, model="cats", side_px=32)

    assert generator.capabilities.models == ("cats", "faces")
    assert pixel((await made(generator, [a_task()]))[0])[2] == 9
    assert "not on the list any more" in await failure(generator, model="/evil.pkl")


async def test_a_missing_network_and_a_missing_picture_are_said(tmp_path: Path) -> None:
    networks = a_network(tmp_path)
    nothing = a_script(tmp_path, "", preset="stylegan3", networks=networks)
    assert "has ended without a picture for one of the seeds" in await failure(nothing)

    Path(networks["faces"]["path"]).unlink()  # noqa: ASYNC240 - a moment
    assert "cannot be read (No such file or directory)" in await failure(nothing)


def test_qwen_is_guided_as_its_pipeline_wants_it() -> None:
    said = question(a_request(steps=50, guidance_scale=4.0), 7, Preset.QWEN)

    assert (said["negative_prompt"], said["true_cfg_scale"], said["num_inference_steps"]) == (" ", 4.0, 50)
    assert said["seed"] == 7
    assert "true_cfg_scale" not in question(a_request(), 7, Preset.JSON)


def test_qwens_defaults_are_its_own(tmp_path: Path) -> None:
    can = a_script(tmp_path, "", preset="qwen").capabilities

    assert (can.default_size_px, can.default_steps, can.default_guidance_scale) == ((1328, 1328), 50, 4.0)


def test_what_the_operator_says_of_a_program_is_what_requests_are_checked_by(tmp_path: Path) -> None:
    can = a_script(tmp_path, "", remote=True, repeats=False, negative_prompt=False, model="paint-1").capabilities

    assert (can.remote, can.repeats, can.negative_prompt, can.models) == (True, False, False, ("paint-1",))


async def test_a_program_that_was_never_trained_is_marked_so(tmp_path: Path) -> None:
    image = (await made(a_script(tmp_path, PAINTER, trained=False), [a_task()]))[0]

    assert image.origin is Origin.ALGORITHMIC


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "generators.fox.program is missing"),
        ({"program": []}, "program is empty; write the file first"),
        ({"program": ["a.py"], "preset": "stylegan2"}, "preset is stylegan2; write one of: json, qwen, stylegan3"),
        ({"program": ["a.py"], "timeout_s": 0}, "timeout_s is 0"),
        ({"program": ["a.py"], "env_names": ["HF_TOKEN"]}, "env_names holds HF_TOKEN, which is a secret's name"),
        ({"program": ["a.py"], "networks": {"x": {}}}, "networks does not go with preset json"),
        ({"program": ["a.py"], "preset": "stylegan3"}, "networks does not go with preset stylegan3"),
        (
            {"program": ["a.py"], "preset": "stylegan3", "networks": {"x": {"path": "/x.pkl"}}},
            "networks.x is no network",
        ),
        (
            {
                "program": ["a.py"],
                "preset": "stylegan3",
                "networks": {"x": {"path": "https://a.org/x.pkl", "sha256": "0" * 64}},
            },
            "networks.x.path is https://a.org/x.pkl; write the whole path",
        ),
        (
            {"program": ["a.py"], "preset": "stylegan3", "networks": {"x": {"path": "/x.pkl", "sha256": "abc"}}},
            "networks.x.sha256 is abc; write the 64 digits",
        ),
        ({"program": ["a.py"], "api_key": "sk-hush"}, "generators.fox.api_key is unknown"),
    ],
)
def test_a_wrong_option_is_named_with_its_cure(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        build("fox", "script", options, FakeClock())

    assert sentence in str(wrong.value)
    assert "sk-hush" not in str(wrong.value)


def test_script_is_a_kind() -> None:
    assert kinds()["script"] == "pinxit.generators.script:build"
