"""What German prompts are about, and what is added to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.prompt.rules_tongue import Slot, Tongue, Topic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_TOPICS = {
    Topic.FIXED: (
        "logo symbol icon text schrift schriftzug aufschrift beschriftung schild diagramm tabelle karte landkarte "
        "schema bauplan blaupause aufkleber sticker emoji sprite pixel pixelkunst 8-bit 16-bit strichzeichnung linie "
        "linien umriss silhouette vektor flach minimalistisch schlicht einfach noir schwarz-weiß schwarzweiß "
        "einfarbig sepia muster textur nahtlos abstrakt tätowierung tattoo vorlage ausmalbild stempel buchstabe "
        "alphabet neon cyberpunk vapourwave kreuzstich stickerei collage wappen piktogramm"
    ),
    Topic.MEDIUM: (
        "foto fotografie fotografisch fotorealistisch realistisch gemälde malerei gemalt aquarell ölgemälde ölbild öl "
        "acryl gouache tempera fresko pastell tusche tinte bleistift kohle kreide zeichnung gezeichnet skizze "
        "kupferstich radierung holzschnitt linolschnitt lithografie druck illustration bilderbuch comic manga anime "
        "zeichentrick trickfilm rendering 3d low-poly voxel isometrisch knete origami scherenschnitt mosaik buntglas "
        "glasfenster skulptur statue plakat poster impressionistisch expressionistisch kubistisch surreal barock "
        "renaissance stil kunst kunstwerk filmszene film polaroid vintage retro analog verträumt steampunk"
    ),
    Topic.LIGHT: (
        "licht lichter beleuchtung beleuchtet schatten sonne sonnig sonnenlicht sonnenschein sonnenuntergang "
        "sonnenaufgang morgen morgens morgengrauen morgenrot morgendämmerung mittag mittags nachmittag abend abends "
        "abendrot abendlicht dämmerung abenddämmerung mond mondlicht mondschein vollmond stern sterne sternenhimmel "
        "sternenklar nordlicht nordlichter polarlicht polarlichter laterne kerze kerzen kerzenlicht kerzenschein lampe "
        "feuer lagerfeuer lava glühen glühend leuchtend strahlend hell heller helle helles dunkel dunkler dunkle "
        "dunkles düster finster gegenlicht regenbogen blitz blitze glühwürmchen bewölkt bedeckt trüb sturm stürmisch "
        "gewitter nebel neblig nebelig dunst dunstig regen regnerisch verregnet rauch schneesturm schneefall "
        "höhle grotte verlies goldene-stunde goldenen-stunde blaue-stunde blauen-stunde"
    ),
    Topic.COMPOSITION: (
        "nahaufnahme makro porträt portrait weitwinkel panorama luftbild vogelperspektive draufsicht blick ansicht "
        "perspektive bildausschnitt komposition mittig symmetrisch vordergrund hintergrund horizont ganzkörper "
        "objektiv unschärfe tiefenschärfe links rechts oben unten hinten vorne"
    ),
    Topic.DETAIL: (
        "detail details detailliert detailreich filigran verziert textur scharf 4k 8k hd meisterwerk qualität"
    ),
    Topic.NIGHT: "nacht nachts mitternacht nächtlich nächtliche nächtlicher nächtliches",
    Topic.SPACE: (
        "weltraum weltall all galaxie kosmos nebula planet planeten universum astronaut astronautin rakete satellit "
        "asteroid komet mars jupiter saturn raumschiff mondlandschaft raumstation"
    ),
    Topic.UNDERWATER: "unterwasser unter-wasser riff korallenriff meeresgrund koralle u-boot qualle krake seepferdchen",
    Topic.FANTASY: (
        "drache drachen zauberer magier hexe elfe fee einhorn phönix greif meerjungfrau kobold troll riese dämon engel "
        "ritter gespenst geist vampir werwolf ungeheuer monster magisch verzaubert fantasy dinosaurier roboter ufo "
        "alien außerirdischer zauberwald pirat piraten"
    ),
    Topic.PERSON: (
        "person mensch menschen leute mann männer frau frauen mädchen junge kind kinder baby dame herr könig königin "
        "prinz prinzessin tänzerin tänzer musiker sängerin samurai soldat fischer bauer bäuerin koch köchin arzt "
        "ärztin lehrerin lehrer schülerin familie paar menge braut großmutter oma großvater opa seemann mönch clown"
    ),
    Topic.TAME: (
        "katze katzen kätzchen kater hund hunde welpe dackel pferd pferde pony kuh kühe schaf schafe lamm ziege "
        "schwein esel gans hahn henne zimmer wohnzimmer küche schlafzimmer bibliothek café kneipe büro museum "
        "werkstatt sofa bett trägt liest lesend spielt fährt reitet kocht tanzt hut brille sonnenbrille anzug schal "
        "krone stadt straße"
    ),
    Topic.ANIMAL: (
        "fuchs füchse katze katzen kätzchen kater hund hunde welpe wolf wölfe pferd pferde pony hirsch hirsche reh "
        "rehe bär bären eisbär hase hasen kaninchen löwe löwen löwin elefant elefanten tiger zebra zebras giraffe "
        "giraffen kuh kühe schaf schafe lamm ziege schwein esel kamel maus mäuse eichhörnchen igel schildkröte frosch "
        "affe affen panda leopard otter dachs biber luchs wal wale delfin delfine hai fisch fische robbe tier tiere "
        "dackel"
    ),
    Topic.BIRD: (
        "vogel vögel eule eulen adler falke ente enten schwan schwäne gans gänse pinguin pinguine flamingo flamingos "
        "papagei reiher rotkehlchen rabe krähe spatz kolibri eisvogel pfau hahn henne möwe möwen storch kranich"
    ),
    Topic.INSECT: "schmetterling schmetterlinge biene bienen hummel marienkäfer libelle käfer spinne schnecke",
    Topic.FOOD: (
        "essen kuchen torte brot pizza suppe salat obst apfel äpfel birne orange zitrone erdbeere erdbeeren kirsche "
        "kirschen traube frühstück nachtisch keks plätzchen pfannkuchen nudeln käse kaffee tee schokolade brezel "
        "croissant eis kürbis beeren"
    ),
    Topic.FLOWER: (
        "blume blumen rose rosen tulpe tulpen sonnenblume sonnenblumen gänseblümchen orchidee lilie seerose mohn "
        "lavendel pfingstrose löwenzahn strauß blüte blüten pilz pilze farn kaktus bonsai blatt"
    ),
    Topic.VEHICLE: (
        "auto autos lastwagen bus zug züge straßenbahn fahrrad motorrad traktor boot boote segelboot segelboote schiff "
        "schiffe segelschiff kanu flugzeug hubschrauber ballon heißluftballon lokomotive dampflok luftschiff"
    ),
    Topic.BUILDING: (
        "haus häuser schloss burg turm leuchtturm kirche dom kathedrale hochhaus wolkenkratzer windmühle mühle hütte "
        "scheune tempel pagode brücke pyramide moschee palast festung ruine villa kloster"
    ),
    Topic.CITY: "stadt städte großstadt altstadt skyline straße straßen gasse gassen allee markt marktplatz bahnhof",
    Topic.INTERIOR: (
        "zimmer sofa couch bett innenraum wohnzimmer küche schlafzimmer bibliothek café kneipe büro museum werkstatt "
        "dachboden keller flur klassenzimmer gewächshaus wirtshaus"
    ),
    Topic.SNOW: (
        "schnee verschneit verschneite verschneiter verschneites winter winterlich eisberg gletscher arktis frost"
    ),
    Topic.SEA: "meer ozean strand küste ufer insel bucht hafen segelboot leuchtturm",
    Topic.LANDSCAPE: (
        "landschaft berg berge gebirge alpen hügel tal wald wälder dschungel see seen teich fluss bach wasserfall meer "
        "ozean strand küste ufer insel wüste düne schlucht klippe wiese wiesen feld felder savanne garten park "
        "bauernhof weinberg dorf vulkan natur baum bäume herbst frühling sommer himmel wolke wolken fjord moor oase "
        "bucht hafen"
    ),
    Topic.STILL: (
        "teekanne kanne tasse buch bücher vase uhr flasche gitarre klavier geige schreibmaschine kamera stuhl tisch "
        "regenschirm schlüssel kristall krone schwert schuh hut spielzeug teddy sanduhr kompass globus schale korb "
        "radio"
    ),
}
_PHOTO, _PAINTED = ("Fotografie",), ("digitale Malerei",)
_BALANCED, _OPEN = ("ausgewogene Komposition",), ("weiter Blick", "ausgewogene Komposition")
_OUTDOORS = ("warmes Licht zur goldenen Stunde", "weiches Licht im Morgengrauen", "warmes Abendlicht")
_INDOORS = ("weiches Fensterlicht",)
_ADDED: Mapping[Slot, Mapping[Topic, Sequence[str]]] = {
    Slot.MEDIUM: {
        Topic.FANTASY: ("Fantasy-Gemälde", "digitale Malerei"),
        Topic.SPACE: _PAINTED,
        Topic.UNDERWATER: _PHOTO,
        Topic.PERSON: _PHOTO,
        Topic.TAME: _PHOTO,
        Topic.ANIMAL: ("Tierfotografie",),
        Topic.BIRD: ("Tierfotografie",),
        Topic.INSECT: ("Makrofotografie",),
        Topic.FOOD: _PHOTO,
        Topic.FLOWER: ("Makrofotografie",),
        Topic.VEHICLE: _PHOTO,
        Topic.BUILDING: ("Architekturfotografie",),
        Topic.CITY: ("Architekturfotografie",),
        Topic.INTERIOR: _PHOTO,
        Topic.STILL: _PHOTO,
        Topic.SNOW: ("Naturfotografie",),
        Topic.SEA: ("Naturfotografie",),
        Topic.LANDSCAPE: ("Naturfotografie",),
    },
    Slot.LIGHT: {
        Topic.SPACE: ("hartes Streiflicht",),
        Topic.UNDERWATER: ("gefilterte Lichtstrahlen",),
        Topic.INTERIOR: _INDOORS,
        Topic.CITY: ("weiches Licht zur blauen Stunde", "warmes Abendlicht"),
        Topic.SNOW: ("weiches kühles Licht",),
        Topic.FANTASY: _OUTDOORS,
        Topic.LANDSCAPE: _OUTDOORS,
        Topic.ANIMAL: _OUTDOORS,
        Topic.BIRD: _OUTDOORS,
        Topic.VEHICLE: _OUTDOORS,
        Topic.BUILDING: _OUTDOORS,
        Topic.INSECT: ("weiches Streulicht",),
        Topic.FLOWER: ("weiches Streulicht",),
        Topic.FOOD: _INDOORS,
        Topic.STILL: _INDOORS,
        Topic.PERSON: ("weiches natürliches Licht",),
        Topic.ANY: ("weiches natürliches Licht",),
    },
    Slot.NIGHT: {
        Topic.SPACE: ("hartes Streiflicht",),
        Topic.UNDERWATER: ("schwache Lichtstrahlen",),
        Topic.INTERIOR: ("warmes Lampenlicht",),
        Topic.CITY: ("erleuchtete Fenster",),
        Topic.BUILDING: ("erleuchtete Fenster", "weiches Mondlicht"),
        Topic.ANY: ("weiches Mondlicht",),
    },
    Slot.COMPOSITION: {
        Topic.PERSON: ("natürliche Haltung",),
        Topic.ANIMAL: ("auf Augenhöhe", "unscharfe Umgebung"),
        Topic.BIRD: ("auf Augenhöhe", "unscharfe Umgebung"),
        Topic.INSECT: ("unscharfe Umgebung",),
        Topic.FLOWER: ("unscharfe Umgebung",),
        Topic.CITY: ("führende Linien",),
        Topic.LANDSCAPE: _OPEN,
        Topic.SNOW: _OPEN,
        Topic.ANY: _BALANCED,
    },
    Slot.DETAIL: {
        Topic.BIRD: ("feines Gefieder",),
        Topic.ANY: ("präzise Details",),
    },
}
TONGUE = Tongue.of(_TOPICS, _ADDED, has_compounds=True)
