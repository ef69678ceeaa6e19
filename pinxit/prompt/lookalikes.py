# ruff: noqa: RUF001, RUF003 - look-alikes are what this is about
"""Letters that look or sound like other letters, as tables.

Source: Unicode confusables (UTS #39), as far as people write prompts with them; the rest is what "fancy text" and
upside-down generators on the web put out. Read 2026-11.
"""

from __future__ import annotations

# Cyrillic, Greek, Armenian, Cherokee, Lisu, Coptic and others → the Latin letter that they look like, by both cases,
# since capitals look different: Н is H but ν (of Ν) is v.
_SEEN = (
    "аaвbсcԁdеeёeєeэeғfԍgһhнhіiїiјjкkӏlмmпnоoрpԛqгrѕsтtцuѵvԝwшwщwхxжxуyүyұyьbъbбbзeиuйuяrлnдdчyфoюo"
    "АaВbСcԀdЕeЁeЄeЭeҒfԌgҺhНhІiЇiЈjКkӀlМmПnОoРpԚqГrЅsТtЦuѴvԜwШwЩwХxЖxУyҮyҰyЬbЪbБbЗeИnЙnЯrЛnДdЧyФoЮo"
    "αaβbγyδdεeζzηnθoιiκkλaμuνvξeοoπnρpσoςsτtυuφoχxψwωw"
    "ΑaΒbΓrΔaΕeΖzΗhΘoΙiΚkΛaΜmΝnΞeΟoΠnΡpΣeΤtΥyΦoΧxΨwΩo"
    "աwբpգqդnեtզqըnիhլlխuծoհhձaմuյjնuշ2ոnչzպwռnսuտmրpցgւlփpքpօoֆf"
    "ԱuԲpԳqԴnԵtԶqԸrԼlՀhՄuՅsՆuՈnՊnՌnՍuՏsՐpՔpՕoՖf"
    "ᎪaᏴbᏟcᎠdᎬeᏀgᏋgᎻhᎥiᎫjᏦkᏞlᎷmᏁnᏢpᎡrᏒrᏚsᎢtᏙvᏔwᎳwᎩyᎽyᏃzᎾoᏂhᏐjᏅa"
    "ꓮaꓐbꓚcꓓdꓰeꓝfꓖgꓧhꓲiꓙjꓗkꓡlꓟmꓠnꓳoꓑpꓣrꓢsꓔtꓴuꓦvꓪwꓫxꓬyꓜz"
    "ⲀaⲂbⲤcⲈeⲎhⲒiⲔkⲘmⲚnⲞoⲢpⲦtⲬxⲨyⲁaⲃbⲥcⲉeⲏhⲓiⲕkⲙmⲛnⲟoⲣpⲧtⲭxⲩy"
    "ⵔoⵙoⵏiⵑiⴹeⵝx"
    "ϲcϹcϳjͿjϱpϵeϰkϐbϑoϕoϖwϝfϜfͼcϻmϺmϸpϷpϙqⅼl"
)
SEEN = str.maketrans(dict(zip(_SEEN[::2], _SEEN[1::2], strict=True)))

