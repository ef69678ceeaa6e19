"""`/models` in words, and the names that are offered while somebody types one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinxit.actions.settings import load_settings
from pinxit.bot.discord.completing import models
from pinxit.chat.commands import run
from pinxit.chat.replies import Asker
from pinxit.data import spending
from pinxit.data.times import to_ms
from pinxit.domain.job import Ended, Outcome
from pinxit.web.console.channel_pages import page_data
from pinxit.web.console.visitors import Visitor
from tests.actions.atelier import ANNA, running

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from pinxit.parts import Parts

SETTINGS = """
[generators.plain]
kind = "tests.generators_for_tests:build_plain"
workers = 0
[generators.flux]
kind = "replicate"
api_key = "a key"
workers = 0
dollars_per_day = 1
[generators.many]
kind = "bfl"
api_key = "a key"
model = "three"
models = ["one", "two", "four", "five", "six", "seven", "eight"]
workers = 0
[generators.worker]
kind = "cloudflare_worker"
base_url = "https://flux.example.workers.dev"
workers = 0
[generators.sketch]
workers = 0
"""
CATALOGUE = """
[aliases.quick]
means = ["bfl/two"]
[aliases.house]
means = ["cloudflare_worker/"]
""" + "".join(f'[bfl."{name}"]\n' for name in ("one", "two", "three", "four", "five", "six", "seven", "eight"))


@pytest.fixture
async def parts(tmp_path: Path) -> AsyncIterator[Parts]:
    (tmp_path / "models.toml").write_text(CATALOGUE)
    async with running(tmp_path, f'catalogue = "{tmp_path / "models.toml"}"\n{SETTINGS}') as parts:
        yield parts


async def said(parts: Parts, locale: str) -> list[str]:
    return (await run("/models", Asker(ANNA, locale), parts.studio)).said.splitlines()


async def test_each_generator_has_a_line_with_its_default_first_and_six_models_at_most(parts: Parts) -> None:
    english, german = await said(parts, "en"), await said(parts, "de")

    assert "plain: plain" in english
    assert "many: three, one, two, four, five, six and 2 more" in english
    assert "many: three, one, two, four, five, six und 2 weitere" in german
    assert "worker" in english
    assert english[-1] == german[-1] == "quick = two (many)"
    assert "house = worker (worker)" in english


async def test_one_that_cannot_be_had_says_when_it_can(parts: Parts) -> None:
    parts.studio.breakers.note("plain", Ended(Outcome.BROKEN, retry_after_s=60.0))
    now = parts.clock.now()
    await parts.store.database.write(lambda tx: spending.note(tx, "flux", 1_000_000, to_ms(now)))

    english, german = await said(parts, "en"), await said(parts, "de")

    (rests,) = (line for line in english if "plain is" in line)
    assert rests.startswith(f"⏸ plain is out of order just now and is tried again {now:%Y-}")
    assert rests.endswith(" UTC.")
    assert any(line.startswith("⏸ plain ist gerade gestört") for line in german)
    (spent,) = (line for line in english if "budget" in line)
    assert spent.startswith("⏸ flux has used up its budget until 20")
    assert spent.endswith(" 00:00 UTC.")
    assert any(line.startswith("⏸ flux hat sein Budget aufgebraucht, bis 20") for line in german)


async def test_models_and_aliases_are_offered_while_somebody_types(parts: Parts) -> None:
    offered = await models(Asker(ANNA, "en"), parts.studio, "")
    typed = await models(Asker(ANNA, "en"), parts.studio, "qui")
    visitor = Visitor(ANNA, ANNA.guild, "en", await load_settings(ANNA, parts.studio), has_session=False)
    completed = (await page_data(visitor, parts.studio))["values"]["model"]

    assert typed == [("quick", "quick")]
    assert {"three", "quick", "sketch"} <= {value for _, value in offered}
    assert {"three", "quick", "sketch"} <= set(completed)
