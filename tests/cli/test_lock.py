from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from pinxit.cli.connection import address, running_server, server_or_folder
from pinxit.config import Settings
from pinxit.data.lock import Owner, Taken, hold, owner
from pinxit.domain.errors import ConfigError
from tests.cli.shell import ROOT

if TYPE_CHECKING:
    from pathlib import Path

HOLD = """
import sys, pathlib
from pinxit.data.lock import hold
with hold(pathlib.Path(sys.argv[1]), "run"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_folder_has_one_owner_until_the_block_ends(tmp_path: Path) -> None:
    with hold(tmp_path, "run"):
        assert owner(tmp_path) == Owner(os.getpid(), "run")
        with pytest.raises(Taken, match=rf"in use by process {os.getpid()} \(pinxit run\); stop that one"):
            ExitStack().enter_context(hold(tmp_path, "imagine"))

    assert owner(tmp_path) is None
    with hold(tmp_path, "imagine"):
        assert owner(tmp_path) == Owner(os.getpid(), "imagine")


def test_a_killed_owner_owns_nothing(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        assert owner(tmp_path) == Owner(other.pid, "run")

        other.kill()
        other.wait(30)

    assert owner(tmp_path) is None


def test_a_child_process_does_not_inherit_the_lock(tmp_path: Path) -> None:
    with hold(tmp_path, "run"):
        program = "print('here', flush=True); input()"
        child = subprocess.Popen(
            [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, close_fds=False
        )
        # The kernel lets us go on before it has closed the child's copies; its first word comes after that.
        assert child.stdout is not None
        assert child.stdout.readline() == b"here\n"
    try:
        assert owner(tmp_path) is None
    finally:
        child.communicate(b"\n", timeout=30)


def test_looking_who_owns_a_folder_makes_nothing(tmp_path: Path) -> None:
    assert owner(tmp_path / "var") is None
    assert not (tmp_path / "var").exists()


def test_a_folder_that_is_a_file_is_a_wrong_setting(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")

    with pytest.raises(ConfigError, match="cannot be used"):
        ExitStack().enter_context(hold(tmp_path / "var", "run"))


def test_an_address_of_a_dead_server_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / "server.json").write_text(json.dumps({"url": "http://127.0.0.1:1", "pid": os.getpid() + 1}))

    assert running_server(tmp_path) is None
    with hold(tmp_path, "imagine"):
        assert running_server(tmp_path) is None


def test_the_folder_is_held_where_no_server_runs_and_else_its_address_is_given(tmp_path: Path) -> None:
    settings = Settings(var=tmp_path)

    with server_or_folder(settings, "keys") as found:
        assert found is None
        assert owner(tmp_path) == Owner(os.getpid(), "keys")
    with hold(tmp_path, "run"):
        (tmp_path / "server.json").write_text(json.dumps({"url": "http://127.0.0.1:1", "pid": os.getpid()}))
        with server_or_folder(settings, "keys", token="pinxit_x") as found:
            assert found == address("http://127.0.0.1:1", "pinxit_x")


def test_who_holds_the_folder_for_too_long_is_named(tmp_path: Path) -> None:
    told: list[str] = []

    with hold(tmp_path, "imagine"), pytest.raises(Taken, match="pinxit imagine"):
        ExitStack().enter_context(
            server_or_folder(Settings(var=tmp_path), "keys", waiting=told.append, patience_s=0.05)
        )

    assert told == [f"{tmp_path} is in use by process {os.getpid()}; waiting until it is free …"]


def test_the_password_goes_only_where_this_machine_is_not_trusted_by_itself() -> None:
    assert address("http://127.0.0.1:8003", None, "secret").authorization is None
    assert address("http://192.168.1.5:8003", None, "secret").authorization == "Basic cGlueGl0OnNlY3JldA=="
    assert address("http://192.168.1.5:8003", "pinxit_key", "secret").authorization == "Bearer pinxit_key"
