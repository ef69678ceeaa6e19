"""What the database and the files must say once everything has come to rest, and whether it has."""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pinxit.data.ledger import differences
from pinxit.data.pictures import read_picture
from pinxit.data.sqlite import SqliteTx, connect
from pinxit.domain.generator import Made, Task
from pinxit.domain.ids import JobId
from pinxit.domain.pricing import settled_milli
from pinxit.domain.request import request_from_json
from pinxit.domain.verdict import Likeness, verdict_from_json
from pinxit.generators.sketch import Sketch
from pinxit.queue.clock import SystemClock
from tests.crash import gallery
from tests.crash.wishes import Wishes

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from pinxit.domain.ids import SourceId

_FINAL = ("succeeded", "failed", "cancelled")
_MAX_PIXELS = 10**6
_REPAINTED = 12


def unfinished(database: Path, acknowledged: Iterable[str]) -> str:
    """Return what is still to be done, as a short text; empty when everything acknowledged is ended and delivered."""
    with closing(connect(database, read_only=True)) as connection:
        tx = SqliteTx(connection)
        states = {row["id"]: row["state"] for row in tx.all("SELECT id, state FROM job")}
        deliveries = tx.one("SELECT COUNT(*) AS n FROM delivery WHERE state IN ('open', 'due')")
    missing = [job for job in acknowledged if job not in states]
    living = [job for job, state in states.items() if state not in _FINAL]
    waiting = deliveries["n"] if deliveries else 0
    if not missing and not living and not waiting:
        return ""
    return f"{len(missing)} jobs missing, {len(living)} not ended, {waiting} deliveries not done"


def wrongs(database: Path, files: Path, acknowledged: Iterable[str], wishes: Wishes | None = None) -> Sequence[str]:
    """Return a sentence for everything that is not as it must be at rest."""
    found: list[str] = []
    with closing(connect(database, read_only=True)) as connection:
        tx = SqliteTx(connection)
        check = connection.execute("PRAGMA integrity_check").fetchone()[0]
        if check != "ok":
            found.append(f"integrity: {check}")
        found += _jobs(tx, set(acknowledged))
        found += _counters(tx)
        found += [f"ledger: {difference}" for difference in differences(tx)]
        found += _money(tx)
        found += _deliveries(tx)
        found += gallery.wrongs(tx, files)
        found += _wishes(tx, wishes or Wishes())
    return found


def _jobs(tx: SqliteTx, acknowledged: set[str]) -> Iterable[str]:
    rows = {row["id"]: row for row in tx.all("SELECT * FROM job")}
    for job in acknowledged - rows.keys():
        yield f"{job} was acknowledged and is not there"
    for job in rows.keys() - acknowledged:
        yield f"{job} was made for a command that was acknowledged with another job, or never"
    for job, row in rows.items():
        if row["state"] != "succeeded":
            yield f"{job} {row['state']} {row['error_code']}"
        if row["made"] != row["count"]:
            yield f"{job} has {row['made']} of {row['count']} images"
        if row["fence"] != 2 * row["attempt"]:
            yield f"{job} has fence {row['fence']} after {row['attempt']} attempts"
    for row in tx.all("SELECT job_id, number FROM attempt WHERE ended_ms IS NULL OR outcome IS NULL"):
        yield f"attempt {row['number']} of {row['job_id']} never ended"
    for row in tx.all("SELECT job_id, COUNT(*) AS n FROM attempt WHERE outcome = 'succeeded' GROUP BY job_id"):
        if row["n"] != 1:
            yield f"{row['job_id']} succeeded {row['n']} times"


def _counters(tx: SqliteTx) -> Iterable[str]:
    for table, keys in (("pool", "pool"), ("lane", "pool, guild_id"), ("flow", "pool, guild_id, person_id")):
        columns = "queued" if table == "flow" else "queued, running"
        # S608: the names are those two lines above.
        rows = tx.all(f"SELECT {keys}, {columns} FROM {table}")  # noqa: S608
        counts = tx.all(
            f"SELECT {keys}, SUM(state = 'queued') AS queued, SUM(state = 'running') AS running "  # noqa: S608
            f"FROM job GROUP BY {keys}"
        )
        names = keys.split(", ")
        real = {tuple(row[name] for name in names): row for row in counts}
        for row in rows:
            key = tuple(row[name] for name in names)
            for column in columns.split(", "):
                expected = real[key][column] if key in real else 0
                if row[column] != expected:
                    yield f"{table} {key}: {column} is {row[column]} and {expected} are there"


def _money(tx: SqliteTx) -> Iterable[str]:
    rows = tx.all(
        """
        SELECT j.id, j.credits_milli, j.made, j.count, SUM(l.amount) AS booked
        FROM job j LEFT JOIN ledger l ON l.job_id = j.id AND l.unit = 'credit' GROUP BY j.id
        """
    )
    for row in rows:
        price = settled_milli(row["credits_milli"], row["made"], row["count"])
        if row["booked"] != price:
            yield f"{row['id']}: {row['booked']} booked instead of {price}"


