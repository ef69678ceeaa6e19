from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.pictures.discord_markdown import Names, drawn
from tests.pictures.discord_window import Part, Window, html

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NAMES = Names(NOW, {"3": "ada"}, {"5": "artists"}, {"7": "sketchbook"})
IN_A_MINUTE = int(NOW.timestamp()) + 60


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**a** *b* _c_ __d__ ~~e~~", "<strong>a</strong> <em>b</em> <em>c</em> <u>d</u> <s>e</s>"),
        ("`**a**`", "<code>**a**</code>"),
        (r"\*\*a\*\* snake_case_name 2 * 3 * 4", "**a** snake_case_name 2 * 3 * 4"),
        ("<b>&</b>", "&lt;b&gt;&amp;&lt;/b&gt;"),
        ("<@3> <@&5> <#7> <@4>", "@ada @artists #sketchbook @4"),
        (f"<t:{IN_A_MINUTE}:R> <t:{IN_A_MINUTE}:t>", "in 1 minute 12:01"),
        ("[a **b**](https://example.org)", "<a>a <strong>b</strong></a>"),
        ("||a||", "<span class='covered'>a</span>"),
    ],
)
def test_a_line_is_drawn_as_discord_draws_it(text: str, shown: str) -> None:
    plain = str(drawn(text, NAMES))
    for tag in ("mention", "time"):
        plain = plain.replace(f"<span class='{tag}'>", "")

    kept = plain if "covered" in shown else plain.replace("</span>", "")
    assert kept.removeprefix("<div class='line'>").removesuffix("</div>") == shown


def test_lines_of_their_own_kind_are_told_apart() -> None:
    shown = str(drawn("# a\n> b\n- c\n-# d\n```py\n*e*\n```\nf", NAMES))

    assert "<h1 class=''>a</h1>" in shown
    assert "<blockquote class=''>b</blockquote>" in shown
    assert "<div class='item'>c</div>" in shown
    assert "<div class='small'>d</div>" in shown
    assert "<pre>*e*</pre>" in shown
    assert shown.endswith("<div class='line'>f</div>")


def page(*parts: Part) -> str:
    return html(Window("#sketchbook", parts, NAMES, {"https://cdn/1": b"png"}.get)).partition("</style>")[2]


def message(**said: object) -> Part:
    user = {"id": "3", "username": "ada", "global_name": None}
    bot = {"id": "9", "username": "pinxit", "bot": True}
    return Part(
        "message",
        {"author": bot, "timestamp": "2026-11-21T14:02:00+00:00", "interaction": {"name": "imagine", "user": user}}
        | said,
    )


def test_a_message_says_who_used_what_and_shows_pictures_buttons_and_reactions() -> None:
    picture = {"filename": "a.png", "url": "https://cdn/1", "content_type": "image/png", "width": 3, "height": 2}
    row = {"type": 1, "components": [{"type": 2, "style": 4, "label": "Delete", "disabled": True}]}

    shown = page(message(attachments=[picture], components=[row], reactions=[{"emoji": {"name": "❤️"}, "count": 2}]))

    assert '<b>ada</b> used <span class="chip">/imagine</span>' in shown
    assert '<div class="mosaic n1"' in shown
    assert '<img src="data:image/png;base64,cG5n">' in shown
    assert '<span class="button s4 off">Delete</span>' in shown
    assert "❤️ 2" in shown
    assert "Only you can see this" not in shown


def test_what_one_person_sees_alone_and_what_is_covered_look_so() -> None:
    covered = {"filename": "SPOILER_a.png", "url": "https://cdn/1", "content_type": "image/png"}

    shown = page(message(flags=64, attachments=[covered]))

    assert "Only you can see this" in shown
    assert '<div class="tile spoiler">' in shown


def test_text_from_people_never_becomes_markup_of_the_page() -> None:
    evil = "<script>alert(1)</script>"
    embed = {"title": evil, "description": evil, "fields": [{"name": evil, "value": evil}], "footer": {"text": evil}}
    form = {"title": evil, "components": [{"type": 18, "label": evil, "component": {"type": 4, "value": evil}}]}

    shown = page(message(content=evil, embeds=[embed]), Part("modal", form), Part("menu", {"names": [evil], "now": ""}))

    assert "<script" not in shown
    assert shown.count("&lt;script&gt;") == 10
