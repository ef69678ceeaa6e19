"""ComfyUI's graphs: every value of every node is read, or its name is told."""

from __future__ import annotations

from typing import Any

import pytest

from pinxit.domain.reading import Hires, Program, Reading
from pinxit.domain.request import Lora
from pinxit.provenance.comfyui import read_graph
from pinxit.provenance.reading import read
from tests.provenance.comfyui_graphs import a_graph, node
from tests.provenance.foreign_files import comfyui_png, comfyui_webp

PLAIN = Reading(
    program=Program.COMFYUI,
    prompt="a red fox",
    negative_prompt="rain",
    seed=156680208700286,
    steps=20,
    guidance_scale=8.0,
    sampler="euler",
    scheduler="normal",
    size_px=(512, 768),
    model="dreams.safetensors",
    not_understood=("SaveImage#9.filename_prefix",),
)


@pytest.mark.parametrize("write", [comfyui_png, comfyui_webp])
def test_the_first_graph_of_everybody_is_read_from_its_files(write: Any) -> None:  # noqa: ANN401 - two functions
    assert read(write(a_graph())) == PLAIN


def test_adapters_are_read_along_their_chain() -> None:
    graph = a_graph(
        n10=node(
            "LoraLoader",
            lora_name="a.safetensors",
            strength_model=0.8,
            strength_clip=0.8,
            model=["4", 0],
            clip=["4", 1],
        ),
        n11=node(
            "LoraLoader",
            lora_name="b.safetensors",
            strength_model=0.5,
            strength_clip=1.0,
            model=["10", 0],
            clip=["10", 1],
        ),
        n12=node("LoraLoaderModelOnly", lora_name="c.safetensors", strength_model=-1, model=["11", 0]),
        n13=node(
            "Power Lora Loader (rgthree)",
            lora_1={"on": True, "lora": "d.safetensors", "strength": 0.3},
            lora_2={"on": False, "lora": "e.safetensors", "strength": 0.3},
            model=["12", 0],
        ),
        n14=node("CLIPSetLastLayer", stop_at_clip_layer=-2, clip=["11", 1]),
        n15=node("VAELoader", vae_name="vae-ft.safetensors"),
    )
    graph["3"]["inputs"]["model"] = ["13", 0]
    graph["6"]["inputs"]["clip"] = ["14", 0]

    reading = read_graph(graph)

    assert reading.loras == (
        Lora("a.safetensors", 0.8),
        Lora("b.safetensors", 0.5),
        Lora("c.safetensors", -1.0),
        Lora("d.safetensors", 0.3),
    )
    assert (reading.model, reading.clip_skip, reading.vae) == ("dreams.safetensors", 2, "vae-ft.safetensors")
    assert reading.not_understood == ("SaveImage#9.filename_prefix", "LoraLoader#11.strength_clip")


def test_values_and_texts_come_through_other_nodes() -> None:
    graph = a_graph(
        n20=node("PrimitiveInt", value=77),
        n21=node("Text Concatenate", delimiter=", ", clean_whitespace="true", text_a=["22", 0], text_b=["23", 0]),
        n22=node("String Literal", string="a red fox"),
        n23=node("Reroute", x=["24", 0]),
        n24=node("Text Multiline", text="in snow"),
        n25=node("ConditioningCombine", conditioning_1=["6", 0], conditioning_2=["26", 0]),
        n26=node("CLIPTextEncodeSDXL", text_g="at dawn", text_l="at dawn", width=1024, height=1024, clip=["4", 1]),
        n27=node("ControlNetApplyAdvanced", strength=0.9, positive=["25", 0], negative=["7", 0], image=["28", 0]),
        n28=node("LoadImage", image="pose.png"),
    )
    graph["3"]["inputs"] |= {"seed": ["20", 0], "positive": ["27", 0], "negative": ["27", 1]}
    graph["6"]["inputs"]["text"] = ["21", 0]

    reading = read_graph(graph)

    assert (reading.seed, reading.prompt, reading.negative_prompt) == (77, "a red fox, in snow\nat dawn", "rain")
    assert reading.not_understood == (
        "SaveImage#9.filename_prefix",
        "Text Concatenate#21.clean_whitespace",
        "CLIPTextEncodeSDXL#26.width",
        "CLIPTextEncodeSDXL#26.height",
        "ControlNetApplyAdvanced#27.strength",
        "LoadImage#28.image",
    )


def test_flux_has_a_node_for_each_part() -> None:
    graph = {
        "6": node("CLIPTextEncode", text="a castle", clip=["11", 0]),
        "8": node("VAEDecode", samples=["13", 0], vae=["10", 0]),
        "9": node("SaveImage", filename_prefix="flux", images=["8", 0]),
        "10": node("VAELoader", vae_name="ae.safetensors"),
        "11": node("DualCLIPLoader", clip_name1="t5xxl.safetensors", clip_name2="clip_l.safetensors", type="flux"),
        "12": node("UNETLoader", unet_name="flux1-dev.safetensors", weight_dtype="default"),
        "13": node(
            "SamplerCustomAdvanced",
            noise=["25", 0],
            guider=["22", 0],
            sampler=["16", 0],
            sigmas=["17", 0],
            latent_image=["27", 0],
        ),
        "16": node("KSamplerSelect", sampler_name="euler"),
        "17": node("BasicScheduler", scheduler="simple", steps=28, denoise=1.0, model=["30", 0]),
        "22": node("BasicGuider", model=["30", 0], conditioning=["26", 0]),
        "25": node("RandomNoise", noise_seed=219670278747233),
        "26": node("FluxGuidance", guidance=3.5, conditioning=["6", 0]),
        "27": node("EmptySD3LatentImage", width=1024, height=1024, batch_size=1),
        "30": node("ModelSamplingFlux", max_shift=1.15, base_shift=0.5, width=1024, height=1024, model=["12", 0]),
    }

    assert read_graph(graph) == Reading(
        program=Program.COMFYUI,
        prompt="a castle",
        seed=219670278747233,
        steps=28,
        distilled_guidance=3.5,
        sampler="euler",
        scheduler="simple",
        size_px=(1024, 1024),
        model="flux1-dev.safetensors",
        vae="ae.safetensors",
        modules=("t5xxl.safetensors", "clip_l.safetensors"),
        not_understood=(
            "SaveImage#9.filename_prefix",
            "DualCLIPLoader#11.type",
            "UNETLoader#12.weight_dtype",
            "ModelSamplingFlux#30.max_shift",
            "ModelSamplingFlux#30.base_shift",
            "ModelSamplingFlux#30.width",
            "ModelSamplingFlux#30.height",
        ),
    )


