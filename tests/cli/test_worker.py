from __future__ import annotations

import json
import signal

import pytest

from tests.cli.shell import KIND, Shell, read_until


def test_a_worker_elsewhere_paints_for_the_server(shell: Shell) -> None:
    shell.configure("[generators.sketch]\nworkers = 0\n")
    secret = json.loads(shell.run("keys", "create", "gpu", "--scope", "worker", "--json").stdout)["secret"]

    with (
        shell.server() as server,
        shell.start("worker", "--url", server.url, "--var", "none", PINXIT_WORKER_TOKEN=secret) as worker,
    ):
        read_until(worker, f"Working for {server.url}: sketch.")
        done = shell.run("imagine", "an owl --size 128x128", "-o", "owl.png", "-q")
        worker.send_signal(signal.SIGTERM)
        _, said = worker.communicate()

    assert (done.returncode, done.stdout) == (0, "owl.png\n"), done.stderr
    assert worker.returncode == 0, said
    assert secret not in said
    assert not (shell.folder / "none").exists()


def test_a_generator_that_needs_its_own_process_gets_one(shell: Shell) -> None:
    shell.configure(f'[generators.plain]\nkind = "{KIND}plain"\nprocess = true\n')

    with shell.server():
        done = shell.run("imagine", "an owl", "-o", "owl.png", "-q")
    alone = shell.run("imagine", "an owl", "-o", "alone.png", "-q")

    assert (done.returncode, done.stdout) == (0, "owl.png\n"), done.stderr
    assert (alone.returncode, alone.stdout) == (0, "alone.png\n"), alone.stderr


def test_a_key_that_the_server_does_not_take_ends_the_worker_with_a_sentence(shell: Shell) -> None:
    with shell.server() as server:
        done = shell.run("worker", "--url", server.url, "--token", "pinxit_wrong")

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "This access key is not valid. Check it, or ask the operator for a new one."
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "no key is given; make one at the server"),
        (("--token-file", "nowhere"), "option --token-file is nowhere, which cannot be read"),
        (("--token", "x", "--pool", "flux"), "option --pool is flux, no generator of these settings"),
    ],
)
def test_a_mistake_is_one_sentence(shell: Shell, words: tuple[str, ...], sentence: str) -> None:
    done = shell.run("worker", "--url", "http://127.0.0.1:1", *words)

    assert done.returncode == 2
    assert done.stderr.startswith(sentence)
    assert len(done.stderr.splitlines()) == 1
