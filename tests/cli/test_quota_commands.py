from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.shell import Shell

OWL = "imagine 'an owl --size 128x128' -o owl.png --force --quiet"


def test_a_limit_is_set_shown_used_and_removed(shell: Shell) -> None:
    _, first, second, shown, mine, wrong, table, removed, empty = shell.batch(
        OWL,  # It makes the person known.
        "quota set 12/day --guild local --member everyone",
        "quota set 0.2/week --person local",
        "quota show --guild local --json",
        "quota mine --json",
        "imagine 'an owl --size 1024x1024' -o owl2.png",
        "quota mine",
        "quota remove day --guild local --member everyone",
        "quota show --guild local",
    )

    assert first.stderr == "The limit of every member of local is 12 credits a day.\n"
    assert second.stderr == "The limit of person local is 0.2 credits a week.\n"
    (limit,) = shown.json["quotas"]
    assert {**limit, "set_at": ""} == {
        "scope": "role",
        "guild": "local",
        "name": "everyone",
        "unit": "credit",
        "period": "day",
        "amount": 12,
        "set_by": "local",
        "set_at": "",
    }
    assert [(line["scope"], line["limit"], line["used"], line["left"]) for line in mine.json["limits"]] == [
        ("person", 0.2, 0.1, 0.1),
        ("role", 12, 0.1, 11.9),
    ]
    assert (mine.json["credits_left"], mine.json["used_today"]) == (0.1, 0.1)
    assert wrong.returncode == 1
    assert "your 0.2 a week" in wrong.stderr
    assert "role everyone  0.1 credits  12 credits" in table.stdout
    assert removed.stderr == "There is no limit of credits a day for every member of local any more.\n"
    assert (empty.returncode, empty.stdout, empty.stderr.partition(".")[0]) == (0, "", "Nothing is limited")


def test_a_grant_is_given_and_used_is_forgiven_and_the_one_who_used_most_is_named(shell: Shell) -> None:
    _, given, mine, top, table, reset, after, verified = shell.batch(
        OWL,
        "quota grant 20 --guild local --member local --expires-days 30 --note 'for the party'",
        "quota mine --json",
        "quota top --json",
        "quota top --period month --guild local",
        "quota reset --guild local --member local",
        "quota mine --json",
        "ledger verify",
    )

    assert given.stderr.startswith("Given to member local of local: 20 credits.")
    assert len(given.stdout.strip()) == 22
    (grant,) = mine.json["grants"]
    assert (grant["scope"], grant["left"], grant["expires_at"] is None) == ("member", 20, False)
    assert [(line["person"], line["used"], line["jobs"]) for line in top.json["top"]] == [("local", 0.1, 1)]
    assert table.stdout.splitlines()[0].split() == ["person", "name", "credits", "jobs"]
    assert reset.stderr == "What member local of local used counts no longer; what open jobs reserved does.\n"
    assert (mine.json["used_today"], after.json["used_today"]) == (0.1, 0)
    assert (verified.returncode, verified.stdout.partition(":")[0]) == (0, "every balance is right")


def test_what_cannot_be_is_a_sentence(shell: Shell) -> None:
    amount, period, stranger, many, nobody, both = shell.batch(
        "quota set twelve/day --everyone",
        "quota set 12/dya --everyone",
        "quota grant 5 --person nobody-here",
        "quota set 12/day --person a --guild b",
        "quota set 12/day",
        "quota set 12/day --member a",
    )

    assert (amount.returncode, period.returncode, stranger.returncode) == (1, 1, 1)
    assert "twelve" in amount.stderr
    assert len(amount.stderr.splitlines()) == 1
    assert "Did you mean day?" in period.stderr
    assert stranger.stderr == "Nobody called nobody-here is known here. Check the id.\n"
    assert [done.returncode for done in (many, nobody, both)] == [2, 2, 2]
    assert "Say whose" in nobody.stderr


def test_dollars_are_not_credits(shell: Shell) -> None:
    done, shown, mine = shell.batch(
        "quota set 5.5/month --everyone --dollars", "quota show --json", "quota mine --json"
    )

    assert done.stderr == "The limit of everyone is 5.5 dollars a month.\n"
    assert [(line["unit"], line["amount"]) for line in shown.json["quotas"]] == [("dollar", 5.5)]
    assert mine.json["credits_left"] is None
    assert [line["limit"] for line in mine.json["limits"]] == [pytest.approx(5.5)]
