from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from pinxit.config import load
from pinxit.domain.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@pytest.fixture
def problems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Return a function that loads a file's text and an environment and answers the problems."""
    monkeypatch.chdir(tmp_path)

    def load_them(
        text: str = "", env: Mapping[str, str] | None = None, overrides: Mapping[str, object] | None = None
    ) -> list[str]:
        (tmp_path / "config.toml").write_text(text)
        try:
            load(env or {}, None, overrides)
        except ConfigError as error:
            return list(error.problems)
        return []

    return load_them


def test_a_wrong_type_says_key_value_and_cure(problems: Callable[..., list[str]]) -> None:
    assert problems('[queue]\nper_person = "3"') == [
        'config.toml: queue.per_person is "3"; write a whole number from 1 to 1000000000, such as 100'
    ]
    assert problems(env={"PINXIT_QUEUE__PER_PERSON": "many"}) == [
        'environment PINXIT_QUEUE__PER_PERSON is "many"; write a whole number from 1 to 1000000000, such as 100'
    ]
    assert problems(overrides={"web.port": "x"}) == [
        'option --port is "x"; write a whole number from 0 to 65535, such as 8003'
    ]


@pytest.mark.parametrize(
    ("line", "cure"),
    [
        ("[web]\nport = 65536", "65536; write a whole number from 0 to 65535, such as 8003"),
        ("[web]\nport = true", "true; write a whole number from 0 to 65535, such as 8003"),
        ("[web]\nport = 8003.5", "8003.5; write a whole number"),
        ("[web]\nport = {}", "{}; write a whole number"),
        ("[web]\nport = [1]", "[1]; write a whole number"),
        ('[web]\nhost = ""', '""; write a text, such as "127.0.0.1"'),
        ('[web]\nauthentication = "no"', '"no"; write true or false'),
        ('[web]\npublic_url = "example.org"', '"example.org"; write a URL, such as https://example.org'),
        ('[web]\npublic_url = "http://[::1"', '"http://[::1"; write a URL'),
        ('[web]\npublic_url = "http://h:99999"', "write a URL"),
        ('[sources]\nallow_hosts = "10.0.0.1"', 'write a list of texts, such as ["a", "b"]'),
        ("[queue]\nlease_s = nan", "NaN; write a number above 0 up to 604800, such as 30.0"),
        ("[queue]\nlease_s = inf", "Infinity; write a number"),
        ("[queue]\nlease_s = -1", "-1; write a number"),
        ("[queue]\nmax_running = 0", "0; write a whole number from 1 to 1000000000, such as 4"),
        ("[queue]\ndeadline_s = 1979-05-27", '"1979-05-27"; write a number'),
        ("[queue]\ntotal = 99999999999999999999999", "write a whole number"),
        ('[log]\nlevel = "loud"', '"loud"; write one of debug, info, warning, error, critical'),
        ('environment = "two words"', 'write up to 64 letters, digits, dots, - or _, such as "production"'),
        ("var = 3", '3; write a path, such as "var"'),
        ('var = "~nobody-of-this-name/x"', "~ names somebody's home"),
        ("[moderation]\nblocked_words = [3]", "[3]; write a list of texts"),
        ("[generators.flux]\nworkers = -1", "-1; write a whole number from 0 to 256, such as 4"),
        ("[generators.flux]\noptions = 3", "write a value that TOML and JSON share"),
        ("[chains.a]", "missing; write a list of texts"),
        ("[chains.a]\ngenerators = []", "[]; write a list of texts"),
    ],
)
def test_each_wrong_value_has_one_sentence_with_its_cure(
    problems: Callable[..., list[str]], line: str, cure: str
) -> None:
    found = problems(line)

    assert len(found) == 1
    assert cure in found[0]
    assert found[0].startswith("config.toml: ")


def test_all_mistakes_of_all_sources_are_reported_at_once(problems: Callable[..., list[str]]) -> None:
    found = problems(
        '[web]\nport = "x"\ncolour = 1\n[queue]\ntries = 0\n[defaults]\ngenerator = "nobody"\n',
        {"PINXIT_LOG__LEVEL": "loud", "MAX_QUEUE_SIZE": "-1", "PINXIT_NOTHING": "1"},
        {"web.host": ""},
    )

    words = ["web.port", "web.colour", "queue.tries", "nobody", "LOG__LEVEL", "MAX_QUEUE_SIZE", "NOTHING", "--host"]
    assert [word for word in words if not any(word in line for line in found)] == []
    assert len(found) == len(words)


