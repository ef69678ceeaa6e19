"""The words that the painter knows, but for subjects and styles: those bring their own."""

from __future__ import annotations

from enum import Enum


class Means(Enum):
    """What a word is about."""

    COLOUR = "colour"
    TIME = "time"
    WEATHER = "weather"
    SEASON = "season"
    PLACE = "place"
    EXTRA = "extra"
    SKY = "sky"
    WHERE = "where"
    DEPTH = "depth"
    SIZE = "size"
    COUNT = "count"
    BRIGHTNESS = "brightness"
    SHADE = "shade"
    NOT = "not"
    BREAK = "break"
    NOTHING = "nothing"
    STYLE = "style"
    SUBJECT = "subject"


COLOURS = {
    "#d8252c": "red",
    "#c2163a": "crimson scarlet ruby cherry",
    "#7c1f2b": "maroon burgundy wine",
    "#f2801e": "orange",
    "#f5a623": "amber",
    "#e8b52a": "gold golden",
    "#f6d92c": "yellow",
    "#a8d83a": "lime",
    "#3a9d3f": "green",
    "#0f9d68": "emerald jade",
    "#7d8b34": "olive",
    "#8fdcb8": "mint",
    "#138f8f": "teal",
    "#2fc4c0": "turquoise",
    "#22c7e0": "cyan aqua aquamarine",
    "#4aa3ea": "azure",
    "#2560d0": "blue sapphire cobalt",
    "#16295f": "navy",
    "#3f37a8": "indigo",
    "#7a3fd0": "violet",
    "#8034b4": "purple",
    "#b79ae0": "lavender lilac mauve",
    "#d836a8": "magenta fuchsia",
    "#f284b4": "pink rosy",
    "#f7a78c": "peach salmon",
    "#fa7f68": "coral-red",
    "#7b4a28": "brown chocolate chestnut",
    "#c69c6d": "tan beige khaki sandy",
    "#efe3c4": "cream ivory",
    "#f5f5f2": "white",
    "#c3c8ce": "silver silvery",
    "#8a8d92": "grey gray",
    "#1d1d22": "black",
    "#b4652f": "copper bronze rusty",
}
TIMES = {
    "day": "day daytime daylight noon midday afternoon sunny morning",
    "sunrise": "sunrise dawn daybreak sunup",
    "golden": "golden-hour magic-hour",
    "sunset": "sunset sundown evening",
    "dusk": "dusk twilight blue-hour nightfall gloaming",
    "night": "night midnight nighttime nocturnal moonlit moonlight starlit starry",
}
WEATHERS = {
    "clear": "clear cloudless",
    "overcast": "overcast cloudy",
    "rain": "rain rainy raining drizzle downpour shower wet",
    "storm": "storm stormy thunderstorm thunder lightning tempest hurricane",
    "fog": "fog foggy mist misty haze hazy smog smoky",
    "snowfall": "snowfall snowing blizzard snowstorm",
}
SEASONS = {
    "spring": "spring springtime blooming",
    "blossom": "blossoming cherry-blossom cherry-blossoms sakura blossoms",
    "summer": "summer summertime",
    "autumn": "autumn fall autumnal",
    "winter": "winter wintry snow snowy snow-covered snow-capped frost frosty icy",
}
PLACES = {
    "meadow": (
        "meadow meadows grass grassland grassy prairie pasture lawn park plain plains countryside savanna savannah"
    ),
    "fields": "field fields farmland farm wheat crop crops vineyard",
    "hills": "hill hills valley highlands highland moor hillside hilltop cliff cliffs",
    "garden": "garden gardens flowerbed backyard",
    "mountains": "mountain mountains peak peaks alps alpine summit himalaya himalayas",
    "forest": "forest forests wood woods woodland grove taiga",
    "jungle": "jungle rainforest",
    "sea": "sea ocean seaside-water open-sea seascape waves wave harbour harbor bay",
    "lake": "lake lakes pond lagoon fjord loch lakeside",
    "river": "river rivers stream creek riverside",
    "beach": "beach beaches shore coast seaside seashore coastline",
    "island": "island islands isle atoll",
    "desert": "desert deserts dune dunes sahara sand",
    "canyon": "canyon canyons mesa badlands",
    "city": "city cities town skyline metropolis downtown cityscape urban skyscrapers",
    "street": "street streets road roads alley avenue boulevard highway",
    "village": "village villages hamlet",
    "arctic": "arctic antarctic antarctica tundra glacier glaciers iceberg icebergs ice",
    "space": "space galaxy galaxies nebula cosmos universe outer-space cosmic",
    "moonscape": "lunar mars martian moonscape alien-planet",
    "underwater": "underwater reef seabed deep-sea undersea aquarium under-the-sea under-water ocean-floor",
    "interior": (
        "room interior indoor indoors kitchen bedroom living-room library office cafe café restaurant bar museum studio"
    ),
    "cave": "cave caves cavern grotto",
    "volcano": "volcano volcanoes lava eruption volcanic",
    "clouds": "above-the-clouds over-the-clouds cloudscape in-the-clouds heaven",
}
EXTRAS = {
    "moon": "full-moon moon",
    "crescent": "crescent half-moon crescent-moon",
    "sun": "sun sunshine sunlight",
    "stars": "stars milky-way starry-sky constellation constellations",
    "clouds": "clouds cloud",
    "rainbow": "rainbow rainbows",
    "aurora": "aurora northern-lights borealis",
    "bolt": "lightning thunderbolt",
    "fireflies": "fireflies firefly",
}
WHERES = {
    "left": "left left-hand leftmost",
    "right": "right right-hand rightmost",
    "centre": "centre center middle central centered",
    "top": "top above overhead over upper",
    "bottom": "bottom below beneath lower",
}
DEPTHS = {
    "front": "foreground close-up closeup nearby close",
    "far": "background distant distance far faraway far-away horizon",
}
SIZES = {
    "small": "small little tiny miniature mini wee",
    "large": "large big huge giant enormous gigantic massive tall towering",
}
COUNTS = {
    1: "a an one single lone lonely the this that",
    2: "two pair couple both 2 twin",
    3: "three trio few 3 some",
    4: "four 4",
    5: "five several group pack herd flock 5 school",
    6: "six 6",
    7: "seven many lots crowd dozens swarm 7 countless",
    8: "eight 8",
    9: "nine 9",
    10: "ten 10",
    12: "twelve dozen 12",
}
BRIGHTNESSES = {
    -0.7: "dark gloomy dim shadowy murky dramatic moody",
    0.6: "bright luminous radiant sunlit",
}
# Before a colour these change it: towards black below 0, towards white above.
SHADES = {-0.5: "dark deep", 0.45: "light pale soft bright"}
SKIES = "sky skies heavens"
NOTS = "no without not"
BREAKS = "and with beside near by behind under underneath while at plus next-to in-front-of"
# Words that ask for nothing that could be drawn, or only for quality.
NOTHINGS = (
    "of in on at to from into onto through across along around inside within between among is are was be being been it "
    "its his her their my your our there here where which who that these those as for like or but very so quite really "
    "up down out off side hand standing sitting walking running flying swimming sleeping looking lying resting jumping "
    "sailing driving playing floating growing hanging made "
    "painting print prints sketch canvas brushwork brushstrokes picture photo photograph image illustration drawing "
    "artwork art scene view landscape portrait-of style styled beautiful pretty lovely gorgeous stunning amazing "
    "wonderful magnificent breathtaking epic masterpiece best quality "
    "high highly detailed detail intricate sharp focus "
    "4k 8k uhd hd hdr resolution realistic photorealistic render rendering rendered cinematic lighting atmospheric "
    "trending artstation award winning professional composition colour color colors colours coloured colored nice cute "
    "calm peaceful quiet serene old young new full empty wide angle shot lens depth scenic majestic please paint draw "
    "show make create me us i you he she we they all each every other another while time during early late "
    "morning-light see kind"
)
