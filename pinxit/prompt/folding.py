"""Read a text the way a person would see it, whatever letters it is made of."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote

from pinxit.prompt.lookalikes import AS_CYRILLIC, BRAILLE, HEARD, SEEN, SPELLED, TURNED, UPSIDE_DOWN

# Letters only: digits, signs and _ stand between words.
TOKEN = re.compile(r"[^\W\d_]+")
_ASCII_GAPS = {code: " " for code in range(128) if not chr(code).islower()}
_BEYOND = re.compile(r"[^\x00-\x7f]+")
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
_ESCAPED = re.compile(r"\\u\{?([0-9A-Fa-f]{4})\}?|\\x([0-9A-Fa-f]{2})")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,80}>")
_NAME = re.compile(r"(?:LATIN|REGIONAL INDICATOR|NEGATIVE|SQUARED|CIRCLED).*?\b([A-Z])(?: WITH .*)?")
_FOREIGN = re.compile(r"[\u0370-\u058f\u13a0-\u13ff\u2c80-\u2cff\u2d30-\u2d7f\ua4d0-\ua4ff\uab70-\uabbf]")
_RUSSIAN = re.compile(r"[\u0430-\u044f\u0451\u0410-\u042f\u0401]+")
_LATIN = re.compile(r"[a-z0-9@$]")
# Marks that people put on letters to hide them, and accents; vowel signs of scripts that need them stay.
_MARKS = (
    *((0x300, 0x36F), (0x483, 0x489), (0x591, 0x5C7), (0x64B, 0x65F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF)),
    *((0x20D0, 0x20FF), (0x2DE0, 0x2DFF), (0xFE00, 0xFE0F), (0xFE20, 0xFE2F), (0xE0100, 0xE01EF)),
)
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2062\u2063\u2064")
_SPACES = frozenset("\u2800\x85\u2028\u2029")
_REVERSAL = "\u202e"  # Right-to-left override: what follows is shown from its end.


@lru_cache(maxsize=8)
def readings(text: str) -> tuple[str, ...]:
    """Return the ways to read `text`, in lower case and without marks and invisible characters; the plain one first.

    One way for ordinary text; more where letters of several scripts, turned letters or reversed passages are in it.
    Each is at most a few times as long as the text, and there are at most ten. The latest are kept, as in `look`.
    """
    seen = _decoded(text)
    if "<" in seen and _TAG.search(seen):
        # g<b>o</b>re, and a<br>gore.
        return tuple(dict.fromkeys((*_readings(_TAG.sub(" ", seen)), *_readings(_TAG.sub("", seen)))))
    return _readings(seen)


def _readings(seen: str) -> tuple[str, ...]:
    if seen.isascii():
        return (seen.lower(),)
    seen = unicodedata.normalize("NFC", seen)
    found = [fold(seen)]
    if _FOREIGN.search(seen):
        found += _by_script(seen)
    if not TURNED.isdisjoint(seen):
        found.append(fold(seen.translate(UPSIDE_DOWN))[::-1])
    if _REVERSAL in seen:
        found.append(found[0][::-1])
    return tuple(dict.fromkeys(found))


def fold(text: str) -> str:
    """Return `text` in its own scripts, in lower case, without marks and invisible characters."""
    return text.lower() if text.isascii() else _BEYOND.sub(_several, text).lower()


def words(way: str) -> list[str]:
    """Return the words of a reading."""
    # A table for ASCII is three times as quick as a search.
    return way.translate(_ASCII_GAPS).split() if way.isascii() else TOKEN.findall(way)


def accented(text: str) -> str:
    """Return `text` in lower case with its accents: what tells año from ano."""
    lower = text.replace("İ", "i").lower()
    return unicodedata.normalize("NFC", _BEYOND.sub(_shown, lower))


def as_heard(word: str) -> str:
    """Write a folded Russian word with Latin letters, as it sounds."""
    return word.translate(HEARD)


def as_seen(word: str) -> str:
    """Write a word with the Latin letters that its own look like."""
    return fold(word.translate(SEEN))


def _several(found: re.Match[str]) -> str:
    return "".join(map(_folded, found[0]))


def _shown(found: re.Match[str]) -> str:
    return "".join(char for char in found[0] if unicodedata.category(char) != "Cf")


@lru_cache(maxsize=4096)
def _folded(char: str) -> str:
    if char in SPELLED:
        return SPELLED[char]
    if char in BRAILLE:
        return BRAILLE[char]
    if _is_unseen(char):
        return ""
    if char in _SPACES:
        return " "
    if (digit := unicodedata.decimal(char, None)) is not None:
        return str(digit)
    if letter := _NAME.fullmatch(unicodedata.name(char, "")):
        return letter[1].lower()
    return _plain(char)


def _is_unseen(char: str) -> bool:
    code = ord(char)
    return unicodedata.category(char) == "Cf" or char in _FILLERS or any(low <= code <= high for low, high in _MARKS)


def _plain(char: str) -> str:
    """Fold a letter that is no disguised Latin one; hiragana and katakana become one."""
    whole = unicodedata.normalize("NFKC", char)
    if "ァ" <= whole <= "ヶ":
        return chr(ord(whole) - 0x60)
    if "가" <= whole <= "힣" or "\u3040" <= whole <= "\u30ff":
        return whole
    apart = unicodedata.normalize("NFKD", char)
    kept = "".join(part for part in apart if part in _SPACES or not _is_unseen(part)).casefold()
    return kept if kept.isascii() else "".join(SPELLED.get(part, part) for part in kept)


def _decoded(text: str) -> str:
    """Return the characters that entities, escapes and tags stand for."""
    if "&" in text:
        text = html.unescape(text)
    if "%" in text and _ENCODED.search(text):
        text = unquote(text, errors="ignore")
    if "\\" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), text)
    return text


def _by_script(text: str) -> list[str]:
    """Read words of mixed letters as Latin by look, as Latin by sound, and as Cyrillic.

    A word that is wholly Russian in a Russian text is only itself: тот is not the German tot.
    """
    words = re.split(r"(\s+)", text)
    runs = TOKEN.findall(text)
    russian = sum(1 for run in runs if _RUSSIAN.fullmatch(run))
    is_russian = russian > sum(1 for run in runs if _LATIN.search(run.lower()))
    seen, heard, cyrillic = [], [], []
    for word in words:
        if word.isascii() or not _FOREIGN.search(word) or (is_russian and _is_russian(word)):
            latin = spoken = mixed = word
        else:
            latin, spoken = word.translate(SEEN), fold(word).translate(HEARD).translate(SEEN)
            folded = fold(word)
            mixed = folded.translate(AS_CYRILLIC) if _LATIN.search(folded) else word
        seen.append(latin)
        heard.append(spoken)
        cyrillic.append(mixed)
    return [fold("".join(one)) for one in (seen, heard, cyrillic)]


def _is_russian(word: str) -> bool:
    return _RUSSIAN.fullmatch("".join(TOKEN.findall(word))) is not None
