"""Flags inside a prompt: `a red fox in snow --ar 3:2 --seed 7 --no "text, watermark"`."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pinxit.domain.draft import Draft
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import is_text, nearest, shown
from pinxit.domain.seeds import SEED_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag. `read` puts a value into the draft, or raises ValueError; `allowed` says in plain words what it takes.

    `takes_words`: an unquoted value runs up to the next flag instead of the next space. `is_switch`: takes no value.
    """

    name: str
    allowed: tuple[str, ...]
    read: Callable[[Draft, str], Draft]
    takes_words: bool = False
    is_switch: bool = False


def parse(text: str) -> Draft:
    """Return the draft that `text` asks for: its flags as fields, the rest as prompt, the whole as `typed`.

    A flag stands at the start of a word, anywhere; its value follows a space or `=` and may be quoted. A long dash
    counts as two where a known flag follows, because telephones write it so. Linear in the length of the text.
    Raises Refused: TEXT_INVALID, FLAG_UNKNOWN, FLAG_VALUE, FLAG_TWICE, FIELD_CONFLICT.
    """
    if not is_text(text):
        raise Refused(Code.TEXT_INVALID, field="prompt", value="", allowed=[])
    draft = Draft(prompt="", typed=text)
    rest: list[str] = []
    seen: set[str] = set()
    end = 0
    start = _next_flag(text, end)
    while start is not None:
        rest.append(text[end : start.start()])
        flag = _flag(start)
        if flag.name in seen:
            raise Refused(Code.FLAG_TWICE, field="prompt", flag=f"--{flag.name}", value="", allowed=[])
        seen.add(flag.name)
        following = _next_flag(text, start.end())
        value, end = _value(text, start.end(), flag, following)
        draft = _read(draft, flag, value)
        start = following if following and following.start() >= end else _next_flag(text, end)
    rest.append(text[end:])
    return dataclasses.replace(draft, prompt=" ".join(piece for piece in map(str.strip, rest) if piece))


def merge(flags: Draft, fields: Draft) -> Draft:
    """Return the draft that says what both say; prompt and typed text are those of `flags`.

    Raises Refused (FIELD_CONFLICT) for a field that both name differently.
    """
    silent = Draft(prompt="")
    said: dict[str, Any] = {}  # Values of many types by field name: what dataclasses.replace takes.
    for field in dataclasses.fields(Draft):
        if field.name in ("prompt", "typed"):
            continue
        flag, explicit, nothing = (getattr(draft, field.name) for draft in (flags, fields, silent))
        if nothing not in (flag, explicit) and flag != explicit:
            name = field.name.removesuffix("_px")
            raise Refused(Code.FIELD_CONFLICT, field=name, value=_written(flag), other=_written(explicit), allowed=[])
        said[field.name] = explicit if flag == nothing else flag
    return dataclasses.replace(flags, **said)


# Not preceded by a letter or anything else; two plain dashes, or one long one; then a name that begins with a letter.
_START = re.compile(r"(?<!\S)(?P<dash>--|[—–―])(?P<name>[A-Za-z][\w-]*)")
_SEPARATOR = re.compile(r"\s*(?:=\s*)?")
_WORD = re.compile(r"\S*")
_QUOTES = {'"': '"', "“": "”", "”": "”", "„": "“", "«": "»"}  # The last two: German and French keyboards.


def _next_flag(text: str, position: int) -> re.Match[str] | None:
    for start in _START.finditer(text, position):
        if start["dash"] == "--" or start["name"].casefold() in _NAMES:
            return start
    return None


def _flag(start: re.Match[str]) -> Flag:
    name = start["name"].casefold()
    if name not in _NAMES:
        known = [f"--{flag}" for flag in _NAMES]
        near = nearest(f"--{name}", known)
        raise Refused(Code.FLAG_UNKNOWN, field="prompt", flag=f"--{shown(name)}", nearest=near, allowed=known)
    return _NAMES[name]


def _value(text: str, position: int, flag: Flag, following: re.Match[str] | None) -> tuple[str, int]:
    """Return the flag's value and where the text goes on."""
    if flag.is_switch:
        if text[position : position + 1] == "=":
            raise _wrong(flag, _WORD.match(text, position + 1)[0], flag.allowed)  # type: ignore[index]  # matches ""
        return "", position
    separator = _SEPARATOR.match(text, position)
    begin = separator.end() if separator else position
    if text[begin : begin + 1] in _QUOTES:
        end = text.find(_QUOTES[text[begin]], begin + 1)
        if end < 0:
            raise _wrong(flag, text[begin:], ("text between two quotation marks",))
        return text[begin + 1 : end].strip(), end + 1
    limit = following.start() if following else len(text)
    if flag.takes_words or begin >= limit:
        return text[begin:limit].strip(), limit
    word = _WORD.match(text, begin)
    end = word.end() if word else begin
    return text[begin:end], end


