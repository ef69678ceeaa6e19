from __future__ import annotations

import json
import signal
import urllib.request
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.shell import Shell


WRONG = """
[web]
prot = 8003
port = 99999
[queue]
per_person = "3"
"""


def test_it_says_where_it_listens_and_what_to_do_next(shell: Shell) -> None:
    with shell.server() as server:
        with urllib.request.urlopen(f"{server.url}/health/ready", timeout=30) as answer:  # noqa: S310 - our own server
            assert json.load(answer)["status"] == "ready"
        assert server.process.stdout is not None
        lines = [server.process.stdout.readline() for _ in range(6)]

    assert lines[0].split() == ["Chat", f"{server.url}/"]
    assert any("python -m pinxit imagine" in line for line in lines)
    assert any(f"curl {server.url}/api/v1/jobs" in line for line in lines)


def test_a_signal_ends_it_well_and_leaves_no_address_behind(shell: Shell) -> None:
    with shell.server() as server:
        assert json.loads((shell.var / "server.json").read_text())["url"] == server.url
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(30) == 0

    assert not (shell.var / "server.json").exists()
    assert "Stopped." in (shell.folder / "server.log").read_text()


def test_a_second_server_over_one_folder_names_the_first(shell: Shell) -> None:
    with shell.server() as server:
        done = shell.run("run", PINXIT_WEB__PORT="0")

    assert done.returncode == 2
    assert done.stderr.startswith(f"var is in use by process {server.process.pid} (pinxit run); stop that one, or")
    assert len(done.stderr.splitlines()) == 1


def test_every_wrong_setting_is_said_at_once(shell: Shell) -> None:
    shell.configure(WRONG)

    done = shell.run("run")

    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 3
    assert "did you mean web.port?" in done.stderr
    assert "queue.per_person" in done.stderr
    assert not shell.var.exists()


def test_a_port_in_use_is_said_in_one_sentence(shell: Shell) -> None:
    with shell.server() as server:
        port = server.url.rpartition(":")[2]
        done = shell.run("run", "--var", "other", PINXIT_WEB__PORT=port)

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert f"web.port is {port}" in done.stderr


def test_options_stand_before_or_after_the_command(shell: Shell) -> None:
    (shell.folder / "mine.toml").write_text("[web]\nport = 99999\n")

    before = shell.run("--config", "mine.toml", "doctor")
    after = shell.run("doctor", "--config", "mine.toml")

    assert before.stdout == after.stdout
    assert "mine.toml: web.port is 99999" in before.stdout
    assert (before.returncode, after.returncode) == (1, 1)
