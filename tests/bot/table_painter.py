"""A generator with LoRAs and samplers, so that every option of a command has something that it can mean."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.generators_for_tests import Plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.ports import Clock
    from pinxit.domain.request import Json


class Able(Plain):
    """Paints from words."""

    def __init__(self, name: str, options: Mapping[str, Json], clock: Clock) -> None:
        super().__init__(name, options, clock)
        self.capabilities = replace(
            self.capabilities, loras=True, lora_names=("film grain", "neon"), samplers=("euler", "heun")
        )


build = Able
