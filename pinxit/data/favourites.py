"""Images that people keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pinxit.data.image_rows import images_from_rows
from pinxit.data.many import rows_among
from pinxit.data.times import to_ms
from pinxit.domain.ids import ImageId

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pinxit.domain.ids import GuildId, PersonId
    from pinxit.domain.image import Image
    from pinxit.domain.image_rules import ImageRules
    from pinxit.domain.ports import Database, Tx


@dataclass(frozen=True, slots=True)
class Favourite:
    """An image and when its person began to keep it, in epoch milliseconds: its place in the list."""

    image: Image
    since_ms: int


class Favourites:
    """Rows of favourites, each person's own."""

    def __init__(self, database: Database, house: ImageRules) -> None:
        self._database = database
        self._house = house

    async def add(self, person: PersonId, image: ImageId, now: datetime) -> None:
        """Keep an image; one that is kept already stays where it is in the list."""
        await self._database.write(
            lambda tx: tx.run(
                """
                INSERT INTO favourite (person_id, image_id, created_ms)
                SELECT :person, id, :now FROM image WHERE id = :image AND state = 'ready'
                ON CONFLICT (person_id, image_id) DO NOTHING
                """,
                person=person,
                image=image,
                now=to_ms(now),
            )
        )

    async def remove(self, person: PersonId, image: ImageId) -> None:
        """Keep an image no longer."""
        await self._database.write(
            lambda tx: tx.run(
                "DELETE FROM favourite WHERE person_id = :person AND image_id = :image", person=person, image=image
            )
        )

    async def page(
        self, person: PersonId, guild: GuildId | None, before: tuple[int, str] | None, most: int
    ) -> Sequence[Favourite]:
        """Return a person's favourites, the last one kept first, from behind `before` (milliseconds, image).

        `guild`: where the person looks from, who sees that guild's images and their own private ones; None: all.
        """
        since_ms, image = before or (2**62, "")

        def work(tx: Tx) -> list[Favourite]:
            rows = tx.all(
                """
                SELECT i.*, f.created_ms AS since_ms FROM favourite f JOIN image i ON i.id = f.image_id
                WHERE f.person_id = :person AND i.state = 'ready'
                    AND (f.created_ms < :since OR (f.created_ms = :since AND f.image_id < :image))
                    AND (CAST(:guild AS TEXT) IS NULL OR (i.private = 0 AND i.guild_id = :guild)
                        OR (i.private = 1 AND i.person_id = :person))
                ORDER BY f.created_ms DESC, f.image_id DESC LIMIT :most
                """,
                person=person,
                guild=guild,
                since=since_ms,
                image=image,
                most=most,
            )
            images = images_from_rows(tx, rows, self._house)
            return [Favourite(image, row["since_ms"]) for image, row in zip(images, rows, strict=True)]

        return await self._database.read(work)

    async def among(self, person: PersonId, images: Sequence[ImageId]) -> frozenset[ImageId]:
        """Return which of these images a person keeps."""
        sql = "SELECT image_id FROM favourite WHERE person_id = :person AND image_id IN (:values)"
        rows = await self._database.read(lambda tx: rows_among(tx, sql, images, person=person))
        return frozenset(ImageId(row["image_id"]) for row in rows)
