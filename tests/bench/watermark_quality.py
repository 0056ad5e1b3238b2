"""How a marked clip looks and how large it is, beside the unmarked one from the same encoder."""

import importlib
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.bench.watermark_clips import Clip, embedder, read, write

SIZE_CRF = 23
SIZE_PRESET = "medium"
# Both at once: a file against the clip without loss.
GRAPH = "[0:v]split[a][b];[1:v]split[c][d];[a][c]libvmaf=n_threads=1[vmaf];[b][d]ssim[ssim]"
NOWHERE = ("-f", "null", "-")


@dataclass(frozen=True, slots=True)
class Look:
    """How large a file is, and how it looks beside the clip without loss, if it can be measured."""

    bytes: int
    ssim: float | None
    vmaf: float | None


@dataclass(frozen=True, slots=True)
class Change:
    """What a mark does to one clip.

    Attributes:
        luma_decibels: Of luma, before any encoder.
        decibels: Over R, G and B.
        unmarked: The unmarked frames after the encoder.
        marked: The marked ones after the same.
    """

    name: str
    luma_decibels: float
    decibels: float
    unmarked: Look
    marked: Look


def measure(folder: Path, clip: Clip) -> Change:
    """Return what the mark does to a clip at SIZE_CRF."""
    plain = read(clip.plain)
    files = [folder / f"{clip.name}-{clip.height}.{kind}.mp4" for kind in ("unmarked", "marked")]
    changed = embedder(clip.height, clip.width, clip.strength).mark(plain)
    for path, frames in zip(files, (plain, changed), strict=True):
        write(path, frames, crf=SIZE_CRF, preset=SIZE_PRESET)
    unmarked, marked = (look_at(clip.plain, path) for path in files)
    return Change(clip.name, clip.luma_decibels, clip.decibels, unmarked, marked)


def look_at(reference: Path, path: Path) -> Look:
    """Return how a file looks, by the FFmpeg of `imageio-ffmpeg`."""
    size, program = path.stat().st_size, ffmpeg()
    if program is None:
        return Look(size, None, None)
    files = ("-i", str(path), "-i", str(reference))
    outputs = ("-map", "[vmaf]", *NOWHERE, "-map", "[ssim]", *NOWHERE)
    said = subprocess.run(
        [program, *files, "-lavfi", GRAPH, *outputs], capture_output=True, text=True, check=True
    ).stderr
    found = [re.search(each, said) for each in (r"SSIM Y:([\d.]+)", r"VMAF score: ([\d.]+)")]
    return Look(size, *(None if each is None else float(each[1]) for each in found))


def ffmpeg() -> str | None:
    """Return a program with VMAF; None where its package is not installed."""
    try:
        package = importlib.import_module("imageio_ffmpeg")
    except ModuleNotFoundError:
        return None
    return package.get_ffmpeg_exe()
