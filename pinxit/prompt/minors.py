"""Refuse whatever makes something sexual of minors: the one rule that no setting turns off."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pinxit.domain.errors import Code, Refused
from pinxit.prompt.folding import TOKEN, readings
from pinxit.prompt.text_filter import TextFilter

_AGE = r"(?<![\d.,:/])(?:0?\d|1[0-7])"
_YEARS = (
    r"(?:y\W{0,2}o\b|yrs?\W{0,2}o(?:ld)?\b|yrs?\b|years?\W{0,2}(?:old|of\Wage|young)|years?\s?(?=[,.;)]|$)|year\Wolds?|"
    r"jahre?\b|jahrig\w{0,2}|jaehrig\w{0,2}|ans?\b(?=\W|$)|anos?\b|aninhos\b|anitos\b|anni\b|лет\w{0,3}\b|года?\b|годик\w{0,2}\b|"
    r"yas\w{0,7}\b|lat\b|latk\w\b|lata\b|letni\w{0,2}\b|jaar\b|jarige?\b|歳|才|岁|歲|살|세)"
)
_SPELLED = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen",
    "zwei|drei|vier|funf|sechs|sieben|acht|neun|zehn|elf|zwolf|dreizehn|vierzehn|funfzehn|sechzehn|siebzehn",
    "deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|dix sept",
    "dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieciseis|diecisiete",
)
_NO_AGE = r"(?!\d|\W?(?:cm|mm|%|k\b|m\b|km|th\b|st\b|euro|usd|min|sec))"
_AGES = re.compile(
    rf"{_AGE}\s{{0,2}}[-–]?\s{{0,2}}{_YEARS}"
    rf"|\b(?:aged?|alter|edad|eta|idade|wiek|leeftijd|возраст|yasi?)\b\W{{0,3}}(?:(?:of|von|de|is|от)\s)?"
    rf"{_AGE}{_NO_AGE}"
    rf"|\b(?:under|below|unter|younger than|moins de|menor de|menos de|до|младше|ponizej|onder)\s"
    rf"(?:1[0-8]|the age of \d{{1,2}})\b{_NO_AGE}"
    rf"|\b(?:{_SPELLED[0]})\W{{0,2}}years?\W{{0,2}}old\b"
    rf"|\b(?:{_SPELLED[1]})\W?(?:jahrig|jaehrig|jahre)\w{{0,2}}\b|\b(?:{_SPELLED[2]})\sans\b|\b(?:{_SPELLED[3]})\sanos\b"
)
# "1boy" is how anime pictures are tagged, grown men included.
_TAGS = re.compile(r"(?<!\w)\d\+?(?:boys?|girls?)(?!\w)")


@dataclass(frozen=True, slots=True)
class _Lists:
    sexual: TextFilter
    minor: TextFilter
    german: TextFilter
    bare: re.Pattern[str]


def check_minors(text: str) -> None:
    """Raise Refused (MINORS) if `text` is sexual and about minors; pure, linear in the length of the text.

    For what is to be painted: prompt, suffix and rewrite. A negative prompt says what must not be there.
    """
    if find_minors(text):
        raise Refused(Code.MINORS, field="prompt")


def find_minors(text: str) -> bool:
    """Tell whether `text` is sexual and about minors."""
    lists = _lists()
    cleaned = text if text.isascii() else lists.bare.sub(" ", text)
    if lists.sexual.find(cleaned) is None:
        return False
    ways = readings(cleaned)
    plain = _TAGS.sub(" ", ways[0]) if len(ways) == 1 else cleaned
    if lists.minor.find(plain) or any(_AGES.search(way) for way in ways):
        return True
    return any("kind" in TOKEN.findall(way) for way in ways) and lists.german.find(cleaned) is not None


@cache
def _lists() -> _Lists:
    """Return the lists, made ready; once, since they are part of the program."""
    read = tomllib.loads(files("pinxit.prompt").joinpath("lists", "minors.toml").read_text(encoding="utf-8"))
    innocent = {name: _entries(text) for name, text in read["innocent"].items()}
    alone = _all(read["alone"])  # Each is both by itself.
    return _Lists(
        sexual=TextFilter.compile([*alone, *_all(read["sexual"])], allowed=innocent["sexual"], is_strict=True),
        minor=TextFilter.compile([*alone, *_all(read["minor"])], allowed=innocent["minor"], is_strict=True),
        german=TextFilter.compile(_all(read["context"])),
        bare=re.compile("|".join(map(re.escape, innocent["unspaced"]))),
    )


def _all(languages: dict[str, str]) -> list[str]:
    return list(dict.fromkeys(entry for text in languages.values() for entry in _entries(text)))


def _entries(text: str) -> list[str]:
    return [entry.strip() for entry in text.replace("\n", "").split("|") if entry.strip()]
