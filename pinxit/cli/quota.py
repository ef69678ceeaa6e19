"""`pinxit quota`: limits, grants, and who uses most."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pinxit.actions.admin.amounts import one_of, read_amount, read_quota
from pinxit.actions.admin.quota import (
    GrantWish,
    QuotaWish,
    grant,
    reset_quota,
    set_quota,
    show_quotas,
    top,
)
from pinxit.actions.quota import balance
from pinxit.cli import shapes
from pinxit.cli.desk import ADMIN
from pinxit.cli.exits import Exit, tell
from pinxit.cli.tables import minute, number, print_json, print_line, print_table
from pinxit.domain.caller import OPERATOR
from pinxit.domain.ids import GuildId, PersonId
from pinxit.domain.quota import Period, Unit

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio
    from pinxit.cli.client import Client
    from pinxit.cli.desk import Desk

_QUOTAS = f"{ADMIN}/quotas"


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom a limit binds, a grant is for. `guild`: of a member or a role only."""

    scope: str
    name: str = ""
    guild: str | None = None

    @property
    def whole_name(self) -> str:
        """Return the name as the actions take it."""
        return self.name if self.guild is None else f"{self.guild}/{self.name}"

    @property
    def said(self) -> dict[str, Any]:
        """Return it as the API takes it."""
        return {"scope": self.scope, "name": self.name, "guild": self.guild}

    def __str__(self) -> str:
        """Return it in words."""
        if self.scope == "everyone":
            return "everyone"
        if self.guild is None:
            return f"{self.scope} {self.name}"
        if (self.scope, self.name) == ("role", "everyone"):
            return f"every member of {self.guild}"
        return f"{self.scope} {self.name} of {self.guild}"


def show(desk: Desk, guild: str | None, *, as_json: bool) -> Exit:
    """Print the limits as they were set."""

    async def there(client: Client) -> list[dict[str, Any]]:
        quotas: list[dict[str, Any]] = (await client.ask("GET", _QUOTAS, query={"guild": guild}))["quotas"]
        return quotas

    async def here(studio: Studio) -> list[dict[str, Any]]:
        of_guild = None if guild is None else GuildId(guild)
        return [shapes.limit(line) for line in await show_quotas(of_guild, OPERATOR, studio)]

    lines = desk.ask(there, here)
    if as_json:
        print_json({"quotas": lines})
    elif lines:
        rows = (
            (line["scope"], line["guild"], line["name"], _amount(line["amount"], line["unit"]), line["period"])
            for line in lines
        )
        print_table(("whom", "guild", "name", "limit", "each"), rows)
    else:
        tell("Nothing is limited. Set a limit with `pinxit quota set 12/day --guild GUILD --member everyone`.")
    return Exit.DONE


def set_limit(desk: Desk, whom: Whom, text: str, unit: Unit) -> Exit:
    """Set a limit such as 12/day. Raises Refused."""
    amount, period = read_quota(text, unit)
    body = {**whom.said, "unit": unit.value, "period": period.value, "amount": shapes.whole(amount, unit)}

    async def there(client: Client) -> float | None:
        before: float | None = (await client.ask("PUT", _QUOTAS, body))["before"]
        return before

    async def here(studio: Studio) -> float | None:
        wish = QuotaWish(whom.scope, whom.whole_name, unit, period, amount)
        before = await set_quota(wish, OPERATOR, studio)
        return None if before is None else shapes.whole(before, unit)

    before = desk.ask(there, here)
    was = "" if before is None else f" It was {_amount(before, unit)}."
    tell(f"The limit of {whom} is {_amount(shapes.whole(amount, unit), unit)} {_each(period)}.{was}")
    return Exit.DONE


def remove(desk: Desk, whom: Whom, period_text: str, unit: Unit) -> Exit:
    """Take a limit away; one that is not there is none afterwards either. Raises Refused."""
    period = one_of(Period, "period", period_text.strip().casefold())
    query = {**whom.said, "unit": unit.value, "period": period.value}

    async def there(client: Client) -> None:
        await client.ask("DELETE", _QUOTAS, query=query)

    async def here(studio: Studio) -> None:
        await set_quota(QuotaWish(whom.scope, whom.whole_name, unit, period, None), OPERATOR, studio)

    desk.ask(there, here)
    tell(f"There is no limit of {unit}s {_each(period)} for {whom} any more.")
    return Exit.DONE


