"""docs/generators.md says what is there: every kind, every option, every key of the catalogue."""

from __future__ import annotations

import importlib
import pkgutil
import re
import tomllib
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import pinxit.generators
from pinxit.config.settings import GeneratorSettings
from pinxit.generators import registry
from pinxit.generators.catalogue import Alias, Catalogue, Model, Price
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = (Path(__file__).parents[2] / "docs" / "generators.md").read_text(encoding="utf-8")
SECTIONS = {part.partition("\n")[0]: part for part in PAGE.split("\n## ")[1:]}
# What a kind cannot be built without.
NEEDED: dict[str, dict[str, Any]] = {
    "azure_openai": {"base_url": "https://a.example.org", "deployments": {"a": "gpt-image-2.5-flare"}},
    "cloudflare_worker": {"base_url": "https://a.example.org"},
    "cloudflare_ai": {"account_id": "0" * 32},
    "script": {"program": ["paint.py"]},
}


def ours() -> list[str]:
    return [kind for kind, address in registry.kinds().items() if address.startswith(pinxit.generators.__name__)]


def modules(kind: str) -> Iterator[Any]:
    module = importlib.import_module(f"{pinxit.generators.__name__}.{kind}")
    yield module
    for inner in pkgutil.iter_modules(getattr(module, "__path__", ())):
        yield importlib.import_module(f"{module.__name__}.{inner.name}")


def options(kind: str) -> set[str]:
    """Return what a kind's own table may hold."""
    found = {vars(module)["Options"] for module in modules(kind) if is_dataclass(vars(module).get("Options"))}
    assert len(found) == 1, kind
    return {one.name for one in fields(found.pop())}


def rows(text: str, head: str) -> list[list[str]]:
    """Return the cells of every table whose first column has this head."""
    tables = re.findall(rf"^\| {re.escape(head)} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", text + "\n", re.MULTILINE)
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for table in tables for line in table.splitlines()]


def names(text: str, head: str) -> set[str]:
    return {name for row in rows(text, head) for name in re.findall(r"`(\w+)`", row[0])}


def test_every_kind_has_a_row_and_a_section_in_one_order() -> None:
    listed = [re.findall(r"`(\w+)`", row[0])[0] for row in rows(PAGE, "kind")]

    assert sorted(listed) == sorted(ours())
    assert [name for name in SECTIONS if name in ours()] == listed
    assert all(f"](#{kind})" in PAGE for kind in listed)


@pytest.mark.parametrize("kind", ours())
def test_the_row_of_a_kind_names_its_modes(kind: str) -> None:
    known = options(kind)
    given = {"api_key": "user:word"} if "api_key" in known else {}
    generator = registry.build(kind, kind, {**given, **NEEDED.get(kind, {})}, FakeClock())

    (modes,) = (row[3] for row in rows(PAGE, "kind") if f"`{kind}`" in row[0])
    assert set(modes.split(", ")) == {mode.value for mode in generator.capabilities.modes}


@pytest.mark.parametrize("kind", ours())
def test_the_section_of_a_kind_names_its_options_and_no_others(kind: str) -> None:
    section = SECTIONS[kind]
    named = names(section, "option")
    # Some are explained in text; a table must not name what is not there.
    missing = {name for name in options(kind) - named if not re.search(rf"(?<!\w){name}(?!\w)", section)}

    assert not missing
    assert named <= options(kind)


def test_what_every_table_may_hold_is_named() -> None:
    common = set(GeneratorSettings.model_fields) - {"options"}

    assert names(SECTIONS["A table"], "key") == common | {"api_key_file"}


@pytest.mark.parametrize(
    ("head", "known"),
    [
        ("key of a model", {one.name for one in fields(Model)} - {"kind", "name"} | {"enabled"}),
        ("key of `price`", {one.name for one in fields(Price)}),
        ("key of `[aliases.name]`", {one.name for one in fields(Alias)} - {"name"} | {"enabled"}),
    ],
)
def test_every_key_of_the_catalogue_is_in_its_table(head: str, known: set[str]) -> None:
    assert names(PAGE, head) == known


def test_the_defaults_of_a_model_are_the_true_ones() -> None:
    model = Model("own", "one")
    written: dict[str, str] = {}
    for row in rows(PAGE, "key of a model"):
        written |= dict(zip(re.findall(r"`(\w+)`", row[0]), row[2].split(", "), strict=False))

    plain = {key: text.strip("`") for key, text in written.items() if re.match(r'[`\d"]|true|false', text)}
    assert len(plain) == 18
    for key, text in plain.items():
        value = getattr(model, key, True)
        assert tomllib.loads(f"x = {text}")["x"] == (list(value) if isinstance(value, tuple) else value), key


def test_every_shipped_alias_and_the_examples_are_right(tmp_path: Path) -> None:
    shipped = SECTIONS["The catalogue"].rpartition("\n\n")[2]
    blocks = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (own,) = (block for block in blocks if block.startswith("# models.toml"))
    (tmp_path / "models.toml").write_text(own)

    assert set(re.findall(r"`([^`]+)`", shipped)) == set(Catalogue.load().aliases)
    assert all(tomllib.loads(block) for block in blocks)
    assert Catalogue.load(tmp_path / "models.toml").of_kind("openai")[-1].name == "gpt-image-3"
