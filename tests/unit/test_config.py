from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from pinxit.config import GeneratorSettings, Settings, load
from pinxit.domain.request import Enhance

FULL = """
[web]
port = 4000

[generators.flux]
api_key = "flux-secret"
steps = 4
hmac_secret = "deep-secret"
sizes = [512, 1024]

[generators.sketch]
kind = "sketch"

[generators.local]
kind = "diffusers"
enabled = false

[chains.fast]
generators = ["local", "sketch", "flux"]
"""


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(FULL)
    return path


def empty(tmp_path: Path) -> Path:
    path = tmp_path / "empty.toml"
    path.write_text("")
    return path


def test_without_any_source_there_is_one_sketch_generator_on_loopback(tmp_path: Path) -> None:
    settings = load({}, empty(tmp_path))

    assert settings == Settings(file=tmp_path / "empty.toml")
    assert (settings.web.host, settings.web.port, settings.web.authentication) == ("127.0.0.1", 8003, True)
    assert settings.generators == {"sketch": GeneratorSettings(kind="sketch")}
    assert settings.chain() == ("sketch",)


@pytest.mark.parametrize(
    ("overrides", "env", "port"),
    [
        ({"web.port": 1}, {"PINXIT_WEB__PORT": "2", "API_PORT": "3"}, 1),
        ({"web.port": None}, {"PINXIT_WEB__PORT": "2", "API_PORT": "3"}, 2),
        ({}, {"API_PORT": "3"}, 3),
        ({}, {"PORT": "3"}, 3),
        ({}, {}, 4000),
    ],
)
def test_the_command_line_wins_over_pinxit_names_over_foreign_names_over_the_file(
    written: Path, overrides: dict[str, object], env: dict[str, str], port: int
) -> None:
    assert load(env, written, overrides).web.port == port


