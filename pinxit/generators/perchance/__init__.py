"""The `perchance` kind: Perchance's site, through its package and a Chromium; free, and closed to programs of late."""

from pinxit.generators.perchance.kind import Perchance

__all__ = ["Perchance", "build"]

build = Perchance
