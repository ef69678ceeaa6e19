"""The `fal` kind: models at fal.ai, through its queue."""

from pinxit.generators.fal.kind import Fal, build

__all__ = ["Fal", "build"]
