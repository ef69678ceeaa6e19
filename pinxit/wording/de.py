"""German."""

from __future__ import annotations

import re

from pinxit.domain.errors import Code
from pinxit.wording.language import Language, Phrase

_ALLOWED = (
    (r"^(\S+) to (\S+) characters$", r"\1 bis \2 Zeichen"),
    (r"^(\S+) to (\S+)$", r"\1 bis \2"),
    (r"^at most (\S+) characters$", r"höchstens \1 Zeichen"),
    (r"^at most (\S+) bytes$", r"höchstens \1 Bytes"),
    (r"^at most (.+)$", r"höchstens \1"),
    (r"^two whole numbers such as (\S+)$", r"zwei ganze Zahlen wie \1"),
    (r"^width and height in pixels such as (\S+)$", r"Breite und Höhe in Pixeln wie \1"),
    (r"^a whole number such as (\S+)$", r"eine ganze Zahl wie \1"),
    (r"^a number such as 7\.5$", r"eine Zahl wie 7,5"),
    (r"^what the picture is not to show$", "was nicht aufs Bild soll"),
    (r"^the name of a model$", "der Name eines Modells"),
    (r"^text between two quotation marks$", "Text zwischen zwei Anführungszeichen"),
    (r"^left, right, top or bottom in pixels$", "left, right, top oder bottom in Pixeln"),
    (r"^a JSON object$", "ein JSON-Objekt"),
)


def _allowed(text: str) -> str:
    for pattern, german in _ALLOWED:
        if re.match(pattern, text):
            return re.sub(pattern, german, text)
    return text


