from __future__ import annotations

import re
from typing import TYPE_CHECKING

from typer.main import get_command

from pinxit.cli.exits import Exit
from pinxit.cli.main import app
from pinxit.queue.generator_loop import EXIT_STUCK
from tests.cli.shell import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
EVERYWHERE = {"--config", "--var", "--help"}


def walk(command: object, name: str = "pinxit") -> Iterator[tuple[str, object]]:
    """Give every command with its whole name."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name, command
        return
    for word, below in inner.items():
        yield from walk(below, f"{name} {word}")


def existing() -> dict[str, set[str]]:
    """Return each command's own options, as typer knows them."""
    found = {}
    for name, command in walk(get_command(app)):
        options = {text for one in getattr(command, "params", ()) for text in one.opts if text.startswith("-")}
        found[name] = options - EVERYWHERE
    return found


def documented() -> dict[str, set[str]]:
    """Return each command's options, as the page lists them."""
    found = {}
    for part in PAGE.split("\n## ")[1:]:
        if name := re.match(r"`(pinxit [a-z -]+)`\n", part):
            heads = [line.partition(": ")[0] for line in part.splitlines() if line.startswith("- `-")]
            found[name[1]] = {text for head in heads for text in re.findall(r"`(--?[a-z-]+)", head)}
    return found


def test_the_page_lists_exactly_the_commands_and_options_that_exist() -> None:
    assert documented() == existing()


def test_the_help_of_every_command_is_a_sentence_and_an_example_of_it() -> None:
    for name, command in walk(get_command(app)):
        sentence, _, example = str(getattr(command, "help", "")).partition("\n\n")

        assert re.fullmatch(r"[A-Z][^\n]*\.", sentence), name
        assert re.match(rf"Example: {name}(\s|$)", example), name


def test_the_page_lists_what_every_command_takes() -> None:
    part = PAGE.partition("\n## For every command")[2].partition("\n## ")[0]

    assert set(re.findall(r"^- `(--[a-z]+)", part, re.MULTILINE)) == EVERYWHERE


def test_the_page_lists_exactly_the_exit_codes_that_exist() -> None:
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)}

    assert codes == {code.value for code in Exit} | {EXIT_STUCK}
