from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr
from starlette.datastructures import Headers

from pinxit.config.tree import WebSettings
from pinxit.data.keys import KeyScope
from pinxit.web.trust import is_cross_origin, is_local, startup_problem
from tests.web.served import JOBS, Served, complaint, serving

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.data.store import Store

# Any of these makes a caller on this machine a stranger.
STRANGE = {
    "another name for this machine": {"Host": "pictures.example.org"},
    "a name that only starts like ours": {"Host": "localhost.example.org"},
    "a name that was bound anew to 127.0.0.1": {"Host": "127.0.0.1.nip.io:8003"},
    "Forwarded": {"Forwarded": "for=192.0.2.1"},
    "X-Forwarded-For": {"X-Forwarded-For": "127.0.0.1"},
    "X-Forwarded-Proto": {"X-Forwarded-Proto": "https"},
    "X-Forwarded-Host": {"X-Forwarded-Host": "localhost"},
    "X-Real-IP": {"X-Real-IP": "127.0.0.1"},
    "Via": {"Via": "1.1 proxy"},
    "Origin": {"Origin": "https://example.org"},
    "Origin on another port": {"Origin": "http://127.0.0.1:1"},
    "no Origin that is one": {"Origin": "null"},
    "Sec-Fetch-Site: cross-site": {"Sec-Fetch-Site": "cross-site"},
    "Sec-Fetch-Site: same-site": {"Sec-Fetch-Site": "same-site"},
}


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def basic(password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'me:{password}'.encode()).decode()}"}


async def a_key(store: Store, *scopes: KeyScope, days: int | None = None) -> str:
    now = datetime.now(UTC)
    expires_at = None if days is None else now + timedelta(days=days)
    return (await store.keys.create("a key", scopes, now, expires_at))[1]


async def test_a_program_on_this_machine_is_trusted(api: Served) -> None:
    answer = await api.ask(guild="discord:1", person="discord:2", priority="high")

    job = await api.look(answer.json["id"])
    assert (job["guild"], job["person"], job["priority"]) == ("discord:1", "discord:2", "high")


async def test_who_says_nothing_on_this_machine_is_local(api: Served) -> None:
    job = await api.look((await api.ask()).json["id"])

    assert (job["guild"], job["person"]) == ("local", "local")


async def test_whatever_hints_at_a_stranger_asks_for_a_key(api: Served) -> None:
    before = await api.stored()

    for why, headers in STRANGE.items():
        answer = await api.ask(headers)

        assert not complaint(answer, "key_missing", 401), why
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="pinxit"'
    assert await api.stored() == before


async def test_our_own_pages_are_trusted(api: Served) -> None:
    answer = await api.ask({"Origin": api.url, "Sec-Fetch-Site": "same-origin"})

    assert answer.status == 202


async def test_every_route_but_health_asks_strangers_for_a_key(api: Served) -> None:
    job = (await api.ask()).json["id"]
    paths = [f"{JOBS}/{job}", f"{JOBS}/{job}/events", f"{JOBS}/{job}/preview", f"/api/v1/images/{job}", "/metrics"]
    calls = [("GET", path) for path in [*paths, f"/api/v1/images/{job}/download"]] + [("POST", f"{JOBS}/{job}/cancel")]

    answers = [await api.call(method, path, headers={"Host": "example.org"}) for method, path in calls]

    assert [complaint(answer, "key_missing", 401) for answer in answers] == [""] * len(calls)
    assert (await api.call("GET", "/health/live", headers={"Host": "example.org"})).status == 200


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8003", "127.0.0.1", "127.0.0.1:8003", "[::1]:8003"])
def test_these_hosts_are_this_machine(host: str) -> None:
    assert is_local("127.0.0.1", Headers({"Host": host}))
    assert is_local("::1", Headers({"Host": host}))
    assert is_local("::ffff:127.0.0.1", Headers({"Host": host}))


@pytest.mark.parametrize("client", [None, "192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1", "unix", ""])
def test_who_comes_from_elsewhere_is_not_local_whatever_the_host_says(client: str | None) -> None:
    assert not is_local(client, Headers({"Host": "localhost"}))


def test_two_hosts_or_none_are_not_local() -> None:
    assert not is_local("127.0.0.1", Headers())
    assert not is_local("127.0.0.1", Headers(raw=[(b"host", b"localhost"), (b"host", b"localhost")]))


def test_behind_a_proxy_our_own_pages_are_those_of_the_public_address() -> None:
    headers = Headers({"Host": "10.0.0.2:8003", "Origin": "https://images.example.org"})

    assert is_cross_origin(headers, "http")
    assert not is_cross_origin(headers, "http", "https://images.example.org")


async def test_a_key_opens_from_anywhere_for_its_own_guild(api: Served) -> None:
    secret = await a_key(api.studio.store, KeyScope.SUBMIT)

    accepted = await api.ask({**bearer(secret), "Host": "example.org"})

    job = await api.look(accepted.json["id"])
    assert job["guild"] == job["person"]
    assert job["guild"].startswith("api:")


async def test_a_key_without_act_as_speaks_for_nobody_else(api: Served) -> None:
    headers = bearer(await a_key(api.studio.store, KeyScope.SUBMIT))

    for wish in ({"guild": "discord:1"}, {"person": "discord:1"}, {"priority": "high"}):
        answer = await api.ask(headers, **wish)

        assert not complaint(answer, "scope_missing", 403), wish
        assert answer.json["field"] in wish


async def test_a_key_with_act_as_speaks_for_anybody(api: Served) -> None:
    headers = bearer(await a_key(api.studio.store, KeyScope.ACT_AS))

    answer = await api.ask(headers, guild="discord:1", person="discord:2")

    assert (await api.look(answer.json["id"]))["person"] == "discord:2"


