"""Words of scripts that put no spaces between words: they are looked for anywhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.prompt.word_index import Rule

# Thai, Lao, Burmese, Khmer, kana and Chinese characters.
_SCRIPTS = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]"
)


class Unspaced:
    """Words by their first character."""

    def __init__(self) -> None:
        self._by_first: dict[str, list[Rule]] = {}

    def add(self, rule: Rule) -> bool:
        """Take up the rule if it is written in such a script, and tell whether it is."""
        if not _SCRIPTS.search(rule.joined):
            return False
        known = self._by_first.setdefault(rule.joined[0], [])
        if rule not in known:
            known.append(rule)
        return True

    def found(self, way: str) -> Iterator[Rule]:
        """Yield the rules whose words are in the reading; what stands between characters does not count."""
        if not self._by_first or way.isascii() or not _SCRIPTS.search(way):
            return
        letters = "".join(char for char in way if char.isalnum())
        for at, char in enumerate(letters):
            for rule in self._by_first.get(char, ()):
                if letters.startswith(rule.joined, at):
                    yield rule
