"""What chats say about quotas, styles, reports, personal data and to admins, in German."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinxit.domain.errors import Code
from pinxit.wording.language import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

SENTENCES: Mapping[Code, str] = {
    Code.DM_CLOSED: "Ich darf dir nicht direkt schreiben. Erlaube Direktnachrichten von Mitgliedern dieses Servers, und"
    " versuche es noch einmal.",
    Code.CHAT_SILENT: "Der Chat hat meine Nachricht nicht angenommen. Versuche es in einer Minute noch einmal.",
    Code.ONE_MESSAGE: "Private Bilder, und alle, wo ich nicht Mitglied bin, kommen Auftrag für Auftrag, und das wären"
    " {count}. Bestelle einen davon, oder bestelle offen in einem Kanal, in dem ich schreiben darf.",
    Code.TOO_LONG_HERE: "Das würde[ etwa {eta_s:duration}] dauern, und hier kann ein Ergebnis nur[ innerhalb von"
    " {within_s:duration}] gezeigt werden. Bestelle weniger, versuch es später, oder bestelle im Kanal eines Servers,"
    " auf dem ich Mitglied bin.",
    Code.NOTHING_TO_CANCEL: "Von dir wartet oder läuft hier nichts. Tippe /imagine, um ein Bild zu bestellen.",
    Code.TICKET_GONE: "Das ist schon benutzt, oder seine Zeit ist um. Sende den Befehl noch einmal.",
    Code.LINK_WRONG: "Dieser Code gilt nicht oder nicht mehr. Tippe /link dort, wo dein anderes Konto ist, für einen"
    " neuen.",
    Code.LINK_SELF: "Das ist dein eigener Code: beide Konten sind schon eins. Sende ihn von dem Konto, das dazukommen"
    " soll.",
    Code.LINK_NOTHING: "Hier lässt sich von dir nichts umziehen. Mach es andersherum: tippe /link hier, und sende den"
    " Code von deinem anderen Konto.",
}
PHRASES: Mapping[Phrase, str] = {
    Phrase.ACT_CHANGE: "Eines ändern",
    Phrase.ACT_FILES: "Originale",
    Phrase.COMMAND_LINK: "Deine Konten hier und anderswo zu einem machen",
    Phrase.COMMAND_BLEND: "Zwei Bilder vermischen",
    Phrase.COMMAND_LORAS: "Die LoRAs auflisten, die man nennen kann",
    Phrase.SAID_LINK: "Dein Code ist {code}. Sende innerhalb von {count} Minuten /link {code} von deinem anderen Konto,"
    " auf welcher Plattform auch immer. Jenes Konto wird dann ein Teil von diesem: Bilder, Favoriten und was von den"
    " Grenzen verbraucht ist. Zeig ihn niemandem.",
    Phrase.SAID_LINKED: "Erledigt: deine Konten sind jetzt eins.",
    Phrase.SAID_LORAS: "{generator}: {allowed}",
    Phrase.SAID_NO_LORAS: "Kein Generator hier nennt LoRAs.",
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
    Phrase.SAID_SURE: "Das macht {count} {count|Auftrag|Aufträge} für {credits} {credits|Credit|Credits}. Soll das"
    " gemalt werden?",
    Phrase.SAID_DONE: "Erledigt.",
    Phrase.SAID_UNCHANGED: "Nichts zu ändern: es war schon so.",
    Phrase.SAID_CLEARED: "{count} {count|Auftrag wurde|Aufträge wurden} abgebrochen.",
    Phrase.SAID_TOP: "{name}: {used:sum}, {count} {count|Auftrag|Aufträge}",
    Phrase.SAID_NOTHING: "Es gibt nichts zu zeigen.",
    Phrase.SAID_ADMIN: "Was Admins tippen können:",
}
