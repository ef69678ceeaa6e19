"""Flags inside a prompt: `a red fox in snow --ar 3:2 --seed 7 --no "text, watermark"`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pinxit.domain.changing import changed
from pinxit.domain.draft import SILENT
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import is_text, nearest, shown
from pinxit.domain.seeds import SEED_LIMIT
from pinxit.prompt import flag_values as values
from pinxit.prompt.escapes import unescape, unquoted
from pinxit.prompt.loras import take_tags
from pinxit.prompt.midjourney import LEFT_OUT, guided

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pinxit.domain.draft import Draft
    from pinxit.domain.request import Lora


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag. `read` notes a value for the draft, or raises ValueError; `allowed` says in plain words what it takes.

    `takes_words`: an unquoted value runs up to the next flag instead of the next space. `is_switch`: takes no value.
    `may_repeat`: it may be there several times. `aliases`: its other names.
    """

    name: str
    allowed: tuple[str, ...]
    read: Callable[[values.Fields, str], None]
    takes_words: bool = False
    is_switch: bool = False
    may_repeat: bool = False
    aliases: tuple[str, ...] = ()


def parse(text: str, *, raw: bool = False) -> Draft:
    r"""Return the draft that `text` asks for: its flags as fields, the rest as prompt, the whole as `typed`.

    A flag stands at the start of a word, anywhere; its value follows a space or `=` and may be quoted. A long dash
    counts as two where a known flag follows, because telephones write it so. `\--seed` is text, and so are `\{` and
    `\__`, which mean nothing here but are choices and wildcards elsewhere. `<lora:ink:0.8>` is read as `--lora`.
    Midjourney's flags that mean nothing here are left out. Linear in the length of the text.
    Raises Refused: TEXT_INVALID, FLAG_UNKNOWN, FLAG_VALUE, FLAG_TWICE, FIELD_CONFLICT.
    """
    if not is_text(text):
        raise Refused(Code.TEXT_INVALID, field="prompt", value="", allowed=[])
    fields: values.Fields = {}
    plain: list[str] = []
    said: list[tuple[Flag, str]] = []
    for piece in _pieces(text):
        if isinstance(piece, str):
            plain.append(piece)
        elif isinstance(piece.flag, Flag):
            said.append((piece.flag, piece.value))
    has_raw = raw or any(flag.name == "raw" for flag, _ in said)
    seen: set[str] = set()
    for flag, value in said:
        if flag.name in seen and not flag.may_repeat:
            raise Refused(Code.FLAG_TWICE, field="prompt", flag=f"--{flag.name}", value="", allowed=[])
        seen.add(flag.name)
        _read(fields, flag, value if has_raw else unescape(value))
    prompt, loras = _tags(" ".join(piece for piece in map(str.strip, plain) if piece))
    if "\\" in prompt:
        prompt = _DASH_WRITTEN.sub("", prompt)
    if loras:
        fields["loras"] = (*fields.get("loras", ()), *loras)
    return guided(changed(SILENT, prompt=prompt if has_raw else unescape(prompt), typed=text, **fields))


def is_raw(text: str) -> bool:
    """Tell whether --raw is among the flags, in text that may still hold choices and so may not be parsed yet."""
    try:
        return any(not isinstance(piece, str) and piece.flag is _NAMES["raw"] for piece in _pieces(text))
    except Refused:  # Whoever parses it says so.
        return False


def left_out(text: str) -> tuple[str, ...]:
    """Return Midjourney's flags that `parse` leaves out of this text, as they were written, each once."""
    try:
        pieces = [piece for piece in _pieces(text) if not isinstance(piece, str)]
    except Refused:
        return ()
    return tuple(dict.fromkeys(f"--{piece.flag}" for piece in pieces if isinstance(piece.flag, str)))


def escape_dashes(text: str) -> str:
    """Return a prompt in which nothing is a flag; `parse` gives it back."""
    return _DASH_MEANT.sub(lambda found: f"\\{found[0]}" if found["was"] or _is_flag(found) else found[0], text)


def merge(flags: Draft, fields: Draft) -> Draft:
    """Return the draft that says what both say; prompt and typed text are those of `flags`.

    Raises Refused (FIELD_CONFLICT) for a field that both name differently.
    """
    said: dict[str, Any] = {}  # Values of many types by field name: what `changed` takes.
    for field, nothing in vars(SILENT).items():
        explicit = getattr(fields, field)
        if explicit == nothing or field in ("prompt", "typed"):
            continue
        flag = getattr(flags, field)
        if flag == nothing:
            said[field] = explicit
        elif flag != explicit:
            name = field.removesuffix("_px")
            raise Refused(Code.FIELD_CONFLICT, field=name, value=_written(flag), other=_written(explicit), allowed=[])
    return changed(flags, **said)


# Not preceded by a letter or anything else; two plain dashes, or one long one; then a name that begins with a letter.
_NAMED = r"(?P<name>[A-Za-z][\w-]*)(?=(?P<next>[\s=]*\S?))"
# Begins with a set of signs, which is quick to search for; what stands before is asked behind it.
_START = re.compile(rf"(?P<dash>[-—–―](?<!\S.)(?:(?<=-)-|(?<!-))){_NAMED}", re.DOTALL)
_DASH_MEANT = re.compile(rf"(?<!\S)(?P<was>\\*)(?P<dash>--|[—–―]){_NAMED}")
_DASH_WRITTEN = re.compile(r"(?<!\S)\\(?=\\*(?:--|[—–―])[A-Za-z])")
_SEPARATOR = re.compile(r"\s*(?:=\s*)?")
_WORD = re.compile(r"\S*")


@dataclass(frozen=True, slots=True)
class _Said:
    """A flag as it stands in the text, with its value; one of Midjourney's is only a name."""

    flag: Flag | str
    value: str


