from __future__ import annotations

import gzip
import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from pinxit.data.keys import KeyScope
from pinxit.prompt.flags import FLAGS
from pinxit.web.console.hub import SHOWN
from pinxit.wording import allowed
from tests.web.served import JOBS

if TYPE_CHECKING:
    from tests.web.console.consoles import Console

HOSTILE = (
    "<xss-tag onclick=xss()>\"'--></script><script>xss()</script>{{7777*7777}}</textarea><img src=x onerror=xss()>"
)
PAGES = (
    "/c/local",
    "/history",
    "/favourites",
    "/queue",
    "/styles",
    "/quota",
    "/settings",
    "/inspect",
    "/help",
    "/admin",
    "/admin/guilds/local",
    "/admin/quotas",
    "/admin/audit",
)


class Elements(HTMLParser):
    """Every element of a page, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def messages(self) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.found if tag == "article"]

    def first(self, **wanted: str) -> dict[str, str | None]:
        return next(attrs for _, attrs in self.found if wanted.items() <= attrs.items())

    def crimes(self) -> list[str]:
        """Return whatever a page of ours never has."""
        found = []
        for tag, attrs in self.found:
            if tag.startswith("xss") or any(name.startswith("on") or name == "style" for name in attrs):
                found.append(f"{tag} {attrs}")
            if tag == "script" and attrs.get("type") != "application/json" and not attrs.get("src"):
                found.append(f"inline {tag}")
            if tag == "img" and attrs.get("src") == "x":
                found.append("a stranger's picture")
        return found + (["a template ran"] if "60481729" in self.text else [])


async def asked(api: Console, count: int, **body: Any) -> list[str]:  # noqa: ANN401 - JSON
    return [(await api.ask(**body)).json["id"] for _ in range(count)]


async def test_a_channel_shows_its_newest_messages_oldest_first(console: Console) -> None:
    jobs = await asked(console, 25)

    page = Elements(await console.page("/c/local"))

    assert [message["data-job"] for message in page.messages()] == jobs[-SHOWN:]
    assert page.first(id="stream")["data-older"] == jobs[-SHOWN]


async def test_older_messages_follow_in_pieces(console: Console) -> None:
    jobs = await asked(console, 25)

    answer = await console.call("GET", f"/c/local/messages?before={jobs[-SHOWN]}")

    assert [message["data-job"] for message in Elements(answer.body.decode()).messages()] == jobs[:-SHOWN]
    assert answer.headers["X-Older"] == ""


async def test_messages_can_be_named_and_those_after_one_asked_for(console: Console) -> None:
    jobs = await asked(console, 4)

    named = Elements(await console.page(f"/c/local/messages?ids={jobs[2]},{jobs[0]},nonsense"))
    later = Elements(await console.page(f"/c/local/messages?after={jobs[1]}"))

    assert [message["data-job"] for message in named.messages()] == [jobs[0], jobs[2]]
    assert [message["data-job"] for message in later.messages()] == jobs[2:]


async def test_a_channel_opens_around_a_job_of_long_ago(console: Console) -> None:
    jobs = await asked(console, 30)

    page = Elements(await console.page(f"/c/local?at={jobs[8]}"))
    missing = await console.call("GET", f"/c/local?at={jobs[8][::-1]}")

    shown = [message["data-job"] for message in page.messages()]
    assert shown == jobs[8 - SHOWN // 2 : 9 + SHOWN // 2]
    assert "data-newer" in page.first(id="stream")
    assert missing.status == 404


async def test_the_start_leads_to_the_own_channel(console: Console) -> None:
    answer = await console.call("GET", "/", allow_redirects=False)

    assert (answer.status, answer.headers["Location"]) == (303, "/c/local")


async def test_every_page_forbids_what_it_does_not_need(console: Console) -> None:
    for path in PAGES:
        headers = (await console.call("GET", path)).headers

        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';"), path
        assert "unsafe" not in policy
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "geolocation=()" in headers["Permissions-Policy"]
        assert headers["Content-Type"] == "text/html; charset=utf-8"
        assert "no-cache" in headers["Cache-Control"]


async def test_text_of_people_is_never_markup_on_any_page(console: Console) -> None:
    guild = await console.post("/channels", name="<xss-tag>{{7777*7777}}"[:40])
    await console.post("/settings", name="<xss-tag>\"'{{7777*7777}}", negative_prompt=HOSTILE)
    url = guild.json["url"]
    job = await console.say(f'{HOSTILE} --no "{HOSTILE.replace(chr(34), "")}" --size 64x64', url.removeprefix("/c/"))
    await console.painted(job)
    await console.post(f"{url}/act", act="favourite", job=job)
    bad = "%3Cxss-tag%3E%22%27%3Cscript%3E%7B%7B7777*7777%7D%7D"
    paths = [
        *PAGES,
        url,
        f"{url}/messages",
        f"/details/{job}",
        f"/details/{job}?index=0&fragment=1",
        f"/history?q={bad}&guild={bad}&person={bad}&model={bad}",
        "/history?fragment=1",
        f"/c/{bad}",
        f"/c/local?at={bad}",
        f"/details/{bad}",
        f"/login?next={bad}",
    ]

    answers = {path: await console.call("GET", path) for path in paths}
    pages = {path: Elements(answer.body.decode()) for path, answer in answers.items()}

    assert {answer.headers["Content-Type"] for answer in answers.values()} == {"text/html; charset=utf-8"}
    assert {path: page.crimes() for path, page in pages.items() if page.crimes()} == {}
    assert "xss()" in pages[url].text
    assert "<xss-tag" in pages["/favourites"].text


async def test_text_of_people_is_never_markup_for_strangers(console: Console) -> None:
    answer = await console.call("GET", "/login?next=/%22%3E%3Cxss-tag%3E", headers={"Host": "elsewhere.example"})

    page = Elements(answer.body.decode())
    assert answer.status == 200
    assert page.crimes() == []
    assert page.first(id="login")["data-next"] == '/"><xss-tag>'


async def test_the_language_is_the_browser_s_until_one_is_chosen(console: Console) -> None:
    german = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}

    before = await console.page("/settings", german)
    await console.post("/settings", locale="en")
    after = await console.page("/settings", german)
    other = await console.page("/help", {"Accept-Language": "fr"})

    assert '<html lang="de"' in before
    assert "Einstellungen" in before
    assert '<html lang="en"' in after
    assert '<html lang="en"' in other


async def test_the_theme_is_what_the_page_has_chosen(console: Console) -> None:
    assert 'data-theme="dark"' in await console.page("/help", {"Cookie": "theme=dark"})
    assert "data-theme" not in await console.page("/help", {"Cookie": "theme=%22onload"})


async def test_pages_are_packed_for_whoever_unpacks_them(console: Console) -> None:
    async with console.session.get(
        f"{console.url}/help", headers={"Accept-Encoding": "gzip"}, auto_decompress=False
    ) as packed:
        data = await packed.read()
    plain = await console.call("GET", "/help", headers={"Accept-Encoding": "gzip;q=0, identity"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(data) == plain.body
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in packed.headers["Vary"]


async def test_everything_that_a_page_names_is_there_for_ever(console: Console) -> None:
    pages = "".join([await console.page(path) for path in PAGES])
    addresses = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', pages))
    types = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
    types[".webmanifest"] = "application/manifest+json"

    answers = {address: await console.call("GET", address) for address in addresses}

    assert len(addresses) > 5
    for address, answer in answers.items():
        assert answer.status == 200, address
        assert answer.headers["Content-Type"].partition(";")[0] == types[address[address.rindex(".") :]]
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    old = await console.call("GET", re.sub(r"/static/\w+/", "/static/000000000000/", addresses.pop()))
    assert (old.status, old.headers["Cache-Control"]) == (200, "no-cache")


async def test_no_other_file_is_served(console: Console) -> None:
    for path in ("nothing.js", "../templates/base.html", "%2e%2e/site.py", "..%2f..%2fsite.py"):
        assert (await console.call("GET", f"/static/x/{path}")).status == 404


async def test_history_finds_words_and_goes_on_page_by_page(console: Console) -> None:
    foxes = await asked(console, SHOWN + 2)
    (bear,) = await asked(console, 1, prompt="a brown bear 100%")

    first = await console.page("/history?q=FOX")
    link = re.search(r'href="(/history\?[^"]+before=[^"]+)"', first)
    assert link
    second = await console.page(link[1].replace("&amp;", "&") + "&fragment=1")
    bears = Elements(await console.page("/history?q=100%25"))

    assert [one["data-job"] for one in Elements(first).messages()] == foxes[:1:-1]
    assert [one["data-job"] for one in Elements(second).messages()] == [foxes[1], foxes[0]]
    assert "<html" not in second
    assert [one["data-job"] for one in bears.messages()] == [bear]


async def test_details_say_everything_of_a_picture(console: Console) -> None:
    job = await console.say("a red fox --seed 41 --n 2 --size 64x64")
    await console.painted(job)

    whole = Elements(await console.page(f"/details/{job}?index=1"))
    piece = await console.page(f"/details/{job}?index=1&fragment=1")

    assert "42" in whole.text
    assert "a red fox" in whole.text
    assert "<html" not in piece
    assert whole.first(**{"class": "pic"})["data-index"] == "1"


async def test_favourites_show_what_is_kept(console: Console) -> None:
    job = await console.say("a red fox --size 64x64")
    image = (await console.painted(job))["images"][0]["id"]
    await console.post("/c/local/act", act="favourite", job=job, index=0)

    page = Elements(await console.page("/favourites"))
    channel = Elements(await console.page("/c/local"))

    assert page.first(**{"class": "pic"})["data-image"] == image
    assert channel.first(id="stream")["data-favourites"] == image


async def test_the_command_box_knows_commands_flags_and_values(console: Console) -> None:
    page = await console.page("/c/local")

    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]  # found, or the test fails
    assert {"imagine", "reroll", "help"} <= {command["name"] for command in data["commands"]}
    assert {"seed", "ar"} <= {flag["name"] for flag in data["flags"]}
    assert data["values"]["model"] == list(console.studio.generators["sketch"].capabilities.models)
    assert (data["guild"], data["me"]) == ("local", "local")


async def test_somebody_else_s_channel_is_as_good_as_none(console: Console) -> None:
    _, secret = await console.studio.store.keys.create("k", [KeyScope.SUBMIT], console.studio.clock.now())
    await console.say("a red fox")

    other = await console.call("GET", "/c/local", headers={"Authorization": f"Bearer {secret}"})
    nobody = await console.call("GET", "/c/nowhere")

    assert (other.status, nobody.status) == (404, 404)
    assert "fox" not in other.body.decode()


async def test_private_messages_are_only_for_their_person_and_the_operator(console: Console) -> None:
    key, secret = await console.studio.store.keys.create("k", [KeyScope.SUBMIT], console.studio.clock.now())
    as_key = {"Authorization": f"Bearer {secret}"}
    own = (await console.ask(as_key, private=True)).json["id"]
    others = (await console.ask(guild=key.guild, person="somebody", private=True)).json["id"]
    path = f"/c/{key.guild}"

    seen = [
        [one["data-job"] for one in Elements(await console.page(path, headers)).messages()]
        for headers in (as_key, None)
    ]
    named = Elements(await console.page(f"{path}/messages?ids={own},{others}", as_key)).messages()
    opened = await console.call("GET", f"{path}?at={others}", headers=as_key)

    assert seen == [[own], [own, others]]
    assert [one["data-job"] for one in named] == [own]
    assert opened.status == 404


async def test_what_came_over_the_api_is_in_the_channel_too(console: Console) -> None:
    job = (await console.call("POST", JOBS, json={"prompt": "a red fox", "guild": "discord:1"})).json["id"]

    page = Elements(await console.page("/c/discord:1"))

    assert [message["data-job"] for message in page.messages()] == [job]


async def test_a_link_on_a_stranger_s_page_leads_to_ours(console: Console) -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}

    followed = await console.call("GET", "/c/local", headers=link)
    framed = await console.call("GET", "/c/local", headers={**link, "Sec-Fetch-Dest": "iframe"}, allow_redirects=False)
    rebound = await console.call("GET", "/c/local", headers={**link, "Host": "evil.example"}, allow_redirects=False)

    assert followed.status == 200
    assert "fox" not in framed.body.decode()
    assert (framed.headers["Refresh"], rebound.headers["Refresh"]) == ("0; url=/login?next=%2Fc%2Flocal",) * 2


async def test_german_pages_say_in_german_what_a_flag_takes(console: Console) -> None:
    page = Elements(await console.page("/help", {"Accept-Language": "de"}))

    german = {text: allowed("de", text) for flag in FLAGS for text in flag.allowed}
    assert all(text in page.text for text in german.values())
    assert [text for text, said in german.items() if text != said and text in page.text] == []
    assert len([text for text, said in german.items() if text != said]) > 10
