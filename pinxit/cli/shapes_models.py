"""Generators and models in the shape in which a server answers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pinxit.actions.models import supported
from pinxit.cli.shapes import moment

if TYPE_CHECKING:
    from pinxit.actions.models import GeneratorShown, ModelShown, Painters


def painters(found: Painters) -> dict[str, Any]:
    """Return who can paint."""
    return {
        "generators": [_generator(one) for one in found.generators],
        "aliases": [_model(alias, *alias.means) for alias in found.aliases],
        "chains": {name: list(chain) for name, chain in found.chains.items()},
    }


def _generator(shown: GeneratorShown) -> dict[str, Any]:
    return {
        "name": shown.name,
        "kind": shown.kind,
        "remote": shown.capabilities.remote,
        "modes": sorted(mode.value for mode in shown.capabilities.modes),
        "state": shown.state,
        "until": moment(shown.until),
        "budget_left": None if shown.left_micro is None else max(0, shown.left_micro) / 1_000_000,
        "models": [_model(model, shown.name, model.name) for model in shown.models],
    }


def _model(shown: ModelShown, generator: str, model: str) -> dict[str, Any]:
    own = shown.capabilities
    return {
        "name": shown.name,
        "title": shown.title,
        "description": shown.about,
        "generator": generator,
        "model": model,
        "modes": sorted(mode.value for mode in own.modes),
        "default_size": "{}x{}".format(*own.default_size_px),
        "supported_sizes": [f"{width}x{height}" for width, height in own.sizes_px],
        "min_side": own.min_side_px,
        "max_side": own.max_side_px,
        "max_images": own.max_count,
        "max_steps": own.max_steps if own.max_steps > 1 else None,
        "qualities": list(own.qualities),
        "styles": list(own.styles),
        "samplers": list(own.samplers),
        "supports": dict(supported(own)),
        "typical_seconds": round(shown.seconds, 2),
        "dollars": shown.dollars_micro / 1_000_000,
        "shutdown_on": None if shown.shutdown_on is None else shown.shutdown_on.isoformat(),
    }
