"""The command line as a person uses it: real processes in a folder of their own, bounded in time."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
LONGEST_S = 60
KIND = "tests.generators_for_tests:build_"

Done: TypeAlias = "subprocess.CompletedProcess[str]"
Process: TypeAlias = "subprocess.Popen[str]"


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers."""

    url: str
    process: Process

    def kill(self) -> None:
        """Let it die at once, as by a power cut."""
        self.process.kill()
        self.process.wait(LONGEST_S)


@dataclass(frozen=True, slots=True)
class Said:
    """How a command of a batch ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON
        """Return the answer to `--json`."""
        assert self.returncode == 0, self.stderr
        return json.loads(self.stdout)


@dataclass(frozen=True, slots=True)
class Shell:
    """A folder to work in, with `./var` in it."""

    folder: Path

    @property
    def var(self) -> Path:
        """Return the run-time folder."""
        return self.folder / "var"

    def configure(self, text: str) -> None:
        """Write config.toml."""
        (self.folder / "config.toml").write_text(text, encoding="utf-8")

    def run(self, *words: str, **env: str) -> Done:
        """Run `pinxit` to its end."""
        command = [sys.executable, "-m", "pinxit", *words]
        return subprocess.run(
            command,
            cwd=self.folder,
            env=_environment(env),
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST_S,
            stdin=subprocess.DEVNULL,
        )

    def batch(self, *commands: str | tuple[str, ...]) -> list[Said]:
        """Run several `pinxit` commands, each as it is typed or as its words, in one process."""
        words = [shlex.split(command) if isinstance(command, str) else list(command) for command in commands]
        done = subprocess.run(
            [sys.executable, "-m", "tests.cli.batch"],
            cwd=self.folder,
            env=_environment({}),
            input=json.dumps(words),
            capture_output=True,
            text=True,
            check=False,
            timeout=3 * LONGEST_S,
        )
        assert done.returncode == 0, done.stderr
        return [Said(*said) for said in json.loads(done.stdout)]

    @contextmanager
    def start(self, *words: str, **env: str) -> Iterator[Process]:
        """Start `pinxit` with pipes, and end it by force if the block or a minute is over."""
        with subprocess.Popen(
            [sys.executable, "-m", "pinxit", *words],
            cwd=self.folder,
            env=_environment(env),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        ) as process:
            watchdog = threading.Timer(LONGEST_S, process.kill)
            watchdog.start()
            try:
                yield process
            finally:
                watchdog.cancel()
                process.kill()

    @contextmanager
    def server(self, *, longest_s: float = 2 * LONGEST_S, **env: str) -> Iterator[Running]:
        """Run the server at a free port until the block ends, or by force until `longest_s` is over."""
        log = self.folder / "server.log"
        with (
            log.open("a", encoding="utf-8") as file,
            subprocess.Popen(
                [sys.executable, "-m", "pinxit", "run"],
                cwd=self.folder,
                env=_environment({"PINXIT_WEB__PORT": "0", **env}),
                stdout=subprocess.PIPE,
                stderr=file,
                stdin=subprocess.DEVNULL,
                text=True,
            ) as process,
        ):
            watchdog = threading.Timer(longest_s, process.kill)
            watchdog.start()
            try:
                assert process.stdout is not None
                first = process.stdout.readline()
                assert " listens on http://" in first, log.read_text(encoding="utf-8")
                yield Running(first.split()[-1], process)
            finally:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(LONGEST_S)
                finally:
                    watchdog.cancel()
                    process.kill()


def read_until(process: Process, text: str) -> str:
    """Return what a process says on standard error up to the line that holds `text`."""
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if text in line:
            return said
    raise AssertionError(f"{text!r} was not said in:\n{said}")


def _environment(more: dict[str, str]) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", "COLUMNS": "200", **more}
