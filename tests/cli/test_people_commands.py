from __future__ import annotations

import json
import urllib.request
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING, Any

from pinxit.data.migrate import migrate
from tests.cli.test_doctor import execute

if TYPE_CHECKING:
    from tests.cli.shell import Shell

OWL = "imagine 'an owl --size 128x128' -o owl.png --force --json"


def send(url: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})  # noqa: S310 - our own server
    with closing(urllib.request.urlopen(request, timeout=30)) as answer:  # noqa: S310 - as above
        return json.load(answer)


def make_ann(shell: Shell) -> None:
    """Make a person and a guild known, as a bot would."""
    shell.var.mkdir(exist_ok=True)
    migrate(shell.var / "pinxit.db")
    execute(
        shell.var / "pinxit.db",
        "INSERT INTO person (id, pseudonym, created_ms) VALUES ('-ann', 'p', 1)",
        "INSERT INTO guild (id, platform, created_ms) VALUES ('discord:1', 'discord', 1)",
    )


def test_a_ban_is_made_listed_and_ended(shell: Shell) -> None:
    make_ann(shell)

    person, guild, listed, table, ended, again, opened, empty, operator, nobody = shell.batch(
        "ban add --person -ann --guild discord:1 --hours 24 --reason 'spam, again'",
        "ban add --guild discord:1",
        "ban list --json",
        "ban list --guild discord:1",
        "ban remove --person -ann --guild discord:1",
        "ban remove --person -ann --guild discord:1",
        "ban remove --guild discord:1",
        "ban list",
        "ban add --person local",
        "ban add",
    )

    assert person.stderr.startswith("The person -ann is banned in discord:1 until 20")
    assert guild.stderr == "The guild discord:1 is banned without end. What they have waiting stays.\n"
    assert [(one["scope_id"], one["guild"], one["reason"], one["set_by"]) for one in listed.json["bans"]] == [
        ("discord:1", "", "", "local"),
        ("-ann", "discord:1", "spam, again", "local"),
    ]
    assert "spam, again" in table.stdout
    assert ended.stderr == "The person -ann is not banned in discord:1 any more.\n"
    assert (again.returncode, again.stderr.partition(". ")[0]) == (1, "The person -ann is not banned there")
    assert opened.returncode == 0
    assert empty.stderr == "Nobody is banned.\n"
    assert operator.returncode == 1
    assert (nobody.returncode, "Say whom" in nobody.stderr) == (2, True)


def test_a_reported_picture_is_listed_and_hidden(shell: Shell) -> None:
    with shell.server() as server:
        first, second = (shell.batch(OWL)[0].json["images"][0]["id"] for _ in range(2))
        for image in (first, second):
            send(f"{server.url}/api/v1/images/{image}/report", {"reason": "ugly | rude"})
        listed, table = shell.batch("report list --json", "report list --guild local")
        report, other = listed.json["reports"]
        wrong, handled, again = shell.batch(
            f"report handle {report['id']} explode",
            f"report handle {report['id']} hide",
            f"report handle {report['id']} dismiss",
        )

    (left,) = shell.batch("report list --json")[0].json["reports"]
    dismissed, empty = shell.batch(f"report handle {left['id']} dismiss", "report list")

    assert (report["image"], other["image"], report["reasons"], report["count"]) == (first, second, ["ugly | rude"], 1)
    assert report["prompt"].startswith("an owl")
    assert "ugly | rude" in table.stdout
    assert (wrong.returncode, "dismiss, hide, delete or ban" in wrong.stderr) == (1, True)
    assert handled.stderr == f"The picture {first} is hidden.\n"
    assert again.returncode == 1
    assert left == other
    assert dismissed.stderr == f"The picture {second} stays as it is.\n"
    assert empty.stderr == "No report is open.\n"


def test_personal_data_is_handed_out_and_deleted(shell: Shell) -> None:
    painted, exported, taken, unsure, deleted, after = shell.batch(
        OWL,
        "mydata export --person local",
        "mydata export --person local",
        "mydata delete --person local",
        "mydata delete --person local --yes",
        "ledger verify",
    )

    with zipfile.ZipFile(shell.folder / "pinxit-mydata.zip") as archive:
        names = archive.namelist()
        jobs = archive.read("jobs.jsonl").decode()
    assert f"images/{painted.json['images'][0]['id']}.png" in names
    assert "an owl" in jobs
    assert exported.stderr.startswith("pinxit-mydata.zip is written, 0.")
    assert (taken.returncode, taken.stderr.partition(" is ")[0]) == (1, "pinxit-mydata.zip")
    assert (unsure.returncode, "Write --yes if you want that" in unsure.stderr) == (1, True)
    assert deleted.stderr.startswith("Deleted: 1 job with 1 picture, and everything else about local.")
    assert not list(shell.var.rglob("*.png"))
    assert after.returncode == 0


def test_a_picture_is_put_into_words(shell: Shell) -> None:
    (shell.folder / "words.txt").write_text("no picture")

    painted, described, as_json, nothing, nowhere = shell.batch(
        "imagine 'an owl --size 128x128 --no dogs --enhance off' -o owl.png --json",
        "describe owl.png",
        "describe owl.png --json",
        "describe words.txt",
        "describe nowhere.png",
    )
    (by_id,) = shell.batch(f"describe {painted.json['images'][0]['id']}")

    assert described.stdout == by_id.stdout == "an owl\n"
    assert described.stderr == "Not to be seen: dogs\nThe file says so itself.\n"
    assert as_json.json == {"prompt": "an owl", "negative_prompt": "dogs", "by": "metadata"}
    assert (nothing.returncode, len(nothing.stderr.splitlines())) == (1, 1)
    assert nowhere.stderr.startswith("nowhere.png cannot be read (No such file or directory).")


def test_a_ledger_that_does_not_add_up_is_said_and_fails(shell: Shell) -> None:
    painted, good = shell.batch(OWL, "ledger verify --json")
    execute(shell.var / "pinxit.db", "UPDATE usage SET used = used + 7 WHERE scope = 'everyone'")

    wrong, as_json, exported = shell.batch("ledger verify", "ledger verify --json", "ledger export")

    assert painted.returncode == 0
    assert (good.json["is_right"], good.json["rows"]) == (True, 2)
    assert wrong.returncode == 1
    assert len(wrong.stdout.splitlines()) == 1
    assert json.loads(as_json.stdout)["differences"] == wrong.stdout.splitlines()
    assert [row.split(",")[3] for row in exported.stdout.splitlines()] == ["kind", "reserve", "settle"]