def _deliveries(tx: SqliteTx) -> Iterable[str]:
    for row in tx.all("SELECT job_id, state, error FROM delivery WHERE state <> 'done'"):
        yield f"the delivery of {row['job_id']} is {row['state']} {row['error']}"
    for row in tx.all("SELECT job_id FROM delivery WHERE target LIKE '%token%'"):
        yield f"the delivery of {row['job_id']} still holds its token"


def _wishes(tx: SqliteTx, wishes: Wishes) -> Iterable[str]:
    """Yield what is not deleted, kept or made again as people were told it is."""
    for table, gone in (("job", wishes.jobs), ("image", wishes.images)):
        # S608: the names are in the line above.
        rows = tx.all(f"SELECT id FROM {table} WHERE deleted_ms IS NOT NULL")  # noqa: S608
        deleted = {row["id"] for row in rows}
        for missed in gone - deleted:
            yield f"{table} {missed} was deleted and is there again"
        for lost in deleted - gone - wishes.tried:
            yield f"{table} {lost} is deleted and nobody asked for it"
    left = """
        SELECT j.id FROM job j WHERE j.deleted_ms IS NOT NULL AND (
            EXISTS (SELECT 1 FROM source s WHERE s.job_id = j.id)
            OR EXISTS (SELECT 1 FROM image i WHERE i.job_id = j.id AND i.state <> 'deleted')
            OR EXISTS (SELECT 1 FROM job_words w WHERE w.job_id = j.id))
        """
    for row in tx.all(left):
        yield f"{row['id']} is deleted and something of it is left"
    deleted_jobs = {row["id"] for row in tx.all("SELECT id FROM job WHERE deleted_ms IS NOT NULL")}
    ready = {row["id"] for row in tx.all("SELECT id FROM image WHERE state = 'ready'")}
    kept = {(row["person_id"], row["image_id"]) for row in tx.all("SELECT person_id, image_id FROM favourite")}
    wanted = {key for key, on in wishes.favourites.items() if on and key[1] in ready}
    for person, image in kept ^ wanted:
        yield f"image {image} is {'' if (person, image) in kept else 'not '}a favourite of {person}"
    verdicts = {
        row["id"]: row["verdict"]
        for row in tx.all(
            "SELECT j.id, r.verdict, r.path FROM recreation r JOIN job j ON j.id = r.job_id"
            " WHERE j.state = 'succeeded' AND r.path IS NULL"
        )
    }
    for job in wishes.recreations - deleted_jobs:
        text = verdicts.get(job)
        likeness = None if text is None else verdict_from_json(text).likeness
        if likeness is not Likeness.IDENTICAL:
            yield f"{job} made an image again and the verdict is {likeness}"


def harm(database: Path) -> tuple[int, int]:
    """Return the most tries and the most deaths of the program that any job has been through."""
    with closing(connect(database, read_only=True)) as connection:
        row = connection.execute("SELECT MAX(tries), MAX(program_deaths) FROM job").fetchone()
    return row[0] or 0, row[1] or 0


async def repainted(database: Path, files: Path) -> Sequence[str]:
    """Paint the images of the jobs that were hit most once more; return a sentence for each that came out different."""
    with closing(connect(database, read_only=True)) as connection:
        rows = connection.execute(
            """
            SELECT i.*, j.request, j.route, j.step FROM image i JOIN job j ON j.id = i.job_id
            WHERE i.state = 'ready' AND i.model = 'sketch' ORDER BY j.attempt DESC, i.position DESC LIMIT :most
            """,
            {"most": _REPAINTED},
        ).fetchall()
        sources = {row["id"]: row for row in connection.execute("SELECT * FROM source")}
    found = await asyncio.gather(*(_repainted(row, sources, files) for row in rows))
    return [sentence for sentence in found if sentence]


async def _repainted(row: sqlite3.Row, sources: Mapping[str, sqlite3.Row], files: Path) -> str:
    request = request_from_json(row["request"])
    found: dict[SourceId, bytes] = {
        source.id: (files / sources[source.id]["path"]).read_bytes() for source in request.sources
    }
    task = Task(JobId(row["job_id"]), replace(request, model="sketch"), (row["position"],), found)
    painter = Sketch("again", {}, SystemClock())
    async for made in painter.generate([task], _Nobody()):
        assert isinstance(made, Made)
        pixels = read_picture(made.data, max_pixels=_MAX_PIXELS).pixels_sha256
        if (made.seed, pixels) != (row["seed"], row["pixels_sha256"]):
            return f"image {row['position']} of {row['job_id']} comes out different when it is painted again"
    return ""


class _Nobody:
    """Watches nothing."""

    def progress(self, *_: Any) -> None: ...  # noqa: ANN401

    def is_cancelled(self, _: JobId) -> bool:
        return False

    async def sent(self, *_: Any) -> None: ...  # noqa: ANN401

    def charged(self, *_: Any) -> None: ...  # noqa: ANN401

    async def rest(self) -> None: ...
