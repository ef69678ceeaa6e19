"""The operator's pages show how things are, and each of their forms does what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pinxit.actions.admin.guild_settings import FIELDS, load_guild
from pinxit.actions.admin.lanes import load_paused
from pinxit.actions.admin.quota import show_quotas
from pinxit.actions.quota import balance
from pinxit.data.keys import KeyScope
from pinxit.domain.caller import OPERATOR
from pinxit.domain.ids import GuildId, ImageId
from pinxit.web.console.admin_pages import SECTIONS
from tests.web.console.consoles import STRANGER
from tests.web.console.test_console_pages import HOSTILE, Elements
from tests.web.served import complaint

if TYPE_CHECKING:
    from tests.web.console.consoles import Console
    from tests.web.served import Answer

LOCAL = GuildId("local")
PAGES = ("/admin", *(f"/admin/{section}" for section in SECTIONS[1:]), "/admin/guilds/local")


async def done(console: Console, path: str, **form: Any) -> str:  # noqa: ANN401 - JSON
    answer = await console.post(path, **form)
    assert answer.status == 200, answer.body
    said: str = answer.json["said"]
    return said


async def reported(console: Console, reason: str = "it is rude", prompt: str = "a rude fox") -> tuple[str, str]:
    """Return the report of a new picture, and the picture."""
    job = await console.say(f"{prompt} --size 64x64")
    image = (await console.painted(job))["images"][0]["id"]
    await console.post("/c/local/act", act="report", job=job, index=0, value=reason)
    rows = await console.studio.store.database.read(
        lambda tx: tx.all("SELECT id FROM report WHERE image_id = :image", image=image)
    )
    return rows[0]["id"], image


async def test_every_page_is_there_in_both_languages(console: Console) -> None:
    await console.say("a fox")

    for path in PAGES:
        english, german = await console.page(path), await console.page(path, {"Accept-Language": "de"})

        assert "Administration" in english, path
        assert "Verwaltung" in german, path


async def test_nobody_but_the_operator_sees_or_does_any_of_it(console: Console) -> None:
    _, secret = await console.studio.store.keys.create("k", [KeyScope.SUBMIT], console.studio.clock.now())
    holder = {"Authorization": f"Bearer {secret}", **STRANGER}

    shown = [await console.call("GET", path, headers=holder) for path in PAGES]
    refused = await console.post("/admin/pools", headers=holder, act="pause")
    home = Elements(await console.page("/help", holder))

    assert {answer.status for answer in shown} == {403}
    assert complaint(refused, "not_admin", 403) == ""
    assert not [attrs for _, attrs in home.found if attrs.get("href") == "/admin"]


async def test_the_overview_shows_what_runs_who_used_most_and_open_reports(console: Console) -> None:
    empty = Elements(await console.page("/admin"))
    await reported(console)
    full = Elements(await console.page("/admin"))

    assert "No report is open." in empty.text
    assert "Nobody has asked for anything today." in empty.text
    assert full.first(href="/admin/reports", **{"class": "button strong"})
    assert "0.1 credits" in full.text


async def test_a_painter_is_paused_and_resumed(console: Console) -> None:
    said = [await done(console, "/admin/pools", pool="sketch", act=act) for act in ("pause", "pause")]
    paused = (await load_paused(OPERATOR, console.studio)).pools
    page = Elements(await console.page("/admin"))
    await done(console, "/admin/pools", pool="sketch", act="resume")
    after = (await load_paused(OPERATOR, console.studio)).pools

    assert said == ["Done.", "Nothing to change: it was so already."]
    assert (set(map(str, paused)), set(after)) == ({"sketch"}, set())
    assert "resume" in {attrs.get("value") for _, attrs in page.found}


async def test_every_setting_of_a_guild_is_in_its_form_and_is_kept(console: Console) -> None:
    sent = {
        "name": "Foxes & Co",
        "locale": "de",
        "time_zone": "Europe/Berlin",
        "generator": "sketch",
        "model": "sketch",
        "models": "sketch",
        "negative_prompt": "dogs, cats",
        "style": "Candle lit",
        "count": "2",
        "steps": "10",
        "aspect": "3:2",
        "max_side_px": "1024",
        "max_steps": "40",
        "max_count": "4",
        "enhance": "rules",
        "failover": "off",
        "nsfw": "withhold",
        "reports_channel": "reports",
        "retention_days": "30",
        "person_cooldown_s": "1.5",
        "guild_cooldown_s": "0.5",
        "blocked_words": "mud\nrust",
        "blocked_patterns": "ab{1,2}c\nx+",
        "allowed_words": "Essex",
    }
    assert set(sent) == {field.name for field in FIELDS}
    await done(console, "/admin/guilds/local/styles", name="Candle lit", suffix="candles")

    assert await done(console, "/admin/guilds/local", **sent) == "Done."
    page = await console.page("/admin/guilds/local")
    saved = await load_guild(LOCAL, OPERATOR, console.studio)
    await done(console, "/admin/guilds/local", **shown_in(page))
    again = await load_guild(LOCAL, OPERATOR, console.studio)
    await done(console, "/admin/guilds/local", **dict.fromkeys(sent, ""))
    nothing = await load_guild(LOCAL, OPERATOR, console.studio)

    assert shown_in(page) == sent
    assert (saved.time_zone, saved.rules.blocked_patterns) == ("Europe/Berlin", ("ab{1,2}c", "x+"))
    assert again == saved
    assert nothing.rules.count is None
    assert nothing.time_zone == "UTC"


def shown_in(page: str) -> dict[str, str]:
    """Return what the form of settings holds."""
    form = page[page.index("data-changed") : page.index("</form>", page.index("data-changed"))]
    found, name, is_long = {}, "", False
    for tag, attrs in Elements(form).found:
        if tag in ("input", "textarea", "select"):
            name, is_long = str(attrs["name"]), tag == "textarea"
            found[name] = attrs.get("value") or ""
        elif tag == "option" and "selected" in attrs:
            found[name] = attrs["value"] or ""
        if is_long:
            inside = form.partition(f'name="{name}"')[2]
            found[name] = inside.partition(">")[2].partition("</textarea>")[0]
    return found


async def test_the_next_picture_follows_the_guild_s_defaults(console: Console) -> None:
    await done(console, "/admin/guilds/local", aspect="3:2", negative_prompt="dogs")

    job = await console.look(await console.say("a fox"))

    assert job["request"]["width"] > job["request"]["height"]
    assert job["request"]["negative_prompt"] == "dogs"


WRONG: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("/admin/guilds/local", {"nsfw": "withold"}, "field_choice"),
    ("/admin/guilds/local", {"nsfv": "post"}, "field_unknown"),
    ("/admin/guilds/local", {"count": "many"}, "field_type"),
    ("/admin/guilds/local", {"count": 2}, "field_type"),
    ("/admin/guilds/local", {"blocked_patterns": "("}, "field_choice"),
    ("/admin/guilds/local/share", {"weight": "0"}, "field_range"),
    ("/admin/guilds/local/share", {"running_cap": "many"}, "field_type"),
    ("/admin/guilds/local/pause", {"act": "stop"}, "field_choice"),
    ("/admin/guilds/local/styles", {"name": " ", "suffix": "x"}, "field_missing"),
    ("/admin/guilds/local/styles", {"name": "x", "suffix": "x", "aspect": "3"}, "field_type"),
    ("/admin/guilds/local/styles/remove", {"name": "x"}, "style_unknown"),
    ("/admin/quotas", {"scope": "role", "guild": "local", "name": "everyone", "amount": "-3"}, "field_type"),
    ("/admin/quotas", {"scope": "nobody", "name": "x", "amount": "3"}, "field_choice"),
    ("/admin/quotas", {"scope": "everyone", "amount": "3", "unit": "euro"}, "field_choice"),
    ("/admin/quotas", {"scope": "everyone", "amount": "3", "period": "hour"}, "field_choice"),
    ("/admin/grants", {"scope": "guild", "name": "local", "amount": "3", "days": "x"}, "field_type"),
    ("/admin/bans", {"scope": "person", "scope_id": "local"}, "not_bannable"),
    ("/admin/pools", {"act": "pause", "pool": "nobody"}, "generator_unknown"),
)


@pytest.mark.parametrize(("path", "form", "code"), WRONG, ids=lambda value: str(value)[:40])
async def test_what_cannot_be_is_refused_with_a_sentence(
    console: Console, path: str, form: dict[str, Any], code: str
) -> None:
    await console.say("a fox")

    answer = await console.post(path, **form)

    assert answer.json["error"] == code, answer.body
    assert answer.json["message"].endswith(".")
    assert answer.status in (403, 404, 422)


async def test_a_guild_has_a_share_waits_and_is_cleared(console: Console) -> None:
    await console.say("a fox")
    said = [await done(console, "/admin/guilds/local/share", weight="2,5", running_cap="3") for _ in range(2)]
    await done(console, "/admin/guilds/local/pause", act="pause")
    during = await load_guild(LOCAL, OPERATOR, console.studio)
    await done(console, "/admin/guilds/local/pause", act="resume")
    await done(console, "/admin/guilds/local/share", weight="2.5", running_cap="")
    cleared = await done(console, "/admin/guilds/local/clear")
    after = await load_guild(LOCAL, OPERATOR, console.studio)

    assert said == ["Done.", "Nothing to change: it was so already."]
    assert (during.weight, during.running_cap, during.is_paused) == (2.5, 3, True)
    assert (after.weight, after.running_cap, after.is_paused) == (2.5, None, False)
    assert cleared == "1 job was cancelled."


async def test_a_guild_s_styles_come_and_go(console: Console) -> None:
    await done(console, "/admin/guilds/local/styles", name="Candle lit", suffix="candles", aspect="3:2")
    page = Elements(await console.page("/admin/guilds/local"))
    await done(console, "/admin/guilds/local/styles/remove", name="Candle lit")
    rules, _ = await console.studio.store.guilds.rules(LOCAL)

    assert "Candle lit" in page.text
    assert rules.styles == {}


async def test_limits_and_grants_are_set_shown_forgiven_and_taken_away(console: Console) -> None:
    await console.painted(await console.say("a fox --size 64x64"))
    limit = {"scope": "member", "guild": "local", "name": "local", "unit": "credit", "period": "day"}
    await done(console, "/admin/quotas", **limit, amount="12")
    await done(console, "/admin/quotas", scope="everyone", unit="dollar", period="month", amount="5.5")
    await done(console, "/admin/quotas", scope="guild", guild="local", amount="100", period="week")
    await done(console, "/admin/grants", scope="person", name="local", amount="5", days="30", note="contest")
    page = Elements(await console.page("/admin/quotas"))
    used = await balance(OPERATOR, console.studio)
    await done(console, "/admin/quotas/reset", scope="member", guild="local", name="local")
    forgiven = await balance(OPERATOR, console.studio)
    await done(console, "/admin/quotas", **limit)
    left = await show_quotas(None, OPERATOR, console.studio)

    assert {"12 credits a day", "$5.50 a month", "100 credits a week"} <= {part.strip() for part in cells(page)}
    assert [line.used for line in used.lines if line.scope.value == "member"] == [100]
    assert [line.used for line in forgiven.lines if line.scope.value == "member"] == [0]
    assert [grant.amount for grant in used.grants] == [5000]
    assert {line.scope.value for line in left} == {"everyone", "guild"}


def cells(page: Elements) -> list[str]:
    found, row = [], page.text
    for amount in ("12 credits a day", "$5.50 a month", "100 credits a week"):
        found += [amount] if amount in row else []
    return found


async def test_a_ban_is_set_shown_and_lifted(console: Console) -> None:
    body = {"prompt": "a fox", "guild": "discord:1", "person": "discord:boris"}
    await console.call("POST", "/api/v1/jobs", json=body)
    form = {"scope": "person", "scope_id": "discord:boris", "guild": "discord:1"}
    await done(console, "/admin/bans", **form, hours="24", reason="he was rude")
    page = Elements(await console.page("/admin/bans"))
    banned = await console.call("POST", "/api/v1/jobs", json=body)
    said = [await done(console, "/admin/bans/lift", **form) for _ in range(2)]
    again = await console.call("POST", "/api/v1/jobs", json=body)

    assert "he was rude" in page.text
    assert banned.json["error"] == "banned"
    assert said == ["Done.", "Nothing to change: it was so already."]
    assert again.status == 202


@pytest.mark.parametrize("verdict", ["dismiss", "hide", "delete"])
async def test_a_report_is_shown_covered_and_decided(console: Console, verdict: str) -> None:
    report, image = await reported(console)

    page = Elements(await console.page("/admin/reports"))
    said = await done(console, f"/admin/reports/{report}", verdict=verdict)
    after = Elements(await console.page("/admin/reports"))
    found = await console.studio.store.images.image(ImageId(image))
    again = await console.post(f"/admin/reports/{report}", verdict=verdict)

    picture = page.first(**{"data-src": f"/api/v1/images/{image}/thumbnail"})
    assert "src" not in picture
    assert "it is rude" in page.text
    assert "a rude fox" in page.text
    assert said == "Done."
    assert "No report is open." in after.text
    assert found is not None
    assert (found.is_hidden, found.is_deleted) == (verdict == "hide", verdict == "delete")
    assert again.json["error"] == "report_unknown"


async def test_the_audit_is_filtered_leafed_through_and_taken_away(console: Console) -> None:
    for number in range(55):
        await done(console, "/admin/guilds/local", count=f"{1 + number % 4}")
    await done(console, "/admin/guilds/local/pause", act="pause")

    newest = Elements(await console.page("/admin/audit"))
    link = next(attrs["href"] or "" for _, attrs in newest.found if attrs.get("rel") == "next")
    older = Elements(await console.page(link))
    paused = Elements(await console.page("/admin/audit?act=guild.paused&actor=local&guild=local&since=2020-01-01"))
    files = [attrs["href"] or "" for _, attrs in paused.found if "download" in attrs]
    downloads = [await console.call("GET", file) for file in files]
    wrong = await console.call("GET", "/admin/audit?since=soon")

    assert [rows(page) for page in (newest, older, paused)] == [50, 6, 1]
    assert [download.headers["Content-Type"].partition(";")[0] for download in downloads] == [
        "text/csv",
        "application/jsonl",
    ]
    assert [download.body.count(b"guild.paused") for download in downloads] == [1, 1]
    assert wrong.status == 422


def rows(page: Elements) -> int:
    return sum(tag == "tr" for tag, _ in page.found) - 1


async def test_the_ledger_is_verified_and_taken_away(console: Console) -> None:
    await console.say("a fox")
    page = Elements(await console.page("/admin/ledger"))
    right = await console.post("/admin/ledger/verify")
    await console.studio.store.database.write(lambda tx: tx.run("UPDATE usage SET used = used + 1"))
    wrong = await console.post("/admin/ledger/verify")
    files = [await console.call("GET", attrs["href"] or "") for _, attrs in page.found if "download" in attrs]

    assert right.json["said"].startswith("Everything is right: ")
    assert right.json["lines"] == []
    assert wrong.json["lines"]
    assert [file.status for file in files] == [200, 200]


async def test_text_of_people_is_never_markup_on_the_operator_s_pages(console: Console) -> None:
    evil = HOSTILE[:100]
    forms: tuple[tuple[str, dict[str, str]], ...] = (
        ("/admin/guilds/local", {"name": evil, "negative_prompt": HOSTILE, "reports_channel": evil}),
        ("/admin/guilds/local", {"blocked_words": evil.replace(",", " "), "allowed_words": evil}),
        ("/admin/guilds/local/styles", {"name": evil[:40], "suffix": HOSTILE, "negative": HOSTILE, "about": evil}),
        ("/admin/quotas", {"scope": "role", "guild": "local", "name": evil, "amount": "3"}),
    )
    report, _ = await reported(console, HOSTILE, f'"{evil}"')
    for path, form in forms:
        assert await done(console, path, **form) == "Done."
    body = {"prompt": "a fox", "guild": "discord:1", "person": "discord:boris"}
    await console.call("POST", "/api/v1/jobs", json=body)
    await done(console, "/admin/bans", scope="person", scope_id="discord:boris", reason=evil)
    await done(console, f"/admin/reports/{report}", verdict="dismiss")
    await reported(console, HOSTILE, f'"{evil}" again')
    bad = "%3Cxss-tag%3E%22%27%3Cscript%3E%7B%7B7777*7777%7D%7D"

    paths = [*PAGES, "/styles", "/quota", f"/admin/audit?act={bad}&actor={bad}&guild={bad}", f"/admin/guilds/{bad}"]
    answers: dict[str, Answer] = {path: await console.call("GET", path) for path in (*paths, f"/styles?guild={bad}")}
    pages = {path: Elements(answer.body.decode()) for path, answer in answers.items()}

    assert {answer.headers["Content-Type"] for answer in answers.values()} == {"text/html; charset=utf-8"}
    assert {path: page.crimes() for path, page in pages.items() if page.crimes()} == {}
    assert "<xss-tag" in pages["/admin/reports"].text
    assert "<xss-tag" in pages["/styles"].text
    assert "<xss-tag" in pages["/admin/bans"].text
