"""What the database and the files must say once everything has come to rest, and whether it has."""

from __future__ import annotations

import asyncio
import hashlib
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
from pinxit.domain.seeds import image_seed
from pinxit.generators.sketch import Sketch
from pinxit.queue.clock import SystemClock

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


def wrongs(database: Path, files: Path, acknowledged: Iterable[str]) -> Sequence[str]:
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
        found += _images(tx, files)
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
    for row in tx.all("SELECT job_id FROM delivery WHERE target <> '{}'"):
        yield f"the delivery of {row['job_id']} still holds its address"


def _images(tx: SqliteTx, files: Path) -> Iterable[str]:
    rows = tx.all(
        "SELECT i.*, j.state AS job_state, j.made, j.request FROM image i JOIN job j ON j.id = i.job_id"
        " ORDER BY i.job_id, i.position"
    )
    ready: dict[str, int] = {}
    for row in rows:
        name = f"image {row['position']} of {row['job_id']}"
        if row["state"] == "deleted":
            continue
        if row["state"] != "ready":
            yield f"{name} is {row['state']}"
        ready[row["job_id"]] = ready.get(row["job_id"], 0) + 1
        if row["seed"] != image_seed(request_from_json(row["request"]).seed, row["position"]):
            yield f"{name} has seed {row['seed']}"
        file = files / row["path"]
        if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != row["sha256"]:
            yield f"{name}: its file is not whole"
        if not file.with_suffix(".json").is_file():
            yield f"{name}: its record is not there"
    for row in tx.all("SELECT id, made FROM job WHERE state = 'succeeded'"):
        if ready.get(row["id"], 0) != row["made"]:
            yield f"{row['id']} made {row['made']} and has {ready.get(row['id'], 0)}"


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
