from __future__ import annotations

import json
import signal
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from pinxit.cli.client import Client
from pinxit.cli.connection import Address
from pinxit.cli.exits import Failure
from pinxit.cli.painting import Wish
from pinxit.cli.server_painter import ServerPainter
from pinxit.data.pictures import read_picture
from tests.cli.shell import KIND, Running, Shell, read_until
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from pathlib import Path

OWL = "an owl --size 128x128 --seed 5"


def slow(seconds: float) -> str:
    return f'[queue]\nbeat_s = 0.2\n[generators.slow]\nkind = "{KIND}slow"\nseconds = {seconds}\n'


def pixels_of(file: Path) -> str:
    return read_picture(file.read_bytes(), max_pixels=10**6).pixels_sha256


def job_at(server: Running, job: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{server.url}/api/v1/jobs/{job}", timeout=30) as answer:  # noqa: S310 - our own server
        found: dict[str, Any] = json.load(answer)
        return found


def test_a_running_server_paints_what_this_process_would(shell: Shell, tmp_path: Path) -> None:
    alone = Shell(tmp_path / "alone")
    alone.folder.mkdir()
    alone.run("imagine", OWL, "-o", "owl.png")

    with shell.server() as server:
        done = shell.run("imagine", OWL, "-o", "owl.png", "--json")
        said = json.loads(done.stdout)
        kept = job_at(server, said["id"])

    assert (said["status"], said["seed"], said["generator"]) == ("succeeded", 5, "sketch")
    assert kept["images"][0]["id"] == said["images"][0]["id"]
    assert pixels_of(shell.folder / "owl.png") == pixels_of(alone.folder / "owl.png")


def test_a_url_is_asked_wherever_it_is_and_its_refusals_are_its_own_sentences(shell: Shell, tmp_path: Path) -> None:
    elsewhere = Shell(tmp_path / "elsewhere")
    elsewhere.folder.mkdir()

    with shell.server() as server:
        done = elsewhere.run("imagine", OWL, "-o", "owl.png", "-q", "--url", server.url)
        many = elsewhere.run("imagine", "an owl --n 33", "-q", "--url", server.url)
        wrong = elsewhere.run("imagine", OWL, "-q", "--url", server.url, PINXIT_TOKEN="pinxit_wrong")

    assert (done.returncode, done.stdout, done.stderr) == (0, "owl.png\n", "")
    assert not elsewhere.var.exists()
    assert (many.returncode, many.stderr) == (1, "count is 33, which is out of range. Possible is 1 to 4.\n")
    assert (wrong.returncode, wrong.stderr) == (
        1,
        "This access key is not valid. Check it, or ask the operator for a new one.\n",
    )


def test_ctrl_c_cancels_the_job(shell: Shell) -> None:
    shell.configure(slow(20))

    with shell.server() as server, shell.start("imagine", "a fox", "-o", "fox.png") as asking:
        read_until(asking, "painting")
        asking.send_signal(signal.SIGINT)
        _, said = asking.communicate()
        with urllib.request.urlopen(f"{server.url}/metrics", timeout=30) as answer:  # noqa: S310 - our own server
            numbers = answer.read().decode()

    assert asking.returncode == 130
    assert "This was cancelled." in said
    assert "cancelled" in numbers
    assert not (shell.folder / "fox.png").exists()


def test_a_server_that_dies_and_comes_back_elsewhere_still_paints_the_picture(shell: Shell) -> None:
    shell.configure(slow(2))

    with shell.server() as first, shell.start("imagine", "a fox --seed 9", "-o", "fox.png") as asking:
        read_until(asking, "painting")
        first.kill()
        assert "is kept" in read_until(asking, "Trying again")
        with shell.server() as second:
            assert second.url != first.url
            printed, said = asking.communicate()

    assert (asking.returncode, printed) == (0, "fox.png\n"), said
    assert "The server answers again." in said
    assert (shell.folder / "fox.png").read_bytes()[:4] == b"\x89PNG"


def test_a_second_command_waits_for_the_first_where_no_server_runs(shell: Shell) -> None:
    shell.configure(slow(50))

    with shell.start("imagine", "a fox", "-o", "one.png") as first:
        read_until(first, "painting")
        shell.configure("")
        with shell.start("imagine", OWL, "-o", "two.png") as second:
            said = read_until(second, "waiting until it is free")
            first.send_signal(signal.SIGINT)
            first.communicate()
            printed, _ = second.communicate()

    assert (first.returncode, second.returncode, printed) == (130, 0, "two.png\n")
    assert said == f"var is in use by process {first.pid}; waiting until it is free …\n"


class Hurried(FakeClock):
    """A clock on which every sleep is over at once."""

    async def sleep(self, seconds: float) -> None:
        await self.advance(seconds)


async def test_a_server_that_stays_away_is_given_up_after_a_minute() -> None:
    clock, notes = Hurried(), list[str]()

    async with Client(Address("http://127.0.0.1:1")) as client:
        painter = ServerPainter(client, clock, locate=lambda: None, note=notes.append)
        with pytest.raises(Failure, match="Start it with `python -m pinxit run`"):
            await painter.submit(Wish("a fox", None, None, "key"))

    assert 60 <= clock.monotonic() < 70
    assert notes == [
        "The server cannot be reached (ClientConnectorError). Trying again for 60 s; asking again queues nothing twice."
    ]
