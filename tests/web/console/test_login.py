from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from pinxit.config.tree import WebSettings
from pinxit.data.keys import KeyScope
from pinxit.domain.errors import Code, Refused
from pinxit.web.console.login import safe_address
from pinxit.web.tries import Tries
from pinxit.web.trust import COOKIE
from tests.web.console.consoles import STRANGER, Console, serving_console
from tests.web.served import complaint

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.web.served import Answer

PASSWORD = "correct horse"


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Console]:
    async with serving_console(tmp_path, web=WebSettings(password=SecretStr(PASSWORD))) as served:
        yield served


async def log_in(console: Console, secret: str, **headers: str) -> Answer:
    return await console.post("/login", {**STRANGER, **headers}, secret=secret)


async def visit(console: Console, path: str = "/c/local", **headers: str) -> int:
    return (await console.call("GET", path, headers={**STRANGER, **headers}, allow_redirects=False)).status


async def a_key(console: Console, *scopes: KeyScope) -> tuple[str, str, str]:
    """Return (id, guild, secret)."""
    key, secret = await console.studio.store.keys.create("k", scopes, console.studio.clock.now())
    return key.id, key.guild, secret


async def test_a_stranger_is_led_to_the_login_and_back(door: Console) -> None:
    asked = await door.call("GET", "/history?q=a%26b", headers=STRANGER, allow_redirects=False)

    page = (await door.call("GET", asked.headers["Location"], headers=STRANGER)).body.decode()

    assert asked.status == 303
    assert 'data-next="/history?q=a%26b"' in page
    assert 'type="password"' in page


