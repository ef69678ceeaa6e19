"""A wish costs at the command line what it costs over the API, and that is what a quota loses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.prices import WISHES

if TYPE_CHECKING:
    from tests.cli.shell import Shell

SAID = [wish for wish in WISHES if wish.factor is None]  # No picture can be sent along here.
QUICK = [wish for wish in SAID if wish.credits <= 0.3 or wish.text in ("a red fox --n 2", "a {red, blue} fox")]


def test_a_dry_run_s_price_is_the_one_reckoned_by_hand(office: Shell) -> None:
    priced = office.batch(*(("imagine", wish.text, "--dry-run", "--json") for wish in SAID))

    said = {wish.text: (done.json["job_count"], done.json["credits"]) for wish, done in zip(SAID, priced, strict=True)}
    assert said == {wish.text: (wish.jobs, wish.credits) for wish in SAID}


def test_the_quota_loses_what_was_priced(shell: Shell) -> None:
    commands: list[str | tuple[str, ...]] = ["quota mine --json"]
    for wish in QUICK:
        commands += [("imagine", wish.text, "--json"), "quota mine --json"]

    before, *rest = (done.json for done in shell.batch(*commands))

    used = before["used_today"]
    for wish, painted, after in zip(QUICK, rest[::2], rest[1::2], strict=True):
        assert painted["credits"] == wish.credits, wish
        assert len(painted["jobs"]) == wish.jobs, wish
        assert after["used_today"] - used == pytest.approx(wish.credits), wish
        used = after["used_today"]
    assert len(QUICK) >= 4
