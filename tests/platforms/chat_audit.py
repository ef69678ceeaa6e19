"""Judge from the chat's log alone whether every acknowledged job ended once.

What "once" means. A message *shows* a final if the last effect on it, until it was forgotten or until now, was the
job's end (`succeeded`, `failed`, `cancelled`). A job has ended once when

- at least one message shows its final and lives, or showed it when the chat forgot it (a person may delete a picture
  that was delivered; nobody can know of it and nobody has to paint it again), and
- at no moment two living messages both had held a final. Edits that repeat the final on the same message are the way
  it is meant to work and count as nothing; after the chat forgot the first message one more may take its place, and
- whatever final any message ever held is the right one: an end that was expected, always the same, and for a
  succeeded job the right seed, the right number of different images, image i of seed + i, and every file whole.

A living message that held a final and shows progress now is a crime of its own, `finals_then_progress`; if no other
message shows the job's final, the job is lost as well. In a channel that the chat closed nobody could mend it.

What is not a crime but counted: `orphans`, living messages that never held a final and whose job's final stands
elsewhere (a placeholder placed again because its id was lost; not in a closed channel); `copies`, second finals that a
chat *without nonces* cannot be kept from, since the message was born with the final and no answer told so; `excused`,
acknowledged jobs whose channel the chat closed before their end was shown; `unfinished`, jobs in the log without a
final that nobody acknowledged (a submit whose answer was lost; it should end, too, if there was time for it). A chat
that keeps nonces has no excuse for an orphan or a copy: `Verdict.is_clean` then wants none.

Doubles, wrong files and overwritten finals are judged for every job in the log; loss, seed, count and the kind of end
only for the acknowledged ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pinxit.domain.seeds import image_seed
from tests.platforms.chat_log import Kind, read_effects

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from tests.platforms.chat_log import Effect, Post


@dataclass(frozen=True, slots=True)
class Expected:
    """What an acknowledged job has to come to. `phases`: the ends that are right. `channel`: where it is to be shown.

    `seed` and `count` are those of its request. `may_lack`: places of images that somebody deleted, or tried to.
    """

    seed: int
    count: int = 1
    phases: frozenset[str] = frozenset({"succeeded"})
    channel: str = ""
    may_lack: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Finding:
    """One crime: the job, and a sentence that says what the log shows."""

    job: str
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the log proves; the module's docstring has the meaning of each.

    `finals`: jobs whose end is shown. `effects`: creates and edits. `nonces`: whether the chat kept them throughout.
    """

    lost: tuple[Finding, ...]
    doubled: tuple[Finding, ...]
    wrong: tuple[Finding, ...]
    finals_then_progress: tuple[Finding, ...]
    orphans: int
    copies: int
    excused: int
    unfinished: int
    finals: int
    effects: int
    nonces: bool

    @property
    def crimes(self) -> tuple[Finding, ...]:
        """Return every finding of every kind."""
        return (*self.lost, *self.doubled, *self.wrong, *self.finals_then_progress)

    @property
    def is_clean(self) -> bool:
        """Tell whether no crime was found; with nonces an orphan or a copy is one as well."""
        return not self.crimes and not (self.nonces and (self.orphans or self.copies))


@dataclass(slots=True)
class _Message:
    """One message's life, as the log tells it. `final_seq`: when it first held a final."""

    id: str
    job: str
    channel: str
    born_final: bool
    posts: list[Post] = field(default_factory=list)
    final_seq: int | None = None
    forgotten_seq: int | None = None

    @property
    def lives(self) -> bool:
        return self.forgotten_seq is None

    @property
    def shows_final(self) -> bool:
        return self.posts[-1].is_final


