"""`pinxit mydata`: all that is kept about a person, as a file or deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pinxit.actions.mydata import delete_mydata, export_mydata
from pinxit.cli.client import LONG_S, path_with
from pinxit.cli.exits import Exit, Failure, tell
from pinxit.cli.saving import check_free, write_out
from pinxit.domain.caller import OPERATOR
from pinxit.domain.ids import PersonId

if TYPE_CHECKING:
    from pathlib import Path

    from pinxit.actions.studio import Studio
    from pinxit.cli.client import Client
    from pinxit.cli.desk import Desk
    from pinxit.domain.caller import Caller

_MYDATA = "/api/v1/mydata"


def export(desk: Desk, person: str, path: Path, *, force: bool) -> Exit:
    """Write a zip file with all that is kept about a person. Raises Failure, Refused."""
    check_free(path, force=force)

    async def there(client: Client) -> int:
        return await write_out(client.stream(path_with(_MYDATA, {"person": person})), path)

    async def here(studio: Studio) -> int:
        return await write_out(export_mydata(_as(person), studio), path)

    size_bytes = desk.ask(there, here)
    tell(f"{path} is written, {size_bytes / 10**6:.1f} MB.")
    return Exit.DONE


def delete(desk: Desk, person: str, *, is_sure: bool) -> Exit:
    """Delete everything about a person for good. Raises Failure, Refused."""
    if not is_sure:
        raise Failure(
            f"This deletes every picture, prompt and name of {person} for good. Write --yes if you want that;"
            f" `pinxit mydata export --person {person}` keeps a copy first."
        )

    async def there(client: Client) -> dict[str, Any]:
        return await client.ask("DELETE", _MYDATA, query={"person": person}, patience_s=LONG_S)

    async def here(studio: Studio) -> dict[str, Any]:
        gone = await delete_mydata(_as(person), studio)
        return {"jobs": gone.jobs, "images": gone.images, "cancelled": gone.cancelled}

    gone = desk.ask(there, here)
    jobs, images = int(gone["jobs"]), int(gone["images"])
    tell(
        f"Deleted: {jobs} {'job' if jobs == 1 else 'jobs'} with {images} {'picture' if images == 1 else 'pictures'},"
        f" and everything else about {person}. Bans and limits stay in force."
    )
    return Exit.DONE


def _as(person: str) -> Caller:
    return replace(OPERATOR, person=PersonId(person))
