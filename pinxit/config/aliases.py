"""The names that the services which Pinxit unites gave their variables: read after PINXIT_…, before config.toml.

Those that describe a generator are in services.py; the kind `script` reads PYTHON_BIN itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pinxit.config.keys import SWITCH, Keys

Read = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Alias:
    """One foreign name.

    `path`: the setting it sets, or None if the feature comes later; then `purpose` says what it is kept for.
    `read`: turns its text into the setting's value, where that differs from the setting's own variable; `wanted` then
    says what to write.
    """

    name: str
    path: Keys | None = None
    purpose: str = ""
    read: Read | None = None
    wanted: str = ""


def _seconds(milliseconds: str) -> object:
    try:
        return float(milliseconds) / 1000
    except ValueError:
        return milliseconds


def _mode(switch: str) -> object:
    # A switch names no language model, so what it turns on are the rules.
    is_on = SWITCH.get(switch.lower())
    return switch if is_on is None else "rules" if is_on else "off"


def _level(name: str) -> object:
    return {"warn": "warning", "fatal": "critical"}.get(name.lower(), name.lower())


ALIASES: tuple[Alias, ...] = (
    Alias("ENVIRONMENT", ("environment",)),
    Alias("LOG_LEVEL", ("log", "level"), read=_level),
    Alias("API_PORT", ("web", "port")),
    Alias("PORT", ("web", "port")),
    Alias("ENABLE_AUTHENTICATION", ("web", "authentication")),
    Alias("MAX_IMAGES_PER_REQUEST", ("limits", "count")),
    Alias("MAX_CONCURRENT_JOBS", ("queue", "max_running")),
    Alias("MAX_QUEUE_SIZE", ("queue", "total")),
    Alias("JOB_TIMEOUT", ("queue", "deadline_s"), read=_seconds, wanted="write milliseconds, such as 300000"),
    Alias("ENABLE_PROMPT_ENHANCEMENT", ("enhancement", "mode"), read=_mode, wanted="write true or false"),
    Alias("ENABLE_IMAGE_STORAGE", ("storage", "enabled")),
    Alias("STORAGE_BACKEND", ("storage", "backend")),
    Alias("ENABLE_CONTENT_MODERATION", ("moderation", "enabled")),
    Alias("BLOCKED_WORDS", ("moderation", "blocked_words")),
    Alias("SENTRY_DSN", ("sentry", "dsn")),
    Alias("PERCHANCE_WORKER_URL", purpose="workers of another program; for Perchance write [generators.perchance]"),
    Alias("IMGUR_CLIENT_ID", purpose="storing images at Imgur"),
    Alias("MODEL_PATH", purpose="local models"),
    Alias("CUDA_VISIBLE_DEVICES", purpose="local models"),
    Alias("ENABLE_NSFW_FILTER", ("moderation", "images")),
)
