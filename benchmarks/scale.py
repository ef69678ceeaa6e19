"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """The numbers of a run. `grown_…`: the database that a claim's growth is measured on."""

    fsyncs: int = 100
    submit_s: float = 3.0
    jobs: int = 100_000
    guilds: int = 1_000
    grown_jobs: int = 300_000
    grown_guilds: int = 100_000
    claims: int = 1_000
    starts: int = 500
    reads: int = 3_000
    connections: int = 16
    api_s: float = 5.0
    idle_s: float = 5.0
    messages: int = 10_000
    streams: int = 1_000
    bursts: int = 5
    servers: int = 1_000
    calls: int = 1_000
    remote_jobs: int = 200


QUICK = Scale(
    fsyncs=30,
    submit_s=0.5,
    jobs=5_000,
    guilds=100,
    grown_jobs=15_000,
    grown_guilds=5_000,
    claims=200,
    starts=100,
    reads=500,
    api_s=1.0,
    idle_s=1.0,
    messages=1_000,
    streams=100,
    bursts=1,
    servers=100,
    calls=100,
    remote_jobs=20,
)
