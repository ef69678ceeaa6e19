# ruff: noqa: RUF001, RUF003 - endings of many languages
"""The forms that a word takes: what may follow its stem in six languages and some more."""

from __future__ import annotations

import re

_SHORT = frozenset(("", "s", "y", "li", "lu", "ler", "lar", "leri", "lari"))
_SIBILANT = ("s", "x", "z", "sh", "ch")
_ENGLISH = ("s", "es", "ed", "er", "ers", "ing", "ings", "y", "in")
_GERMAN = ("e", "en", "em", "ern", "ig", "ige", "iger", "iges", "igen", "igem", "innen")
_TURKISH = ("li", "lu", "lik", "luk", "siz", "suz", "lar", "ler", "lari", "leri", "larin", "lerin", "larda", "lerde")
_TURKISH_CASES = ("lardan", "lerden", "i", "u", "im", "um", "un", "da", "de", "dan", "den", "ta", "te", "tan", "ten")
_TURKISH_MORE = ("a", "e", "ya", "ye", "yi", "yu", "ci", "cu", "cilar", "ciler", "nin", "nun", "si", "su", "sinda")
_LATIN = frozenset(("", *_ENGLISH, *_GERMAN, *_TURKISH, *_TURKISH_CASES, *_TURKISH_MORE))
_AFTER_E = frozenset(
    ("e", "es", "en", "em", "ed", "er", "ers", "ing", "ings", "y", "ist", "ists", "ity", "ism", "ion", "ions")
)
_GENDERS = frozenset(("o", "a", "os", "as"))
_FRENCH = frozenset(("e", "ee", "es", "ees", "er", "ant", "ait", "ez"))
_SPANISH = frozenset(("ar", "ando", "ado", "ada", "ados", "adas", "ada"))
_GERMAN_VERB = frozenset(("en", "et", "end", "ende", "enden", "ender", "endes", "te", "ten"))
_NOUN = (  # Russian, after the last vowel, soft sign or й is taken off.
    "",
    *("а", "я", "о", "е", "у", "ю", "ы", "и", "ь", "и", "ией", "ии", "ия", "ию", "ием", "иям", "иями", "иях", "ий"),
    *("ой", "еи", "еию", "ом", "ем", "ью", "ов", "ев", "еи", "ам", "ям", "ами", "ями", "ах", "ях", "ои", "ок", "ки"),
)
_ADJECTIVE = (
    *("ыи", "ии", "ои", "ая", "яя", "ое", "ее", "ые", "ие", "ого", "его", "ому", "ему", "ым", "им", "ом", "ем", "ую"),
    *("юю", "еи", "ых", "их", "ыми", "ими", "ы", "а", "о"),
)
_VERB = ("ть", "л", "ла", "ло", "ли", "ет", "ют", "ит", "ят", "тый", "тыи", "тая", "вший", "вшии", "вать")
_KOREAN = frozenset(
    ("", *"가이은는을를의에도와과로들야", "들이", "들은", "들을", "들의", "에게", "한", "하는", "으로", "이다")
)
_IS_CYRILLIC = re.compile(r"[а-яіѕј]+")
_IS_KOREAN = re.compile(r"[가-힣]+")
_IS_LATIN = re.compile(r"[a-z]+")
_DOUBLED = re.compile(r".*[^aeiouy][aeiou][bdgklmnprt]")


def stems(word: str) -> list[tuple[str, frozenset[str]]]:
    """Return stems of a folded word, each with the endings that make a form of the word of it; "" is the stem itself.

    Which language a word is of is not known: the endings of all of them are allowed, the fewer the shorter the word.
    """
    if _IS_CYRILLIC.fullmatch(word):
        return _russian(word)
    if _IS_KOREAN.fullmatch(word):
        return [(word, _KOREAN)]
    if not _IS_LATIN.fullmatch(word) or len(word) < 2:  # noqa: PLR2004 - a letter has no forms
        return [(word, frozenset(("",)))]
    if len(word) == 2:  # noqa: PLR2004 - nu, nue, nus, nues
        return [(word, frozenset(("", "s", "e", "es")))]
    if len(word) == 3:  # noqa: PLR2004 - a shorter word has more chance neighbours
        return [(word, _SHORT | {"es"} if word.endswith(_SIBILANT) else _SHORT), *_doubled(word)]
    own = _LATIN | {"n"} if word.endswith(("er", "el")) else _LATIN
    return [(word, own), *_doubled(word), *_cut(word)]


def _cut(word: str) -> list[tuple[str, frozenset[str]]]:
    """Return what is left of a longer word without its own ending."""
    found = []
    if word.endswith("e"):
        found.append((word[:-1], _AFTER_E))
    if word.endswith(("o", "a")):
        found.append((word[:-1], _GENDERS))
    if word.endswith("y"):
        found.append((word[:-1], frozenset(("ies", "ied", "ier", "iest", "ily"))))
    if word.endswith("k") and len(word) > 4:  # noqa: PLR2004 - Turkish: çıplak, çıplağı
        found.append((word[:-1] + "g", frozenset(("i", "a", "in", "u", "un", "ina"))))
    if word.endswith("t") and len(word) > 4:  # noqa: PLR2004 - Turkish: ceset, cesedi
        found.append((word[:-1] + "d", frozenset(("i", "in", "ini", "ine", "e"))))
    if len(word) > 5:  # noqa: PLR2004 - verbs, of which enough is left
        for ending, others in (("er", _FRENCH - {"e", "es"}), ("ar", _SPANISH), ("en", _GERMAN_VERB)):
            if word.endswith(ending):
                found.append((word[:-2], others))
    if word.endswith("cion"):
        found.append((word, frozenset(("", "es"))))
    if word.endswith("eux"):
        found.append((word[:-1], frozenset(("se", "ses"))))
    return found


def _doubled(word: str) -> list[tuple[str, frozenset[str]]]:
    """Return stab → stabb-ed, stabb-ing."""
    if not _DOUBLED.fullmatch(word):
        return []
    return [(word + word[-1], frozenset(("ed", "er", "ers", "ing", "in", "y")))]


def _russian(word: str) -> list[tuple[str, frozenset[str]]]:
    for ending in ("ыи", "ии", "ои", "ая", "яя", "ое", "ее", "ые", "ие"):
        if word.endswith(ending) and len(word) > 4:  # noqa: PLR2004 - enough is left
            # убийство ends in none of these; расчленение does, and is a noun.
            noun = word.endswith("ие") and len(word) > 6  # noqa: PLR2004 - adjectives in -ие are rarely listed
            more = _NOUN if noun else ()
            short = len(word) - 2 > 3  # noqa: PLR2004 - гол is a goal
            return [(word[:-2], frozenset(e for e in (*_ADJECTIVE, *more) if short or len(e) > 1))]
    if word.endswith("ть") and len(word) > 4:  # noqa: PLR2004 - enough is left
        return [(word[:-2], frozenset(_VERB))]
    if word[-1] in "аяоеуюыиь":
        stem = word[:-1]
        if len(stem) < 3:  # noqa: PLR2004 - too short to take another ending
            return [(word, frozenset(("",)))]
        extra = [] if not word.endswith("ка") else [(word[:-2] + "ок", frozenset(("",)))]
        return [(stem, frozenset(_NOUN) - ({""} if len(stem) < 4 else set())), *extra]  # noqa: PLR2004 - as above
    if len(word) < 4:  # noqa: PLR2004 - too short for all of them
        return [(word, frozenset(("", "а", "у", "ы", "и", "ом", "е", "ов")))]
    return [(word, frozenset(_NOUN) - {"ок", "ки"})]
