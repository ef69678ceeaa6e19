"""The names and descriptions of commands in every language, as Discord asks for them."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.app_commands import TranslationContextLocation, locale_str

from pinxit.wording import LANGUAGES, SLASH, SLASH_NAMES, Slash

_NAMES = (
    TranslationContextLocation.command_name,
    TranslationContextLocation.group_name,
    TranslationContextLocation.parameter_name,
)


def text(about: Slash) -> locale_str:
    """Return a description or the name of a choice or menu, to be translated."""
    return locale_str(SLASH["en"][about], slash=about)


class SlashTranslator(app_commands.Translator):
    """Translates what `text` made, and the names of commands and options."""

    async def translate(
        self, string: locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        """Return the text in this language, None where it is as in English."""
        language = locale.value.partition("-")[0]
        if language == "en" or language not in LANGUAGES:
            return None  # English is what everybody else sees.
        about = string.extras.get("slash")
        if isinstance(about, Slash):
            return SLASH[language][about]
        return SLASH_NAMES[language].get(string.message) if context.location in _NAMES else None
