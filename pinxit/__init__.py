"""Pinxit paints what people ask for and always says how each picture came to be."""

__version__ = "0.1.0"