def test_a_second_pass_is_what_enlarges() -> None:
    graph = a_graph(
        n30=node("LatentUpscaleBy", upscale_method="bislerp", scale_by=1.5, samples=["3", 0]),
        n31=node(
            "KSampler",
            seed=5,
            steps=12,
            cfg=8.0,
            sampler_name="dpmpp_2m",
            scheduler="karras",
            denoise=0.5,
            model=["4", 0],
            positive=["6", 0],
            negative=["7", 0],
            latent_image=["30", 0],
        ),
    )
    graph["8"]["inputs"]["samples"] = ["31", 0]

    reading = read_graph(graph)

    assert (reading.seed, reading.size_px, reading.strength) == (156680208700286, (512, 768), None)
    assert reading.hires == Hires(
        upscale=1.5,
        steps=12,
        upscaler="bislerp",
        strength=0.5,
        guidance_scale=8.0,
        sampler="dpmpp_2m",
        scheduler="karras",
    )
    assert reading.not_understood == ("SaveImage#9.filename_prefix", "KSampler#31.seed")


def test_base_and_refiner_are_two_passes() -> None:
    shared = {"steps": 25, "cfg": 8.0, "sampler_name": "euler", "scheduler": "normal", "negative": ["7", 0]}
    graph = a_graph(
        n3=node(
            "KSamplerAdvanced",
            **shared,
            add_noise="enable",
            noise_seed=9,
            start_at_step=0,
            end_at_step=20,
            return_with_leftover_noise="enable",
            model=["4", 0],
            positive=["6", 0],
            latent_image=["5", 0],
        ),
        n40=node("CheckpointLoaderSimple", ckpt_name="refiner.safetensors"),
        n41=node(
            "KSamplerAdvanced",
            **shared,
            add_noise="disable",
            noise_seed=0,
            start_at_step=20,
            end_at_step=10000,
            return_with_leftover_noise="disable",
            model=["40", 0],
            positive=["6", 0],
            latent_image=["3", 0],
        ),
    )
    graph["8"]["inputs"]["samples"] = ["41", 0]

    reading = read_graph(graph)

    assert (reading.seed, reading.model, reading.steps) == (9, "dreams.safetensors", 25)
    assert reading.hires is not None
    assert (reading.hires.model, reading.hires.steps) == ("refiner.safetensors", 25)
    names = ("add_noise", "start_at_step", "end_at_step", "return_with_leftover_noise")
    assert set(reading.not_understood) == {
        "SaveImage#9.filename_prefix",
        "KSamplerAdvanced#41.noise_seed",
        *(f"KSamplerAdvanced#{number}.{name}" for number in (3, 41) for name in names),
    }


def test_an_enlargement_in_tiles_is_a_second_pass() -> None:
    graph = a_graph(
        n50=node("UpscaleModelLoader", model_name="4x-UltraSharp.pth"),
        n51=node(
            "UltimateSDUpscale",
            upscale_by=2.0,
            seed=156680208700286,
            steps=15,
            cfg=6.0,
            sampler_name="euler",
            scheduler="normal",
            denoise=0.2,
            mode_type="Linear",
            tile_width=512,
            image=["8", 0],
            model=["4", 0],
            positive=["6", 0],
            negative=["7", 0],
            vae=["4", 2],
            upscale_model=["50", 0],
        ),
        n9=node("SaveImage", filename_prefix="x", images=["51", 0]),
    )

    reading = read_graph(graph)

    assert reading.hires is not None
    assert (reading.hires.upscale, reading.hires.upscaler, reading.hires.strength) == (2.0, "4x-UltraSharp.pth", 0.2)
    assert reading.size_px == (512, 768)
    assert set(reading.not_understood) == {
        "SaveImage#9.filename_prefix",
        "UltimateSDUpscale#51.mode_type",
        "UltimateSDUpscale#51.tile_width",
    }


def test_a_picture_from_a_picture_has_a_strength_and_names_its_source() -> None:
    graph = a_graph(
        n5=node("VAEEncode", pixels=["60", 0], vae=["4", 2]),
        n60=node("LoadImage", image="mine.png"),
    )
    graph["3"]["inputs"]["denoise"] = 0.6

    reading = read_graph(graph)

    assert (reading.strength, reading.size_px) == (0.6, None)
    assert "LoadImage#60.image" in reading.not_understood


def test_what_nobody_saved_is_not_read_for_what_was() -> None:
    graph = a_graph(
        n70=node("KSampler", seed=1, steps=1, positive=["71", 0], latent_image=["5", 0]),
        n71=node("CLIPTextEncode", text="another one", clip=["4", 1]),
    )

    reading = read_graph(graph)

    assert (reading.prompt, reading.seed) == ("a red fox", 156680208700286)
    assert {"KSampler#70.seed", "KSampler#70.steps", "CLIPTextEncode#71.text"} <= set(reading.not_understood)
