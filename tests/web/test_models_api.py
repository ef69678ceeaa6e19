"""GET /api/v1/models: what can be named, and whether it can be had now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pinxit.actions.aliases import named
from pinxit.data import spending
from pinxit.data.times import to_ms
from pinxit.domain.budget import Budget
from pinxit.domain.job import Ended, Outcome
from pinxit.domain.limits import Limits
from pinxit.generators import registry
from pinxit.generators.catalogue import Catalogue
from pinxit.queue.breakers import Breakers
from tests.fakes import FakeClock
from tests.web.served import Served, house, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

MODELS = "/api/v1/models"
KINDS = {
    "flux": "bfl",
    "plain": "tests.generators_for_tests:build_plain",
    "square": "cloudflare_worker",
    "sketch": "sketch",
}
# Prices and sizes of its own, so that the shipped ones can change.
CATALOGUE = """
[bfl."small"]
about = "A small one"
modes = ["txt2img", "img2img"]
size = "512x512"
sizes = ["512x512", "768x512", "4096x4096"]
count = 3
steps = [4, 12]
seed = false
price = { image = 0.012, step = 0.001 }
seconds = 2.5
shutdown = 2031-01-02
extra = { images = "input_image" }

[bfl."wide"]
max_side_px = 9000
min_side_px = 8
guidance = 3.5
price = { image = 0.05 }

[aliases.quick]
title = "Quick Flux"
about = "Whatever is quick"
means = ["openai/gpt-image-2", "bfl/small"]
sizes = ["512x512"]
images = 2
seconds = 1.5

