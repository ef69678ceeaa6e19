from __future__ import annotations

import hashlib
import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from pinxit.domain.request import Outpaint
from pinxit.generators.sketch.img2img import img2img
from pinxit.generators.sketch.inpaint import inpaint
from pinxit.generators.sketch.outpaint import outpaint
from pinxit.generators.sketch.style_transfer import style_transfer
from pinxit.generators.sketch.styles_bands import run
from pinxit.generators.sketch.tile import tile
from pinxit.generators.sketch.upscale import upscale

if TYPE_CHECKING:
    from collections.abc import Callable

    from pinxit.generators.sketch.styles_style import Work

SIZE = (240, 180)


def landscape(sky: str, land: str, thing: str, at: float, size: tuple[int, int] = SIZE) -> Image.Image:
    """Return a sky that fades, over land with a disc on it, and some grain."""
    width, height = size
    picture = Image.new("RGB", size, land)
    draw = ImageDraw.Draw(picture)
    for row in range(int(height * 0.6)):
        shade = Image.blend(Image.new("RGB", (1, 1), sky), Image.new("RGB", (1, 1), "white"), row / height)
        draw.line((0, row, width, row), shade.tobytes().hex().join(("#", "")))
    draw.ellipse((width * at, height * 0.4, width * (at + 0.25), height * 0.85), thing)
    grain = np.random.Generator(np.random.PCG64(len(sky))).integers(-8, 9, (height, width, 1))
    return Image.fromarray((np.asarray(picture) + grain).clip(0, 255).astype(np.uint8))


SOURCE = landscape("#4a80d0", "#3c7040", "#c83020", 0.15)
PAINTING = landscape("#e0803a", "#5a3a70", "#f0e060", 0.6)


def pixels(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture).astype(float)


def likeness(one: Image.Image, other: Image.Image) -> float:
    """Return the correlation of two pictures' luminance."""
    return float(np.corrcoef(pixels(one.convert("L")).ravel(), pixels(other.convert("L")).ravel())[0, 1])


def edges(picture: Image.Image) -> Image.Image:
    return picture.convert("L").filter(ImageFilter.GaussianBlur(1)).filter(ImageFilter.FIND_EDGES)


def palette_gap(one: Image.Image, other: Image.Image) -> float:
    """Return how far apart the means and spreads of two pictures' Y, Cb and Cr are."""
    a, b = (pixels(picture.convert("YCbCr")).reshape(-1, 3) for picture in (one, other))
    return float(abs(a.mean(axis=0) - b.mean(axis=0)).sum() + abs(a.std(axis=0) - b.std(axis=0)).sum())


def test_img2img_keeps_less_of_the_structure_the_stronger_it_is() -> None:
    strengths = (0.0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1.0)
    made = [run(img2img(SOURCE, PAINTING, strength)) for strength in strengths]

    kept = [likeness(picture, SOURCE) for picture in made]
    reached = [likeness(picture, PAINTING) for picture in made]

    assert all(before > after for before, after in itertools.pairwise(kept)), kept
    assert all(before < after for before, after in itertools.pairwise(reached)), reached
    assert made[0].tobytes() == SOURCE.tobytes()
    assert made[-1].tobytes() == PAINTING.tobytes()


def test_img2img_takes_the_paintings_colours_before_it_loses_the_sources_edges() -> None:
    made = run(img2img(SOURCE, PAINTING, 0.5))

    assert palette_gap(made, PAINTING) < 0.65 * palette_gap(SOURCE, PAINTING)
    assert likeness(edges(made), edges(SOURCE)) > 0.8


MASKS: dict[str, Callable[[ImageDraw.ImageDraw], object]] = {
    "a disc": lambda draw: draw.ellipse((80, 50, 160, 130), 255),
    "one pixel": lambda draw: draw.point((100, 90), 255),
    "a thin line": lambda draw: draw.line((10, 10, 230, 170), 255, 2),
    "the left half": lambda draw: draw.rectangle((0, 0, 119, 179), 255),
    "everything": lambda draw: draw.rectangle((0, 0, 239, 179), 255),
    "nothing": lambda draw: draw.point((0, 0), 0),
    "greys": lambda draw: draw.bitmap((0, 0), Image.linear_gradient("L").resize(SIZE), 255),
}