def test_a_stronger_secret_replaces_a_weaker_file_of_it_and_the_other_way_round(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("  from-file\n")
    config = tmp_path / "config.toml"
    config.write_text(f'[discord]\ntoken_file = "{secret}"\n[telegram]\ntoken = "weak"\n')

    settings = load({"PINXIT_DISCORD__TOKEN": "strong", "PINXIT_TELEGRAM__TOKEN_FILE": str(secret)}, config)

    assert settings.discord.token == SecretStr("strong")
    assert settings.telegram.token == SecretStr("from-file")


def test_every_secret_may_come_from_a_file_even_one_that_only_a_kind_knows(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret-text")
    env = {
        "PINXIT_WEB__PASSWORD_FILE": str(secret),
        "PINXIT_GENERATORS__FLUX__API_KEY_FILE": str(secret),
        "PINXIT_GENERATORS__FLUX__HMAC_SECRET_FILE": str(secret),
    }

    settings = load(env, empty(tmp_path))

    assert settings.web.password == SecretStr("s3cret-text")
    assert settings.generators["flux"].api_key == SecretStr("s3cret-text")
    assert settings.generators["flux"].options["hmac_secret"] == SecretStr("s3cret-text")


def test_a_variable_reaches_any_depth_and_is_read_as_its_key_wants(tmp_path: Path) -> None:
    env = {
        "PINXIT_QUEUE__MAX_RUNNING": "3",
        "PINXIT_QUEUE__CREDIT_S": "2.5",
        "PINXIT_WEB__AUTHENTICATION": "no",
        "PINXIT_LOG__LEVEL": "WARNING",
        "pinxit_moderation__blocked_words": "one, two words,",
        "PINXIT_SOURCES__ALLOW_HOSTS": '["10.0.0.1", "intranet:8080"]',
        "PINXIT_VAR": "/srv/pinxit",
        "PINXIT_GENERATORS__FLUX__STEPS": "4",
        "PINXIT_GENERATORS__FLUX__VERSION": "2025-04-01-preview",
        "PINXIT_GENERATORS__FLUX__TILING__MODE": "soft",
        "PINXIT_CHAINS__QUICK__GENERATORS": "flux",
    }

    settings = load(env, empty(tmp_path))

    assert (settings.queue.max_running, settings.queue.credit_s) == (3, 2.5)
    assert settings.web.authentication is False
    assert settings.sources.allow_hosts == ("10.0.0.1", "intranet:8080")
    assert settings.log.level == "warning"
    assert settings.moderation.blocked_words == ("one", "two words")
    assert settings.database_path == Path("/srv/pinxit/pinxit.db")
    assert settings.generators["flux"].options == {
        "steps": 4,
        "version": "2025-04-01-preview",
        "tiling": {"mode": "soft"},
    }
    assert settings.chain("quick") == ("flux",)


def test_an_empty_variable_counts_as_not_set(written: Path) -> None:
    settings = load({"PINXIT_WEB__PORT": "", "PORT": " ", "PINXIT_CONFIG": "", "OPENAI_API_KEY": ""}, written)

    assert settings.web.port == 4000
    assert settings.later == ()


def test_the_file_is_the_one_named_else_config_toml_here_else_none(
    written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)

    assert load({}).web.port == 8003
    assert load({"PINXIT_CONFIG": str(written)}).web.port == 4000
    assert load({"PINXIT_CONFIG": str(written)}, empty(tmp_path)).web.port == 8003

    monkeypatch.chdir(written.parent)
    assert load({}).web.port == 4000


def test_generators_keep_the_order_of_the_file_with_sketchers_last_and_disabled_ones_left_out(written: Path) -> None:
    settings = load({"PINXIT_GENERATORS__LATE__KIND": "fal"}, written)

    assert list(settings.generators) == ["flux", "sketch", "local", "late"]
    assert settings.chain() == ("flux", "late", "sketch")
    assert settings.chain("fast") == ("sketch", "flux")
    with pytest.raises(KeyError):
        settings.chain("slow")


def test_a_generator_without_a_kind_is_of_the_kind_it_is_named_after(written: Path) -> None:
    assert load({}, written).generators["flux"].kind == "flux"


def test_keys_that_only_a_kind_knows_are_its_options_and_reach_it_as_plain_values(written: Path) -> None:
    flux = load({}, written).generators["flux"]

    assert flux.options == {"steps": 4, "hmac_secret": SecretStr("deep-secret"), "sizes": (512, 1024)}
    assert flux.kind_options() == {
        "api_key": "flux-secret",
        "steps": 4,
        "hmac_secret": "deep-secret",
        "sizes": [512, 1024],
    }


def test_nothing_in_the_tree_can_change(written: Path) -> None:
    settings = load({}, written)

    with pytest.raises(ValidationError, match="frozen"):
        settings.web.port = 1  # type: ignore[misc]  # what the test is about
    with pytest.raises(TypeError, match="cannot change"):
        settings.generators["x"] = GeneratorSettings(kind="x")  # type: ignore[index]  # what the test is about
    with pytest.raises(TypeError, match="cannot change"):
        settings.generators["flux"].options.update(steps=1)  # type: ignore[attr-defined]  # what the test is about
    hash(settings.web)


def test_a_generators_settings_can_be_sent_to_a_child_process(written: Path) -> None:
    settings = load({}, written)

    assert pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301 - our own bytes


def test_secrets_show_nowhere_and_are_listed_for_the_log_to_mask(written: Path) -> None:
    settings = load({"OPENAI_API_KEY": "sk-later", "PINXIT_DISCORD__PROXY": "http://me:proxy-pass@host:1"}, written)

    visible = repr(settings) + str(settings) + settings.model_dump_json()

    secrets = {"flux-secret", "deep-secret", "sk-later", "http://me:proxy-pass@host:1", "proxy-pass"}
    assert settings.secrets() == secrets
    assert not [secret for secret in secrets if secret in visible]


def test_the_settings_can_be_written_as_json_for_doctor(written: Path) -> None:
    shown = load({}, written).model_dump(mode="json")

    assert shown["generators"]["flux"]["api_key"] == "**********"
    assert shown["enhancement"]["mode"] == Enhance.RULES
