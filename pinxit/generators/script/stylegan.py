"""StyleGAN3's `gen_images.py`: pictures from seeds by a network of the admin's list; it reads no prompt.

A network is a pickle, and a pickle is a program: none is opened whose bytes are not the ones that an admin named.
Arguments and file names: github.com/NVlabs/stylegan3, gen_images.py, read 2026-11.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pinxit.domain.errors import Broken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinxit.generators.script.settings import Options


@dataclass(frozen=True, slots=True)
class Network:
    """A pickle under the name that people choose it by."""

    name: str
    path: Path
    sha256: str


def network_of(options: Options, model: str) -> Network:
    """Return the network of this name, the default one for "". Raises Broken for a name that is not on the list."""
    name = model or options.model or next(iter(options.networks))
    entry = options.networks.get(name)
    if not isinstance(entry, dict):
        raise Broken("the network that this job names is not on the list any more; ask again with another model")
    return Network(name, Path(str(entry["path"])), str(entry["sha256"]))


def check(generator: str, network: Network) -> None:
    """Read the whole file. Raises Broken unless it is there and has the sha256 that the admin wrote. Blocks."""
    try:
        with network.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise Broken(f"{generator}: the file of network {network.name} cannot be read ({reason})") from error
    if digest != network.sha256:
        cure = "bring back the file that was checked, or check this one and write its sha256"
        raise Broken(f"{generator}: the file of network {network.name} has another sha256 than its setting; {cure}")


def arguments(options: Options, network: Network, seeds: Sequence[int], into: Path) -> list[str]:
    """Return the arguments for one run that makes the pictures of all these seeds."""
    chosen_class = [] if options.class_index < 0 else [f"--class={options.class_index}"]
    return [
        f"--network={network.path}",
        f"--seeds={','.join(map(str, seeds))}",
        f"--trunc={options.trunc:g}",
        f"--noise-mode={options.noise_mode}",
        *chosen_class,
        f"--outdir={into}",
    ]


def read_picture(generator: str, into: Path, seed: int, most_bytes: int) -> bytes:
    """Return the picture that a run left for this seed. Raises Broken. Blocks."""
    file = into / f"seed{seed:04d}.png"
    try:
        if file.is_symlink() or not file.is_file():
            raise Broken(f"{generator}: the program has ended without a picture for one of the seeds")
        if file.stat().st_size > most_bytes:
            raise Broken(f"{generator}: a picture is larger than {most_bytes} bytes; raise most_bytes")
        return file.read_bytes()
    except OSError as error:
        raise Broken(f"{generator}: a picture cannot be read ({error.strerror})") from error
