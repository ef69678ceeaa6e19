"""What is done rarely survives a kill at each of its steps: forgetting, reports, retention, looking at pictures."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pinxit.actions.admin.ledger import verify
from pinxit.actions.admin.reports import handle, open_reports
from pinxit.actions.mydata import Deleted, delete_mydata
from pinxit.domain.caller import OPERATOR
from pinxit.queue.retention import Retention
from tests.actions.atelier import ANNA, running
from tests.crash.points import RARE_POINTS
from tests.crash.rare_process import settings_text
from tests.fakes import FakeClock
from tests.providers.slow_server import SlowServer

if TYPE_CHECKING:
    from pinxit.domain.job import Job
    from pinxit.parts import Parts

pytestmark = pytest.mark.crash
ROOT = Path(__file__).parents[2]
LONG_AGO_S = 1_000_000
_WORD = b"xyzzyfox"


def files(folder: Path) -> list[Path]:
    return [path for path in (folder / "var" / "images").rglob("*") if path.is_file()]


def database(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in (folder / "var").glob("*.db*"))


async def killed_at(step: str, folder: Path, server: str = "") -> int:
    argv = (sys.executable, "-m", "tests.crash.rare_process", str(folder), step, server)
    program = await asyncio.create_subprocess_exec(*argv, cwd=ROOT, stdout=asyncio.subprocess.DEVNULL)
    async with asyncio.timeout(60):
        code = await program.wait()
    for path in files(folder):  # The sweep at the next start leaves young files alone.
        os.utime(path, (LONG_AGO_S, LONG_AGO_S))
    return code


@pytest.mark.parametrize("step", [step for step in RARE_POINTS if step.startswith("mydata.")])
async def test_a_person_who_is_half_forgotten_can_be_forgotten_in_whole(tmp_path: Path, step: str) -> None:
    code = await killed_at(step, tmp_path)

    async with running(tmp_path) as parts:
        again = await delete_mydata(ANNA, parts.studio)
        differences = await verify(OPERATOR, parts.studio)

    assert code == -signal.SIGKILL
    assert again == Deleted(jobs=1 if step == "mydata.before_commit" else 0, images=again.jobs, cancelled=0)
    assert files(tmp_path) == []
    assert database(tmp_path)
    assert _WORD not in database(tmp_path)
    assert differences == []


@pytest.mark.parametrize("step", ["report.before_commit", "report.after_commit"])
async def test_a_decision_about_a_report_is_taken_in_whole_or_not_at_all(tmp_path: Path, step: str) -> None:
    code = await killed_at(step, tmp_path)

    async with running(tmp_path) as parts:
        waiting = await open_reports(None, OPERATOR, parts.studio)
        for one in waiting:
            await handle(one.id, "delete", OPERATOR, parts.studio)
        noted = await parts.store.database.read(lambda tx: tx.all("SELECT act FROM audit WHERE act LIKE 'report.%'"))

    assert code == -signal.SIGKILL
    assert len(waiting) == (1 if step == "report.before_commit" else 0)
    assert len(noted) == 1
    assert files(tmp_path) == []


async def test_what_is_too_old_is_gone_with_its_files_after_a_kill(tmp_path: Path) -> None:
    code = await killed_at("retention.after_commit", tmp_path)

    async with running(tmp_path) as parts:
        left = await _kept(parts)
        later = FakeClock(parts.clock.now() + timedelta(days=10))
        more = await Retention(parts.store, parts.blobs, parts.events, later, days=1).tick()

    assert code == -signal.SIGKILL
    assert (left, more) == (0, 0)
    assert files(tmp_path) == []


async def test_a_picture_that_was_looked_at_and_not_stored_is_painted_and_looked_at_again(tmp_path: Path) -> None:
    async with SlowServer() as server:
        code = await killed_at("put.screened", tmp_path, server.url)
        before = len([one for one in server.asked if one.path == "/v1/moderations"])
        async with running(tmp_path, settings_text(server.url)) as parts:
            job = await _ended(parts)
        after = len([one for one in server.asked if one.path == "/v1/moderations"])

    assert code == -signal.SIGKILL
    (picture,) = job.pictures
    assert not picture.is_withheld
    assert before >= 1
    assert after > before
    assert len([path for path in files(tmp_path) if path.suffix == ".png"]) == 1


async def _kept(parts: Parts) -> int:
    row = await parts.store.database.read(lambda tx: tx.one("SELECT COUNT(*) AS n FROM job WHERE deleted_ms IS NULL"))
    assert row is not None
    return int(row["n"])


async def _ended(parts: Parts) -> Job:
    rows = await parts.store.database.read(lambda tx: tx.all("SELECT id FROM job"))
    (found,) = rows
    with parts.events.listen(found["id"]) as heard:
        async with asyncio.timeout(30):
            while True:
                heard.clear()
                job = await parts.store.jobs.job(found["id"])
                assert job is not None
                if job.state.is_final:
                    return job
                await heard.wait()
