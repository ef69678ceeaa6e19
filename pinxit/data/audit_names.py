"""Take a person's id out of the book of admins' acts: a random name stands there instead."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.ids import PersonId
    from pinxit.domain.ports import Tx
    from pinxit.domain.request import Json


def rename_in_audit(tx: Tx, person: PersonId, gone: str, *, forgets: bool = True) -> None:
    """Rename the person wherever the audit names them, as a whole word of an id.

    `forgets`: the row is to tell nothing more of them; False: they only have another id from now on.
    """
    rows = tx.all(
        """
        SELECT id, actor, subject, details FROM audit
        WHERE actor = :person OR subject LIKE :part ESCAPE '!' OR details LIKE :part ESCAPE '!'
        """,
        person=person,
        part=f"%{_literal(person)}%",
    )
    for row in rows:
        tx.run(
            "UPDATE audit SET actor = :actor, subject = :subject, details = :details WHERE id = :id",
            actor=gone if row["actor"] == person else row["actor"],
            subject=_renamed_id(row["subject"], person, gone),
            details=json.dumps(_renamed(_details(row, person if forgets else ""), person, gone), ensure_ascii=False),
            id=row["id"],
        )


def _details(row: Mapping[str, Any], person: str) -> Json:
    """Return what a row tells; of the person's own refused prompts nothing that a guess could be compared with.

    And no id that was theirs before their accounts were linked.
    """
    details: dict[str, Json] = json.loads(row["details"])
    if row["actor"] != person:
        return details
    return {name: value for name, value in details.items() if name not in ("sha256", "chars", "was")}


def _renamed(value: Json, person: PersonId, gone: str) -> Json:
    if isinstance(value, str):
        return gone if value == person else _renamed_id(value, person, gone)
    if isinstance(value, dict):
        return {name: _renamed(each, person, gone) for name, each in value.items()}
    return [_renamed(each, person, gone) for each in value] if isinstance(value, list) else value


def _renamed_id(text: str, person: PersonId, gone: str) -> str:
    """Rename in `person:<id>`, `member:<guild>/<id>` and `<guild>/<id>`."""
    for before in ("person:", "/"):
        head, found, _ = text.rpartition(f"{before}{person}")
        if found and text.endswith(found) and (before == "/" or not head):
            return f"{head}{before}{gone}"
    return text


def _literal(text: str) -> str:
    """Write text so that LIKE takes its signs for text."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
