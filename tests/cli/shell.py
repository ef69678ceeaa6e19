"""The command line as a person uses it: real processes in a folder of their own, bounded in time."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from tests.cli.born import Born, Nursery

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import IO

ROOT = Path(__file__).parents[2]
LONGEST_S = 60
KIND = "tests.generators_for_tests:build_"

Done: TypeAlias = "subprocess.CompletedProcess[str]"
Process: TypeAlias = "subprocess.Popen[str] | Born"


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
    """A folder to work in, with `./var` in it.

    `nursery`: forks the processes, so that they need not import everything anew; None: each starts as a person's does.
    """

    folder: Path
    nursery: Nursery | None = None

    @property
    def var(self) -> Path:
        """Return the run-time folder."""
        return self.folder / "var"

    def configure(self, text: str) -> None:
        """Write config.toml."""
        (self.folder / "config.toml").write_text(text, encoding="utf-8")

    def run(self, *words: str, **env: str) -> Done:
        """Run `pinxit` to its end."""
        if self.nursery is not None:
            return self._run_forked(["pinxit", *words], env)
        command = [sys.executable, "-m", "pinxit", *words]
        return subprocess.run(
            command,
            cwd=self.folder,
            env=environment(env),
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST_S,
            stdin=subprocess.DEVNULL,
        )

    def batch(self, *commands: str | tuple[str, ...]) -> list[Said]:
        """Run several `pinxit` commands, each as it is typed or as its words, in one process."""
        words = [shlex.split(command) if isinstance(command, str) else list(command) for command in commands]
        if self.nursery is not None:
            done = self._run_forked(["batch"], {}, json.dumps(words), 3 * LONGEST_S)
        else:
            done = subprocess.run(
                [sys.executable, "-m", "tests.cli.batch"],
                cwd=self.folder,
                env=environment({}),
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
        with self._process(words, env) as process:
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
            self._process(["run"], {"PINXIT_WEB__PORT": "0", **env}, file) as process,
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

    def _process(self, words: Sequence[str], env: dict[str, str], stderr: IO[str] | None = None) -> Process:
        """Start `pinxit` with pipes for what it writes. `stderr`: a file for that instead."""
        if self.nursery is not None:
            return self._forked(self.nursery, words, env, stderr)
        return subprocess.Popen(
            [sys.executable, "-m", "pinxit", *words],
            cwd=self.folder,
            env=environment(env),
            stdout=subprocess.PIPE,
            stderr=stderr or subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )

    def _forked(self, nursery: Nursery, words: Sequence[str], env: dict[str, str], stderr: IO[str] | None) -> Born:
        with ExitStack() as theirs:
            nothing = theirs.enter_context(open(os.devnull, "rb"))  # noqa: PTH123 - a name, no path of ours
            printed, out = os.pipe()
            theirs.callback(os.close, out)
            said = None
            if stderr is None:
                said, err = os.pipe()
                theirs.callback(os.close, err)
            else:
                err = stderr.fileno()
            answers = nursery.bear(["pinxit", *words], self.folder, environment(env), (nothing.fileno(), out, err))
        return Born(
            answers, os.fdopen(printed, encoding="utf-8"), None if said is None else os.fdopen(said, encoding="utf-8")
        )

    def _run_forked(self, words: list[str], env: dict[str, str], typed: str = "", longest_s: float = LONGEST_S) -> Done:
        """Run what the nursery forks to its end, with files for all that it reads and writes."""
        assert self.nursery is not None
        with ExitStack() as stack:
            files = [stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8")) for _ in range(3)]
            files[0].write(typed)
            files[0].seek(0)
            stdin, stdout, stderr = (file.fileno() for file in files)
            answers = self.nursery.bear(words, self.folder, environment(env), (stdin, stdout, stderr))
            process = stack.enter_context(Born(answers))
            try:
                status = process.wait(longest_s)
            finally:
                process.kill()
            for file in files:
                file.seek(0)
            return subprocess.CompletedProcess(words, status, files[1].read(), files[2].read())


def read_until(process: Process, text: str) -> str:
    """Return what a process says on standard error up to the line that holds `text`."""
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if text in line:
            return said
    raise AssertionError(f"{text!r} was not said in:\n{said}")


def environment(more: dict[str, str]) -> dict[str, str]:
    """Return what a process is started with. `more`: variables besides."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", "COLUMNS": "200", **more}
