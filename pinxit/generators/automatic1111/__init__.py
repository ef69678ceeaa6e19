"""The `automatic1111` kind: a Stable Diffusion web UI (AUTOMATIC1111, Forge, reForge) that somebody runs already."""

from pinxit.generators.automatic1111.kind import Automatic1111

__all__ = ["Automatic1111", "build"]

build = Automatic1111
