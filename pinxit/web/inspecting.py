"""The routes that read how a picture was made, and make it again."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field

from pinxit.actions.inspect import FIELD, inspect
from pinxit.actions.recreate import recreate
from pinxit.domain.errors import Unavailable
from pinxit.web.answers import API, image_details, links, request_answer, to_json
from pinxit.web.body import read_object
from pinxit.web.drafts import to_bytes
from pinxit.web.fields import check_fields
from pinxit.web.ids import to_image_id
from pinxit.web.jobs import idempotency_key, taken_answer
from pinxit.web.openapi import refusal
from pinxit.web.schemas import Accepted, Answered, ImageDetails, LoraAnswer, RequestAnswer, Sent

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.domain.reading import Reading
    from pinxit.web.answers import Links
    from pinxit.web.closing import Closing
    from pinxit.web.trust import Trust

_REFUSED: dict[int | str, dict[str, Any]] = {
    400: refusal("The body is no JSON object."),
    401: refusal("A key is needed, or the one sent is not valid."),
    403: refusal("The key may not do this, or the image is withheld (image_withheld)."),
    413: refusal("The body is too large."),
    415: refusal("The body is not application/json."),
    422: refusal("The picture cannot be read, or not be made again; `error` says why."),
}
_BUSY: dict[int | str, dict[str, Any]] = {
    429: refusal("Too much waits, or the quota is spent."),
    503: refusal("The server is stopping."),
}


class ImageBody(Sent):
    """A picture file."""

    image: str = Field(description="The file as base64 or as a data URI: PNG, JPEG, WebP or GIF.")


_BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": ImageBody.model_json_schema()}}}}


class HiresAnswer(Answered):
    """A second pass that enlarged the picture of the first."""

    upscale: float | None
    width: int | None
    height: int | None
    steps: int | None
    upscaler: str
    strength: float | None
    guidance_scale: float | None
    sampler: str
    scheduler: str
    model: str
    prompt: str
    negative_prompt: str


class SourceAnswer(Answered):
    """A picture that it was made from."""

    role: str
    sha256: str = Field(description="Of that picture's file, in hex.")


class ReadingAnswer(Answered):
    """What a file says of how it was made. Empty and null: it does not say."""

    program: str = Field(description="Who wrote it: pinxit, automatic1111, forge, comfyui or unknown.")
    prompt: str
    negative_prompt: str
    seed: int | None
    steps: int | None
    guidance_scale: float | None
    distilled_guidance: float | None = Field(description="Flux's own guidance.")
    sampler: str
    scheduler: str
    width: int | None
    height: int | None
    model: str
    model_hash: str
    vae: str
    vae_hash: str
    modules: list[str] = Field(description="Text encoders and the like that were loaded beside the model.")
    loras: list[LoraAnswer]
    lora_hashes: dict[str, str]
    clip_skip: int | None
    strength: float | None = Field(description="How far a source was changed, 0 to 1.")
    hires: HiresAnswer | None
    variation_seed: int | None
    variation_strength: float | None
    tile: bool
    version: str = Field(description="Of the program.")
    not_understood: list[str] = Field(description="The name of every other field that is there.")
    request: RequestAnswer | None = Field(description="Of our own files: the whole request.")
    sources: list[SourceAnswer]
    generator: str
    recipe: dict[str, Any]
    known: ImageDetails | None = Field(description="The image of ours that the file is.")


def inspecting_router(studio: Studio, trust: Trust, closing: Closing, *, public_url: str | None = None) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix=API, tags=["images"])

    async def sent(request: Request) -> bytes:
        body = check_fields(await read_object(request, unchecked=(FIELD,)), ImageBody)
        return await to_bytes(FIELD, body.image, studio.house.limits)

    async def again(image_id: str | None, request: Request) -> Response:
        """Answer as a submit does; None: the picture is in the body."""
        caller = await trust.caller(request)
        if closing:
            raise Unavailable("the server is stopping")
        key = idempotency_key(request.headers)
        original = await sent(request) if image_id is None else to_image_id(image_id)
        taken = await recreate(original, caller, studio, key=key)
        return await taken_answer((taken,), studio, request, links(request, public_url))

    @router.post("/images/inspect", response_model=ReadingAnswer, responses=_REFUSED, openapi_extra=_BODY)
    async def look(request: Request) -> Response:
        """Read from a file how it was made. Nothing is stored."""
        caller = await trust.caller(request)
        reading = await inspect(await sent(request), caller, studio)
        return to_json(reading_answer(reading, links(request, public_url)))

    @router.post(
        "/images/{image_id}/recreate",
        status_code=202,
        response_model=Accepted,
        responses={
            **_REFUSED,
            **_BUSY,
            404: refusal("There is no such image, or it is not for you."),
            410: refusal("It was deleted."),
        },
    )
    async def recreate_ours(image_id: str, request: Request) -> Response:
        """Make an image again, alone. The job's `recreation` says how near it comes."""
        return await again(image_id, request)

    @router.post(
        "/recreate",
        status_code=202,
        response_model=Accepted,
        responses={**_REFUSED, **_BUSY},
        openapi_extra=_BODY,
    )
    async def recreate_sent(request: Request) -> Response:
        """Make a picture again from its file. The file is kept until the two have been compared."""
        return await again(None, request)

    return router


def reading_answer(reading: Reading, link: Links) -> ReadingAnswer:
    """Return a reading as the API shows it."""
    hires, size = reading.hires, reading.size_px or (None, None)
    second = None
    if hires is not None:
        width, height = hires.size_px or (None, None)
        said = {name: value for name, value in asdict(hires).items() if name != "size_px"}
        second = HiresAnswer(**said, width=width, height=height)
    return ReadingAnswer(
        program=reading.program.value,
        prompt=reading.prompt,
        negative_prompt=reading.negative_prompt,
        seed=reading.seed,
        steps=reading.steps,
        guidance_scale=reading.guidance_scale,
        distilled_guidance=reading.distilled_guidance,
        sampler=reading.sampler,
        scheduler=reading.scheduler,
        width=size[0],
        height=size[1],
        model=reading.model,
        model_hash=reading.model_hash,
        vae=reading.vae,
        vae_hash=reading.vae_hash,
        modules=list(reading.modules),
        loras=[LoraAnswer(name=lora.name, weight=lora.weight) for lora in reading.loras],
        lora_hashes=dict(reading.lora_hashes),
        clip_skip=reading.clip_skip,
        strength=reading.strength,
        hires=second,
        variation_seed=reading.variation_seed,
        variation_strength=reading.variation_strength,
        tile=reading.tile,
        version=reading.version,
        not_understood=list(reading.not_understood),
        request=None if reading.request is None else request_answer(reading.request),
        sources=[SourceAnswer(role=role.value, sha256=digest) for role, digest in reading.sources],
        generator=reading.generator,
        recipe=dict(reading.recipe),
        known=None if reading.known is None else image_details(reading.known, link),
    )
