"""The door of the server under test: what people say comes in as a chat would hand it over."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from pinxit.actions.asking import Ask, Target
from pinxit.actions.delete import delete_image, delete_job
from pinxit.actions.favourite import favourites, set_favourite
from pinxit.actions.imagine import imagine
from pinxit.actions.look import find_image
from pinxit.actions.recreate import recreate
from pinxit.actions.vary import vary
from pinxit.data.deliveries import SECRET
from pinxit.domain.caller import Caller
from pinxit.domain.draft import Draft, SourceDraft
from pinxit.domain.ids import GuildId, ImageId, JobId, PersonId
from pinxit.domain.request import Enhance, Role

if TYPE_CHECKING:
    from pinxit.actions.imagine import Accepted
    from pinxit.parts import Parts

IMAGINE = "/crash/imagine"
ACT = "/crash/act"
FAVOURITES = "/crash/favourites"


def door(parts: Parts) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    studio = parts.studio

    def taken(accepted: Accepted) -> JSONResponse:
        assert accepted.job is not None
        waiting = sum(lane.queued + lane.running for lanes in parts.queue.lanes().values() for lane in lanes)
        job = accepted.job
        answer = {"id": job.id, "seed": job.request.seed, "count": job.request.count, "waiting": waiting}
        return JSONResponse(answer, HTTPStatus.ACCEPTED)

    @router.post(IMAGINE)
    async def command(request: Request) -> JSONResponse:
        said: dict[str, Any] = await request.json()
        return taken(await imagine(Ask(_draft(said), _caller(said), said["key"], _target(said)), studio))

    @router.post(ACT)
    async def act(request: Request) -> JSONResponse:
        """Do what a button under a picture does. `act`: which; `job`, `image`: under which picture it is."""
        said: dict[str, Any] = await request.json()
        caller, image = _caller(said), ImageId(said["image"])
        match said["act"]:
            case "vary":
                return taken(await vary(image, caller, studio, key=said["key"], target=_target(said)))
            case "recreate":
                return taken(await recreate(image, caller, studio, key=said["key"], target=_target(said)))
            case "recreate_file":
                data = await parts.blobs.get((await find_image(image, caller, studio)).path)
                return taken(await recreate(data, caller, studio, key=said["key"], target=_target(said)))
            case "delete_job":
                await delete_job(JobId(said["job"]), caller, studio)
            case "delete_image":
                await delete_image(image, caller, studio)
            case "keep" | "unkeep" as wish:
                await set_favourite(image, caller, studio, on=wish == "keep")
            case unknown:
                raise AssertionError(unknown)
        return JSONResponse({}, HTTPStatus.ACCEPTED)

    @router.post(FAVOURITES)
    async def kept(request: Request) -> JSONResponse:
        """List the person's latest favourites."""
        page = await favourites(_caller(await request.json()), studio, most=100)
        return JSONResponse({"images": [image.id for image in page.items]}, HTTPStatus.ACCEPTED)

    return router


def _draft(said: dict[str, Any]) -> Draft:
    image_url = said.get("image_url")
    return Draft(
        prompt=said["prompt"],
        generator=said.get("generator"),
        seed=said.get("seed"),
        count=said.get("count"),
        width_px=64,
        height_px=64,
        sources=(SourceDraft(Role.IMAGE, url=image_url),) if image_url else (),
        enhance=Enhance(said["enhance"]) if said.get("enhance") else None,
    )


def _caller(said: dict[str, Any]) -> Caller:
    return Caller(GuildId(said["guild"]), PersonId(said["person"]), "chat")


def _target(said: dict[str, Any]) -> Target:
    return Target("chat", said["channel"], json.dumps({SECRET: {"token": said.get("token", "")}}))
