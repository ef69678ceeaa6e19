"""Made-up people, channels, jobs and pictures for the preview of the console's pages."""

from __future__ import annotations

import dataclasses
import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from PIL import Image as Canvas
from PIL import ImageDraw

from pinxit.domain.ids import GuildId, ImageId, JobId, PersonId, new_id
from pinxit.domain.job import Job, JobState
from pinxit.web.console.rendering import Listed, Person
from tests.builders import NOW_AT, a_job, a_request, an_image

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

ME = Person("ada", "Ada", is_operator=False, can_log_out=True)
COMMANDS = [
    {"name": name, "summary": summary, "takes": takes, "example": example}
    for name, summary, takes, example in (
        ("imagine", "Paint what you describe", "prompt", "/imagine a red fox in snow --ar 3:2 --n 4"),
        ("inpaint", "Repaint the masked part of a picture", "prompt", "/inpaint a straw hat"),
        ("inspect", "Read how a picture came to be", "image", "/inspect"),
        ("history", "Search what was painted", "text", "/history fox"),
        ("queue", "Show whose turn it is", "", "/queue"),
        ("help", "Show commands and flags", "", "/help"),
    )
]
ASPECTS = {"1:1": (1024, 1024), "3:2": (1216, 832), "2:3": (832, 1216), "16:9": (1344, 768), "9:16": (768, 1344)}
VALUES = {
    "ar": list(ASPECTS),
    "style": ["watercolour", "oil painting", "line art", "low poly"],
    "model": ["sketch", "flux"],
    "sampler": ["euler", "dpm++ 2m"],
}
PROMPTS = (
    ("a lighthouse at dusk, stormy sea, oil painting", 4, (1216, 832)),
    ("a red fox in fresh snow, watercolour", 1, (1024, 1024)),
    ("portrait of a botanist in her greenhouse, soft morning light", 2, (832, 1216)),
    ("three boats in a quiet harbour at night, woodblock print", 3, (1024, 768)),
    ("studies of clouds over a wheat field, pastel", 7, (768, 768)),
)


def picture(name: str, size_px: tuple[int, int]) -> bytes:
    """Paint something quiet, another one for each name."""
    luck = sum(ord(letter) * (place + 3) for place, letter in enumerate(name))
    width, height = size_px
    strip = Canvas.new("RGB", (1, 64))
    for row in range(64):
        warm = (luck % 60, luck // 7 % 50, luck // 13 % 70)
        strip.putpixel((0, row), (235 - row - warm[0], 150 + row - warm[1], 120 + warm[2] + row))
    canvas = strip.resize(size_px, Canvas.Resampling.BICUBIC)
    draw = ImageDraw.Draw(canvas)
    sun = width * (15 + luck % 70) // 100
    draw.ellipse(
        (sun - height // 9, height // 6, sun + height // 9, height // 6 + 2 * height // 9), fill=(255, 232, 190)
    )
    for layer in range(3):
        ground = height * (62 + 11 * layer) // 100
        bumps = [(x, ground - (luck * (x + 7 + layer) // 11 % (height // 9))) for x in range(0, width + 1, width // 6)]
        shade = (70 - 18 * layer, 82 - 20 * layer + luck % 25, 92 - 14 * layer)
        draw.polygon([(0, height), *bumps, (width, bumps[0][1]), (width, height)], fill=shade)
    file = io.BytesIO()
    canvas.save(file, "JPEG", quality=85)
    return file.getvalue()


def painted(job: Job) -> Job:
    """Return the job with all its pictures."""
    asked = job.request
    images = tuple(
        an_image(
            job=job.id,
            index=index,
            seed=7 + index,
            width_px=asked.width_px,
            height_px=asked.height_px,
            id=ImageId(new_id(job.created_at)),
            prompt=asked.prompt,
            guild=job.guild,
            person=job.person,
        )
        for index in range(asked.count)
    )
    end_at = job.created_at + timedelta(seconds=4.2)
    return dataclasses.replace(job, state=JobState.SUCCEEDED, images=images, started_at=job.created_at, ended_at=end_at)


def new_job(prompt: str, count: int, size_px: tuple[int, int], at: datetime, who: str) -> Job:
    """Return a queued job."""
    asked = a_request(prompt=prompt, typed=f"/imagine {prompt}", count=count, width_px=size_px[0], height_px=size_px[1])
    return a_job(id=JobId(new_id(at)), request=asked, created_at=at, guild=GuildId("web:studio"), person=PersonId(who))


def first_jobs() -> Iterator[Job]:
    """Return what the channel holds at the beginning, oldest first."""
    for number, (prompt, count, size_px) in enumerate(PROMPTS):
        at = NOW_AT - timedelta(hours=26 - 6 * number)
        yield painted(new_job(prompt, count, size_px, at, "ada" if number % 2 else "grace"))
    late = new_job("a cat asleep on a windowsill " * 14, 1, (640, 640), NOW_AT - timedelta(minutes=9), "grace")
    yield dataclasses.replace(late, state=JobState.FAILED, error_code="timed_out", error_facts={"deadline_s": 300})
    yield new_job("<b>not bold</b> & an orchard in bloom", 4, (1216, 832), NOW_AT - timedelta(minutes=1), "ada")


def channels() -> tuple[Listed, ...]:
    """Return some channels."""
    return (
        Listed("web:studio", "studio", "web", 0, "/c/web:studio", is_open=True),
        Listed("web:landscapes", "landscapes", "web", 3, "/c/web:landscapes", is_open=False),
        Listed("discord:1", "Friends of the brush", "discord", 128, "/c/discord:1", is_open=False),
    )


def pools() -> list[dict[str, Any]]:
    """Return a queue in the midst of work."""
    lanes = [
        {
            "guild": guild,
            "name": name,
            "weight": weight,
            "queued": queued,
            "running": 1,
            "charged_s": used_s,
            "share": share,
        }
        for guild, name, weight, queued, used_s, share in (
            ("web:studio", "studio", 1, 2, 84.0, 0.36),
            ("web:landscapes", "landscapes", 2, 5, 150.0, 0.32),
            ("discord:1", "", 1, 11, 75.0, 0.32),
        )
    ]
    busy = {"pool": "sketch", "queued": 18, "running": 3, "workers": 2, "lanes": lanes}
    return [busy, {"pool": "flux", "queued": 0, "running": 0, "workers": 1, "lanes": []}]
