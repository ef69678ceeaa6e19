"""The audit finds each kind of crime in a log made by hand, and lets go what is none."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from tests.platforms.chat_audit import Expected, Verdict, audit
from tests.platforms.chat_log import Attachment, Effect, Kind, Log, Post

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = Attachment("i0", "aa", 9, 7, whole=True)
QUEUED = Post("job", "queued", 7)
RUNNING = Post("job", "running", 7, 0.5)
FINAL = Post("job", "succeeded", 7, 1.0, images=(WHOLE,))
FAILED = Post("job", "failed", 7)


class Story:
    """Writes a log, effect by effect."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._log = Log(path)
        self._ids = itertools.count(1)

    def start(self, *, nonces: bool = True) -> None:
        self._note(Kind.STARTED, "", None, nonces=nonces)

    def create(self, *posts: Post) -> str:
        """Create a message that shows the first post, then edit it through the others."""
        message = f"m{next(self._ids)}"
        self._note(Kind.CREATED, message, posts[0])
        self.edit(message, *posts[1:])
        return message

    def edit(self, message: str, *posts: Post) -> None:
        for post in posts:
            self._note(Kind.EDITED, message, post)

    def forget(self, message: str) -> None:
        self._note(Kind.FORGOTTEN, message, None)

    def close(self) -> None:
        self._note(Kind.CLOSED, "", None)

    def judge(self, expected: Expected | None = None, job: str = "job") -> Verdict:
        return audit(self.path, {job: expected or Expected(7)})

    def _note(self, kind: Kind, message: str, post: Post | None, *, nonces: bool = True) -> None:
        seq = self._log.next_seq
        self._log.append(Effect(seq, float(seq), kind, message, "channel-1", post=post, nonces=nonces))


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """Return a story that has just begun, in a chat with nonces."""
    story = Story(tmp_path / "chat.jsonl")
    story.start()
    return story


def found(verdict: Verdict) -> dict[str, int]:
    """Return how often each kind was found, without the zeros."""
    kinds = {
        "lost": len(verdict.lost),
        "doubled": len(verdict.doubled),
        "wrong": len(verdict.wrong),
        "finals_then_progress": len(verdict.finals_then_progress),
        "orphans": verdict.orphans,
        "copies": verdict.copies,
        "excused": verdict.excused,
        "unfinished": verdict.unfinished,
    }
    return {kind: count for kind, count in kinds.items() if count}


# What is right


def test_a_final_by_edit_repeated_and_overtaken_in_between_is_clean(story: Story) -> None:
    story.create(QUEUED, RUNNING, FINAL, RUNNING, FINAL, FINAL)

    verdict = story.judge()

    assert found(verdict) == {}
    assert verdict.is_clean
    assert (verdict.finals, verdict.effects) == (1, 6)


def test_a_message_made_anew_after_the_first_was_forgotten_is_clean(story: Story) -> None:
    story.forget(story.create(QUEUED, FINAL))
    story.create(FINAL)

    assert found(story.judge()) == {}


def test_a_final_that_the_chat_forgot_was_delivered(story: Story) -> None:
    story.forget(story.create(QUEUED, FINAL))

    assert found(story.judge()) == {}


def test_a_job_that_was_to_fail_may_fail(story: Story) -> None:
    story.create(QUEUED, FAILED)

    assert found(story.judge(Expected(7, phases=frozenset({"failed"})))) == {}


# Each crime


def test_a_job_without_any_message_is_lost(story: Story) -> None:
    story.create(QUEUED, FINAL)

    assert [finding.job for finding in story.judge(job="other").lost] == ["other"]


def test_a_job_that_stays_at_progress_is_lost(story: Story) -> None:
    story.create(QUEUED, RUNNING)

    verdict = story.judge()

    assert found(verdict) == {"lost": 1}
    assert "m1 lives at running" in verdict.lost[0].why


def test_a_job_whose_message_was_forgotten_before_its_final_is_lost(story: Story) -> None:
    story.forget(story.create(QUEUED, RUNNING))

    assert found(story.judge()) == {"lost": 1}


def test_two_living_messages_with_the_final_are_doubled(story: Story) -> None:
    story.create(QUEUED, FINAL)
    story.create(QUEUED, FINAL)

    assert found(story.judge()) == {"doubled": 1}


def test_a_second_final_is_doubled_even_if_the_first_was_forgotten_afterwards(story: Story) -> None:
    first = story.create(QUEUED, FINAL)
    story.create(FINAL)
    story.forget(first)

    assert found(story.judge()) == {"doubled": 1}


def test_a_third_final_after_one_was_forgotten_is_doubled(story: Story) -> None:
    story.forget(story.create(FINAL))
    story.create(FINAL)
    story.create(FINAL)

    assert found(story.judge()) == {"doubled": 1}