def _pieces(text: str) -> Iterator[str | _Said]:
    """Cut the text into its flags and what is between them."""
    end = 0
    start = _next_flag(text, end)
    while start is not None:
        yield text[end : start.start()]
        following = _next_flag(text, start.end("name"))
        flag = _flag(start)
        if isinstance(flag, str):
            value, end = "", _end_of(LEFT_OUT[flag], text, start.end("name"))
        else:
            value, end = _value(text, start.end("name"), flag, following)
        yield _Said(flag, value)
        start = following if following and following.start() >= end else _next_flag(text, end)
    yield text[end:]


def _next_flag(text: str, position: int) -> re.Match[str] | None:
    for start in _START.finditer(text, position):
        if _is_flag(start):
            return start
    return None


def _is_flag(start: re.Match[str]) -> bool:
    if start["dash"] == "--":
        return True
    name, following = start["name"].casefold(), start["next"]
    is_alone = following[:1] in ("", "=") or following[0].isspace()
    # Behind a long dash many a letter is just a word: "—c'est", "—a fast fox".
    return name in _NAMES and is_alone and (len(name) > 1 or following[-1].isdecimal())


def _flag(start: re.Match[str]) -> Flag | str:
    name = start["name"].casefold()
    if name in _NAMES:
        return _NAMES[name]
    if name in LEFT_OUT:
        return name
    known = [f"--{flag.name}" for flag in FLAGS]
    near = nearest(f"--{name}", known)
    raise Refused(Code.FLAG_UNKNOWN, field="prompt", flag=f"--{shown(name)}", nearest=near, allowed=known)


def _end_of(taken: re.Pattern[str], text: str, position: int) -> int:
    separator = _SEPARATOR.match(text, position)
    value = taken.match(text, separator.end() if separator else position)
    return value.end() if value and value[0] else position


def _value(text: str, position: int, flag: Flag, following: re.Match[str] | None) -> tuple[str, int]:
    """Return the flag's value and where the text goes on."""
    if flag.is_switch:
        if text[position : position + 1] == "=":
            raise _wrong(flag, _WORD.match(text, position + 1)[0], flag.allowed)  # type: ignore[index]  # matches ""
        return "", position
    separator = _SEPARATOR.match(text, position)
    begin = separator.end() if separator else position
    if (quoted := unquoted(text, begin)) is not None:
        value, end = quoted
        if end < 0:
            raise _wrong(flag, text[begin:], ("text between two quotation marks",))
        return value.strip(), end
    limit = following.start() if following else len(text)
    if flag.takes_words or begin >= limit:
        return text[begin:limit].strip(), limit
    word = _WORD.match(text, begin)
    end = word.end() if word else begin
    return text[begin:end], end


def _read(fields: values.Fields, flag: Flag, value: str) -> None:
    try:
        flag.read(fields, value)
    except ValueError as error:
        raise _wrong(flag, value, flag.allowed) from error


def _tags(prompt: str) -> tuple[str, tuple[Lora, ...]]:
    if "<" not in prompt:
        return prompt, ()
    try:
        return take_tags(prompt)
    except ValueError as error:
        flag = _NAMES["lora"]
        raise _wrong(flag, str(error), flag.allowed) from error


def _wrong(flag: Flag, value: str, allowed: tuple[str, ...]) -> Refused:
    return Refused(Code.FLAG_VALUE, field="prompt", flag=f"--{flag.name}", value=shown(value), allowed=list(allowed))


def _written(value: object) -> str:
    return ":".join(map(str, value)) if isinstance(value, tuple) else shown(value)


_NO_VALUE = ("no value",)
_A_LORA = ("the name of a LoRA, such as ink or ink:0.8",)
FLAGS = (
    Flag("ar", ("two whole numbers such as 3:2",), values.read_aspect, aliases=("aspect",)),
    Flag("size", ("width and height in pixels such as 768x512",), values.read_size),
    Flag("no", ("what the picture is not to show",), values.read_no, takes_words=True),
    Flag("seed", (f"0 to {SEED_LIMIT - 1}", "random"), values.read_seed),
    Flag("n", ("a whole number such as 4",), values.read_count),
    Flag("steps", ("a whole number such as 20",), values.read_steps),
    Flag("cfg", ("a number such as 7.5",), values.read_guidance),
    Flag("sampler", ("the name of a sampler",), values.read_sampler, takes_words=True),
    Flag("model", ("the name of a model",), values.read_model),
    Flag("style", ("the name of a style",), values.read_style, takes_words=True),
    Flag("strength", ("0 to 1",), values.read_strength),
    Flag("tile", _NO_VALUE, values.read_tile, is_switch=True),
    Flag("lora", _A_LORA, values.add_lora, may_repeat=True),
    Flag("enhance", ("off", "rules", "llm"), values.read_enhance),
    Flag("raw", _NO_VALUE, values.read_raw, is_switch=True),
    Flag("private", _NO_VALUE, values.read_private, is_switch=True, aliases=("stealth",)),
    Flag("public", _NO_VALUE, values.read_public, is_switch=True),
    Flag("local", _NO_VALUE, values.read_local, is_switch=True),
    Flag("priority", ("low", "normal", "high"), values.read_priority),
    Flag("dry-run", _NO_VALUE, values.read_dry_run, is_switch=True),
    Flag("yes", _NO_VALUE, values.read_yes, is_switch=True),
    Flag("stylize", ("0 to 1000",), values.read_stylize, aliases=("s",)),
    Flag("chaos", ("0 to 100",), values.read_chaos, aliases=("c",)),
    Flag("repeat", ("a whole number such as 4",), values.read_repeat, aliases=("r",)),
)
_NAMES = {name: flag for flag in FLAGS for name in (flag.name, *flag.aliases)}