async def test_the_password_makes_an_operator_until_the_logout(door: Console) -> None:
    answer = await log_in(door, PASSWORD)
    cookie = answer.headers["Set-Cookie"]
    inside = await visit(door)
    page = (await door.call("GET", "/help", headers=STRANGER)).body.decode()
    image_route = await visit(door, "/api/v1/images/-0cUu-4vhxq7WCuacMr6CP")

    left = await door.call("POST", "/logout", headers={**STRANGER, "Cookie": cookie.partition(";")[0]})
    outside = await visit(door, Cookie=cookie.partition(";")[0])

    assert (answer.status, inside, image_route, left.status, outside) == (200, 200, 404, 204, 303)
    assert {"HttpOnly", "SameSite=strict", "Path=/", "Max-Age=2592000"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert "data-operator" in page
    assert 'id="log-out"' in page


async def test_a_key_opens_its_own_channel_until_it_is_revoked(door: Console) -> None:
    key, guild, secret = await a_key(door, KeyScope.SUBMIT)

    await log_in(door, secret)
    own, other = await visit(door, f"/c/{guild}"), await visit(door, "/c/local")
    sent = await door.post(f"/c/{guild}/send", STRANGER, text="a red fox --size 64x64")
    await door.studio.store.keys.revoke(key, door.studio.clock.now())  # type: ignore[arg-type]  # a KeyId

    assert (own, other, sent.status) == (200, 404, 200)
    assert await visit(door, f"/c/{guild}") == 303


async def test_another_password_ends_the_sessions_of_the_old_one(tmp_path: Path) -> None:
    async with serving_console(tmp_path, web=WebSettings(password=SecretStr(PASSWORD))) as console:
        cookie = (await log_in(console, PASSWORD)).headers["Set-Cookie"].partition(";")[0]
        assert await visit(console, Cookie=cookie) == 200

    for password in ("another", None):
        web = WebSettings(password=None if password is None else SecretStr(password))
        async with serving_console(tmp_path, web=web) as console:
            assert await visit(console, Cookie=cookie) == 303
    async with serving_console(tmp_path, web=WebSettings(password=SecretStr(PASSWORD))) as console:
        assert await visit(console, Cookie=cookie) == 200


async def test_neither_token_nor_password_is_stored(door: Console) -> None:
    answer = await log_in(door, PASSWORD)

    token = answer.headers["Set-Cookie"].partition(";")[0].partition("=")[2]
    rows = str(await door.studio.store.database.read(lambda tx: [dict(row) for row in tx.all("SELECT * FROM ticket")]))
    assert "session" in rows
    assert token not in rows
    assert PASSWORD not in rows


async def test_a_made_up_token_opens_nothing(door: Console) -> None:
    assert await visit(door, Cookie=f"{COOKIE}=made-up") == 303


async def test_behind_https_the_cookie_stays_there(tmp_path: Path) -> None:
    web = WebSettings(password=SecretStr(PASSWORD), public_url="https://pictures.example.org")
    async with serving_console(tmp_path, web=web) as console:
        assert "Secure" in (await log_in(console, PASSWORD)).headers["Set-Cookie"].split("; ")


async def test_a_wrong_secret_is_refused_without_a_browser_s_own_window(door: Console) -> None:
    answer = await log_in(door, "wrong", **{"Accept-Language": "de", "Sec-Fetch-Site": "same-origin"})

    assert complaint(answer, "secret_wrong", 403) == ""
    assert "Passwort" in answer.json["message"]
    assert "WWW-Authenticate" not in answer.headers
    assert "Set-Cookie" not in answer.headers


async def test_a_worker_s_key_is_no_way_in(door: Console) -> None:
    _, _, secret = await a_key(door, KeyScope.WORKER)

    assert complaint(await log_in(door, secret), "scope_missing", 403) == ""


async def test_after_five_wrong_guesses_only_a_key_opens(door: Console) -> None:
    _, _, secret = await a_key(door, KeyScope.SUBMIT)
    guesses = [(await log_in(door, f"guess {number}")).status for number in range(5)]

    sixth, right = await log_in(door, "guess 6"), await log_in(door, PASSWORD)

    assert guesses == [403] * 5
    assert complaint(sixth, "login_tries", 429) == ""
    assert complaint(right, "login_tries", 429) == ""
    assert 0 < int(right.headers["Retry-After"]) <= 60
    assert (await log_in(door, secret)).status == 200


def test_guesses_are_forgotten_after_a_minute_and_counted_for_each_client() -> None:
    tries = Tries(most=2, within_s=60.0)
    tries.note("a", 0.0)
    tries.note("a", 30.0)

    tries.check("b", 31.0)
    with pytest.raises(Refused) as refused:
        tries.check("a", 59.0)
    assert (refused.value.code, refused.value.facts["retry_after_s"]) == (Code.LOGIN_TRIES, 1.0)
    tries.check("a", 60.0)


async def test_a_stranger_s_page_can_do_nothing_with_our_cookie(door: Console) -> None:
    cookie = (await log_in(door, PASSWORD)).headers["Set-Cookie"].partition(";")[0]
    strange = ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"})
    wishes: tuple[tuple[str, dict[str, str]], ...] = (
        ("/c/local/send", {"text": "a red fox"}),
        ("/c/local/act", {"act": "reroll", "job": "x"}),
        ("/c/local/read", {"job": "x"}),
        ("/channels", {"name": "x"}),
        ("/settings", {"name": "x"}),
        ("/inspect", {"image": "x"}),
        ("/login", {"secret": PASSWORD}),
        ("/logout", {}),
    )

    for headers in ({"Cookie": cookie, **host, **sign} for host in (STRANGER, {}) for sign in strange):
        answers = [await door.post(path, headers, **body) for path, body in wishes]
        answers.append(await door.call("GET", "/c/local/stream", headers=headers))

        assert [complaint(answer, "key_missing", 401) for answer in answers] == [""] * 9
    assert (await door.studio.store.jobs.states()) == {}


async def test_our_own_page_is_never_asked_for_a_password_by_the_browser(door: Console) -> None:
    answer = await door.post("/c/local/send", {**STRANGER, "Sec-Fetch-Site": "same-origin"}, text="a red fox")
    program = await door.post("/c/local/send", STRANGER, text="a red fox")

    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="pinxit"')
    assert "Basic" in program.headers["WWW-Authenticate"]


async def test_basic_and_bearer_open_pages_as_before(door: Console) -> None:
    _, guild, secret = await a_key(door, KeyScope.SUBMIT)
    basic = base64.b64encode(f"me:{PASSWORD}".encode()).decode()

    assert await visit(door, Authorization=f"Basic {basic}") == 200
    assert await visit(door, f"/c/{guild}", Authorization=f"Bearer {secret}") == 200


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("/history?q=a", "/history?q=a"),
        ("", "/"),
        ("history", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\t/evil.example", "/"),
    ],
)
def test_the_way_back_is_always_on_our_own_site(said: str, meant: str) -> None:
    assert safe_address(said) == meant
