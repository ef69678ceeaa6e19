"""The `sketch` kind: an honest CPU painter of landscapes, rooms and things. Not a diffusion model."""

from pinxit.generators.sketch.kind import Sketch
from pinxit.generators.sketch.making import VERSION

__all__ = ["VERSION", "Sketch", "build"]

build = Sketch
