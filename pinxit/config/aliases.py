"""The names that the services which Pinxit unites gave their variables: read after PINXIT_…, before config.toml."""

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
    Alias("OPENAI_API_KEY", purpose="the generator kind openai"),
    Alias("AZURE_OPENAI_API_KEY", purpose="the generator kind azure"),
    Alias("AZURE_OPENAI_ENDPOINT", purpose="the generator kind azure"),
    Alias("AZURE_OPENAI_DEPLOYMENT_NAME", purpose="the generator kind azure"),
    Alias("FLUX_API_KEY", purpose="the generator kind flux"),
    Alias("FLUX_WORKER_URL", purpose="the generator kind flux"),
    Alias("FAL_API_KEY", purpose="the generator kind fal"),
    Alias("GEMINI_API_KEY", purpose="the generator kind gemini"),
    Alias("SDXL_API_KEY", purpose="the generator kind sdxl"),
    Alias("SDXL_WORKER_URL", purpose="the generator kind sdxl"),
    Alias("PERCHANCE_WORKER_URL", purpose="the generator kind perchance"),
    Alias("IMGUR_CLIENT_ID", purpose="storing images at Imgur"),
    Alias("ENABLED_PROVIDERS", purpose="the generators it names; until then write [generators.<name>] tables"),
    Alias("DEFAULT_PROVIDER", purpose="the generator it names; until then write defaults.generator"),
    Alias("MODEL_PATH", purpose="local models"),
    Alias("CUDA_VISIBLE_DEVICES", purpose="local models"),
    Alias("PYTHON_BIN", purpose="generators that are programs of their own"),
    Alias("ENABLE_NSFW_FILTER", ("moderation", "images")),
)
