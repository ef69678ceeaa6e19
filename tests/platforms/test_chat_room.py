"""The honest half of the test chat, and what is drawn against it, with a clock in hand."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.platforms.chat_log import Log, Post
from tests.platforms.chat_mood import MOODS, Mood, Plan, draw
from tests.platforms.chat_room import ChatRefusal, Room, a_token

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

POST = Post("job-1", "queued", 7)


class Hands:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def open_room(path: Path, now_s: Callable[[], float], nonce_window_s: float | None = 300.0) -> Room:
    return Room(Log(path), now_s, nonce_window_s=nonce_window_s, token_age_s=900.0)


def place(room: Room, channel: str = "c", nonce: str = "n", token: str = "") -> tuple[str, bool]:
    return room.create(channel, POST, nonce=nonce, token=token, after_s=0.0)


def test_a_nonce_creates_once_in_its_channel_and_window_and_through_a_restart(tmp_path: Path) -> None:
    now = Hands()
    room = open_room(tmp_path / "log", now)

    message, created = place(room)
    assert created
    assert place(room) == (message, False)
    assert place(room, channel="other")[1]
    assert place(room, nonce="other")[1]
    assert place(room, nonce="")[1]
    assert place(room, nonce="")[1]

    room.forget(message)
    now.now_s += 300
    restarted = open_room(tmp_path / "log", now)
    assert place(restarted) == (message, False)
    now.now_s += 1
    assert place(restarted)[1]


def test_a_chat_without_nonces_creates_every_time(tmp_path: Path) -> None:
    room = open_room(tmp_path / "log", Hands(), nonce_window_s=None)

    assert place(room)[0] != place(room)[0]


def test_a_token_lives_its_age_and_a_stranger_lives_until_it_is_ended(tmp_path: Path) -> None:
    now = Hands()
    room = open_room(tmp_path / "log", now)
    token = a_token(now.now_s, "x")

    now.now_s += 900
    assert place(room, nonce="", token=token)[1]
    now.now_s += 1
    with pytest.raises(ChatRefusal, match="401 token_expired"):
        place(room, nonce="", token=token)
    assert place(room, nonce="", token="stranger")[1]
    room.expire("stranger")
    with pytest.raises(ChatRefusal, match="401 token_expired"):
        place(open_room(tmp_path / "log", now), nonce="", token="stranger")


def test_an_edit_in_another_channel_does_not_find_the_message(tmp_path: Path) -> None:
    room = open_room(tmp_path / "log", Hands())
    message, _ = place(room)

    with pytest.raises(ChatRefusal, match="404"):
        room.edit("other", message, POST, token="", after_s=0.0)


def test_a_seed_draws_the_same_misfortunes_again_and_an_honest_mood_none() -> None:
    mood = Mood(**dict.fromkeys(MOODS, 0.3))

    def run() -> list[Plan]:
        random = Random(5)  # noqa: S311 - the drawing has to repeat, which secrets cannot.
        return [draw(mood, random, 2.0) for _ in range(300)]

    plans = run()
    assert plans == run()
    assert {name for plan in plans for name in plan.names} == set(MOODS)
    assert all(plan.wait_s is None or plan.wait_s < 2.0 for plan in plans)
    assert draw(Mood(), Random(5), 2.0) == Plan()  # noqa: S311 - as above.


def test_what_is_no_probability_is_no_mood() -> None:
    with pytest.raises(ValueError, match=r"delay is 1\.5"):
        Mood(delay=1.5)
