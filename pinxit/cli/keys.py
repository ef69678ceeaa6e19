"""`pinxit keys`: through the running server, or straight in the database where none runs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from pinxit.actions.make_key import NewKey, make_key
from pinxit.cli.connection import server_or_folder
from pinxit.cli.desk import at
from pinxit.cli.exits import Exit, Failure, tell
from pinxit.cli.tables import print_json, print_line, print_table
from pinxit.data.store import Numbers, open_store
from pinxit.domain.ids import KeyId
from pinxit.queue.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from pinxit.cli.client import Client
    from pinxit.config import Settings
    from pinxit.data.keys import AccessKey, Keys

T = TypeVar("T")

_PATH = "/api/v1/keys"


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One key as it is listed. Moments are ISO 8601, None where there is none."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    used_at: str | None


def create(settings: Settings, name: str, scopes: Sequence[str], expires_days: int | None, *, as_json: bool) -> Exit:
    """Make a key and print its secret, which cannot be had again."""
    body = {"name": name, "scopes": list(scopes), "expires_days": expires_days}

    async def here(keys: Keys) -> dict[str, Any]:
        key, secret = await make_key(NewKey(name, tuple(scopes), expires_days), keys, SystemClock())
        return {"id": key.id, "secret": secret}

    made = _ask(settings, lambda client: client.post(_PATH, body), here)
    if as_json:
        print_json(made)
        return Exit.DONE
    tell(f"Key {made['id']} for {name}. Its secret, shown this once:")
    print_line(str(made["secret"]))
    tell("Send it as `Authorization: Bearer …`; take it back with `pinxit keys revoke`.")
    return Exit.DONE


def show(settings: Settings, *, as_json: bool) -> Exit:
    """Print every key, revoked ones included, without secrets."""

    async def there(client: Client) -> list[KeyLine]:
        return [_line_from(key) for key in (await client.get(_PATH))["keys"]]

    async def here(keys: Keys) -> list[KeyLine]:
        return [_line(key) for key in await keys.all()]

    lines = _ask(settings, there, here)
    if as_json:
        print_json([_as_json(line) for line in lines])
    elif lines:
        rows = ((line.id, line.name, " ".join(line.scopes), line.created_at[:10], _state(line)) for line in lines)
        print_table(("id", "name", "scopes", "made", "state"), rows)
    else:
        tell("There is no key yet. Make one with `pinxit keys create NAME --scope submit`.")
    return Exit.DONE


def revoke(settings: Settings, key: str) -> Exit:
    """Make a key invalid at once. Raises Failure where there is none to revoke."""

    async def here(keys: Keys) -> dict[str, Any]:
        if not await keys.revoke(KeyId(key), SystemClock().now()):
            raise Failure(f"There is no valid key {key}. `pinxit keys list` shows all of them.")
        return {}

    _ask(settings, lambda client: client.post(f"{_PATH}/{key}/revoke"), here)
    tell(f"Key {key} opens nothing any more.")
    return Exit.DONE


def _ask(settings: Settings, there: Callable[[Client], Awaitable[T]], here: Callable[[Keys], Awaitable[T]]) -> T:
    with server_or_folder(settings, "keys", waiting=tell) as server:
        if server is None:
            return asyncio.run(_here(settings, here))
        return asyncio.run(at(server, there))


async def _here(settings: Settings, work: Callable[[Keys], Awaitable[T]]) -> T:
    async with open_store(settings.database_path, Numbers(), readers=1) as store:
        return await work(store.keys)


def _line(key: AccessKey) -> KeyLine:
    moments = (key.created_at, key.expires_at, key.revoked_at, key.used_at)
    created, expires, revoked, used = (None if moment is None else moment.isoformat() for moment in moments)
    return KeyLine(key.id, key.name, tuple(sorted(key.scopes)), created or "", expires, revoked, used)


def _line_from(said: dict[str, Any]) -> KeyLine:
    return KeyLine(
        str(said["id"]),
        str(said["name"]),
        tuple(said["scopes"]),
        str(said["created_at"]),
        said["expires_at"],
        said["revoked_at"],
        said["used_at"],
    )


def _as_json(line: KeyLine) -> dict[str, object]:
    return {
        "id": line.id,
        "name": line.name,
        "scopes": list(line.scopes),
        "created_at": line.created_at,
        "expires_at": line.expires_at,
        "revoked_at": line.revoked_at,
        "used_at": line.used_at,
    }


def _state(line: KeyLine) -> str:
    if line.revoked_at is not None:
        return f"revoked {line.revoked_at[:10]}"
    return "valid" if line.expires_at is None else f"expires {line.expires_at[:10]}"
