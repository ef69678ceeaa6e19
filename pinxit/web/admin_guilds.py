"""The routes of guilds: what their admins decide, their styles, and their share of the queue."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from pinxit.actions.admin.guild_settings import load_guild, save_guild, values_of
from pinxit.actions.admin.lanes import clear, pause, resume, set_running_cap, set_weight
from pinxit.actions.admin.styles import add_style, remove_style
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import is_text, shown
from pinxit.domain.guild_rules import NamedStyle
from pinxit.domain.ids import GuildId, PersonId, PoolName
from pinxit.web.answers import API, to_json
from pinxit.web.answers_own import aspect_text
from pinxit.web.drafts import to_aspect
from pinxit.web.schemas_admin import (
    ChangedAnswer,
    ClearBody,
    ClearedAnswer,
    PauseBody,
    RunningCapBody,
    ShareAnswer,
    WeightBody,
)
from pinxit.web.schemas_guild import GuildAnswer, GuildBody, GuildValues, OwnStyleAnswer, StyleBody
from pinxit.web.taking import refuses, take, takes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pinxit.actions.admin.guild_settings import GuildSettings
    from pinxit.actions.admin.lanes import Share
    from pinxit.actions.studio import Studio
    from pinxit.domain.request import Json
    from pinxit.web.trust import Trust

_WRONG = refuses(400, 401, 403, 404, 422)


def guilds_router(studio: Studio, trust: Trust) -> APIRouter:
    """Return the routes of one guild."""
    router = APIRouter(prefix=f"{API}/admin/guilds/{{guild}}", tags=["admin"])

    @router.get("", response_model=GuildAnswer, responses=refuses(401, 403, 404))
    async def show(guild: str, request: Request) -> Response:
        """Show what a guild's admins decided."""
        caller = await trust.admin(request)
        with _named(guild) as known:
            return to_json(_guild(guild, await load_guild(known, caller, studio)))

    @router.patch("", response_model=GuildAnswer, responses=_WRONG, openapi_extra=takes(GuildBody))
    async def change(guild: str, request: Request) -> Response:
        """Change settings, all or none: a field that is absent stays, null takes it back."""
        caller = await trust.admin(request)
        body = await take(request, GuildBody)
        changes: dict[str, Json] = {name: getattr(body, name) for name in body.model_fields_set}
        if body.aspect is not None:
            changes["aspect"] = list(to_aspect(body.aspect))
        with _named(guild) as known:
            return to_json(_guild(guild, await save_guild(known, changes, caller, studio)))

    @router.put("/styles/{name}", response_model=OwnStyleAnswer, responses=_WRONG, openapi_extra=takes(StyleBody))
    async def add(guild: str, name: str, request: Request) -> Response:
        """Keep a style of the guild's own; it comes before a shipped one of that name."""
        caller = await trust.admin(request)
        body = await take(request, StyleBody)
        style = NamedStyle(
            name,
            body.suffix,
            body.negative_prompt,
            None if body.aspect is None else to_aspect(body.aspect),
            body.steps,
            body.guidance_scale,
            body.about,
        )
        with _named(guild) as known:
            return to_json(_style(await add_style(known, style, caller, studio)))

    @router.delete("/styles/{name}", status_code=204, response_class=Response, responses=refuses(401, 403, 404, 422))
    async def drop(guild: str, name: str, request: Request) -> Response:
        """Forget a style of the guild's own."""
        caller = await trust.admin(request)
        with _named(guild) as known:
            await remove_style(known, name, caller, studio)
        return Response(status_code=204)

    @router.put("/weight", response_model=ShareAnswer, responses=_WRONG, openapi_extra=takes(WeightBody))
    async def weigh(guild: str, request: Request) -> Response:
        """Give a guild so many times the seconds of a guild of weight 1, from the next job on."""
        caller = await trust.admin(request)
        body = await take(request, WeightBody)
        with _named(guild) as known:
            return to_json(_share(await set_weight(known, body.weight, caller, studio)))

    @router.put("/running_cap", response_model=ShareAnswer, responses=_WRONG, openapi_extra=takes(RunningCapBody))
    async def cap(guild: str, request: Request) -> Response:
        """Let at most so many jobs of a guild run at once in each pool."""
        caller = await trust.admin(request)
        body = await take(request, RunningCapBody)
        with _named(guild) as known:
            return to_json(_share(await set_running_cap(known, body.running_cap, caller, studio)))

    return router


