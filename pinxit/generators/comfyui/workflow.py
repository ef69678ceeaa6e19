"""A workflow as a file: what it leaves open, and the graph that it becomes for one picture.

The format is the one that ComfyUI's page exports for its API: nodes by id, each with `class_type` and `inputs`, values
or links `[id, output]`. Source: ComfyUI, execution.py, `validate_prompt`, read 2026-11.
"""

from __future__ import annotations

import json
import re
import stat
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, TypeAlias

from pinxit.domain.request import Json, Lora, Mode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

Graph: TypeAlias = "dict[str, dict[str, Json]]"

_PLACEHOLDER = re.compile(
    "%(prompt|negative|seed|width|height|steps|cfg|sampler|scheduler|denoise|model|image|mask|batch)%"
)
_NEEDED = {
    Mode.TXT2IMG: ("prompt",),
    Mode.IMG2IMG: ("prompt", "image"),
    Mode.INPAINT: ("prompt", "image", "mask"),
    Mode.OUTPAINT: ("prompt", "image", "mask"),
    Mode.UPSCALE: ("image",),
}
MODES = tuple(_NEEDED)
SHIPPED = (Mode.TXT2IMG, Mode.IMG2IMG, Mode.INPAINT)
_LOADER = "CheckpointLoaderSimple"  # In our own graphs; its outputs are model, clip and vae.
_MOST_BYTES = 8 * 2**20  # Of a file; exported ones have some 10 KB.
_MOST_LEVELS = 64
_SLOW_INPUTS = {"latent_image", "upscale_model"}  # Of nodes that sample or enlarge; the others take no time.


@dataclass(frozen=True, slots=True)
class Workflow:
    """`name`: for people and recipes. `is_ours`: takes LoRAs and a clip skip, and makes the very size asked for."""

    name: str
    nodes: Mapping[str, Mapping[str, Json]]
    is_ours: bool = False

    @property
    def placeholders(self) -> frozenset[str]:
        """Return the names between percent signs that it holds anywhere."""
        texts = (text for node in self.nodes.values() for text in _texts(node["inputs"]))
        return frozenset(found for text in texts for found in _PLACEHOLDER.findall(text))

    @property
    def weighs_words(self) -> bool:
        """Tell whether every node with the prompt understands weights such as (word:1.2)."""
        kinds = [
            str(node["class_type"]) for node in self.nodes.values() if "%prompt%" in "".join(_texts(node["inputs"]))
        ]
        return all(kind.startswith("CLIPTextEncode") for kind in kinds)

    def place_of(self, placeholder: str) -> tuple[str, str] | None:
        """Return (class, input) of the first node that takes this placeholder and nothing else, or None."""
        for node in self.nodes.values():
            for name, value in _inputs(node).items():
                if value == f"%{placeholder}%":
                    return str(node["class_type"]), name
        return None

    def graph(self, values: Mapping[str, str | int | float]) -> Graph:
        """Return the graph with a value in each placeholder's place: a number stays one where it stands alone.

        `values`: for every placeholder that it holds. What a value holds is never looked at for placeholders again.
        """
        return {
            key: {"class_type": node["class_type"], "inputs": _filled(node["inputs"], values)}
            for key, node in self.nodes.items()
        }


def shipped(mode: Mode) -> Workflow:
    """Return our own workflow for a mode of SHIPPED."""
    text = files(__package__).joinpath("graphs", f"{mode.value}.json").read_text("utf-8")
    return Workflow(mode.value, json.loads(text), is_ours=True)


