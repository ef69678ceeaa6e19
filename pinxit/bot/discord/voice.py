"""Nobody is to be told at each start that the bot cannot speak: it paints."""

from __future__ import annotations

import logging

# Who says it, and how it ends, whichever library is missing; discord.py 2.7.1, discord/client.py.
_SAYS_IT = "discord.client"
_ENDING = "voice will NOT be supported"


def hush_voice() -> None:
    """Keep discord.py's warnings about voice out of the log; everything else of its comes through. May be repeated."""
    logging.getLogger(_SAYS_IT).addFilter(_is_not_about_voice)


def _is_not_about_voice(record: logging.LogRecord) -> bool:
    return not record.getMessage().endswith(_ENDING)