def queue_router(studio: Studio, trust: Trust) -> APIRouter:
    """Return the routes that stop the queue, let it go on, and empty it."""
    router = APIRouter(prefix=f"{API}/admin", tags=["admin"])

    @router.post("/pause", response_model=ChangedAnswer, responses=_WRONG, openapi_extra=takes(PauseBody))
    async def stop(request: Request) -> Response:
        """Let the jobs of a guild, of a pool, or of all pools wait; what runs goes on."""
        caller = await trust.admin(request)
        guild, pool = _whom(await take(request, PauseBody))
        return to_json(ChangedAnswer(changed=await pause(guild, pool, caller, studio)))

    @router.post("/resume", response_model=ChangedAnswer, responses=_WRONG, openapi_extra=takes(PauseBody))
    async def go_on(request: Request) -> Response:
        """Undo a pause."""
        caller = await trust.admin(request)
        guild, pool = _whom(await take(request, PauseBody))
        return to_json(ChangedAnswer(changed=await resume(guild, pool, caller, studio)))

    @router.post("/clear", response_model=ClearedAnswer, responses=_WRONG, openapi_extra=takes(ClearBody))
    async def empty(request: Request) -> Response:
        """Cancel what waits, of a guild, a person, or all; each ends as if it had been cancelled alone."""
        caller = await trust.admin(request)
        body = await take(request, ClearBody)
        guild = None if body.guild is None else GuildId(body.guild)
        person = None if body.person is None else PersonId(body.person)
        cleared = await clear(guild, person, caller, studio, also_running=body.also_running)
        return to_json(ClearedAnswer(cleared=cleared))

    return router


@contextmanager
def _named(guild: str) -> Iterator[GuildId]:
    """Give the guild that an address names. One that is not there is no wrong field but a wrong address."""
    if not is_text(guild):
        raise Refused(Code.GUILD_UNKNOWN, value=shown(guild))
    try:
        yield GuildId(guild)
    except Refused as refused:
        if refused.code is Code.GUILD_UNKNOWN:
            raise Refused(Code.GUILD_UNKNOWN, value=shown(guild)) from refused
        raise


def _whom(body: PauseBody) -> tuple[GuildId | None, PoolName | None]:
    guild = None if body.guild is None else GuildId(body.guild)
    return guild, None if body.pool is None else PoolName(body.pool)


def _guild(guild: str, found: GuildSettings) -> GuildAnswer:
    values = values_of(found)
    aspect = found.rules.aspect
    values["aspect"] = None if aspect is None else aspect_text(aspect)
    return GuildAnswer(
        id=guild,
        settings=GuildValues.model_validate(values),
        styles=[_style(style) for style in found.rules.styles.values()],
        weight=found.weight,
        running_cap=found.running_cap,
        paused=found.is_paused,
    )


def _style(style: NamedStyle) -> OwnStyleAnswer:
    return OwnStyleAnswer(
        name=style.name,
        about=style.about,
        suffix=style.suffix,
        negative_prompt=style.negative,
        aspect=None if style.aspect is None else aspect_text(style.aspect),
        steps=style.steps,
        guidance_scale=style.guidance_scale,
    )


def _share(share: Share) -> ShareAnswer:
    return ShareAnswer(guild=share.guild, weight=share.weight, running_cap=share.running_cap, paused=share.is_paused)
