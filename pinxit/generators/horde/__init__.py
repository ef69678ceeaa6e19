"""The `horde` kind: AI Horde, where volunteers paint with their own graphics cards, for nobody's money."""

from pinxit.generators.horde.kind import Horde

__all__ = ["Horde", "build"]

build = Horde
