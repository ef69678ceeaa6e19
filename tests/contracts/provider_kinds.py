"""Every kind of generator that asks somebody else: its stand-in on loopback, and in what it differs from the others.

Perchance is not among them: it is asked by a real browser, which takes a second to start for each test and can neither
be held nor hurried; tests/generators/test_perchance.py has the same promises for it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, Self

from pinxit.domain.errors import Broken, Code, Temporary
from pinxit.domain.generator import Made
from tests.providers.automatic1111_server import Automatic1111Server
from tests.providers.azure_openai_server import AzureOpenAIServer
from tests.providers.bfl_server import BflServer
from tests.providers.cloudflare_ai_server import CloudflareAiServer
from tests.providers.cloudflare_worker_server import WorkerServer
from tests.providers.comfyui_server import ComfyUIServer
from tests.providers.fal_server import FalServer
from tests.providers.gemini_server import GeminiServer
from tests.providers.horde_server import HordeServer
from tests.providers.keys import a_key
from tests.providers.openai_server import OpenAIServer
from tests.providers.replicate_server import ReplicateServer
from tests.providers.script_desk import ScriptDesk

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Mapping
    from types import TracebackType


LOGIN = f"pixel:{a_key('webui')}"


class Server(Protocol):
    """What each stand-in offers, whoever it stands for.

    `created`: every picture ordered, in order. `holding`: an order is held. `cancels`: orders given up that it was told
    of. `strangers`: whatever it saw that it should not have, such as a key on a download.
    """

    created: list[Any]
    holding: asyncio.Event
    strangers: list[str]

    @property
    def cancels(self) -> int: ...
    @property
    def url(self) -> str: ...
    def options(self) -> dict[str, Any]: ...
    def fail_next(self, status: int, headers: dict[str, str] = ..., body: str | None = ...) -> None: ...
    def refuse_next(self) -> None: ...
    def spoil_next(self) -> None: ...
    def hold(self) -> None: ...
    def go(self) -> None: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Row(StrEnum):
    """What is promised; PROMISED has what of each."""

    REPEATS = "equal seeds give equal pictures"
    SIZE = "the size of what it paints, where it is not the request's"
    NEGATIVE = "how a negative prompt is told"
    BILLED = "a call is noted durably before it leaves"
    POLLED = "after a crash an order is found again by its id"
    HEARS = "a cancel is heard while a picture is painted"
    CANCELS = "orders given up that the provider is told of"
    LATE = "a picture that comes too late may have been billed"
    AGAIN = "asked again after 429 by itself"
    REFUSED = "content that it does not want"
    S401 = "401"
    S402 = "402"
    S403 = "403"
    S404 = "404"
    S500 = "500"
    HTML = "a page of HTML where JSON is due"
    EMPTY = "an empty answer"
    CUT = "half of an answer"
    SPOILT = "half of a picture"


PROMISED: Mapping[Row, object] = {
    Row.REPEATS: True,
    Row.SIZE: None,
    Row.NEGATIVE: "in words",
    Row.BILLED: True,
    Row.POLLED: True,
    Row.HEARS: True,
    Row.CANCELS: 1,
    Row.LATE: False,
    Row.AGAIN: True,
    Row.REFUSED: Code.MODERATED,
    Row.S401: Broken,
    Row.S402: Broken,
    Row.S403: Broken,
    Row.S404: Broken,
    Row.S500: Temporary,
    Row.HTML: Broken,
    Row.EMPTY: Broken,
    Row.CUT: Broken,
    Row.SPOILT: Broken,
}


@dataclass(frozen=True, slots=True)
class Differs:
    """What a kind does instead, and why it cannot do as the others do."""

    what: object
    why: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind. `micro`: what one picture costs in millionths of a dollar, as the provider says or as it was quoted.

    `quoted_micro`: the quote, where the provider says something else.
    """

    name: str
    server: Callable[[], Server]
    micro: int = 0
    differs: Mapping[Row, Differs] = field(default_factory=dict)
    id: str = ""
    quoted_micro: int | None = None

    def promises(self, row: Row) -> Any:  # noqa: ANN401 - of each row's own type
        """Return what this kind does."""
        return self.differs[row].what if row in self.differs else PROMISED[row]

    def settings(self, server: Server) -> str:
        """Return the `[generators.…]` table of an operator who asks this server."""
        options = {"kind": self.name, **{key: value for key, value in server.options().items() if value != ""}}
        lines = [f"{key} = {json.dumps(value)}" for key, value in options.items() if not isinstance(value, dict)]
        for key, value in options.items():
            if isinstance(value, dict):
                lines += [f"{key}.{json.dumps(name)} = {json.dumps(one)}" for name, one in value.items()]
        return "\n".join((f"[generators.{self}]", *lines, ""))

    def __str__(self) -> str:
        return self.id or self.name


