"""What the forms of the admin pages do: JSON in, a sentence out, refusals as the API's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request

from pinxit.actions.admin.amounts import read_amount
from pinxit.actions.admin.bans import BanWish, ban, unban
from pinxit.actions.admin.guild_settings import from_text, load_guild, save_guild
from pinxit.actions.admin.lanes import clear, pause, resume, set_running_cap, set_weight
from pinxit.actions.admin.ledger import sizes, verify
from pinxit.actions.admin.quota import GrantWish, QuotaWish, grant, reset_quota, set_quota
from pinxit.actions.admin.reports import handle
from pinxit.actions.admin.rights import check_admin
from pinxit.actions.admin.styles import add_style, remove_style
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import shown
from pinxit.domain.guild_rules import NamedStyle
from pinxit.domain.ids import GuildId, PoolName
from pinxit.domain.quota import Scope, Unit
from pinxit.prompt.flag_values import decimal
from pinxit.web.answers import to_json
from pinxit.web.body import read_object
from pinxit.web.console.admin_bodies import (
    BanForm,
    ClearForm,
    GrantForm,
    LiftForm,
    NothingForm,
    PauseForm,
    QuotaForm,
    ResetForm,
    SaidOut,
    ShareForm,
    StyleForm,
    StyleNameForm,
    VerdictForm,
)
from pinxit.web.drafts import to_aspect
from pinxit.web.fields import check_fields
from pinxit.wording import AdminUi, Phrase, admin_ui, say

if TYPE_CHECKING:
    from starlette.responses import Response

    from pinxit.domain.request import Json
    from pinxit.web.console.site import Site
    from pinxit.web.console.visitors import Visitor


def admin_acting_router(site: Site) -> APIRouter:
    """Return the routes that change something."""
    router = APIRouter(include_in_schema=False, prefix="/admin")
    acting = AdminActing(site)
    for path, endpoint in (
        ("/quotas", acting.quota),
        ("/quotas/reset", acting.reset),
        ("/grants", acting.grant),
        ("/bans", acting.ban),
        ("/bans/lift", acting.lift),
        ("/reports/{report}", acting.judge),
        ("/pools", acting.pools),
        ("/ledger/verify", acting.verify),
        ("/guilds/{place}", acting.guild),
        ("/guilds/{place}/share", acting.share),
        ("/guilds/{place}/pause", acting.pause),
        ("/guilds/{place}/clear", acting.clear),
        ("/guilds/{place}/styles", acting.add_style),
        ("/guilds/{place}/styles/remove", acting.remove_style),
    ):
        router.add_api_route(path, endpoint, methods=["POST"])
    return router


class AdminActing:
    """Endpoints."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._studio = site.studio

    async def quota(self, request: Request) -> Response:
        """Set a limit, or take it away."""
        visitor = await self._admin(request)
        form = check_fields(await read_object(request), QuotaForm)
        unit = _unit(form.unit)
        amount = read_amount(form.amount, unit) if form.amount.strip() else None
        wish = QuotaWish(form.scope, _whole(form.scope, form.guild, form.name), unit, form.period, amount)
        before = await set_quota(wish, visitor.caller, self._studio)
        return _done(visitor, is_changed=before != amount)

    async def grant(self, request: Request) -> Response:
        """Give something extra."""
        visitor = await self._admin(request)
        form = check_fields(await read_object(request), GrantForm)
        unit = _unit(form.unit)
        wish = GrantWish(
            form.scope,
            _whole(form.scope, form.guild, form.name),
            unit,
            read_amount(form.amount, unit),
            _number("expires_days", form.days),
            form.note,
        )
        await grant(wish, visitor.caller, self._studio)
        return _done(visitor)

    async def reset(self, request: Request) -> Response:
        """Forgive what was used."""
        visitor = await self._admin(request)
        form = check_fields(await read_object(request), ResetForm)
        name = _whole(form.scope, form.guild, form.name)
        await reset_quota(form.scope, name, None, visitor.caller, self._studio)
        return _done(visitor)

    async def ban(self, request: Request) -> Response:
        """Ban somebody."""
        visitor = await self._admin(request)
        form = check_fields(await read_object(request), BanForm)
        wish = BanWish(form.scope, form.scope_id.strip(), form.guild, form.reason, _number("hours", form.hours))
        await ban(wish, visitor.caller, self._studio)
        return _done(visitor)

    async def lift(self, request: Request) -> Response:
        """End a ban."""
        visitor = await self._admin(request)
        form = check_fields(await read_object(request), LiftForm)
        lifted = await unban(BanWish(form.scope, form.scope_id, form.guild), visitor.caller, self._studio)
        return _done(visitor, is_changed=lifted)

    async def judge(self, request: Request) -> Response:
        """Decide about a reported picture."""
        visitor = await self._admin(request)
        form = check_fields(await read_object(request), VerdictForm)
        hours = _number("hours", form.hours)
        await handle(request.path_params["report"], form.verdict, visitor.caller, self._studio, hours)
        return _done(visitor)

    async def pools(self, request: Request) -> Response:
        """Pause or resume a pool, or all of them."""
        visitor = await self._admin(request)
        form = check_fields(await read_object(request), PauseForm)
        pool = PoolName(form.pool) if form.pool else None
        return await self._flip(form.act, None, pool, visitor)

    async def verify(self, request: Request) -> Response:
        """Recompute every balance."""
        visitor = await self._admin(request)
        check_fields(await read_object(request), NothingForm)
        wrong = await verify(visitor.caller, self._studio)
        rows, counters, grants = await sizes(visitor.caller, self._studio)
        texts = admin_ui(visitor.locale)
        about = AdminUi.BOOKS_WRONG if wrong else AdminUi.BOOKS_RIGHT
        said = texts[about].format(rows=rows, counters=counters, grants=grants, wrong=len(wrong))
        return to_json(SaidOut(said=said, lines=list(wrong)))

    async def guild(self, request: Request) -> Response:
        """Save what a guild's admins decide; fields that are not sent stay."""
        visitor = await self._admin(request)
        sent = await read_object(request)
        changes = {name: from_text(name, _text(name, value)) for name, value in sent.items()}
        await save_guild(_place(request), changes, visitor.caller, self._studio)
        return _done(visitor)

    async def share(self, request: Request) -> Response:
        """Save a guild's weight and cap."""
        visitor = await self._admin(request)
        form, guild = check_fields(await read_object(request), ShareForm), _place(request)
        weight, cap = _number("weight", form.weight), _number("running_cap", form.running_cap)
        before = await load_guild(guild, visitor.caller, self._studio)
        if weight is not None and weight != before.weight:
            await set_weight(guild, weight, visitor.caller, self._studio)
        if cap != before.running_cap:
            await set_running_cap(guild, None if cap is None else int(cap), visitor.caller, self._studio)
        return _done(visitor, is_changed=(weight or before.weight, cap) != (before.weight, before.running_cap))

    async def pause(self, request: Request) -> Response:
        """Pause or resume a guild."""
        visitor = await self._admin(request)
        form = check_fields(await read_object(request), PauseForm)
        return await self._flip(form.act, _place(request), None, visitor)

    async def clear(self, request: Request) -> Response:
        """Cancel what waits in a guild."""
        visitor = await self._admin(request)
        form = check_fields(await read_object(request), ClearForm)
        also_running = form.also_running == "on"
        count = await clear(_place(request), None, visitor.caller, self._studio, also_running=also_running)
        return to_json(SaidOut(lines=[], said=say(visitor.locale, Phrase.SAID_CLEARED, {"count": count})))

    async def add_style(self, request: Request) -> Response:
        """Keep a style of a guild."""
        visitor = await self._admin(request)
        form = check_fields(await read_object(request), StyleForm)
        aspect = to_aspect(form.aspect) if form.aspect.strip() else None
        style = NamedStyle(form.name, form.suffix, form.negative, aspect, about=form.about)
        await add_style(_place(request), style, visitor.caller, self._studio)
        return _done(visitor)

    async def remove_style(self, request: Request) -> Response:
        """Forget a style of a guild."""
        visitor = await self._admin(request)
        form = check_fields(await read_object(request), StyleNameForm)
        await remove_style(_place(request), form.name, visitor.caller, self._studio)
        return _done(visitor)

    async def _admin(self, request: Request) -> Visitor:
        visitor = await self._site.visitors.visitor(request)
        check_admin(visitor.caller)
        return visitor

    async def _flip(self, act: str, guild: GuildId | None, pool: PoolName | None, visitor: Visitor) -> Response:
        acts = {"pause": pause, "resume": resume}
        if act not in acts:
            raise Refused(Code.FIELD_CHOICE, field="act", value=shown(act), allowed=list(acts))
        return _done(visitor, is_changed=await acts[act](guild, pool, visitor.caller, self._studio))


def _done(visitor: Visitor, *, is_changed: bool = True) -> Response:
    return to_json(
        SaidOut(lines=[], said=say(visitor.locale, Phrase.SAID_DONE if is_changed else Phrase.SAID_UNCHANGED, {}))
    )


def _place(request: Request) -> GuildId:
    return GuildId(request.path_params["place"])


def _whole(scope: str, guild: str, name: str) -> str:
    """Return whom the actions are to find: members and roles are named with their guild."""
    return f"{guild}/{name}" if scope in (Scope.MEMBER, Scope.ROLE) and guild else name or guild


def _unit(said: str) -> Unit:
    if said not in set(Unit):
        raise Refused(Code.FIELD_CHOICE, field="unit", value=shown(said), allowed=[unit.value for unit in Unit])
    return Unit(said)


def _number(field: str, text: str) -> float | None:
    if not (said := text.strip()):
        return None
    try:
        return decimal(said)
    except ValueError:
        raise Refused(Code.FIELD_TYPE, field=field, value=shown(text), allowed=["a number such as 7.5"]) from None


def _text(name: str, value: Json) -> str:
    if not isinstance(value, str):
        raise Refused(Code.FIELD_TYPE, field=shown(name), value=shown(value), allowed=["a text"])
    return value
