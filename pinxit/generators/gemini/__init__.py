"""The `gemini` kind: Google's picture models, which understand long instructions and edit pictures by them."""

from pinxit.generators.gemini.kind import Gemini

__all__ = ["Gemini", "build"]

build = Gemini
