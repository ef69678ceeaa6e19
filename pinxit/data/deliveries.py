"""The outbox: which message is to show which job, and whether it does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pinxit.data.times import from_ms, moment, to_ms
from pinxit.domain.delivery import Delivery, DeliveryState
from pinxit.domain.ids import BootId, DeliveryId, JobId

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from pinxit.domain.ports import Database, Tx


# What a platform keeps under this name of an address opens doors, and is erased once the end is shown.
SECRET = "secret"  # noqa: S105 - the name of a key, not a secret


class Deliveries:
    """Rows of the outbox. Only the owner process brings them; `boot` tells its edits from those of a dead one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, now: datetime, after: Delivery | None = None, most: int = 200) -> Sequence[Delivery]:
        """Return finals whose time has come, the longest due first, from behind `after`."""
        rows = await self._database.read(
            lambda tx: tx.all(
                """
                SELECT * FROM delivery
                WHERE state = 'due' AND next_ms <= :now AND (next_ms > :ms OR (next_ms = :ms AND id > :id))
                ORDER BY next_ms, id LIMIT :most
                """,
                now=to_ms(now),
                ms=-1 if after is None else to_ms(after.next_at),
                id="" if after is None else after.id,
                most=most,
            )
        )
        return [_delivery(row) for row in rows]

    async def open(self, after: str = "", most: int = 1000) -> Sequence[Delivery]:
        """Return deliveries of living jobs in the order of their ids, from behind `after`."""
        rows = await self._database.read(
            lambda tx: tx.all(
                "SELECT * FROM delivery WHERE state = 'open' AND id > :after ORDER BY id LIMIT :most",
                after=after,
                most=most,
            )
        )
        return [_delivery(row) for row in rows]

    async def of_job(self, job: JobId) -> Sequence[Delivery]:
        """Return the deliveries of a job."""
        rows = await self._database.read(
            lambda tx: tx.all("SELECT * FROM delivery WHERE job_id = :job ORDER BY id", job=job)
        )
        return [_delivery(row) for row in rows]

    async def delivery(self, delivery: DeliveryId) -> Delivery | None:
        """Return one delivery, or None."""
        row = await self._database.read(lambda tx: tx.one("SELECT * FROM delivery WHERE id = :id", id=delivery))
        return None if row is None else _delivery(row)

    async def by_message(self, platform: str, channel: str, message_id: str) -> JobId | None:
        """Return the job that a message shows or has shown, or None."""
        sql = "SELECT job_id FROM message WHERE platform = :platform AND channel = :channel AND message_id = :message"
        row = await self._database.read(lambda tx: tx.one(sql, platform=platform, channel=channel, message=message_id))
        return None if row is None else JobId(row["job_id"])

    async def messages_of(self, job: JobId) -> Sequence[tuple[str, str, str]]:
        """Return (platform, channel, message) of every message that shows or has shown a job, the oldest first."""
        sql = "SELECT platform, channel, message_id FROM message WHERE job_id = :job ORDER BY created_ms, message_id"
        rows = await self._database.read(lambda tx: tx.all(sql, job=job))
        return [(row["platform"], row["channel"], row["message_id"]) for row in rows]

    async def next_due_at_ms(self) -> int | None:
        """Return when the earliest final wants to be tried, in epoch milliseconds, or None if there is none."""
        row = await self._database.read(
            lambda tx: tx.one("SELECT MIN(next_ms) AS next_ms FROM delivery WHERE state = 'due'")
        )
        return None if row is None else row["next_ms"]

    async def editing(self, delivery: DeliveryId, boot: BootId) -> None:
        """Note, before the first edit by this boot, that edits of the message may be in flight from now on."""
        await self._database.write(
            lambda tx: tx.run("UPDATE delivery SET boot = :boot WHERE id = :id", boot=boot, id=delivery)
        )

    async def placed(self, delivery: Delivery, message_id: str, now: datetime, channel: str = "") -> None:
        """Note the message that carries the job, so that replies and reactions find it.

        `channel`: where it is, if that is not where the delivery was to go.
        """
        channel = channel or delivery.channel

        def work(tx: Tx) -> None:
            tx.run(
                """
                UPDATE delivery SET message_id = :message, channel = :channel, boot = NULL, repeat_ms = NULL, tries = 0
                WHERE id = :id
                """,
                message=message_id,
                channel=channel,
                id=delivery.id,
            )
            tx.run(
                """
                INSERT INTO message (platform, channel, message_id, job_id, delivery_id, created_ms)
                VALUES (:platform, :channel, :message, :job, :delivery, :now)
                ON CONFLICT (platform, channel, message_id) DO NOTHING
                """,
                platform=delivery.platform,
                channel=channel,
                message=message_id,
                job=delivery.job,
                delivery=delivery.id,
                now=to_ms(now),
            )

        await self._database.write(work)

    async def lost(self, delivery: DeliveryId, at: datetime) -> None:
        """Note that the message is gone, so that a new one is created, at `at` at the earliest."""
        await self._database.write(
            lambda tx: tx.run(
                """
                UPDATE delivery SET message_id = NULL, boot = NULL, creations = creations + 1, next_ms = :at
                WHERE id = :id
                """,
                at=to_ms(at),
                id=delivery,
            )
        )

    async def later(self, delivery: DeliveryId, at: datetime, reason: str) -> None:
        """Put a final off."""
        await self._database.write(
            lambda tx: tx.run(
                "UPDATE delivery SET next_ms = :at, tries = tries + 1, error = :reason WHERE id = :id",
                at=to_ms(at),
                reason=reason,
                id=delivery,
            )
        )

    async def repeat(self, delivery: DeliveryId, at: datetime) -> None:
        """Show the final once more at `at`, because an earlier edit may still land on top of it."""
        await self._database.write(
            lambda tx: tx.run(
                "UPDATE delivery SET next_ms = :at, repeat_ms = :at, boot = NULL, tries = 0 WHERE id = :id",
                at=to_ms(at),
                id=delivery,
            )
        )

    async def done(self, delivery: DeliveryId, now: datetime, *, revision: int | None = None) -> None:
        """Note that the message shows the final; what is secret of its address is erased.

        `revision`: which one it shows: one that the job changed under meanwhile stays due. None: the newest.
        """
        await self._close(delivery, DeliveryState.DONE, now, "", revision)

    async def dead(self, delivery: DeliveryId, now: datetime, reason: str) -> None:
        """Note that the final can be shown nowhere."""
        await self._close(delivery, DeliveryState.DEAD, now, reason)

    async def states(self) -> Mapping[DeliveryState, int]:
        """Count the deliveries of each state that has any. Every part is counted in an index of its own."""

        def work(tx: Tx) -> Sequence[Mapping[str, Any]]:
            return tx.all(
                """
                SELECT state, COUNT(*) AS n FROM delivery WHERE done_ms IS NOT NULL GROUP BY state
                UNION ALL SELECT 'open', COUNT(*) FROM delivery WHERE state = 'open'
                UNION ALL SELECT 'due', COUNT(*) FROM delivery WHERE state = 'due'
                """
            )

        return {DeliveryState(row["state"]): row["n"] for row in await self._database.read(work) if row["n"]}

    async def _close(
        self, delivery: DeliveryId, state: DeliveryState, now: datetime, reason: str, revision: int | None = None
    ) -> None:
        def work(tx: Tx) -> None:
            row = tx.one(
                """
                SELECT d.target, d.revision, j.deleted_ms FROM delivery d LEFT JOIN job j ON j.id = d.job_id
                WHERE d.id = :id AND d.state IN ('open', 'due')
                """,
                id=delivery,
            )
            if row is None or revision not in (None, row["revision"]):
                return
            # The rest finds the message again, in its language, should it have to be shown anew.
            kept = {name: value for name, value in json.loads(row["target"]).items() if name != SECRET}
            tx.run(
                "UPDATE delivery SET state = :state, done_ms = :now, error = :reason, target = :target WHERE id = :id",
                state=state,
                now=to_ms(now),
                reason=reason,
                target=json.dumps(kept) if row["deleted_ms"] is None else "{}",
                id=delivery,
            )

        await self._database.write(work)


def _delivery(row: Mapping[str, Any]) -> Delivery:
    return Delivery(
        id=DeliveryId(row["id"]),
        job=JobId(row["job_id"]),
        platform=row["platform"],
        channel=row["channel"],
        target=json.loads(row["target"]),
        state=DeliveryState(row["state"]),
        message_id=row["message_id"],
        tries=row["tries"],
        next_at=from_ms(row["next_ms"]),
        edited_by=None if row["boot"] is None else BootId(row["boot"]),
        creation=row["creations"],
        revision=row["revision"],
        reopened_at=moment(row["reopened_ms"]),
    )
