"""The LoRAs that can be named, as far as the generators list them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.actions.routing import open_to

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.actions.studio import Studio
    from pinxit.domain.caller import Caller


def loras(caller: Caller, studio: Studio) -> Mapping[str, tuple[str, ...]]:
    """Return the names by generator, without those that list none."""
    generators = open_to(caller, studio).generators
    return {name: one.capabilities.lora_names for name, one in generators.items() if one.capabilities.lora_names}
