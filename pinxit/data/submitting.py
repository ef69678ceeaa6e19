"""Take a job in: idempotency, limits, quota, job, ledger, sources, deliveries and lane in one transaction."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pinxit.data import lanes, quotas, recreations
from pinxit.data.admission import Cooldown, check_ban, check_cooldown
from pinxit.data.words import insert_words
from pinxit.domain.errors import Code, Refused
from pinxit.domain.quota import Unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.data.recreations import NewRecreation
    from pinxit.domain.fairness import Rules
    from pinxit.domain.ports import Tx


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many jobs may wait at most: of a person, of a guild, in all."""

    per_person: int = 100
    per_guild: int = 1000
    total: int = 10_000


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """Where the job's end is to be shown; `target` is the platform's own, as JSON."""

    id: str
    platform: str
    channel: str
    target: str
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class NewSource:
    """An input image: stored already (`path`), to be fetched by `prepare` (`url`), or one of our images."""

    id: str
    role: str
    url: str | None = None
    image_id: str | None = None
    path: str | None = None
    media_type: str = ""
    width_px: int | None = None
    height_px: int | None = None
    size_bytes: int | None = None
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class NewJob:
    """Everything that a submit writes, made before the transaction. `idem` is unique for its caller; None: no key.

    `recreates`: what the job's one picture is to be compared with. `roles`: the person's in this guild, for limits.
    `person_cooldown_s`, `guild_cooldown_s`: how long ago the last request of the person here, or of anybody here, must
    be; the jobs of one group are one request. `is_adult`: whether its channel is for adults only; None: it did not say.
    """

    id: str
    group: str
    guild: str
    person: str
    platform: str
    route: str
    first: Mapping[str, Any]
    request: str
    count: int
    priority: int
    credits_milli: int
    dollars_micro: int
    deadline_s: float
    private: bool
    now_ms: int
    idem: str | None = None
    digest: str = ""
    parent_image: str | None = None
    deliveries: tuple[NewDelivery, ...] = ()
    sources: tuple[NewSource, ...] = ()
    recreates: NewRecreation | None = None
    roles: tuple[str, ...] = ()
    person_cooldown_s: float = 0.0
    guild_cooldown_s: float = 0.0
    is_adult: bool | None = None


@dataclass(frozen=True, slots=True)
class Submitted:
    """The job's id, and whether this submit made it (False: the same request came before)."""

    id: str
    is_new: bool


def known_as(tx: Tx, idem: str) -> tuple[str, str] | None:
    """Return the job that was submitted with this idempotency key, and the digest of its wish, or None."""
    row = tx.one("SELECT id, idem_digest FROM job WHERE idem = :idem", idem=idem)
    return None if row is None else (row["id"], row["idem_digest"])


def submit(tx: Tx, new: NewJob, waiting: Waiting, rules: Rules) -> Submitted:
    """Store a job and everything that belongs to it, or raise Refused and store nothing."""
    if new.idem is not None:
        before = known_as(tx, new.idem)
        if before is not None:
            if before[1] != new.digest:
                raise Refused(Code.IDEMPOTENCY_MISMATCH, field="Idempotency-Key", job=before[0])
            return Submitted(before[0], is_new=False)
    check_ban(tx, new.person, new.guild, new.now_ms)
    cooldown = Cooldown(new.person_cooldown_s, new.guild_cooldown_s)
    check_cooldown(tx, new.person, new.guild, new.group, cooldown, new.now_ms)
    guild = _guild(tx, new)
    _check_waiting(tx, new, waiting)
    asking = quotas.Asking(new.person, new.guild, ZoneInfo(guild["time_zone"]), new.now_ms, new.roles)
    day = quotas.reserve(tx, new.id, asking, {Unit.CREDIT: new.credits_milli, Unit.DOLLAR: new.dollars_micro})
    spot = lanes.Spot(new.first["pool"], new.guild, new.person, new.first["cost_s"])
    tag = lanes.enter(tx, spot, rules, weight=guild["weight"], cap=guild["running_cap"])
    _insert(tx, new, tag, day)
    return Submitted(new.id, is_new=True)


