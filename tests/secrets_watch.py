"""What every test is held to, whatever it is about: none of the providers' keys is told to anybody but its own server.

Looked through are all that is logged, debugging included, warnings, the texts of all our errors, swallowed ones too,
and what reaches the servers. What a program in a process of its own logs is for the tests that start one.
"""

from __future__ import annotations

import logging
import sys
import traceback
from typing import TYPE_CHECKING, Any

import pytest
import structlog

from pinxit.domain.errors import PinxitError
from tests.providers.door import LOOKERS
from tests.providers.keys import around, as_basic, is_in

if TYPE_CHECKING:
    import warnings
    from collections.abc import Generator

    from aiohttp import web

# Libraries that speak of requests where somebody wants to debug. Not Pillow, which tells of every chunk of a PNG.
_TALKATIVE = ("aiohttp", "httpcore", "httpx", "openai", "perchance")


class SecretsWatch:
    """A plugin of pytest. `found`: where a key was seen since the last look; `servers`: who was asked since then."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.servers: dict[int, Any] = {}

    def pytest_configure(self) -> None:
        """Listen at the few places that all of it passes; no test and no library notices."""
        self._listen_to_logging()
        self._listen_to_errors()
        LOOKERS.append(self._note_request)
        for name in _TALKATIVE:
            logging.getLogger(name).setLevel(logging.DEBUG)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        """Hear structlog again where a test has set it back."""
        if not structlog.is_configured():
            structlog.configure(wrapper_class=self._overheard())

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, object, object]:
        """Fail a test in which a key was seen."""
        result = yield
        self.look()
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self) -> Generator[None, object, object]:
        """Fail a test at whose end one was."""
        result = yield
        self.look()
        return result

    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage) -> None:
        """Look through a warning."""
        self._note("a warning", str(warning_message.message))

    def look(self) -> None:
        """Raise AssertionError for what was found since the last time."""
        for server in self.servers.values():
            strangers = getattr(server, "strangers", ())
            told = [entry for entry in strangers if "key" in entry and ("download" in entry or "picture" in entry)]
            self.found += [f"{type(server).__name__}: {entry}" for entry in told]
        found, self.found, self.servers = self.found, [], {}
        assert not found, f"a provider's key got about: {found[:5]}"

    def _note(self, where: str, text: str) -> None:
        if words := around(text):
            files = [frame for frame in traceback.extract_stack(limit=12) if "/pinxit/" in frame.filename]
            path = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in files[-3:]]
            self.found.append(f"{where}, {' > '.join(path)}: {words}")

    def _listen_to_logging(self) -> None:
        make = logging.getLogRecordFactory()

        def made(*args: Any, **kwargs: Any) -> logging.LogRecord:  # noqa: ANN401 - a LogRecord's
            record = make(*args, **kwargs)
            self._note(f"the log of {record.name}", f"{record.msg} {record.args or ''} {_told(record.exc_info)}")
            return record

        logging.setLogRecordFactory(made)

    def _overheard(self) -> type:
        """Return structlog's own logger of every level, whose words are looked through before anything masks them."""
        note = self._note

        class Overheard(structlog.make_filtering_bound_logger(logging.NOTSET)):  # type: ignore[misc]  # a class made anew
            def _proxy_to_logger(self, method_name: str, event: str | None = None, *args: Any, **fields: Any) -> Any:  # noqa: ANN401 - structlog's
                note("the log", f"{event} {args or ''} {fields} {_told(fields.get('exc_info'))}")
                return super()._proxy_to_logger(method_name, event, *args, **fields)

        return Overheard

    def _listen_to_errors(self) -> None:
        note = self._note

        def init(self: PinxitError, *args: object) -> None:
            Exception.__init__(self, *args)
            note(f"the text of {type(self).__name__}", str(self))

        PinxitError.__init__ = init  # type: ignore[assignment]  # also those that nobody raises as far as a test

    def _note_request(self, server: object, request: web.Request, body: str) -> None:
        self.servers[id(server)] = server
        text = f"{request.path_qs} {request.raw_headers} {body}"
        if is_in(text):
            for own in _keys_of(server):
                text = text.replace(own, "").replace(as_basic(own), "")
            self._note(f"a key of another's at {type(server).__name__}", text)


def _keys_of(server: object) -> list[str]:
    """Return the keys that are a server's own: it has them, or its module has."""
    values = [*vars(sys.modules[type(server).__module__]).values(), *vars(server).values()]
    texts = [value.removeprefix("Bearer ") for value in values if isinstance(value, str) and is_in(value)]
    return sorted(texts, key=len, reverse=True)


def _told(exc_info: Any) -> str:  # noqa: ANN401 - whatever a logger takes
    """Return the traceback that a log line is to have, as text."""
    if not exc_info:
        return ""
    error = exc_info if isinstance(exc_info, BaseException) else sys.exc_info()[1]
    return "" if error is None else "".join(traceback.format_exception(error))
