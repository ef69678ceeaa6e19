"""Whole domain values of which a test names only what it is about: `a_job(state=JobState.RUNNING)`."""

from __future__ import annotations

import dataclasses
import hashlib
import io
from datetime import UTC, datetime
from typing import Any

from PIL import Image as Picture

from pinxit.domain.delivery import Delivery, DeliveryState
from pinxit.domain.ids import DeliveryId, GuildId, ImageId, JobId, PersonId, PoolName, new_id
from pinxit.domain.image import Image
from pinxit.domain.job import Job, JobState, Priority, RouteStep
from pinxit.domain.request import Request
from pinxit.domain.seeds import image_seed

NOW_AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def a_request(**changes: object) -> Request:
    """Return a plain text-to-image request for one picture with seed 7."""
    values: dict[str, Any] = {"prompt": "a red fox in snow", "width_px": 64, "height_px": 64, "seed": 7}
    values.update(changes)
    values.setdefault("typed", values["prompt"])
    return Request(**values)


def a_job(**changes: object) -> Job:
    """Return a queued job under a fresh id, without images."""
    values: dict[str, Any] = {
        "id": JobId(new_id(NOW_AT)),
        "guild": GuildId("guild-1"),
        "person": PersonId("person-1"),
        "state": JobState.QUEUED,
        "pool": PoolName("sketch"),
        "step": 0,
        "priority": Priority.NORMAL,
        "request": a_request(),
        "credits_milli": 100,
        "deadline_s": 300.0,
        "private": False,
        "cancel_wanted": False,
        "tries": 0,
        "created_at": NOW_AT,
        "started_at": None,
        "ended_at": None,
        "run_at": None,
        "error_code": "",
        "error_facts": {},
    }
    values.update(changes)
    values.setdefault("group_id", values["id"])
    values.setdefault("route", (RouteStep(values["pool"], cost_s=1.0),))
    return Job(**values)


def a_finished_job(**changes: object) -> Job:
    """Return a succeeded job with an image for each that its request asks for; their bytes are `a_png(image.seed)`."""
    job = a_job(**{"state": JobState.SUCCEEDED, "started_at": NOW_AT, "ended_at": NOW_AT, **changes})
    if "images" in changes:
        return job
    images = tuple(
        an_image(job=job.id, index=index, seed=image_seed(job.request.seed, index))
        for index in range(job.request.count)
    )
    return dataclasses.replace(job, images=images)


def an_image(**changes: object) -> Image:
    """Return a stored image under a fresh id; its digests and sizes are those of `a_png(seed)`."""
    seed = changes.get("seed", 7)
    data = a_png(seed if isinstance(seed, int) else 0)
    values: dict[str, Any] = {
        "id": ImageId(new_id(NOW_AT)),
        "job": JobId(new_id(NOW_AT)),
        "index": 0,
        "attempt": 1,
        "media_type": "image/png",
        "width_px": 64,
        "height_px": 64,
        "size_bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "pixels_sha256": "",
        "seed": 7,
        "prompt": "a red fox in snow",
        "generator": "sketch",
        "model": "sketch",
        "model_hash": "",
        "recipe": {},
        "guild": GuildId("guild-1"),
        "person": PersonId("person-1"),
        "private": False,
        "created_at": NOW_AT,
        "is_ready": True,
        "is_deleted": False,
    }
    values.update(changes)
    values.setdefault("path", f"2026/11/21/{values['id']}.png")
    return Image(**values)


def a_png(seed: int = 7) -> bytes:
    """Return a small PNG, another one for each seed."""
    file = io.BytesIO()
    Picture.new("RGB", (64, 64), (seed & 255, seed >> 8 & 255, seed >> 16 & 255)).save(file, "PNG")
    return file.getvalue()


def a_delivery(**changes: object) -> Delivery:
    """Return an open delivery under a fresh id that has no message yet."""
    values: dict[str, Any] = {
        "id": DeliveryId(new_id(NOW_AT)),
        "job": JobId(new_id(NOW_AT)),
        "platform": "chat",
        "channel": "channel-1",
        "target": {},
        "state": DeliveryState.OPEN,
        "message_id": None,
        "tries": 0,
        "next_at": NOW_AT,
    }
    values.update(changes)
    return Delivery(**values)
