"""Bring a database file to this version: numbered scripts, forward only, a copy first."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from importlib import resources
from typing import TYPE_CHECKING

from pinxit.data.sqlite import SqliteTx, connect
from pinxit.data.words import fill_words
from pinxit.domain.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pinxit.domain.ports import Tx

# What the SQL that both databases share cannot say, at the end of a script and in its transaction.
_AFTER: Mapping[int, Callable[[Tx], None]] = {2: fill_words}


def scripts() -> Mapping[int, str]:
    """Return every migration by number, in order."""
    found = {}
    for file in resources.files("pinxit.data.migrations").iterdir():
        if match := re.fullmatch(r"(\d{4})_\w+\.sql", file.name):
            found[int(match[1])] = file.read_text(encoding="utf-8")
    return dict(sorted(found.items()))


def statements(script: str) -> list[str]:
    """Split a script into its statements; comments stay out, so that any driver takes them one by one."""
    bare = "\n".join(line for line in script.splitlines() if not line.lstrip().startswith("--"))
    return [statement.strip() for statement in bare.split(";") if statement.strip()]


def migrate(path: Path, migrations: Mapping[int, str] | None = None, step: Callable[[str], None] | None = None) -> int:
    """Create the file or bring it to the newest version, and return that version.

    Each script runs in one transaction with its number, so a death in the middle leaves the version before it. Before
    the first script of an existing file a copy is laid beside it. Raises ConfigError for a file from a newer version
    or one that is no database of ours.
    """
    todo, after = (scripts(), _AFTER) if migrations is None else (migrations, {})
    newest = max(todo)
    try:
        _refuse_foreign(path)
        with contextlib.closing(connect(path)) as connection:
            present = _version(connection)
            if present > newest:
                raise ConfigError([_newer(path, present, newest)])
            if 0 < present < newest:
                _copy(connection, path.with_name(f"{path.name}.v{present}"))
            for number in sorted(number for number in todo if number > present):
                _apply(connection, number, todo[number], step, after.get(number))
    except sqlite3.OperationalError as error:
        problem = f"{path}: the database cannot be brought to version {newest} ({error}); check the disk and its rights"
        raise ConfigError([problem]) from error
    except (sqlite3.DatabaseError, ValueError) as error:
        raise ConfigError([_foreign(path, error)]) from error
    return newest


def version(path: Path) -> int:
    """Return the version of an existing file, 0 for an empty one."""
    with contextlib.closing(connect(path, read_only=True)) as connection:
        return _version(connection)


def _version(connection: sqlite3.Connection) -> int:
    if connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'").fetchone() is None:
        return 0
    row = connection.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()
    return int(row["value"]) if row else 0


def _apply(
    connection: sqlite3.Connection,
    number: int,
    script: str,
    step: Callable[[str], None] | None,
    after: Callable[[Tx], None] | None,
) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in statements(script):
            connection.execute(statement)
            if step is not None:
                step(f"migrate.{number}")
        if after is not None:
            after(SqliteTx(connection))
        connection.execute(
            "INSERT INTO meta (key, value) VALUES ('version', :number) ON CONFLICT (key) DO UPDATE SET value = :number",
            {"number": str(number)},
        )
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _copy(connection: sqlite3.Connection, target: Path) -> None:
    """Lay a whole, synced copy beside the file; a half one from an earlier death is replaced."""
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(part)) as copy:
        connection.backup(copy)
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(target)


def _newer(path: Path, present: int, newest: int) -> str:
    return (
        f"{path}: this database has version {present}, and this Pinxit knows versions up to {newest}; "
        "install the newer Pinxit again, or start with another folder (--var)"
    )


def _refuse_foreign(path: Path) -> None:
    """Raise ConfigError for somebody else's database, before a setting or a table of ours is written into it."""
    if not path.exists():
        return
    with contextlib.closing(sqlite3.connect(path)) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and "meta" not in tables:
        raise ConfigError([_foreign(path, f"it has other tables: {', '.join(sorted(tables)[:3])}")])


def _foreign(path: Path, reason: object) -> str:
    return (
        f"{path}: this is not a database that Pinxit can open ({reason}); "
        "move it away or name another folder with --var"
    )
