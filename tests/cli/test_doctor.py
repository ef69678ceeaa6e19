from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import aiohttp

from pinxit.cli.checks import check_all
from pinxit.config import load
from pinxit.data.migrate import migrate
from pinxit.domain.breaker import FAILURES
from pinxit.domain.checkup import Check, State
from pinxit.prompt.styles import load_styles
from pinxit.prompt.wildcards import Wildcards
from tests.cli.shell import KIND, Shell

if TYPE_CHECKING:
    from pathlib import Path


async def findings(shell: Shell, **env: str) -> dict[str, list[Check]]:
    config = shell.folder / "config.toml"
    settings = load({"PINXIT_VAR": str(shell.var), **env}, config if config.exists() else None)
    found: dict[str, list[Check]] = {}
    for check in await check_all(settings):
        found.setdefault(check.name, []).append(check)
    return found


def states(checks: list[Check]) -> list[str]:
    return [check.state.value for check in checks]


def execute(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_a_fresh_machine_is_well_and_nothing_is_made(shell: Shell) -> None:
    done = shell.run("doctor")

    assert done.returncode == 0
    assert "✗" not in done.stdout
    assert "All is well" in done.stdout
    assert list(shell.folder.iterdir()) == []


async def test_a_running_server_is_found_and_asked_and_a_killed_one_is_not(shell: Shell) -> None:
    with shell.server() as server:
        running = await findings(shell)
        server.kill()
        killed = await findings(shell)

    assert running["server"][0].message.startswith(f"runs at {server.url}, version ")
    assert running["server"][0].message.endswith("and is ready")
    assert "ledger adds up" in running["database"][0].message
    assert "does not run" in killed["server"][0].message


async def test_a_generator_that_a_running_server_cannot_have_is_a_finding(shell: Shell) -> None:
    (shell.folder / "config.toml").write_text(
        '[generators.gives_up]\nkind = "tests.generators_for_tests:build_broken"\nprocess = false\n'
        '[generators.spent]\nkind = "bfl"\napi_key = "a key"\nworkers = 0\ndollars_per_day = 0\n'
    )
    with shell.server() as server:
        async with aiohttp.ClientSession(server.url) as session:
            for number in range(FAILURES):  # What fails for one person alone says little.
                wish = {"prompt": "a red fox", "model": "gives_up", "guild": "discord:1", "person": f"discord:{number}"}
                async with session.post("/api/v1/jobs", json=wish) as accepted:
                    job = await accepted.json()
                async with session.get(f"/api/v1/jobs/{job['id']}/events") as events:
                    await events.read()
        found = await findings(shell)

    assert "left alone until" in found["generator gives_up"][-1].message
    assert states(found["generator gives_up"]) == ["good", "odd"]
    assert found["generator spent"][-1].message == "its budget is spent, so it is left out"


def test_every_wrong_setting_is_a_finding_with_its_cure(shell: Shell) -> None:
    shell.configure('[web]\nprot = 1\nport = 99999\n[queue]\nper_person = "3"\n')

    done = shell.run("doctor", "--json")
    said = json.loads(done.stdout)

    assert (done.returncode, said["ok"]) == (1, False)
    assert [(check["name"], check["state"]) for check in said["checks"]] == [("settings", "bad")] * 3
    assert all(check["cure"] for check in said["checks"])


async def test_a_feature_that_comes_later_is_worth_a_look_and_no_fault(shell: Shell) -> None:
    found = await findings(shell, IMGUR_CLIENT_ID="very-secret")

    assert states(found["settings"]) == ["good", "odd"]
    assert "IMGUR_CLIENT_ID" in found["settings"][1].message
    assert "very-secret" not in repr(found)


async def test_each_generator_is_built_and_a_broken_one_is_named(shell: Shell) -> None:
    shell.configure(
        "[generators.sketch]\n"
        f'[generators.child]\nkind = "{KIND}blocks"\n'
        f'[generators.far]\nkind = "{KIND}plain"\nworkers = 0\n'
        '[generators.typo]\nkind = "skech"\n'
        '[generators.choice]\nkind = "sketch"\ncolour = 3\n'
        f'[generators.newer]\nkind = "{KIND}from_the_future"\n'
    )

    found = await findings(shell)

    assert states(found["generator sketch"]) == ["good"]
    assert "child process" in found["generator child"][0].message
    assert "none here" in found["generator far"][0].message
    for name, message in (("typo", "is no kind"), ("choice", "colour is unknown"), ("newer", "speaks version 2")):
        (check,) = found[f"generator {name}"]
        assert check.state is State.BAD
        assert message in check.message
        assert check.cure


async def test_a_folder_that_is_a_file_is_a_fault(shell: Shell) -> None:
    shell.var.write_text("no folder")

    found = await findings(shell)

    assert found["folder"][0].state is State.BAD
    assert "is no folder" in found["folder"][0].message


async def test_a_newer_database_is_a_fault_and_stays_untouched(shell: Shell) -> None:
    shell.var.mkdir()
    path = shell.var / "pinxit.db"
    migrate(path)
    execute(path, "UPDATE meta SET value = '999' WHERE key = 'version'")
    before = path.read_bytes()

    found = await findings(shell)

    assert states(found["database"]) == ["bad"]
    assert "version 999" in found["database"][0].message
    assert path.read_bytes() == before


async def test_what_is_no_database_is_a_fault(shell: Shell) -> None:
    shell.var.mkdir()
    (shell.var / "pinxit.db").write_bytes(b"a picture, perhaps" * 1000)

    assert states((await findings(shell))["database"]) == ["bad"]


async def test_a_damaged_database_is_a_fault(shell: Shell) -> None:
    shell.var.mkdir()
    path = shell.var / "pinxit.db"
    migrate(path)
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * 20_000)

    assert states((await findings(shell))["database"]) == ["bad"]