@pytest.mark.parametrize("shape", sorted(MASKS))
@pytest.mark.parametrize("strength", [0.3, 1.0])
def test_inpaint_changes_nothing_outside_the_mask_and_something_inside(shape: str, strength: float) -> None:
    mask = Image.new("L", SIZE)
    MASKS[shape](ImageDraw.Draw(mask))
    inside = np.asarray(mask) >= 128

    made = run(inpaint(SOURCE, mask, PAINTING, strength))

    changed = (np.asarray(made) != np.asarray(SOURCE)).any(axis=2)
    assert not changed[~inside].any()
    assert changed[inside].mean() > 0.5 if inside.any() else not changed.any()


def test_inpaint_shows_the_painting_well_inside_the_mask_and_fades_at_its_rim() -> None:
    mask = Image.new("L", SIZE)
    ImageDraw.Draw(mask).rectangle((60, 40, 180, 140), fill=255)

    moved = abs(pixels(run(inpaint(SOURCE, mask, PAINTING, 1.0))) - pixels(SOURCE)).mean(axis=2)

    assert moved[40:141, 60].mean() < 0.6 * moved[50:130, 70:170].mean()


def test_inpaint_brings_the_paintings_subject_into_a_small_mask() -> None:
    mask = Image.new("L", SIZE)
    ImageDraw.Draw(mask).rectangle((10, 10, 90, 70), fill=255)

    made = pixels(run(inpaint(SOURCE, mask, PAINTING, 1.0)))[10:71, 10:91]

    yellow = (made[..., 0] - made[..., 2]) > 90  # The painting's disc lies at 60 … 85 % of its width.
    assert yellow[:, 50:70].mean() > 2 * yellow[:, 5:30].mean()


def test_inpaint_at_strength_0_is_the_source() -> None:
    assert run(inpaint(SOURCE, Image.new("L", SIZE, 255), PAINTING, 0.0)).tobytes() == SOURCE.tobytes()


SIDES = [
    Outpaint(left=60),
    Outpaint(right=61),
    Outpaint(top=40),
    Outpaint(bottom=45),
    Outpaint(left=30, right=50, top=20, bottom=70),
    Outpaint(),
]


@pytest.mark.parametrize("sides", SIDES)
def test_outpaint_keeps_the_sources_pixels_and_begins_as_its_edges_end(sides: Outpaint) -> None:
    width, height = SIZE
    whole = (width + sides.left + sides.right, height + sides.top + sides.bottom)
    left, top = sides.left, sides.top

    made = run(outpaint(SOURCE, sides, PAINTING.resize(whole)))

    assert made.size == whole
    assert made.crop((left, top, left + width, top + height)).tobytes() == SOURCE.tobytes()
    area = pixels(made)
    seams = {
        sides.left: (area[top : top + height, left - 1], area[top : top + height, left]),
        sides.right: (area[top : top + height, left + width - 1], area[top : top + height, (left + width) % whole[0]]),
        sides.top: (area[top - 1, left : left + width], area[top, left : left + width]),
        sides.bottom: (
            area[top + height - 1, left : left + width],
            area[(top + height) % whole[1], left : left + width],
        ),
    }
    assert all(abs(one - other).mean() < 8 for added, (one, other) in seams.items() if added)


def test_outpaint_becomes_the_painting_far_from_the_source() -> None:
    painting = PAINTING.resize((SIZE[0] + 200, SIZE[1]))

    made = run(outpaint(SOURCE, Outpaint(left=200), painting))

    assert likeness(made.crop((0, 0, 80, SIZE[1])), painting.crop((0, 0, 80, SIZE[1]))) > 0.8


def test_style_transfer_takes_the_palette_and_leaves_the_edges() -> None:
    style = PAINTING.transpose(Image.Transpose.ROTATE_180)
    gaps, kept = [], []
    for strength in (0.0, 0.35, 0.7, 1.0):
        made = run(style_transfer(SOURCE, style, strength, 0.3))
        gaps.append(palette_gap(made, style))
        kept.append(likeness(edges(made), edges(SOURCE)))

    assert all(before > after for before, after in itertools.pairwise(gaps)), gaps
    assert gaps[-1] < 0.5 * gaps[0]
    assert min(kept) > 0.85, kept


def test_style_transfer_at_strength_0_is_the_content() -> None:
    assert run(style_transfer(SOURCE, PAINTING, 0.0, 1.0)).tobytes() == SOURCE.tobytes()


