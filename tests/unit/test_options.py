from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from pinxit.domain.errors import ConfigError
from pinxit.domain.facts import shown
from pinxit.generators.options import read_options


@dataclass(frozen=True, slots=True)
class Options:
    api_key: str
    timeout_s: float = 30.0
    retries: int = 2
    is_fast: bool = False
    models: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.retries < 0:
            raise ValueError(f"retries is {self.retries}; write 0 or more")


def problems(options: dict[str, Any]) -> list[str]:
    with pytest.raises(ConfigError) as wrong:
        read_options(Options, "flux", {"api_key": "k", **options})
    return list(wrong.value.problems)


def test_a_table_becomes_the_generators_own_dataclass() -> None:
    options: dict[str, Any] = {"api_key": "k", "timeout_s": 5, "models": ["a", "b"], "headers": {"x": "y"}}

    assert read_options(Options, "flux", options) == Options("k", 5.0, models=("a", "b"), headers={"x": "y"})


@pytest.mark.parametrize(
    ("option", "value", "cure"),
    [
        ("timeout_s", "5", "write a number, such as 0.5"),
        ("timeout_s", True, "write a number, such as 0.5"),
        ("timeout_s", float("nan"), "write a number, such as 0.5"),
        ("timeout_s", float("-inf"), "write a number, such as 0.5"),
        ("timeout_s", 10**400, "write a number, such as 0.5"),
        ("retries", 1.5, "write a whole number, such as 3"),
        ("retries", True, "write a whole number, such as 3"),
        ("is_fast", 1, "write true or false"),
        ("models", "a", 'write a list of texts, such as ["a", "b"]'),
        ("models", [1], 'write a list of texts, such as ["a", "b"]'),
        ("headers", [], 'write a table, such as { key = "value" }'),
    ],
)
def test_a_value_of_another_type_is_named_with_its_cure(option: str, value: object, cure: str) -> None:
    assert problems({option: value}) == [f"generators.flux.{option} is {shown(value)}; {cure}"]


def test_a_secret_of_another_type_is_not_repeated() -> None:
    assert problems({"api_key": 12345}) == [
        'generators.flux.api_key is of another type; write text in quotes, such as "abc"'
    ]


def test_a_missing_option_is_named() -> None:
    assert problems({"api_key": None}) == ['generators.flux.api_key is missing; write text in quotes, such as "abc"']


def test_a_wrong_range_is_told_in_the_generators_own_words() -> None:
    assert problems({"retries": -1}) == ["generators.flux.retries is -1; write 0 or more"]
