"""The `replicate` kind: models that Replicate runs, official ones by name and any other by its version."""

from pinxit.generators.replicate.kind import Replicate

__all__ = ["Replicate", "build"]

build = Replicate
