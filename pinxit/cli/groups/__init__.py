"""What can be typed after `pinxit keys`, `pinxit quota` and so on, one group a file; what it does is one folder up.

No `from __future__ import annotations` in these files: typer reads the annotations when it runs.
"""
