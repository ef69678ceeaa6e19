"""What a program said: one JSON object with a picture in it, the address of one, or an error."""

from __future__ import annotations

import base64
import binascii
import io
import itertools
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from PIL import Image

from pinxit.domain.errors import Broken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pinxit.domain.request import Json

FIELDS = ("dataUri", "data_uri", "output", "content", "image", "text")
MOST_PIXELS = 64 * 2**20
LINE_CHARS = 160
_SEARCHED_CHARS = 1000  # Of a line: the patterns below take time by the square of a word's length.
_PIECE_CHARS = 2**20
_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_SHARED_CHARS = 12  # So many letters in a row that a line has in common with the prompt are not there by chance.
_KEYS = re.compile(
    r"""(?i)((?:\b|_|api)(?:key|token|secret|password|passwd|authorization)s?["']?\s*[=:]\s*(?:\w+\s+(?=\S{8}))?"""
    r"""|\b(?:bearer|basic)\s+)\S+|[\w+/=-]{32,}"""
)
_QUERIES = re.compile(r"(\w+://)(?:[^\s/@]*@)?([^\s?#]*)[?#]\S*")


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole picture, as it came."""

    data: bytes
    media_type: str
    width_px: int
    height_px: int


def read_answer(name: str, output: bytes, prompts: Sequence[str]) -> bytes | str:
    """Return the picture's bytes, or the address under which it is, not checked yet.

    `name`: the generator's, for errors. `prompts`: what no error may repeat. The output is one JSON object, or has
    one as its last such line, since libraries like to print before it.
    Blocks: it may have 32 MB. Raises Broken for anything else, and with the first line of an `error`.
    """
    said = _object(output)
    if said is None:
        raise Broken(f"{name}: the program printed no JSON object; it must print one with one of {', '.join(FIELDS)}")
    if error := said.get("error"):
        text = error if isinstance(error, str) else ""
        raise Broken(f"{name}: the program reports an error{told(text, prompts)}")
    for field in FIELDS:
        value = said.get(field)
        if isinstance(value, str) and value.strip():
            return _taken(name, field, value.strip())
    raise Broken(f"{name}: the program's answer has no picture; it must hold one of {', '.join(FIELDS)} as text")


def told(text: str, prompts: Sequence[str]) -> str:
    """Return ": " and the first line of what a program wrote, cut, without keys; "" if it repeats a prompt."""
    line = next((" ".join(line.split()) for line in text.splitlines() if line.strip()), "")
    if len(line) > _SEARCHED_CHARS:
        line = line[:_SEARCHED_CHARS].rpartition(" ")[0]  # Half a word could be half a key, which none would know.
    line = _KEYS.sub(lambda found: f"{found[1] or ''}***", _QUERIES.sub(r"\1\2", line))
    line = "".join(letter for letter in line if letter.isprintable())
    if not line or any(_repeats(line, prompt) for prompt in prompts):
        return ""
    return f": {line}" if len(line) <= LINE_CHARS else f": {line[: LINE_CHARS - 1]}…"


def verified(name: str, data: bytes) -> Picture:
    """Return the bytes as a picture, decoded once to see that it is whole. Raises Broken. Takes CPU time."""
    try:
        with Image.open(io.BytesIO(data), formats=list(_TYPES)) as picture:
            width_px, height_px = picture.size
            if width_px * height_px > MOST_PIXELS:
                raise Broken(f"{name}: the program's picture is {width_px}×{height_px}; make it smaller")
            picture.load()
            return Picture(data, _TYPES[picture.format or ""], width_px, height_px)
    except (OSError, ValueError, SyntaxError, KeyError, *_BOMBS) as error:
        kinds = "PNG, JPEG, WebP or GIF"
        raise Broken(f"{name}: the program's answer is no whole picture; it must be {kinds}") from error


def _object(output: bytes) -> Mapping[str, Json] | None:
    text = output.decode("utf-8", "replace").strip().removeprefix("\ufeff")
    for candidate in itertools.chain((text,), _lines_from_the_end(text)):
        if not candidate.lstrip().startswith("{"):
            continue
        try:
            said: object = json.loads(candidate)
        except (ValueError, RecursionError):
            continue
        if isinstance(said, dict):
            return said
    return None


def _lines_from_the_end(text: str) -> Iterator[str]:
    yield from reversed(
        text.splitlines()
    )  # Only where the whole is no object: a copy of 32 MB is not made for nothing.


def _taken(name: str, field: str, value: str) -> bytes | str:
    if value[:8].lower().startswith(("https://", "http://")):
        return value  # Whether http will do says who fetches it: only from hosts that the operator named.
    try:
        if value[:5].lower() == "data:":
            head, _, body = value.partition(",")
            if head.lower().endswith(";base64"):
                return _decoded(body)
            return unquote_to_bytes(body)
        if field != "text":
            return _decoded(value)
    except (binascii.Error, ValueError) as error:
        raise Broken(f"{name}: the program's {field} is damaged base64") from error
    raise Broken(f"{name}: the program's text is no address; it must begin with https://")


def _decoded(text: str) -> bytes:
    """Return what base64 stands for, by the piece: the decoder lets no other thread run meanwhile."""
    packed = "".join(text.split())
    pieces = range(0, len(packed), _PIECE_CHARS)
    return b"".join(base64.b64decode(packed[at : at + _PIECE_CHARS], validate=True) for at in pieces)


def _repeats(line: str, prompt: str) -> bool:
    said, asked = (" ".join(text.casefold().split()) for text in (line, prompt))
    if len(asked) <= _SHARED_CHARS:
        return bool(asked) and asked in said
    return any(asked[at : at + _SHARED_CHARS] in said for at in range(len(asked) - _SHARED_CHARS + 1))
