"""A provider's answer, read whole within bounds, and without the secrets that it may repeat."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NoReturn

from multidict import CIMultiDict

from pinxit.domain.errors import Broken

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import aiohttp

    from pinxit.domain.request import Json

_ERROR_BYTES = 2**20  # Of an answer that is an error, more is not read.
_CHUNK_BYTES = 64 * 1024
_MASK = b"***"
_SHORTEST_MASKED_BYTES = 4  # Masking a secret of one or two letters would blacken every answer.
_UNLIKELY_BYTES = 16  # So many right letters in a row are not in a picture by chance.
_LETTERS = rb"[A-Za-z0-9+/=_-]"  # Of base64 in both its forms.
_LONG_BYTES = 2**18  # Some milliseconds of parsing.


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider answered. `headers` are found in any case of letters. `name`: the provider's, for errors.

    Neither headers nor data hold a secret, even where the provider repeats one.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    data: bytes = field(repr=False)
    name: str = "the provider"
    # What a long body says, or why it says nothing: read in a thread while nobody waited for it.
    known: tuple[Json | Broken] | None = field(default=None, repr=False)

    @property
    def media_type(self) -> str:
        """Return what the body says that it is, without parameters, such as "image/png"; "" if it says nothing."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    def json(self) -> Json:
        """Return the body as JSON. Raises Broken for anything else, an empty one included."""
        if self.known is not None:
            if isinstance(self.known[0], Broken):
                raise self.known[0]
            return self.known[0]
        if not self.data.strip():
            raise Broken(f"{self.name} answers with nothing where JSON is due")
        try:
            value: Json = json.loads(self.data, parse_constant=_no_number)
        except (ValueError, RecursionError):
            # `from None`: the parser's error holds the whole text, with the prompt in it.
            raise Broken(f"{self.name} answers with something that is no JSON") from None
        return value


class Mask:
    """Replaces secrets, the longest first, so that one that holds another leaves no rest.

    A short one that could stand in a picture by chance ("none" does in every sixth one in base64) is replaced only
    where it is a word, and never in bytes that are no text.
    """

    def __init__(self, secrets: Collection[str]) -> None:
        texts = (secret.encode() for secret in secrets)
        known = sorted((text for text in texts if len(text) >= _SHORTEST_MASKED_BYTES), key=len, reverse=True)
        self._secrets = [text for text in known if not _is_likely(text)]
        self._words = [
            re.compile(rb"(?<!%b)%b(?!%b)" % (_LETTERS, re.escape(text), _LETTERS))
            for text in known
            if _is_likely(text)
        ]

    def of(self, data: bytes) -> bytes:
        """Return `data` with *** for each secret."""
        for secret in self._secrets:
            data = data.replace(secret, _MASK)
        for word in self._words if b"\0" not in data[:64] else ():
            data = word.sub(_MASK, data)
        return data

    def of_text(self, text: str) -> str:
        """Return a header's value with *** for each secret."""
        # aiohttp reads what is no UTF-8 in a header in this way.
        return self.of(text.encode(errors="surrogateescape")).decode(errors="surrogateescape")


async def read_answer(name: str, response: aiohttp.ClientResponse, most_bytes: int, mask: Mask) -> Answer:
    """Return the answer; of one that is an error, the first MiB is enough.

    Raises Broken for a success of more than `most_bytes`, and for anything that came compressed: a small answer could
    unfold to gigabytes.
    """
    data, is_whole = await read_at_most(response, most_bytes if response.ok else _ERROR_BYTES)
    if response.ok and not is_whole:
        raise Broken(f"{name} answers with more than the {most_bytes} bytes that are taken")
    if is_compressed(response):
        raise Broken(f"{name} answers with compressed data, which was not asked for")
    headers = CIMultiDict((key, mask.of_text(value)) for key, value in response.headers.items())
    if len(data) < _LONG_BYTES:
        return Answer(response.status, headers, mask.of(data), name)
    return await asyncio.to_thread(_read_long, Answer(response.status, headers, data, name), mask)


async def read_at_most(response: aiohttp.ClientResponse, most_bytes: int) -> tuple[bytes, bool]:
    """Return the first `most_bytes` of a body, and whether that is all of it.

    Of a body that says beforehand that it is longer nothing is read.
    """
    if response.content_length is not None and response.content_length > most_bytes:
        return b"", False
    data = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        data += chunk
        if len(data) > most_bytes:
            return bytes(data[:most_bytes]), False
    return bytes(data), True


def is_compressed(response: aiohttp.ClientResponse) -> bool:
    """Tell whether the body is in another encoding than the one that was asked for, which is none."""
    return response.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity")


def _read_long(answer: Answer, mask: Mask) -> Answer:
    plain = replace(answer, data=mask.of(answer.data))
    if plain.data[:64].lstrip()[:1] not in (b"{", b"["):
        return plain
    try:
        return replace(plain, known=(plain.json(),))
    except Broken as error:
        return replace(plain, known=(error,))


def _is_likely(secret: bytes) -> bool:
    """Tell whether a secret may stand in a picture by chance."""
    return len(secret) < _UNLIKELY_BYTES and re.fullmatch(_LETTERS + b"+", secret) is not None


def _no_number(text: str) -> NoReturn:
    msg = f"{text} is no JSON"
    raise ValueError(msg)
