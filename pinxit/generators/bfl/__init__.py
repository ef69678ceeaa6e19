"""The `bfl` kind: the FLUX models at Black Forest Labs' own API."""

from pinxit.generators.bfl.kind import Bfl, build

__all__ = ["Bfl", "build"]
