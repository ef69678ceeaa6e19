"""The colours of a scene's light: harmonies per time of day, changed by weather, mood and words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from pinxit.generators.sketch.tones import luma, mix, saturated, tone

if TYPE_CHECKING:
    from pinxit.generators.sketch.scene import Scene

# Zenith, middle, horizon, sun, light on things, shade, haze. A seed chooses among the harmonies of its time.
HARMONIES = {
    "day": (
        "#2e6fc2 #79b0e4 #d9ebf3 #fff7dc #fff8ea #5f7aa8 #bdd5e8",
        "#2a86c4 #86c8e4 #f0f2e0 #fff9dc #fffae8 #5a7f9c #c6dfe2",
        "#3f74bd #9dc0e8 #f7e6cf #fff4d2 #fff3e0 #6c7aa4 #d3d9e2",
    ),
    "sunrise": (
        "#5b78bd #eab3b8 #ffe0a8 #fff6d4 #ffe0c2 #6a6a98 #f0c9b4",
        "#4f8bb8 #f3c2a4 #fff0be #fffbe0 #ffe6c0 #66789a #f3d8b8",
        "#7a78ba #f6a99e #ffe6b6 #fff4cf #ffd9bf #6f6490 #f2bda8",
    ),
    "golden": (
        "#5f95c4 #efcf9c #ffdc8e #fff4c4 #ffdf9e #6f6c80 #f2cf94",
        "#6d86b4 #f4bf8a #ffd184 #fff0bc #ffd592 #746480 #f0bd86",
    ),
    "sunset": (
        "#2b2f6e #b5567f #ff9c54 #fff0b0 #ffb98a #483867 #dc8468",
        "#3a2463 #d8537a #ffb95e #fff2b4 #ffb184 #54305f #dd7a74",
        "#1d4a72 #dc8a72 #ffd084 #fff4c0 #ffc795 #3f4a6c #e09a74",
        "#2a2552 #8f3f78 #ff7a4a #ffe29a #ff9f78 #3c2a58 #c05a60",
    ),
    "dusk": (
        "#141b48 #4a4488 #d98c92 #fbe9c8 #8f86bd #22244e #7a6a98",
        "#0f2446 #35608c #e8a68c #fff0cc #8a96bf #1c2c4c #7c86a0",
    ),
    "night": (
        "#050a1e #122247 #33487f #f3efdc #7f94cc #0a1030 #26386a",
        "#08061e #231b4e #54407f #f6ecd8 #8d88cc #120d34 #3a2f66",
        "#03121f #0c3048 #2a6680 #eef4e4 #7eb0cc #06202f #1f4a62",
    ),
}
_PALE = 0.72
_GREYS = {"overcast": "#a9b3bd", "rain": "#7e8b98", "storm": "#4c5563", "fog": "#cdd4d8", "snowfall": "#b9c4d2"}


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as (3, 1, 1). `light` falls on whatever faces the sun or moon, `shade` is what the rest is mixed with.

    `haze`: what distance turns everything into; `haziness`: 0 clear … 1 thick.
    """

    zenith: np.ndarray
    middle: np.ndarray
    horizon: np.ndarray
    sun: np.ndarray
    light: np.ndarray
    shade: np.ndarray
    haze: np.ndarray
    haziness: float
    is_night: bool

    def lit(self, colour: np.ndarray, share: np.ndarray | float) -> np.ndarray:
        """Return a thing's colour where so much light (0 shade … 1 full) falls on it."""
        shaded = colour * (0.30 * self.shade + (0.12 if self.is_night else 0.30))
        if float(luma(colour).min()) > _PALE:  # The sky itself brightens snow in the shade.
            shaded = shaded * 0.35 + colour * mix(self.middle, self.light, 0.35) * (0.5 if self.is_night else 0.62)
        return mix(shaded, colour * self.light, share)

    def far(self, colour: np.ndarray, distance: np.ndarray | float) -> np.ndarray:
        """Return a colour seen from so far away, 0 near … 1 at the horizon."""
        return mix(colour, self.haze, distance * (0.55 + 0.45 * self.haziness))


def choose(scene: Scene, luck: np.random.Generator) -> Palette:
    """Return the light of this scene; `luck` chooses among the harmonies that fit."""
    time = scene.time if scene.time in HARMONIES else "day"
    harmonies = HARMONIES[time]
    names = harmonies[int(luck.integers(len(harmonies)))].split()
    zenith, middle, horizon, sun, light, shade, haze = (tone(name) for name in names)
    is_night = time == "night"
    chosen = Palette(zenith, middle, horizon, sun, light, shade, haze, 0.35, is_night)
    chosen = _weathered(chosen, scene)
    if scene.sky_colour is not None:
        chosen = _sky_dyed(chosen, tone(scene.sky_colour), scene.literal)
    purity = 0.82 + 0.36 * scene.literal
    lift = 0.22 * scene.brightness
    return replace(
        chosen,
        zenith=_adjusted(chosen.zenith, purity, lift),
        middle=_adjusted(chosen.middle, purity, lift),
        horizon=_adjusted(chosen.horizon, purity, lift),
        light=_adjusted(chosen.light, 1.0, lift),
        haze=_adjusted(chosen.haze, purity, lift),
        haziness=min(1.0, chosen.haziness * (1.4 - 0.8 * scene.literal)),
    )


def _weathered(palette: Palette, scene: Scene) -> Palette:
    grey_name = _GREYS.get(scene.weather)
    if grey_name is None:
        return palette
    cover = {"overcast": 0.6, "rain": 0.72, "storm": 0.8, "fog": 0.75, "snowfall": 0.7}[scene.weather]
    haziness = {"overcast": 0.5, "rain": 0.75, "storm": 0.6, "fog": 1.0, "snowfall": 0.75}[scene.weather]
    # The grey takes the brightness and a breath of the hue of the time of day.
    strength = 0.42 if scene.time == "dusk" else 0.22 if palette.is_night else 1.0
    grey = tone(grey_name) * strength
    grey = mix(grey, grey * palette.horizon * 1.25, 0.45)
    low = mix(grey, palette.horizon * strength, 0.25) * (0.75 if scene.weather == "storm" else 1.05)
    return replace(
        palette,
        zenith=mix(palette.zenith, grey * 0.72, cover),
        middle=mix(palette.middle, grey * 0.9, cover),
        horizon=mix(palette.horizon, low, cover),
        light=mix(palette.light, saturated(palette.light, 0.5) * 0.78, cover),
        haze=mix(palette.haze, low, cover),
        haziness=haziness,
    )


def _sky_dyed(palette: Palette, dye: np.ndarray, literal: float) -> Palette:
    dye = saturated(dye, 1.5)  # Light and clouds will pale it.

    def dyed(colour: np.ndarray) -> np.ndarray:
        bright = luma(colour)[None] / np.maximum(luma(dye)[None], np.float32(0.15))
        return np.asarray(np.clip(mix(colour, dye * np.clip(bright, 0.5, 1.6), 0.74 + 0.26 * literal), 0, 1))

    return replace(
        palette,
        zenith=dyed(palette.zenith),
        middle=dyed(palette.middle),
        horizon=dyed(mix(palette.horizon, tone("#ffffff"), 0.1)),
        haze=mix(palette.haze, dyed(palette.haze), 0.6),
    )


def _adjusted(colour: np.ndarray, purity: float, lift: float) -> np.ndarray:
    pure = saturated(colour, purity)
    return mix(pure, pure * 0 + 1, lift) if lift > 0 else pure * np.float32(1 + 1.6 * lift)
