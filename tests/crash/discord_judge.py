"""What the loopback Discord must show at rest: every job its end, once, whole, and private ones to nobody else."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pinxit.data.pictures import read_picture
from pinxit.data.sqlite import SqliteTx, connect
from tests.crash import judge
from tests.crash.discord_cards import is_final, jobs_in
from tests.crash.discord_crowd import SECRET
from tests.crash.wishes import Wishes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from tests.platforms.discord.entities import Message
    from tests.platforms.discord.server import DiscordServer
    from tests.platforms.discord.state import State

_MAX_PIXELS = 10**6
_EPHEMERAL = 1 << 6


@dataclass(frozen=True, slots=True)
class Verdict:
    """`jobs`: in the database. `answers`, `messages`, `direct`: of which are shown in the answer to an interaction, in
    a message of the channel, or in a direct chat. `repeats`: finals that were shown again in the same message.

    `dead`: why jobs are shown nowhere, and how many. `crimes`: a sentence for everything that is not as it must be.
    """

    jobs: int
    answers: int
    messages: int
    direct: int
    repeats: int
    dead: Mapping[str, int]
    crimes: tuple[str, ...]


def verdict(server: DiscordServer, database: Path, files: Path, acknowledged: Collection[tuple[str, str]]) -> Verdict:
    """Judge. `acknowledged`: job and message of every use whose answer was accepted. Call it at rest."""
    with closing(connect(database, read_only=True)) as connection:
        tx = SqliteTx(connection)
        rows = tx.all(
            "SELECT j.id, j.state, j.made, j.count, j.private, d.state AS delivered, d.channel, d.message_id, d.error"
            " FROM job j LEFT JOIN delivery d ON d.job_id = j.id ORDER BY j.id"
        )
        images = tx.all("SELECT id, job_id, position, seed, pixels_sha256 FROM image ORDER BY job_id, position")
    court = _Court(server.state, images)
    crimes = [*_database(database, files, rows, images), *server.problems]
    crimes += [f"the gateway closed a connection with {code}" for code in server.gateway.close_codes]
    dead: dict[str, int] = {}
    for row in rows:
        if row["delivered"] == "dead" and row["error"]:
            dead[row["error"]] = dead.get(row["error"], 0) + 1
        crimes += court.of_job(row)
    crimes += court.of_answers(rows, acknowledged)
    crimes += court.left_over(rows)
    homes = [server.state.messages[row["message_id"]] for row in rows if row["message_id"] in server.state.messages]
    answers = sum(home.interaction_id is not None for home in homes)
    direct = sum(server.state.channels[home.channel_id].guild_id is None for home in homes)
    return Verdict(
        len(rows), answers, len(homes) - answers - direct, direct, sum(map(_repeats, homes)), dead, tuple(crimes)
    )


def in_flight(database: Path) -> int:
    """Return how many jobs do not show their end yet, as far as the database knows."""
    with closing(connect(database, read_only=True)) as connection:
        row = SqliteTx(connection).one("SELECT COUNT(*) AS n FROM delivery WHERE state IN ('open', 'due')")
    return int(row["n"]) if row else 0


class _Court:
    """The messages of the bot's that there ever were, by the jobs that they showed."""

    def __init__(self, state: State, images: Sequence[Mapping[str, Any]]) -> None:
        self._state = state
        self._images: dict[str, list[Mapping[str, Any]]] = {}
        for image in images:
            self._images.setdefault(image["job_id"], []).append(image)
        self._bots = [one for one in state.messages.values() if one.author_id == state.bot.id]
        self._shown: dict[str, set[str]] = {}
        for message in self._bots:
            for json in message.history:
                for job in jobs_in(json):
                    self._shown.setdefault(job, set()).add(message.id)

    def of_job(self, row: Mapping[str, Any]) -> Iterator[str]:
        """Yield what is wrong with how a job is shown."""
        job, shown = row["id"], self._shown.get(row["id"], set())
        if row["delivered"] == "dead":
            if not row["error"]:
                yield f"lost: {job} is given up for no reason"
            if shown:
                yield f"lost: {job} is given up ({row['error']}), and there is a message of it"
            return
        if row["delivered"] != "done":
            yield f"lost: the delivery of {job} is {row['delivered']}: {row['error']}"
            return
        if len(shown) > 1:
            yield f"doubled: {job} has {len(shown)} messages"
        message = self._state.message(row["message_id"])
        if message is None or shown != {row["message_id"]}:
            yield f"lost: {job} has no message, or another one than the database says"
            return
        if message.channel_id != row["channel"]:
            yield f"wrong: {job} is not in the channel that the database says"
        yield from self._end(row, message)
        yield from _order(job, message)
        if row["private"]:
            yield from self._privacy(job, message)

    def _end(self, row: Mapping[str, Any], message: Message) -> Iterator[str]:
        job, files = row["id"], message.json.get("attachments") or []
        if not is_final(message.json):
            yield f"lost: the message of {job}, which {row['state']}, does not show its end"
            return
        if len(files) != (row["made"] if row["state"] == "succeeded" else 0):
            yield f"wrong: {job} {row['state']} with {row['made']} pictures and shows {len(files)}"
            return
        made = self._images.get(job, [])
        pixels = [
            read_picture(self._state.attachments[file["id"]].content, max_pixels=_MAX_PIXELS).pixels_sha256
            for file in files
        ]
        if row["state"] == "succeeded" and pixels != [image["pixels_sha256"] for image in made]:
            yield f"wrong: {job} shows other pictures than the database has"
        if row["state"] == "succeeded" and f"seed {made[0]['seed']}" not in str(message.json["embeds"]):
            yield f"wrong: {job} does not show the seed {made[0]['seed']}"

    def _privacy(self, job: str, message: Message) -> Iterator[str]:
        is_direct = self._state.channels[message.channel_id].guild_id is None
        if message.only_for is None and not is_direct:
            yield f"private: {job} is shown in a channel"

    def of_answers(self, rows: Sequence[Mapping[str, Any]], acknowledged: Collection[tuple[str, str]]) -> Iterator[str]:
        """Yield what is wrong with the messages in which people were told that their wish is taken."""
        homes = {row["id"]: row["message_id"] for row in rows}
        for job, message in acknowledged:
            if job not in homes:
                yield f"lost: {job} was acknowledged and is not there"
            elif homes[job] != message:
                yield f"lost: {job} was acknowledged in one message and shows its end in another"

    def left_over(self, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        """Yield what messages show that no job of the database has, and what everybody can read of private ones."""
        known = {row["message_id"] for row in rows}
        for message in self._bots:
            jobs = jobs_in(message.json)
            if jobs and message.id not in known and not message.deleted:
                yield f"doubled: a message of {', '.join(jobs)} that the database does not know"
            is_open = message.only_for is None and self._state.channels[message.channel_id].guild_id is not None
            if is_open and any(SECRET in str(json.get("embeds")) for json in message.history):
                yield f"private: the prompt of {', '.join(jobs)} can be read in a channel"


def _database(
    database: Path, files: Path, rows: Sequence[Mapping[str, Any]], images: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    """Yield what the judge of every crash test finds, but for what is no wonder where jobs are cancelled."""
    cancelled = {row["id"] for row in rows if row["state"] == "cancelled"}
    buried = {row["id"] for row in rows if row["delivered"] == "dead"}
    gone = Wishes(tried={image["id"] for image in images if image["job_id"] in cancelled})
    for sentence in judge.wrongs(database, files, {row["id"] for row in rows}, gone):
        words = sentence.split()
        is_of_cancelled = words[0] in cancelled
        if not is_of_cancelled and not any(f"the delivery of {job} is dead" in sentence for job in buried):
            yield sentence


def _order(job: str, message: Message) -> Iterable[str]:
    # An edit whose end is unknown may land on top of the final, which is sent again for that very reason.
    ends = [is_final(json) for json in message.history]
    if True in ends and not ends[-1]:
        yield f"progress after the final: of {job}"


def _repeats(message: Message) -> int:
    return max(0, sum(is_final(json) for json in message.history) - 1)
