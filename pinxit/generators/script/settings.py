"""The options of a program, and what each preset makes of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from pinxit.config import looks_secret
from pinxit.domain.facts import shown
from pinxit.domain.generator import Capabilities

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pinxit.domain.request import Json

# What a program may know of our environment: where things are, and no more.
PASSED_ON = (
    *("PATH", "HOME", "USER", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "CONDA_PREFIX"),
    *("XDG_CACHE_HOME", "HF_HOME", "HF_HUB_CACHE", "HF_HUB_OFFLINE", "TORCH_HOME", "TORCH_EXTENSIONS_DIR", "CUDA_HOME"),
)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NETWORK_KEYS = frozenset({"path", "sha256"})
_QWEN_STEPS, _QWEN_GUIDANCE, _QWEN_SIDE_PX = 50, 4.0, 1328  # Qwen-Image's own example, README.md, read 2026-11.


class Preset(StrEnum):
    """Which program it is."""

    JSON = "json"
    QWEN = "qwen"
    STYLEGAN3 = "stylegan3"


@dataclass(frozen=True, slots=True)
class Options:
    """`program`: the file, then its arguments; one that ends in .py is run by `python_bin`. `folder`: where it runs.

    `python_bin`: "" means the environment's PYTHON_BIN, else python3. `cuda_visible_devices`: "" hides every GPU.
    `env_names`: further variables of our environment that it may see. `seconds`: what one image takes, for the queue.
    `trained`: whether a trained model paints; `remote`: whether the prompt leaves this machine through it;
    `repeats`: whether equal seeds give equal pictures; `negative_prompt`: whether it heeds one.
    `allow_hosts`: hosts from which a picture may be fetched though they are not public.
    Of stylegan3 only: `networks` by name, the first is the default, each { path, sha256 }; `trunc`, `noise_mode`,
    `class_index` (−1: none) and `side_px`, the side of its pictures.
    """

    program: tuple[str, ...]
    preset: str = Preset.JSON.value
    python_bin: str = ""
    folder: str = ""
    model: str = ""
    timeout_s: float = 120.0
    most_bytes: int = 32 * 2**20
    cuda_visible_devices: str = ""
    env_names: tuple[str, ...] = ()
    allow_hosts: tuple[str, ...] = ()
    seconds: float = 10.0
    trained: bool = True
    remote: bool = False
    repeats: bool = True
    negative_prompt: bool = True
    networks: dict[str, Json] = field(default_factory=dict)
    trunc: float = 1.0
    noise_mode: str = "const"
    class_index: int = -1
    side_px: int = 1024

    def __post_init__(self) -> None:
        """Raise ValueError for what cannot be meant."""
        if not self.program or not self.program[0]:
            raise ValueError('program is empty; write the file first, such as ["paint.py"]')
        if self.preset not in list(Preset):
            raise ValueError(f"preset is {shown(self.preset)}; write one of: {', '.join(Preset)}")
        for key in ("timeout_s", "seconds", "most_bytes", "side_px"):
            if not getattr(self, key) > 0:
                raise ValueError(f"{key} is {getattr(self, key)}; write a number above 0")
        for name in self.env_names:
            if looks_secret(name):
                raise ValueError(f"env_names holds {shown(name)}, which is a secret's name; no program is given those")
        if self.noise_mode not in ("const", "random", "none"):
            raise ValueError(f"noise_mode is {shown(self.noise_mode)}; write const, random or none")
        self._check_networks()

    def _check_networks(self) -> None:
        is_stylegan = self.preset == Preset.STYLEGAN3
        if is_stylegan != bool(self.networks):
            cure = 'a table of { path = "…", sha256 = "…" } by name' if is_stylegan else "none, or preset = stylegan3"
            raise ValueError(f"networks does not go with preset {self.preset}; write {cure}")
        for name, network in self.networks.items():
            told = f"networks.{shown(name)}"
            if not isinstance(network, dict) or set(network) != _NETWORK_KEYS:
                raise ValueError(f'{told} is no network; write {{ path = "…", sha256 = "…" }}')
            if not isinstance(path := network["path"], str) or not Path(path).is_absolute():
                raise ValueError(f"{told}.path is {shown(path)}; write the whole path of a file here, from / on")
            if not isinstance(digest := network["sha256"], str) or not _SHA256.fullmatch(digest):
                raise ValueError(f"{told}.sha256 is {shown(digest)}; write the 64 digits that sha256sum prints")
        if self.networks and self.model and self.model not in self.networks:
            raise ValueError(f"model is {shown(self.model)}; write one of: {', '.join(self.networks)}")


def capabilities_of(options: Options) -> Capabilities:
    """Return what requests the program is asked to fulfil."""
    if options.preset == Preset.STYLEGAN3:
        names = sorted(options.networks, key=lambda name: name != options.model)
        side = options.side_px
        return Capabilities(
            models=tuple(names),
            default_size_px=(side, side),
            size_step_px=side,
            max_side_px=side,
            default_steps=1,
            max_steps=1,
            negative_prompt=False,
            runs_inline=True,
            takes_sources=False,
            remote=options.remote,
            repeats=options.repeats and options.noise_mode != "random",
        )
    is_qwen = options.preset == Preset.QWEN
    plain = Capabilities()
    return Capabilities(
        models=(options.model,) if options.model else (),
        default_size_px=(_QWEN_SIDE_PX, _QWEN_SIDE_PX) if is_qwen else plain.default_size_px,
        size_step_px=16 if is_qwen else 1,
        default_steps=_QWEN_STEPS if is_qwen else plain.default_steps,
        default_guidance_scale=_QWEN_GUIDANCE if is_qwen else plain.default_guidance_scale,
        negative_prompt=options.negative_prompt,
        runs_inline=True,
        takes_sources=False,
        remote=options.remote,
        repeats=options.repeats,
    )


def environment_of(options: Options, ours: Mapping[str, str], scratch: Path) -> Mapping[str, str]:
    """Return the program's whole environment. `scratch`: a folder that goes when it has ended."""
    passed = {name: ours[name] for name in (*PASSED_ON, *options.env_names) if name in ours and not looks_secret(name)}
    return {
        **passed,
        "CUDA_VISIBLE_DEVICES": options.cuda_visible_devices,
        "PYTHONUTF8": "1",
        "TMPDIR": str(scratch),
    }


def argv_of(options: Options, ours: Mapping[str, str]) -> list[str]:
    """Return the command: no shell ever reads it."""
    if not options.program[0].endswith(".py"):
        return [*options.program]
    return [options.python_bin or ours.get("PYTHON_BIN", "") or "python3", *options.program]
