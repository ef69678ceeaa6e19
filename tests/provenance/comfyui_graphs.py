"""ComfyUI graphs to read."""

from __future__ import annotations

from typing import Any

Graph = dict[str, Any]


def node(kind: str, **inputs: object) -> dict[str, object]:
    return {"class_type": kind, "inputs": inputs, "_meta": {"title": kind}}


def a_graph(**changes: dict[str, object]) -> Graph:
    """Return the graph that ComfyUI opens with, made smaller."""
    graph = {
        "3": node(
            "KSampler",
            seed=156680208700286,
            steps=20,
            cfg=8.0,
            sampler_name="euler",
            scheduler="normal",
            denoise=1.0,
            model=["4", 0],
            positive=["6", 0],
            negative=["7", 0],
            latent_image=["5", 0],
        ),
        "4": node("CheckpointLoaderSimple", ckpt_name="dreams.safetensors"),
        "5": node("EmptyLatentImage", width=512, height=768, batch_size=1),
        "6": node("CLIPTextEncode", text="a red fox", clip=["4", 1]),
        "7": node("CLIPTextEncode", text="rain", clip=["4", 1]),
        "8": node("VAEDecode", samples=["3", 0], vae=["4", 2]),
        "9": node("SaveImage", filename_prefix="ComfyUI", images=["8", 0]),
    }
    return {**graph, **{name.removeprefix("n"): value for name, value in changes.items()}}