async def test_a_counter_that_is_not_the_sum_of_its_ledger_is_a_fault(shell: Shell) -> None:
    shell.var.mkdir()
    migrate(shell.var / "pinxit.db")
    row = "INSERT INTO usage (scope, scope_id, unit, day, used) VALUES ('everyone', '', 'credits', '2026-11-21', 5)"
    execute(shell.var / "pinxit.db", row)

    found = await findings(shell)

    assert states(found["database"]) == ["bad"]
    assert "differ from the ledger" in found["database"][0].message


async def test_listening_to_all_without_password_or_key_is_a_fault(shell: Shell) -> None:
    host = "0.0.0.0"  # noqa: S104 - nothing listens in this test
    access = {
        "nothing": await findings(shell, PINXIT_WEB__HOST=host),
        "switched off": await findings(shell, PINXIT_WEB__HOST=host, ENABLE_AUTHENTICATION="false"),
        "a password": await findings(shell, PINXIT_WEB__HOST=host, PINXIT_WEB__PASSWORD="long enough"),
    }
    shell.run("keys", "create", "gallery", "--scope", "submit")
    access["a key"] = await findings(shell, PINXIT_WEB__HOST=host)

    assert {name: states(found["access"]) for name, found in access.items()} == {
        "nothing": ["bad"],
        "switched off": ["odd"],
        "a password": ["good"],
        "a key": ["good"],
    }


async def test_a_bot_that_is_open_to_everybody_is_worth_a_look(shell: Shell) -> None:
    nothing = await findings(shell)
    opened = await findings(shell, PINXIT_TELEGRAM__TOKEN="1:secret")
    closed = await findings(shell, PINXIT_TELEGRAM__TOKEN="1:secret", PINXIT_ACCESS__GUILDS="telegram:-5, telegram:7")

    assert "bot" not in nothing
    assert states(opened["bot"]) == ["odd"]
    assert "open to everybody" in opened["bot"][0].message
    assert "[access]" in opened["bot"][0].cure
    assert (states(closed["bot"]), closed["bot"][0].message) == (["good"], "open to 2 guilds and 0 persons of [access]")


async def test_styles_wildcards_and_enhancement_are_told(shell: Shell) -> None:
    folder = shell.var / "wildcards"
    folder.mkdir(parents=True)
    (folder / "mine.txt").write_text("one\ntwo\n", encoding="utf-8")
    found = await findings(shell)
    off = await findings(shell, PINXIT_ENHANCEMENT__MODE="off")
    llm = await findings(
        shell,
        PINXIT_ENHANCEMENT__MODE="llm",
        PINXIT_ENHANCEMENT__BASE_URL="http://127.0.0.1:1/v1",
        PINXIT_ENHANCEMENT__MODEL="qwen",
    )

    assert found["styles"][0].message.startswith(f"{len(load_styles())} can be named")
    assert states(found["wildcards"]) == ["good"]
    assert found["wildcards"][0].message.startswith(f"{len(Wildcards.load(folder).lists)} lists with ")
    said = [one["enhancement"][0].message.partition(" ")[0] for one in (found, off, llm)]
    assert said == ["rules:", "off:", "llm:"]
    assert "qwen at http://127.0.0.1:1/v1" in llm["enhancement"][0].message


async def test_a_wildcard_file_that_cannot_be_read_is_a_fault(shell: Shell) -> None:
    folder = shell.var / "wildcards"
    folder.mkdir(parents=True)
    (folder / "broken.txt").write_bytes(b"caf\xe9\n")

    (check,) = (await findings(shell))["wildcards"]

    assert check.state is State.BAD
    assert "broken.txt is not UTF-8 in line 1" in check.message
    assert check.cure == "save it as UTF-8"


async def test_what_is_refused_is_told_and_a_wrong_pattern_is_a_fault(shell: Shell) -> None:
    shell.configure('[moderation]\nblocked_words = ["gore", "blood"]\nblocked_patterns = ["gun[s"]\n')
    wrong = await findings(shell)
    shell.configure('[moderation]\nblocked_words = ["gore", "blood"]\nimages = true\n')
    unwatched = await findings(shell)
    off = await findings(shell, PINXIT_MODERATION__ENABLED="false")

    assert states(wrong["moderation"]) == ["bad"]
    assert "gun[s" in wrong["moderation"][0].message
    assert unwatched["moderation"][0].message == "2 words and 0 patterns blocked"
    assert any("moderation.images is on" in check.message for check in unwatched["settings"])
    assert states(off["moderation"]) == ["odd"]
