"""What `[generators.<name>]` of this kind may say, and what its workflows and models make of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pinxit.domain.request import Json, Mode
from pinxit.generators.catalogue_entries import Model, size_px
from pinxit.generators.comfyui.workflow import MODES, SHIPPED, Workflow, read_workflow, shipped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pinxit.generators.catalogue import Catalogue

_KIND = "comfyui"
_STEPS = 20
# A few that every release has: a sampler, and behind it a scheduler, without which "normal" is taken. Read 2026-11.
_SAMPLERS = (
    "euler",
    "euler_ancestral",
    "dpmpp_2m karras",
    "dpmpp_2m_sde karras",
    "dpmpp_sde karras",
    "heun",
    "ddim",
    "uni_pc",
)
# A checkpoint that the catalogue does not know is taken for one like the first that there was.
_UNKNOWN = Model(
    _KIND,
    "",
    modes=tuple(mode.value for mode in MODES),
    size="512x512",
    steps=(_STEPS, 150),
    guidance=7.0,
    negative="yes",
    seconds=15.0,
)


@dataclass(frozen=True, slots=True)
class Options:
    """Nothing is asked of the server before the first picture.

    `api_key`: for whoever stands before the server, which has no key of its own: "user:password", or a token.
    `model`, `models`: checkpoints by the server's names, `model` being the default; without any, its first one paints.
    `samplers`: "euler", or with a scheduler "dpmpp_2m karras"; the first is the default. `loras`: those that may be
    used; empty means whatever the server has. `workflows`: by mode a file, or "shipped"; empty: all that are shipped.
    `width_px` to `image_s`: 0 means what the catalogue says of the checkpoint. `image_s`: seconds for a picture of the
    default size. `timeout_s`: for one picture. `poll_s`: between two looks while the server is silent.
    """

    base_url: str = "http://127.0.0.1:8188"
    api_key: str = ""
    model: str = ""
    models: tuple[str, ...] = ()
    samplers: tuple[str, ...] = _SAMPLERS
    loras: tuple[str, ...] = ()
    workflows: dict[str, Json] = field(default_factory=dict)
    width_px: int = 0
    height_px: int = 0
    max_side_px: int = 0
    steps: int = 0
    guidance_scale: float = 0.0
    image_s: float = 0.0
    timeout_s: float = 600.0
    poll_s: float = 0.5

    def __post_init__(self) -> None:
        for name in ("width_px", "height_px", "max_side_px", "steps", "guidance_scale", "image_s"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} is {getattr(self, name):g}; write a number above 0, or leave it out")
        for name in ("timeout_s", "poll_s"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name):g}; write a number above 0")
        wrong = [sampler for sampler in self.samplers if len(sampler.split()) not in (1, 2)]
        if wrong:
            raise ValueError(
                f'samplers holds "{wrong[0][:40]}"; write a sampler, and a scheduler behind it if you like'
            )
        if not self.samplers:
            raise ValueError('samplers is empty; write at least one, such as "euler"')


def read_workflows(options: Options) -> Mapping[Mode, Workflow]:
    """Return the workflow of each mode that there is. Raises ValueError: what is wrong, and what to write."""
    found: dict[Mode, Workflow] = {}
    for key, value in (options.workflows or {mode.value: "shipped" for mode in SHIPPED}).items():
        mode = next((mode for mode in MODES if mode.value == key), None)
        if mode is None:
            raise ValueError(f"workflows.{key[:40]} is no mode; write one of: {', '.join(MODES)}")
        if not isinstance(value, str) or not value:
            raise ValueError(f'workflows.{key} is of another type; write the path of a file, or "shipped"')
        if value == "shipped" and mode not in SHIPPED:
            raise ValueError(f"workflows.{key} is not shipped; write the path of a workflow of your own")
        found[mode] = shipped(mode) if value == "shipped" else read_workflow(mode, Path(value))
    if Mode.INPAINT in found:
        found.setdefault(Mode.OUTPAINT, found[Mode.INPAINT])
    return found


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`model`: what may be asked of it. `steps`, `cfg`: for a workflow that takes them where no request can say."""

    model: Model
    steps: int
    cfg: float


def read_checkpoints(
    options: Options, catalogue: Catalogue, workflows: Mapping[Mode, Workflow]
) -> tuple[Checkpoint, ...]:
    """Return the checkpoints that may be asked for, the default first; one without a name: whichever is there.

    What a workflow leaves no place for is taken from each of them. Enlarging is not asked: it has a model of its own.
    """
    painting = [workflow.placeholders for mode, workflow in workflows.items() if mode is not Mode.UPSCALE]
    taken = frozenset.intersection(*painting) if painting else frozenset[str]()
    known = {_stem(model.name): model for model in catalogue.of_kind(_KIND)}
    names = [*dict.fromkeys(filter(None, (options.model, *options.models)))] if "model" in taken else []
    models = [replace(known.get(_stem(name), _UNKNOWN), name=name) for name in names or [""]]
    return tuple(
        Checkpoint(
            _fitting(model, options.samplers, workflows, taken),
            model.steps[0] if model.steps else options.steps or _STEPS,
            1.0 if model.guidance is None else model.guidance,  # 1 turns it off.
        )
        for model in (_set(model, options) for model in models)
    )


def _set(model: Model, options: Options) -> Model:
    """Return the model with what the operator decides."""
    width_px, height_px = size_px(model.size)
    default, most = model.steps or (0, 0)
    steps = options.steps or default
    return replace(
        model,
        size=f"{options.width_px or width_px}x{options.height_px or height_px}",
        max_side_px=options.max_side_px or model.max_side_px,
        steps=(steps, max(steps, most)) if model.steps else (),
        guidance=options.guidance_scale or model.guidance,
        seconds=options.image_s or model.seconds,
    )


def _fitting(model: Model, samplers: Sequence[str], workflows: Mapping[Mode, Workflow], taken: frozenset[str]) -> Model:
    """Return what is left of a model in these workflows. `taken`: the placeholders that all of them have."""
    modes = [mode.value for mode in workflows if mode.value in model.modes or mode is Mode.UPSCALE]
    if not modes:
        raise ValueError(f"workflows has none for {model.name}; name one for a mode of it: {', '.join(model.modes)}")
    from_words = workflows.get(Mode.TXT2IMG)
    has_size = from_words is None or {"width", "height"} <= from_words.placeholders
    names: Sequence[str] = model.samplers or samplers
    if "sampler" not in taken:
        names = ()
    elif "scheduler" not in taken:
        names = tuple(dict.fromkeys(name.split()[0] for name in names))
    return replace(
        model,
        modes=tuple(modes),
        sizes=model.sizes if has_size else (model.size,),
        steps=model.steps if "steps" in taken else (),
        guidance=model.guidance if "cfg" in taken else None,
        negative=model.negative if "negative" in taken else "words",
        seed=model.seed and "seed" in taken,
        repeats=model.repeats and "seed" in taken,
        samplers=tuple(names),
    )


def _stem(name: str) -> str:
    """Return a checkpoint's name without folder and ending, by which two names of one file agree."""
    file_name = PurePosixPath(name.replace("\\", "/")).name.casefold()
    return file_name.removesuffix(".safetensors").removesuffix(".ckpt")


def same_file(name: str, there: Sequence[str]) -> str | None:
    """Return the server's own name of a file that somebody calls by it, or without its folder or ending; None: none."""
    exact = next((one for one in there if one.casefold() == name.casefold()), None)
    return exact or next((one for one in there if _stem(one) == _stem(name)), None)