def _guild(tx: Tx, new: NewJob) -> Mapping[str, Any]:
    """Return what the guild's row says of queue and calendar; make the rows of guild and person if they are new."""
    found = tx.one(
        """
        SELECT weight, running_cap, time_zone, (SELECT id FROM person WHERE id = :person) AS person
        FROM guild WHERE id = :guild
        """,
        guild=new.guild,
        person=new.person,
    )
    if found is None or found["person"] is None:
        tx.run(
            "INSERT INTO person (id, created_ms) VALUES (:id, :now) ON CONFLICT (id) DO NOTHING",
            id=new.person,
            now=new.now_ms,
        )
    if found is not None:
        return found
    tx.run(
        "INSERT INTO guild (id, platform, created_ms) VALUES (:id, :platform, :now)",
        id=new.guild,
        platform=new.platform,
        now=new.now_ms,
    )
    return {"weight": 1.0, "running_cap": None, "time_zone": "UTC"}


def _check_waiting(tx: Tx, new: NewJob, waiting: Waiting) -> None:
    row = tx.one(
        """
        SELECT
            CAST((SELECT COALESCE(SUM(queued), 0) FROM flow WHERE person_id = :person) AS BIGINT) AS person,
            CAST((SELECT COALESCE(SUM(queued), 0) FROM lane WHERE guild_id = :guild) AS BIGINT) AS guild,
            CAST((SELECT COALESCE(SUM(queued), 0) FROM pool) AS BIGINT) AS total
        """,
        person=new.person,
        guild=new.guild,
    )
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    for name, limit, code in (
        ("person", waiting.per_person, Code.FULL_PERSON),
        ("guild", waiting.per_guild, Code.FULL_GUILD),
        ("total", waiting.total, Code.FULL_ALL),
    ):
        if row[name] >= limit:
            raise Refused(code, limit=limit, waiting=int(row[name]))


def _insert(tx: Tx, new: NewJob, tag: float, day: str) -> None:
    tx.run(
        """
        INSERT INTO job (id, idem, idem_digest, group_id, guild_id, person_id, platform, parent_image, private, state,
            pool, route, priority, tag, cost_s, batch_key, model, request, credits_milli, dollars_micro, day,
            deadline_s, count, recreates, adult, created_ms)
        VALUES (:id, :idem, :digest, :group, :guild, :person, :platform, :parent, :private, 'queued',
            :pool, :route, :priority, :tag, :cost, :key, :model, :request, :credits, :dollars, :day,
            :deadline, :count, :recreates, :adult, :now)
        """,
        id=new.id,
        idem=new.idem,
        digest=new.digest,
        group=new.group,
        guild=new.guild,
        person=new.person,
        platform=new.platform,
        parent=new.parent_image,
        private=int(new.private),
        pool=new.first["pool"],
        route=new.route,
        priority=new.priority,
        tag=tag,
        cost=new.first["cost_s"],
        key=new.first["batch_key"],
        model=new.first["model"],
        request=new.request,
        credits=new.credits_milli,
        dollars=new.dollars_micro,
        day=day,
        deadline=new.deadline_s,
        count=new.count,
        recreates=int(new.recreates is not None),
        adult=None if new.is_adult is None else int(new.is_adult),
        now=new.now_ms,
    )
    insert_words(tx, new.id, new.guild, new.request)
    if new.recreates is not None:
        recreations.insert(tx, new.id, new.recreates, new.now_ms)
    for delivery in new.deliveries:
        tx.run(
            """
            INSERT INTO delivery (id, job_id, platform, channel, target, state, message_id, next_ms, created_ms)
            VALUES (:id, :job, :platform, :channel, :target, 'open', :message_id, :now, :now)
            """,
            id=delivery.id,
            job=new.id,
            platform=delivery.platform,
            channel=delivery.channel,
            target=delivery.target,
            message_id=delivery.message_id,
            now=new.now_ms,
        )
    for source in new.sources:
        tx.run(
            """
            INSERT INTO source (id, job_id, role, url, image_id, path, media_type, width_px, height_px, size_bytes,
                sha256, created_ms)
            VALUES (:id, :job, :role, :url, :image_id, :path, :media_type, :width_px, :height_px, :size_bytes,
                :sha256, :now)
            """,
            job=new.id,
            now=new.now_ms,
            **asdict(source),
        )


def submit_all(tx: Tx, news: Sequence[NewJob], waiting: Waiting, rules: Rules) -> list[Submitted]:
    """Store a group of jobs, all or none."""
    return [submit(tx, new, waiting, rules) for new in news]
