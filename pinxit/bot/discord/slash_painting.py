"""The commands that paint from words and attached pictures: /imagine, /inpaint, /blend."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.app_commands import Choice

from pinxit.bot.discord.answers import handle
from pinxit.bot.discord.completing import aspects, completing, loras, models, pictures, samplers, sizes, styles
from pinxit.bot.discord.options import draft_of, image_of, source_of
from pinxit.bot.discord.translating import text
from pinxit.chat.commands import run
from pinxit.chat.meaning import found
from pinxit.chat.painting import paint
from pinxit.domain.draft import SourceDraft
from pinxit.domain.errors import Code, Refused
from pinxit.domain.request import Mode, Role
from pinxit.wording import Slash

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.bot.discord.desk import Interaction
    from pinxit.chat.replies import Asker, Reply
    from pinxit.domain.ids import ImageId

_ENHANCE = [
    Choice(name=text(Slash.ENHANCE_OFF), value="off"),
    Choice(name=text(Slash.ENHANCE_RULES), value="rules"),
    Choice(name=text(Slash.ENHANCE_LLM), value="llm"),
]


@app_commands.command(name="imagine", description=text(Slash.IMAGINE))
@app_commands.describe(
    prompt=text(Slash.OF_PROMPT),
    negative=text(Slash.OF_NEGATIVE),
    model=text(Slash.OF_MODEL),
    style=text(Slash.OF_STYLE),
    aspect=text(Slash.OF_ASPECT),
    size=text(Slash.OF_SIZE),
    count=text(Slash.OF_COUNT),
    steps=text(Slash.OF_STEPS),
    guidance=text(Slash.OF_GUIDANCE),
    sampler=text(Slash.OF_SAMPLER),
    seed=text(Slash.OF_SEED),
    image=text(Slash.OF_IMAGE),
    strength=text(Slash.OF_STRENGTH),
    mask=text(Slash.OF_MASK),
    style_image=text(Slash.OF_STYLE_IMAGE),
    lora=text(Slash.OF_LORA),
    enhance=text(Slash.OF_ENHANCE),
    private=text(Slash.OF_PRIVATE),
)
@app_commands.choices(enhance=_ENHANCE)
@app_commands.autocomplete(
    model=completing(models),
    style=completing(styles),
    aspect=completing(aspects),
    size=completing(sizes),
    sampler=completing(samplers),
    lora=completing(loras),
)
async def imagine(
    interaction: Interaction,
    *,
    prompt: str,
    negative: str | None = None,
    model: str | None = None,
    style: str | None = None,
    aspect: str | None = None,
    size: str | None = None,
    count: int | None = None,
    steps: int | None = None,
    guidance: float | None = None,
    sampler: str | None = None,
    seed: int | None = None,
    image: discord.Attachment | None = None,
    strength: float | None = None,
    mask: discord.Attachment | None = None,
    style_image: discord.Attachment | None = None,
    lora: str | None = None,
    enhance: str | None = None,
    private: bool | None = None,
) -> None:
    """Paint pictures of somebody's words."""
    said = {
        "negative": negative,
        "model": model,
        "style": style,
        "aspect": aspect,
        "size": size,
        "count": count,
        "steps": steps,
        "guidance": guidance,
        "sampler": sampler,
        "seed": seed,
        "strength": strength,
        "lora": lora,
        "enhance": enhance,
    }
    attached = {Role.IMAGE: image, Role.MASK: mask, Role.STYLE: style_image}

    async def work(asker: Asker, studio: Studio) -> Reply:
        limits = studio.house.limits
        sources = tuple(source_of(file, role, limits) for role, file in attached.items() if file is not None)
        return await paint(prompt, draft_of(said, sources, private=private), asker, studio)

    await handle(interaction, work, command="/imagine")


@app_commands.command(name="inpaint", description=text(Slash.INPAINT))
@app_commands.describe(
    prompt=text(Slash.OF_PROMPT),
    mask=text(Slash.OF_MASK),
    image=text(Slash.OF_IMAGE),
    picture=text(Slash.OF_PICTURE),
    strength=text(Slash.OF_STRENGTH),
    private=text(Slash.OF_PRIVATE),
)
@app_commands.autocomplete(picture=completing(pictures))
async def inpaint(
    interaction: Interaction,
    *,
    prompt: str,
    mask: discord.Attachment,
    image: discord.Attachment | None = None,
    picture: str | None = None,
    strength: float | None = None,
    private: bool | None = None,
) -> None:
    """Repaint the white parts of a mask, in an attached picture, one of ours, or the person's newest."""

    async def work(asker: Asker, studio: Studio) -> Reply:
        limits = studio.house.limits
        if image is not None and picture is not None:
            raise Refused(Code.FIELD_CONFLICT, field="image", value="image", other="picture", allowed=[])
        repainted = source_of(mask, Role.MASK, limits)
        if image is not None:
            first = source_of(image, Role.IMAGE, limits)
        else:
            first = SourceDraft(Role.IMAGE, image=image_of(picture) or await _newest(asker, studio))
        fields = draft_of({"strength": strength}, (first, repainted), private=private)
        return await paint(prompt, replace(fields, mode=Mode.INPAINT), asker, studio)

    await handle(interaction, work, command="/inpaint")


@app_commands.command(name="blend", description=text(Slash.BLEND))
@app_commands.describe(first=text(Slash.OF_FIRST), second=text(Slash.OF_SECOND), prompt=text(Slash.OF_PROMPT))
async def blend(
    interaction: Interaction, *, first: discord.Attachment, second: discord.Attachment, prompt: str = ""
) -> None:
    """Make one picture of two."""

    async def work(asker: Asker, studio: Studio) -> Reply:
        limits = studio.house.limits
        sources = tuple(source_of(file, Role.IMAGE, limits) for file in (first, second))
        return await run(f"/blend {prompt}", replace(asker, sources=sources), studio)

    await handle(interaction, work, command="/blend")


async def _newest(asker: Asker, studio: Studio) -> ImageId:
    job_id, _ = await found(None, "inpaint", asker, studio)
    job = await studio.store.jobs.job(job_id)
    picture = next(iter(job.pictures), None) if job is not None else None
    if picture is None:
        raise Refused(Code.NO_PICTURE_YET)
    return picture.id
