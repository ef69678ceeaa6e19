"""Make an access key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pinxit.data.keys import KeyScope
from pinxit.domain.caller import OPERATOR
from pinxit.domain.errors import Code, Refused
from pinxit.domain.facts import is_text, nearest, shown

if TYPE_CHECKING:
    from pinxit.data.keys import AccessKey, Keys
    from pinxit.domain.ids import PersonId
    from pinxit.domain.ports import Clock

MAX_NAME_CHARS = 100
MAX_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key to be made. `name`: whose it is, for the list. `expires_days`: None is for ever."""

    name: str
    scopes: tuple[str, ...]
    expires_days: int | None = None


async def make_key(wanted: NewKey, keys: Keys, clock: Clock, by: PersonId = OPERATOR.person) -> tuple[AccessKey, str]:
    """Return the key and its secret, which is stored nowhere. `by`: who makes it. Raises Refused."""
    if not 1 <= len(wanted.name.strip()) <= MAX_NAME_CHARS or not is_text(wanted.name):
        allowed = [f"1 to {MAX_NAME_CHARS} characters"]
        raise Refused(Code.FIELD_RANGE, field="name", value=shown(wanted.name), allowed=allowed)
    known = [scope.value for scope in KeyScope]
    for scope in wanted.scopes or ("",):
        if scope not in known:
            near = nearest(scope, known)
            raise Refused(Code.FIELD_CHOICE, field="scopes", value=shown(scope), nearest=near, allowed=known)
    if wanted.expires_days is not None and not 1 <= wanted.expires_days <= MAX_DAYS:
        allowed = [f"1 to {MAX_DAYS}"]
        raise Refused(Code.FIELD_RANGE, field="expires_days", value=shown(wanted.expires_days), allowed=allowed)
    now = clock.now()
    expires_at = None if wanted.expires_days is None else now + timedelta(days=wanted.expires_days)
    return await keys.create(wanted.name, {KeyScope(scope) for scope in wanted.scopes}, now, expires_at, by)
