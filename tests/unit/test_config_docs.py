from __future__ import annotations

import re
import tomllib
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from pinxit.config import Settings, load
from pinxit.config.aliases import ALIASES
from pinxit.config.keys import all_keys, types_of
from pinxit.config.problems import dotted, variable
from pinxit.config.services import VARIABLES

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

ROOT = Path(__file__).parents[2]
KEY_LINE = re.compile(r"#?([a-z_]+) = (.+)")
SECTION_LINE = re.compile(r"#?\[([a-z_.]+)\]")
NAMES = {"generators": ["sketch"], "chains": ["fast"]}


def documented() -> dict[str, tuple[str, str]]:
    """Return each key of config.toml with the comment above it and the value beside it, as they are written."""
    found: dict[str, tuple[str, str]] = {}
    section, comment = "", ""
    for line in (ROOT / "config.toml").read_text().splitlines():
        if header := SECTION_LINE.fullmatch(line):
            section, comment = f"{header[1]}.", ""
        elif key := KEY_LINE.fullmatch(line):
            found[f"{section}{key[1]}"] = (comment.strip(), key[2])
            comment = ""
        else:
            comment = f"{comment} {line.removeprefix('# ')}" if line.startswith("# ") else ""
    return found


def fields() -> dict[str, FieldInfo]:
    return {dotted(path): field for path, field in all_keys(NAMES)}


def test_the_shipped_file_loads_and_changes_no_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    assert load({}) == Settings(file=Path("config.toml"))


def test_every_setting_is_in_the_file_once_and_nothing_else_is() -> None:
    assert list(documented()) == list(fields())


@pytest.mark.parametrize("key", list(fields()))
def test_every_setting_has_a_sentence_and_its_true_default(key: str) -> None:
    comment, value = documented()[key]
    sentence, _, default = comment.partition(" Default: ")
    field = fields()[key]
    real = None if field.is_required() else field.get_default()

    assert sentence.endswith((".", ")"))
    assert default.endswith(".")
    if real is None:
        assert default.startswith(("not set", "none;", "the table's name"))
    else:
        plain = real.value if isinstance(real, Enum) else str(real) if isinstance(real, Path) else real
        plain = list(plain) if isinstance(plain, tuple) else plain
        assert tomllib.loads(f"x = {default.removesuffix('.')}") == {"x": plain}
        assert tomllib.loads(f"x = {value}") == {"x": plain}


def test_a_unit_in_a_name_is_in_its_sentence() -> None:
    words = {"_s": "second", "_px": "pixel", "_bytes": "byte", "_pixels": "pixel", "_chars": "character"}
    same = {"queue.person_slack_s"}

    for key, (comment, _) in documented().items():
        for ending, word in words.items():
            if key.endswith(ending) and key not in same:
                assert word in comment.lower(), key


def test_the_whole_file_is_right_with_every_key_uncommented(tmp_path: Path) -> None:
    lines = (ROOT / "config.toml").read_text().splitlines()
    bare = [line.removeprefix("#") if not line.startswith("# ") else line for line in lines]
    # Two keys exclude each other, and one mode needs no server; everything else can be set at once.
    text = "\n".join(line for line in bare if not line.startswith("chain = "))
    path = tmp_path / "config.toml"
    path.write_text(text)

    settings = load({}, path)

    assert settings.chains["fast"].generators == ("sketch",)
    assert settings.generators["sketch"].base_url == "https://api.example.org"


def test_every_variable_is_named_in_env_example_and_nothing_else_is() -> None:
    text = (ROOT / ".env.example").read_text()
    named = re.findall(r"^#?([A-Z][A-Z0-9_]*)=", text, re.MULTILINE)
    ours = [variable(path) for path, _ in all_keys(NAMES)]

    assert sorted(named) == sorted(
        [
            *("PINXIT_CONFIG", "PINXIT_TOKEN", "PINXIT_WORKER_TOKEN", "PYTHON_BIN"),
            *ours,
            *(alias.name for alias in ALIASES),
            *VARIABLES,
        ]
    )


def test_env_example_shows_no_secret_and_right_values_elsewhere(tmp_path: Path) -> None:
    lines = re.findall(r"^#?([A-Z][A-Z0-9_]*)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    of_commands = ("PINXIT_CONFIG", "PINXIT_TOKEN", "PINXIT_WORKER_TOKEN")
    values = {name: text for name, text in lines if name not in (*of_commands, "PINXIT_DEFAULTS__CHAIN")}
    secrets = {variable(path) for path, field in all_keys(NAMES) if SecretStr in types_of(field.annotation)}
    path = tmp_path / "config.toml"
    path.write_text("")

    assert {values[name] for name in secrets} == {""}
    assert load(values, path).chains["fast"].generators == ("sketch",)
