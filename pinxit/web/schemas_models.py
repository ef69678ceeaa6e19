"""What the API answers about generators, models and their other names."""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - pydantic reads the annotations when it runs

from pydantic import Field

from pinxit.web.schemas import Answered


class ModelAnswer(Answered):
    """A model, or another name for one."""

    name: str = Field(description="What a request names as `model`; empty: its generator takes no name.")
    title: str = Field(description="How people call it.")
    description: str
    generator: str = Field(description="Who paints it.")
    model: str = Field(description="What the generator calls it.")
    modes: list[str]
    default_size: str = Field(description="Width × height in pixels, where nobody says: 1024x1024.")
    supported_sizes: list[str] = Field(description="The only ones; others become the nearest. Empty: any that fits.")
    min_side: int = Field(description="Pixels, where any size that fits is taken.")
    max_side: int = Field(description="Pixels.")
    max_images: int = Field(description="In one request.")
    max_steps: int | None = Field(description="null: it takes no steps.")
    qualities: list[str]
    styles: list[str]
    samplers: list[str]
    supports: dict[str, bool] = Field(description="What can be asked of it, such as seed, img2img, negative_prompt.")
    typical_seconds: float = Field(description="For one picture of the default size.")
    dollars: float = Field(description="What its provider asks for such a picture, about; 0: nothing, or not known.")
    shutdown_on: date | None = Field(description="When its provider ends it; null: not announced.")


class GeneratorAnswer(Answered):
    """A generator, and whether it can be had now."""

    name: str
    kind: str
    remote: bool = Field(description="Whether prompts leave the machine.")
    modes: list[str]
    state: str = Field(description="available, resting (failing again and again), trying (one job at a time), spent.")
    until: datetime | None = Field(description="When one that rests is tried again, or has budget again if spent.")
    budget_left: float | None = Field(description="Dollars that it may still cost today and this month; null: any.")
    models: list[ModelAnswer]


class ModelsAnswer(Answered):
    """Everything that can be named: generators in their order, other names for models, chains."""

    generators: list[GeneratorAnswer]
    aliases: list[ModelAnswer]
    chains: dict[str, list[str]] = Field(description="Generators in the order in which they are tried.")
