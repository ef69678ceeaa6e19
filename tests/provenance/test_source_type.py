from __future__ import annotations

import pytest

from pinxit.domain.generator import Origin
from pinxit.domain.request import Mode
from pinxit.provenance.source_type import SourceType, named, source_type

TRAINED, ALGORITHMIC = Origin.TRAINED, Origin.ALGORITHMIC
PHOTO = None
EDIT, UPSCALE = Mode.IMG2IMG, Mode.UPSCALE


@pytest.mark.parametrize(
    ("origin", "mode", "sources", "said"),
    [
        (TRAINED, Mode.TXT2IMG, [], SourceType.TRAINED),
        (ALGORITHMIC, Mode.TXT2IMG, [], SourceType.ALGORITHMIC),
        (TRAINED, EDIT, [PHOTO], SourceType.EDITED_WITH_TRAINED),
        (TRAINED, UPSCALE, [PHOTO], SourceType.EDITED_WITH_TRAINED),
        (TRAINED, EDIT, [SourceType.TRAINED], SourceType.TRAINED),
        (TRAINED, EDIT, [SourceType.TRAINED, PHOTO], SourceType.EDITED_WITH_TRAINED),
        (TRAINED, EDIT, [SourceType.EDITED_WITH_TRAINED], SourceType.EDITED_WITH_TRAINED),
        (TRAINED, EDIT, [SourceType.ALGORITHMIC], SourceType.EDITED_WITH_TRAINED),
        (ALGORITHMIC, EDIT, [PHOTO], SourceType.COMPOSITE),
        (ALGORITHMIC, EDIT, [SourceType.COMPOSITE], SourceType.COMPOSITE),
        (ALGORITHMIC, EDIT, [SourceType.ALGORITHMIC, PHOTO], SourceType.COMPOSITE),
        (ALGORITHMIC, EDIT, [PHOTO, SourceType.EDITED_WITH_TRAINED], SourceType.COMPOSITE_WITH_TRAINED),
        (ALGORITHMIC, EDIT, [SourceType.ALGORITHMIC], SourceType.ALGORITHMIC),
        (ALGORITHMIC, UPSCALE, [PHOTO], SourceType.ENHANCED),
        (ALGORITHMIC, UPSCALE, [SourceType.ALGORITHMIC], SourceType.ALGORITHMIC),
        (ALGORITHMIC, UPSCALE, [SourceType.TRAINED], SourceType.TRAINED),
        (ALGORITHMIC, UPSCALE, [SourceType.EDITED_WITH_TRAINED], SourceType.EDITED_WITH_TRAINED),
    ],
)
def test_the_term_is_the_truest_one(
    origin: Origin, mode: Mode, sources: list[SourceType | None], said: SourceType
) -> None:
    assert source_type(origin, mode, sources) is said


def test_no_work_of_a_model_is_ever_named_without_it() -> None:
    for source in SourceType:
        assert source_type(TRAINED, EDIT, [source]).is_generative
        for mode in (EDIT, UPSCALE):
            assert source_type(ALGORITHMIC, mode, [source, PHOTO]).is_generative is source.is_generative


def test_a_term_is_known_by_its_address_in_both_spellings() -> None:
    for term in SourceType:
        assert named(term.uri) is named(f" {term.uri.replace('http:', 'https:')}\n") is term
    for other in (
        "",
        "trainedAlgorithmicMedia",
        f"{SourceType.TRAINED.uri}/",
        "http://example.org/trainedAlgorithmicMedia",
    ):
        assert named(other) is None
