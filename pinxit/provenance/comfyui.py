"""ComfyUI's graphs, read: from the picture that was saved back to its sampler, texts, model, adapters and latent.

Every value of every node is either understood or named, as `KSampler#3.cfg`. Sources: ComfyUI, nodes.py
(parts of KSampler and SaveImage) and example graphs, read 2026-11. The values of the other nodes, UltimateSDUpscale's
among them, are taken from how they are known and have not been compared with their code.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pinxit.domain.reading import Hires, Program, Reading
from pinxit.domain.request import Lora
from pinxit.provenance.comfyui_graph import Graph, as_number, as_whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.provenance.comfyui_graph import Node

_MODEL_FILES = ("ckpt_name", "unet_name", "model_name", "gguf_name")
_TEXTS = ("text", "text_g", "text_l", "clip_l", "clip_g", "t5xxl", "prompt", "populated_text", "wildcard_text")
_SEEDS = ("seed", "noise_seed")
_WHOLE_STRENGTH = 1.0
_MAX_ENDS = 20


def read_graph(raw: Mapping[str, object]) -> Reading:
    """Return what a graph in ComfyUI's API format says."""
    graph = Graph(raw)
    samplers = _samplers(graph)
    reading = Reading(program=Program.COMFYUI)
    if samplers:
        reading = _of_sampler(samplers[-1], graph)
        if len(samplers) > 1:
            reading = replace(reading, hires=_second_pass(samplers[-1], samplers[-2], graph))
    vae = next((node for node in graph.nodes if node.kind == "VAELoader"), None)
    return replace(
        reading,
        vae="" if vae is None else graph.text(vae, "vae_name"),
        modules=_modules(graph),
        clip_skip=_clip_skip(graph),
        not_understood=graph.left(),
    )


def _samplers(graph: Graph) -> Sequence[Node]:
    """Return the samplers on the way to the saved picture, the last pass first; all of them where nothing is saved."""
    ends = [node for node in graph.nodes if "filename_prefix" in node.inputs or node.kind.startswith("PreviewImage")]
    for end in ends[:_MAX_ENDS]:
        found = [node for node in graph.upstream(end) if _is_sampler(node)]
        if found:
            return found
    return [node for node in graph.nodes if _is_sampler(node)]


def _is_sampler(node: Node) -> bool:
    has_seed = any(name in node.inputs for name in (*_SEEDS, "noise"))
    return (
        has_seed and any(name in node.inputs for name in ("positive", "guider")) and "conditioning" not in node.inputs
    )


def _of_sampler(sampler: Node, graph: Graph) -> Reading:
    """Return what one sampler, and whatever it is connected to, says; some have a node for each of their parts."""
    guider = graph.linked(sampler, "guider") or sampler
    sigmas = graph.linked(sampler, "sigmas") or sampler
    chooser = graph.linked(sampler, "sampler") or sampler
    noise = graph.linked(sampler, "noise") or sampler
    positive_name = "positive" if "positive" in guider.inputs else "conditioning"
    prompt, distilled = _conditioning(guider, positive_name, graph)
    negative, _ = _conditioning(guider, "negative", graph)
    model, loras = _model(guider, graph)
    latent = _latent(sampler, graph)
    strength = graph.number(sigmas, "denoise")
    is_from_image = latent is not None and latent.kind.startswith(
        ("VAEEncode", "InpaintModelConditioning", "LoadLatent")
    )
    return Reading(
        program=Program.COMFYUI,
        prompt=prompt,
        negative_prompt=negative,
        seed=next((seed for name in _SEEDS if (seed := graph.whole(noise, name)) is not None), None),
        steps=graph.whole(sigmas, "steps"),
        guidance_scale=graph.number(guider, "cfg"),
        distilled_guidance=distilled,
        sampler=graph.text(chooser, "sampler_name"),
        scheduler=graph.text(sigmas, "scheduler"),
        size_px=None if latent is None or is_from_image else _size(latent, graph),
        model=model,
        loras=loras,
        strength=strength if is_from_image or (strength is not None and strength < _WHOLE_STRENGTH) else None,
    )


def _second_pass(first: Node, second: Node, graph: Graph) -> Hires:
    """Return what the pass after the first one did. What it shares with the first is understood, and not repeated."""
    base, more = _of_sampler(first, graph), _of_sampler(second, graph)
    latent = graph.linked(second, "latent_image") or graph.linked(second, "image")
    between = [] if latent is None else [latent, *graph.upstream(latent)]
    enlarged = next((node for node in between if "scale_by" in node.inputs), None)
    resized = next((node for node in between if node.kind.startswith(("LatentUpscale", "ImageScale"))), None)
    own = graph.number(second, "upscale_by")
    upscale_model = next(
        (graph.text(node, "model_name") for node in graph.nodes if node.kind == "UpscaleModelLoader"), ""
    )
    if more.seed != base.seed:
        graph.forget(graph.linked(second, "noise") or second, *_SEEDS)
    return Hires(
        upscale=own if own is not None else (None if enlarged is None else graph.number(enlarged, "scale_by")),
        size_px=None if resized is None or resized is enlarged else _size(resized, graph),
        steps=more.steps,
        upscaler=upscale_model or ("" if resized is None else graph.text(resized, "upscale_method")),
        strength=more.strength,
        guidance_scale=more.guidance_scale,
        sampler=more.sampler,
        scheduler=more.scheduler,
        model="" if more.model == base.model else more.model,
        prompt="" if more.prompt == base.prompt else more.prompt,
        negative_prompt="" if more.negative_prompt == base.negative_prompt else more.negative_prompt,
    )


