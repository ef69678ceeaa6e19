"""Where things stand in a view, how large they are, and how they are brought into its light."""

# ruff: noqa: PLR2004 - the proportions of a picture are found by looking, and have no names

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from pinxit.generators.sketch.scene import Colour, Depth, Size, Where
from pinxit.generators.sketch.subjects import SUBJECTS, Habitat, Light, rendering
from pinxit.generators.sketch.tones import eight_bit, mix, plain, tone
from pinxit.generators.sketch.trees import leaf_colours

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pinxit.generators.sketch.easel import Easel
    from pinxit.generators.sketch.ground import Ground
    from pinxit.generators.sketch.scene import Thing

_MIDDLES = {Where.LEFT: 0.24, Where.RIGHT: 0.76, Where.CENTRE: 0.5}
_SIZES = {Size.SMALL: 0.62, Size.NORMAL: 1.0, Size.LARGE: 1.5}
_HEIGHTS = {Depth.FRONT: 0.62, Depth.MIDDLE: 0.42, Depth.FAR: 0.17}
_MARGIN = 0.015
_TALL = 2.4  # From this height on, things stand farther back.
_SPAN = 0.86  # How much of the width several things share.
_LEAFY = {"tree", "oak", "bush", "birch", "maple", "willow"}
_LEAVES_TURN = {"autumn", "blossom"}


@dataclass(frozen=True, slots=True)
class Placement:
    """One drawn thing. `x`, `foot`: shares of the width and height; `distance`: 0 near … 1 far."""

    thing: Thing
    number: int
    x: float
    foot: float
    height_px: int
    distance: float
    flip: bool
    habitat: Habitat


def paint_things(easel: Easel, ground: Ground) -> Iterator[None]:
    """Paint every thing with its shadow or mirror image, the far ones first."""
    for placement in sorted(place(easel, ground), key=lambda one: one.foot if one.habitat is not Habitat.SKY else 0):
        yield from _paint_thing(easel, ground, placement)


def place(easel: Easel, ground: Ground) -> Sequence[Placement]:
    """Return where everything goes."""
    things = easel.scene.things
    chance = easel.luck("places")
    whole = sum(thing.count for thing in things)
    slots = _slots(things, chance)
    placements = []
    for order, thing in enumerate(things):
        for number in range(thing.count):
            x = slots[order][number]
            placements.append(_placed(easel, ground, thing, number, x, whole, chance))
    return placements


def _slots(things: Sequence[Thing], chance: np.random.Generator) -> list[list[float]]:
    """Return x for every piece of every thing, spread so that pieces keep clear of one another."""
    free = [thing for thing in things if thing.where not in _MIDDLES]
    taken = [_MIDDLES[thing.where] for thing in things if thing.where in _MIDDLES]
    count = sum(thing.count for thing in free)
    is_alone = count == 1 and not taken
    spots = [0.5 + 0.16 * (float(chance.random()) - 0.5)] if is_alone else _spread(count, taken, chance)
    found: list[list[float]] = []
    for thing in things:
        if thing.where in _MIDDLES:
            middle = _MIDDLES[thing.where]
            width = 0.0 if thing.count == 1 else 0.34
            found.append([middle + width * ((number + 0.5) / thing.count - 0.5) for number in range(thing.count)])
        else:
            found.append([spots.pop(0) for _ in range(thing.count)])
    return found


def _spread(count: int, taken: Sequence[float], chance: np.random.Generator) -> list[float]:
    """Return `count` places between the taken ones, each in a cell of its own."""
    if taken and count == 1:
        middle = sum(taken) / len(taken)
        return [0.7 if middle < 0.42 else 0.3 if middle > 0.58 else 0.22]
    low, high = 0.07, 0.93
    if taken and count:
        middle = sum(taken) / len(taken)
        low, high = (0.42, 0.95) if middle < 0.42 else (0.05, 0.58) if middle > 0.58 else (low, high)
    cell = (high - low) / max(1, count)
    return [low + cell * (number + 0.5 + 0.14 * (float(chance.random()) - 0.5)) for number in range(count)]


