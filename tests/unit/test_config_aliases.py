from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import BaseModel, SecretStr

from pinxit.config import load
from pinxit.config.aliases import ALIASES
from pinxit.domain.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

EFFECTS: dict[str, tuple[str, str, object]] = {
    "ENVIRONMENT": ("development", "environment", "development"),
    "LOG_LEVEL": ("WARN", "log.level", "warning"),
    "API_PORT": ("8004", "web.port", 8004),
    "PORT": ("3003", "web.port", 3003),
    "ENABLE_AUTHENTICATION": ("false", "web.authentication", False),
    "MAX_IMAGES_PER_REQUEST": ("6", "limits.count", 6),
    "MAX_CONCURRENT_JOBS": ("4", "queue.max_running", 4),
    "MAX_QUEUE_SIZE": ("100", "queue.total", 100),
    "JOB_TIMEOUT": ("120000", "queue.deadline_s", 120.0),
    "ENABLE_PROMPT_ENHANCEMENT": ("true", "enhancement.mode", "rules"),
    "ENABLE_IMAGE_STORAGE": ("false", "storage.enabled", False),
    "STORAGE_BACKEND": ("S3", "storage.backend", "s3"),
    "ENABLE_CONTENT_MODERATION": ("false", "moderation.enabled", False),
    "BLOCKED_WORDS": ("inappropriate, word1", "moderation.blocked_words", ("inappropriate", "word1")),
    "ENABLE_NSFW_FILTER": ("true", "moderation.images", True),
    "SENTRY_DSN": ("https://key@host/1", "sentry.dsn", SecretStr("https://key@host/1")),
}
LATER = ["PERCHANCE_WORKER_URL", "IMGUR_CLIENT_ID", "MODEL_PATH", "CUDA_VISIBLE_DEVICES"]


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text("")
    return path


IN_THE_FILE = """
environment = "filed"
web = { port = 1, authentication = true }
log = { level = "debug" }
limits = { count = 2 }
queue = { max_running = 2, total = 2, deadline_s = 2 }
enhancement = { mode = "off" }
storage = { enabled = true, backend = "azure" }
moderation = { enabled = true, blocked_words = ["filed"] }
sentry = { dsn = "https://filed@host/1" }
"""


@pytest.mark.parametrize("name", EFFECTS)
def test_a_foreign_name_sets_its_setting_over_the_file(name: str, tmp_path: Path) -> None:
    text, dotted, value = EFFECTS[name]
    config = tmp_path / "config.toml"
    config.write_text(IN_THE_FILE)

    assert _at(load({}, config), dotted) != value
    assert _at(load({name: text}, config), dotted) == value


def test_our_own_name_wins_over_a_foreign_one(empty: Path) -> None:
    settings = load(
        {"PORT": "3003", "PINXIT_WEB__PORT": "1", "JOB_TIMEOUT": "x", "PINXIT_QUEUE__DEADLINE_S": "9"}, empty
    )

    assert (settings.web.port, settings.queue.deadline_s) == (1, 9.0)


@pytest.mark.parametrize("name", LATER)
def test_a_foreign_name_whose_feature_comes_later_is_kept_and_said(name: str, empty: Path) -> None:
    settings = load({name: "some-value"}, empty)

    assert settings.later_values == {name: SecretStr("some-value")}
    assert [line.split()[0] for line in settings.later] == [name]
    assert "some-value" not in repr(settings)
    assert list(settings.generators) == ["sketch"]


def test_every_foreign_name_is_tried_above() -> None:
    assert {alias.name for alias in ALIASES} == {*EFFECTS, *LATER}


def test_the_documents_own_examples_load(empty: Path) -> None:
    microservice = {
        "ENVIRONMENT": "development",
        "LOG_LEVEL": "INFO",
        "API_PORT": "8003",
        "ENABLED_PROVIDERS": "dalle3,flux_schnell",
        "DEFAULT_PROVIDER": "dalle3",
        "MAX_IMAGES_PER_REQUEST": "4",
        "ENABLE_PROMPT_ENHANCEMENT": "true",
        "ENABLE_IMAGE_STORAGE": "true",
        "STORAGE_BACKEND": "local",
        "ENABLE_AUTHENTICATION": "false",
        "ENABLE_CONTENT_MODERATION": "true",
        "BLOCKED_WORDS": "inappropriate,word1,word2",
    }
    queue = {
        "PORT": "3003",
        "MAX_CONCURRENT_JOBS": "4",
        "MODEL_PATH": "/models",
        "CUDA_VISIBLE_DEVICES": "0",
        "MAX_QUEUE_SIZE": "100",
        "JOB_TIMEOUT": "300000",
        "ENABLE_NSFW_FILTER": "true",
    }

    assert load(microservice, empty).web.authentication is False
    assert load(queue, empty).queue.deadline_s == 300.0


@pytest.mark.parametrize(
    ("env", "sentence"),
    [
        ({"JOB_TIMEOUT": "5m"}, 'environment JOB_TIMEOUT is "5m"; write milliseconds, such as 300000'),
        ({"JOB_TIMEOUT": "-5"}, 'environment JOB_TIMEOUT is "-5"; write milliseconds, such as 300000'),
        ({"ENABLE_AUTHENTICATION": "maybe"}, 'environment ENABLE_AUTHENTICATION is "maybe"; write true or false'),
        ({"ENABLE_PROMPT_ENHANCEMENT": "2"}, 'environment ENABLE_PROMPT_ENHANCEMENT is "2"; write true or false'),
        ({"STORAGE_BACKEND": "ftp"}, 'environment STORAGE_BACKEND is "ftp"; write one of local, s3, azure, imgur'),
    ],
)
def test_a_wrong_foreign_value_is_blamed_on_the_name_that_was_written(
    env: dict[str, str], sentence: str, empty: Path
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(env, empty)

    assert caught.value.problems == (sentence,)


@pytest.mark.parametrize(
    ("env", "word"),
    [
        ({"PINXIT_TELEGRAM__TOKEN": "t"}, "telegram.token"),
        ({"SENTRY_DSN": "https://k@h/1"}, "sentry.dsn"),
        ({"STORAGE_BACKEND": "imgur"}, "storage.backend imgur"),
        ({"ENABLE_IMAGE_STORAGE": "false"}, "storage.enabled"),
        ({"ENABLE_NSFW_FILTER": "true"}, "moderation.images"),
    ],
)
def test_a_setting_whose_feature_comes_later_is_said_too(env: dict[str, str], word: str, empty: Path) -> None:
    assert [line for line in load(env, empty).later if word in line]


def _at(settings: BaseModel, dotted: str) -> object:
    value: object = settings
    for key in dotted.split("."):
        value = getattr(value, key)
    return value
