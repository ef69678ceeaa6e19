"""What chats say about quotas, styles, reports, personal data and to admins, in German."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.wording.language import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

PHRASES: Mapping[Phrase, str] = {
    Phrase.ACT_ORIGINAL: "Original nehmen",
    Phrase.ACT_REPORT: "Melden",
    Phrase.COMMAND_QUOTA: "Zeigen, was du noch malen lassen kannst",
    Phrase.COMMAND_STYLES: "Die Stile zeigen, die man nennen kann",
    Phrase.COMMAND_DESCRIBE: "Aus einem Bild wieder einen Prompt machen",
    Phrase.COMMAND_REPORT: "Ein Bild den Admins melden",
    Phrase.COMMAND_ORIGINAL: "Einen Auftrag in den getippten Worten noch einmal malen",
    Phrase.COMMAND_MYDATA: "Mitnehmen oder löschen, was über dich gespeichert ist",
    Phrase.COMMAND_ENHANCE: "Wählen, ob deine Prompts verbessert werden: off, rules, llm oder default",
    Phrase.COMMAND_ADMIN: "Grenzen, Pausen, Sperren, Einstellungen und Meldungen",
    Phrase.SAID_NO_LIMIT: "Für dich gilt hier keine Grenze.",
    Phrase.SAID_ESTIMATE: "{credits} {credits|Credit|Credits}[ für {count} Aufträge]",
    Phrase.SAID_AMOUNT: "{amount:sum}",
    Phrase.SAID_GRANT: "{left:amount} von {amount:sums}, die dir zusätzlich gewährt wurden, sind übrig[, bis"
    " {expires_at:moment} UTC].",
    Phrase.SAID_LEFT: "noch {left:amount} von {limit:amount} {period:when}",
    Phrase.SAID_DESCRIBED_FILE: "Die Datei sagt, was verlangt war. Es steht im Feld.",
    Phrase.SAID_DESCRIBED_MODEL: "Das sieht ein Modell darin. Es steht im Feld.",
    Phrase.SAID_REPORTED: "Gemeldet. Ein Admin sieht es sich an.",
    Phrase.SAID_MYDATA: "Tippe /mydata export für eine Datei mit allem, was über dich gespeichert ist, oder"
    " /mydata delete, damit es gelöscht wird.",
    Phrase.SAID_MYDATA_SURE: "Das löscht alle deine Bilder, Prompts und Namen und lässt sich nicht rückgängig machen."
    " Wenn du sicher bist, sende /mydata delete yes.",
    Phrase.SAID_MYDATA_DELETED: "Alles über dich ist gelöscht: {jobs} {jobs|Auftrag|Aufträge} und {images}"
    " {images|Bild|Bilder}.",
    Phrase.SAID_ENHANCE: "Wo du nichts anderes sagst, werden deine Prompts so verbessert: {enhance}.",
    Phrase.SAID_ENHANCE_OPEN: "Wo du nichts anderes sagst, entscheidet die Gilde, wie deine Prompts verbessert werden.",
    Phrase.SAID_DONE: "Erledigt.",
    Phrase.SAID_UNCHANGED: "Nichts zu ändern: es war schon so.",
    Phrase.SAID_CLEARED: "{count} {count|Auftrag wurde|Aufträge wurden} abgebrochen.",
    Phrase.SAID_TOP: "{name}: {used:sum}, {count} {count|Auftrag|Aufträge}",
    Phrase.SAID_NOTHING: "Es gibt nichts zu zeigen.",
    Phrase.SAID_ADMIN: "Was Admins tippen können:",
}