_NO_ID = {Row.POLLED: Differs(what=False, why="its one call has no id; after a crash it is made again")}
_ONE_CALL = {
    **_NO_ID,
    Row.HEARS: Differs(
        what=False, why="its one call answers when the picture is done; the worker breaks it off after 5 s"
    ),
    Row.CANCELS: Differs(0, "it has no way to give an order up"),
}
_BOUGHT_AT_ONCE = {**_ONE_CALL, Row.LATE: Differs(what=True, why="nobody can tell what became of its one call")}
_NO_SEED = {Row.REPEATS: Differs(what=False, why="it takes no seed, or promises nothing for it")}
_NATIVE = {Row.NEGATIVE: Differs("as it is", "it has a field of its own for it")}
_FREE = {Row.BILLED: Differs(what=False, why="nothing is billed")}

_OPENAI = 50 * 5 + 400 * 30  # What its `usage` says, at $5 and $30 for a million tokens.


def _cloudflare_ai() -> CloudflareAiServer:
    server = CloudflareAiServer()
    server.neurons = "100"
    return server


_MADE_AGAIN = {Row.S500: Differs(Made, "it costs nothing, so it is asked again at once")}
_JUDGES_NOTHING = {Row.REFUSED: Differs(None, "it judges no content")}
_TO_THE_LETTER = {
    Row.AGAIN: Differs(what=False, why="its page says that 429 is not asked again"),
    Row.REFUSED: Differs(Code.PROMPT_NOT_TAKEN, "its page has one status for all that is wrong with a prompt"),
}
_WORKER = _ONE_CALL | _NO_SEED | _FREE | _MADE_AGAIN | _TO_THE_LETTER
_A1111 = {
    Row.AGAIN: Differs(what=False, why="it paints for one at a time; the queue asks again"),
    Row.S500: Differs(Broken, "it answers so where its program failed, which would fail again"),
}
_NO_HTTP = Differs(None, "a program has no HTTP statuses")
_A_PROGRAM = {
    **dict.fromkeys((Row.S401, Row.S402, Row.S403, Row.S404, Row.AGAIN), _NO_HTTP),
    Row.S500: Differs(Broken, "a program that fails would fail again"),
}

KINDS = (
    Kind("openai", OpenAIServer, _OPENAI, _BOUGHT_AT_ONCE | _NO_SEED, quoted_micro=8_255),
    Kind("azure_openai", AzureOpenAIServer, _OPENAI, _BOUGHT_AT_ONCE | _NO_SEED, quoted_micro=8_255),
    Kind("bfl", BflServer, 14_000, {Row.CANCELS: Differs(0, "BFL has no call for it")}),
    Kind(
        "fal", FalServer, 3_000, {Row.LATE: Differs(what=True, why="whether fal still bills depends on how far it was")}
    ),
    Kind("replicate", ReplicateServer, 3_000),
    Kind("cloudflare_ai", _cloudflare_ai, 1_100, _BOUGHT_AT_ONCE | _NATIVE, quoted_micro=0),
    Kind("gemini", GeminiServer, 33_685, _BOUGHT_AT_ONCE | _NO_SEED, quoted_micro=33_600),
    Kind("horde", HordeServer, 0, _NATIVE | _FREE | _MADE_AGAIN),
    Kind("comfyui", ComfyUIServer, 0, _NATIVE | _FREE | _MADE_AGAIN | _JUDGES_NOTHING),
    Kind(
        "automatic1111",
        partial(Automatic1111Server, auth=LOGIN),
        0,
        _NO_ID | _NATIVE | _FREE | _JUDGES_NOTHING | _A1111,
    ),
    Kind("cloudflare_worker", partial(WorkerServer, "flux"), 0, _WORKER, "worker_flux"),
    Kind("cloudflare_worker", partial(WorkerServer, "sdxl"), 0, _WORKER, "worker_sdxl"),
    Kind("script", ScriptDesk, 0, _NO_ID | _NATIVE | _FREE | _JUDGES_NOTHING | _A_PROGRAM),
)
