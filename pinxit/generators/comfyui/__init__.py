"""The `comfyui` kind: a ComfyUI server that somebody runs already, with our workflows or the operator's own."""

from pinxit.generators.comfyui.kind import ComfyUI

__all__ = ["ComfyUI", "build"]

build = ComfyUI
