from __future__ import annotations

import asyncio
import io
import json
from typing import TYPE_CHECKING

from PIL import Image

from pinxit.actions.styles import SIZE_PX, Previews, list_styles
from pinxit.domain.errors import Code
from pinxit.domain.guild_rules import NamedStyle, style_key, style_to_json
from pinxit.prompt.styles import load_styles
from tests.actions.atelier import ANNA, STRANGER, refusal, running

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.domain.ports import Tx
    from pinxit.parts import Parts


async def with_styles(parts: Parts, *styles: NamedStyle) -> None:
    """Store a guild with these styles of its own."""
    saved = json.dumps({"styles": {style_key(style.name): style_to_json(style) for style in styles}})

    def work(tx: Tx) -> None:
        tx.run(
            """
            INSERT INTO guild (id, platform, name, settings, created_ms) VALUES (:id, 'discord', 'G', :saved, 0)
            ON CONFLICT (id) DO UPDATE SET settings = :saved
            """,
            id=ANNA.guild,
            saved=saved,
        )

    await parts.store.database.write(work)


async def test_a_guilds_own_styles_stand_before_the_shipped_ones_and_replace_them(tmp_path: Path) -> None:
    ours, noir = NamedStyle("House Ink", "ink"), NamedStyle("noir", "pencil drawing")
    async with running(tmp_path) as parts:
        await with_styles(parts, ours, noir)
        own = await list_styles(ANNA, parts.studio)
        german = await list_styles(ANNA, parts.studio, "de")
        others = await list_styles(STRANGER, parts.studio)

    assert own[:2] == german[:2] == [ours, noir]
    assert [style.name for style in german] == [style.name for style in own]
    assert german[2].about == "Durchscheinende Farbe auf weißem Papier"
    assert [style.name for style in own].count("Noir") == 0
    assert len(own) == len(load_styles()) + 1
    assert others == list(load_styles().values())


async def test_a_preview_is_a_small_webp_and_each_style_has_its_own(tmp_path: Path) -> None:
    previews = Previews()
    async with running(tmp_path) as parts:
        seen = {name: await previews.preview(name, ANNA, parts.studio) for name in ("noir", "Pixel Art", "watercolor")}

    assert len(set(seen.values())) == 3
    for data in seen.values():
        with Image.open(io.BytesIO(data)) as picture:
            assert (picture.format, picture.size) == ("WEBP", SIZE_PX)


async def test_a_preview_follows_a_guilds_own_style_when_that_is_changed(tmp_path: Path) -> None:
    previews = Previews()
    async with running(tmp_path) as parts:
        await with_styles(parts, NamedStyle("House", "pencil drawing"))
        pencil = await previews.preview("house", ANNA, parts.studio)
        await with_styles(parts, NamedStyle("House", "film noir"))
        noir = await previews.preview("house", ANNA, parts.studio)
        refused = await refusal(previews.preview("house", STRANGER, parts.studio))

    assert pencil != noir
    assert refused.code is Code.STYLE_UNKNOWN


async def test_previews_are_painted_once_and_only_so_many_are_kept(tmp_path: Path) -> None:
    previews = Previews(most=2)
    async with running(tmp_path) as parts:
        async with asyncio.TaskGroup() as tasks:
            asking = [tasks.create_task(previews.preview("noir", ANNA, parts.studio)) for _ in range(4)]
        first = asking[0].result()
        same = [task.result() is first for task in asking]
        await previews.preview("comic", ANNA, parts.studio)
        still = await previews.preview("noir", ANNA, parts.studio)
        for name in ("pencil", "charcoal"):
            await previews.preview(name, ANNA, parts.studio)
        again = await previews.preview("noir", ANNA, parts.studio)

    assert all(same)
    assert still is first
    assert again == first
    assert again is not first