def _read(draft: Draft, flag: Flag, value: str) -> Draft:
    try:
        return flag.read(draft, value)
    except ValueError as error:
        raise _wrong(flag, value, flag.allowed) from error


def _wrong(flag: Flag, value: str, allowed: tuple[str, ...]) -> Refused:
    return Refused(Code.FLAG_VALUE, field="prompt", flag=f"--{flag.name}", value=shown(value), allowed=list(allowed))


def _written(value: object) -> str:
    return ":".join(map(str, value)) if isinstance(value, tuple) else shown(value)


def _read_aspect(draft: Draft, value: str) -> Draft:
    return dataclasses.replace(draft, aspect=_pair(value, ":/xX×"))


def _read_size(draft: Draft, value: str) -> Draft:
    width_px, height_px = _pair(value, "xX×*")
    return dataclasses.replace(draft, width_px=width_px, height_px=height_px)


def _read_seed(draft: Draft, value: str) -> Draft:
    seed = -1 if value.casefold() == "random" else _whole(value)
    if not -1 <= seed < SEED_LIMIT:
        raise ValueError(value)
    return dataclasses.replace(draft, seed=seed)


def _read_count(draft: Draft, value: str) -> Draft:
    return dataclasses.replace(draft, count=_whole(value))


def _read_steps(draft: Draft, value: str) -> Draft:
    return dataclasses.replace(draft, steps=_whole(value))


def _read_guidance(draft: Draft, value: str) -> Draft:
    return dataclasses.replace(draft, guidance_scale=decimal(value))


def _read_strength(draft: Draft, value: str) -> Draft:
    strength = decimal(value)
    if strength > 1:
        raise ValueError(value)
    return dataclasses.replace(draft, strength=strength)


def _read_style(draft: Draft, value: str) -> Draft:
    return dataclasses.replace(draft, style=_something(value))


def _read_sampler(draft: Draft, value: str) -> Draft:
    return dataclasses.replace(draft, sampler=_something(value))


def _read_tile(draft: Draft, _value: str) -> Draft:
    return dataclasses.replace(draft, tile=True)


def _read_private(draft: Draft, _value: str) -> Draft:
    return _seen_by(draft, is_private=True)


def _read_public(draft: Draft, _value: str) -> Draft:
    return _seen_by(draft, is_private=False)


def _seen_by(draft: Draft, *, is_private: bool) -> Draft:
    if draft.private is not None:  # The same flag twice was refused before.
        raise Refused(Code.FIELD_CONFLICT, field="private", value="--private", other="--public", allowed=[])
    return dataclasses.replace(draft, private=is_private)


def _read_no(draft: Draft, value: str) -> Draft:
    return dataclasses.replace(draft, negative_prompt=_something(value))


def _read_model(draft: Draft, value: str) -> Draft:
    return dataclasses.replace(draft, model=_something(value))


def _whole(value: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,12}", value):  # int() also takes "1_0" and digits of other scripts.
        raise ValueError(value)
    return int(value)


def decimal(value: str) -> float:
    """Return the number that a person wrote, with a point or a comma. Raises ValueError."""
    if not re.fullmatch(r"[0-9]{1,4}([.,][0-9]{1,6})?", value):  # Half of Europe writes 7,5.
        raise ValueError(value)
    return float(value.replace(",", "."))


def _pair(value: str, separators: str) -> tuple[int, int]:
    match = re.fullmatch(rf"([0-9]{{1,6}})[{re.escape(separators)}]([0-9]{{1,6}})", value)
    first, second = (int(match[1]), int(match[2])) if match else (0, 0)
    if not first or not second:
        raise ValueError(value)
    return first, second


def _something(value: str) -> str:
    if not value:
        raise ValueError(value)
    return value


FLAGS = (
    Flag("ar", ("two whole numbers such as 3:2",), _read_aspect),
    Flag("size", ("width and height in pixels such as 768x512",), _read_size),
    Flag("seed", (f"0 to {SEED_LIMIT - 1}", "random"), _read_seed),
    Flag("n", ("a whole number such as 4",), _read_count),
    Flag("steps", ("a whole number such as 20",), _read_steps),
    Flag("cfg", ("a number such as 7.5",), _read_guidance),
    Flag("no", ("what the picture is not to show",), _read_no, takes_words=True),
    Flag("model", ("the name of a model",), _read_model),
    Flag("style", ("the name of a style",), _read_style, takes_words=True),
    Flag("strength", ("0 to 1",), _read_strength),
    Flag("sampler", ("the name of a sampler",), _read_sampler, takes_words=True),
    Flag("tile", ("no value",), _read_tile, is_switch=True),
    Flag("private", ("no value",), _read_private, is_switch=True),
    Flag("public", ("no value",), _read_public, is_switch=True),
)
_NAMES = {flag.name: flag for flag in FLAGS}
