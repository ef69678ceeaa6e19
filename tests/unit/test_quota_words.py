"""What people read when a limit refuses."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pinxit.domain.errors import Code
from pinxit.wording import say

if TYPE_CHECKING:
    from pinxit.domain.errors import Fact

DOC = (Path(__file__).parents[2] / "docs" / "quotas.md").read_text(encoding="utf-8")
MIDNIGHT = "2026-11-22T00:00:00+01:00"
SPENT: dict[str, Fact] = {
    "scope": "member",
    "unit": "credit",
    "period": "day",
    "limit": 12_000,
    "used": 12_000,
    "needed": 4000,
    "left": 0,
    "granted": None,
    "resets_at": MIDNIGHT,
    "time_zone": "Europe/Berlin",
}
DECEMBER: dict[str, Fact] = {"period": "month", "resets_at": "2026-12-01T00:00:00+01:00"}


@pytest.mark.parametrize(
    ("changes", "english", "german"),
    [
        (
            {},
            "12 of your 12 credits are used today; they reset at 00:00 Europe/Berlin.",
            "12 von 12 Credits sind heute bei dir verbraucht; neue gibt es um 00:00 Europe/Berlin.",
        ),
        (
            {"scope": "guild"} | DECEMBER,
            "12 of this guild's 12 credits are used this month; they reset on 1 December 2026 at 00:00 Europe/Berlin.",
            (
                "12 von 12 Credits sind diesen Monat in dieser Gilde verbraucht;"
                " neue gibt es am 1. Dezember 2026 um 00:00 Europe/Berlin."
            ),
        ),
        (
            {"resets_at": "tomorrow"},  # Not ours: a worker elsewhere may send anything.
            "12 of your 12 credits are used today; they reset tomorrow Europe/Berlin.",
            "12 von 12 Credits sind heute bei dir verbraucht; neue gibt es tomorrow Europe/Berlin.",
        ),
        (
            {"scope": "everyone", "period": "total", "resets_at": None},
            "12 of everybody's 12 credits are used; ask an admin for more.",
            "12 von 12 Credits sind bei allen zusammen verbraucht; frag einen Admin nach mehr.",
        ),
        (
            {"used": 10_000, "left": 2000},
            (
                "This needs 4 credits; 2 of your 12 are left today, and they reset at 00:00 Europe/Berlin."
                " Ask for fewer or smaller pictures."
            ),
            (
                "Das kostet 4 Credits; heute sind bei dir 2 von 12 übrig, neue gibt es um 00:00 Europe/Berlin."
                " Nimm weniger oder kleinere Bilder."
            ),
        ),
        (
            {"granted": 1500},
            (
                "This needs 4 credits; 0 of your 12, and 1.5 granted ones, are left today,"
                " and they reset at 00:00 Europe/Berlin. Ask for fewer or smaller pictures."
            ),
            (
                "Das kostet 4 Credits; heute sind bei dir 0 von 12 und 1,5 geschenkte übrig,"
                " neue gibt es um 00:00 Europe/Berlin. Nimm weniger oder kleinere Bilder."
            ),
        ),
        (
            {"unit": "dollar", "limit": 5_000_000, "used": 4_960_000, "left": 40_000, "needed": 120_000},
            (
                "This needs $0.12; $0.04 of your $5.00 are left today, and they reset at 00:00 Europe/Berlin."
                " Ask for fewer or smaller pictures."
            ),
            (
                "Das kostet 0,12 $; heute sind bei dir 0,04 $ von 5,00 $ übrig, neue gibt es um 00:00 Europe/Berlin."
                " Nimm weniger oder kleinere Bilder."
            ),
        ),
        (
            {"unit": "dollar", "limit": 5_000_000, "used": 4_960_400, "left": 39_600, "needed": 40_000},
            (
                "This needs $0.04; $0.0396 of your $5.00 are left today, and they reset at 00:00 Europe/Berlin."
                " Ask for fewer or smaller pictures."
            ),
            (
                "Das kostet 0,04 $; heute sind bei dir 0,0396 $ von 5,00 $ übrig, neue gibt es um 00:00 Europe/Berlin."
                " Nimm weniger oder kleinere Bilder."
            ),
        ),
        (
            {"needed": 14_000},
            "This needs 14 credits, more than your 12 a day. Ask for fewer or smaller pictures, or an admin for more.",
            (
                "Das kostet 14 Credits, bei dir sind es höchstens 12 am Tag."
                " Nimm weniger oder kleinere Bilder, oder frag einen Admin nach mehr."
            ),
        ),
        (
            {"scope": "guild", "needed": 14_000, "granted": 1500, "used": 2000, "left": 10_000} | DECEMBER,
            (
                "This needs 14 credits, more than this guild's 12 a month and 1.5 granted ones."
                " Ask for fewer or smaller pictures, or an admin for more."
            ),
            (
                "Das kostet 14 Credits, in dieser Gilde sind es höchstens 12 im Monat und 1,5 geschenkte."
                " Nimm weniger oder kleinere Bilder, oder frag einen Admin nach mehr."
            ),
        ),
    ],
)
def test_a_spent_limit_says_whose_it_is_and_when_it_frees(changes: dict[str, Fact], english: str, german: str) -> None:
    assert say("en", Code.QUOTA_SPENT, SPENT | changes) == english
    assert say("de", Code.QUOTA_SPENT, SPENT | changes) == german


def test_the_docs_quote_what_is_really_said() -> None:
    quoted = [line.removeprefix("> ") for line in DOC.splitlines() if line.startswith("> ")]

    some_left: dict[str, Fact] = {"used": 10_000, "left": 2000}
    too_much: dict[str, Fact] = {"needed": 14_000}
    assert quoted == [say("en", Code.QUOTA_SPENT, SPENT | more) for more in ({}, some_left, too_much)]


@pytest.mark.parametrize(
    ("seconds", "wait"),
    [(0.4, "1 s"), (59.2, "60 s"), (89, "89 s"), (91, "2 min"), (3601, "61 min"), (5401, "2 h")],
)
def test_who_waits_as_long_as_a_cooldown_says_is_not_too_early(seconds: float, wait: str) -> None:
    facts: dict[str, Fact] = {"retry_after_s": seconds, "scope": "person"}

    assert say("en", Code.COOLDOWN, facts) == f"Not so fast: wait another {wait}, then try again."
    assert say("de", Code.COOLDOWN, facts) == f"Nicht so schnell: warte noch {wait} und versuch es dann wieder."


def test_a_ban_is_said_with_its_end_and_its_reason() -> None:
    facts: dict[str, Fact] = {"until": "2026-11-22T10:00:00+00:00", "reason": "spam"}

    said = "You cannot ask for pictures here until 2026-11-22 10:00 UTC: spam. Ask an admin."
    assert say("en", Code.BANNED, facts) == said
    gesagt = "Du kannst hier bis 2026-11-22 10:00 UTC keine Bilder bestellen: spam. Frag einen Admin."
    assert say("de", Code.BANNED, facts) == gesagt
    gesagt = "Hier können bis 2026-11-22 10:00 UTC keine Bilder bestellt werden: spam. Frag den Betreiber."
    assert say("de", Code.GUILD_BANNED, facts) == gesagt
