"""Which words and phrases the painter knows, and how a text is cut into them."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from pinxit.generators.sketch import vocabulary as known
from pinxit.generators.sketch.german import in_english
from pinxit.generators.sketch.styles import STYLES
from pinxit.generators.sketch.subjects import SUBJECTS
from pinxit.generators.sketch.vocabulary import Means

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


Meaning: TypeAlias = tuple[Means, str]


_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[,.;:()]")


_LONGEST = 4  # Words of the longest phrase that is looked for.


def phrases(text: str, lexicon: Mapping[str, list[Meaning]]) -> Iterable[tuple[str, list[Meaning]]]:
    """Cut a text into the longest phrases that mean something; a word without meaning has no meanings."""
    words = in_english(_WORD.findall(text.casefold()), lexicon)
    place = 0
    while place < len(words):
        for length in range(min(_LONGEST, len(words) - place), 0, -1):
            part = words[place : place + length]
            meanings = next((lexicon[key] for joint in ("-", " ") if (key := joint.join(part)) in lexicon), None)
            if meanings is not None:
                yield " ".join(part), meanings
                place += length
                break
        else:
            word = words[place]
            pieces = word.split("-")
            if len(pieces) > 1 and any(piece in lexicon for piece in pieces):
                words[place : place + 1] = pieces
            else:
                yield word, []
                place += 1


@cache
def lexicon_of_all() -> Mapping[str, list[Meaning]]:
    """Return what each phrase means; its words are joined by "-" or a space."""
    lexicon: dict[str, list[Meaning]] = {}
    for means, table in (
        (Means.COLOUR, known.COLOURS),
        (Means.TIME, known.TIMES),
        (Means.WEATHER, known.WEATHERS),
        (Means.SEASON, known.SEASONS),
        (Means.PLACE, known.PLACES),
        (Means.EXTRA, known.EXTRAS),
        (Means.WHERE, known.WHERES),
        (Means.DEPTH, known.DEPTHS),
        (Means.SIZE, known.SIZES),
        (Means.COUNT, known.COUNTS),
        (Means.BRIGHTNESS, known.BRIGHTNESSES),
        (Means.SHADE, known.SHADES),
        (Means.SKY, {"sky": known.SKIES}),
        (Means.NOT, {"not": known.NOTS}),
        (Means.BREAK, {"break": known.BREAKS}),
    ):
        for value, words in table.items():
            for word in words.split():
                lexicon.setdefault(word, []).append((means, str(value)))
    for style in STYLES.values():
        for word in style.words:
            lexicon.setdefault(word.casefold(), [(Means.STYLE, style.name)])
    for subject in SUBJECTS.values():
        for word in subject.words:
            lexicon.setdefault(word.casefold(), [(Means.SUBJECT, subject.name)])  # Moon and sun are the sky's.
    for word in known.NOTHINGS.split():
        lexicon.setdefault(word, [(Means.NOTHING, "")])
    for mark in ",.;:()":
        lexicon[mark] = [(Means.BREAK, "break")]
    return lexicon
