"""Persons: what they are called and what they like to have filled in."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

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


@dataclass(frozen=True, slots=True)
class Saved:
    """What a guild's admins and a person chose for requests, keys of other versions included; empty: nothing."""

    guild: Mapping[str, Json]
    person: Mapping[str, Json]

    @classmethod
    def read(cls, guild: str | None, person: str | None) -> Self:
        """Read what their rows hold; None: there is no row."""
        return cls(_read(guild), _read(person))

    @property
    def merged(self) -> Mapping[str, Json]:
        """Return the guild's settings, and over them the person's, without those that say nothing."""
        both = (self.guild, self.person)
        return {name: value for one in both for name, value in one.items() if value not in (None, "", False)}


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
        return (await self._database.read(lambda tx: saved_of(tx, person, guild))).merged

    async def names(self, people: Sequence[PersonId]) -> Mapping[PersonId, str]:
        """Return what each of these persons is called; without a name that is the id."""
        sql = """
            SELECT p.id, p.name, (SELECT MAX(a.name) FROM account a WHERE a.person_id = p.id) AS account
            FROM person p WHERE p.id IN (:values)
        """
        rows = await self._database.read(lambda tx: rows_among(tx, sql, people))
        known = {PersonId(row["id"]): row["name"] or row["account"] for row in rows}
        return {person: known.get(person) or person for person in people}


def saved_of(tx: Tx, person: PersonId, guild: GuildId) -> Saved:
    """Return what a guild and a person chose, inside a transaction of the caller."""
    row = tx.one(
        """
        SELECT (SELECT settings FROM guild WHERE id = :guild) AS guild,
            (SELECT settings FROM person WHERE id = :person) AS person
        """,
        guild=guild,
        person=person,
    )
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    return Saved.read(row["guild"], row["person"])


def _read(settings: str | None) -> dict[str, Json]:
    if settings in (None, "{}"):
        return {}
    read: dict[str, Json] = json.loads(settings)
    return read
