"""Debian's PostgreSQL 15 for a test session: its own folder, a unix socket, no port, and an end of its own."""

from __future__ import annotations

import asyncio
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import psycopg
import pytest
from psycopg.rows import dict_row

from pinxit.data import migrate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pinxit.domain.ports import Tx

T = TypeVar("T")

BINARIES = Path("/usr/lib/postgresql/15/bin")  # Debian 12, package postgresql-15.
INSTALL = "PostgreSQL 15 is not there; install it with: apt-get install --no-install-recommends postgresql-15"
# Durability is PostgreSQL's own business; these tests ask about statements.
SETTINGS = ("fsync=off", "full_page_writes=off", "shared_buffers=16MB", "max_connections=10", "listen_addresses=")


@contextmanager
def server() -> Iterator[str]:
    """Start a server and yield where to connect. It dies with this process, however this process ends."""
    if not BINARIES.is_dir():
        if os.environ.get("CI"):
            pytest.fail(INSTALL)
        pytest.skip(INSTALL)
    folder = Path(tempfile.mkdtemp(prefix="pinxit-pg-"))
    user = _unprivileged(folder)
    try:
        initdb = [
            f"{BINARIES}/initdb",
            "-D",
            f"{folder}/data",
            "-U",
            "pinxit",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        # Our ids sort by bytes, as they do in SQLite and in Python.
        subprocess.run([*user, *initdb, "--locale=C"], check=True, capture_output=True, timeout=60, cwd=folder)
        options = [word for setting in SETTINGS for word in ("-c", setting)]
        command = [
            *user,
            "--pdeathsig=TERM",
            f"{BINARIES}/postgres",
            "-D",
            f"{folder}/data",
            "-k",
            f"{folder}",
            *options,
        ]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
        where = f"host={folder} user=pinxit dbname=postgres"
        try:
            _wait(where, process, folder / "log")
            yield where
        finally:
            process.terminate()
            process.wait(20)
    finally:
        shutil.rmtree(folder)


def _unprivileged(folder: Path) -> list[str]:
    """Return what to put before a command: PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return ["setpriv"]
    owner = pwd.getpwnam("postgres")
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]


def _wait(where: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(where).close()
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(log.read_text(errors="replace")) from error
            time.sleep(0.05)  # The server has no other way to say that it is ready.
        else:
            return


class PostgresTx:
    """One PostgreSQL transaction."""

    def __init__(self, connection: psycopg.Connection[dict[str, Any]]) -> None:
        self._connection = connection

    def all(self, sql: str, **values: object) -> Sequence[Mapping[str, Any]]:
        """Return every row."""
        return self._execute(sql, values).fetchall()

    def one(self, sql: str, **values: object) -> Mapping[str, Any] | None:
        """Return the first row, or None."""
        return self._execute(sql, values).fetchone()

    def run(self, sql: str, **values: object) -> int:
        """Return how many rows the statement changed."""
        return self._execute(sql, values).rowcount

    def _execute(self, sql: str, values: Mapping[str, object]) -> psycopg.Cursor[dict[str, Any]]:
        named = re.sub(r"(?<!:):([a-z_0-9]+)", r"%(\1)s", sql.replace("%", "%%"))
        return self._connection.execute(named, values)


class PostgresDatabase:
    """An empty, migrated `Database`: one connection, one call at a time, in a thread."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._lock = threading.Lock()

    async def __aenter__(self) -> Self:
        self._connection = psycopg.connect(self._where, row_factory=dict_row)
        self._connection.execute("DROP SCHEMA public CASCADE")
        self._connection.execute("CREATE SCHEMA public")
        for script in migrate.scripts().values():
            for statement in migrate.statements(script):
                self._connection.execute(statement)
        self._connection.commit()
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._connection.close()

    async def write(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in a transaction."""
        return await asyncio.to_thread(self._run, work)

    async def read(self, work: Callable[[Tx], T]) -> T:
        """Run `work` on one snapshot, which may not be written to."""

        def on_a_snapshot(tx: Tx) -> T:
            tx.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            return work(tx)

        return await asyncio.to_thread(self._run, on_a_snapshot)

    def _run(self, work: Callable[[Tx], T]) -> T:
        with self._lock, self._connection.transaction():
            return work(PostgresTx(self._connection))
