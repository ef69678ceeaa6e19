"""Whom an installation is open to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pinxit.actions.admin.access import check_access
from pinxit.domain.caller import OPERATOR, Caller
from pinxit.domain.errors import Code, Refused
from pinxit.domain.ids import GuildId, PersonId

ANNA = Caller(GuildId("discord:1"), PersonId("anna"), "discord")


@pytest.mark.parametrize(
    ("guilds", "persons"),
    [((), ()), (("discord:1",), ()), ((), ("anna",)), (("discord:9",), ("anna",)), (("discord:1",), ("boris",))],
)
def test_who_is_on_a_list_or_needs_none_comes_in(guilds: tuple[str, ...], persons: tuple[str, ...]) -> None:
    check_access(ANNA, guilds, persons)


@pytest.mark.parametrize(("guilds", "persons"), [(("discord:9",), ()), ((), ("boris",)), (("discord:11",), ("ann",))])
def test_who_is_on_no_list_stays_outside(guilds: tuple[str, ...], persons: tuple[str, ...]) -> None:
    with pytest.raises(Refused) as caught:
        check_access(ANNA, guilds, persons)

    assert caught.value.code is Code.NOT_ADMITTED


@pytest.mark.parametrize(
    "caller",
    [OPERATOR, replace(ANNA, platform="api"), replace(ANNA, platform="web"), replace(ANNA, is_admin=True)],
)
def test_who_has_shown_a_key_needs_no_list(caller: Caller) -> None:
    check_access(caller, ("discord:9",), ("nobody",))