# Cyrillic as it sounds, the way people write Russian with a Latin keyboard.
HEARD = str.maketrans(
    dict(zip("абвгдеёзийклмнопрстуфхыэі", "abvgdeeziiklmnoprstufhyei", strict=True))
    | {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ь": "", "ю": "yu", "я": "ya"}
)

# Latin → Cyrillic, for words that have letters of both.
AS_CYRILLIC = str.maketrans("abcehkmnoprtxyu3046", "авсенктпоргтхуизочб")
# Only these make a Russian word that can be typed with Latin letters and looks the same: сука, cyka.
SAME_IN_BOTH = frozenset("асеорухкмтвн")

# Leet: one character each. Both i and l are read as i, since 1, ! and | stand for either.
LEET = str.maketrans("0134567892@$!|¡€£¢¥µ§®©øł+×l", "oieasgtbgzasiiieicyusrcoitxi")
PLAIN_LEET = {sign: letter for sign, letter in LEET.items() if sign != ord("l")}
LEET_SIGNS = frozenset("0134567892@$!|¡€£¢¥µ§®©+×")
LEET_CYRILLIC = str.maketrans("03461@$", "озчбиас")

# Leet of several signs, the longest first.
LEET_GROUPS = (
    ("|\\/|", "m"),
    ("/\\/\\", "m"),
    ("\\/\\/", "w"),
    ("|\\|", "n"),
    ("/\\/", "n"),
    ("|-|", "h"),
    ("|_|", "u"),
    ("(_)", "u"),
    ("/-\\", "a"),
    ("/\\", "a"),
    ("\\/", "v"),
    ("|)", "d"),
    ("|>", "p"),
    ("|<", "k"),
    ("|{", "k"),
    ("|3", "b"),
    ("|2", "r"),
    ("><", "x"),
    ("}{", "h"),
    ("()", "o"),
    ("[]", "o"),
    ("vv", "w"),
)

# What upside-down text is made of; read from the end, these are the letters.
# The plain ones among them count beside turned ones only.
_TURNED = "ɐaqbɔcpdǝeɟfƃgɓgɥhᴉiıiɾjʞkןlʅlɯmundpbqɹrʇtnuʌvʍwʎy"
UPSIDE_DOWN = str.maketrans(dict(zip(_TURNED[::2], _TURNED[1::2], strict=True)))
TURNED = frozenset("ɐɔǝɟƃɓɥᴉɾʞןʅɯɹʇʌʍʎ")

# Letters without a decomposition.
SPELLED = {
    "ß": "ss",
    "ẞ": "ss",
    "æ": "ae",
    "Æ": "ae",
    "œ": "oe",
    "Œ": "oe",
    "þ": "th",
    "Þ": "th",
    "ð": "d",
    "Ð": "d",
    "ƃ": "g",
    "ɓ": "g",
    "ɟ": "f",
    "ɔ": "c",
    "ɑ": "a",
    "ɛ": "e",
    "ɜ": "e",
    "ɡ": "g",
    "ʋ": "v",
    "ʊ": "u",
    "ʟ": "l",
    "ʀ": "r",
    "ı": "i",
    "ʻ": "",
    "№": "no",
    "ᛕ": "k",
    "卂": "a",
    "乃": "b",
    "匚": "c",
    "几": "n",
    "ㄖ": "o",
    "卩": "p",
    "尺": "r",
    "丂": "s",
    "ㄒ": "t",
    "乇": "e",
    "ᗪ": "d",
    "ᗩ": "a",
    "ᗷ": "b",
    "ᑕ": "c",
    "ᗞ": "d",
    "ᗴ": "e",
    "ᖴ": "f",
    "ᕼ": "h",
    "ᒍ": "j",
    "ᒪ": "l",
    "ᗰ": "m",
    "ᑎ": "n",
    "ᑭ": "p",
    "ᖇ": "r",
    "ᔕ": "s",
    "ᑌ": "u",
    "ᐯ": "v",
    "ᗯ": "w",
    "᙭": "x",
    "ᖻ": "y",
    "⭕": "o",
    "❌": "x",
    "⚪": "o",
    "⚫": "o",
    "🔴": "o",
    "ℓ": "l",
    "∂": "d",
    "∆": "a",
    "∑": "e",
    "√": "v",
    "℮": "e",
}

# Braille cells of the alphabet: U+2800 plus these dots.
_DOTS = (1, 3, 9, 25, 17, 11, 27, 19, 10, 26, 5, 7, 13, 29, 21, 15, 31, 23, 14, 30, 37, 39, 58, 45, 61, 53)
BRAILLE = {chr(0x2800 + dots): chr(ord("a") + place) for place, dots in enumerate(_DOTS)}
