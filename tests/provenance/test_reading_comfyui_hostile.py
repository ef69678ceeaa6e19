"""Graphs that nobody would draw: walked within bounds."""

from __future__ import annotations

import json

import pytest

from pinxit.domain.reading import Program
from pinxit.provenance.comfyui import read_graph
from tests.provenance.comfyui_graphs import Graph, a_graph, node


def ring(length: int) -> Graph:
    return {
        str(number): node("Reroute" if number % 2 else "CLIPTextEncode", text=[str((number + 1) % length), 0])
        for number in range(length)
    }


def a_lattice(depth: int, width: int) -> Graph:
    """Return a graph with width ** depth ways through it."""
    graph = a_graph()
    for level in range(depth):
        links = {f"text_{number}": [f"L{level + 1}", 0] for number in range(width)}
        cond = {f"conditioning_{number}": [f"L{level + 1}", 0] for number in range(width)}
        graph[f"L{level}"] = node("Concatenate", **links, **cond)
    graph[f"L{depth}"] = node("Text", text="x" * 1000)
    graph["6"] = node("CLIPTextEncode", text=["L0", 0], conditioning=["L0", 0])
    return graph


@pytest.mark.parametrize(
    "graph",
    [
        {},
        {"1": None, "2": [], "3": {"class_type": 5}, "4": {"class_type": "KSampler", "inputs": []}},
        {
            "3": node(
                "KSampler",
                seed=True,
                steps="20",
                cfg=float("nan"),
                positive=["3", 0],
                latent_image=["3", 0],
                model=["3", 0],
            )
        },
        {"3": node("KSampler", seed=10**400, steps=[1], positive=["missing", 0], latent_image=[None, None])},
        ring(300),
        a_graph(n6=ring(4)["0"] | {"inputs": {"text": ["6", 0], "conditioning": ["6", 0]}}),
        a_lattice(30, 30),
        {str(number): node("KSampler", seed=1, positive=[str(number + 1), 0]) for number in range(20_000)},
        {str(number): node("SaveImage", filename_prefix="x", images=["1", 0]) for number in range(20_000)},
    ],
    ids=range(9),
)
def test_a_hostile_graph_is_walked_within_bounds(graph: Graph) -> None:
    reading = read_graph(graph)

    assert reading.program is Program.COMFYUI
    assert len(reading.prompt) <= 2_000_000
    assert len(json.dumps(reading.not_understood)) < 100_000