def test_progress_over_a_final_is_found_and_the_job_is_lost(story: Story) -> None:
    story.create(QUEUED, FINAL, RUNNING)

    assert found(story.judge()) == {"lost": 1, "finals_then_progress": 1}


@pytest.mark.parametrize(
    ("final", "why"),
    [
        (Post("job", "succeeded", 8, images=(WHOLE,)), "seed 8 instead of 7"),
        (Post("job", "succeeded", 7), "0 different images instead of 1"),
        (Post("job", "succeeded", 7, images=(WHOLE, WHOLE)), "1 different images instead of 1"),
        (Post("job", "succeeded", 7, images=(Attachment("i0", "aa", 9, 8, whole=True),)), "image seeds [8]"),
        (Post("job", "succeeded", 7, images=(Attachment("i0", "aa", 9, 7, whole=False),)), "did not arrive whole"),
        (FAILED, "failed instead of succeeded"),
    ],
)
def test_a_final_that_shows_something_else_is_wrong(story: Story, final: Post, why: str) -> None:
    story.create(QUEUED, final, final)

    verdict = story.judge()

    assert found(verdict) == {"wrong": 1}
    assert why in verdict.wrong[0].why


@pytest.mark.parametrize(
    ("images", "may_lack", "is_wrong"),
    [((0, 1), (), False), ((0, 1), (1,), False), ((0,), (1,), False), ((0,), (), True), ((1,), (1,), True)],
)
def test_a_final_may_lack_what_somebody_deleted_and_nothing_else(
    story: Story,
    images: tuple[int, ...],
    may_lack: tuple[int, ...],
    is_wrong: bool,  # noqa: FBT001 - a case
) -> None:
    shown = tuple(Attachment(f"i{place}", f"{place}", 9, 7 + place, whole=True) for place in images)
    story.create(Post("job", "succeeded", 7, images=shown))

    verdict = story.judge(Expected(7, count=2, may_lack=frozenset(may_lack)))

    assert bool(verdict.wrong) is is_wrong


def test_one_file_sent_as_two_images_is_wrong(story: Story) -> None:
    story.create(Post("job", "succeeded", 7, images=(WHOLE, Attachment("i0", "aa", 9, 8, whole=True))))

    assert "1 different images instead of 2" in story.judge(Expected(7, count=2)).wrong[0].why


def test_a_wrong_final_stays_wrong_though_a_right_one_followed(story: Story) -> None:
    story.create(QUEUED, FAILED, FINAL)

    expected = Expected(7, phases=frozenset({"failed", "succeeded"}))

    assert "several ways: failed, succeeded" in story.judge(expected).wrong[0].why


# What is counted


def test_a_placeholder_left_behind_is_an_orphan_and_no_crime_only_without_nonces(tmp_path: Path, story: Story) -> None:
    nonceless = Story(tmp_path / "nonceless.jsonl")
    nonceless.start(nonces=False)
    for one in (story, nonceless):
        one.create(QUEUED)
        one.create(QUEUED, FINAL)

    assert found(story.judge()) == found(nonceless.judge()) == {"orphans": 1}
    assert not story.judge().is_clean
    assert nonceless.judge().is_clean


def test_a_message_born_with_a_second_final_is_a_copy_without_nonces(tmp_path: Path) -> None:
    story = Story(tmp_path / "nonceless.jsonl")
    story.start(nonces=False)
    story.create(FINAL)
    story.create(FINAL)
    story.create(QUEUED, FINAL)

    assert found(story.judge()) == {"copies": 1, "doubled": 1}


def test_a_job_in_a_channel_that_was_closed_is_excused(story: Story) -> None:
    story.create(QUEUED)
    story.close()

    assert found(story.judge()) == {"excused": 1}
    assert found(story.judge(Expected(7, channel="channel-1"), job="never-placed")) == {"excused": 1, "unfinished": 1}


def test_progress_over_a_final_that_a_closed_channel_kept_from_being_mended_is_excused(story: Story) -> None:
    story.create(QUEUED, FINAL, RUNNING)
    story.close()

    assert found(story.judge()) == {"excused": 1}


def test_a_placeholder_that_a_closed_channel_kept_from_its_final_is_no_orphan(story: Story) -> None:
    story.forget(story.create(QUEUED, FINAL))
    story.create(QUEUED)
    story.close()

    assert found(story.judge()) == {}


def test_a_job_that_nobody_acknowledged_is_judged_but_not_missed(story: Story) -> None:
    story.create(Post("silent", "queued", 3))
    story.create(Post("twice", "failed", 3))
    story.create(Post("twice", "failed", 3))
    story.create(QUEUED, FINAL)

    assert found(story.judge()) == {"doubled": 1, "unfinished": 1}