@pytest.mark.parametrize(
    ("line", "near"),
    [
        ("[queue]\nper_persn = 3", "queue.per_persn is not a setting; did you mean queue.per_person?"),
        ("[web]\nper_person = 3", "web.per_person is not a setting; did you mean queue.per_person?"),
        ("[discord]\ntokn_file = 3", "did you mean discord.token_file?"),
        ('[chains.a]\ngenerator = ["sketch"]\ngenerators = ["sketch"]', "did you mean chains.a.generators?"),
        ("[xyz]\nqqq = 3", "at the top there are var, catalogue, environment, web,"),
        ('later = ["x"]', "later is not a setting"),
        ("[web.port]\nx = 1", "web.port.x is not a setting; did you mean web.port?"),
        ("web = 3", "web is a value where a table belongs; write [web] with keys of its own"),
        ("[[web]]\nport = 3", "write [web] with keys of its own"),
        ("[generators]\nflux = 3", "write [generators.flux] with keys of its own"),
        ("generators = 3", "write [generators.<name>] with keys of its own"),
        ("[generators.Flux]", "write generators.<name> in a-z, 0-9 and single _, such as flux_2"),
    ],
)
def test_an_unknown_key_names_the_nearest_known_one(problems: Callable[..., list[str]], line: str, near: str) -> None:
    assert near in " ".join(problems(line))


def test_an_unknown_variable_names_the_nearest_known_one(problems: Callable[..., list[str]]) -> None:
    assert problems(env={"PINXIT_WEB__PRT": "1"}) == [
        "environment PINXIT_WEB__PRT is not a setting; did you mean PINXIT_WEB__PORT?"
    ]
    assert "is not a setting" in problems(env={"PINXIT_": "1"})[0]


def test_two_names_that_disagree_are_a_mistake_that_names_both(problems: Callable[..., list[str]]) -> None:
    both = problems(env={"API_PORT": "8003", "PORT": "3003"})[0]
    cases = problems(env={"PINXIT_WEB__PORT": "1", "pinxit_web__port": "2"})[0]

    assert both == (
        'environment API_PORT is "8003" and environment PORT is "3003", but both give web.port; remove one of them'
    )
    assert "PINXIT_WEB__PORT" in cases
    assert "pinxit_web__port" in cases
    assert problems(env={"API_PORT": "3003", "PORT": "3003"}) == []
    assert problems(env={"API_PORT": "1", "PORT": "1", "PINXIT_WEB__PORT": "2"}) == []


@pytest.mark.parametrize("source", ["file", "environment"])
def test_a_secret_and_a_file_of_it_are_a_mistake_that_names_both(
    problems: Callable[..., list[str]], source: str
) -> None:
    if source == "file":
        found = problems('[discord]\ntoken = "hunter22"\ntoken_file = "hunter22"')
    else:
        found = problems(env={"PINXIT_DISCORD__TOKEN": "hunter22", "PINXIT_DISCORD__TOKEN_FILE": "hunter22"})

    assert len(found) == 1
    assert "both give discord.token; remove one of them" in found[0]
    assert "hunter22" not in found[0]


@pytest.fixture
def short() -> Iterator[Path]:
    """Give a folder whose name is short enough to be shown whole."""
    with TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.mark.parametrize(
    ("content", "cause"), [(None, "cannot be read (No such file"), (b" \n", "is empty"), (b"\xff", "cannot be read as")]
)
def test_a_secrets_file_that_cannot_be_used_is_named(
    problems: Callable[..., list[str]], content: bytes | None, cause: str, short: Path
) -> None:
    path = short / "token"
    if content is not None:
        path.write_bytes(content)

    found = problems(f'[discord]\ntoken_file = "{path}"')

    assert len(found) == 1
    assert found[0].startswith(f'config.toml: discord.token_file is "{path}", which {cause}')
    assert found[0].endswith("; write the path of a file that holds the secret")


