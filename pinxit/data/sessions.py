"""Who has logged in with a browser: tickets of the kind `session`, of which only a digest of the token is stored."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pinxit.data.times import to_ms
from pinxit.domain.ids import KeyId

if TYPE_CHECKING:
    from datetime import datetime

    from pinxit.domain.ports import Database, Tx

LASTS = timedelta(days=30)
_KIND = "session"


@dataclass(frozen=True, slots=True)
class Session:
    """What was shown at the login: an access key, or (`key` None) the operator's password as `proof` knows it."""

    key: KeyId | None
    proof: str = ""


class Sessions:
    """The open sessions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, key: KeyId | None, password: str, now: datetime) -> str:
        """Open a session for a key's holder, or for the operator who knows the password, and return its token."""
        token = secrets.token_urlsafe(32)
        payload = {"key": key, "proof": "" if key is not None else proof(token, password)}

        def work(tx: Tx) -> None:
            tx.run("DELETE FROM ticket WHERE kind = :kind AND expires_ms <= :now", kind=_KIND, now=to_ms(now))
            tx.run(
                """
                INSERT INTO ticket (id, kind, person_id, payload, created_ms, expires_ms)
                VALUES (:id, :kind, '', :payload, :now, :expires)
                """,
                id=_digest(token),
                kind=_KIND,
                payload=json.dumps(payload),
                now=to_ms(now),
                expires=to_ms(now + LASTS),
            )

        await self._database.write(work)
        return token

    async def find(self, token: str, now: datetime) -> Session | None:
        """Return the open session of this token, or None. Whether its key or password still holds is not asked."""
        row = await self._database.read(
            lambda tx: tx.one(
                "SELECT payload FROM ticket WHERE id = :id AND kind = :kind AND expires_ms > :now",
                id=_digest(token),
                kind=_KIND,
                now=to_ms(now),
            )
        )
        if row is None:
            return None
        payload = json.loads(row["payload"])
        return Session(None if payload["key"] is None else KeyId(payload["key"]), payload["proof"])

    async def close(self, token: str) -> None:
        """End a session; one that is not there is no error."""
        await self._database.write(
            lambda tx: tx.run("DELETE FROM ticket WHERE id = :id AND kind = :kind", id=_digest(token), kind=_KIND)
        )


def proof(token: str, password: str) -> str:
    """Return what shows later that a session was opened with this password.

    It is keyed with the token, which is not stored: whoever reads the table cannot try passwords against it.
    """
    return hmac.new(token.encode(), password.encode(), hashlib.sha256).hexdigest()


def _digest(token: str) -> str:
    """Return what is stored of a token. It has 256 random bits, so a plain SHA-256 cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()