def _placed(
    easel: Easel, ground: Ground, thing: Thing, number: int, x: float, whole: int, chance: np.random.Generator
) -> Placement:
    subject = SUBJECTS[thing.subject]
    habitat = _habitat(subject.habitat, ground, thing)
    jitter = float(chance.random())
    # A castle is not twelve times a cat on paper: heights are compressed by their root, twice.
    relative = float(np.sqrt(np.sqrt(max(0.05, subject.height))))
    share = _HEIGHTS[thing.depth] * relative * _SIZES[thing.size]
    share /= float(np.sqrt(max(1.0, subject.aspect * 0.85)))  # A train is long enough as it is.
    share *= 1.0 if whole <= 1 else 0.8 if whole <= 3 else 0.62 if whole <= 6 else 0.48
    share *= (0.86 + 0.28 * easel.scene.literal) * (0.93 + 0.14 * jitter)
    height = min(share * easel.unit_px, 0.8 * easel.height_px)
    cell = easel.width_px * (0.92 if whole <= 1 else (0.8 if whole <= 7 else 1.2) * _SPAN / max(2, whole))
    height = min(height, cell / subject.aspect)
    middle = 0.34 if subject.height >= _TALL and habitat is Habitat.GROUND else 0.62
    depth = {Depth.FRONT: 0.97, Depth.MIDDLE: middle, Depth.FAR: 0.1}[thing.depth]
    depth = min(1.0, max(0.0, depth + (jitter - 0.5) * (0.34 if whole > 1 else 0.1)))
    foot = ground.far + (ground.near - ground.far) * depth
    if habitat is Habitat.WATER and ground.water:
        top, bottom = ground.water
        foot = top + (min(bottom, 0.93) - top) * (0.2 + 0.6 * depth)
    elif habitat is Habitat.SKY:
        foot = ground.horizon * (0.36 + 0.4 * float(chance.random())) + height / easel.height_px * 0.35
    if ground.is_afloat:
        foot = (0.5 + 0.34 * (jitter - 0.5) * min(2, whole)) + height / easel.height_px / 2
    if thing.where is Where.TOP and (habitat not in (Habitat.GROUND, Habitat.WATER) or ground.is_afloat):
        foot = 0.05 + height / easel.height_px + (0.05 if whole <= 1 else 0.26) * jitter
    elif thing.where is Where.BOTTOM:
        foot = max(foot, 0.95)
    foot = max(foot, height / easel.height_px * 1.02) if height < easel.height_px else 1.0
    half = height * subject.aspect / 2 / easel.width_px
    x = min(max(x, half + _MARGIN), 1 - half - _MARGIN) if half < 0.5 - _MARGIN else 0.5
    distance = 0.0 if ground.is_afloat and habitat is not Habitat.SKY else max(0.0, 0.34 * (1 - depth))
    return Placement(thing, number, x, foot, max(4, round(height)), distance, bool(chance.random() < 0.5), habitat)


def _habitat(own: Habitat, ground: Ground, thing: Thing) -> Habitat:
    if own is Habitat.WATER and ground.water is None:
        return Habitat.GROUND
    if own is Habitat.SKY and thing.where is Where.BOTTOM:
        return Habitat.GROUND
    return own


