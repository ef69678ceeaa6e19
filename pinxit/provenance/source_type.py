"""Which term of the IPTC's vocabulary says how a picture came about."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from pinxit.domain.generator import Origin
from pinxit.domain.request import Mode

if TYPE_CHECKING:
    from collections.abc import Sequence

_VOCABULARY = "http://cv.iptc.org/newscodes/digitalsourcetype/"


class SourceType(StrEnum):
    """Terms of the Digital Source Type vocabulary, and the IPTC's definitions of them.

    Source: http://cv.iptc.org/newscodes/digitalsourcetype/, definitions as of 2024-10-23.
    """

    # "Digital media created algorithmically using an Artificial Intelligence model trained on captured content"
    TRAINED = "trainedAlgorithmicMedia"
    # "Augmentation, correction or enhancement using a Generative AI model, such as with inpainting or outpainting"
    EDITED_WITH_TRAINED = "compositeWithTrainedAlgorithmicMedia"
    # "Mix or composite of several elements, at least one of which is Generative AI"
    COMPOSITE_WITH_TRAINED = "compositeSynthetic"
    # "Media created purely by an algorithm not based on any sampled training data"
    ALGORITHMIC = "algorithmicMedia"
    # "Mix or composite of several elements, any of which may or may not be generative AI"
    COMPOSITE = "composite"
    # "Modification or correction by algorithm without changing the main content"
    ENHANCED = "algorithmicallyEnhanced"

    @property
    def uri(self) -> str:
        """Return the term as files name it."""
        return f"{_VOCABULARY}{self.value}"

    @property
    def is_generative(self) -> bool:
        """Tell whether it says that a trained model had a hand in the picture."""
        return self in _GENERATIVE


_GENERATIVE = frozenset({SourceType.TRAINED, SourceType.EDITED_WITH_TRAINED, SourceType.COMPOSITE_WITH_TRAINED})


def named(uri: str) -> SourceType | None:
    """Return the term that a file names, or None for one that we do not write. Some programs write https."""
    vocabulary, _, term = uri.strip().replace("https://", "http://", 1).rpartition("/")
    return next((each for each in SourceType if each == term), None) if f"{vocabulary}/" == _VOCABULARY else None


def source_type(origin: Origin, mode: Mode, sources: Sequence[SourceType | None]) -> SourceType:
    """Return the truest term for a picture.

    `sources`: the terms of the pictures that it was made from, None for one that names none: a photo, for all we know.
    """
    if origin is Origin.TRAINED:
        is_all_trained = all(source is SourceType.TRAINED for source in sources)
        return SourceType.TRAINED if is_all_trained else SourceType.EDITED_WITH_TRAINED
    if all(source is SourceType.ALGORITHMIC for source in sources):
        return SourceType.ALGORITHMIC
    generative = [source for source in sources if source is not None and source.is_generative]
    if mode is Mode.UPSCALE:
        # Larger is not another picture: what a model made stays that.
        return generative[0] if generative else SourceType.ENHANCED
    return SourceType.COMPOSITE_WITH_TRAINED if generative else SourceType.COMPOSITE
