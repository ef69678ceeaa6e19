from __future__ import annotations

import shutil
import sqlite3
import threading
from contextlib import closing
from typing import TYPE_CHECKING

from pinxit.data.checkpoints import Checkpointer
from pinxit.data.sqlite import connect

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE_S = 10.0


def test_what_was_committed_is_carried_into_the_file_while_the_writer_stays_open(tmp_path: Path) -> None:
    path, begun = tmp_path / "pinxit.db", threading.Event()
    with closing(connect(path)) as writer:
        writer.execute("CREATE TABLE word (word TEXT)")
        writer.execute("INSERT INTO word VALUES ('pinxit')")
        connection = connect(path)
        connection.set_trace_callback(lambda statement: begun.set() if "wal_checkpoint" in statement else None)
        checkpointer = Checkpointer(connection, pause_s=0)

        checkpointer.log_has_grown()
        carried = begun.wait(PATIENCE_S)
        checkpointer.close()
        shutil.copy(path, tmp_path / "without-log.db")

    assert carried
    with closing(sqlite3.connect(tmp_path / "without-log.db")) as alone:
        assert alone.execute("SELECT word FROM word").fetchall() == [("pinxit",)]


def test_a_log_that_has_not_grown_is_left_alone(tmp_path: Path) -> None:
    heard: list[str] = []
    connection = connect(tmp_path / "pinxit.db")
    connection.set_trace_callback(heard.append)

    Checkpointer(connection, pause_s=0).close()

    assert not heard


def test_a_carrying_that_fails_is_tried_again(tmp_path: Path) -> None:
    tries: list[str] = []
    failed, again = threading.Event(), threading.Event()

    class Stubborn(sqlite3.Connection):
        def execute(self, sql: str, parameters: object = (), /) -> sqlite3.Cursor:  # noqa: ARG002 - there are none
            tries.append(sql)
            (failed if len(tries) == 1 else again).set()
            if len(tries) == 1:
                raise sqlite3.OperationalError("disk I/O error")
            return super().execute(sql)

    checkpointer = Checkpointer(
        sqlite3.connect(tmp_path / "pinxit.db", factory=Stubborn, check_same_thread=False), pause_s=0
    )
    checkpointer.log_has_grown()
    assert failed.wait(PATIENCE_S)

    checkpointer.log_has_grown()

    assert again.wait(PATIENCE_S)
    checkpointer.close()
