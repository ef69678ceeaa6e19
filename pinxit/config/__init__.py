"""Settings: read once at start from the command line, the environment and config.toml into one frozen tree."""

from pinxit.config.loading import load
from pinxit.config.settings import ChainSettings, GeneratorSettings, Settings
from pinxit.config.values import Table, looks_secret

__all__ = ["ChainSettings", "GeneratorSettings", "Settings", "Table", "load", "looks_secret"]
