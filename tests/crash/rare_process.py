"""A program that does something rare to one painted picture and is killed at a step of it: `… FOLDER STEP [SERVER]`."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from pinxit.actions.admin.reports import handle
from pinxit.actions.mydata import delete_mydata
from pinxit.actions.report import report
from pinxit.app import work
from pinxit.config import load
from pinxit.domain.caller import OPERATOR
from pinxit.domain.ports import no_steps
from pinxit.parts import Parts, open_parts
from pinxit.queue.retention import Retention
from tests.actions.atelier import ANNA, BORIS, SKETCH, painted
from tests.fakes import FakeClock

PROMPT = "a xyzzyfox"
CHECKED = '[moderation]\nimages = true\nbase_url = "{url}/v1"\n'


class Killer:
    """Steps that end this process with SIGKILL at one of them, from the moment on that it is armed."""

    def __init__(self, last: str) -> None:
        self._last = last
        self.is_armed = False

    def __call__(self, step: str) -> None:
        """Return, or never."""
        if self.is_armed and step == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


def settings_text(server: str) -> str:
    """Return the settings: with a moderation server that looks at pictures, if there is one."""
    return SKETCH + (CHECKED.format(url=server) if server else "")


async def main(folder: Path, last: str, server: str) -> None:
    """Die at the step."""
    file = folder / "config.toml"
    file.write_text(settings_text(server))
    killer = Killer(last)
    stop = asyncio.Event()
    async with open_parts(load({}, file, {"var": folder / "var"}), steps=killer) as parts, asyncio.TaskGroup() as tasks:
        tasks.create_task(work(parts, stop))
        killer.is_armed = last.startswith("put.")
        job = await painted(parts, ANNA, PROMPT)
        killer.is_armed = True
        await _done(last.partition(".")[0], parts, str(job.pictures[0].id))
        stop.set()


async def _done(what: str, parts: Parts, image: str) -> None:
    studio = parts.studio
    match what:
        case "mydata":
            await delete_mydata(ANNA, studio)
        case "report":
            await handle(await report(image, "not mine", BORIS, studio), "delete", OPERATOR, studio)  # type: ignore[arg-type]  # an image's id
        case "retention":
            later = FakeClock(studio.clock.now() + timedelta(days=10))
            quiet = replace(studio, steps=no_steps)
            await Retention(quiet.store, quiet.blobs, quiet.events, later, days=1, steps=studio.steps).tick()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3] if sys.argv[3:] else ""))
