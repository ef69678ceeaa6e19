"""Building the parts from the settings."""

from pathlib import Path

import pytest

from pinxit.config import load
from pinxit.domain.errors import ConfigError
from pinxit.parts import build_generators, open_parts
from tests.fakes import FakeClock


def test_the_mistakes_of_all_generators_are_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[generators.one]\nkind = "sketsh"\n[generators.two]\nkind = "sketch"\nspeed = 3\n')
    settings = load({}, file)

    with pytest.raises(ConfigError) as caught:
        build_generators(settings, FakeClock())

    told = "\n".join(caught.value.problems)
    assert "generators.one.kind" in told
    assert "sketch" in told
    assert "generators.two.speed" in told


def test_generators_stand_in_the_order_of_the_file_and_sketches_last(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        '[generators.paper]\nkind = "sketch"\n[generators.plain]\nkind = "tests.generators_for_tests:build_plain"\n'
    )

    assert list(build_generators(load({}, file), FakeClock())) == ["plain", "paper"]


async def test_a_pattern_that_cannot_be_used_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[moderation]\nblocked_patterns = ["(a)\\\\1"]\n')

    with pytest.raises(ConfigError) as caught:
        async with open_parts(load({}, file, {"var": tmp_path / "var"})):
            pass

    (sentence,) = caught.value.problems
    assert sentence.startswith('moderation.blocked_patterns holds "(a)\\1", which cannot be used; possible are letters')