def test_no_error_text_ever_holds_a_secret(problems: Callable[..., list[str]]) -> None:
    secret = "hunter22"

    found = problems(
        f'[discord]\ntoken = ["{secret}"]\ntokn = "{secret}"\n[telegram]\ntoken = {{ x = "{secret}" }}\n'
        f'[generators.flux]\napi_key = ["{secret}"]\n[web]\npublic_url = "http://me:{secret}@host"\n',
        {
            "PINXIT_DISCORD__TOKN": secret,
            "pinxit_web__password": secret,
            "PINXIT_WEB__PASSWORD": f"{secret}2",
            "PINXIT_WEB": secret,
        },
    )

    assert len(found) >= 7
    assert secret not in " ".join(found)
    assert any("discord.token is (not shown); write the secret as text" in line for line in found)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[web\nport = 1", "config.toml is not TOML"),
        ("port = 1\nport = 2", "correct that line"),
        ("x = " + "[" * 5000, "config.toml is not TOML"),
        ("x = " + "9" * 5000, "config.toml is not TOML"),
    ],
)
def test_a_file_that_is_not_toml_is_one_sentence(problems: Callable[..., list[str]], text: str, sentence: str) -> None:
    found = problems(text)

    assert len(found) == 1
    assert sentence in found[0]


def test_a_named_file_that_is_missing_a_folder_or_binary_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")

    for name, cause in (("missing", "No such file"), (".", "Is a directory"), ("binary", "is not UTF-8 text")):
        with pytest.raises(ConfigError, match=cause) as caught:
            load({"PINXIT_CONFIG": str(tmp_path / name)})
        assert len(caught.value.problems) == 1


def test_bytes_that_are_no_text_in_the_environment_are_a_mistake(problems: Callable[..., list[str]]) -> None:
    assert problems(env={"PINXIT_WEB__HOST": "\udcff"}) == [
        "environment PINXIT_WEB__HOST holds characters that are no text; write it in plain UTF-8"
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "[queue]\nbeat_s = 20\n",
            "queue.beat_s is 20.0 and config.toml: queue.lease_s is 30.0; write a beat of at most",
        ),
        ("[limits]\nmin_side_px = 4096\n", "limits.min_side_px is 4096 and config.toml: limits.max_side_px is 2048"),
        ("[defaults]\ncount = 9\n", "defaults.count is 9 and config.toml: limits.count is 4"),
        ('[defaults]\ngenerator = "x"\n', 'defaults.generator is "x"; write one of sketch'),
        ('[defaults]\nchain = "x"\n', 'defaults.chain is "x"; write one of the chains (local_first)'),
        (
            '[defaults]\ngenerator = "sketch"\nchain = "a"\n[chains.a]\ngenerators = ["sketch"]',
            "defaults.generator and config.toml: defaults.chain are both set; remove one of them",
        ),
        (
            '[chains.a]\ngenerators = ["sketch", "x"]',
            'chains.a.generators names "x", no generator; write some of sketch',
        ),
        ('[chains.a]\ngenerators = ["sketch", "sketch"]', "names a generator twice; write each once"),
        ("[generators.sketch]\nenabled = false", "no generator is enabled of sketch; write enabled = true"),
        ('[enhancement]\nmode = "llm"\nmodel = "m"', 'enhancement.mode is "llm"; write base_url too'),
        ("[enhancement]\ntranslate = true", "enhancement.translate is true, and a language model translates; write"),
    ],
)
def test_settings_that_are_wrong_together_are_named_together(
    problems: Callable[..., list[str]], text: str, sentence: str
) -> None:
    found = problems(text)

    assert len(found) == 1
    assert sentence in found[0]


def test_a_chain_is_not_blamed_for_a_generator_whose_own_key_is_wrong(problems: Callable[..., list[str]]) -> None:
    found = problems('[generators.flux]\nworkers = -1\n[chains.a]\ngenerators = ["flux"]')

    assert len(found) == 1


def test_a_wrong_setting_is_not_compared_with_others(problems: Callable[..., list[str]]) -> None:
    assert len(problems('[queue]\nlease_s = "x"\nbeat_s = 20')) == 1
