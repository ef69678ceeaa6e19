"""What may be set already although its feature is still to come, each with a sentence for doctor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.config.aliases import ALIASES
from pinxit.config.tree import StorageBackend

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pinxit.config.settings import Settings


def not_yet(settings: Settings, env: Mapping[str, str]) -> tuple[str, ...]:
    """Return a sentence for each setting and each foreign variable that has no effect yet."""
    return (*_variables(env), *_settings(settings))


def _variables(env: Mapping[str, str]) -> Iterator[str]:
    for alias in ALIASES:
        if alias.path is None and env.get(alias.name, "").strip():
            yield f"{alias.name} is kept for {alias.purpose}; this version does not use it yet"


def _settings(settings: Settings) -> Iterator[str]:
    if settings.telegram.token:
        yield "telegram.token is kept for the Telegram bot; this version has none yet"
    if settings.sentry.dsn:
        yield "sentry.dsn is kept; this version writes errors to its log only"
    if settings.storage.backend is not StorageBackend.LOCAL:
        yield f"storage.backend {settings.storage.backend} is kept; this version stores images on the local disk only"
    if settings.moderation.images and settings.moderation.base_url is None:
        yield "moderation.images is on, and moderation.base_url names no server; finished pictures are not looked at"
    if not settings.storage.enabled:
        yield "storage.enabled false is kept; this version always stores the images it makes"
