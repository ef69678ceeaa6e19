"""The sections of the settings, each key with its type and default; config.toml has their sentences and units."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field

from pinxit.config.values import Count, FilePath, Seconds, Secret, SocketUrl, WebUrl
from pinxit.domain.guild_rules import ImageRule
from pinxit.domain.request import Enhance

if TYPE_CHECKING:
    from collections.abc import Mapping


class Section(BaseModel):
    """A frozen part of the tree. An unknown key is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, hide_input_in_errors=True)


class LogLevel(StrEnum):
    """What is written to the log: everything from this level on."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"


class LogFormat(StrEnum):
    """How a line of the log looks: coloured text for people, or one JSON object."""

    CONSOLE = "console"
    JSON = "json"


class StorageBackend(StrEnum):
    """Where image files are kept."""

    LOCAL = "local"
    S3 = "s3"
    AZURE = "azure"
    IMGUR = "imgur"


class WebSettings(Section):
    """The HTTP server."""

    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8003
    public_url: WebUrl | None = None
    password: Secret | None = None
    authentication: bool = True
    max_body_bytes: Count = 80 * 2**20


class LogSettings(Section):
    """What is written to standard error."""

    level: LogLevel = LogLevel.INFO
    format: LogFormat = LogFormat.CONSOLE


class QueueSettings(Section):
    """How much may wait, whose turn it is, and how often a job is tried."""

    per_person: Count = 100
    per_guild: Count = 1000
    total: Count = 10_000
    guild_running: Count = 4
    max_running: Count | None = Field(default=None, examples=[4])
    credit_s: Annotated[float, Field(ge=0, le=3600)] = 20.0
    slack_s: Annotated[float, Field(ge=0, le=3600)] = 20.0
    person_slack_s: Annotated[float, Field(ge=0, le=3600)] = 4.0
    batch_s: Seconds = 16.0
    look: Annotated[int, Field(ge=1, le=10_000)] = 64
    lease_s: Seconds = 30.0
    beat_s: Seconds = 5.0
    deadline_s: Seconds = 300.0
    tries: Annotated[int, Field(ge=1, le=100)] = 3
    program_deaths: Annotated[int, Field(ge=1, le=1000)] = 10
    billed_reruns: Annotated[int, Field(ge=0, le=100)] = 1
    stop_s: Annotated[float, Field(ge=0, le=3600)] = 20.0


class LimitSettings(Section):
    """What one request may ask."""

    prompt_chars: Annotated[int, Field(ge=1, le=100_000)] = 2000
    count: Annotated[int, Field(ge=1, le=10)] = 4
    min_side_px: Annotated[int, Field(ge=1, le=4096)] = 64
    max_side_px: Annotated[int, Field(ge=64, le=16_384)] = 2048
    max_source_bytes: Count = 25 * 2**20
    max_source_pixels: Count = 50_000_000


class DefaultSettings(Section):
    """What a request gets where the person says nothing. None leaves it to the generator."""

    generator: str | None = None
    chain: str | None = None
    count: Annotated[int, Field(ge=1, le=10)] = 1
    steps: Annotated[int, Field(ge=1, le=1000)] | None = Field(default=None, examples=[20])
    guidance_scale: Annotated[float, Field(ge=0, le=100)] | None = Field(default=None, examples=[7.5])


class DeliverySettings(Section):
    """Bringing the end of a job to its message."""

    settle_s: Seconds = 15.0


class DatabaseSettings(Section):
    """The SQLite file. A relative path lies in the run-time folder."""

    path: FilePath = Path("pinxit.db")
    readers: Annotated[int, Field(ge=1, le=64)] = 2


class StorageSettings(Section):
    """The image files. A relative path lies in the run-time folder."""

    enabled: bool = True
    backend: StorageBackend = StorageBackend.LOCAL
    retention_days: Annotated[int, Field(ge=1, le=36_500)] | None = Field(default=None, examples=[90])
    path: FilePath = Path()


class EnhancementSettings(Section):
    """Rewriting prompts: `llm` asks an OpenAI-compatible server."""

    mode: Enhance = Enhance.RULES
    translate: bool = False
    base_url: WebUrl | None = None
    api_key: Secret | None = None
    model: str = ""
    timeout_s: Seconds = 15.0


class ModerationSettings(Section):
    """Refusing prompts: by words here, and by an OpenAI-compatible server where `base_url` is set."""

    enabled: bool = True
    blocked_words: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    blocked_patterns: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    allowed_words: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    images: bool = False
    image_rule: ImageRule = ImageRule.SPOILER
    unchecked_rule: ImageRule = ImageRule.WITHHOLD
    base_url: WebUrl | None = None
    api_key: Secret | None = None
    model: str = ""
    timeout_s: Seconds = 15.0


class VisionSettings(Section):
    """Describing pictures: an OpenAI-compatible server with a model that looks at them."""

    base_url: WebUrl | None = None
    api_key: Secret | None = None
    model: str = ""
    timeout_s: Seconds = 30.0


class PromptSettings(Section):
    """Wildcards and many jobs at once. A relative path lies in the run-time folder."""

    wildcards: FilePath = Path("wildcards")
    confirm_jobs: Annotated[int, Field(ge=1, le=40)] = 8


class AccessSettings(Section):
    """Who may use this installation over a chat, and who runs it there. No guilds and no persons: everybody may."""

    guilds: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    persons: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    operators: tuple[Annotated[str, Field(pattern=r"^[a-z]+:\S+$")], ...] = ()


class CooldownSettings(Section):
    """The least time between two requests, where a guild says nothing else."""

    person_s: Annotated[float, Field(ge=0, le=86_400)] = 0.0
    guild_s: Annotated[float, Field(ge=0, le=86_400)] = 0.0


class SourceSettings(Section):
    """Fetching the images that a request names by URL."""

    timeout_s: Seconds = 20.0
    allow_hosts: tuple[Annotated[str, Field(min_length=1)], ...] = ()


class DiscordSettings(Section):
    """The Discord bot."""

    token: Secret | None = None
    api_url: WebUrl = "https://discord.com/api/v10"
    gateway_url: SocketUrl | None = None
    cdn_url: WebUrl = "https://cdn.discordapp.com"
    proxy: Secret | None = None
    mention_after_s: Seconds | None = Field(default=None, examples=[60.0])
    reactions: tuple[Annotated[str, Field(pattern=r"^[^\s=]+=[a-z0-9]+$")], ...] | None = Field(
        default=None, examples=[["🔁=reroll", "❤️=favourite"]]
    )

    def acts_of_reactions(self) -> Mapping[str, str] | None:
        """Return which act each emoji asks for, None where nothing is set."""
        return None if self.reactions is None else dict(pair.split("=") for pair in self.reactions)


class TelegramSettings(Section):
    """The Telegram bot."""

    token: Secret | None = None
    api_url: WebUrl = "https://api.telegram.org"
    file_url: WebUrl = "https://api.telegram.org/file"


class SentrySettings(Section):
    """Reporting errors to Sentry."""

    dsn: Secret | None = None