LANGUAGE = Language(
    ordinal=lambda number: f"{number}.",
    allowed=_allowed,
    both="oder",
    something="…",
    sentences={
        Code.FIELD_UNKNOWN: "Ein Feld {field} gibt es nicht.[ Ist {nearest} gemeint?][ Möglich ist {allowed}.]",
        Code.FIELD_MISSING: "{field} fehlt.[ Sende {allowed}.]",
        Code.FIELD_TYPE: "{field} hat einen Wert der falschen Art[: {value}].[ Sende {allowed}.]",
        Code.FIELD_RANGE: "{field} ist {value}, das liegt außerhalb.[ Möglich ist {allowed}.]",
        Code.FIELD_CHOICE: "{field} kann nicht {value} sein.[ Ist {nearest} gemeint?][ Wähle {allowed}.]",
        Code.FIELD_CONFLICT: "{field} ist doppelt angegeben, als {value} und als {other}. Lass eines davon weg.",
        Code.PROMPT_EMPTY: "Der Prompt ist leer. Schreib, was du sehen möchtest.",
        Code.PROMPT_TOO_LONG: "{field} ist zu lang[, {value}].[ Möglich ist {allowed}.]",
        Code.TEXT_INVALID: "{field} enthält Steuerzeichen oder kaputte Buchstaben. Tipp es neu, ohne zu kopieren.",
        Code.FLAG_UNKNOWN: "Einen Schalter {flag} gibt es nicht.[ Ist {nearest} gemeint?][ Möglich ist {allowed}.]",
        Code.FLAG_VALUE: "{flag} braucht einen anderen Wert[ als {value}][: {allowed}].",
        Code.FLAG_TWICE: "{flag} steht zweimal da. Lass eines davon weg.",
        Code.SIZE_TOO_LARGE: "{field}: {value} Pixel sind zu viele. Möglich ist {allowed} je Seite.",
        Code.MODE_UNSUPPORTED: "{mode} ist mit diesem Generator nicht möglich.[ Er kann {allowed}.]",
        Code.MODEL_UNKNOWN: "Ein Modell {value} gibt es nicht.[ Ist {nearest} gemeint?][ Wähle {allowed}.]",
        Code.GENERATOR_UNKNOWN: "Einen Generator {value} gibt es nicht.[ Ist {nearest} gemeint?][ Wähle {allowed}.]",
        Code.CHAIN_UNKNOWN: "Eine Kette {value} gibt es nicht.[ Ist {nearest} gemeint?][ Wähle {allowed}.]",
        Code.NO_GENERATOR: "Kein Generator hier kann das. Wünsch dir weniger, oder bitte den Betreiber um einen.",
        Code.FEATURE_UNSUPPORTED: "Dieser Generator kennt {field} nicht. Lass es weg, oder wähle einen anderen.",
        Code.SOURCE_MISSING: "Es fehlt ein Bild: {field}[, nötig für {mode}]. Schick es mit.",
        Code.SOURCE_INVALID: "{field} ist kein lesbares Bild[ ({reason})]. Schick[ {allowed} oder] eine andere Datei.",
        Code.SOURCE_TOO_LARGE: "{field} ist zu groß[: {value}].[ Möglich ist {allowed}.]",
        Code.SOURCE_URL_REFUSED: "Die Adresse von {field} ist nicht erlaubt. Nimm eine öffentliche https-Adresse"
        "[ oder {allowed}].",
        Code.SOURCE_UNREACHABLE: "{field} war dort nicht zu holen. Prüf die Adresse, oder schick die Datei selbst.",
        Code.BODY_MISSING: "Die Anfrage hat keinen Inhalt. Sende JSON mit einem Prompt.",
        Code.BODY_NOT_JSON: "Der Inhalt ist kein JSON[: {value}]. Sende ein JSON-Objekt mit einem Prompt.",
        Code.BODY_TOO_LARGE: "Der Inhalt ist zu groß[: {value}].[ Möglich ist {allowed}.]",
        Code.BODY_TOO_DEEP: "Der Inhalt ist zu tief verschachtelt.[ Möglich ist {allowed}.]",
        Code.MEDIA_TYPE: "Der Inhaltstyp[ {value}] wird hier nicht verstanden.[ Sende {allowed}.]",
        Code.IDEMPOTENCY_MISMATCH: "Dieser Idempotenz-Schlüssel gehört zu einer anderen Anfrage. Nimm einen neuen.",
        Code.FULL_PERSON: "Von dir warten schon[ {limit}] Aufträge, mehr geht nicht."
        " Versuch es[ in {retry_after_s:duration}] wieder.",
        Code.FULL_GUILD: "Hier warten schon[ {limit}] Aufträge, mehr geht nicht."
        " Versuch es[ in {retry_after_s:duration}] wieder.",
        Code.FULL_ALL: "Die Warteschlange ist voll[, {limit} Aufträge warten]."
        " Versuch es[ in {retry_after_s:duration}] wieder.",
        Code.QUOTA_SPENT: "Das Kontingent reicht dafür nicht. Nimm weniger oder kleinere Bilder[, oder warte bis"
        " {resets_at:moment} ({time_zone})].",
        Code.KEY_MISSING: "Dafür braucht es einen Zugangsschlüssel. Sende ihn als: Authorization: Bearer …",
        Code.KEY_INVALID: "Dieser Zugangsschlüssel gilt nicht. Prüf ihn, oder bitte den Betreiber um einen neuen.",
        Code.SCOPE_MISSING: "Dein Zugangsschlüssel darf das nicht[; nötig ist {scope}]. Frag den Betreiber.",
        Code.NOT_YOURS: "Das gehört jemand anderem. Nur wer es bestellt hat, darf das.",
        Code.JOB_UNKNOWN: "Einen Auftrag[ {job}] gibt es hier nicht. Prüf die Nummer.",
        Code.JOB_ENDED: "Dieser Auftrag ist schon zu Ende[: {state}]. Es wurde nichts geändert.",
        Code.IMAGE_UNKNOWN: "Ein Bild[ {image}] gibt es hier nicht. Prüf die Nummer.",
        Code.IMAGE_GONE: "Die Datei dieses Bildes ist weg. Mit gleichem Seed und Prompt entsteht es neu.",
        Code.IMAGE_BROKEN: "Die Datei dieses Bildes ist beschädigt. Mit gleichem Seed und Prompt entsteht es neu.",
        Code.NOT_FOUND: "Unter dieser Adresse ist nichts[: {value}]. Die Adressen stehen unter /docs.",
        Code.METHOD_NOT_ALLOWED: "Diese Adresse nimmt kein {value} an.[ Nimm {allowed}.]",
        Code.MODERATED: "Das wurde wegen seines Inhalts abgelehnt[ ({reason})]. Wünsch dir etwas anderes.",
        Code.GENERATOR_FAILED: "Der Generator[ {generator}] kann das nicht. Versuch es wieder oder mit einem anderen.",
        Code.TRIES_SPENT: "Das ist[ {tries}-mal] gescheitert, zuletzt[ an: {reason}]. Versuch es später wieder.",
        Code.PROGRAM_DEATHS: "Das Programm brach dabei zu oft ab[ ({tries}-mal)]. Wünsch dir etwas Kleineres.",
        Code.BILLED_CALL_LOST: "Die Antwort des Anbieters ging verloren, vielleicht kostete sie Geld. Frag gern neu.",
        Code.TIMED_OUT: "Das dauerte länger als erlaubt[ ({deadline_s:duration})]. Nimm weniger oder kleinere Bilder.",
        Code.CANCELLED: "Das wurde abgebrochen. Frag neu, wann immer du magst.",
        Code.STOPPING: "Der Server hält gerade an. Versuch es in einer Minute; Angenommenes geht nicht verloren.",
        Code.INTERNAL: "Hier ging etwas schief. Versuch es wieder[; bleibt es so, nenne {correlation_id}].",
    },
    phrases={
        Phrase.QUEUED: "{ahead:place} in der Reihe[, etwa {eta_s:duration}]",
        Phrase.RUNNING: "wird gemalt[, {progress:percent}][, noch etwa {eta_s:duration}]",
        Phrase.WAITING: "ging nicht, neuer Versuch[ in {eta_s:duration}]",
        Phrase.SUCCEEDED: "{count} {count|Bild|Bilder}[ von {generator}][, Seed {seed}]",
        Phrase.PARTIAL: "{count} von {asked} Bildern[ von {generator}][, Seed {seed}]; nur diese werden berechnet",
        Phrase.FAILED: "gescheitert",
        Phrase.CANCELLED: "abgebrochen",
        Phrase.OTHER_GENERATOR: "Gemalt von {generator}, weil {wanted} nicht konnte.",
    },
)