def give(desk: Desk, whom: Whom, text: str, unit: Unit, expires_days: float | None, note: str) -> Exit:
    """Give extra credits or dollars, and print the grant's id. Raises Refused."""
    amount = read_amount(text, unit)
    rest = {"unit": unit.value, "expires_days": expires_days, "note": note}

    async def there(client: Client) -> str:
        body = {**whom.said, **rest, "amount": shapes.whole(amount, unit)}
        return str((await client.ask("POST", f"{ADMIN}/grants", body))["id"])

    async def here(studio: Studio) -> str:
        wish = GrantWish(whom.scope, whom.whole_name, unit, amount, expires_days, note)
        return await grant(wish, OPERATOR, studio)

    made = desk.ask(there, here)
    tell(f"Given to {whom}: {_amount(shapes.whole(amount, unit), unit)}. The grant's id:")
    print_line(made)
    return Exit.DONE


def reset(desk: Desk, whom: Whom, unit: Unit | None) -> Exit:
    """Forgive what was used. Raises Refused."""

    async def there(client: Client) -> None:
        await client.ask("POST", f"{_QUOTAS}/reset", {**whom.said, "unit": unit and unit.value})

    async def here(studio: Studio) -> None:
        await reset_quota(whom.scope, whom.whole_name, unit, OPERATOR, studio)

    desk.ask(there, here)
    tell(f"What {whom} used counts no longer; what open jobs reserved does.")
    return Exit.DONE


def show_top(desk: Desk, guild: str | None, period: str, unit: Unit, most: int, *, as_json: bool) -> Exit:
    """Print who used most. Raises Refused."""
    query = {"guild": guild, "period": period, "unit": unit.value, "most": most}

    async def there(client: Client) -> list[dict[str, Any]]:
        lines: list[dict[str, Any]] = (await client.ask("GET", f"{ADMIN}/top", query=query))["top"]
        return lines

    async def here(studio: Studio) -> list[dict[str, Any]]:
        of_guild = None if guild is None else GuildId(guild)
        return [shapes.ranked(line, unit) for line in await top(of_guild, period, unit, OPERATOR, studio, most=most)]

    lines = desk.ask(there, here)
    if as_json:
        print_json({"top": lines})
    elif lines:
        rows = ((line["person"], line["name"], number(line["used"]), line["jobs"]) for line in lines)
        print_table(("person", "name", f"{unit}s", "jobs"), rows)
    else:
        tell("Nobody has used anything.")
    return Exit.DONE


def show_balance(desk: Desk, person: str | None, guild: str | None, *, as_json: bool) -> Exit:
    """Print what somebody may still ask for; None of both is the operator's own."""

    async def there(client: Client) -> dict[str, Any]:
        return await client.ask("GET", "/api/v1/quota", query={"guild": guild, "person": person})

    async def here(studio: Studio) -> dict[str, Any]:
        caller = replace(OPERATOR, person=PersonId(person or OPERATOR.person), guild=GuildId(guild or OPERATOR.guild))
        return shapes.balance(await balance(caller, studio))

    found = desk.ask(there, here)
    if as_json:
        print_json(found)
    else:
        _print_balance(found)
    return Exit.DONE


def _print_balance(found: dict[str, Any]) -> None:
    if found["limits"]:
        rows = (
            (
                f"{line['scope']} {line['name']}".strip(),
                _amount(line["used"], line["unit"]),
                _amount(line["limit"], line["unit"]),
                line["period"],
                f"{minute(line['resets_at'])} {line['time_zone']}" if line["resets_at"] else "never",
            )
            for line in found["limits"]
        )
        print_table(("whose", "used", "of", "each", "begins anew"), rows)
    else:
        tell("Nothing limits this.")
    if found["grants"]:
        rows_of_grants = (
            (grant["scope"], _amount(grant["left"], grant["unit"]), minute(grant["expires_at"]) or "never")
            for grant in found["grants"]
        )
        print_table(("granted to", "left", "expires"), rows_of_grants)
    left = "as much as you like" if found["credits_left"] is None else _amount(found["credits_left"], Unit.CREDIT)
    tell(f"Left: {left}. Used today: {_amount(found['used_today'], Unit.CREDIT)}.")


def _amount(amount: float, unit: str) -> str:
    return f"{number(amount)} {unit}{'' if amount == 1 else 's'}"


def _each(period: Period) -> str:
    return "in all" if period is Period.TOTAL else f"a {period}"
