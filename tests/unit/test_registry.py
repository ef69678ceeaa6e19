from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from pinxit.domain.errors import ConfigError
from pinxit.domain.generator import Generator
from pinxit.generators.registry import build, kinds
from tests.fakes import FakeClock

if TYPE_CHECKING:
    from pathlib import Path


def problem(kind: str, options: dict[str, Any] | None = None) -> str:
    with pytest.raises(ConfigError) as wrong:
        build("fox", kind, options or {}, FakeClock())
    return "\n".join(wrong.value.problems)


def test_a_file_beside_the_registry_is_a_kind_and_what_they_share_is_none() -> None:
    known = set(kinds())

    assert "sketch" in known
    assert not {"registry", "options", "pictures", "canvas", "http"} & known


@pytest.mark.parametrize("kind", kinds())
def test_listing_the_kinds_imports_none_of_them(kind: str) -> None:
    module = kinds()[kind].partition(":")[0]
    before = sys.modules.pop(module, None)

    kinds()

    assert module not in sys.modules
    if before:
        sys.modules[module] = before


def test_a_generator_is_built_under_its_tables_name() -> None:
    generator = build("fox", "sketch", {"pace_s": 2}, FakeClock())

    assert isinstance(generator, Generator)
    assert generator.name == "fox"


def test_a_factory_of_ones_own_is_named_by_its_address() -> None:
    assert build("fox", "tests.generators_for_tests:build_plain", {}, FakeClock()).name == "fox"


def test_an_unknown_kind_is_named_with_the_nearest_and_all_known() -> None:
    message = problem("sketsch")

    assert 'generators.fox.kind is "sketsch"' in message
    assert "did you mean sketch?" in message


def test_a_kind_that_resembles_none_is_answered_with_the_list() -> None:
    assert "write one of: " in problem("zzz")


@pytest.mark.parametrize(
    "kind",
    [
        "nowhere.to.be.found:build",
        "tests.generators_for_tests:nothing",
        ":build",
        "json:",
        "tests.generators_for_tests:a:b",
    ],
)
def test_what_cannot_be_imported_is_a_sentence(kind: str) -> None:
    message = problem(kind)

    assert message.startswith(f'generators.fox.kind is "{kind}", which cannot be imported')


def test_what_is_no_function_or_no_generator_is_a_sentence() -> None:
    assert "is not a function" in problem("tests.generators_for_tests:STEPS")
    assert "builds a FakeClock" in problem("tests.unit.test_registry:build_a_clock")


def build_a_clock(*_: object) -> FakeClock:
    return FakeClock()


def test_another_version_of_the_interface_is_named_with_ours() -> None:
    message = problem("tests.generators_for_tests:build_from_the_future")

    assert "speaks version 2" in message
    assert "this Pinxit speaks 1" in message


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"pase_s": 1}, "generators.fox.pase_s is unknown; did you mean pace_s?"),
        ({"xyz": 1}, "generators.fox.xyz is unknown; remove it, or write one of: pace_s"),
        ({"pace_s": "1"}, "generators.fox.pace_s is 1; write a number, such as 0.5"),
        ({"pace_s": True}, "generators.fox.pace_s is True; write a number, such as 0.5"),
        ({"api_key": "s3cret"}, "generators.fox.api_key is unknown; remove it, or write one of: pace_s"),
    ],
)
def test_a_wrong_option_is_named_with_its_cure(options: dict[str, Any], sentence: str) -> None:
    assert problem("sketch", options) == sentence


def test_all_wrong_options_are_told_at_once_and_no_secret_is_repeated() -> None:
    with pytest.raises(ConfigError) as wrong:
        build("fox", "sketch", {"pace_s": "slow", "token": "s3cret", "a": 1}, FakeClock())

    assert len(wrong.value.problems) == 3
    assert "s3cret" not in str(wrong.value)


def test_an_option_that_is_none_counts_as_absent() -> None:
    assert build("fox", "sketch", {"pace_s": None, "api_key": None}, FakeClock()).name == "fox"


def test_an_installed_package_adds_its_kind_but_never_replaces_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "stranger-1.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1\n")
    (package / "entry_points.txt").write_text(
        "[pinxit.generators]\n"
        "stranger = tests.generators_for_tests:build_plain\n"
        "sketch = tests.generators_for_tests:build_raises\n"
    )
    monkeypatch.syspath_prepend(tmp_path)

    assert kinds()["stranger"] == "tests.generators_for_tests:build_plain"
    assert kinds()["sketch"] == "pinxit.generators.sketch:build"
    assert build("fox", "stranger", {}, FakeClock()).name == "fox"