def test_style_transfer_lets_more_texture_in_where_more_content_may_change() -> None:
    noise = np.random.Generator(np.random.PCG64(3)).integers(60, 200, (SIZE[1], SIZE[0], 1)).repeat(3, axis=2)
    rough = Image.fromarray(noise.astype(np.uint8))
    flat = Image.new("RGB", SIZE, "#808080")

    wild = [pixels(run(style_transfer(flat, rough, 1.0, change))).std() for change in (0.0, 0.5, 1.0)]

    assert wild[0] < wild[1] < wild[2]


@pytest.mark.parametrize("size", [(480, 360), (360, 270), (241, 600), (240, 180), (120, 90)])
def test_upscale_has_the_size_asked_for_and_shows_the_same(size: tuple[int, int]) -> None:
    made = run(upscale(SOURCE, size))

    assert (made.size, made.mode) == (size, "RGB")
    back = made.resize(SIZE, Image.Resampling.BOX)
    assert likeness(back, SOURCE) > 0.97


def test_upscale_is_sharper_than_lanczos_alone() -> None:
    large = (SIZE[0] * 3, SIZE[1] * 3)
    soft = SOURCE.resize(large, Image.Resampling.LANCZOS)

    assert pixels(edges(run(upscale(SOURCE, large)))).mean() > 1.1 * pixels(edges(soft)).mean()


def test_upscale_leaves_no_seam_between_its_bands() -> None:
    smooth = SOURCE.filter(ImageFilter.GaussianBlur(3)).resize((512, 512))

    made = pixels(run(upscale(smooth, (1024, 1024))))

    whole = pixels(smooth.resize((1024, 1024), Image.Resampling.LANCZOS).filter(ImageFilter.UnsharpMask(1.2, 70, 2)))
    assert abs(made - whole).max() <= 2


@pytest.mark.parametrize("size", [(240, 180), (64, 64), (65, 301)])
def test_a_tiles_edges_continue_one_another(size: tuple[int, int]) -> None:
    painting = PAINTING.resize(size)

    made = pixels(run(tile(painting)))

    across, down = abs(np.diff(made, axis=1)).mean(), abs(np.diff(made, axis=0)).mean()
    assert abs(made[:, 0] - made[:, -1]).mean() <= max(across, 1)
    assert abs(made[0] - made[-1]).mean() <= max(down, 1)
    before = pixels(painting)
    assert abs(before[0] - before[-1]).mean() > 5 * abs(made[0] - made[-1]).mean()
    middle = np.s_[size[1] // 2 - 5 : size[1] // 2 + 5, size[0] // 2 - 5 : size[0] // 2 + 5]
    assert (made[middle] == before[middle]).all()


HALF = Image.new("L", SIZE)
ImageDraw.Draw(HALF).ellipse((60, 40, 170, 150), fill=255)
EVERY: dict[str, Callable[[], Work]] = {
    "img2img": lambda: img2img(SOURCE, PAINTING, 0.6),
    "inpaint": lambda: inpaint(SOURCE, HALF, PAINTING, 0.6),
    "outpaint": lambda: outpaint(SOURCE, Outpaint(left=60, top=20), PAINTING.resize((300, 200))),
    "style transfer": lambda: style_transfer(SOURCE, PAINTING, 0.7, 0.3),
    "upscale": lambda: upscale(SOURCE, (480, 360)),
    "tile": lambda: tile(PAINTING),
}


@pytest.mark.parametrize("mode", sorted(EVERY))
def test_equal_pictures_give_equal_bytes_and_are_left_alone(mode: str) -> None:
    before = SOURCE.tobytes(), PAINTING.tobytes()

    first, second = run(EVERY[mode]()), run(EVERY[mode]())

    assert first.tobytes() == second.tobytes()
    assert (SOURCE.tobytes(), PAINTING.tobytes()) == before


def test_these_pixels_are_the_same_on_every_machine() -> None:
    digests = {mode: hashlib.sha256(run(work()).tobytes()).hexdigest()[:12] for mode, work in EVERY.items()}

    assert digests == PINNED


PINNED: dict[str, str] = {
    "img2img": "09b3cffa3e54",
    "inpaint": "9ae1bc701edd",
    "outpaint": "2d54eaf93b60",
    "style transfer": "2129d929a0b5",
    "upscale": "5b63457e7dcf",
    "tile": "6f9bc9c586cb",
}
