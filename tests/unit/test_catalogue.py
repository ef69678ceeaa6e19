"""The list of models: the shipped one is sound, an operator's own changes it key by key, mistakes are named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinxit.domain.errors import ConfigError
from pinxit.domain.generator import Capabilities
from pinxit.domain.request import Mode
from pinxit.generators.catalogue import Catalogue, Price, chosen
from pinxit.generators.catalogue_entries import capabilities_of
from pinxit.generators.registry import kinds
from tests.builders import a_request

if TYPE_CHECKING:
    from pathlib import Path

OWN = """
[own."small"]
modes = ["txt2img", "img2img"]
size = "512x512"
sizes = ["512x512", "768x512"]
count = 4
steps = [4, 12]
price = { image = 0.002 }
seconds = 2.5

[own."large"]
guidance = 3.5
price = { megapixel = 0.01, included = 1.0, quality = { high = 0.05 } }
qualities = ["low", "high"]
shutdown = 2026-12-01

[aliases.quick]
means = ["own/small"]
sizes = ["512x512"]
images = 2
"""


def loaded(folder: Path, text: str) -> Catalogue:
    path = folder / "models.toml"
    path.write_text(text, "utf-8")
    return Catalogue.load(path)


def test_the_shipped_list_reads_and_every_kind_in_it_exists() -> None:
    catalogue = Catalogue.load()

    assert {model.kind for model in catalogue.models} <= set(kinds())
    for model in catalogue.models:
        assert model.about, model.name
        assert model.seconds > 0, model.name
        assert model.quote(a_request(width_px=512, height_px=512, steps=1)).credits_milli > 0


def test_an_own_file_adds_models_and_aliases(tmp_path: Path) -> None:
    catalogue = loaded(tmp_path, OWN)
    small, large = catalogue.of_kind("own")

    capabilities = capabilities_of((small, large), Capabilities(runs_inline=True, remote=True))

    assert capabilities.models == ("small", "large")
    assert capabilities.modes == frozenset({Mode.TXT2IMG, Mode.IMG2IMG})
    assert (capabilities.default_steps, capabilities.max_steps) == (4, 12)
    assert capabilities.sizes_px == ((512, 512), (768, 512))
    assert capabilities.of("large").guidance
    assert not capabilities.of("small").guidance
    assert capabilities.of("large").remote
    assert catalogue.aliases["quick"].narrowed(capabilities).max_count == 2
    assert catalogue.aliases["quick"].narrowed(capabilities).sizes_px == ((512, 512),)


def test_an_own_file_changes_single_keys_of_what_is_shipped(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text(OWN, "utf-8")
    shipped = Catalogue.load()
    first = shipped.models[0]

    changed = loaded(tmp_path, f'[{first.kind}."{first.name}"]\nprice = {{ image = 1.5 }}\nseconds = 99\n')

    after = changed.of_kind(first.kind)[0]
    assert (after.name, after.seconds, after.price.image) == (first.name, 99.0, 1.5)
    assert (after.about, after.size, after.modes) == (first.about, first.size, first.modes)
    assert len(changed.models) == len(shipped.models)


def test_an_entry_is_taken_away(tmp_path: Path) -> None:
    catalogue = loaded(
        tmp_path, OWN.replace("[aliases.quick]", "[aliases.gone]").replace("count = 4", "count = 4\nenabled = true")
    )
    assert [model.name for model in catalogue.of_kind("own")] == ["small", "large"]

    without = loaded(tmp_path, OWN.split("[aliases", maxsplit=1)[0].replace("guidance = 3.5", "enabled = false"))

    assert [model.name for model in without.of_kind("own")] == ["small"]


def test_other_names_for_an_entry_that_is_taken_away_are_no_mistake(tmp_path: Path) -> None:
    catalogue = loaded(tmp_path, OWN.replace('[own."small"]', '[own."small"]\nenabled = false'))

    assert [model.name for model in catalogue.of_kind("own")] == ["large"]
    assert catalogue.aliases["quick"].means == (("own", "small"),)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[own]\nsmall = 3", 'own is no table of models; write [own."name of the model"]'),
        ('[own."a"]\nsize = "big"', 'size "big" is of another form; write "1024x768"'),
        ('[own."a"]\nsecond = 3', "second is unknown; did you mean seconds?"),
        ('[own."a"]\nseconds = "3"', "seconds is of another type; write a number"),
        ('[own."a"]\nseed = 1', "seed is of another type; write true or false"),
        ('[own."a"]\nsizes = [3]', "sizes is of another type; write a list"),
        (
            '[own."a"]\nsteps = [3]',
            "steps holds other than two numbers; write steps = [default, most], or leave it out",
        ),
        ('[own."a"]\ncount = 0', "count is 0; write 1 or more"),
        ('[own."a"]\nnegative = "maybe"', 'negative is "maybe"; write yes, words or no'),
        ('[own."a"]\nmodes = ["paint"]', 'modes holds "paint"; possible are txt2img'),
        ('[own."a"]\nprice = 3', "price is no table; write price = { image = 0.04 }"),
        ('[own."a"]\nprice = { images = 3 }', "price.images is unknown; did you mean image?"),
        ('[own."a"]\nshutdown = "soon"', "shutdown is of another type; write a date such as 2026-12-01"),
        ("[aliases.x]\nabout = 'y'", 'means is missing; write means = ["kind/model", …]'),
        ('[aliases.x]\nmeans = ["own/none"]', "means own/none, which is not in the list; add it or correct it"),
        ("[own", "is no TOML"),
        ('[own."a"]\nprice = { image = -0.1 }', "price.image is -0.1; write 0 or more"),
        ('[own."a"]\nprice = { image = inf }', "price.image is of another type; write a number"),
        ('[own."a"]\nprice = { image = nan }', "price.image is of another type; write a number"),
        (f'[own."a"]\nprice = {{ image = 1{"0" * 400} }}', "price.image is of another type; write a number"),
        ('[own."a"]\nprice = { quality = { high = "dear" } }', "price.quality is of another type; write a table"),
        ('[own."a"]\nprice = { quality = { high = -1 } }', "price.quality holds a price below 0; write 0 or more"),
        ('[own."a"]\nseconds = nan', "seconds is of another type; write a number"),
        ('[own."a"]\nseconds = -3', "seconds is -3.0; write 0 or more"),
        ('[own."a"]\nsteps = [true, 4]', "steps is of another type; write a list"),
        ('[own."a"]\nsteps = [9, 4]', "steps is no default of 1 or more and a most that is no less"),
        ('[own."a"]\nmax_ratio = 0.5', "max_ratio is 0.5; write longer side ÷ shorter, 1 or more"),
        ('[own."a"]\nmin_side_px = 4096', "min_side_px is 4096; write at most max_side_px, 2048"),
        ('[own."a"]\nmax_pixels = -1', "max_pixels is -1; write 0 or more"),
        ('[aliases.x]\nmeans = ["own/small"]\nimages = -1', "images is -1; write 0 or more"),
        (f"[own.a]\nextra = {{ x = {'[' * 3000}{']' * 3000} }}", "is too deeply nested"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_cure(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        loaded(tmp_path, text)

    assert problem in str(wrong.value)
    assert "models.toml" in str(wrong.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"catalogue is .*none\.toml, which is not there"):
        Catalogue.load(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("price", "micro"),
    [
        (Price(image=0.04), 80_000),
        (Price(megapixel=0.01), 40_000),
        (Price(megapixel=0.01, included=1.0), 20_000),
        (Price(step=0.001), 8_000),
        (Price(tile=0.001), 16_000),
        (Price(quality={"high": 0.05}), 200_000),
        (Price(image=0.01, quality={"low": 0.05}), 20_000),
    ],
)
def test_a_price_is_the_sum_of_its_parts_for_every_image(price: Price, micro: int) -> None:
    request = a_request(width_px=2048, height_px=1024, count=2, steps=4, quality="high")

    assert price.micro(request) == micro


def test_only_models_of_the_list_can_be_chosen(tmp_path: Path) -> None:
    models = loaded(tmp_path, OWN).of_kind("own")

    assert [model.name for model in chosen(models, (), "large")] == ["large", "small"]
    assert [model.name for model in chosen(models, ("small",), "")] == ["small"]
    with pytest.raises(
        ValueError, match='model is "none", which is not in the catalogue; add it there, or write one of'
    ):
        chosen(models, ("none",), "")
