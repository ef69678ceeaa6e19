"""Which view the places of a scene ask for."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from pinxit.generators.sketch import city, coast, country, deep, interior, nature, space, street, wonders
from pinxit.generators.sketch.subjects import SUBJECTS, Habitat

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from pinxit.generators.sketch.easel import Easel
    from pinxit.generators.sketch.ground import Ground
    from pinxit.generators.sketch.scene import Scene

# In this order: what stands first decides the view, and the view looks at the other places itself.
VIEWS: Mapping[str, Callable[[Easel], Generator[None, None, Ground]]] = MappingProxyType(
    {
        "interior": interior.paint_interior,
        "underwater": deep.paint_underwater,
        "cave": wonders.paint_cave,
        "moonscape": space.paint_moonscape,
        "space": space.paint_space,
        "volcano": wonders.paint_volcano,
        "clouds": wonders.paint_cloudscape,
        "street": street.paint_street,
        "city": city.paint_city,
        "beach": coast.paint_beach,
        "sea": coast.paint_sea,
        "island": coast.paint_sea,
        "lake": coast.paint_lake,
        "river": coast.paint_river,
        "canyon": nature.paint_desert,
        "desert": nature.paint_desert,
        "arctic": nature.paint_snow,
        "garden": country.paint_garden,
        "jungle": nature.paint_forest,
        "forest": nature.paint_forest,
        "fields": country.paint_fields,
        "village": country.paint_meadow,
        "mountains": nature.paint_alps,
        "hills": country.paint_meadow,
        "meadow": country.paint_meadow,
        "snow": nature.paint_snow,
    }
)
_HOMES = {
    "space": "spaceship rocket astronaut planet ufo satellite alien spacestation",
    "underwater": "fish octopus jellyfish shark turtle submarine diver mermaid seahorse crab coral",
    "sea": "whale dolphin ship sailboat boat lighthouse seagull",
    "lake": "duck swan flamingo lotus",
    "desert": "camel cactus pyramid",
    "street": "car bus bicycle motorcycle truck taxi tram",
    "city": "skyscraper",
    "arctic": "penguin",
    "snow": "snowman",
}


def view_of(scene: Scene, luck_number: int) -> str:
    """Return the key of the view: what the words say, else where the first thing is at home, else open country."""
    for view in VIEWS:
        if view in scene.places:
            return view
    for thing in scene.things:
        for home, names in _HOMES.items():
            if thing.subject in names.split():
                return home
        habitat = SUBJECTS[thing.subject].habitat
        if habitat is Habitat.WATER:
            return "sea"
        if habitat is Habitat.INDOOR:
            return "interior"
    if scene.season == "winter":
        return "snow"
    if scene.things or scene.sky_extras or scene.weather:
        return "meadow"
    return ("meadow", "mountains", "lake", "sea", "fields", "desert")[luck_number % 6]
