"""Write the fixture of the present database version: `python -m tests.data.make_fixture`, before a migration is added.

A version that was released is never written again: its fixture is what people have on their disks.
"""

from __future__ import annotations

from pathlib import Path

from pinxit.data import migrate
from pinxit.domain.job import Outcome
from tests.queueing.world import Queue, new_job

FIXTURES = Path(__file__).parent / "fixtures"


def present_version() -> str:
    """Return a small database of the newest version as SQL: a job each that succeeded, waits, runs and is queued."""
    queue = Queue()
    queue.submit(*(new_job(guild=f"guild-{number % 2}", person=f"person-{number}") for number in range(4)))
    (first,) = queue.claim()
    queue.now_ms += 1500
    queue.paint_and_succeed(first)
    (second,) = queue.claim()
    queue.end(second, Outcome.TEMPORARY)
    queue.claim()
    queue.tx.run("INSERT INTO meta (key, value) VALUES ('version', :version)", version=str(max(migrate.scripts())))
    return "\n".join(queue.database.dump()) + "\n"


def main() -> None:
    """Write the file."""
    path = FIXTURES / f"version_{max(migrate.scripts())}.sql"
    path.write_text(present_version(), encoding="utf-8")


if __name__ == "__main__":
    main()