def _paint_thing(easel: Easel, ground: Ground, placement: Placement) -> Iterator[None]:
    thing, palette = placement.thing, easel.palette
    subject = SUBJECTS[thing.subject]
    is_dark = palette.is_night or easel.scene.time == "dusk"
    light = Light(
        easel.side,
        plain(mix(palette.light, tone("#ffffff"), 0.45 if is_dark else 0.25)),
        plain(mix(palette.shade, palette.middle, 0.35) * (0.8 if is_dark else 1.0) + (0.2 if is_dark else 0.08)),
        is_dark,
    )
    luck = easel.luck(f"{thing.subject} {placement.number}")
    slices = rendering(
        subject, placement.height_px, colour=_coloured(easel, thing), light=light, luck=luck, flip=placement.flip
    )
    image: Image.Image = yield from slices
    if placement.distance:
        image = _hazed(image, eight_bit(palette.haze), placement.distance * (0.4 + 0.6 * palette.haziness))
    left = round(placement.x * easel.width_px - image.width / 2)
    top = round(placement.foot * easel.height_px) - image.height
    yield
    is_grounded = placement.habitat in (Habitat.GROUND, Habitat.INDOOR, Habitat.ANY) and not ground.is_afloat
    if is_grounded:
        yield from _shadow(easel, image, left, top)
    if placement.habitat is Habitat.WATER and not ground.is_afloat:
        yield from _mirror(easel, image, left, top)
    easel.canvas.paste(image, (left, top), image)
    yield


def _coloured(easel: Easel, thing: Thing) -> Colour | None:
    """Return the colour that the words or the season give a thing; None is its own."""
    if thing.colour is None and thing.subject in _LEAFY and easel.scene.season in _LEAVES_TURN:
        leaves = leaf_colours(easel.scene.season)
        return plain(leaves[int(easel.luck("leaves").integers(len(leaves)))])
    return thing.colour


def _hazed(image: Image.Image, colour: tuple[int, int, int], share: float) -> Image.Image:
    flat = Image.new("RGB", image.size, colour)
    blended = Image.blend(image.convert("RGB"), flat, share)
    blended.putalpha(image.getchannel("A"))
    return blended


def _shadow(easel: Easel, image: Image.Image, left: int, top: int) -> Iterator[None]:
    """Lay a soft shadow on the ground, away from the light."""
    palette = easel.palette
    wide, high = image.width, max(2, round(image.height * 0.16))
    margin = max(2, wide // 5)
    flat = image.getchannel("A").resize((wide, high), Image.Resampling.BOX).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    cover = Image.new("L", (wide + 2 * margin, high + 2 * (high // 2)))
    cover.paste(flat, (margin, high // 2 - high // 6))
    contact = Image.new("L", cover.size)
    ImageDraw.Draw(contact).ellipse((margin, 0, margin + wide, high // 2 + high // 3), 150)
    blur = max(1, high // 5)
    shift = round(-easel.side * wide * 0.16)
    strength = 0.3 if palette.is_night or easel.scene.weather else 0.5
    soft = (
        Image.blend(cover, contact, 0.4)
        .filter(ImageFilter.BoxBlur(blur))
        .point([int(v * strength) for v in range(256)])
    )
    colour = eight_bit(palette.shade * np.float32(0.25))
    spot = (left - margin + shift, top + image.height - high // 2 - high // 5)
    easel.canvas.paste(Image.new("RGB", soft.size, colour), spot, soft)
    yield


def _mirror(easel: Easel, image: Image.Image, left: int, top: int) -> Iterator[None]:
    """Let the thing mirror itself in the water below."""
    high = max(2, round(image.height * 0.6))
    flipped = image.resize((image.width, high), Image.Resampling.BOX).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    pixels = np.array(flipped)
    rows = np.arange(high)
    wave = easel.field("mirror").line(rows / max(4, easel.unit_px / 90), 2) - 0.5
    fade = np.clip(1 - rows / high, 0, 1) * 0.55
    pixels[..., 3] = (pixels[..., 3] * fade[:, None]).astype(np.uint8)
    for row in range(high):
        shift = int(wave[row] * image.width * 0.14 * (0.2 + row / high))
        if shift > 0:
            pixels[row, shift:] = pixels[row, :-shift].copy()
        elif shift < 0:
            pixels[row, :shift] = pixels[row, -shift:].copy()
    mirrored = Image.fromarray(pixels)
    easel.canvas.paste(mirrored, (left, top + image.height - max(1, image.height // 40)), mirrored)
    yield
