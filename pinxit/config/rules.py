"""Settings that are right alone and wrong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.config.problems import listed
from pinxit.config.settings import SHIPPED_CHAIN
from pinxit.domain.request import Enhance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pinxit.config.keys import Keys
    from pinxit.config.settings import Settings

BEATS_PER_LEASE = 2  # One beat may be lost on the way without the lease running out.


def contradictions(settings: Settings, name: Callable[[Keys], str]) -> Iterator[tuple[tuple[Keys, ...], str]]:
    """Yield the paths of each contradiction with its sentence. `name` says where a setting was written."""
    yield from _generators(settings, name)
    yield from _defaults(settings, name)
    queue, limits = settings.queue, settings.limits
    beat, lease = ("queue", "beat_s"), ("queue", "lease_s")
    if queue.beat_s * BEATS_PER_LEASE > queue.lease_s:
        yield (
            (beat, lease),
            (
                f"{name(beat)} is {queue.beat_s} and {name(lease)} is {queue.lease_s};"
                f" write a beat of at most {queue.lease_s / BEATS_PER_LEASE}"
            ),
        )
    low, high = ("limits", "min_side_px"), ("limits", "max_side_px")
    if limits.min_side_px > limits.max_side_px:
        yield (
            (low, high),
            (
                f"{name(low)} is {limits.min_side_px} and {name(high)} is {limits.max_side_px};"
                " write a least side that is not above the greatest"
            ),
        )
    if settings.enhancement.mode is Enhance.LLM:
        for key, value in (("base_url", settings.enhancement.base_url), ("model", settings.enhancement.model)):
            if not value:
                path = ("enhancement", key)
                yield (path, ("enhancement", "mode")), f'{name(("enhancement", "mode"))} is "llm"; write {key} too'
    if settings.enhancement.translate and settings.enhancement.base_url is None:
        translate, server = ("enhancement", "translate"), ("enhancement", "base_url")
        yield (translate, server), f"{name(translate)} is true, and a language model translates; write base_url too"


def _generators(settings: Settings, name: Callable[[Keys], str]) -> Iterator[tuple[tuple[Keys, ...], str]]:
    if not any(generator.enabled for generator in settings.generators.values()):
        yield (
            (("generators",),),
            f"no generator is enabled of {listed(settings.generators)}; write enabled = true for one of them",
        )
    for chain, table in settings.chains.items():
        path = ("chains", chain, "generators")
        for missing in dict.fromkeys(table.generators):
            if missing not in settings.generators:
                yield (
                    (path,),
                    f'{name(path)} names "{missing}", no generator; write some of {listed(settings.generators)}',
                )
        if len(set(table.generators)) < len(table.generators):
            yield (path,), f"{name(path)} names a generator twice; write each once"


def _defaults(settings: Settings, name: Callable[[Keys], str]) -> Iterator[tuple[tuple[Keys, ...], str]]:
    defaults = settings.defaults
    generator, chain, count = ("defaults", "generator"), ("defaults", "chain"), ("defaults", "count")
    if defaults.generator is not None and defaults.chain is not None:
        yield (generator, chain), f"{name(generator)} and {name(chain)} are both set; remove one of them"
    if defaults.generator is not None and defaults.generator not in settings.generators:
        yield (
            (generator,),
            f'{name(generator)} is "{defaults.generator}"; write one of {listed(settings.generators)}',
        )
    chains = sorted({*settings.chains, SHIPPED_CHAIN})
    if defaults.chain is not None and defaults.chain not in chains:
        known = listed(chains)
        yield (chain,), f'{name(chain)} is "{defaults.chain}"; write one of the chains ({known})'
    if defaults.count > settings.limits.count:
        most = ("limits", "count")
        yield (
            (count, most),
            (
                f"{name(count)} is {defaults.count} and {name(most)} is {settings.limits.count};"
                f" write a default of at most {settings.limits.count}"
            ),
        )
