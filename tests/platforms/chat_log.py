"""What the test chat did, one JSON object a line, only ever appended: the truth that `chat_audit` reads."""

from __future__ import annotations

import dataclasses
import json
import os
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

FINAL_PHASES = frozenset({"succeeded", "failed", "cancelled"})
PHASES = FINAL_PHASES | {"queued", "running"}


class Kind(StrEnum):
    """What happened. `created` and `edited` carry a post; the rest name a message, a channel or a token."""

    STARTED = "started"
    CREATED = "created"
    EDITED = "edited"
    FORGOTTEN = "forgotten"
    CLOSED = "closed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file as it arrived. `sha256`, `size_bytes` and `seed` are what the sender claims of it.

    `whole`: its bytes have that digest and length, and are a PNG from signature to IEND.
    """

    name: str
    sha256: str
    size_bytes: int
    seed: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Post:
    """What a create or an edit makes a message show of a job; an edit replaces all of it, attachments included.

    `sender` and `number` name the client object and count its calls, so that a log shows what overtook what.
    """

    job: str
    phase: str
    seed: int
    progress: float = 0.0
    text: str = ""
    images: tuple[Attachment, ...] = ()
    sender: str = ""
    number: int = 0

    @property
    def is_final(self) -> bool:
        """Tell whether the job's end is shown."""
        return self.phase in FINAL_PHASES


@dataclass(frozen=True, slots=True)
class Effect:
    """One accepted effect. `seq` rises by one a line, through restarts; `at_s`: seconds since the epoch.

    `after_s`: from the sending of its request. `nonces`: on STARTED, whether this chat keeps nonces.
    """

    seq: int
    at_s: float
    kind: Kind
    message: str = ""
    channel: str = ""
    nonce: str = ""
    token: str = ""
    after_s: float = 0.0
    nonces: bool = True
    post: Post | None = None


class Log:
    """The open end of a log file. One process writes it; anybody may read it meanwhile."""

    def __init__(self, path: Path) -> None:
        """Open or create the file, and cut off a last line that a dying writer left unfinished."""
        self.effects = read_effects(path) if path.exists() else []
        self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        whole_bytes = path.read_bytes().rfind(b"\n") + 1
        os.ftruncate(self._file, whole_bytes)
        self._next = self.effects[-1].seq + 1 if self.effects else 1

    @property
    def next_seq(self) -> int:
        """Return the number that the next effect will bear."""
        return self._next

    def append(self, effect: Effect) -> None:
        """Write one line in a single write, so that it is there wholly or not at all, even after SIGKILL."""
        line = json.dumps(dataclasses.asdict(effect), separators=(",", ":")).encode() + b"\n"
        if os.write(self._file, line) != len(line):
            raise OSError("The chat's log could not be written whole; is the disk full?")
        self._next = effect.seq + 1

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def read_effects(path: Path) -> list[Effect]:
    """Return every whole line of a log as an effect, in order. Raises ValueError if a line is not one."""
    whole, _, _ = path.read_bytes().rpartition(b"\n")
    return [_effect(json.loads(line)) for line in whole.splitlines()]


def _effect(raw: dict[str, Any]) -> Effect:
    raw["kind"] = Kind(raw["kind"])
    if raw["post"] is not None:
        raw["post"]["images"] = tuple(Attachment(**image) for image in raw["post"]["images"])
        raw["post"] = Post(**raw["post"])
    return Effect(**raw)
