"""The types that settings are made of: an immutable table, checked texts, and what counts as a secret."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

V = TypeVar("V")

_SECRET_ENDINGS = (
    "token",
    "api_key",
    "access_key",
    "secret",
    "secret_key",
    "password",
    "authorization",
    "dsn",
    "cookie",
)


class Table(dict[str, V]):
    """A dict that cannot change, keeps its order and can be sent to another process."""

    __slots__ = ()

    def _refuse(self, *_args: object, **_named: object) -> NoReturn:
        raise TypeError("settings cannot change; restart with other ones")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[type[Table[V]], tuple[dict[str, V]]]:
        # dict's own way of unpickling would set items one by one.
        return Table, (dict(self),)

    def __hash__(self) -> int:  # type: ignore[override] # a dict has none because it can change
        return hash(tuple(self))


def looks_secret(name: str) -> bool:
    """Tell whether a setting or a log field of this name (`api_key`, `bot_token`, `Authorization`) holds a secret."""
    plain = name.lower().replace("-", "_")
    return any(plain == ending or plain.endswith(f"_{ending}") for ending in _SECRET_ENDINGS)


def _url(*schemes: str) -> AfterValidator:
    example = f"{schemes[-1]}://example.org"

    def check(text: str) -> str:
        try:
            parts = urlsplit(text)
            whole = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
        except ValueError:
            whole = False
            parts = urlsplit("")
        if not whole or any(letter.isspace() for letter in text):
            raise ValueError(f"write a URL, such as {example}")
        if parts.username is not None or parts.password is not None:
            raise ValueError(f"write the URL without a user and a password, such as {example}")
        return text.rstrip("/")

    return AfterValidator(check)


def _home(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:
        raise ValueError("write a path whose ~ names somebody's home folder") from None


WebUrl = Annotated[str, _url("http", "https")]
SocketUrl = Annotated[str, _url("ws", "wss")]
FilePath = Annotated[Path, AfterValidator(_home)]
Count = Annotated[int, Field(ge=1, le=10**9)]
Seconds = Annotated[float, Field(gt=0, le=7 * 86_400)]
Secret = Annotated[SecretStr, Field(min_length=1)]
