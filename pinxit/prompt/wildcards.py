r"""Wildcards: `__animal__` becomes a line of animal.txt, drawn by a seed; `\__animal__` is text.

A line may hold choices and wildcards itself; of a line's choices one is drawn, so that a list never makes more jobs.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING

from pinxit.domain.errors import ConfigError
from pinxit.domain.facts import is_text, nearest
from pinxit.prompt.permutations import choices

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

WILDCARD = re.compile(r"(?<![\\_])__(?P<name>[^\W_](?:[\w/-]{0,62}?[^\W_])?)__")
_NAME = re.compile(r"[^\W_](?:[\w/-]{0,62}[^\W_])?")
_MOST_DRAWN = 100  # In one text; more stay as they are, so that lists that name one another end somewhere.
_DEEPEST = 5
_MAX_FILES = 1000
_MAX_FILE_BYTES = 1024 * 1024
_MAX_ENTRIES = 10_000
_MAX_ENTRY_CHARS = 1000


@dataclass(frozen=True, slots=True)
class Wildcards:
    """What each wildcard may become. Names are in lower case; a list in a folder is `folder/name`."""

    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> Wildcards:
        """Return the shipped lists and those of the operator's folder, which win; a folder need not be there.

        Reads every `*.txt` below it: UTF-8, an entry a line, lines that begin with # are remarks.
        Raises ConfigError: a file is no UTF-8, too large, has too many or too long lines, or lies outside the folder.
        """
        shipped = resources.files("pinxit.prompt") / "wildcards"
        lists = {name.removesuffix(".txt"): _entries(text) for name, text in _shipped(shipped)}
        problems: list[str] = []
        for number, path in enumerate(sorted(folder.rglob("*.txt"))):
            name = path.relative_to(folder).with_suffix("").as_posix()
            if number == _MAX_FILES:
                problems.append(f"wildcards: {folder} holds more than {_MAX_FILES} lists; take some away")
                break
            try:
                lists[name.casefold()] = _read(path, folder, name)
            except ValueError as error:
                problems.append(f"wildcards: {path} {error}")
        if problems:
            raise ConfigError(problems)
        return cls({name: entries for name, entries in lists.items() if entries})

    def draw(self, text: str, seed: int, number: int = 0) -> tuple[str, tuple[str, ...]]:
        """Return `text` with its wildcards drawn, and the names of those that are not known and stay.

        The same seed and number give the same, on every machine and every Python.
        """
        unknown: dict[str, None] = {}
        drawn: list[str] = []
        draws = 0
        waiting = [(text, 0, 0)]  # A text, where it goes on, how deep it is.
        while waiting:
            part, begin, depth = waiting.pop()
            found = WILDCARD.search(part, begin)
            if found is None:
                drawn.append(part[begin:])
                continue
            drawn.append(part[begin : found.start()])
            waiting.append((part, found.end(), depth))
            name = found["name"].casefold()
            entries = self.lists.get(name)
            if entries is None:
                unknown[found["name"]] = None
            if entries is None or draws == _MOST_DRAWN or depth == _DEEPEST:
                drawn.append(found[0])
                continue
            draws += 1
            entry = choices(entries[_chance(len(entries), seed, number, draws, name)])
            waiting.append((entry.pick(_chance(entry.count, seed, number, draws, "")), 0, depth + 1))
        return "".join(drawn), tuple(unknown)

    def has_any(self, text: str) -> bool:
        """Tell whether `draw` would change the text."""
        return any(found["name"].casefold() in self.lists for found in WILDCARD.finditer(text))

    def nearest(self, name: str) -> str:
        """Return the known name that was probably meant, or ""."""
        return nearest(name, self.lists)


def _chance(count: int, *about: int | str) -> int:
    """Return a number below `count` that `about` decides: the same everywhere, unlike that of Python's generator."""
    digest = hashlib.sha256("/".join(map(str, about)).encode()).digest()
    return int.from_bytes(digest[:8], "big") % count


def _shipped(folder: Traversable) -> Iterator[tuple[str, str]]:
    for file in folder.iterdir():
        if file.name.endswith(".txt"):
            yield file.name, file.read_text(encoding="utf-8")


def _read(path: Path, folder: Path, name: str) -> tuple[str, ...]:
    """Return a list's entries. Raises ValueError with what is wrong and what to do."""
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError("leads out of its folder; copy the file there")
    if not _NAME.fullmatch(name) or "__" in name:
        raise ValueError("has a name that nobody can type; use letters, digits, - and single _")
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}; check its rights") from error
    if len(content) > _MAX_FILE_BYTES:
        raise ValueError(f"is larger than {_MAX_FILE_BYTES} bytes; split it")
    try:
        entries = _entries(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ValueError(f"is not UTF-8 in line {line}; save it as UTF-8") from error
    if len(entries) > _MAX_ENTRIES:
        raise ValueError(f"has {len(entries)} entries; split it so that none has more than {_MAX_ENTRIES}")
    for entry in entries:
        if len(entry) > _MAX_ENTRY_CHARS:
            raise ValueError(f"has an entry of {len(entry)} characters; shorten it to {_MAX_ENTRY_CHARS}")
        if not is_text(entry):
            raise ValueError("holds control characters; save it as plain text")
    return entries


def _entries(text: str) -> tuple[str, ...]:
    lines = (line.strip() for line in text.split("\n"))
    return tuple(line for line in lines if line and not line.startswith("#"))