def read_workflow(mode: Mode, path: Path) -> Workflow:
    """Return the operator's workflow. Raises ValueError: what is wrong with the file, and what to do."""
    where = f"workflows.{mode.value} is {path.name},"
    try:
        text = _text(path)
    except OSError as error:
        reason = error.strerror or error
        raise ValueError(f"{where} which cannot be read ({reason}); write the path of a workflow") from error
    try:
        nodes: Json = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{where} which is no JSON; export it once more with Workflow → Export (API)") from error
    if _is_deeper(nodes, _MOST_LEVELS):
        raise ValueError(f"{where} which is nested more than {_MOST_LEVELS} times; simplify what its nodes are given")
    if isinstance(nodes, dict) and isinstance(nodes.get("nodes"), list):
        cure = "open it there, choose Workflow → Export (API), and name that file"
        raise ValueError(f"{where} which is saved for ComfyUI's page; {cure}")  # noqa: TRY004 - one kind of error
    if not isinstance(nodes, dict) or not nodes or not all(map(_is_node, nodes.values())):
        raise ValueError(f"{where} which is no workflow; export one with Workflow → Export (API)")
    workflow = Workflow(path.name, nodes)  # type: ignore[arg-type]  # every value is a node, as seen above
    lacking = [f"%{name}%" for name in _NEEDED[mode] if name not in workflow.placeholders]
    if lacking:
        raise ValueError(f"{where} which has no {lacking[0]}; write {lacking[0]} where that belongs in the file")
    try:
        json.dumps([node["inputs"] for node in workflow.nodes.values()], allow_nan=False)
    except ValueError as error:
        raise ValueError(f"{where} which holds NaN or Infinity, which no JSON has; write a number") from error
    return workflow


def with_adapters(graph: Graph, loras: tuple[Lora, ...], clip_skip: int) -> Graph:
    """Return one of our graphs with LoRAs between the checkpoint and whoever uses it, and with a clip skip.

    `loras`: by the server's names. `clip_skip`: how many layers before the end the text is taken; 0: as the model says.
    """
    loader = next(key for key, node in graph.items() if node["class_type"] == _LOADER)
    model: list[Json] = [loader, 0]
    clip: list[Json] = [loader, 1]
    added: Graph = {}
    for number, lora in enumerate(loras):
        key = f"lora{number}"
        strengths: dict[str, Json] = {"strength_model": lora.weight, "strength_clip": lora.weight}
        inputs: dict[str, Json] = {"lora_name": lora.name, **strengths, "model": model, "clip": clip}
        added[key] = {"class_type": "LoraLoader", "inputs": inputs}
        model, clip = [key, 0], [key, 1]
    if clip_skip:
        layer: dict[str, Json] = {"stop_at_clip_layer": -clip_skip, "clip": clip}
        added["skip"] = {"class_type": "CLIPSetLastLayer", "inputs": layer}
        clip = ["skip", 0]

    def moved(value: Json) -> Json:
        return model if value == [loader, 0] else clip if value == [loader, 1] else value

    users = {
        key: {**node, "inputs": {name: moved(value) for name, value in _inputs(node).items()}}
        for key, node in graph.items()
    }
    return {**users, **added}


def slow_nodes(graph: Graph) -> frozenset[str]:
    """Return the ids of the nodes that take the time, by which progress is reckoned."""
    return frozenset(key for key, node in graph.items() if not _SLOW_INPUTS.isdisjoint(_inputs(node)))


def _text(path: Path) -> bytes:
    """Return what the file holds. Raises OSError for anything but a file of a workflow's size."""
    facts = path.stat()
    if not stat.S_ISREG(facts.st_mode):  # A pipe would be waited for, and a device has no end.
        raise OSError("no file")
    if facts.st_size > _MOST_BYTES:
        raise OSError(f"larger than {_MOST_BYTES} bytes")
    return path.read_bytes()


def _is_deeper(value: Json, levels: int) -> bool:
    """Tell whether lists and tables are nested in more levels; not by recursion, which that would break."""
    here = [value]
    for _ in range(levels):
        here = [inner for one in here for inner in _inside(one)]
    return any(isinstance(one, list | dict) for one in here)


def _inside(value: Json) -> Iterable[Json]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _is_node(value: Json) -> bool:
    return (
        isinstance(value, dict) and isinstance(value.get("class_type"), str) and isinstance(value.get("inputs"), dict)
    )


def _inputs(node: Mapping[str, Json]) -> Mapping[str, Json]:
    inputs = node["inputs"]
    return inputs if isinstance(inputs, dict) else {}


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for inner in _inside(value):
            yield from _texts(inner)


def _filled(value: Json, values: Mapping[str, str | int | float]) -> Json:
    if isinstance(value, list):
        return [_filled(inner, values) for inner in value]
    if isinstance(value, dict):
        return {key: _filled(inner, values) for key, inner in value.items()}
    if not isinstance(value, str):
        return value
    alone = _PLACEHOLDER.fullmatch(value)
    return values[alone[1]] if alone else _PLACEHOLDER.sub(lambda found: str(values[found[1]]), value)
