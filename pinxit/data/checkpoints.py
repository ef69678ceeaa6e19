"""Carry the write-ahead log into the database file beside the writer, so that hardly a commit waits for it.

SQLite does it inside the commit that fills the log, which then syncs thousands of pages all over the file: tens of
milliseconds, and with a long line of jobs one claim in a hundred. Here a thread of its own does it between commits.
Source: SQLite, "Write-Ahead Logging", read 2026-11; docs/performance.md has the measurement.
"""

from __future__ import annotations

import sqlite3
import threading

import structlog

log = structlog.get_logger(__name__)

PAUSE_S = 1.0
# A log begins anew only when all of it is carried, which never happens between commits that follow one another at
# once. One of 64 MB (pages of 4 KiB) is therefore carried inside a commit, as SQLite does by itself.
INLINE_PAGES = 16_000


class Checkpointer:
    """The thread, with a connection of its own which it closes. Commits and readers never wait for it.

    `pause_s`: how long commits gather before they are carried together.
    """

    def __init__(self, connection: sqlite3.Connection, *, pause_s: float = PAUSE_S) -> None:
        self._connection = connection
        self._pause_s = pause_s
        self._has_grown = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._carry, name="database-checkpointer", daemon=True)
        self._thread.start()

    def log_has_grown(self) -> None:
        """Tell, from any thread, that something was committed."""
        self._has_grown.set()

    def close(self) -> None:
        """Stop; SQLite carries what is left when the last connection closes."""
        self._closing.set()
        self._has_grown.set()
        self._thread.join()
        self._connection.close()

    def _carry(self) -> None:
        while True:
            self._has_grown.wait()
            # Cleared before `_closing` is looked at, or the clear could swallow what `close` has just set.
            self._has_grown.clear()
            if self._closing.wait(self._pause_s):
                return
            try:
                self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            except sqlite3.Error as error:  # Commits go on into the log, and the next round tries again.
                log.warning("the database's log cannot be carried into its file; look at the disk", reason=str(error))
