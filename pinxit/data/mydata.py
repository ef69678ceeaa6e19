"""Everything that is kept about one person, as lines of JSON, a page at a time, and nothing of anybody else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pinxit.data.image_rows import images_from_rows
from pinxit.data.many import rows_among
from pinxit.data.members import is_member
from pinxit.data.times import from_ms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.domain.ids import PersonId
    from pinxit.domain.image import Image
    from pinxit.domain.image_rules import ImageRules
    from pinxit.domain.ports import Database, Tx
    from pinxit.domain.request import Json


class Part(StrEnum):
    """What is kept about a person, by subject."""

    PERSON = "person"
    ACCOUNTS = "accounts"
    KEYS = "keys"
    JOBS = "jobs"
    ATTEMPTS = "attempts"
    MESSAGES = "messages"
    RECREATIONS = "recreations"
    IMAGES = "images"
    SOURCES = "sources"
    FAVOURITES = "favourites"
    READ = "read"
    REPORTS = "reports"
    BANS = "bans"
    LIMITS = "limits"
    GRANTS = "grants"
    LEDGER = "ledger"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Lines:
    """Rows as lines of JSON, each with its line feed. `after`: what to ask for the next page with; "" at the end."""

    text: str
    after: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A file. `name`: without folder. `path`: in the store of files. `is_withheld`: as a picture of these bytes is."""

    name: str
    path: str
    is_withheld: bool = False


# `k` is where a page begins, and is not shown.
_MEMBER = f"((scope = 'person' AND scope_id = :person) OR (scope = 'member' AND {is_member('scope_id')}))"
_SQL: Mapping[Part, str] = {
    Part.PERSON: "SELECT id AS k, id, name, locale, settings, created_ms FROM person WHERE id = :person",
    Part.ACCOUNTS: """
        SELECT platform || '/' || external_id AS k, platform, external_id, name, created_ms
        FROM account WHERE person_id = :person
    """,
    Part.KEYS: """
        SELECT id AS k, id, name, scopes, created_ms, expires_ms, revoked_ms, used_ms
        FROM access_key WHERE person_id = :person
    """,
    Part.JOBS: """
        SELECT id AS k, id, group_id, guild_id, platform, parent_image, private, state, pool, model, request, route,
            credits_milli, dollars_micro, made, error_code, error_facts, created_ms, started_ms, ended_ms
        FROM job WHERE person_id = :person AND deleted_ms IS NULL
    """,
    # What workers said and what platforms need to edit a message is the operator's, and may be a secret.
    Part.ATTEMPTS: """
        SELECT a.job_id || '/' || CAST(a.number AS TEXT) AS k, a.job_id, a.number, a.pool, a.outcome, a.started_ms,
            a.ended_ms
        FROM attempt a JOIN job j ON j.id = a.job_id WHERE j.person_id = :person AND j.deleted_ms IS NULL
    """,
    Part.MESSAGES: """
        SELECT d.id AS k, d.id, d.job_id, d.platform, d.channel, d.message_id, d.state, d.created_ms, d.done_ms
        FROM delivery d JOIN job j ON j.id = d.job_id WHERE j.person_id = :person AND j.deleted_ms IS NULL
    """,
    Part.RECREATIONS: """
        SELECT r.job_id AS k, r.job_id, r.image_id, r.verdict AS comparison, r.created_ms
        FROM recreation r JOIN job j ON j.id = r.job_id WHERE j.person_id = :person
    """,
    Part.IMAGES: """
        SELECT id AS k, id, job_id, position, guild_id, private, media_type, width_px, height_px, size_bytes, sha256,
            seed, prompt, recipe, generator, model, model_hash, parent_image, verdict, hidden, created_ms
        FROM image WHERE person_id = :person AND state = 'ready'
    """,
    Part.SOURCES: """
        SELECT s.id AS k, s.id, s.job_id, s.role, s.url, s.image_id, s.media_type, s.size_bytes, s.sha256, s.created_ms
        FROM source s JOIN job j ON j.id = s.job_id WHERE j.person_id = :person
    """,
    Part.FAVOURITES: "SELECT image_id AS k, image_id, created_ms FROM favourite WHERE person_id = :person",
    Part.READ: "SELECT guild_id AS k, guild_id, job_id FROM read_mark WHERE person_id = :person",
    Part.REPORTS: """
        SELECT id AS k, id, image_id, guild_id, reason, state, created_ms, handled_ms
        FROM report WHERE reporter_id = :person
    """,
    Part.BANS: """
        SELECT guild_id || '/' AS k, guild_id, reason, created_ms, until_ms
        FROM ban WHERE scope = 'person' AND scope_id = :person
    """,
    Part.LIMITS: f"""
        SELECT scope || '/' || scope_id || '/' || unit || '/' || period AS k, scope, scope_id, unit, period, amount,
            set_ms
        FROM quota WHERE {_MEMBER}
    """,  # noqa: S608 - a literal of this file
    Part.GRANTS: f"""
        SELECT id AS k, id, scope, scope_id, unit, amount, remaining, expires_ms, note, at_ms
        FROM allowance WHERE {_MEMBER}
    """,  # noqa: S608 - a literal of this file
    Part.LEDGER: """
        SELECT id AS k, id, job_id, attempt, kind, unit, amount, guild_id, provider, day, uncertain, note, at_ms
        FROM ledger WHERE person_id = :person
    """,
    Part.AUDIT: f"""
        SELECT id AS k, id, actor, act, guild_id, subject, details, at_ms FROM audit
        WHERE actor = :person OR subject = :subject OR (subject LIKE 'member:%' AND {is_member("subject")})
    """,  # noqa: S608 - a literal of this file
}
_JSON = ("settings", "request", "route", "error_facts", "comparison", "recipe", "details")


