"""Whatever is asked, set, granted, reset and moved, in any order: what is left is exactly what can be asked for."""

from __future__ import annotations

import itertools
import os
from random import Random
from zoneinfo import ZoneInfo

import pytest

from pinxit.data import allowances, books, ledger, quotas, rationing
from pinxit.data.ledger import Booking, Kind
from pinxit.domain.errors import Code, Refused
from pinxit.domain.job import Beat, Outcome
from pinxit.domain.quota import Limit, Period, Scope, Unit, window
from tests.data.till import HOUR_MS, a_queue, ask

ZONES = ("Europe/Berlin", "UTC", "Pacific/Auckland", "America/Los_Angeles", "Pacific/Kiritimati", "America/Santiago")
STEPS = 120


class Walk:
    """A queue to which something happens at every step."""

    def __init__(self, random: Random) -> None:
        self.queue = a_queue()
        self.queue.tx.run("INSERT INTO guild (id, time_zone, created_ms) VALUES ('guild-2', 'UTC', 0)")
        self.checked = 0
        self._random = random
        self._numbers = itertools.count()

    def step(self) -> None:
        """Let some time pass, and one thing happen."""
        random = self._random
        self.queue.now_ms += random.choice((1, 1, 1, 1000, HOUR_MS, 5 * HOUR_MS, 26 * HOUR_MS))
        self.person, self.guild = random.choice(("person-1", "person-2")), random.choice(("guild-1", "guild-2"))
        self.roles = random.choice(((), ("vip",), ("vip", "old")))
        happens = (self._limit, self._grant, self._reset, self._move, self._ask, self._cancel, self._work)
        random.choices(happens, weights=(12, 10, 6, 3, 32, 12, 25))[0]()

    def _id(self, scope: Scope) -> str:
        member = f"{self.guild}/{self.person}"
        role = f"{self.guild}/{self._random.choice(('everyone', 'vip'))}"
        ids = {Scope.PERSON: self.person, Scope.MEMBER: member, Scope.ROLE: role, Scope.GUILD: self.guild}
        return ids.get(scope, "")

    def _limit(self) -> None:
        scope = self._random.choice((Scope.PERSON, Scope.MEMBER, Scope.ROLE, Scope.GUILD, Scope.EVERYONE))
        unit, period = self._random.choice(list(Unit)), self._random.choice(list(Period))
        amount = self._random.choice((None, 0, 100, 500, 2000))
        rationing.set_limit(
            self.queue.tx, Limit(scope, self._id(scope), unit, period, 0), amount, "admin", self.queue.now_ms
        )

    def _grant(self) -> None:
        scope = self._random.choice((Scope.PERSON, Scope.MEMBER, Scope.GUILD))
        hours = self._random.choice((None, 1, 30))
        new = allowances.NewGrant(
            id=f"grant-{next(self._numbers)}",
            scope=scope,
            scope_id=self._id(scope),
            unit=self._random.choice(list(Unit)),
            amount=self._random.choice((50, 300, 900)),
            expires_ms=None if hours is None else self.queue.now_ms + hours * HOUR_MS,
            note="",
            set_by="admin",
        )
        allowances.grant(self.queue.tx, new, self.queue.now_ms)

    def _reset(self) -> None:
        """Forgive, and see that nothing but what is open counts in any window."""
        scope, unit = self._random.choice((Scope.PERSON, Scope.MEMBER, Scope.GUILD)), self._random.choice(list(Unit))
        person = "" if scope is Scope.GUILD else self.person
        guild = "" if scope is Scope.PERSON else self.guild
        reset = f"reset-{next(self._numbers)}"
        booking = Booking(reset, 0, Kind.ADJUST, unit, 0, person, guild, "", self.queue.now_ms)
        rationing.forgive(self.queue.tx, scope, self._id(scope), unit, booking)
        waiting = self._open(person, guild, unit, scope)
        for period, zone in itertools.product(Period, ZONES):
            first = window(period, self.queue.now, ZoneInfo(zone))[0]
            used = ledger.used_since(self.queue.tx, scope, self._id(scope), unit, first)
            assert used == sum(amount for day, amount in waiting if day >= first)

    def _open(self, person: str, guild: str, unit: Unit, scope: Scope) -> list[tuple[str, int]]:
        lifted = {
            Scope.PERSON: ("", "person"),
            Scope.MEMBER: ("", "person", "member"),
            Scope.GUILD: ("", "guild"),
        }[scope]
        rows = self.queue.rows(
            """
            SELECT l.day, l.scope, CASE WHEN l.kind IN ('draw', 'return') THEN -l.amount ELSE l.amount END AS amount
            FROM job j JOIN ledger l ON l.job_id = j.id
            WHERE j.ended_ms IS NULL AND l.unit = :unit AND :person IN ('', j.person_id) AND :guild IN ('', j.guild_id)
            """,
            unit=unit,
            person=person,
            guild=guild,
        )
        return [(row["day"], row["amount"]) for row in rows if row["scope"] in lifted]

    def _move(self) -> None:
        zone = self._random.choice(ZONES)
        self.queue.tx.run("UPDATE guild SET time_zone = :zone WHERE id = :id", zone=zone, id=self.guild)

    def _ask(self) -> None:
        """Ask for just what is left, for more than that, and then for something."""
        for unit in Unit:
            left = self._left(unit)
            if left is not None:
                assert left == 0 or self._is_taken(unit, left)
                assert not self._is_taken(unit, left + 1)
                self.checked += 1
        try:
            self._submit(self._random.choice((100, 300, 700)), self._random.choice((0, 0, 100, 250)))
        except Refused as refused:
            assert refused.code is Code.QUOTA_SPENT  # noqa: PT017 - it may be refused or not

    def _left(self, unit: Unit) -> int | None:
        queue = self.queue
        zone = rationing.zone_of(queue.tx, self.guild)
        asking = quotas.Asking(self.person, self.guild, zone, queue.now_ms, self.roles)
        rooms = quotas.rooms_of(queue.tx, quotas.limits_of(queue.tx, asking), asking)
        rows = allowances.open_grants(queue.tx, asking.ids, queue.now_ms, unit)
        return min((quotas.with_grants(room, rows).left for room in rooms if room.limit.unit is unit), default=None)

    def _is_taken(self, unit: Unit, amount: int) -> bool:
        """Ask for so much, and take it back as if it had never been."""
        self.queue.tx.run("SAVEPOINT trial")
        try:
            self._submit(*((amount, 0) if unit is Unit.CREDIT else (0, amount)))
        except Refused:
            return False
        finally:
            self.queue.tx.run("ROLLBACK TO trial")
            self.queue.tx.run("RELEASE trial")
        return True

    def _submit(self, credits_milli: int, dollars_micro: int) -> None:
        ask(
            self.queue,
            credits_milli,
            dollars_micro=dollars_micro,
            person=self.person,
            guild=self.guild,
            roles=self.roles,
            count=3,
            deliveries=(),
        )

    def _cancel(self) -> None:
        for row in self.queue.rows("SELECT id FROM job WHERE ended_ms IS NULL ORDER BY id LIMIT 1"):
            self.queue.cancel(row["id"])

    def _work(self) -> None:
        random, queue = self._random, self.queue
        queue.tick()
        for lease in queue.claim(most=2):
            if random.random() < 0.6:
                queue.beat(lease.worker, Beat(lease.job, lease.fence, sent=True))
            for index in lease.missing:
                if random.random() < 0.6:
                    queue.paint(lease, index)
            if random.random() < 0.3:
                continue  # It goes on until its lease runs out.
            outcomes = (Outcome.SUCCEEDED, Outcome.REFUSED, Outcome.TEMPORARY, Outcome.RELEASED)
            queue.end(lease, random.choice(outcomes), dollars_micro=random.choice((None, 0, 30)))


@pytest.mark.parametrize("seed", range(20 * int(os.environ.get("PINXIT_TEST_EFFORT", "1"))))
def test_what_is_left_can_be_asked_for_and_no_more(seed: int) -> None:
    walk = Walk(Random(seed))  # noqa: S311 - it has to repeat by seed

    for _ in range(STEPS):
        walk.step()

    assert walk.checked, "no limit was ever looked at"
    assert books.verify(walk.queue.tx) == []
