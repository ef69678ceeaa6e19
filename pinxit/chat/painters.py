"""`/models` in words: who paints, who cannot be had just now, and what the other names mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.actions.models import painters
from pinxit.wording import Phrase, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.actions.models import GeneratorShown
    from pinxit.actions.studio import Studio
    from pinxit.chat.replies import Asker


async def listed(asker: Asker, studio: Studio) -> str:
    """Return a line for each generator and each other name of a model, as plain text."""
    found = await painters(asker.caller, studio)
    lines = [line for one in found.generators for line in _lines(one, asker.locale)]
    for alias in found.aliases:
        generator, model = alias.means
        facts = {"value": alias.name, "model": model, "generator": generator}
        lines.append(say(asker.locale, Phrase.SAID_ALIAS, facts))
    return "\n".join(lines)


def _lines(shown: GeneratorShown, locale: str) -> Iterator[str]:
    names = [model.name for model in shown.models]
    yield say(locale, Phrase.SAID_MODELS, {"generator": shown.name, "allowed": names})
    if shown.until is not None:
        facts = {"generator": shown.name, "until": shown.until.isoformat(timespec="seconds")}
        yield say(locale, Phrase.SAID_RESTING, facts)
    elif shown.state == "spent":
        yield say(locale, Phrase.SAID_SPENT, {"generator": shown.name})
