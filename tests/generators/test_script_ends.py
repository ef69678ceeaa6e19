from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest

from pinxit.domain.errors import Temporary
from pinxit.generators.script.keeper import __file__ as keeper_file
from tests.contracts.test_generators import Notes, a_task, made
from tests.fakes import FakeClock
from tests.generators.script_programs import (
    CLINGING,
    RAW,
    WAITING,
    a_script,
    failure,
    says,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


ROOT = Path(__file__).parents[2]


class Fifo:
    """A pipe by name whose end tells that all processes that held it are gone."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "alive"
        os.mkfifo(self.path)
        # Not blocking: an `open` that waits for a writer would outlive a test that fails.
        self._file = os.fdopen(os.open(self.path, os.O_RDONLY | os.O_NONBLOCK), "rb")
        self._said = asyncio.StreamReader()

    async def __aenter__(self) -> Self:
        self._transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(self._said), self._file
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self._transport.close()

    async def all_here(self) -> None:
        assert await asyncio.wait_for(self._said.readline(), 20) == b"all here\n"

    async def all_gone(self) -> None:
        assert await asyncio.wait_for(self._said.read(), 20) == b""


@pytest.fixture
async def fifo(tmp_path: Path) -> AsyncIterator[Fifo]:
    async with Fifo(tmp_path) as fifo:
        yield fifo


async def test_a_program_sees_no_secret_and_no_gpu(tmp_path: Path) -> None:
    source = f"import json, os, sys; json.dump(dict(os.environ), open(sys.argv[1], 'w')); {says({'image': RAW})}"
    ours = {
        "PATH": "/usr/bin:/bin",
        "HOME": "/home/painter",
        "DISCORD_TOKEN": "sk-hush",
        "OPENAI_API_KEY": "sk-hush",
        "CUDA_VISIBLE_DEVICES": "0,1",
        "PYTHONPATH": "/elsewhere",
        "DATABASE_URL": "postgres://me:sk-hush@db",
        "OMP_NUM_THREADS": "2",
    }

    await made(
        a_script(tmp_path, source, str(tmp_path / "env"), environment=ours, env_names=["OMP_NUM_THREADS"]), [a_task()]
    )

    seen = json.loads((tmp_path / "env").read_text(encoding="utf-8"))
    scratch = seen.pop("TMPDIR")
    seen.pop("LC_CTYPE", None)  # Python sets it for itself.
    assert seen == {
        "PATH": "/usr/bin:/bin",
        "HOME": "/home/painter",
        "CUDA_VISIBLE_DEVICES": "",
        "PYTHONUTF8": "1",
        "OMP_NUM_THREADS": "2",
    }
    assert not Path(scratch).exists()  # noqa: ASYNC240 - a moment


async def test_a_gpu_is_seen_where_the_operator_says_so(tmp_path: Path) -> None:
    source = f"import os; assert os.environ['CUDA_VISIBLE_DEVICES'] == '1'; {says({'image': RAW})}"

    assert await made(a_script(tmp_path, source, cuda_visible_devices="1"), [a_task()])


async def test_python_bin_names_the_python_unless_the_table_does(tmp_path: Path) -> None:
    python = tmp_path / "my-python"
    python.write_text(f"#!/bin/sh\necho '{json.dumps({'image': RAW})}'\n", encoding="utf-8")
    python.chmod(0o755)

    script = a_script(tmp_path, "raise SystemExit(9)", python_bin="", environment={"PYTHON_BIN": str(python)})

    assert await made(script, [a_task()])


async def test_no_shell_reads_the_arguments(tmp_path: Path) -> None:
    source = f"import sys; assert sys.argv[1:] == ['$HOME; exit 3', '`id`']; {says({'image': RAW})}"

    assert await made(a_script(tmp_path, source, "$HOME; exit 3", "`id`"), [a_task()])


@pytest.mark.parametrize("options", [{"program": ["/nowhere/paint"]}, {"python_bin": "/nowhere/python"}])
async def test_a_program_that_is_not_there_is_said(tmp_path: Path, options: dict[str, Any]) -> None:
    assert "the program cannot be started: No such file or directory" in await failure(
        a_script(tmp_path, "", **options)
    )


async def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    message = await failure(a_script(tmp_path, "", folder=str(tmp_path / "nowhere")))

    assert message == "program: the program cannot be started (No such file or directory); look at its path"


async def test_too_much_output_ends_the_program(tmp_path: Path) -> None:
    endless = "import sys\nwhile True: sys.stdout.write('x' * 65536)"

    assert await failure(a_script(tmp_path, endless, most_bytes=100_000)) == (
        "program: the program wrote more than 100000 bytes; make it smaller, or raise most_bytes"
    )


async def test_a_program_that_a_signal_killed_is_tried_again(tmp_path: Path) -> None:
    with pytest.raises(Temporary, match="was killed by signal 9"):
        await made(a_script(tmp_path, "import os; os.kill(os.getpid(), 9)"), [a_task()])


async def test_at_the_deadline_everything_that_the_program_started_is_gone(tmp_path: Path, fifo: Fifo) -> None:
    clock = FakeClock()
    generator = a_script(tmp_path, WAITING, str(fifo.path), clock=clock, timeout_s=90)

    painting = asyncio.create_task(made(generator, [a_task()]))
    await fifo.all_here()
    await clock.advance(89.9)
    assert not painting.done()
    await clock.advance(0.2)

    with pytest.raises(Temporary, match="took more than 90 s and was ended"):
        await painting
    await fifo.all_gone()


async def test_a_cancelled_job_ends_everything_that_the_program_started(tmp_path: Path, fifo: Fifo) -> None:
    clock = FakeClock()

    painting = asyncio.create_task(
        made(a_script(tmp_path, WAITING, str(fifo.path), clock=clock), [a_task(count=3)], Notes(cancel_after=3))
    )
    await fifo.all_here()
    await clock.advance(2.0)

    assert await painting == []
    await fifo.all_gone()


async def test_a_cancelled_task_ends_everything_that_the_program_started(tmp_path: Path, fifo: Fifo) -> None:
    painting = asyncio.create_task(made(a_script(tmp_path, WAITING, str(fifo.path)), [a_task()]))
    await fifo.all_here()
    painting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await painting
    await fifo.all_gone()


async def test_what_a_finished_program_leaves_running_is_ended(tmp_path: Path, fifo: Fifo) -> None:
    assert await made(a_script(tmp_path, CLINGING + says({"image": RAW}), str(fifo.path)), [a_task()])

    await fifo.all_here()
    await fifo.all_gone()


@pytest.mark.crash
async def test_our_own_death_ends_everything_that_the_program_started(tmp_path: Path, fifo: Fifo) -> None:
    us = """
import asyncio, sys
from pathlib import Path
from tests.contracts.test_generators import a_task, made
from tests.generators.script_programs import WAITING, a_script
asyncio.run(made(a_script(Path(sys.argv[1]), WAITING, sys.argv[2]), [a_task()]))
"""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", us, str(tmp_path), str(fifo.path), cwd=ROOT)
    await fifo.all_here()

    process.send_signal(signal.SIGKILL)

    await process.wait()
    await fifo.all_gone()


@pytest.mark.parametrize("is_abandoned", [True, False])
async def test_what_a_killed_program_has_written_goes_with_it(tmp_path: Path, is_abandoned: bool) -> None:  # noqa: FBT001 - a parameter
    scratch = tmp_path / "scratch"
    (scratch / "deep").mkdir(parents=True)
    (scratch / "deep" / "half.png").touch()
    lifeline, ours = os.pipe()
    program = [sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()"]
    keeper = await asyncio.create_subprocess_exec(
        *(sys.executable, keeper_file, str(lifeline), str(scratch), *program),
        pass_fds=(lifeline,),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    os.close(lifeline)
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    await keeper.stdout.readline()

    # Our death closes our end of the lifeline; a program that ends by itself leaves its pictures for us to read.
    os.close(ours) if is_abandoned else keeper.stdin.close()
    await asyncio.wait_for(keeper.wait(), 20)
    if not is_abandoned:
        os.close(ours)

    assert scratch.exists() is not is_abandoned
