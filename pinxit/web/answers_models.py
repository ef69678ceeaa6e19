"""From our own values to what the API answers about generators, models and their other names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.actions.models import supported
from pinxit.web.schemas_models import GeneratorAnswer, ModelAnswer, ModelsAnswer

if TYPE_CHECKING:
    from pinxit.actions.models import GeneratorShown, ModelShown, Painters


def models_answer(found: Painters) -> ModelsAnswer:
    """Return who can paint."""
    return ModelsAnswer(
        generators=[_generator(one) for one in found.generators],
        aliases=[_model(alias, *alias.means) for alias in found.aliases],
        chains={name: list(chain) for name, chain in found.chains.items()},
    )


def _generator(shown: GeneratorShown) -> GeneratorAnswer:
    return GeneratorAnswer(
        name=shown.name,
        kind=shown.kind,
        remote=shown.capabilities.remote,
        modes=sorted(mode.value for mode in shown.capabilities.modes),
        state=shown.state,
        until=shown.until,
        budget_left=None if shown.left_micro is None else max(0, shown.left_micro) / 1_000_000,
        models=[_model(model, shown.name, model.name) for model in shown.models],
    )


def _model(shown: ModelShown, generator: str, model: str) -> ModelAnswer:
    capabilities = shown.capabilities
    return ModelAnswer(
        name=shown.name,
        title=shown.title,
        description=shown.about,
        generator=generator,
        model=model,
        modes=sorted(mode.value for mode in capabilities.modes),
        default_size="{}x{}".format(*capabilities.default_size_px),
        supported_sizes=[f"{width}x{height}" for width, height in capabilities.sizes_px],
        min_side=capabilities.min_side_px,
        max_side=capabilities.max_side_px,
        max_images=capabilities.max_count,
        max_steps=capabilities.max_steps if capabilities.max_steps > 1 else None,
        qualities=list(capabilities.qualities),
        styles=list(capabilities.styles),
        samplers=list(capabilities.samplers),
        supports=dict(supported(capabilities)),
        typical_seconds=round(shown.seconds, 2),
        dollars=shown.dollars_micro / 1_000_000,
        shutdown_on=shown.shutdown_on,
    )