class MyData:
    """Reading what is kept about one person."""

    def __init__(self, database: Database, house: ImageRules) -> None:
        self._database = database
        self._house = house

    async def lines(self, part: Part, person: PersonId, after: str = "", most: int = 200) -> Lines:
        """Return a page of one part, in the order of its ids, from behind `after`."""
        sql = f"SELECT * FROM ({_SQL[part]}) AS rows WHERE k > :after ORDER BY k LIMIT :most"  # noqa: S608 - literals
        values = {
            "person": person,
            "member": f"/{person}",
            "subject": f"person:{person}",
        }
        used = {name: value for name, value in values.items() if f":{name}" in sql}
        rows = await self._database.read(lambda tx: tx.all(sql, after=after, most=most, **used))
        text = "".join(f"{_line(part, row, person)}\n" for row in rows)
        return Lines(text, rows[-1]["k"] if len(rows) == most else "")

    async def pictures(self, person: PersonId, after: str = "", most: int = 200) -> Sequence[Image]:
        """Return a page of the person's finished images, in the order of their ids, from behind `after`."""
        sql = (
            "SELECT * FROM image WHERE person_id = :person AND state = 'ready' AND id > :after ORDER BY id LIMIT :most"
        )

        def work(tx: Tx) -> list[Image]:
            return images_from_rows(tx, tx.all(sql, person=person, after=after, most=most), self._house)

        return await self._database.read(work)

    async def sources(self, person: PersonId, after: str = "", most: int = 200) -> Sequence[Kept]:
        """Return a page of the files that the person's jobs were painted from, by id, from behind `after`."""
        sql = """
            SELECT s.id, s.path, s.sha256 FROM source s JOIN job j ON j.id = s.job_id
            WHERE j.person_id = :person AND s.path IS NOT NULL AND s.id > :after ORDER BY s.id LIMIT :most
        """

        def work(tx: Tx) -> list[Kept]:
            rows = tx.all(sql, person=person, after=after, most=most)
            same = "SELECT * FROM image WHERE sha256 IN (:values) AND state = 'ready'"
            images = rows_among(tx, same, [row["sha256"] for row in rows if row["sha256"]])
            withheld = {image.sha256 for image in images_from_rows(tx, images, self._house) if image.is_withheld}
            return [Kept(row["id"], row["path"], row["sha256"] in withheld) for row in rows]

        return await self._database.read(work)


def _line(part: Part, row: Mapping[str, Any], person: PersonId) -> str:
    told = {name: _value(name, row[name]) for name in row.keys() if name != "k"}  # noqa: SIM118 - a row is no dict
    told = {(f"{name[:-3]}_at" if name.endswith("_ms") else name): value for name, value in told.items()}
    return json.dumps(_without_others(told, person) if part is Part.AUDIT else told, ensure_ascii=False)


def _value(name: str, value: Any) -> Json:  # noqa: ANN401 - whatever a column holds
    if value is None:
        return None
    if name.endswith("_ms"):
        return from_ms(value).isoformat()
    told: Json = json.loads(value) if name in _JSON else value
    return told


def _without_others(row: dict[str, Json], person: PersonId) -> dict[str, Json]:
    """Return a row of the audit without whoever else acted, or was acted upon."""
    subject = str(row["subject"])
    is_about_me = subject == f"person:{person}" or subject.endswith(f"/{person}")
    is_about_another = not is_about_me and subject.startswith(("person:", "member:"))
    is_mine = row["actor"] == person
    told = row["details"] if is_about_me and isinstance(row["details"], dict) else {}
    return {
        **row,
        "actor": person if is_mine else "an admin",
        "subject": subject.partition(":")[0] if is_about_another else subject,
        "details": {name: value for name, value in told.items() if is_mine or not isinstance(value, str)},
    }
