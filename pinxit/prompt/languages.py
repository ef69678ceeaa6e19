"""Which script and language a prompt is written in, as far as that is sure; pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

ENGLISH, GERMAN = "en", "de"
# Words that a short text in one language has and the others have not, or rarely.
_WORDS = {
    ENGLISH: (
        "the and with of at by from is are under over above behind between through near her his their its this that "
        "wearing standing sitting walking flying holding made into while very dark light bright small big old young "
        "black white red blue green yellow man woman girl boy child people house night day sky snow sunset sunrise "
        "forest mountain mountains lake sea river city street flower flowers tree trees bird birds dog dogs cat cats "
        "fox horse dragon castle ship boat car train moon stars clouds field garden beach desert island"
    ),
    GERMAN: (
        "der die das den dem des ein eine einen einem einer eines und mit von vom im am auf bei beim zum zur unter "
        "über vor hinter neben zwischen durch ist sind ihr ihre seine nicht ohne für aus trägt steht sitzt liegt "
        "fliegt schwarz weiß rot roter rote rotes blau grün gelb kleiner kleine kleines großer große großes alter alte "
        "altes mann frau mädchen junge kind leute haus nacht tag himmel schnee wald berg berge see meer fluss stadt "
        "straße blume blumen baum bäume vogel hund hunde katze katzen fuchs pferd drache schloss burg schiff boot zug "
        "mond sterne wolken feld garten strand wüste insel sonnenuntergang sonnenaufgang abend herbst sommer frühling"
    ),
    "fr": (
        "le la les un une des du au aux avec dans sur sous et de chez près entre son sa ses est sont qui que pour sans "
        "noir blanc rouge bleu vert jaune petit petite grand grande vieux vieille homme femme fille garçon enfant "
        "maison nuit jour ciel neige forêt montagne lac mer rivière ville rue fleur fleurs arbre arbres oiseau chien "
        "chat renard cheval château bateau voiture lune étoiles nuages jardin plage île coucher soleil"
    ),
    "es": (
        "el la los las un una unos unas del al con en sobre bajo y de cerca entre su sus es son que para sin negro "
        "blanco rojo azul verde amarillo pequeño pequeña grande viejo vieja hombre mujer niña niño casa noche día "
        "cielo nieve bosque montaña lago mar río ciudad calle flor flores árbol árboles pájaro perro gato zorro "
        "caballo castillo barco coche luna estrellas nubes jardín playa isla atardecer sol"
    ),
    "it": (
        "il lo la gli le un uno una del della dei delle al alla con nel nella su sotto e di vicino tra suo sua è sono "
        "che per senza nero bianco rosso blu verde giallo piccolo piccola grande vecchio vecchia uomo donna ragazza "
        "ragazzo bambino casa notte giorno cielo neve bosco montagna lago mare fiume città strada fiore fiori albero "
        "alberi uccello cane gatto volpe cavallo castello nave luna stelle nuvole giardino spiaggia isola tramonto sole"
    ),
    "pt": (
        "o os as um uma uns umas do da dos das ao com no na nos nas em sobre sob e de perto entre seu sua é são que "
        "para sem preto branco vermelho azul verde amarelo pequeno pequena grande velho velha homem mulher menina "
        "menino casa noite dia céu neve floresta montanha lago mar rio cidade rua flor flores árvore árvores pássaro "
        "cachorro cão gato raposa cavalo castelo navio barco lua estrelas nuvens jardim praia ilha sol"
    ),
    # Known only so that they are not taken for one of the others.
    "nl": "het een en van met op voor onder de over bij naast zonder hond kat huis bos berg zee stad nacht sneeuw vos",
    "pl": "w na z ze i pod nad przy przez jest lis kot pies dom las morze miasto noc śnieg czerwony mały stary",
    "sv": "en ett och med på i under över vid utan röd räv katt hund hus skog berg hav stad natt snö liten gammal",
    "tr": "bir ve ile için kedi köpek ev orman deniz şehir gece kar beyaz küçük",
}
# In so many languages that they tell nothing, or English as well as another's.
_SHARED_WORDS = "a an in on no as i de to her die war art hut so we me he do"
_SHARED = frozenset(_SHARED_WORDS.split())
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SURE = 2  # The best language has at least so many times the words of the next.
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "DEVANAGARI", "BENGALI", "TAMIL", "THAI", "HANGUL")
_EAST_ASIAN = ("CJK", "HIRAGANA", "KATAKANA")


def words_of(text: str) -> list[str]:
    """Return the words in lower case, in order; signs are none, "16-bit" is one."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def language_of(text: str, more: Mapping[str, Container[str]] | None = None) -> str:
    """Return the language as a two-letter code, or "" where that is not sure.

    `more`: further words by language that count too.
    """
    found = dict.fromkeys(_WORDS, 0)
    known = _known()
    for word in words_of(text):
        if word in _SHARED:
            continue
        languages = known.get(word, ())
        for language in languages:
            found[language] += 1
        for language, further in (more or {}).items():
            if language in found and language not in languages and word in further:
                found[language] += 1
    (best, most), (_, next_most) = sorted(found.items(), key=itemgetter(1), reverse=True)[:2]
    return best if most >= max(1, _SURE * next_most) else ""


def script_of(text: str) -> str:
    """Return the script of most letters, such as "LATIN"; Chinese and Japanese are one. "" if there is no letter."""
    counts = Counter(filter(None, map(_script, text)))
    return counts.most_common(1)[0][0] if counts else ""


def scripts_in(text: str) -> frozenset[str]:
    """Return every script that a letter of the text belongs to."""
    if text.isascii():
        return frozenset({"LATIN"} if text.lower() != text.upper() else ())
    return frozenset(filter(None, map(_script, text)))


def _script(char: str) -> str:
    if not char.isalpha():
        return ""
    if char.isascii():
        return "LATIN"
    name = unicodedata.name(char, "").removeprefix("FULLWIDTH ").removeprefix("HALFWIDTH ")
    if name.startswith(_EAST_ASIAN):
        return "CJK"
    return next((script for script in _SCRIPTS if name.startswith(script)), "OTHER")


@cache
def _known() -> Mapping[str, frozenset[str]]:
    """Return the languages of each word."""
    known: dict[str, set[str]] = {}
    for language, words in _WORDS.items():
        for word in words.split():
            known.setdefault(word.casefold(), set()).add(language)
    return {word: frozenset(languages) for word, languages in known.items()}
