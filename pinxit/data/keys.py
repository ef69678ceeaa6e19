"""Access keys: only their digests are stored."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pinxit.data.audit import Entry, note
from pinxit.data.times import moment, to_ms
from pinxit.domain.caller import OPERATOR
from pinxit.domain.ids import GuildId, KeyId, PersonId, new_id

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from pinxit.domain.ports import Database, Tx

PREFIX = "pinxit_"


class KeyScope(StrEnum):
    """What a key may do: make images; speak for others; run jobs as a worker; administer."""

    SUBMIT = "submit"
    ACT_AS = "act_as"
    WORKER = "worker"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key without its secret. `guild` and `person`: who its holder is, unless `act_as` names others."""

    id: KeyId
    name: str
    scopes: frozenset[KeyScope]
    guild: GuildId
    person: PersonId
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    used_at: datetime | None

    def is_valid(self, now: datetime) -> bool:
        """Tell whether the key still opens."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


class Keys:
    """The keyring."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(
        self,
        name: str,
        scopes: Collection[KeyScope],
        now: datetime,
        expires_at: datetime | None = None,
        by: PersonId = OPERATOR.person,
    ) -> tuple[AccessKey, str]:
        """Make a key and return it with its secret, which cannot be had again. `by`: who makes it, for the audit."""
        secret = PREFIX + secrets.token_urlsafe(32)
        key = KeyId(new_id(now))
        own = f"api:{key}"

        def work(tx: Tx) -> None:
            tx.run(
                """
                INSERT INTO access_key (id, name, digest, scopes, guild_id, person_id, created_ms, expires_ms)
                VALUES (:id, :name, :digest, :scopes, :own, :own, :now, :expires)
                """,
                id=key,
                name=name,
                digest=digest(secret),
                scopes=" ".join(sorted(scopes)),
                own=own,
                now=to_ms(now),
                expires=None if expires_at is None else to_ms(expires_at),
            )
            details = {"scopes": " ".join(sorted(scopes))}
            note(tx, Entry(by, "key.made", "", f"key:{key}", details), to_ms(now))

        await self._database.write(work)
        made = AccessKey(key, name, frozenset(scopes), GuildId(own), PersonId(own), now, expires_at, None, None)
        return made, secret

    async def find(self, secret: str, now: datetime) -> AccessKey | None:
        """Return the valid key of this secret, or None."""
        row = await self._database.read(
            lambda tx: tx.one("SELECT * FROM access_key WHERE digest = :digest", digest=digest(secret))
        )
        key = None if row is None else _key(row)
        return key if key is not None and key.is_valid(now) else None

    async def key(self, key: KeyId, now: datetime) -> AccessKey | None:
        """Return the valid key of this id, or None."""
        row = await self._database.read(lambda tx: tx.one("SELECT * FROM access_key WHERE id = :id", id=key))
        found = None if row is None else _key(row)
        return found if found is not None and found.is_valid(now) else None

    async def all(self) -> Sequence[AccessKey]:
        """Return every key, revoked ones included, oldest first."""
        return [
            _key(row) for row in await self._database.read(lambda tx: tx.all("SELECT * FROM access_key ORDER BY id"))
        ]

    async def revoke(self, key: KeyId, now: datetime, by: PersonId = OPERATOR.person) -> bool:
        """Make a key invalid at once; False if there is none with this id or it was revoked before."""

        def work(tx: Tx) -> bool:
            changed = tx.run(
                "UPDATE access_key SET revoked_ms = :now WHERE id = :id AND revoked_ms IS NULL", now=to_ms(now), id=key
            )
            if changed:
                note(tx, Entry(by, "key.revoked", "", f"key:{key}"), to_ms(now))
            return changed > 0

        return await self._database.write(work)


def digest(secret: str) -> str:
    """Return what is stored of a secret. It has 256 random bits, so a plain SHA-256 cannot be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _key(row: Mapping[str, Any]) -> AccessKey:
    created_at = moment(row["created_ms"])
    assert created_at is not None  # noqa: S101 - the column is NOT NULL
    return AccessKey(
        id=KeyId(row["id"]),
        name=row["name"],
        scopes=frozenset(KeyScope(scope) for scope in row["scopes"].split()),
        guild=GuildId(row["guild_id"]),
        person=PersonId(row["person_id"]),
        created_at=created_at,
        expires_at=moment(row["expires_ms"]),
        revoked_at=moment(row["revoked_ms"]),
        used_at=moment(row["used_ms"]),
    )
