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
    from pinxit.domain.errors import Fact

_MOST = 6  # Whoever wants to read more has completion, the API and the command line.


async def listed(asker: Asker, studio: Studio) -> str:
    """Return a line for each generator, its default model first, and one for each other name, as plain text."""
    found = await painters(asker.caller, studio)
    lines = [line for one in found.generators for line in _lines(one, asker.locale)]
    for alias in found.aliases:
        generator, model = alias.means
        facts: dict[str, Fact] = {"value": alias.name, "model": model or generator, "generator": generator}
        lines.append(say(asker.locale, Phrase.SAID_ALIAS, facts))
    return "\n".join(lines)


def _lines(shown: GeneratorShown, locale: str) -> Iterator[str]:
    names = [model.name for model in shown.models if model.name]
    rest = len(names) - _MOST
    facts: dict[str, Fact] = {"generator": shown.name, "value": ", ".join(names[:_MOST]), "count": rest}
    yield say(locale, Phrase.SAID_MODELS if rest <= 0 else Phrase.SAID_MORE_MODELS, facts)
    phrase = {"resting": Phrase.SAID_RESTING, "spent": Phrase.SAID_SPENT}.get(shown.state)
    if phrase is not None:
        until = None if shown.until is None else shown.until.isoformat()
        yield say(locale, phrase, {"generator": shown.name, "until": until})
