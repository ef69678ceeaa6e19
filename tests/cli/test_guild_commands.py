from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

from tests.cli.shell import read_until

if TYPE_CHECKING:
    from tests.cli.shell import Shell

OWL = "imagine 'an owl --size 128x128' -o owl.png --force --quiet"


def test_settings_are_set_taken_back_and_shown(shell: Shell) -> None:
    _, changed, back, table, wrong, nothing, twice = shell.batch(
        OWL,
        (
            "guild",
            "set",
            "local",
            "time_zone=Europe/Berlin",
            "count=2",
            "aspect=3:2",
            "failover=off",
            "blocked_words=gore, blood",
            "blocked_patterns=gun{1,2}s",
            "blocked_patterns=kni(fe|ves)",
            "--json",
        ),
        "guild set local count=none blocked_words= --json",
        "guild show local",
        "guild set local cuont=2",
        "guild set local count",
        "guild set local count=1 count=2",
    )

    settings = changed.json["settings"]
    assert {name: value for name, value in settings.items() if value is not None} == {
        "time_zone": "Europe/Berlin",
        "count": 2,
        "aspect": "3:2",
        "failover": False,
        "blocked_words": ["gore", "blood"],
        "blocked_patterns": ["gun{1,2}s", "kni(fe|ves)"],
    }
    assert (back.json["settings"]["count"], back.json["settings"]["blocked_words"]) == (None, None)
    rows = dict(line.split(maxsplit=1) for line in table.stdout.splitlines()[1:] if "running" not in line)
    assert {name: rows[name].strip() for name in ("weight", "paused", "time_zone", "aspect", "failover")} == {
        "weight": "1",
        "paused": "no",
        "time_zone": "Europe/Berlin",
        "aspect": "3:2",
        "failover": "no",
    }
    assert (wrong.returncode, "Did you mean count?" in wrong.stderr) == (1, True)
    assert nothing.stderr == "count sets nothing. Write name=value, such as count=2; count=none takes it back.\n"
    assert twice.stderr == "count is set twice. Write it once.\n"


def test_a_guilds_share_is_set_and_it_is_paused_and_cleared(shell: Shell) -> None:
    said = shell.batch(
        OWL,
        "guild weight local 2.5",
        "guild cap local 3",
        "guild pause local",
        "guild pause local",
        "guild show local --json",
        "guild resume local",
        "guild cap local none",
        "guild clear local",
        "guild pause --pool sketch",
        "guild resume --all",
        "guild weight local 1000",
        "guild pause",
        "guild pause local --all",
        "guild pause nowhere",
    )
    _, weight, cap, paused, again, shown, resumed, uncapped, cleared, pool, going, heavy, nothing, both, where = said

    assert weight.stderr == "local gets 2.5 times the seconds of a guild of weight 1.\n"
    assert cap.stderr == "local: 3 of its jobs run at most at once in each pool.\n"
    assert paused.stderr == "local waits; what runs goes on.\n"
    assert again.stderr == "local waited already; what runs goes on.\n"
    assert {name: shown.json[name] for name in ("weight", "running_cap", "paused")} == {
        "weight": 2.5,
        "running_cap": 3,
        "paused": True,
    }
    assert resumed.stderr == "local goes on.\n"
    assert uncapped.returncode == 0
    assert cleared.stderr == "0 jobs were cancelled.\n"
    assert (pool.stderr, going.stderr) == ("Pool sketch waits; what runs goes on.\n", "Every pool goes on.\n")
    assert (heavy.returncode, "0.1 to 100" in heavy.stderr) == (1, True)
    assert (nothing.returncode, both.returncode) == (2, 2)
    assert (where.returncode, where.stderr) == (1, "There is no guild nowhere here. Check its id.\n")


def test_what_waits_is_cancelled_and_paid_back(shell: Shell) -> None:
    with shell.server():
        shell.batch("guild pause --pool sketch")
        # In a paused pool they can only end by being cancelled.
        with shell.start("imagine", "an {owl, eagle} --size 128x128") as waiting:
            read_until(waiting, "1/2: ")
            before, cleared = shell.batch("quota mine --json", "guild clear --all")
            _, said = waiting.communicate()
        (after,) = shell.batch("quota mine --json")

    assert cleared.stderr == "2 jobs were cancelled.\n"
    assert waiting.returncode == 1
    assert [line for line in said.splitlines() if "cancelled" in line][-2:] == [
        "1/2: This was cancelled. Ask again whenever you like.",
        "2/2: This was cancelled. Ask again whenever you like.",
    ]
    assert (before.json["used_today"], after.json["used_today"]) == (0.2, 0)


def test_a_style_of_the_guilds_own_is_added_named_and_removed(shell: Shell) -> None:
    _, added, listed, priced, removed, gone, wrong, missing = shell.batch(
        OWL,
        ("guild", "style-add", "local", "Our House", "--suffix", "pastel chalk", "--aspect", "3:2", "--about", "Ours"),
        "styles --json",
        "imagine 'a fox --style \"our house\"' --dry-run",
        ("guild", "style-remove", "local", "Our House"),
        "styles --guild local --json",
        "guild style-add local house --suffix x --aspect wide",
        "guild style-remove local nothing",
    )

    assert added.stderr == 'local has the style Our House now: --style "Our House"\n'
    assert listed.json["styles"][0] == {
        "name": "Our House",
        "about": "Ours",
        "suffix": "pastel chalk",
        "negative_prompt": "",
        "aspect": "3:2",
        "steps": None,
        "guidance_scale": None,
    }
    assert priced.returncode == 0, priced.stderr
    assert removed.stderr == "local has no style Our House of its own any more.\n"
    assert len(gone.json["styles"]) == len(listed.json["styles"]) - 1 >= 40
    assert wrong.stderr == "wide is no shape. Write width:height, such as 3:2.\n"
    assert missing.returncode == 1


def test_every_act_is_in_the_audit_that_is_exported(shell: Shell) -> None:
    shell.batch(OWL, "guild weight local 2", "guild set local 'name==SUM(A1)'")

    as_csv, as_lines, to_file, taken, forced, later, one, wrong, form = shell.batch(
        "audit export",
        "audit export --format jsonl --guild local --since 2026-01-01",
        "audit export -o audit.jsonl",
        "audit export -o audit.jsonl",
        "audit export -o audit.jsonl --force --act guild.set",
        "audit export --since 2126-01-01",
        "audit export --act guild.weight --format jsonl --until 2126-01-01T12:00",
        "audit export --since yesterday",
        "audit export --format xlsx",
    )

    rows = list(csv.DictReader(as_csv.stdout.splitlines()))
    assert [(row["act"], row["actor"], row["guild"]) for row in rows] == [
        ("guild.set", "local", "local"),
        ("guild.weight", "local", "local"),
    ]
    assert [json.loads(line)["act"] for line in as_lines.stdout.splitlines()] == ["guild.set", "guild.weight"]
    assert (to_file.stdout, to_file.stderr) == ("", "audit.jsonl is written.\n")
    assert (taken.returncode, taken.stderr.partition(".")[0]) == (1, "audit")
    assert forced.returncode == 0
    (kept,) = (shell.folder / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(kept)["act"] == "guild.set"
    assert later.stdout.splitlines() == ["at,actor,act,guild,subject,details"]
    assert json.loads(one.stdout)["details"] == {"before": 1.0, "after": 2.0}
    assert (wrong.returncode, wrong.stderr.partition(".")[0]) == (1, "yesterday is no moment")
    assert form.stderr == "There is no format xlsx. Choose csv or jsonl.\n"
