"""All subjects that the sketch painter can draw, and one picture of one of them."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from pinxit.generators.sketch.silhouettes_animals import ANIMALS
from pinxit.generators.sketch.silhouettes_beasts import BEASTS
from pinxit.generators.sketch.silhouettes_buildings import BUILDINGS
from pinxit.generators.sketch.silhouettes_characters import CHARACTERS
from pinxit.generators.sketch.silhouettes_colours import Colour, Light, rgb, tamed
from pinxit.generators.sketch.silhouettes_critters import CRITTERS
from pinxit.generators.sketch.silhouettes_flyers import FLYERS
from pinxit.generators.sketch.silhouettes_food import FOOD
from pinxit.generators.sketch.silhouettes_landmarks import LANDMARKS
from pinxit.generators.sketch.silhouettes_paint import Easel
from pinxit.generators.sketch.silhouettes_people import PEOPLE
from pinxit.generators.sketch.silhouettes_plants import PLANTS
from pinxit.generators.sketch.silhouettes_pose import cut_out
from pinxit.generators.sketch.silhouettes_subject import Habitat, Subject
from pinxit.generators.sketch.silhouettes_swimmers import SWIMMERS
from pinxit.generators.sketch.silhouettes_things import THINGS
from pinxit.generators.sketch.silhouettes_treasures import TREASURES
from pinxit.generators.sketch.silhouettes_vehicles import VEHICLES
from pinxit.generators.sketch.silhouettes_vessels import VESSELS

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

__all__ = ["SUBJECTS", "Colour", "Habitat", "Light", "Subject", "render", "rendering"]

MOST_PX = 640 * 640
GROUPS = (
    *(ANIMALS, BEASTS, CRITTERS, FLYERS, SWIMMERS, PEOPLE, CHARACTERS, PLANTS),
    *(BUILDINGS, LANDMARKS, VEHICLES, VESSELS, THINGS, FOOD, TREASURES),
)
SUBJECTS: Mapping[str, Subject] = MappingProxyType({each.name: each for group in GROUPS for each in group})


def render(
    subject: Subject, size_px: int, *, colour: Colour | None, light: Light, luck: np.random.Generator, flip: bool
) -> Image.Image:
    """Return the subject as RGBA with straight alpha, standing on the lower edge of its box.

    `size_px`: the height; the width follows the subject's aspect. `colour`: of its body, None for its usual one.
    `luck` varies pose, proportions and texture. `flip`: it looks to the left; the light stays where it is.
    """
    slices = rendering(subject, size_px, colour=colour, light=light, luck=luck, flip=flip)
    while True:
        try:
            next(slices)
        except StopIteration as done:
            image: Image.Image = done.value
            return image


def rendering(
    subject: Subject, size_px: int, *, colour: Colour | None, light: Light, luck: np.random.Generator, flip: bool
) -> Generator[None, None, Image.Image]:
    """Do what `render` does, a part at a time; the image is the generator's result.

    Above MOST_PX pixels it is painted smaller and enlarged, so that neither a slice nor the memory grows without end.
    """
    size = max(round(size_px * subject.aspect), 1), size_px
    many = size[0] * size[1] / MOST_PX
    fine = size if many <= 1 else (int(size[0] / math.sqrt(many)), int(size[1] / math.sqrt(many)))
    own = tamed(rgb(subject.colour) if colour is None else np.array(colour))
    aside = -light.direction if flip else light.direction
    shine = Light(aside, light.colour, light.ambient, light.night)
    easel = Easel(fine, shine, luck, grounded=subject.habitat is Habitat.GROUND)
    for cut in cut_out(subject.drawing, fine, luck):
        easel.add(cut, own)
        yield
    image = easel.finished()
    if fine != size:
        yield
        image = image.resize(size, Image.Resampling.BICUBIC)
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if flip else image
