"""Persons: what they are called and what they like to have filled in."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pinxit.data.many import rows_among
from pinxit.data.times import to_ms
from pinxit.domain.ids import PersonId

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from pinxit.domain.ids import GuildId
    from pinxit.domain.ports import Database, Tx
    from pinxit.domain.request import Json


@dataclass(frozen=True, slots=True)
class Person:
    """A person. `settings`: what was saved, keys of other versions included; empty: nothing was."""

    name: str = ""
    locale: str = ""
    settings: Mapping[str, Json] = field(default_factory=dict)


class People:
    """Rows of persons."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def person(self, person: PersonId) -> Person:
        """Return what is known of a person, nothing for somebody who was never here."""
        sql = "SELECT name, locale, settings FROM person WHERE id = :id"
        row = await self._database.read(lambda tx: tx.one(sql, id=person))
        return Person() if row is None else Person(row["name"], row["locale"], _read(row["settings"]))

    async def save(self, person: PersonId, saved: Person, now: datetime) -> None:
        """Store name, locale and settings; settings that `saved` does not name stay as they are."""

        def work(tx: Tx) -> None:
            row = tx.one("SELECT settings FROM person WHERE id = :id", id=person)
            settings = {**(_read(row["settings"]) if row else {}), **saved.settings}
            tx.run(
                """
                INSERT INTO person (id, name, locale, settings, created_ms)
                VALUES (:id, :name, :locale, :settings, :now)
                ON CONFLICT (id) DO UPDATE SET name = :name, locale = :locale, settings = :settings
                """,
                id=person,
                name=saved.name,
                locale=saved.locale,
                settings=json.dumps(settings, ensure_ascii=False),
                now=to_ms(now),
            )

        await self._database.write(work)

    async def defaults(self, person: PersonId, guild: GuildId) -> Mapping[str, Json]:
        """Return what is filled in where a person says nothing: the guild's settings, and over them the person's."""

        def work(tx: Tx) -> Sequence[Mapping[str, Any]]:
            return tx.all(
                """
                SELECT 1 AS place, settings FROM guild WHERE id = :guild
                UNION ALL SELECT 2, settings FROM person WHERE id = :person ORDER BY place
                """,
                guild=guild,
                person=person,
            )

        merged: dict[str, Json] = {}
        for row in await self._database.read(work):
            merged |= {key: value for key, value in _read(row["settings"]).items() if value not in (None, "", False)}
        return merged

    async def names(self, people: Sequence[PersonId]) -> Mapping[PersonId, str]:
        """Return what each of these persons is called; without a name that is the id."""
        sql = """
            SELECT p.id, p.name, (SELECT MAX(a.name) FROM account a WHERE a.person_id = p.id) AS account
            FROM person p WHERE p.id IN (:values)
        """
        rows = await self._database.read(lambda tx: rows_among(tx, sql, people))
        known = {PersonId(row["id"]): row["name"] or row["account"] for row in rows}
        return {person: known.get(person) or person for person in people}


def _read(settings: str) -> dict[str, Json]:
    read: dict[str, Json] = json.loads(settings)
    return read