async def test_a_key_sees_its_own_jobs_only(api: Served) -> None:
    first, second = [await a_key(api.studio.store, KeyScope.SUBMIT) for _ in range(2)]
    job = (await api.ask(bearer(first))).json["id"]

    seen = await api.call("GET", f"{JOBS}/{job}", headers=bearer(first))
    other = await api.call("GET", f"{JOBS}/{job}", headers=bearer(second))

    assert seen.status == 200
    assert not complaint(other, "job_unknown", 404)


async def test_a_key_that_is_wrong_is_no_way_in_even_on_this_machine(api: Served) -> None:
    expired = await a_key(api.studio.store, KeyScope.SUBMIT, days=-1)
    wrong = [bearer("pinxit_wrong"), bearer(""), bearer(expired), {"Authorization": "Digest x"}, basic("x")]

    for headers in wrong:
        assert not complaint(await api.ask(headers), "key_invalid", 401), headers


async def test_a_revoked_key_is_no_way_in(api: Served) -> None:
    keys = api.studio.store.keys
    secret = await a_key(api.studio.store, KeyScope.SUBMIT)
    (key,) = await keys.all()

    await keys.revoke(key.id, datetime.now(UTC))

    assert not complaint(await api.ask(bearer(secret)), "key_invalid", 401)


async def test_a_key_for_something_else_makes_no_images(api: Served) -> None:
    for scope in (KeyScope.WORKER, KeyScope.ADMIN):
        answer = await api.ask(bearer(await a_key(api.studio.store, scope)))

        assert not complaint(answer, "scope_missing", 403), scope


async def test_the_operator_comes_in_with_the_password(tmp_path: Path) -> None:
    async with serving(tmp_path, web=WebSettings(password=SecretStr("pässword"))) as api:
        answer = await api.ask({**basic("pässword"), "Host": "example.org"}, guild="discord:1")
        wrong = await api.ask({**basic("password"), "Host": "example.org"})
        broken = await api.ask({"Authorization": "Basic !!", "Host": "example.org"})
        # A browser adds the password by itself, whoever's page asks.
        strange = await api.ask({**basic("pässword"), "Origin": "https://example.org"})

        assert answer.status == 202
        assert not complaint(wrong, "key_invalid", 401)
        assert not complaint(broken, "key_invalid", 401)
        assert not complaint(strange, "key_missing", 401)
        assert "Basic" in wrong.headers["WWW-Authenticate"]


async def test_the_password_cannot_be_guessed_at_any_door_for_long(tmp_path: Path) -> None:
    async with serving(tmp_path, web=WebSettings(password=SecretStr("pässword"))) as api:
        key = bearer(await a_key(api.studio.store, KeyScope.SUBMIT))
        guesses = [await api.call("GET", "/api/v1/history", headers=basic(f"guess {number}")) for number in range(5)]

        right = await api.ask(basic("pässword"))
        holder = await api.ask(key)

    assert [complaint(answer, "key_invalid", 401) for answer in guesses] == [""] * 5
    assert not complaint(right, "login_tries", 429)
    assert 0 < int(right.headers["Retry-After"]) <= 60
    assert holder.status == 202


async def test_without_authentication_strangers_are_one_guild_and_speak_for_nobody(tmp_path: Path) -> None:
    async with serving(tmp_path, web=WebSettings(authentication=False)) as api:
        job = await api.look((await api.ask({"Host": "example.org"})).json["id"])
        naming = await api.ask({"Host": "example.org"}, guild="local")
        strange_page = await api.ask({"Origin": "https://example.org"})

        assert (job["guild"], job["person"]) == ("api:anonymous", "api:anonymous")
        assert not complaint(naming, "scope_missing", 403)
        assert not complaint(strange_page, "key_missing", 401)


async def test_no_page_of_others_may_read_an_answer(api: Served) -> None:
    preflight = await api.call("OPTIONS", JOBS, headers={"Origin": "https://example.org"})

    assert preflight.status == 405
    assert not [name for name in preflight.headers if name.lower().startswith("access-control")]


async def test_only_a_worker_s_key_or_our_own_token_opens_the_workers_endpoint(api: Served) -> None:
    worker = await a_key(api.studio.store, KeyScope.WORKER)
    submit = await a_key(api.studio.store, KeyScope.SUBMIT)
    path = "/worker/v1/claim"

    answers = [
        (await api.call("POST", path, headers=headers)).status
        for headers in ({}, bearer("wrong"), bearer(submit), bearer(worker), bearer("own"))
    ]

    assert answers == [401, 401, 403, 400, 400]


async def test_the_numbers_are_for_the_operator(api: Served) -> None:
    admin = await a_key(api.studio.store, KeyScope.ADMIN)
    submit = await a_key(api.studio.store, KeyScope.SUBMIT)

    answers = [
        (await api.call("GET", "/metrics", headers={**key, "Host": "example.org"})).status
        for key in ({}, bearer(submit), bearer(admin))
    ]

    assert answers == [401, 403, 200]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.0.1"])
def test_on_loopback_nothing_is_asked_of_the_operator(host: str) -> None:
    assert startup_problem(host, has_password=False, has_keys=False, authentication=True) is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])  # noqa: S104 - nothing is bound
def test_off_loopback_the_operator_must_have_decided(host: str) -> None:
    problem = startup_problem(host, has_password=False, has_keys=False, authentication=True)

    assert problem is not None
    assert host in problem
    assert "ENABLE_AUTHENTICATION=false" in problem
    assert startup_problem(host, has_password=True, has_keys=False, authentication=True) is None
    assert startup_problem(host, has_password=False, has_keys=True, authentication=True) is None
    assert startup_problem(host, has_password=False, has_keys=False, authentication=False) is None
