"""A database comes to this version whole or not at all, and one that is not ours is left alone."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from pinxit.data import migrate
from pinxit.data.sqlite import connect
from pinxit.domain.errors import ConfigError

FIXTURES = Path(__file__).parent / "fixtures"
OLDER, NEWER = "version_1.sql", "version_9999.sql"
SECOND = """
-- A later version, as it may come.
ALTER TABLE job ADD COLUMN note TEXT NOT NULL DEFAULT '';
CREATE TABLE sticker (id TEXT PRIMARY KEY);
UPDATE job SET note = 'was here before';
"""
# Kills itself, as a power cut would, at the n-th step of the second migration.
DIES = """
import os, signal, sys
from pathlib import Path
from pinxit.data import migrate

left = int(sys.argv[2])

def step(name: str) -> None:
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

migrate.migrate(Path(sys.argv[1]), {1: migrate.scripts()[1], 2: sys.argv[3]}, step)
"""


def database(tmp_path: Path, fixture: str) -> Path:
    path = tmp_path / "pinxit.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((FIXTURES / fixture).read_text(encoding="utf-8"))
    return path


def test_a_new_file_gets_every_table(tmp_path: Path) -> None:
    path = tmp_path / "pinxit.db"

    assert migrate.migrate(path) == max(migrate.scripts())
    assert migrate.version(path) == max(migrate.scripts())
    assert "job" in _tables(path)
    assert list(tmp_path.glob("*.v*")) == []


def test_a_present_database_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "pinxit.db"
    migrate.migrate(path)
    before = _dump(path)

    migrate.migrate(path)

    assert _dump(path) == before


def test_an_older_database_is_brought_forward_and_a_copy_stays(tmp_path: Path) -> None:
    path = database(tmp_path, OLDER)
    before = _dump(path)

    assert migrate.migrate(path, _two()) == 2

    assert migrate.version(path) == 2
    assert set(_column(path, "SELECT note FROM job")) == {"was here before"}
    assert sorted(_column(path, "SELECT state FROM job")) == ["queued", "running", "succeeded", "waiting"]
    assert _dump(tmp_path / "pinxit.db.v1") == before


def test_jobs_of_version_1_are_found_by_their_words_and_keep_everything_else(tmp_path: Path) -> None:
    path = database(tmp_path, OLDER)
    before = _column(path, "SELECT request || state || route FROM job ORDER BY id")

    migrate.migrate(path)

    assert _column(path, "SELECT request || state || route FROM job ORDER BY id") == before
    assert _column(path, "SELECT job_id FROM job_words ORDER BY job_id") == _column(
        path, "SELECT id FROM job ORDER BY id"
    )
    assert set(_column(path, "SELECT words FROM job_words")) == {"a red fox"}
    strays = "SELECT w.job_id FROM job_words w JOIN job j ON j.id = w.job_id WHERE j.guild_id <> w.guild_id"
    assert _column(path, strays) == []


def test_words_that_cannot_be_filled_in_leave_the_version_before(tmp_path: Path) -> None:
    path = database(tmp_path, OLDER)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE job SET request = 'not JSON' WHERE state = 'running'")
        connection.commit()

    with pytest.raises(ConfigError, match="not a database that Pinxit can open"):
        migrate.migrate(path)

    assert migrate.version(path) == 1
    assert "job_words" not in _tables(path)


def test_attempts_that_run_while_version_8_comes_know_what_they_cost_and_what_was_paid_before(tmp_path: Path) -> None:
    path, scripts = tmp_path / "pinxit.db", migrate.scripts()
    migrate.migrate(path, {number: scripts[number] for number in range(1, 8)})
    with closing(sqlite3.connect(path)) as connection, connection:
        _put(connection, "job", id="polling", count=3)
        _put(connection, "attempt", job_id="polling", number=1, upstream_id="x", ended_ms=1, dollars_micro=30)
        _put(connection, "attempt", job_id="polling", number=2, upstream_id="x")
        _put(connection, "image", id="there", job_id="polling", attempt=1)
        _put(connection, "image", id="new", job_id="polling", attempt=2, position=1)
        _put(connection, "job", id="fresh", count=4)
        _put(connection, "attempt", job_id="fresh", number=1)

    migrate.migrate(path, scripts)

    rows = "SELECT job_id || number || ' ' || asked || continues || polled FROM attempt ORDER BY job_id, number"
    assert _column(path, rows) == ["fresh1 400", "polling1 000", "polling2 212"]


def _put(connection: sqlite3.Connection, table: str, **values: object) -> None:
    """Insert a row; what must not be null and is not named is empty."""
    columns = connection.execute('SELECT name, type FROM pragma_table_info(?) WHERE "notnull"', (table,)).fetchall()
    row = {name: "" if kind == "TEXT" else 0 for name, kind in columns} | values
    names, marks = ", ".join(row), ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))  # noqa: S608 - a test's


def test_what_was_released_as_version_1_is_never_edited(tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.db"
    migrate.migrate(fresh, {1: migrate.scripts()[1]})

    # Whoever changes a table writes a new migration: old databases have been through this one.
    assert _schema(fresh) == _schema(database(tmp_path, OLDER))


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_death_in_the_middle_leaves_the_version_before(tmp_path: Path, step: int) -> None:
    path = database(tmp_path, OLDER)
    before = _dump(path)

    died = subprocess.run([sys.executable, "-c", DIES, path, str(step), SECOND], check=False, timeout=60)

    assert died.returncode == -signal.SIGKILL
    assert migrate.version(path) == 1
    assert _dump(path) == before
    assert migrate.migrate(path, _two()) == 2
    assert _dump(tmp_path / "pinxit.db.v1") == before


def test_a_migration_that_fails_undoes_itself(tmp_path: Path) -> None:
    path = database(tmp_path, OLDER)
    before = _dump(path)

    with pytest.raises(ConfigError, match="version 2"):
        migrate.migrate(path, _two() | {2: f"{SECOND}DROP TABLE no_such_table;"})

    assert _dump(path) == before


def test_a_half_copy_of_an_earlier_death_is_replaced(tmp_path: Path) -> None:
    path = database(tmp_path, OLDER)
    before = _dump(path)
    (tmp_path / "pinxit.db.v1.part").write_bytes(b"half of a copy")

    migrate.migrate(path, _two())

    assert _dump(tmp_path / "pinxit.db.v1") == before
    assert not (tmp_path / "pinxit.db.v1.part").exists()


def test_a_database_of_a_newer_pinxit_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = database(tmp_path, NEWER)
    before = _dump(path)

    with pytest.raises(ConfigError) as refused:
        migrate.migrate(path)

    (problem,) = refused.value.problems
    assert "9999" in problem
    assert str(max(migrate.scripts())) in problem
    assert "install the newer Pinxit" in problem
    assert _dump(path) == before


def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "pinxit.db"
    path.write_text("these are my notes, not a database " * 40)
    before = path.read_bytes()

    with pytest.raises(ConfigError, match="not a database that Pinxit can open"):
        migrate.migrate(path)

    assert path.read_bytes() == before


def test_somebody_elses_database_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "pinxit.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE recipe (id INTEGER)")
    before = path.read_bytes()

    with pytest.raises(ConfigError, match="recipe"):
        migrate.migrate(path)

    assert path.read_bytes() == before


@pytest.mark.parametrize("value", ["new", ""])
def test_a_version_that_is_no_number_is_refused(tmp_path: Path, value: str) -> None:
    path = database(tmp_path, NEWER)
    with closing(connect(path)) as connection:
        connection.execute("UPDATE meta SET value = :value", {"value": value})

    with pytest.raises(ConfigError, match="not a database that Pinxit can open"):
        migrate.migrate(path)


def test_scripts_are_numbered_without_a_gap() -> None:
    assert list(migrate.scripts()) == list(range(1, len(migrate.scripts()) + 1))


def test_a_script_falls_into_whole_statements() -> None:
    for script in migrate.scripts().values():
        assert all(sqlite3.complete_statement(f"{statement};") for statement in migrate.statements(script))


def _two() -> dict[int, str]:
    return {1: migrate.scripts()[1], 2: SECOND}


def _dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def _schema(path: Path) -> list[str]:
    return _column(path, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")


def _tables(path: Path) -> list[str]:
    return _column(path, "SELECT name FROM sqlite_master WHERE type = 'table'")


def _column(path: Path, sql: str) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute(sql)]
