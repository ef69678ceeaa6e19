"""No route shows anybody what is not theirs. A route that is not listed here fails."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from pinxit.chat.cards import Act
from pinxit.chat.commands import COMMANDS
from pinxit.data.keys import KeyScope
from tests.web.console.consoles import STRANGER, Console, serving_console
from tests.web.served import JOBS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator
    from pathlib import Path

IMAGES = "/api/v1/images/{image_id}"
PRIVATE, SHARED = "quagga", "wildebeest"
UNCHANGED = ("id", "status", "private", "person", "cancel_requested", "credits", "ended_at")


class Access(Enum):
    """For whom a route is, and what somebody else is told."""

    OPEN = auto()  # For everybody; it tells nothing about anybody.
    OWN = auto()  # Shows each caller what they may see.
    CHANNEL = auto()  # Unknown to other guilds; else as OWN.
    THING = auto()  # Names a job or an image, which is unknown to whoever may not see it.
    OPERATOR = auto()  # A caller without the scope is refused.
    ALL_OF_IT = auto()  # Deletes whoever asks, and their key; tests/web/test_own_api.py tries it.


ROUTES: dict[tuple[str, str], tuple[Access, Any]] = {
    ("GET", "/openapi.json"): (Access.OPEN, None),
    ("HEAD", "/openapi.json"): (Access.OPEN, None),
    ("GET", "/docs"): (Access.OPEN, None),
    ("GET", "/static/{version}/{path:path}"): (Access.OPEN, None),
    ("GET", "/health"): (Access.OPEN, None),
    ("GET", "/health/"): (Access.OPEN, None),
    ("GET", "/health/live"): (Access.OPEN, None),
    ("HEAD", "/health/live"): (Access.OPEN, None),
    ("GET", "/health/ready"): (Access.OPEN, None),
    ("HEAD", "/health/ready"): (Access.OPEN, None),
    ("GET", "/login"): (Access.OPEN, None),
    ("POST", "/login"): (Access.OPEN, {"secret": "wrong"}),
    ("POST", "/logout"): (Access.OPEN, {}),
    ("POST", JOBS): (Access.OWN, {"prompt": "a red fox"}),
    ("GET", f"{JOBS}/{{job_id}}"): (Access.THING, None),
    ("GET", f"{JOBS}/{{job_id}}/events"): (Access.THING, None),
    ("GET", f"{JOBS}/{{job_id}}/preview"): (Access.THING, None),
    ("POST", f"{JOBS}/{{job_id}}/cancel"): (Access.THING, None),
    ("POST", f"{JOBS}/{{job_id}}/reroll"): (Access.THING, {}),
    ("DELETE", f"{JOBS}/{{job_id}}"): (Access.THING, None),
    ("GET", IMAGES): (Access.THING, None),
    ("GET", f"{IMAGES}/download"): (Access.THING, None),
    ("HEAD", f"{IMAGES}/download"): (Access.THING, None),
    ("GET", f"{IMAGES}/thumbnail"): (Access.THING, None),
    ("HEAD", f"{IMAGES}/thumbnail"): (Access.THING, None),
    ("POST", f"{IMAGES}/vary"): (Access.THING, {}),
    ("POST", f"{IMAGES}/upscale"): (Access.THING, {}),
    ("POST", f"{IMAGES}/outpaint"): (Access.THING, {"zoom": 1.5}),
    ("POST", f"{IMAGES}/recreate"): (Access.THING, None),
    ("PUT", f"{IMAGES}/favourite"): (Access.THING, None),
    ("DELETE", f"{IMAGES}/favourite"): (Access.OWN, None),
    ("DELETE", IMAGES): (Access.THING, None),
    ("POST", "/api/v1/images/inspect"): (Access.OWN, {"image": "{stranger's file}"}),
    ("POST", "/api/v1/recreate"): (Access.OWN, {"image": "{stranger's file}"}),
    ("GET", "/api/v1/favourites"): (Access.OWN, None),
    ("GET", "/api/v1/history"): (Access.OWN, None),
    ("GET", "/api/v1/groups/{group_id}"): (Access.THING, None),
    ("POST", f"{JOBS}/{{job_id}}/original"): (Access.THING, None),
    ("POST", f"{IMAGES}/report"): (Access.THING, {"reason": "rude"}),
    ("POST", "/api/v1/describe"): (Access.OWN, {"image": "{stranger's file}"}),
    ("GET", "/api/v1/quota"): (Access.OWN, None),
    ("GET", "/api/v1/models"): (Access.OWN, None),
    ("GET", "/api/v1/styles"): (Access.OWN, None),
    ("GET", "/api/v1/styles/{name}/preview"): (Access.OWN, None),
    ("GET", "/api/v1/mydata"): (Access.OWN, None),
    ("DELETE", "/api/v1/mydata"): (Access.ALL_OF_IT, None),
    **{
        (method, f"/api/v1/admin/{path}"): (Access.OPERATOR, None if method in ("GET", "DELETE") else {})
        for methods, path in (
            (("GET", "PUT", "DELETE"), "quotas"),
            (("POST",), "quotas/reset"),
            (("POST",), "grants"),
            (("GET",), "top"),
            (("GET", "PATCH"), "guilds/{guild}"),
            (("PUT", "DELETE"), "guilds/{guild}/styles/{name}"),
            (("PUT",), "guilds/{guild}/weight"),
            (("PUT",), "guilds/{guild}/running_cap"),
            (("POST",), "pause"),
            (("POST",), "resume"),
            (("POST",), "clear"),
            (("GET", "POST", "DELETE"), "bans"),
            (("GET",), "reports"),
            (("POST",), "reports/{report_id}"),
            (("DELETE",), "images/{image_id}/hidden"),
            (("GET",), "audit"),
            (("GET",), "ledger"),
            (("POST",), "ledger/verify"),
        )
        for method in methods
    },
    ("GET", "/metrics"): (Access.OPERATOR, None),
    ("GET", "/api/v1/keys"): (Access.OPERATOR, None),
    ("POST", "/api/v1/keys"): (Access.OPERATOR, {"name": "k", "scopes": ["admin"]}),
    ("POST", "/api/v1/keys/{key_id}/revoke"): (Access.OPERATOR, None),
    **{
        ("POST", f"/worker/v1/{call}"): (Access.OPERATOR, {})
        for call in ("claim", "beat", "fetch_source", "put_image", "finish", "release")
    },
    ("GET", "/"): (Access.OWN, None),
    ("GET", "/c/{guild}"): (Access.CHANNEL, None),
    ("GET", "/c/{guild}/messages"): (Access.CHANNEL, None),
    ("GET", "/c/{guild}/stream"): (Access.CHANNEL, None),
    ("POST", "/c/{guild}/send"): (Access.CHANNEL, {"text": "/queue"}),
    ("POST", "/c/{guild}/act"): (Access.THING, {"act": "details", "job": "{job}"}),
    ("POST", "/c/{guild}/price"): (Access.CHANNEL, {"text": "a fox"}),
    ("POST", "/c/{guild}/read"): (Access.CHANNEL, {"job": "{job}"}),
    ("POST", "/channels"): (Access.OPERATOR, {"name": "mine"}),
    ("GET", "/history"): (Access.OWN, None),
    ("GET", "/favourites"): (Access.OWN, None),
    ("GET", "/queue"): (Access.OWN, None),
    ("GET", "/queue/stream"): (Access.OWN, None),
    ("GET", "/settings"): (Access.OWN, None),
    ("POST", "/settings"): (Access.OWN, {"name": "x"}),
    ("GET", "/details/{job}"): (Access.THING, None),
    ("GET", "/inspect"): (Access.OWN, None),
    ("POST", "/inspect"): (Access.OWN, {"image": "{stranger's file}"}),
    ("GET", "/help"): (Access.OWN, None),
    ("GET", "/styles"): (Access.OWN, None),
    ("GET", "/quota"): (Access.OWN, None),
    ("GET", "/admin"): (Access.OPERATOR, None),
    **{
        ("GET", f"/admin/{page}"): (Access.OPERATOR, None)
        for page in ("guilds", "guilds/{place}", "quotas", "bans", "reports", "audit", "ledger")
    },
    **{
        ("POST", f"/admin/{act}"): (Access.OPERATOR, {})
        for act in (
            "quotas",
            "quotas/reset",
            "grants",
            "bans",
            "bans/lift",
            "reports/{report}",
            "pools",
            "ledger/verify",
            "guilds/{place}",
            "guilds/{place}/share",
            "guilds/{place}/pause",
            "guilds/{place}/clear",
            "guilds/{place}/styles",
            "guilds/{place}/styles/remove",
        )
    },
}


@dataclass(slots=True)
class Scene:
    """A guild with a private and a shared picture of the same person, and others who look."""

    console: Console
    guild: str
    key: str
    owner: dict[str, str]
    neighbour: dict[str, str]
    foreigner: dict[str, str]
    jobs: dict[str, Any] = field(default_factory=dict)

    def names(self, about: str) -> dict[str, str]:
        job = self.jobs[about]
        return {
            "{job_id}": job["id"],
            "{job}": job["id"],
            "{place}": self.guild,
            "{report}": job["id"],
            "{group_id}": job["group_id"],
            "{image_id}": job["images"][0]["id"],
            "{guild}": self.guild,
            "{key_id}": self.key,
            "{version}": "x",
            "{path:path}": "icon.svg",
            "{stranger's file}": base64.b64encode(b"GIF89a").decode(),
        }

    async def try_it(self, method: str, path: str, body: Any, who: dict[str, str], about: str) -> tuple[int, str, str]:  # noqa: ANN401 - JSON
        """Return status, where it leads, and what is said; of a stream, what it says first."""
        for blank, value in self.names(about).items():
            path = path.replace(blank, value)
            if body is not None:
                body = {name: value if said == blank else said for name, said in body.items()}
        how: dict[str, Any] = {"headers": who, "allow_redirects": False}
        async with self.console.session.request(
            method, self.console.url + path, **how, **({} if body is None else {"json": body})
        ) as response:
            if response.content_type == "text/event-stream" and response.status == 200:
                said = b"".join([await response.content.readuntil(b"\n\n") for _ in range(2)])
            else:
                said = await response.read()
            return response.status, response.headers.get("Location", ""), said.decode("utf-8", "replace")

    def secrets(self, *about: str) -> list[str]:
        """Return what only those who may see these jobs can know."""
        return [word for each in about for word in (each, self.jobs[each]["id"], self.jobs[each]["images"][0]["id"])]


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with serving_console(tmp_path) as console:
        store, now = console.studio.store, console.studio.clock.now()
        keys = [await store.keys.create(name, [KeyScope.SUBMIT], now) for name in ("owner", "neighbour", "foreigner")]
        home, neighbour = keys[0][0], keys[1][0]
        # No key has a person of another's guild yet, and a chat's people come without keys.
        await store.database.write(
            lambda tx: tx.run(
                "UPDATE access_key SET guild_id = :guild WHERE id = :id", guild=home.guild, id=neighbour.id
            )
        )
        owner, beside, foreign = [{"Authorization": f"Bearer {secret}", **STRANGER} for _, secret in keys]
        scene = Scene(console, home.guild, home.id, owner, beside, foreign)
        for about, is_private in ((PRIVATE, True), (SHARED, False)):
            job = (await console.ask(owner, prompt=about, private=is_private, width=64, height=64)).json["id"]
            scene.jobs[about] = await console.painted(job)
            image = scene.jobs[about]["images"][0]["id"]
            kept = await console.call("PUT", f"/api/v1/images/{image}/favourite", headers=owner)
            assert kept.status == 200
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(20)) as session:  # Without any cookie.
            before, console.session = console.session, session
            yield scene
            console.session = before


def served(routes: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for route in routes:
        if (inner := getattr(route, "original_router", None)) is not None:
            yield from served(inner.routes)
        else:
            yield from ((method, route.path) for method in route.methods)


def repeatable() -> dict[tuple[str, str], tuple[Access, Any]]:
    return {route: about for route, about in ROUTES.items() if about[0] is not Access.ALL_OF_IT}


def leaks(said: str, secrets: Iterable[str]) -> list[str]:
    return [secret for secret in secrets if secret in said]


async def test_every_route_is_listed(scene: Scene) -> None:
    app: Any = scene.console.server._server.config.app  # noqa: SLF001 - what is really served

    assert sorted(served(app.routes)) == sorted(ROUTES)


async def test_a_stranger_is_shown_nothing(scene: Scene) -> None:
    for (method, path), (access, body) in ROUTES.items():
        status, leads_to, said = await scene.try_it(method, path, body, STRANGER, SHARED)

        if access is Access.OPEN:
            assert status in (200, 204, 403), (method, path)
        else:
            assert status == 401 or (status == 303 and leads_to.startswith("/login?next=%2F")), (method, path, status)
        assert leaks(said, [*scene.secrets(PRIVATE, SHARED), scene.guild]) == [], (method, path)
    await nothing_has_happened(scene)


async def test_a_key_of_another_guild_sees_nothing_of_this_one(scene: Scene) -> None:
    for (method, path), (access, body) in repeatable().items():
        for about in (PRIVATE, SHARED):
            status, _, said = await scene.try_it(method, path, body, scene.foreigner, about)

            check(access, status, (method, path), is_unknown=access in (Access.THING, Access.CHANNEL))
            secrets = [PRIVATE, SHARED] if status >= 400 else [*scene.secrets(PRIVATE, SHARED), scene.guild]
            assert leaks(said, secrets) == [], (method, path)
    await nothing_has_happened(scene)


async def test_another_person_of_the_guild_sees_nothing_private(scene: Scene) -> None:
    for (method, path), (access, body) in repeatable().items():
        status, _, said = await scene.try_it(method, path, body, scene.neighbour, PRIVATE)

        check(access, status, (method, path), is_unknown=access is Access.THING)
        assert leaks(said, [PRIVATE] if status >= 400 else scene.secrets(PRIVATE)) == [], (method, path)
    await nothing_has_happened(scene)


async def test_no_button_and_no_command_reaches_what_is_private(scene: Scene) -> None:
    names = scene.names(PRIVATE)
    tries: list[tuple[str, Any]] = [("act", {"act": act, "job": names["{job}"], "index": 0}) for act in Act]
    for command in COMMANDS:
        tries += [("send", {"text": f"/{command.name} {names[name]}"}) for name in ("{job}", "{image_id}")]

    for who in (scene.neighbour, scene.foreigner):
        own = "{guild}" if who is scene.neighbour else await own_channel(scene, who)
        for path, body in tries:
            _, _, said = await scene.try_it("POST", f"/c/{own}/{path}", body, who, PRIVATE)

            assert leaks(said, [PRIVATE]) == [], (path, body)
    await nothing_has_happened(scene)


async def test_what_a_worker_said_is_for_the_operator(scene: Scene) -> None:
    said = "cannot reach 10.0.0.7"
    await scene.console.studio.store.database.write(lambda tx: tx.run("UPDATE attempt SET message = :said", said=said))

    pages = [await scene.try_it("GET", "/details/{job}", None, who, PRIVATE) for who in (scene.owner, {})]

    assert [(status, said in page) for status, _, page in pages] == [(200, False), (200, True)]


async def own_channel(scene: Scene, who: dict[str, str]) -> str:
    _, leads_to, _ = await scene.try_it("GET", "/", None, who, SHARED)
    return leads_to.removeprefix("/c/")


def check(access: Access, status: int, route: tuple[str, str], *, is_unknown: bool) -> None:
    if is_unknown:
        assert status == 404, (route, status)
    elif access is Access.OPERATOR:
        assert status == 403, (route, status)
    else:
        # 422: the file that is sent is no picture that can be made again.
        assert status < 400 or status in (403, 422), (route, status)


async def nothing_has_happened(scene: Scene) -> None:
    """See that its owner has everything as before."""
    for job in scene.jobs.values():
        now = (await scene.console.call("GET", f"{JOBS}/{job['id']}", headers=scene.owner)).json
        image = f"/api/v1/images/{job['images'][0]['id']}"
        file = await scene.console.call("GET", f"{image}/download", headers=scene.owner)
        assert [now[name] for name in UNCHANGED] == [job[name] for name in UNCHANGED]
        assert len(now["images"]) == 1
        assert file.status == 200
    kept = await scene.console.call("GET", "/api/v1/favourites", headers=scene.owner)
    assert len(kept.json["images"]) == len(scene.jobs)
