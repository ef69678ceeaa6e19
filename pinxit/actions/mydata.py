"""What is kept about oneself: have all of it, or have it forgotten."""

from __future__ import annotations

import asyncio
import secrets
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.actions.report import REPORTS
from pinxit.data.mydata import Kept, Part
from pinxit.domain.caller import ANONYMOUS
from pinxit.domain.errors import Code, Refused
from pinxit.queue.aftermath import drop_images, record_path
from pinxit.queue.events import DELIVERIES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from pinxit.actions.studio import Studio
    from pinxit.data.forgetting import Forgotten
    from pinxit.domain.caller import Caller
    from pinxit.domain.ids import PersonId
    from pinxit.domain.image import Image

_JOBS_AT_ONCE = 50
_README = """\
Everything that this server keeps about you.

*.jsonl    one row a line, as JSON: jobs with what you asked for, images with how they were made, and so on.
           Amounts in ledger.jsonl are thousandths of a credit, or millionths of a dollar.
images/    your pictures, each with its record (.json). Pictures that are withheld are only in images.jsonl.
sources/   the pictures that your jobs were painted from, but for withheld ones.
"""


@dataclass(frozen=True, slots=True)
class Deleted:
    """How much of a person was deleted. `cancelled`: of the jobs, those that still waited."""

    jobs: int
    images: int
    cancelled: int


async def export_mydata(caller: Caller, studio: Studio) -> AsyncIterator[bytes]:
    """Yield a zip file with all that is kept about the caller, piece by piece.

    At no moment more than one picture, or 200 rows, is in memory. What changes meanwhile is in it as it was before or
    as it is after. Of others it holds nothing but ids of pictures. Raises Refused (KEY_MISSING): who is anybody.
    """
    _check_is_one(caller)
    pipe, now = _Pipe(), studio.clock.now()
    # Not `with`: a reader who goes away must not have the end of the file written for nobody.
    archive = zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED)  # type: ignore[call-overload]  # write and flush are all it uses of a stream
    archive.writestr(_entry("README.txt", now), _README)
    for part in Part:
        with archive.open(_entry(f"{part}.jsonl", now), "w") as file:
            after, is_over = "", False
            while not is_over:
                page = await studio.store.mydata.lines(part, caller.person, after)
                await asyncio.to_thread(file.write, page.text.encode())
                if piece := pipe.take():
                    yield piece
                after, is_over = page.after, not page.after
    async for kept in _files(caller.person, studio):
        try:
            data = await studio.blobs.get(kept.path)
        except OSError:  # A picture may be deleted meanwhile, and a damaged disk must not keep the rest back.
            continue
        info = _entry(kept.name, now, zipfile.ZIP_STORED)  # Pictures are compressed already.
        await asyncio.to_thread(archive.writestr, info, data)
        yield pipe.take()
    archive.close()
    yield pipe.take()


async def delete_mydata(caller: Caller, studio: Studio) -> Deleted:
    """Delete everything about the caller; what is needed to keep the books right stays under a random name.

    Waiting jobs are cancelled first. Bans and limits stay in force, and so does what was used of them. Raises Refused
    (JOBS_RUNNING): then nothing was deleted, except where a job began to run in the middle of it; KEY_MISSING: who is
    anybody. A death in the middle is no harm: ask again for the rest; the next start sweeps files that no row names.
    """
    _check_is_one(caller)
    living = await studio.store.forgetting.living(caller.person)
    if living.running:
        raise Refused(Code.JOBS_RUNNING, count=living.running)
    for job in living.waiting:
        # One that was claimed just now is asked to stop, and refused below; one that has ended since is what we want.
        with suppress(Refused):
            await studio.queue.cancel(job)
    pseudonym = f"deleted-{secrets.token_urlsafe(12)}"
    jobs = images = 0
    while True:
        studio.steps("mydata.before_commit")
        batch = await studio.store.forgetting.jobs(caller.person, studio.clock.now(), _JOBS_AT_ONCE)
        studio.steps("mydata.after_commit")
        await _drop(batch, studio)
        jobs, images = jobs + len(batch.jobs), images + len(batch.images)
        if batch.jobs:
            continue
        studio.steps("mydata.before_end")
        # Refused if a job has come meanwhile that has not ended; one that has is deleted in the next round.
        if await studio.store.forgetting.person(caller.person, pseudonym, studio.clock.now()):
            studio.steps("mydata.after_end")
            studio.events.wake(REPORTS)
            return Deleted(jobs, images, len(living.waiting))


def _check_is_one(caller: Caller) -> None:
    """Raise Refused for a stranger who came without a key: the data is that of all of them."""
    if caller.person == ANONYMOUS.person and not caller.is_trusted:
        raise Refused(Code.KEY_MISSING)


async def _drop(batch: Forgotten, studio: Studio) -> None:
    studio.events.wake(DELIVERIES)
    studio.events.wake(REPORTS)
    await drop_images(batch.images, studio.blobs)
    for path in batch.sources:
        await studio.blobs.delete(path)
    for guild, job in batch.jobs:
        studio.events.changed(guild, job)


async def _files(person: PersonId, studio: Studio) -> AsyncIterator[Kept]:
    after = ""
    while images := await studio.store.mydata.pictures(person, after):
        for image in images:
            for kept in _of_image(image):
                yield kept
        after = images[-1].id
    after = ""
    while sources := await studio.store.mydata.sources(person, after):
        for source in sources:
            if not source.is_withheld:  # It may be a copy of somebody's picture.
                yield Kept(f"sources/{source.path.rpartition('/')[2]}", source.path)
        after = sources[-1].name


def _of_image(image: Image) -> tuple[Kept, ...]:
    if image.is_withheld:
        return ()
    paths = (image.path, record_path(image.path))
    return tuple(Kept(f"images/{path.rpartition('/')[2]}", path) for path in paths)


def _entry(name: str, now: datetime, compression: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (now.year, now.month, now.day, now.hour, now.minute, now.second))
    info.compress_type = compression
    return info


class _Pipe:
    """Where the zip file is written to: what came since the last `take`."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Take a piece in."""
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing."""

    def take(self) -> bytes:
        """Return what was written, and forget it."""
        data = b"".join(self._pieces)
        self._pieces.clear()
        return data