def _conditioning(node: Node, name: str, graph: Graph) -> tuple[str, float | None]:
    """Follow a conditioning back to its texts. Several are one below the other. The number is Flux's guidance."""
    found: list[str] = []
    guidance: list[float] = []
    seen: set[tuple[str, str]] = set()

    def follow(at: Node, asked: str, depth: int) -> None:
        if (at.id, asked) in seen or not depth:
            return
        seen.add((at.id, asked))
        number = graph.number(at, "guidance")
        if number is not None:
            guidance.append(number)
        texts = [text for each in _TEXTS if (text := graph.words(at, each))]
        found.extend(texts)
        # A node with both, such as ControlNetApplyAdvanced, hands each on in a place of its own.
        both = "positive" in at.inputs and "negative" in at.inputs
        for each in at.inputs:
            is_wanted = each == asked if both else each.startswith("cond") or each in ("positive", "negative")
            if is_wanted and (link := graph.link(at, each)) is not None:
                follow(link[0], ("positive", "negative")[link[1] % 2], depth - 1)

    if (start := graph.link(node, name)) is not None:
        if start[0].kind == "ConditioningZeroOut":
            return "", None
        follow(start[0], ("positive", "negative")[start[1] % 2], graph.MAX_DEPTH)
    return "\n".join(dict.fromkeys(found)), next(iter(guidance), None)


def _model(node: Node, graph: Graph) -> tuple[str, tuple[Lora, ...]]:
    """Follow the model back through its adapters and patches to its file."""
    loras: list[Lora] = []
    at = graph.linked(node, "model")
    for _ in range(graph.MAX_DEPTH):
        if at is None:
            break
        loras += _loras(at, graph)
        for name in _MODEL_FILES:
            if file := graph.text(at, name):
                return file, tuple(reversed(loras))
        at = graph.linked(at, "model")
    return "", tuple(reversed(loras))


def _loras(node: Node, graph: Graph) -> list[Lora]:
    found = []
    if name := graph.text(node, "lora_name"):
        weight = graph.number(node, "strength_model")
        weight = graph.number(node, "strength") if weight is None else weight
        weight = _WHOLE_STRENGTH if weight is None else weight
        if as_number(node.inputs.get("strength_clip")) == weight:
            graph.take(node, "strength_clip")
        found.append(Lora(name, weight))
    for key, value in node.inputs.items():  # Power Lora Loader (rgthree) has one object for each.
        if isinstance(value, dict) and isinstance(file := value.get("lora"), str):
            graph.take(node, key)
            weight = as_number(value.get("strength"))
            if value.get("on", True) is True:
                found.append(Lora(file, _WHOLE_STRENGTH if weight is None else weight))
    return found[::-1]


def _latent(sampler: Node, graph: Graph) -> Node | None:
    """Follow the latent back to where it begins, through other passes and enlargements."""
    at = graph.linked(sampler, "latent_image") or graph.linked(sampler, "latent")
    for _ in range(graph.MAX_DEPTH):
        below = None
        if at is not None and not at.kind.startswith("VAEEncode"):
            names = ("samples", "latent_image", "latent")
            below = next((found for name in names if (found := graph.linked(at, name)) is not None), None)
        if below is None:
            return at
        at = below
    return at


def _size(node: Node, graph: Graph) -> tuple[int, int] | None:
    if as_whole(node.inputs.get("batch_size")) == 1:
        graph.take(node, "batch_size")
    for one, other in (("width", "height"), ("empty_latent_width", "empty_latent_height")):
        width, height = graph.whole(node, one), graph.whole(node, other)
        if width is not None and height is not None:
            return width, height
    return None


def _modules(graph: Graph) -> tuple[str, ...]:
    """Return the files of the text encoders that are loaded beside the model."""
    loaders = [node for node in graph.nodes if "CLIPLoader" in node.kind]
    names = ("clip_name", "clip_name1", "clip_name2", "clip_name3", "clip_name4")
    return tuple(file for node in loaders for name in names if (file := graph.text(node, name)))


def _clip_skip(graph: Graph) -> int | None:
    node = next((node for node in graph.nodes if node.kind == "CLIPSetLastLayer"), None)
    layer = None if node is None else graph.whole(node, "stop_at_clip_layer")
    return None if layer is None else -layer
