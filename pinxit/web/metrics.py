"""Numbers for Prometheus, in a registry of their own for each server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from pinxit import __version__
from pinxit.domain.breaker import Circuit
from pinxit.domain.delivery import DeliveryState
from pinxit.domain.job import JobState

if TYPE_CHECKING:
    from pinxit.actions.studio import Studio

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """Counts requests as they end, and reads the queue when it is asked."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "pinxit_http_requests",
            "HTTP requests by route and status; 499: the caller left.",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self._jobs = Gauge("pinxit_jobs", "Jobs by state.", ["state"], registry=self._registry)
        self._pools = Gauge(
            "pinxit_pool_jobs", "Jobs that wait or run in a pool.", ["pool", "state"], registry=self._registry
        )
        self._workers = Gauge(
            "pinxit_workers", "Workers of a pool heard in the last minute.", ["pool"], registry=self._registry
        )
        self._circuits = Gauge(
            "pinxit_generator_circuit",
            "1 for the state of a generator's circuit: open ones are left alone, half open ones are tried.",
            ["generator", "state"],
            registry=self._registry,
        )
        self._deliveries = Gauge(
            "pinxit_deliveries", "Messages that show a job, by state.", ["state"], registry=self._registry
        )
        build = Gauge("pinxit_build_info", "The running version.", ["version"], registry=self._registry)
        build.labels(__version__).set(1)

    def answered(self, method: str, route: str, status: int) -> None:
        """Count a request."""
        self._requests.labels(method if method in _METHODS else "other", route, str(status)).inc()

    async def write(self, studio: Studio) -> bytes:
        """Return every number in Prometheus's text format."""
        jobs = await studio.store.jobs.states()
        pools = await studio.store.lines.pools()
        deliveries = await studio.store.deliveries.states()
        # From here on without an await, so that two readers at once do not see half of each other's numbers.
        for state in JobState:
            self._jobs.labels(state.value).set(jobs.get(state, 0))
        for shown in DeliveryState:
            self._deliveries.labels(shown.value).set(deliveries.get(shown, 0))
        for pool, (queued, running) in pools.items():
            self._pools.labels(pool, "queued").set(queued)
            self._pools.labels(pool, "running").set(running)
        self._workers.clear()
        for pool in pools:
            self._workers.labels(pool).set(studio.queue.workers().get(pool, 0))
        for name in studio.generators:
            now = studio.breakers.circuit(name)
            for circuit in Circuit:
                self._circuits.labels(name, circuit.value).set(circuit is now)
        return generate_latest(self._registry)
