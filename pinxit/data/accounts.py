"""Who somebody is on a platform: rows of accounts, and what a platform says of the place they were met in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pinxit.data.asking import asked
from pinxit.data.people import Saved
from pinxit.data.times import to_ms
from pinxit.data.works import Shared
from pinxit.domain.caller import API
from pinxit.domain.errors import Code, Refused
from pinxit.domain.ids import GuildId, PersonId, is_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from pinxit.domain.ports import Database, Tx


@dataclass(frozen=True, slots=True)
class Met:
    """Somebody, as a platform shows them now: who, called what, and where. `external_id`: the platform's own."""

    platform: str
    external_id: str
    name: str
    guild: GuildId
    guild_name: str = ""
    guild_locale: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A person on a platform."""

    platform: str
    external_id: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Who somebody is, with the language that they chose and that of the place; "" where nobody chose one.

    `saved`: what both chose for requests.
    """

    person: PersonId
    locale: str
    guild_locale: str
    saved: Saved


_KNOWN = """
    SELECT asked.number, a.person_id, a.name, g.id AS guild, g.name AS guild_name, g.platform_name, g.locale,
        p.locale AS own_locale, g.settings, p.settings AS own_settings
    FROM asked
    LEFT JOIN account a ON a.platform = asked.platform AND a.external_id = asked.external
    LEFT JOIN person p ON p.id = a.person_id
    LEFT JOIN guild g ON g.id = asked.guild
"""


@dataclass(frozen=True, slots=True)
class _Look(Shared["Mapping[str, Any]"]):
    """A work that returns what is known of somebody and of the place."""

    met: Met

    @property
    def kind(self) -> object:
        """Return the same for all."""
        return _Look

    def __call__(self, tx: Tx) -> Mapping[str, Any]:
        """Look for this one alone."""
        (row,) = self.share(tx, (self,))
        return row

    def share(self, tx: Tx, works: Sequence[_Look]) -> Sequence[Mapping[str, Any]]:
        """Look for several in one statement, as many ask at the same time."""
        mets = [(work.met.platform, work.met.external_id, work.met.guild) for work in works]
        rows = {row["number"]: row for row in asked(tx, ("platform", "external", "guild"), mets, _KNOWN)}
        return [rows[number] for number in range(len(works))]


class Accounts:
    """Rows of accounts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def meet(self, met: Met, newcomer: PersonId, now: datetime) -> PersonId:
        """Return who this is, `newcomer` for somebody new, and keep what is new or changed of them and the place.

        What is known already costs one read. A guild's name and language that its admins chose stay.
        """
        return (await self.welcome(met, newcomer, now)).person

    async def welcome(self, met: Met, newcomer: PersonId, now: datetime) -> Standing:
        """Do what `meet` does, and return what else is known of them, for the same read."""
        known = await self._database.read(_Look(met))
        is_same = known["person_id"] is not None and known["name"] == met.name
        is_same_guild = known["guild"] is not None and (
            met.guild_name in ("", known["platform_name"]) and not (met.guild_locale and not known["locale"])
        )
        if not (is_same and is_same_guild):

            def work(tx: Tx) -> Mapping[str, Any]:
                _note(tx, met, newcomer, to_ms(now))
                return _Look(met)(tx)

            known = await self._database.write(work)
        saved = Saved.read(known["settings"], known["own_settings"])
        return Standing(PersonId(known["person_id"]), known["own_locale"] or "", known["locale"] or "", saved)

    async def person(self, platform: str, external_id: str) -> PersonId | None:
        """Return who has this account; None: nobody met them yet."""
        sql = "SELECT person_id FROM account WHERE platform = :platform AND external_id = :external"
        row = await self._database.read(lambda tx: tx.one(sql, platform=platform, external=external_id))
        return None if row is None else PersonId(row["person_id"])

    async def of_person(self, person: PersonId) -> Sequence[Account]:
        """Return the accounts of a person, in the order of platform and id."""
        sql = """
            SELECT platform, external_id FROM account WHERE person_id = :person ORDER BY platform, external_id
        """
        rows = await self._database.read(lambda tx: tx.all(sql, person=person))
        return [Account(row["platform"], row["external_id"]) for row in rows]


def present_person(tx: Tx, person: str) -> str:
    """Return who somebody is now of whom there is no row: new, or linked to another since they were met.

    Raises Refused (KEY_INVALID): their key was deleted meanwhile, with all that was theirs.
    """
    platform, _, own = person.partition(":")
    row = tx.one(
        """
        SELECT person_id FROM account WHERE platform = :platform AND external_id = :own
        UNION ALL SELECT person_id FROM access_key WHERE :platform = 'api' AND id = :own
        UNION ALL SELECT person_id FROM account WHERE person_id = :person
        """,
        platform=platform,
        own=own,
        person=person,
    )
    if row is not None:
        return str(row["person_id"])
    if platform == API and is_id(own):
        raise Refused(Code.KEY_INVALID)
    return person


def _note(tx: Tx, met: Met, newcomer: PersonId, now_ms: int) -> PersonId:
    tx.run(
        """
        INSERT INTO account (platform, external_id, person_id, name, created_ms)
        VALUES (:platform, :external, :person, :name, :now)
        ON CONFLICT (platform, external_id) DO UPDATE SET name = :name
        """,
        platform=met.platform,
        external=met.external_id,
        person=newcomer,
        name=met.name,
        now=now_ms,
    )
    tx.run(
        """
        INSERT INTO guild (id, platform, created_ms) VALUES (:id, :platform, :now) ON CONFLICT (id) DO NOTHING
        """,
        id=met.guild,
        platform=met.platform,
        now=now_ms,
    )
    if met.guild_name:
        tx.run(
            """
            UPDATE guild SET platform_name = :name,
                name = CASE WHEN name = '' OR name = platform_name THEN :name ELSE name END
            WHERE id = :id
            """,
            name=met.guild_name,
            id=met.guild,
        )
    if met.guild_locale:
        tx.run(
            "UPDATE guild SET locale = :locale WHERE id = :id AND locale = ''", locale=met.guild_locale, id=met.guild
        )
    row = tx.one(
        "SELECT person_id FROM account WHERE platform = :platform AND external_id = :external",
        platform=met.platform,
        external=met.external_id,
    )
    assert row is not None  # noqa: S101 - written above
    person = PersonId(row["person_id"])
    tx.run("INSERT INTO person (id, created_ms) VALUES (:id, :now) ON CONFLICT (id) DO NOTHING", id=person, now=now_ms)
    return person
