"""Where in a painted view things can stand, swim and fly."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ground:
    """Heights as shares of the picture's, 0 at the top.

    `horizon`: where the sky ends. `far`, `near`: where the feet of far and near things stand. `water`: the top and
    bottom of what can carry a boat, or None. `is_open`: weather and shadows of the sun reach it; `is_afloat`: things
    hang in the air or in water and throw no shadow.
    """

    horizon: float
    far: float
    near: float
    water: tuple[float, float] | None = None
    is_open: bool = True
    is_afloat: bool = False
