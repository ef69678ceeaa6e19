"""A command says the same through a running server as over the folder itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.cli.shell import LONGEST_S, Shell
from tests.cli.test_people_commands import make_ann

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.born import Nursery
    from tests.cli.shell import Said

COMMANDS: tuple[str | tuple[str, ...], ...] = (
    "imagine 'an {owl, eagle} --size 64x64 --seed 3 --stylize 250' --json -o bird.png",
    "imagine 'an owl --size 64x64 --repeat 9' --dry-run",
    "imagine 'an owl --size 64x64 --repeat 9'",
    "quota set 12/day --guild discord:1 --member everyone",
    "quota set 13/day --guild discord:1 --member everyone",
    "quota set 2.5/total --guild local --member local",
    "quota set 7/week --dollars --guild local",
    "quota set 7/week --person nobody",
    "quota remove day --guild discord:1 --member everyone",
    "quota grant 1.5 --guild local --expires-days 3 --note why",
    "quota grant 0 --person local",
    "quota show",
    "quota show --json",
    "quota mine",
    "quota mine --json",
    "quota mine --person -ann --guild discord:1 --json",
    "quota top --period total --json",
    "quota reset --guild local --credits",
    "quota reset --role gold",
    "guild set local count=2 aspect=3:2 locale=de blocked_words=gore",
    "guild set local aspect=wide",
    "guild set local nsfw=never",
    "guild show local --json",
    "guild show nowhere",
    "guild weight discord:1 0.5",
    "guild weight discord:1 0",
    "guild cap discord:1 2",
    "guild cap discord:1 none",
    "guild cap discord:1 many",
    "guild pause discord:1",
    "guild show discord:1",
    "guild resume discord:1",
    "guild resume discord:1",
    "guild pause --pool sktch",
    "guild pause --all",
    "guild resume --pool prepare",
    "guild resume --all",
    "guild clear local --person local --also-running",
    ("guild", "style-add", "local", "Chalk & Co", "--suffix", "chalk", "--guidance", "3", "--steps", "9"),
    ("guild", "style-add", "local", "Empty"),
    "models --json",
    "models --guild local",
    "styles --json",
    "styles --guild discord:1",
    ("guild", "style-remove", "local", "Chalk & Co"),
    ("guild", "style-remove", "local", "Chalk & Co"),
    "ban add --person -ann --hours 2 --reason why",
    "ban add --person local",
    "ban list --json",
    "ban list",
    "ban remove --person -ann",
    "ban remove --person -ann",
    "report list",
    "report handle -0cUrUhAhlVuBOxyrI4RV_ hide",
    "report handle -0cUrUhAhlVuBOxyrI4RV_ kill",
    "audit export --format jsonl",
    "audit export --guild local --act guild.set",
    "ledger export",
    "ledger export --format jsonl --since 2026-01-01T00:00+02:00",
    "ledger verify",
    "ledger verify --json",
    "describe -0cUrUhAhlVuBOxyrI4RV_",
    "mydata export --person -ann -o ann.zip",
    "mydata delete --person local --yes",
    "ledger verify",
    "quota top --period total",
)


def test_every_command_says_the_same_with_and_without_a_server(tmp_path: Path, forking: Nursery) -> None:
    alone, served = Shell(tmp_path / "alone", forking), Shell(tmp_path / "served", forking)
    for shell in (alone, served):
        shell.folder.mkdir()
        make_ann(shell)

    of_alone = alone.batch(*COMMANDS)
    with served.server(longest_s=3 * LONGEST_S):
        of_served = served.batch(*COMMANDS)

    differing = [
        (command, plain(here), plain(there))
        for command, here, there in zip(COMMANDS, of_alone, of_served, strict=True)
        if plain(here) != plain(there)
    ]
    assert not differing, "\n".join(f"{command}\n{here}\n{there}" for command, here, there in differing)
    assert {done.returncode for done in of_alone} == {0, 1, 2}
    assert not [done for done in of_alone if "Something went wrong" in done.stderr]


def plain(said: Said) -> tuple[int, str, str]:
    """Return what was said without what differs from time to time: ids, moments, seconds, sizes."""
    texts = [said.stdout, said.stderr]
    for pattern, word in (
        (r"(?<![\w-])(?:deleted-[\w-]{16}|[\w-]{22})(?:\.[0-9]+\.\w+\.\w+)?(?=[^\w-])", "ID"),
        (r"20[0-9]{2}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]+(?:Z|\+00:00)?)?", "MOMENT"),
        (r"\b1[0-9]{12}\b", "MOMENT"),
        (r"about [0-9.]+ s|\"seconds\": [0-9.]+|[0-9.]+ MB", "NUMBER"),
    ):
        texts = [re.sub(pattern, word, text) for text in texts]
    # What is written at the same millisecond is in the order of ids, and those are drawn.
    return said.returncode, "\n".join(sorted(texts[0].splitlines())), texts[1]
