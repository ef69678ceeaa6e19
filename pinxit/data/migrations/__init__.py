"""Numbered scripts, applied in order, never edited once released."""
