"""What people read stands in wording/: no sentence is in the bot's own files, but for the log and the operator."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import pinxit.bot.discord

FOLDER = Path(pinxit.bot.discord.__file__).parent
WORDS = re.compile(r"[^\W\d_]{2,} [^\W\d_]{2,}")
# Which files have words of their own, and who reads them.
READ_BY_OPERATORS = {
    "calls.py": "the log",
    "checks.py": "the doctor, who speaks English as the command line does",
    "connecting.py": "the log, and the mistakes of the settings",
    "failures.py": "the log",
    "login_first.py": "the log",
    "platform.py": "the log",
    "replying.py": "the log",
    "reporting.py": "the log",
    "voice.py": "a line of discord.py's own log",
    "ways.py": "the log",
}
COMMANDS = re.compile(r"/\w+ \w+:")  # What is typed is the same in every language.
ALLOWED_FACTS = {"at most "}  # Of a refusal: wording/ puts it into words.


def literals(source: str) -> list[str]:
    """Return the texts of a module that are neither documentation, nor a log line, nor of an error of ours."""
    tree = ast.parse(source)
    passed = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            passed.add(id(node.value))
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and _is_log(node.func)):
            passed |= {id(inner) for inner in ast.walk(node)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed
    ]


def _is_log(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "log"


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("*.py")))
def test_nothing_that_people_read_is_written_outside_the_languages(name: str) -> None:
    found = [
        text
        for text in literals((FOLDER / name).read_text(encoding="utf-8"))
        if WORDS.search(text) and not COMMANDS.match(text) and text not in ALLOWED_FACTS
    ]

    assert bool(found) == (name in READ_BY_OPERATORS), found


def test_a_sentence_would_be_found() -> None:
    assert literals('"""Doc."""\nlog.info("not this")\nsay("this one here")\n') == ["this one here"]
