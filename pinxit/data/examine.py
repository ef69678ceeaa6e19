"""Look a database file over without changing it."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.data import ledger
from pinxit.data.migrate import scripts, version
from pinxit.data.sqlite import SqliteTx, connect

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pinxit.domain.ports import Tx

_MOST = 5  # Damages that are told; nobody reads more.


@dataclass(frozen=True, slots=True)
class Examination:
    """What a database file is like.

    `version`: 0 for one without our tables. `newest`: what this Pinxit knows. `damages`: what SQLite finds wrong,
    `differences`: counters that are not the sum of their ledger rows; both are empty where the version is not ours.
    `valid_keys`: access keys that open.
    """

    version: int
    newest: int
    damages: Sequence[str] = ()
    differences: Sequence[str] = ()
    valid_keys: int = 0


def examine(path: Path, now_ms: int) -> Examination:
    """Return what an existing file is like; read only. Raises OSError where it cannot be opened or read."""
    newest = max(scripts())
    try:
        present = version(path)
        if present != newest:
            return Examination(present, newest)
        with contextlib.closing(connect(path, read_only=True)) as connection:
            connection.execute("BEGIN")
            tx = SqliteTx(connection)
            found = [str(row["quick_check"]) for row in tx.all(f"PRAGMA quick_check({_MOST})")]
            if found != ["ok"]:
                return Examination(present, newest, damages=found)
            return Examination(present, newest, (), ledger.differences(tx), _valid_keys(tx, now_ms))
    except (sqlite3.Error, ValueError) as error:
        raise OSError(str(error)) from error


def _valid_keys(tx: Tx, now_ms: int) -> int:
    row = tx.one(
        """
        SELECT COUNT(*) AS number FROM access_key
        WHERE revoked_ms IS NULL AND (expires_ms IS NULL OR expires_ms > :now)
        """,
        now=now_ms,
    )
    return int(row["number"]) if row else 0
