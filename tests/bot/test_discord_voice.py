"""What discord.py says about voice when a client is made, and that nobody has to read it."""

from __future__ import annotations

import inspect
import logging
from typing import TYPE_CHECKING

import discord

from pinxit.bot.discord.voice import hush_voice

if TYPE_CHECKING:
    import pytest


def test_that_voice_is_missing_is_not_told_and_everything_else_is(caplog: pytest.LogCaptureFixture) -> None:
    hush_voice()
    hush_voice()
    told = logging.getLogger("discord.client")

    told.warning("PyNaCl is not installed, voice will NOT be supported")
    told.warning("davey is not installed, voice will NOT be supported")
    told.warning("Shard ID %s has stopped responding", 3)

    assert caplog.messages == ["Shard ID 3 has stopped responding"]
    assert len(told.filters) == 1


def test_the_words_are_those_of_the_installed_library() -> None:
    said = inspect.getsource(discord.client)

    assert said.count("is not installed, voice will NOT be supported") == 2
    assert discord.client._log.name == "discord.client"  # noqa: SLF001 - whose filter it is
