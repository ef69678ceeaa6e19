"""What an installation allows at most, whatever a generator could do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps on one request. `count`: images of one job. `max_source_pixels`: width × height of an input image."""

    prompt_chars: int = 2000
    count: int = 4
    min_side_px: int = 64
    max_side_px: int = 2048
    max_source_bytes: int = 25 * 1024 * 1024
    max_source_pixels: int = 50_000_000
