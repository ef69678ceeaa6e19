"""Programs with one mistake each, made by one replacement in a copy of the package, and the trial that must show it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tests.crash import trials
from tests.crash.processes import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crash.world import Report


class Trial(Protocol):
    """An ordeal in an empty `folder`; `package` holds the `pinxit` to be tested."""

    __name__: str

    async def __call__(self, folder: Path, package: Path) -> Report:
        """Go through it."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """In `file` of the package, `before` becomes `after`."""

    name: str
    file: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Mutant(Mistake):
    """A mistake and who finds it. `crime`: a part of the sentence that tells it."""

    trial: Trial
    crime: str


MUTANTS = (
    Mutant(
        "no outbox: finals are shown only by the program that saw the job's end",
        "queue/delivery.py",
        "await self._start_due(writers)",
        "pass",
        trials.dies_once_the_end_is_committed,
        "lost: ",
    ),
    Mutant(
        "no fence: whoever held the job once may end it",
        "data/ending.py",
        "WHERE id = :id AND state = 'running' AND fence = :fence AND worker = :worker",
        "WHERE id = :id AND state = 'running' AND (fence = :fence OR worker <> :worker)",
        trials.zombie_wakes_after_its_deadline,
        "more than workers were harmed",
    ),
    Mutant(
        "mark before send",
        "queue/message_writer.py",
        'self._steps("delivery.before_final")',
        'await self._store.deliveries.done(delivery.id, self._clock.now()); self._steps("delivery.before_final")',
        trials.dies_before_the_final_leaves,
        "lost: ",
    ),
    Mutant(
        "progress allowed after the final",
        "queue/message_writer.py",
        "if isinstance(answer, Done) and unknown:",
        "if isinstance(answer, Done) and False:",
        trials.progress_lands_after_the_final,
        "finals_then_progress: ",
    ),
    Mutant(
        "a dead program's edits are forgotten as soon as the next one edits",
        "queue/message_writer.py",
        "unknown = unknown or (delivery.edited_by is not None",
        "unknown = unknown or (delivery.state is DeliveryState.DUE and delivery.edited_by is not None",
        trials.progress_of_a_dead_program_lands_after_the_final,
        "finals_then_progress: ",
    ),
    Mutant(
        "a repeated creation that leads to a deleted message ends the delivery",
        "queue/message_writer.py",
        "elif isinstance(answer, Gone) and answer.channel:",
        "elif isinstance(answer, Gone):",
        trials.message_vanishes_before_its_id_is_known,
        "lost: ",
    ),
    Mutant(
        "an image's files are deleted before the commit",
        "actions/delete.py",
        "deleted = await studio.store.deletions.image(",
        "await drop_images([image.path], studio.blobs); deleted = await studio.store.deletions.image(",
        trials.dies_between_the_files_of_a_deletion,
        "its file is not whole",
    ),
    Mutant(
        "an image's thumbnail outlives it",
        "queue/aftermath.py",
        "for each in (path, thumbnail_path(path), record_path(path)):",
        "for each in (path, record_path(path)):",
        trials.dies_between_the_files_of_a_deletion,
        ".thumb.webp belongs to no row",
    ),
)


def mutated(mutant: Mistake, folder: Path) -> Path:
    """Copy the package into `folder` with the mistake in it; return what is to be tested."""
    shutil.copytree(ROOT / "pinxit", folder / "pinxit")
    file = folder / "pinxit" / mutant.file
    text = file.read_text(encoding="utf-8")
    times = text.count(mutant.before)
    assert times == 1, f"{mutant.name}: {mutant.file} has `{mutant.before}` {times} times; write the mutant anew"
    file.write_text(text.replace(mutant.before, mutant.after), encoding="utf-8")
    return folder
