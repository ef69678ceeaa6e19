"""What English prompts are about, and what is added to them; singular words, each with its topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.prompt.rules_tongue import Slot, Tongue, Topic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TOPICS = {
    Topic.FIXED: (
        "logo icon text lettering typography caption slogan headline sign says saying written diagram chart graph map "
        "infographic schema schematic blueprint sticker emoji sprite pixel pixels 8-bit 16-bit line-art lineart line "
        "outline silhouette stencil vector flat minimalist minimal simple plain noir monochrome greyscale grayscale "
        "black-and-white sepia daguerreotype screenshot interface pattern texture tileable seamless barcode qr "
        "wallpaper abstract tattoo template mockup coloring colouring stamp badge font alphabet letter neon "
        "blacklight vapourwave vaporwave synthwave cyberpunk cross-stitch embroidery meme collage storyboard"
    ),
    Topic.MEDIUM: (
        "photo photograph photography photographic photorealistic realistic painting painted watercolour watercolor "
        "aquarelle oil acrylic gouache tempera fresco pastel crayon ink sumi-e pencil graphite charcoal chalk drawing "
        "drawn sketch doodle engraving etching woodcut woodblock linocut lithograph print ukiyo-e risograph "
        "illustration illustrated storybook comic manga anime cartoon ghibli disney pixar render rendering rendered 3d "
        "cgi low-poly voxel isometric clay claymation origami papercut paper-cut mosaic stained-glass sculpture statue "
        "poster impressionist impressionism expressionist cubist cubism surreal surrealism baroque renaissance "
        "pointillist art artwork style styled cinematic film movie still polaroid kodak kodachrome vintage retro "
        "analogue dreamy steampunk vector concept mural graffiti tapestry felt knitted lego unreal octane blender"
    ),
    Topic.LIGHT: (
        "light lighting lit light-rays lights shadow shadows shade sun sunlight sunlit sunshine sunny sunset sundown "
        "sunrise dawn daybreak dusk twilight evening morning noon midday afternoon golden-hour blue-hour moon moonlit "
        "moonlight starlit starry stars star aurora lantern candle candlelit candlelight lamp lamplight firelight fire "
        "bonfire campfire lava glow glowing bright luminous radiant dark gloomy dim moody bokeh backlit backlight rim "
        "chiaroscuro spotlight studio rainbow lightning firefly fireflies northern-lights overcast cloudy storm stormy "
        "thunderstorm fog foggy mist misty haze hazy rain rainy raining smoke smoky blizzard snowstorm snowfall cave "
        "cavern grotto dungeon"
    ),
    Topic.COMPOSITION: (
        "close-up closeup macro portrait headshot wide wide-angle fisheye panorama panoramic aerial overhead "
        "bird's-eye top-down view viewpoint angle perspective shot framing framed composition centred centered "
        "symmetrical symmetry foreground background backdrop horizon full-body half-body selfie lens bokeh depth "
        "left right middle centre center top bottom above below behind front distance"
    ),
    Topic.DETAIL: (
        "detail details detailed intricate ornate texture textured sharp crisp 4k 8k hd uhd hdr masterpiece "
        "high-quality quality resolution grain fine smooth polished"
    ),
    Topic.NIGHT: "night midnight nighttime nocturnal",
    Topic.SPACE: (
        "space galaxy nebula planet cosmos cosmic universe astronaut spaceship spacecraft rocket satellite asteroid "
        "comet orbit lunar martian mars jupiter saturn"
    ),
    Topic.UNDERWATER: "underwater undersea reef seabed coral deep-sea submarine jellyfish octopus seahorse mermaid",
    Topic.FANTASY: (
        "dragon wizard witch elf fairy unicorn phoenix griffin gryphon mermaid goblin orc troll giant demon angel "
        "sorcerer mage magic magical enchanted knight ghost vampire werewolf monster kraken hydra centaur pegasus "
        "dinosaur robot android cyborg ufo alien mythical fantasy fairytale pirate"
    ),
    Topic.PERSON: (
        "person people man men woman women girl boy child children kid baby lady gentleman king queen prince princess "
        "dancer musician guitarist pianist singer samurai soldier fisherman farmer chef cook doctor nurse "
        "teacher student friend family couple crowd bride grandmother grandfather sailor monk clown warrior cowboy"
    ),
    Topic.TAME: (
        "cat kitten dog puppy horse pony cow bull sheep lamb goat pig donkey corgi goose hen chicken rooster room "
        "kitchen bedroom library cafe café restaurant bar office museum workshop bathroom sofa bed wearing reading "
        "writing playing driving riding cooking dancing hat glasses sunglasses suit scarf crown street city taxi"
    ),
    Topic.ANIMAL: (
        "fox cat kitten dog puppy wolf wolves horse pony deer stag bear rabbit hare bunny lion lioness elephant tiger "
        "zebra giraffe cow bull sheep lamb goat pig camel mouse mice squirrel hedgehog turtle frog monkey gorilla "
        "panda leopard cheetah otter badger beaver raccoon kangaroo koala sloth hippo rhino snake lizard crocodile "
        "moose reindeer bison donkey whale dolphin shark fish seal walrus animal corgi lynx"
    ),
    Topic.BIRD: (
        "bird owl eagle hawk falcon duck swan goose geese penguin flamingo parrot heron robin raven crow sparrow "
        "hummingbird kingfisher peacock rooster hen chicken seagull gull stork crane pelican toucan"
    ),
    Topic.INSECT: "butterfly bee bumblebee ladybug ladybird dragonfly beetle spider snail moth ant caterpillar",
    Topic.FOOD: (
        "food cake bread pizza burger soup salad fruit apple pear orange lemon strawberry grape breakfast "
        "dinner dessert cookie pie pancake sushi ramen noodle pasta cheese coffee tea cocktail chocolate croissant "
        "donut sandwich steak icecream ice-cream berry pumpkin"
    ),
    Topic.FLOWER: (
        "flower rose tulip sunflower daisy orchid lily lotus poppy lavender peony dandelion bouquet blossom bloom "
        "mushroom fern cactus succulent bonsai leaf"
    ),
    Topic.VEHICLE: (
        "car truck bus train tram bicycle bike motorcycle tractor boat sailboat ship galleon yacht canoe airplane "
        "plane helicopter balloon locomotive taxi van scooter zeppelin airship"
    ),
    Topic.BUILDING: (
        "house castle tower lighthouse church cathedral skyscraper windmill cabin cottage barn temple pagoda bridge "
        "pyramid mosque palace fortress ruin mansion shrine torii hut villa monastery aqueduct"
    ),
    Topic.CITY: "city cityscape skyline street alley avenue town downtown metropolis market square rooftop station",
    Topic.INTERIOR: (
        "room sofa couch in-bed on-a-bed on-the-bed interior indoors kitchen bedroom library cafe café restaurant bar "
        "office museum workshop attic cellar hallway classroom greenhouse living-room bathroom"
    ),
    Topic.SNOW: "snow snowy snow-covered winter wintry frozen icy arctic antarctic glacier iceberg frost frosty",
    Topic.SEA: "sea ocean beach coast shore seaside island bay harbour harbor sailboat galleon yacht lighthouse",
    Topic.LANDSCAPE: (
        "landscape mountain mountains hill valley forest wood woods woodland jungle rainforest lake pond river stream "
        "waterfall sea ocean beach coast shore island desert dune canyon cliff meadow field grassland prairie savanna "
        "savannah garden park farm vineyard village volcano countryside nature tree trees autumn spring summer sky "
        "cloud fjord moor swamp oasis bay harbour harbor"
    ),
    Topic.STILL: (
        "teapot cup mug book vase clock watch bottle guitar piano violin typewriter camera chair table umbrella key "
        "crystal crown sword lantern candle shoe hat toy teddy hourglass compass globe bowl basket candlestick radio"
    ),
}
_PHOTO, _PAINTED = ("photograph",), ("digital painting",)
_BALANCED, _OPEN = ("balanced composition",), ("wide view", "layered depth")
# Neither redder nor darker: that would colour the subject, and its colours are the person's.
_OUTDOORS = ("warm golden hour light", "soft light at dawn")
_INDOORS = ("soft window light",)
_ADDED: Mapping[Slot, Mapping[Topic, Sequence[str]]] = {
    Slot.MEDIUM: {
        Topic.FANTASY: ("fantasy painting", "digital painting"),
        Topic.SPACE: _PAINTED,
        Topic.UNDERWATER: _PHOTO,
        Topic.PERSON: ("candid photograph",),
        Topic.TAME: _PHOTO,
        Topic.ANIMAL: ("wildlife photograph",),
        Topic.BIRD: ("wildlife photograph",),
        Topic.INSECT: ("macro photograph",),
        Topic.FOOD: ("food photograph",),
        Topic.FLOWER: ("botanical photograph",),
        Topic.VEHICLE: _PHOTO,
        Topic.BUILDING: ("architectural photograph",),
        Topic.CITY: ("architectural photograph",),
        Topic.INTERIOR: _PHOTO,
        Topic.STILL: ("still life photograph",),
        Topic.SNOW: ("landscape photograph",),
        Topic.SEA: ("landscape photograph",),
        Topic.LANDSCAPE: ("landscape photograph",),
    },
    Slot.LIGHT: {
        Topic.SPACE: ("hard rim light",),
        Topic.UNDERWATER: ("shafts of filtered light",),
        Topic.INTERIOR: _INDOORS,
        Topic.CITY: ("soft light at blue hour", "warm evening light"),
        Topic.SNOW: ("soft cold light",),
        Topic.SEA: ("warm evening light", *_OUTDOORS),
        Topic.FANTASY: _OUTDOORS,
        Topic.LANDSCAPE: _OUTDOORS,
        Topic.ANIMAL: _OUTDOORS,
        Topic.BIRD: _OUTDOORS,
        Topic.VEHICLE: _OUTDOORS,
        Topic.BUILDING: _OUTDOORS,
        Topic.INSECT: ("soft diffused light",),
        Topic.FLOWER: ("soft diffused light",),
        Topic.FOOD: _INDOORS,
        Topic.STILL: _INDOORS,
        Topic.PERSON: ("soft natural light",),
        Topic.ANY: ("soft natural light",),
    },
    Slot.NIGHT: {
        Topic.SPACE: ("hard rim light",),
        Topic.UNDERWATER: ("faint filtered light",),
        Topic.INTERIOR: ("warm lamplight",),
        Topic.CITY: ("glowing windows",),
        Topic.BUILDING: ("glowing windows", "soft moonlight"),
        Topic.ANY: ("soft moonlight",),
    },
    Slot.COMPOSITION: {
        Topic.PERSON: ("natural pose",),
        Topic.ANIMAL: ("eye-level view", "softly blurred surroundings"),
        Topic.BIRD: ("eye-level view", "softly blurred surroundings"),
        Topic.INSECT: ("softly blurred surroundings",),
        Topic.FLOWER: ("softly blurred surroundings",),
        Topic.CITY: ("leading lines",),
        Topic.SPACE: ("vast scale",),
        Topic.FANTASY: ("dynamic composition",),
        Topic.LANDSCAPE: _OPEN,
        Topic.SNOW: _OPEN,
        Topic.ANY: _BALANCED,
    },
    Slot.DETAIL: {
        Topic.FANTASY: ("intricate detail",),
        Topic.BIRD: ("fine feather detail",),
        Topic.ANY: ("crisp detail",),
    },
}
TONGUE = Tongue.of(_TOPICS, _ADDED)
