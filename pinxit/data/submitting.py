"""What a submit is given and answers, and the job that an idempotency key stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.data.recreations import NewRecreation
    from pinxit.domain.ports import Tx


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many jobs may wait at most: of a person, of a guild, in all."""

    per_person: int = 100
    per_guild: int = 1000
    total: int = 10_000


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """Where the job's end is to be shown; `target` is the platform's own, as JSON."""

    id: str
    platform: str
    channel: str
    target: str
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class NewSource:
    """An input image: stored already (`path`), to be fetched by `prepare` (`url`), or one of our images."""

    id: str
    role: str
    url: str | None = None
    image_id: str | None = None
    path: str | None = None
    media_type: str = ""
    width_px: int | None = None
    height_px: int | None = None
    size_bytes: int | None = None
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class NewJob:
    """Everything that a submit writes, made before the transaction. `idem` is unique for its caller; None: no key.

    `recreates`: what the job's one picture is to be compared with. `roles`: the person's in this guild, for limits.
    `person_cooldown_s`, `guild_cooldown_s`: how long ago the last request of the person here, or of anybody here, must
    be; the jobs of one group are one request. `is_adult`: whether its channel is for adults only; None: it did not say.
    `texts`: prompt and typed text, which a search finds; None: to be read out of `request`.
    """

    id: str
    group: str
    guild: str
    person: str
    platform: str
    route: str
    first: Mapping[str, Any]
    request: str
    count: int
    priority: int
    credits_milli: int
    dollars_micro: int
    deadline_s: float
    private: bool
    now_ms: int
    idem: str | None = None
    digest: str = ""
    parent_image: str | None = None
    deliveries: tuple[NewDelivery, ...] = ()
    sources: tuple[NewSource, ...] = ()
    recreates: NewRecreation | None = None
    roles: tuple[str, ...] = ()
    person_cooldown_s: float = 0.0
    guild_cooldown_s: float = 0.0
    is_adult: bool | None = None
    texts: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Submitted:
    """The job's id, and whether this submit made it (False: the same request came before)."""

    id: str
    is_new: bool


def known_as(tx: Tx, idem: str) -> tuple[str, str] | None:
    """Return the job that was submitted with this idempotency key, and the digest of its wish, or None."""
    row = tx.one("SELECT id, idem_digest FROM job WHERE idem = :idem", idem=idem)
    return None if row is None else (row["id"], row["idem_digest"])
