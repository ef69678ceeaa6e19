"""What a prompt costs before it is acknowledged: reading its flags, looking for words, and the price."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

from benchmarks.sample import Sample
from benchmarks.table import Line
from pinxit.domain.pricing import credits_milli
from pinxit.domain.request import Request
from pinxit.generators.registry import build
from pinxit.prompt.flags import parse
from pinxit.prompt.minors import find_minors
from pinxit.prompt.text_filter import TextFilter
from pinxit.queue.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from benchmarks.scale import Scale

CHARS, BLOCKED, PROMPTS = 2_000, 5_000, 200
GOAL_MS = 1.0
_SYLLABLES = [
    "ka",
    "lo",
    "mi",
    "ter",
    "an",
    "ro",
    "sch",
    "ing",
    "pre",
    "con",
    "al",
    "e",
    "u",
    "ist",
    "or",
    "be",
    "ma",
    "ti",
    "gor",
    "vio",
    "shu",
    "ner",
    "pol",
    "das",
    "wek",
    "zin",
]
_SUBJECTS = (
    "a red fox|an old lighthouse|two wooden boats|a glass palace|a quiet village|a knight in armour|a bowl of plums"
)
_PLACES = "on a rocky coast at dusk|under a stormy sky|in deep snow|beside a still lake|in a narrow street after rain"
_LOOKS = (
    "oil painting|thick brush strokes|(soft light:1.2)|muted palette|wide shot|highly detailed|8k|35mm film|f/1.8|"
    "art deco|warm colours|shallow depth of field|reflections on wet stone|a lantern in the window|mist in the valley"
)


async def measure(folder: Path, scale: Scale) -> AsyncIterator[Line]:  # noqa: ARG001 - every part is given a folder
    """Read, check and price prompts of 2,000 characters against 5,000 blocked words, in the thread of the server."""
    draw = random.Random(5)  # noqa: S311 - the same prompts every time, no secret
    blocked = sorted({_word(draw) for _ in range(BLOCKED * 2)})[: BLOCKED - 500]
    phrases = [f"{_word(draw)} {_word(draw)}" for _ in range(BLOCKED - len(blocked))]
    began = time.perf_counter()
    filter_ = TextFilter.compile([*blocked, *phrases])
    compiled_s = time.perf_counter() - began
    sketch = build("sketch", "sketch", {}, SystemClock())
    find_minors("nude")  # Its lists are read once.
    texts = [_prompt(draw) for _ in range(PROMPTS)]

    def price(text: str) -> None:
        sketch.quote(Request(text[:CHARS], 1024, 1024, seed=3, steps=20, guidance_scale=7.0))
        credits_milli(1024, 1024, 1, 20, 20)

    def whole(text: str) -> None:
        draft = parse(text)
        filter_.find(draft.prompt)
        find_minors(draft.prompt)
        price(draft.prompt)

    rounds = max(2, scale.claims // PROMPTS)
    yield _line("parse + moderate + price a prompt", whole, texts, rounds, f"p99 ≤ {GOAL_MS:g} ms")
    yield _line("  the same, of one core", whole, texts, rounds, clock=time.thread_time)
    for name, work in (("parse", parse), ("blocked words", filter_.find), ("minors", find_minors), ("price", price)):
        yield _line(f"  {name}", work, texts, rounds)
    yield Line(f"  ready {BLOCKED:,} blocked words", f"{compiled_s:.2f} s, once")


def _line(
    what: str,
    work: Callable[[str], object],
    texts: list[str],
    rounds: int,
    goal: str = "",
    clock: Callable[[], float] = time.perf_counter,
) -> Line:
    sample = Sample()
    for text in texts[:20]:
        work(text)
    for text in texts * rounds:
        began = clock()
        work(text)
        sample.add(clock() - began)
    return Line(what, str(sample), goal, sample.p99_ms <= GOAL_MS if goal else None)


def _word(draw: random.Random) -> str:
    return "".join(draw.choices(_SYLLABLES, k=draw.randint(2, 4)))


def _prompt(draw: random.Random) -> str:
    """Write 2,000 characters the way people do, flags at the end."""
    text = ""
    while len(text) < CHARS - 24:
        looks = ", ".join(draw.sample(_LOOKS.split("|"), 4))
        text += f"{draw.choice(_SUBJECTS.split('|'))} {draw.choice(_PLACES.split('|'))}, {looks}, "
    return f"{text[: CHARS - 24]} --ar 3:2 --seed 7 --n 2"
