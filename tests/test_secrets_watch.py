"""The plugin that looks for keys sees each of the ways out; whatever it finds here is taken back."""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING

import aiohttp
import pytest
import structlog

from pinxit.domain.errors import Broken, Code, ConfigError, Refused
from tests.providers.bfl_server import BflServer
from tests.providers.keys import a_key, as_basic, is_in
from tests.providers.replicate_server import ReplicateServer
from tests.secrets_watch import SecretsWatch

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = a_key("bfl")


@pytest.fixture
def watch(request: pytest.FixtureRequest) -> SecretsWatch:
    (watch,) = (one for one in request.config.pluginmanager.get_plugins() if isinstance(one, SecretsWatch))
    return watch


def seen(watch: SecretsWatch) -> list[str]:
    """Return what was found, and have it forgotten."""
    found, watch.found = watch.found, []
    return found


def fails() -> None:
    try:
        int(KEY)
    except ValueError:
        structlog.get_logger("test").exception("a call failed")


def captured() -> None:
    with structlog.testing.capture_logs():
        structlog.get_logger("test").info("asking", headers={"x-key": KEY})


TOLD: dict[str, Callable[[], object]] = {
    "a library's debugging": lambda: logging.getLogger("httpcore.http11").debug("sent %s", [(b"x-key", KEY)]),
    "a line": lambda: logging.getLogger("anybody").warning("%s is wrong", KEY),
    "a field": lambda: structlog.get_logger("test").debug("asking", key=KEY),
    "a field that a test captures": captured,
    "a traceback": fails,
    "an error's text": lambda: Broken(f"it does not accept {KEY}"),
    "an error's fact": lambda: Refused(Code.FIELD_RANGE, value=f"Basic {as_basic(f'pinxit:{KEY}')}"),
    "a problem of the settings": lambda: ConfigError([f"{KEY} is no number"]),
}


@pytest.mark.parametrize("tell", TOLD.values(), ids=TOLD)
def test_a_key_that_is_told_is_seen(tell: Callable[[], object], watch: SecretsWatch) -> None:
    tell()

    assert any(is_in(found) for found in seen(watch))


def test_a_key_in_a_warning_is_seen(watch: SecretsWatch) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn(f"{KEY} is old", stacklevel=1)
    watch.pytest_warning_recorded(caught[0])

    assert any(is_in(found) for found in seen(watch))


async def test_a_key_at_another_server_or_at_a_picture_is_seen_and_one_at_its_own_is_none(watch: SecretsWatch) -> None:
    async with BflServer() as own, ReplicateServer() as other, aiohttp.ClientSession(headers={"x-key": KEY}) as session:
        await (await session.get(f"{own.url}/v1/get_result?id=1")).read()
        none = seen(watch)
        await (await session.get(f"{other.url}/v1/predictions/1")).read()
        abroad = seen(watch)
        await (await session.get(f"{own.url}/samples/1")).read()

    with pytest.raises(AssertionError, match="a key came with the download"):
        watch.look()

    assert none == []
    assert any("ReplicateServer" in found for found in abroad)


async def test_a_key_in_the_body_of_a_request_to_another_server_is_seen(watch: SecretsWatch) -> None:
    async with ReplicateServer() as other, aiohttp.ClientSession() as session:
        await (await session.post(f"{other.url}/v1/predictions", json={"input": {"prompt": KEY}})).read()
        abroad = seen(watch)

    watch.servers = {}
    assert any("ReplicateServer" in found for found in abroad)


@pytest.mark.parametrize("before", ["", "a", "an", "any"])
def test_a_key_is_known_in_base64_wherever_it_begins(before: str) -> None:
    assert is_in(f"Basic {as_basic(before + KEY)}")
    assert not is_in(as_basic(before + KEY[:20]))
