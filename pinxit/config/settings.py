"""The whole tree: the sections, the tables of generators and chains, and what is kept for later."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote

from pydantic import AfterValidator, BaseModel, Field, SecretStr, model_validator

from pinxit.config.tree import (
    AccessSettings,
    CooldownSettings,
    DatabaseSettings,
    DefaultSettings,
    DeliverySettings,
    DiscordSettings,
    EnhancementSettings,
    LimitSettings,
    LogSettings,
    ModerationSettings,
    PromptSettings,
    QueueSettings,
    Section,
    SentrySettings,
    SourceSettings,
    StorageSettings,
    TelegramSettings,
    VisionSettings,
    WebSettings,
)
from pinxit.config.values import FilePath, Seconds, Secret, Table, WebUrl, looks_secret
from pinxit.domain.generator import Capabilities  # noqa: TC001 - pydantic reads the annotations of the class

SKETCH = "sketch"
REMOTE_WORKERS = 4
SHIPPED_CHAIN = "local_first"  # It is there without a table: what stays on this machine, then the rest.


def _frozen(value: Any, name: str = "") -> Any:  # noqa: ANN401 - free-form values, as TOML and JSON have them
    if isinstance(value, Mapping):
        return Table({key: _frozen(inner, key) for key, inner in value.items()})
    if isinstance(value, list | tuple):
        return tuple(_frozen(inner, name) for inner in value)
    return SecretStr(value) if isinstance(value, str) and looks_secret(name) else value


class GeneratorSettings(Section):
    """One `[generators.<name>]` table.

    `kind`: the table's name where the table does not say. `workers`: how many run here; 0 leaves all to remote workers;
    None: see `slots`. `process`: whether they live in a child process; None: the kind decides, as for every other None.
    `dollars_per_day`, `dollars_per_month`: the most that it may cost, by the calendar in UTC.
    `options`: the keys that only its kind knows, checked by the kind. Lists are tuples and tables are Tables;
    an option whose name looks like a secret (`…_token`, `…_secret` …) is a SecretStr.
    """

    kind: Annotated[str, Field(min_length=1)]
    enabled: bool = True
    workers: Annotated[int, Field(ge=0, le=256)] | None = Field(default=None, examples=[4])
    process: bool | None = None
    api_key: Secret | None = None
    base_url: WebUrl | None = None
    model: str = ""
    timeout_s: Seconds | None = Field(default=None, examples=[120.0])
    max_batch: Annotated[int, Field(ge=1, le=256)] | None = Field(default=None, examples=[4])
    dollars_per_day: Annotated[float, Field(ge=0)] | None = Field(default=None, examples=[5.0])
    dollars_per_month: Annotated[float, Field(ge=0)] | None = Field(default=None, examples=[50.0])
    options: Annotated[Mapping[str, Any], AfterValidator(_frozen)] = Table()

    @model_validator(mode="before")
    @classmethod
    def _gather_options(cls, given: Any) -> Any:  # noqa: ANN401 - pydantic hands over whatever was written
        if not isinstance(given, dict):
            return given
        known = {key: value for key, value in given.items() if key in cls.model_fields}
        options = {key: value for key, value in given.items() if key not in known}
        if isinstance(named := known.get("options", {}), dict):
            known["options"] = options | named
        return known

    def kind_options(self) -> dict[str, Any]:
        """Return what the kind is built from: its own keys and the common ones that are set, secrets as text."""
        common = ("api_key", "base_url", "model", "timeout_s", "max_batch")
        asked = {key: value for key in common if (value := getattr(self, key)) not in (None, "")}
        return {key: _plain(value) for key, value in {**asked, **self.options}.items()}

    def slots(self, capabilities: Capabilities) -> int:
        """Return how many of its workers run here: without a word, several where each only waits for a provider."""
        if self.workers is not None:
            return self.workers
        return REMOTE_WORKERS if capabilities.remote and capabilities.runs_inline else 1

    def named_models(self) -> tuple[str, ...]:
        """Return the models that the table names, its default first; none where it leaves them to the kind."""
        listed, behind = self.options.get("models", ()), self.options.get("deployments", {})
        # Azure's deployments have names of their own; their models are what ends.
        meant = [model for model in behind.values() if isinstance(model, str)] if isinstance(behind, Mapping) else []
        return (*filter(None, [self.model]), *(listed if isinstance(listed, tuple) else ()), *meant)


def _plain(value: Any) -> Any:  # noqa: ANN401 - free-form values, as TOML and JSON have them
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, tuple) else value


class ChainSettings(Section):
    """One `[chains.<name>]` table: generators to be tried in this order."""

    generators: Annotated[tuple[str, ...], Field(min_length=1)]


class Settings(Section):
    """Everything an operator decides, read once at start.

    `later`: a sentence for each thing that was set and has no effect, or none yet; doctor shows them.
    `later_values`: what those variables held, by name. `file`: the one that was read, if any.
    """

    var: FilePath = Path("var")
    catalogue: FilePath | None = Field(default=None, examples=["models.toml"])
    environment: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")] = "production"
    web: WebSettings = WebSettings()
    log: LogSettings = LogSettings()
    queue: QueueSettings = QueueSettings()
    limits: LimitSettings = LimitSettings()
    defaults: DefaultSettings = DefaultSettings()
    delivery: DeliverySettings = DeliverySettings()
    database: DatabaseSettings = DatabaseSettings()
    storage: StorageSettings = StorageSettings()
    enhancement: EnhancementSettings = EnhancementSettings()
    moderation: ModerationSettings = ModerationSettings()
    vision: VisionSettings = VisionSettings()
    prompts: PromptSettings = PromptSettings()
    access: AccessSettings = AccessSettings()
    cooldown: CooldownSettings = CooldownSettings()
    sources: SourceSettings = SourceSettings()
    discord: DiscordSettings = DiscordSettings()
    telegram: TelegramSettings = TelegramSettings()
    sentry: SentrySettings = SentrySettings()
    generators: Annotated[Mapping[str, GeneratorSettings], AfterValidator(Table)] = Table(
        {SKETCH: GeneratorSettings(kind=SKETCH)}
    )
    chains: Annotated[Mapping[str, ChainSettings], AfterValidator(Table)] = Table()
    later: tuple[str, ...] = ()
    later_values: Annotated[Mapping[str, SecretStr], AfterValidator(Table)] = Table()
    file: Path | None = None

    @property
    def database_path(self) -> Path:
        """Return where the database file is."""
        return self.var / self.database.path

    @property
    def files_path(self) -> Path:
        """Return the folder that holds `images/` and `sources/`."""
        return self.var / self.storage.path

    @property
    def wildcards_path(self) -> Path:
        """Return the folder of the operator's wildcards."""
        return self.var / self.prompts.wildcards

    def chain(self, name: str | None = None) -> tuple[str, ...]:
        """Return the enabled generators of a chain in order; without a name, all in file order, sketchers last.

        Raises KeyError for a chain that is not configured.
        """
        if name is None:
            return tuple(sorted(self._enabled(self.generators), key=lambda one: self.generators[one].kind == SKETCH))
        return self._enabled(self.chains[name].generators)

    def _enabled(self, names: Mapping[str, object] | tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in names if name in self.generators and self.generators[name].enabled)

    def secrets(self) -> frozenset[str]:
        """Return every secret text, so that the log can mask it. Never show the result."""
        return frozenset(_secrets(self))


def _in_address(secret: str) -> set[str]:
    """Return the password of a secret address too: whoever cannot reach it may write it down a little differently."""
    _, is_address, rest = secret.partition("://")
    named, is_named, _ = rest.rpartition("@")
    password = named.partition(":")[2] if is_address and is_named else ""
    return {password, unquote(password)}


def _secrets(value: object) -> set[str]:
    if isinstance(value, SecretStr):
        secret = value.get_secret_value()
        return {secret, *_in_address(secret)} - {""}
    if isinstance(value, BaseModel):
        return {text for name in type(value).model_fields for text in _secrets(getattr(value, name))}
    if isinstance(value, Mapping):
        return {text for inner in value.values() for text in _secrets(inner)}
    if isinstance(value, tuple):
        return {text for inner in value for text in _secrets(inner)}
    return set()
