from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
import structlog

from pinxit import log

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "hunter22-token"


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """Leave logging as it was: it is the interpreter's, not ours."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_event_and_a_librarys_line_are_json_with_level_and_time() -> None:
    stream = io.StringIO()
    log.set_up(json=True, stream=stream)

    structlog.get_logger().info("started", port=8003)
    logging.getLogger("library").warning("slow: %s", 3)

    started, slow = lines(stream)
    assert (started["event"], started["level"], started["port"]) == ("started", "info", 8003)
    assert (slow["event"], slow["level"], slow["logger"]) == ("slow: 3", "warning", "library")
    assert started["timestamp"].endswith("Z")


def test_nothing_below_the_level_is_written() -> None:
    stream = io.StringIO()
    log.set_up(level="warning", json=True, stream=stream)

    structlog.get_logger().info("quiet")
    logging.getLogger("library").info("quiet")

    assert stream.getvalue() == ""


def test_a_chats_library_does_not_tell_what_passes_through_it() -> None:
    stream = io.StringIO()
    log.set_up(level="debug", json=True, stream=stream)

    logging.getLogger("discord.gateway").debug("WebSocket Event: %s", {"d": {"token": "unknown to us"}})
    logging.getLogger("discord.gateway").info("connected")

    assert [line["event"] for line in lines(stream)] == ["connected"]


@pytest.mark.parametrize("as_json", [True, False])
def test_a_known_secret_is_masked_wherever_it_stands(*, as_json: bool) -> None:
    stream = io.StringIO()
    log.set_up(json=as_json, secrets={SECRET}, stream=stream)
    logger = structlog.get_logger()

    logger.info(SECRET, url=f"https://x/{SECRET}", deep={"list": [SECRET, {"x": f"a{SECRET}b"}]})
    logging.getLogger("library").warning("line %s", SECRET)
    try:
        raise ValueError(SECRET)  # noqa: TRY301 - the traceback is what is tested
    except ValueError:
        logger.exception("failed")
        logging.getLogger("library").exception("failed")

    assert SECRET not in stream.getvalue()
    assert stream.getvalue().count(log.MASK) >= 6
    assert stream.getvalue().count("Traceback") == 2


def test_a_key_that_names_a_secret_is_masked_whatever_it_holds() -> None:
    stream = io.StringIO()
    log.set_up(json=True, stream=stream)

    structlog.get_logger().info(
        "x", token="a", api_key="b", Authorization="c", nested={"bot_token": "d"}, batch_key="e"
    )

    (line,) = lines(stream)
    assert [line["token"], line["api_key"], line["Authorization"], line["nested"]["bot_token"]] == [log.MASK] * 4
    assert line["batch_key"] == "e"


def test_a_prompt_is_written_for_debugging_only() -> None:
    stream = io.StringIO()
    log.set_up(level="debug", json=True, stream=stream)
    logger = structlog.get_logger()

    logger.info("submitted", prompt="a red fox", negative_prompt="blur")
    logger.debug("submitted", prompt="a red fox")

    submitted, debugged = lines(stream)
    assert (submitted["prompt"], submitted["negative_prompt"]) == ("(9 characters)", "(4 characters)")
    assert debugged["prompt"] == "a red fox"


def test_every_line_of_json_names_the_environment_a_librarys_too() -> None:
    stream = io.StringIO()
    log.set_up(json=True, stream=stream, environment="staging")

    structlog.get_logger("ours").info("ready")
    logging.getLogger("theirs").warning("beware")

    assert [json.loads(line)["environment"] for line in stream.getvalue().splitlines()] == ["staging", "staging"]