def audit(log_path: Path, acknowledged: Mapping[str, Expected]) -> Verdict:
    """Read the whole log and judge. Call it when everything due has been delivered and nothing can act late."""
    effects = read_effects(log_path)
    messages = _lives(effects)
    by_job: dict[str, list[_Message]] = {}
    for message in messages:
        by_job.setdefault(message.job, []).append(message)
    closed = {effect.channel for effect in effects if effect.kind is Kind.CLOSED}
    nonces = all(effect.nonces for effect in effects if effect.kind is Kind.STARTED)
    shown = {job for job, own in by_job.items() if any(message.shows_final for message in own)}
    missing = [job for job in acknowledged if job not in shown]
    excused = {
        job
        for job in missing
        if not closed.isdisjoint({acknowledged[job].channel, *(message.channel for message in by_job.get(job, []))})
    }
    second = [pair for own in by_job.values() for pair in _doubles(own)]
    copies = [pair for pair in second if not nonces and pair[1].born_final]
    return Verdict(
        lost=tuple(Finding(job, _how_lost(by_job.get(job, []))) for job in missing if job not in excused),
        doubled=tuple(
            Finding(late.job, f"{late.id} held the final while {early.id} still had it")
            for early, late in second
            if nonces or not late.born_final
        ),
        wrong=tuple(Finding(job, why) for job, own in by_job.items() for why in _wrongs(own, acknowledged.get(job))),
        finals_then_progress=tuple(
            Finding(message.job, f"{message.id} shows {message.posts[-1].phase} after a final")
            for message in messages
            if message.lives
            and message.final_seq is not None
            and not message.shows_final
            and message.channel not in closed
        ),
        orphans=sum(
            message.lives and message.final_seq is None and message.job in shown and message.channel not in closed
            for message in messages
        ),
        copies=len(copies),
        excused=len(excused),
        unfinished=sum(job not in shown and job not in acknowledged for job in by_job),
        finals=len(shown),
        effects=sum(len(message.posts) for message in messages),
        nonces=nonces,
    )


def _lives(effects: Iterable[Effect]) -> list[_Message]:
    messages: dict[str, _Message] = {}
    for effect in effects:
        if effect.kind is Kind.CREATED and effect.post:
            messages[effect.message] = _Message(effect.message, effect.post.job, effect.channel, effect.post.is_final)
        if effect.post:
            message = messages[effect.message]
            message.posts.append(effect.post)
            if effect.post.is_final and message.final_seq is None:
                message.final_seq = effect.seq
        elif effect.kind is Kind.FORGOTTEN:
            messages[effect.message].forgotten_seq = effect.seq
    return list(messages.values())


def _doubles(messages: list[_Message]) -> list[tuple[_Message, _Message]]:
    """Return (early, late) for every message that got a final while an earlier holder still lived."""
    held = sorted(
        ((message.final_seq, message) for message in messages if message.final_seq is not None),
        key=lambda pair: pair[0],
    )
    doubles = []
    for place, (seq, late) in enumerate(held):
        early = next(
            (other for _, other in held[:place] if other.forgotten_seq is None or other.forgotten_seq > seq), None
        )
        if early:
            doubles.append((early, late))
    return doubles


def _how_lost(messages: list[_Message]) -> str:
    if not messages:
        return "no message was ever created for it"
    last = messages[-1]
    end = "lives" if last.lives else "was forgotten"
    return f"none of its {len(messages)} messages shows a final; {last.id} {end} at {last.posts[-1].phase}"


def _wrongs(messages: list[_Message], expected: Expected | None) -> list[str]:
    """Return a sentence per wrong final, each once, however often it was repeated."""
    finals = [(message.id, post) for message in messages for post in message.posts if post.is_final]
    reasons = [f"{message}: {why}" for message, post in finals for why in _faults(post, expected)]
    phases = sorted({post.phase for _, post in finals})
    if len(phases) > 1:
        reasons.append(f"it ended in several ways: {', '.join(phases)}")
    return list(dict.fromkeys(reasons))


def _faults(post: Post, expected: Expected | None) -> list[str]:
    faults = [f"{image.name} did not arrive whole" for image in post.images if not image.whole]
    if expected is None:
        return faults
    if post.phase not in expected.phases:
        faults.append(f"{post.phase} instead of {' or '.join(sorted(expected.phases))}")
    if post.seed != expected.seed:
        faults.append(f"seed {post.seed} instead of {expected.seed}")
    if post.phase == "succeeded":
        faults += _faulty_images(post, expected)
    return faults


def _faulty_images(post: Post, expected: Expected) -> list[str]:
    names = {image.name for image in post.images}
    seeds = [image.seed for image in post.images]
    every = [(index, image_seed(expected.seed, index)) for index in range(expected.count)]
    wanted = [seed for index, seed in every if index not in expected.may_lack or seed in seeds]
    if len(post.images) != len(wanted) or len(names) != len(wanted):
        return [f"{len(names)} different images instead of {len(wanted)}"]
    return [] if seeds == wanted else [f"image seeds {seeds} instead of {wanted}"]
