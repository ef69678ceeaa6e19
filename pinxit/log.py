"""The log: one line per event on standard error, for people or as JSON, without secrets and without prompts."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any, TextIO

import structlog

from pinxit.config import looks_secret

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, MutableMapping

    from structlog.typing import EventDict, Processor, WrappedLogger

MASK = "***"
_SHORTEST_MASKED_CHARS = 4  # Masking a secret of one or two letters would blacken every line and tell what it is.
_PROMPT_FIELDS = frozenset({"prompt", "negative_prompt", "typed", "enhanced", "final_prompt", "text"})


def set_up(
    *,
    level: str = "info",
    json: bool = False,
    secrets: Collection[str] = (),
    stream: TextIO | None = None,
    environment: str = "",
) -> None:
    """Send structlog's events and every library's log lines to `stream` (None: standard error) from `level` on.

    `level`: debug, info, warning, error or critical. `secrets`: texts that no line may hold, wherever they stand.
    `environment`: a label for this installation, on every line of JSON, where lines of several may meet.
    Called once, by whoever starts the program; everybody else asks structlog for a logger.
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        *([_label(environment)] if json and environment else []),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        Mask(secrets),
        without_prompts,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(json=json, stream=stream)],
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(level=number, handlers=[handler], force=True)
    # For debugging discord.py tells whole events and addresses: everybody's words, and tokens that open their messages.
    logging.getLogger("discord").setLevel(max(number, logging.INFO))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,  # so that a logger made before this call follows it too
    )


def _label(environment: str) -> Processor:
    def label(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {**event, "environment": environment}

    return label


def _renderer(*, json: bool, stream: TextIO | None) -> Processor:
    if json:
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=(stream or sys.stderr).isatty())


class Mask:
    """Replace known secrets anywhere in an event, and whatever stands under a key that names a secret."""

    def __init__(self, secrets: Iterable[str]) -> None:
        # Longest first, so that a secret that holds another one leaves no rest.
        self._secrets = sorted((text for text in secrets if len(text) >= _SHORTEST_MASKED_CHARS), key=len, reverse=True)

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        """Return the event as it may be written."""
        return {key: self._masked(value, key) for key, value in event.items()}

    def _masked(self, value: Any, key: str = "") -> Any:  # noqa: ANN401 - a log field may be anything
        if looks_secret(key) and value is not None:
            return MASK
        if isinstance(value, str):
            return self._without(value)
        if isinstance(value, dict):
            return {inner: self._masked(one, str(inner)) for inner, one in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._masked(one) for one in value]
        if value is None or isinstance(value, bool | int | float):
            return value
        return self._without(str(value)) if not key.startswith("_") else value

    def _without(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return text


def without_prompts(_logger: WrappedLogger, method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Say only how long a prompt is, unless the event is for debugging."""
    if method == "debug" or event.get("level") == "debug":
        return event
    return {
        key: f"({len(value)} characters)" if key in _PROMPT_FIELDS and isinstance(value, str) else value
        for key, value in event.items()
    }
