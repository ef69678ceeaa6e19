"""What a ComfyUI server's refusals mean, as our errors. Nodes are named by our own graph, never by the server's words.

Source: ComfyUI, server.py, `post_prompt`; execution.py, `validate_inputs` and `handle_execution_error`; read 2026-11.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from pinxit.domain.errors import Broken, Temporary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.errors import PinxitError
    from pinxit.domain.request import Json
    from pinxit.generators.comfyui.workflow import Graph
    from pinxit.generators.http import Answer

_MEMORY = ("out of memory", "Allocation on device")  # CUDA, ROCm and DirectML have words of their own.
_OPTIONS = {"sampler_name": "samplers", "scheduler": "samplers", "ckpt_name": "model", "lora_name": "loras"}


def fault(name: str, answer: Answer, graph: Graph | None = None) -> PinxitError | None:
    """Return what an answer other than 2xx means, None to have its status decide.

    `name`: the generator's. `graph`: the one that was sent.
    """
    if answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return Broken(
            f"{name} does not let Pinxit in ({answer.status}); set api_key to what the server before it wants"
        )
    if answer.status == HTTPStatus.NOT_FOUND:
        return Broken(f"{name} does not answer as ComfyUI does (404); correct its base_url")
    if answer.status == HTTPStatus.BAD_REQUEST and graph is not None:
        said = answer.json()
        return Broken(f"{name} {_invalid(name, said if isinstance(said, dict) else {}, graph)}")
    return None


def fault_of_end(name: str, entry: Mapping[str, Json], graph: Graph) -> PinxitError | None:
    """Return why a graph that has ended made no picture, or None if nothing went wrong.

    `entry`: what the server's history says of it.
    """
    status = entry.get("status")
    if not isinstance(status, dict) or status.get("status_str") != "error":
        return None
    notes = status.get("messages")
    messages = {
        note[0]: note[1]
        for note in (notes if isinstance(notes, list) else [])
        if isinstance(note, list) and len(note) == 2 and isinstance(note[0], str)  # noqa: PLR2004 - name and facts
    }
    if "execution_interrupted" in messages:
        return Temporary(f"{name} stopped painting: somebody interrupted it at the server")
    facts = messages.get("execution_error")
    facts = facts if isinstance(facts, dict) else {}
    kind, text = str(facts.get("exception_type")), str(facts.get("exception_message"))
    if kind.endswith("OutOfMemoryError") or any(words in text for words in _MEMORY):
        return Broken(
            f"{name} has too little graphics memory for a picture of this size; ask for a smaller one, or start ComfyUI"
            " with --lowvram"
        )
    return Broken(f"{name} failed{_at(graph, facts.get('node_id'))}; ComfyUI's own log says more")


def _invalid(name: str, said: Mapping[str, Json], graph: Graph) -> str:
    """Return what the server finds wrong with the graph: the first node and input, as our graph calls them."""
    error, nodes = said.get("error"), said.get("node_errors")
    kind = error.get("type") if isinstance(error, dict) else None
    if kind in ("invalid_prompt", "missing_node_type"):
        return "does not have a node of the workflow; install it in ComfyUI, or correct workflows"
    if kind == "prompt_no_outputs":
        return "finds no picture in the workflow; add a Save Image node to it"
    for key, node in nodes.items() if isinstance(nodes, dict) else ():
        found = node.get("errors") if isinstance(node, dict) else None
        for one in found if isinstance(found, list) else ():
            facts = one.get("extra_info") if isinstance(one, dict) else None
            place = facts.get("input_name") if isinstance(facts, dict) else None
            inputs = graph.get(key, {}).get("inputs")
            if isinstance(place, str) and isinstance(inputs, dict) and place in inputs:
                option = f"generators.{name}.{_OPTIONS.get(place, 'workflows')}"
                return f"does not take {place}{_at(graph, key)}; correct {option}"
        return f"does not take the graph{_at(graph, key)}; correct generators.{name}.workflows"
    return f"does not take the graph; correct generators.{name}.workflows"


def _at(graph: Graph, key: Json) -> str:
    node = graph.get(key) if isinstance(key, str) else None
    return f" at {node['class_type']} (node {key})" if node else ""
