"""German."""

from __future__ import annotations

import re

from pinxit.domain.errors import Code
from pinxit.domain.hints import Hint
from pinxit.wording import commands_de
from pinxit.wording.amounts import AmountWords
from pinxit.wording.language import Language, Phrase

_ALLOWED = (
    (r"^(\S+) to (\S+) characters$", r"\1 bis \2 Zeichen"),
    (r"^(\S+) to (\S+)$", r"\1 bis \2"),
    (r"^at most (\S+) characters$", r"höchstens \1 Zeichen"),
    (r"^at most (\S+) bytes$", r"höchstens \1 Bytes"),
    (r"^more than (\S+), at most (\S+)$", r"mehr als \1, höchstens \2"),
    (r"^a guild or a pool, not both$", "eine Gilde oder einen Pool, nicht beides"),
    (r"^at most (.+)$", r"höchstens \1"),
    (r"^two whole numbers such as (\S+)$", r"zwei ganze Zahlen wie \1"),
    (r"^width and height in pixels such as (\S+)$", r"Breite und Höhe in Pixeln wie \1"),
    (r"^a whole number such as (\S+)$", r"eine ganze Zahl wie \1"),
    (r"^a number such as 7\.5$", r"eine Zahl wie 7,5"),
    (r"^a number$", "eine Zahl"),
    (r"^an image file, such as PNG, JPEG or WebP$", "eine Bilddatei wie PNG, JPEG oder WebP"),
    (r"^an https:// address of a public host$", "eine https://-Adresse eines öffentlichen Rechners"),
    (r"^nothing that looks ahead or back$", "nichts, was voraus oder zurück schaut"),
    (r"^what the picture is not to show$", "was nicht aufs Bild soll"),
    (r"^the name of a model$", "der Name eines Modells"),
    (r"^no value$", "kein Wert"),
    (r"^the name of a style$", "der Name eines Stils"),
    (r"^the name of a sampler$", "der Name eines Samplers"),
    (r"^the name of a LoRA, such as (\S+) or (\S+)$", r"der Name eines LoRA, wie \1 oder \2"),
    (r"^text between two quotation marks$", "Text zwischen zwei Anführungszeichen"),
    (r"^left, right, top or bottom in pixels$", "left, right, top oder bottom in Pixeln"),
    (r"^a JSON object$", "ein JSON-Objekt"),
    (r"^a text$", "einen Text"),
    (r"^a name such as (\S+)$", r"einen Namen wie \1"),
    (r"^a list of texts$", "eine Liste von Texten"),
    (r"^true or false$", "true oder false"),
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
    amounts=AmountWords(
        locale="de",
        point=",",
        credit=("Credit", "Credits"),
        dollar="{} $",
        at="um {time}",
        on="am {day} um {time}",
        words={
            "whose": {
                "person": "bei dir",
                "member": "bei dir",
                "role": "bei dir",
                "guild": "in dieser Gilde",
                "everyone": "bei allen zusammen",
            },
            "when": {"day": "heute", "week": "diese Woche", "month": "diesen Monat", "total": "insgesamt"},
            "per": {"day": "am Tag", "week": "in der Woche", "month": "im Monat", "total": "insgesamt"},
        },
    ),
    sentences={
        **commands_de.SENTENCES,
        Code.FIELD_UNKNOWN: "Ein Feld {field} gibt es nicht.[ Ist {nearest} gemeint?][ Möglich ist {allowed}.]",
        Code.FIELD_MISSING: "{field} fehlt.[ Sende {allowed}.]",
        Code.FIELD_TYPE: "{field} hat einen Wert der falschen Art[: {value}].[ Sende {allowed}.]",
        Code.FIELD_RANGE: "{field} ist {value}, das liegt außerhalb.[ Möglich ist {allowed}.]",
        Code.FIELD_CHOICE: "{field} kann nicht {value} sein.[ Ist {nearest} gemeint?][ Wähle {allowed}.]",
        Code.FIELD_CONFLICT: "{field} ist doppelt angegeben, als {value} und als {other}. Lass eines davon weg.",
        Code.PROMPT_EMPTY: "Der Prompt ist leer. Schreib, was du sehen möchtest.",
        Code.PROMPT_TOO_LONG: "{field} ist zu lang[, {value}].[ Möglich ist {allowed}.]",
        Code.PROMPT_NOT_TAKEN: "Ungültiger Prompt oder ungültige Anfrage[: {generator} nimmt das nicht]."
        " Sag es mit anderen Worten.",
        Code.TEXT_INVALID: "{field} enthält Steuerzeichen oder kaputte Buchstaben. Tipp es neu, ohne zu kopieren.",
        Code.FLAG_UNKNOWN: "Einen Schalter {flag} gibt es nicht.[ Ist {nearest} gemeint?][ Möglich ist {allowed}.]",
        Code.FLAG_VALUE: "{flag} braucht einen anderen Wert[ als {value}][: {allowed}].",
        Code.FLAG_TWICE: "{flag} steht zweimal da. Lass eines davon weg.",
        Code.STYLE_UNKNOWN: "Den Stil {value} gibt es nicht.[ Meinst du {nearest}?] /styles zeigt alle.",
        Code.MODEL_NOT_ALLOWED: "{value} darf hier nicht benutzt werden.[ Möglich ist {allowed}.]",
        Code.TOO_MANY_JOBS: "Das wären {count} Aufträge auf einmal; höchstens {limit} sind möglich. Lass einige"
        " Möglichkeiten weg.",
        Code.CONFIRM_NEEDED: "Das macht {count} {count|Auftrag|Aufträge} für {credits} {credits|Credit|Credits}."
        " Schick es noch einmal mit --yes, wenn du das willst.",
        Code.DESCRIBE_NOTHING: "Dieses Bild sagt nicht, wie es entstand, und kein Modell hier konnte es sagen."
        " Beschreib es selbst, oder bitte den Betreiber um ein Modell, das Bilder ansieht.",
        Code.COOLDOWN: "Nicht so schnell: warte[ noch {retry_after_s:wait}] und versuch es dann wieder.",
        Code.NOT_ADMIN: "Das dürfen nur Admins. Frag einen.",
        Code.BANNED: "Du kannst hier[ bis {until:moment} UTC] keine Bilder bestellen[: {reason}]. Frag einen Admin.",
        Code.GUILD_BANNED: "Hier können[ bis {until:moment} UTC] keine Bilder bestellt werden[: {reason}]."
        " Frag den Betreiber.",
        Code.NOT_ADMITTED: "Dieses Pinxit ist nicht für alle offen, auch nicht für diesen Ort. Frag den Betreiber.",
        Code.NOT_BANNABLE: "Den Betreiber oder sich selbst kann niemand sperren. Nenne jemand anderen.",
        Code.GUILD_UNKNOWN: "Die Gilde[ {value}] gibt es hier nicht. Prüf ihre Id.",
        Code.PERSON_UNKNOWN: "Niemand[ namens {value}] ist hier bekannt. Prüf die Id.",
        Code.REPORT_UNKNOWN: "Eine offene Meldung[ {value}] gibt es hier nicht. Vielleicht hat sie schon jemand"
        " bearbeitet.",
        Code.JOBS_RUNNING: "{count} deiner Aufträge {count|wird|werden} gerade gemalt. Versuch es in einer"
        " Minute wieder.",
        Code.MINORS: "Das wird abgelehnt, hier und überall, gleich was eingestellt ist. Bitte um etwas anderes.",
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
        Code.SECRET_WRONG: "Das ist weder ein gültiger Zugangsschlüssel noch das Passwort des Betreibers. Prüf es.",
        Code.LOGIN_TRIES: "Das war zu oft falsch. Versuch es[ in {retry_after_s:duration}] wieder.",
        Code.STREAMS_FULL: "Auf diesem Server sind zu viele Seiten offen. Schließ welche, oder versuch es später.",
        Code.NOT_YOURS: "Das gehört jemand anderem. Nur wer es bestellt hat, darf das.",
        Code.JOB_UNKNOWN: "Einen Auftrag[ {job}] gibt es hier nicht. Prüf die Nummer.",
        Code.JOB_ENDED: "Dieser Auftrag ist schon zu Ende[: {state}]. Es wurde nichts geändert.",
        Code.JOB_NOT_ENDED: "Dieser Auftrag läuft noch[: {state}]. Brich ihn zuerst ab.",
        Code.SOURCE_GONE: "Ein Bild, aus dem das entstand, ist nicht mehr da. Fang neu an und schick es mit.",
        Code.CHANNEL_UNKNOWN: "Den Kanal[ {value}] gibt es hier nicht. Wähl einen aus der Liste.",
        Code.NAME_TAKEN: "Den Kanal[ {value}] gibt es schon. Wähl einen anderen Namen.",
        Code.IMAGE_UNKNOWN: "Ein Bild[ {image}] gibt es hier nicht. Prüf, welches du meinst.",
        Code.IMAGE_GONE: "Die Datei dieses Bildes ist weg. Mit gleichem Seed und Prompt entsteht es neu.",
        Code.IMAGE_WITHHELD: "Dieses Bild wird zurückgehalten, nur Admins sehen es. Frag einen, oder male etwas"
        " anderes.",
        Code.REPORTS_FULL: "Du hast[ {limit}] Meldungen an einem Tag geschickt, mehr geht nicht. Versuch es"
        " morgen wieder.",
        Code.IMAGE_BROKEN: "Die Datei dieses Bildes ist beschädigt. Mit gleichem Seed und Prompt entsteht es neu.",
        Code.RECREATE_NO_GENERATOR: "Den Generator[ {generator}], der das gemalt hat, gibt es hier nicht."
        " Richte ihn wieder ein, oder nimm den Prompt und male neu.",
        Code.RECREATE_NO_SEED: "Das lässt sich nicht genauso noch einmal malen, denn es gibt keinen Seed dazu[:"
        " {generator} nimmt keinen]. Nimm den Prompt und male neu.",
        Code.RECREATE_SOURCE_GONE: "Das entstand aus einem anderen Bild[ ({role})], das nicht mehr da ist."
        " Schick jenes Bild mit demselben Prompt.",
        Code.RECREATE_NOTHING_SAID: "Diese Datei sagt nicht, wie sie entstand. Schick sie so, wie sie heruntergeladen"
        " wurde; Chats und Bildprogramme entfernen, was sie sagt.",
        Code.COMMAND_UNKNOWN: "Einen Befehl {value} gibt es nicht.[ Ist {nearest} gemeint?] Mit /help siehst du alle.",
        Code.NO_PICTURE_YET: "Hier ist noch kein Bild von dir. Mal erst eines mit /imagine, oder nenn eines mit seiner"
        " Id.",
        Code.NOT_FOUND: "Unter dieser Adresse ist nichts[: {value}]. Die Adressen stehen unter /docs.",
        Code.METHOD_NOT_ALLOWED: "Diese Adresse nimmt kein {value} an.[ Nimm {allowed}.]",
        Code.MODERATED: "Das wurde[ von {generator}] wegen seines Inhalts abgelehnt[ ({reason})]. Wünsch dir etwas"
        " anderes.",
        Code.GENERATOR_FAILED: "Der Generator[ {generator}] kann das nicht. Versuch es wieder oder mit einem anderen.",
        Code.GENERATOR_RESTING: "{generator} ist gerade gestört[ und wird {until:moment} UTC wieder versucht]."
        " Nimm einen anderen Generator, oder warte bis dahin.",
        Code.BUDGET_SPENT: "Das Budget für {generator} ist aufgebraucht[; er ist {until:moment} UTC wieder da]."
        " Nimm bis dahin einen anderen Generator.",
        Code.TRIES_SPENT: "Das ist[ {tries}-mal] gescheitert, zuletzt[ an: {reason}]. Versuch es später wieder.",
        Code.PROGRAM_DEATHS: "Das Programm brach dabei zu oft ab[ ({tries}-mal)]. Wünsch dir etwas Kleineres.",
        Code.BILLED_CALL_LOST: "Die Antwort des Anbieters ging verloren, vielleicht kostete sie Geld. Frag gern neu.",
        Code.TIMED_OUT: "Das dauerte länger als erlaubt[ ({deadline_s:duration})]. Nimm weniger oder kleinere Bilder.",
        Code.CANCELLED: "Das wurde abgebrochen. Frag neu, wann immer du magst.",
        Code.STOPPING: "Der Server hält gerade an. Versuch es in einer Minute; Angenommenes geht nicht verloren.",
        Code.INTERNAL: "Hier ging etwas schief. Versuch es wieder[; bleibt es so, nenne {correlation_id}].",
    },
    hints={
        Hint.STYLIZE: "--stylize {value} stammt von Midjourney; hier wurde daraus eine Guidance von {guidance}.",
        Hint.CHAOS: "--chaos {value} stammt von Midjourney; hier wurde daraus eine Guidance von {guidance}.",
        Hint.WILDCARD_UNKNOWN: "Den Platzhalter {value} gibt es nicht, darum blieb er stehen.[ Meinst du {nearest}?]",
        Hint.WEIGHTS_STRIPPED: "{generator} kennt keine Gewichte wie (word:1.2); die Wörter wurden ohne sie gemalt.",
        Hint.SIZE_NEAREST: "{generator} malt nicht in {value}; es wird {size}, die nächste Größe, die es dort gibt.",
        Hint.NEGATIVE_IN_WORDS: "{generator} kennt keinen Negativ-Prompt; was fehlen soll, wird in Worten gesagt.",
        Hint.SEED_UNUSED: "{generator} nimmt keinen Seed, darum lässt sich dasselbe Bild nicht noch einmal malen.",
        Hint.STEPS_UNUSED: "{generator} nimmt keine Zahl von Schritten; sie wurde weggelassen.",
        Hint.GUIDANCE_UNUSED: "{generator} nimmt keine Guidance; sie wurde weggelassen.",
        Hint.ALIAS_MEANS: "{value} ist hier {model} bei {generator}.",
        Hint.GENERATOR_AWAY: "{generator} ist gerade nicht zu haben, darum malt {value}.",
        Hint.NO_FLAG_OF_OURS: "{flag} stammt von Midjourney und bedeutet hier nichts; es wurde weggelassen.",
    },
    phrases={
        **commands_de.PHRASES,
        Phrase.QUOTA_USED: "{used:amount} von {limit:sums} sind {period:when} {scope:whose} verbraucht[; neue gibt es"
        " {resets_at:reset} {time_zone}].",
        Phrase.QUOTA_USED_UP: "{used:amount} von {limit:sums} sind {scope:whose} verbraucht;"
        " frag einen Admin nach mehr.",
        Phrase.QUOTA_LEFT: "Das kostet {needed:sum}; {period:when} sind {scope:whose} {left:amount} von {limit:amount}"
        "[ und {granted:amount} geschenkte] übrig[, neue gibt es {resets_at:reset} {time_zone}]."
        " Nimm weniger oder kleinere Bilder.",
        Phrase.QUOTA_NEVER: "Das kostet {needed:sum}, {scope:whose} sind es höchstens {limit:amount} {period:per}[ und"
        " {granted:amount} geschenkte]. Nimm weniger oder kleinere Bilder, oder frag einen Admin nach mehr.",
        Phrase.QUEUED: "{ahead:place} in der Reihe[, etwa {eta_s:duration}]",
        Phrase.RUNNING: "wird gemalt[, {progress:percent}][, noch etwa {eta_s:duration}]",
        Phrase.WAITING: "ging nicht, neuer Versuch[ in {eta_s:duration}]",
        Phrase.SUCCEEDED: "{count} {count|Bild|Bilder}[ von {generator}][, Seed {seed}]",
        Phrase.PARTIAL: "{count} von {asked} Bildern[ von {generator}][, Seed {seed}]; nur diese werden berechnet",
        Phrase.FAILED: "gescheitert",
        Phrase.CANCELLED: "abgebrochen",
        Phrase.OTHER_GENERATOR: "Gemalt von {generator}, weil {wanted} nicht konnte.",
        Phrase.RECREATION_PENDING: "Neu erschaffen, wird noch verglichen",
        Phrase.RECREATION_IDENTICAL: "Identisch: jedes Pixel ist gleich.",
        Phrase.RECREATION_CLOSE: "Ähnlich: {share} % der Pixel weichen ab, im Mittel um {mean} von 255 ({psnr} dB).",
        Phrase.RECREATION_SIZE_DIFFERS: "Nicht vergleichbar: die beiden sind verschieden groß.",
        Phrase.RECREATION_ORIGINAL_GONE: "Nicht identisch, und wie ähnlich, ist nicht zu sagen:"
        " die Datei des ersten Bilds ist weg.",
        Phrase.RECREATION_UNREADABLE: "Nicht identisch, und wie ähnlich, ist nicht zu sagen:"
        " die Datei des ersten Bilds ist beschädigt.",
        Phrase.RECREATION_CHANGE: "{name} war {before}[ und ist {now}].",
        Phrase.RECREATION_AS_RECORDED: "Die Datei wurde nach dem Malen verändert. So, wie sie gemalt wurde, ist sie"
        " identisch.",
        Phrase.RECREATION_FILE_CHANGED: "Die Datei wurde nach dem Malen verändert.",
        Phrase.PREPARING: "wird vorbereitet",
        Phrase.DELETED: "gelöscht",
        Phrase.WITHHELD: "zurückgehalten",
        Phrase.WITHHELD_FLAGGED: "{count} {count|Bild wird|Bilder werden} zurückgehalten, weil der Filter"
        " {count|es|sie} nicht für alle geeignet nennt.",
        Phrase.WITHHELD_UNCHECKED: "{count} {count|Bild wird|Bilder werden} zurückgehalten, weil niemand"
        " {count|es|sie} prüfen konnte: Der Filter hat nicht geantwortet.",
        Phrase.WITHHELD_HIDDEN: "{count} {count|Bild wird|Bilder werden} zurückgehalten, weil ein Admin"
        " {count|es|sie} verborgen hat.",
        Phrase.FACT_SEED: "Seed {seed}",
        Phrase.FACT_STEPS: "{steps} Schritte",
        Phrase.FACT_TOOK: "{seconds} s",
        Phrase.FACT_CREDITS: "{credits} {credits|Credit|Credits}",
        Phrase.FACT_ENHANCED: "verbessert ✨",
        Phrase.FACT_PRIVATE: "privat",
        Phrase.ALT_ONE: "Bild zu: {prompt}",
        Phrase.ALT_OF_MANY: "Bild {number} von {count} zu: {prompt}",
        Phrase.ACT_REROLL: "Nochmal",
        Phrase.ACT_VARY: "Variieren",
        Phrase.ACT_UPSCALE: "Vergrößern",
        Phrase.ACT_OUTPAINT: "Herauszoomen",
        Phrase.ACT_EDIT: "Bearbeiten",
        Phrase.ACT_DETAILS: "Details",
        Phrase.ACT_DELETE: "Löschen",
        Phrase.ACT_CANCEL: "Abbrechen",
        Phrase.ACT_FAVOURITE: "Favorit",
        Phrase.ACT_RECREATE: "Neu erschaffen",
        Phrase.SAID_ACCEPTED: "Angenommen[: {ahead:place} in der Reihe][, etwa {eta_s:duration}].",
        Phrase.SAID_ACCEPTED_MANY: "{count} Aufträge warten[, der erste etwa {eta_s:duration}].",
        Phrase.SAID_PRICE: "Das würde {credits} {credits|Credit|Credits} kosten, für {count}"
        " {count|Auftrag|Aufträge}[, und etwa"
        " {eta_s:duration} dauern]. Nichts wurde begonnen.",
        Phrase.SAID_CANCELLED: "Abgebrochen.",
        Phrase.SAID_STOPPING: "Es läuft schon und hört gleich auf.",
        Phrase.SAID_DELETED: "Gelöscht, samt Dateien.",
        Phrase.SAID_FAVOURED: "Zu deinen Favoriten hinzugefügt.",
        Phrase.SAID_UNFAVOURED: "Aus deinen Favoriten entfernt.",
        Phrase.SAID_MODELS: "{generator}: {allowed}",
        Phrase.COMMAND_IMAGINE: "Malen, was du beschreibst",
        Phrase.COMMAND_REROLL: "Einen Auftrag mit neuem Seed malen",
        Phrase.COMMAND_VARY: "Etwas malen, das einem Bild ähnelt",
        Phrase.COMMAND_UPSCALE: "Ein Bild vergrößern",
        Phrase.COMMAND_OUTPAINT: "Über den Rand eines Bilds hinaus malen",
        Phrase.COMMAND_INPAINT: "Den maskierten Teil eines Bilds neu malen",
        Phrase.COMMAND_EDIT: "Den Text eines Auftrags ins Eingabefeld holen",
        Phrase.COMMAND_RECREATE: "Ein Bild neu erschaffen und vergleichen",
        Phrase.COMMAND_INSPECT: "Lesen, wie ein Bild entstanden ist",
        Phrase.COMMAND_CANCEL: "Einen Auftrag abbrechen",
        Phrase.COMMAND_DELETE: "Einen Auftrag samt Dateien löschen",
        Phrase.COMMAND_FAVOURITE: "Ein Bild zu deinen Favoriten nehmen",
        Phrase.COMMAND_FAVOURITES: "Deine Favoriten zeigen",
        Phrase.COMMAND_HISTORY: "In allem Gemalten suchen",
        Phrase.COMMAND_DETAILS: "Alles zu einem Auftrag zeigen",
        Phrase.COMMAND_QUEUE: "Zeigen, wer an der Reihe ist",
        Phrase.COMMAND_MODELS: "Generatoren und Modelle auflisten",
        Phrase.COMMAND_SETTINGS: "Deine Einstellungen zeigen",
        Phrase.COMMAND_HELP: "Befehle und Schalter zeigen",
        Phrase.LABEL_PROMPT: "Prompt",
        Phrase.LABEL_ENHANCED: "Verbesserter Prompt",
        Phrase.LABEL_TYPED: "Wie getippt",
        Phrase.LABEL_NEGATIVE: "Nicht im Bild",
        Phrase.LABEL_UNDRAWN: "Nicht gezeichnete Wörter",
        Phrase.NATURE_SKETCH: "Eine Skizze, von einem Programm aus Formen gebaut; kein Diffusionsmodell war beteiligt.",
        Phrase.NATURE_CARD: "Ein Platzhalter, von einem Programm gezeichnet; kein Modell war beteiligt.",
        Phrase.LABEL_STATE: "Zustand",
        Phrase.LABEL_MODE: "Modus",
        Phrase.LABEL_SEED: "Seed",
        Phrase.LABEL_SIZE: "Größe",
        Phrase.LABEL_COUNT: "Bilder",
        Phrase.LABEL_GENERATOR: "Generator",
        Phrase.LABEL_MODEL: "Modell",
        Phrase.LABEL_MODEL_HASH: "Hash des Modells",
        Phrase.LABEL_STEPS: "Schritte",
        Phrase.LABEL_GUIDANCE: "Guidance-Skala",
        Phrase.LABEL_SAMPLER: "Sampler",
        Phrase.LABEL_STYLE: "Stil",
        Phrase.LABEL_QUALITY: "Qualität",
        Phrase.LABEL_STRENGTH: "Stärke",
        Phrase.LABEL_LORAS: "LoRAs",
        Phrase.LABEL_CLIP_SKIP: "Clip skip",
        Phrase.LABEL_TILE: "Kachelbar",
        Phrase.LABEL_UPSCALE: "Vergrößert",
        Phrase.LABEL_OUTPAINT: "An den Rändern ergänzt",
        Phrase.LABEL_SOURCES: "Gemacht aus",
        Phrase.LABEL_PARENT: "Geht weiter von",
        Phrase.LABEL_OPTIONS: "Optionen",
        Phrase.LABEL_RECIPE: "Rezept",
        Phrase.LABEL_ROUTE: "Route",
        Phrase.LABEL_ATTEMPT: "Versuch",
        Phrase.LABEL_CREDITS: "Credits",
        Phrase.LABEL_CREATED: "Gewünscht",
        Phrase.LABEL_ENDED: "Fertig",
        Phrase.LABEL_TOOK: "Dauerte",
        Phrase.LABEL_PRIVATE: "Privat",
        Phrase.LABEL_FILE: "Datei",
        Phrase.LABEL_SHA256: "SHA-256 der Datei",
        Phrase.LABEL_PIXELS: "SHA-256 der Pixel",
        Phrase.LABEL_JOB: "Auftrag",
        Phrase.LABEL_IMAGE: "Bild",
    },
)
