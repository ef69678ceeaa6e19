from __future__ import annotations

import re

from pinxit.chat.commands import COMMANDS
from pinxit.web.console.static_files import FOLDER, StaticFiles
from tests.cli.shell import ROOT

DOC = (ROOT / "docs/console.md").read_text(encoding="utf-8")


def test_every_file_that_pages_load_is_listed_with_about_its_size() -> None:
    listed = {
        name: float(size) for name, size in re.findall(r"^\| `(\S+)` \| ([\d.]+) kB \| ours \|$", DOC, re.MULTILINE)
    }

    assert {*listed} == {*StaticFiles().sizes()}
    far = {
        name: f"{size_bytes / 1000:.1f} kB"
        for name, size_bytes in StaticFiles().sizes().items()
        if abs(listed[name] - size_bytes / 1000) > max(0.5, 0.1 * listed[name])
    }
    assert far == {}, "write these sizes into docs/console.md"


def test_every_file_is_our_own() -> None:
    for path in FOLDER.rglob("*.*"):
        said = path.read_text(encoding="utf-8")
        assert not re.search(r"copyright|licen[cs]e|@preserve", said, re.IGNORECASE), path


def test_every_command_is_listed() -> None:
    for command in COMMANDS:
        assert f"| `{command.example}` |" in DOC


def test_the_console_is_in_the_readme_and_its_pictures_are_small() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    for name in ("light", "dark", "phone"):
        picture = f"docs/images/console-{name}.webp"
        assert f"({picture})" in readme
        assert (ROOT / picture).stat().st_size <= 120_000
