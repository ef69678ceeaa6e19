"""The nodes that the loopback ComfyUI has: what each of them wants, how a graph is refused, and how it is painted.

Source: ComfyUI, execution.py, `validate_inputs`; nodes.py; comfy_extras/nodes_mask.py; read 2026-11.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageColor

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

SAMPLERS = ["euler", "euler_ancestral", "dpmpp_2m", "heun"]
SCHEDULERS = ["normal", "karras", "simple"]
_LIMIT = 16384


@dataclass(slots=True)
class Shelf:
    """The files that the server has. `pictures`: uploads by their annotated names. `memory_px`: what fits."""

    checkpoints: dict[str, str] = field(
        default_factory=lambda: {"plain_v1.safetensors": "navy", "sub/vivid_v2.safetensors": "crimson"}
    )
    loras: list[str] = field(default_factory=lambda: ["ink.safetensors", "chalk.safetensors"])
    pictures: dict[str, bytes] = field(default_factory=dict)
    memory_px: int = 2048 * 2048

    def inputs(self, node_class: str) -> dict[str, Any] | None:
        """Return the required inputs of a class: a type to link to, a list of choices, or (least, most, step)."""
        sampler = {"seed": (0, 2**64 - 1, 1), "steps": (1, 10000, 1), "cfg": (0.0, 100.0, 0.1)}
        choices = {"sampler_name": SAMPLERS, "scheduler": SCHEDULERS, "denoise": (0.0, 1.0, 0.01)}
        links = {"model": "MODEL", "positive": "CONDITIONING", "negative": "CONDITIONING", "latent_image": "LATENT"}
        side = (16, _LIMIT, 8)
        known: dict[str, dict[str, Any]] = {
            "CheckpointLoaderSimple": {"ckpt_name": list(self.checkpoints)},
            "LoraLoader": {
                "model": "MODEL",
                "clip": "CLIP",
                "lora_name": self.loras,
                "strength_model": (-100.0, 100.0, 0.01),
                "strength_clip": (-100.0, 100.0, 0.01),
            },
            "CLIPSetLastLayer": {"clip": "CLIP", "stop_at_clip_layer": (-24, -1, 1)},
            "CLIPTextEncode": {"text": "STRING", "clip": "CLIP"},
            "EmptyLatentImage": {"width": side, "height": side, "batch_size": (1, 4096, 1)},
            "LoadImage": {"image": "FILE"},
            "LoadImageMask": {"image": "FILE", "channel": ["alpha", "red", "green", "blue"]},
            "VAEEncode": {"pixels": "IMAGE", "vae": "VAE"},
            "SetLatentNoiseMask": {"samples": "LATENT", "mask": "MASK"},
            "KSampler": {**links, **sampler, **choices},
            "VAEDecode": {"samples": "LATENT", "vae": "VAE"},
            "ImageScale": {
                "image": "IMAGE",
                "upscale_method": ["nearest-exact", "lanczos"],
                "width": (0, _LIMIT, 1),
                "height": (0, _LIMIT, 1),
                "crop": ["disabled", "center"],
            },
            "ImageCompositeMasked": {
                "destination": "IMAGE",
                "source": "IMAGE",
                "x": (0, _LIMIT, 1),
                "y": (0, _LIMIT, 1),
                "resize_source": "BOOLEAN",
            },
            "SaveImage": {"images": "IMAGE", "filename_prefix": "STRING"},
            "PreviewImage": {"images": "IMAGE"},
        }
        return known.get(node_class)


_MAKES = {
    "CheckpointLoaderSimple": ["MODEL", "CLIP", "VAE"],
    "LoraLoader": ["MODEL", "CLIP"],
    "CLIPSetLastLayer": ["CLIP"],
    "CLIPTextEncode": ["CONDITIONING"],
    "EmptyLatentImage": ["LATENT"],
    "LoadImage": ["IMAGE", "MASK"],
    "LoadImageMask": ["MASK"],
    "VAEEncode": ["LATENT"],
    "SetLatentNoiseMask": ["LATENT"],
    "KSampler": ["LATENT"],
    "VAEDecode": ["IMAGE"],
    "ImageScale": ["IMAGE"],
    "ImageCompositeMasked": ["IMAGE"],
}
_OPTIONAL = {"ImageCompositeMasked": {"mask": "MASK"}}
OUTPUTS = {"SaveImage": "output", "PreviewImage": "temp"}


def refusal(graph: Any, shelf: Shelf) -> dict[str, Any] | None:  # noqa: ANN401 - whatever was sent
    """Return the body of the 400 that the graph earns, or None if it may be queued."""
    for key, node in graph.items():
        if shelf.inputs(node.get("class_type", "")) is None:
            told = f"Cannot execute because node {node.get('class_type')} does not exist."
            return _error("missing_node_type", told, f"Node ID '#{key}'")
    if not any(node["class_type"] in OUTPUTS for node in graph.values()):
        return _error("prompt_no_outputs", "Prompt has no outputs", "")
    wrong: dict[str, Any] = {}
    for key, node in graph.items():
        found = [one for one in (_fault(graph, node, *pair, shelf) for pair in _wanted(node, shelf)) if one]
        if found:
            wrong[key] = {"errors": found, "dependent_outputs": [], "class_type": node["class_type"]}
    if not wrong:
        return None
    said = _error("prompt_outputs_failed_validation", "Prompt outputs failed validation", "")
    return {**said, "node_errors": wrong}


def _wanted(node: dict[str, Any], shelf: Shelf) -> list[tuple[str, Any]]:
    optional = _OPTIONAL.get(node["class_type"], {})
    there = {name: kind for name, kind in optional.items() if name in node["inputs"]}
    return [*(shelf.inputs(node["class_type"]) or {}).items(), *there.items()]


def _fault(graph: Any, node: dict[str, Any], name: str, kind: Any, shelf: Shelf) -> dict[str, Any] | None:  # noqa: ANN401
    def fault(word: str) -> dict[str, Any]:
        said = f"{name}: {node['inputs'].get(name)!r}"
        return {"type": word, "message": word, "details": said, "extra_info": {"input_name": name}}

    if name not in node["inputs"]:
        return fault("required_input_missing")
    value = node["inputs"][name]
    if isinstance(value, list):
        source = graph.get(value[0]) if len(value) == 2 else None
        made = _MAKES.get(source["class_type"], []) if source else []
        if source is None or not isinstance(value[1], int) or value[1] >= len(made):
            return fault("bad_linked_input")
        return None if made[value[1]] == kind else fault("return_type_mismatch")
    if isinstance(kind, tuple):
        least, most, step = kind
        if isinstance(value, bool) or not isinstance(value, int if isinstance(step, int) else (int, float)):
            return fault("invalid_input_type")
        return (
            fault("value_smaller_than_min")
            if value < least
            else fault("value_bigger_than_max")
            if value > most
            else None
        )
    if isinstance(kind, list):
        return None if value in kind else fault("value_not_in_list")
    if kind == "FILE":
        return None if value in shelf.pictures else fault("custom_validation_failed")
    if kind == "STRING":
        return None if isinstance(value, str) else fault("invalid_input_type")
    return None if kind == "BOOLEAN" and isinstance(value, bool) else fault("bad_linked_input")


def _error(kind: str, message: str, details: str) -> dict[str, Any]:
    return {"error": {"type": kind, "message": message, "details": details, "extra_info": {}}, "node_errors": {}}


class TooLargeError(Exception):
    """A picture does not fit into the memory."""


@dataclass(frozen=True, slots=True)
class Latent:
    """What is sampled: a size or a picture to begin from, and where."""

    size: tuple[int, int]
    picture: Image.Image | None = None
    mask: Image.Image | None = None


class Painting:
    """Runs one graph, each node once. `step`: awaited before each step of a sampler, as (node, number, steps)."""

    def __init__(
        self, graph: dict[str, Any], shelf: Shelf, begin: Callable[[str], Awaitable[None]], step: Callable[..., Any]
    ) -> None:
        self._graph, self._shelf, self._begin, self._step = graph, shelf, begin, step
        self._made: dict[str, Any] = {}

    async def of(self, key: str) -> Any:  # noqa: ANN401 - as many kinds as nodes
        """Return the outputs of a node, after those that it needs."""
        if key not in self._made:
            node = self._graph[key]
            values = {
                name: (await self.of(value[0]))[value[1]] if isinstance(value, list) else value
                for name, value in node["inputs"].items()
            }
            await self._begin(key)
            self._made[key] = await self._run(key, node["class_type"], values)
        return self._made[key]

    async def _run(self, key: str, kind: str, of: dict[str, Any]) -> Any:  # noqa: ANN401, PLR0912 - a case a class
        match kind:
            case "CheckpointLoaderSimple":
                return [of["ckpt_name"], "clip", "vae"]
            case "LoraLoader":
                return [of["model"], of["clip"]]
            case "CLIPTextEncode":
                return [of["text"]]
            case "EmptyLatentImage":
                return [Latent((of["width"] // 8 * 8, of["height"] // 8 * 8))]
            case "LoadImage":
                return [Image.open(io.BytesIO(self._shelf.pictures[of["image"]])).convert("RGB"), None]
            case "LoadImageMask":
                place = ["red", "green", "blue"].index(of["channel"])
                return [Image.open(io.BytesIO(self._shelf.pictures[of["image"]])).convert("RGB").split()[place]]
            case "VAEEncode":
                return [Latent(of["pixels"].size, of["pixels"])]
            case "SetLatentNoiseMask":
                return [Latent(of["samples"].size, of["samples"].picture, of["mask"])]
            case "KSampler":
                return [await self._sample(key, of)]
            case "VAEDecode":
                return [of["samples"].picture]
            case "ImageScale":
                return [of["image"].resize((of["width"], of["height"]))]
            case "ImageCompositeMasked":
                return [Image.composite(of["source"], of["destination"], of["mask"])]
            case _:
                return [of.get("images", of.get("clip"))]

    async def _sample(self, key: str, of: dict[str, Any]) -> Latent:
        latent: Latent = of["latent_image"]
        if latent.size[0] * latent.size[1] > self._shelf.memory_px:
            raise TooLargeError(of["positive"])
        for number in range(of["steps"]):
            await self._step(key, number + 1, of["steps"])
        painted = Image.new("RGB", latent.size, ImageColor.getrgb(self._shelf.checkpoints[of["model"]]))
        if latent.picture is not None:
            painted = Image.blend(latent.picture, painted, of["denoise"])
            if latent.mask is not None:
                painted = Image.composite(painted, latent.picture, latent.mask)
        seed = of["seed"]
        painted.putpixel((0, 0), (seed % 256, seed // 256 % 256, seed // 65536 % 256))
        return Latent(latent.size, painted)