[aliases.elsewhere]
means = ["openai/gpt-image-2"]
"""
RESTS = Ended(Outcome.BROKEN, retry_after_s=60.0)


@pytest.fixture
async def painters(tmp_path: Path) -> AsyncIterator[Served]:
    (tmp_path / "models.toml").write_text(CATALOGUE)
    catalogue, clock = Catalogue.load(tmp_path / "models.toml"), FakeClock()
    options: dict[str, Any] = {
        "flux": {"api_key": "a key", "model": "small", "models": ["wide"]},
        "square": {"base_url": "https://square.example.workers.dev"},
    }
    generators = {
        name: registry.build(name, kind, options.get(name, {}), clock, catalogue) for name, kind in KINDS.items()
    }
    decisions = house(
        route=tuple(KINDS),
        chains={"fast": ("sketch", "flux"), "only": ("plain",)},
        limits=Limits(max_side_px=2048, count=4),
        kinds=KINDS,
        aliases=named(catalogue.aliases, generators, KINDS),
        budgets={"flux": Budget(day_micro=30_000), "square": Budget(day_micro=0)},
        known_models={(model.kind, model.name): model for model in catalogue.models},
    )
    async with serving(tmp_path, decisions=decisions, generators=generators, known_breakers=Breakers(clock)) as served:
        yield served


async def shown(api: Served, name: str, query: str = "") -> dict[str, Any]:
    listed = (await api.call("GET", MODELS + query)).json["generators"]
    return next(one for one in listed if one["name"] == name)


async def test_every_generator_is_listed_with_what_its_models_take_and_cost(painters: Served) -> None:
    answer = (await painters.call("GET", MODELS)).json
    small, wide = answer["generators"][0].pop("models")
    supports = small.pop("supports")

    assert [one["name"] for one in answer["generators"]] == ["flux", "plain", "square", "sketch"]
    assert answer["generators"][0] == {
        "name": "flux",
        "kind": "bfl",
        "remote": True,
        "modes": ["img2img", "txt2img"],
        "state": "available",
        "until": None,
        "budget_left": 0.03,
    }
    assert small == {
        "name": "small",
        "title": "small",
        "description": "A small one",
        "generator": "flux",
        "model": "small",
        "modes": ["img2img", "txt2img"],
        "default_size": "512x512",
        "supported_sizes": ["512x512", "768x512"],
        "min_side": 64,
        "max_side": 2048,
        "max_images": 3,
        "max_steps": 12,
        "qualities": [],
        "styles": [],
        "samplers": [],
        "typical_seconds": 2.5,
        "dollars": 0.016,
        "shutdown_on": "2031-01-02",
    }
    assert {name for name, is_so in supports.items() if is_so} == {"img2img", "strength", "steps"}
    assert (wide["supported_sizes"], wide["min_side"], wide["max_side"], wide["max_images"]) == ([], 64, 2048, 4)
    assert {name for name, is_so in wide["supports"].items() if is_so} == {"seed", "guidance_scale"}
    assert (wide["max_steps"], wide["shutdown_on"]) == (None, None)


async def test_an_alias_says_what_it_means_here_and_takes(painters: Served) -> None:
    answer = (await painters.call("GET", MODELS)).json

    (quick,) = answer["aliases"]
    assert (quick["name"], quick["title"], quick["description"]) == ("quick", "Quick Flux", "Whatever is quick")
    assert (quick["generator"], quick["model"], quick["supported_sizes"]) == ("flux", "small", ["512x512"])
    assert (quick["max_images"], quick["typical_seconds"], quick["dollars"]) == (2, 1.5, 0.016)
    assert quick["shutdown_on"] == "2031-01-02"
    assert answer["chains"] == {"fast": ["sketch", "flux"], "only": ["plain"]}


async def test_one_that_fails_rests_then_is_tried_and_is_there_again(painters: Served) -> None:
    breakers, clock = painters.studio.breakers, painters.studio.generators["plain"].clock  # type: ignore[attr-defined]  # of the test's own kind
    breakers.note("plain", RESTS)
    rests = await shown(painters, "plain")
    await clock.advance(60.0)
    tried = await shown(painters, "plain")
    breakers.note("plain", Ended(Outcome.SUCCEEDED))
    works = await shown(painters, "plain")

    assert (rests["state"], tried["state"], works["state"]) == ("resting", "trying", "available")
    assert (rests["until"], tried["until"], works["until"]) == ("2026-11-21T12:01:00Z", None, None)
    assert (await shown(painters, "sketch"))["budget_left"] is None


async def test_what_costs_nothing_has_room_in_any_budget(painters: Served) -> None:
    free = await shown(painters, "square")

    assert (free["state"], free["budget_left"]) == ("available", 0.0)


async def test_one_whose_budget_has_no_room_is_spent_until_the_next_day(painters: Served) -> None:
    now_ms = to_ms(painters.studio.clock.now())
    store = painters.studio.store.database

    await store.write(lambda tx: spending.note(tx, "flux", 14_000, now_ms))
    just = await shown(painters, "flux")
    await store.write(lambda tx: spending.note(tx, "flux", 1, now_ms))
    spent = await shown(painters, "flux")

    assert (just["state"], just["until"], just["budget_left"]) == ("available", None, 0.016)
    assert (spent["state"], spent["budget_left"]) == ("spent", 0.015999)
    assert spent["until"].endswith("T00:00:00Z")


async def test_a_guild_sees_what_it_permits(painters: Served) -> None:
    await painters.ask(guild="discord:1", person="discord:2")
    query, guild = "?guild=discord:1&person=discord:2", "/api/v1/admin/guilds/discord:1"
    patched = await painters.call("PATCH", guild, json={"models": ["small", "sketch"], "max_count": 2})
    assert patched.status == 200

    answer = (await painters.call("GET", MODELS + query)).json

    assert [[model["name"] for model in one["models"]] for one in answer["generators"]] == [["small"], ["sketch"]]
    assert {model["max_images"] for one in answer["generators"] for model in one["models"]} == {2}
    assert [alias["name"] for alias in answer["aliases"]] == ["quick"]
    assert answer["chains"] == {"fast": ["sketch", "flux"]}
    await painters.call("PATCH", guild, json={"models": ["sketch"]})
    assert (await painters.call("GET", MODELS + query)).json["aliases"] == []
    await painters.call("PATCH", guild, json={"models": None, "max_side_px": 256})
    fitting = (await painters.call("GET", MODELS + query)).json["generators"]
    assert [[model["name"] for model in one["models"]] for one in fitting] == [["wide"], ["plain"], ["sketch"]]


async def test_the_metrics_say_each_circuit(painters: Served) -> None:
    painters.studio.breakers.note("plain", RESTS)

    lines = (await painters.call("GET", "/metrics")).body.decode().splitlines()

    ones = {line for line in lines if line.startswith("pinxit_generator_circuit{") and line.endswith(" 1.0")}
    assert ones == {
        'pinxit_generator_circuit{generator="flux",state="closed"} 1.0',
        'pinxit_generator_circuit{generator="plain",state="open"} 1.0',
        'pinxit_generator_circuit{generator="square",state="closed"} 1.0',
        'pinxit_generator_circuit{generator="sketch",state="closed"} 1.0',
    }
