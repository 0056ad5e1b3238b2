"""What of copies is recognised, what of other clips is taken for one, and what looking costs."""

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from fingerprint.descriptor import Descriptors
from generator import registry
from generator.base import Request
from rightsd import comparing
from rightsd.adapters import fingerprints, media
from rightsd.adapters.index import FingerprintIndex, match_among
from rightsd.domain.fingerprint import Fingerprint
from rightsd.domain.resemblance import Resemblance
from rightsd.workflows.references import LIMITS
from tests.bench.table import Row

FPS, WIDTH, HEIGHT, SECONDS = Fraction(24), 320, 180, 2.0
PROMPTS = (
    "a red ball bounces in a park",
    "a blue ball bounces in a park",
    "a red ball bounces in a park at night",
    "a blue ball bounces in a studio",
    "a crate falls in a studio",
    "a green ball rolls on a beach at dusk",
    "a person runs on a beach",
    "a person waves in a street at night",
    "cones on a street in the morning",
    "two people talk in a room",
    "a lamp and a table in a room",
    "a yellow basketball on a court at golden hour",
    "a football on a court",
    "trees in a forest in the rain",
    "a cactus in a desert at noon",
    "a person walks in a snowy park",
)
SEEDS = (1, 2)
EACH = 100  # Codes of a reference.
SIZES = (1_000, 100_000, 1_000_000)


def run(
    folder: Path,
    *,
    prompts: tuple[str, ...] = PROMPTS,
    seeds: tuple[int, ...] = SEEDS,
    sizes: tuple[int, ...] = SIZES,
    seconds: float = SECONDS,
) -> list[Row]:
    made = list(clips(folder, prompts, seeds, seconds))
    contents = [_content(clip) for clip in made]
    copies: dict[str, list[tuple[Descriptors, Descriptors]]] = {
        "clips again, half the width, CRF 34": [],
        "a frame of each as PNG": [],
        "a frame of each as a small JPEG of quality 50": [],
    }
    for clip, content in zip(made, contents, strict=True):
        for what, path in zip(copies, _copied(clip), strict=True):
            copies[what].append((_content(path), content))
    stills = [still for still, _ in copies["a frame of each as PNG"]]
    pairs = list(itertools.permutations(range(len(made)), 2))
    others = {
        "clips of other requests": [(contents[a], contents[b]) for a, b in pairs],
        "frames of other requests": [(stills[a], contents[b]) for a, b in pairs],
    }
    rows = [row for what, tried in (copies | others).items() for row in _rows(what, tried)]
    return [*rows, *_costs(contents[0], sizes)]


def _rows(what: str, tried: list[tuple[Descriptors, Descriptors]]) -> Iterator[Row]:
    found = [likest(shown, reference) for reference, shown in tried]
    strong = sum(one is not None and one.strong for one in found)
    noticed = sum(one is not None for one in found)
    yield Row(f"{what}: refused", strong, "", "compared", len(tried))
    yield Row(f"{what}: to a reviewer", noticed - strong, "", "compared", len(tried))


def _costs(query: Descriptors, sizes: tuple[int, ...]) -> Iterator[Row]:
    first = 0.0
    for size in sizes:
        index = FingerprintIndex()
        index.catch_up(Drawn(size))
        spent = _milliseconds(lambda index=index: index.match_references(query))
        first = first or spent
        what = f"one clip against {size:,} moments of references"
        yield Row(what, spent, "ms", f"against {sizes[0]:,}", first)


def likest(shown: Descriptors, reference: Descriptors) -> Resemblance | None:
    """Return what one has in common with the other, if anything."""
    kept = reference_of(1, reference)
    return next(iter(comparing.of_frames(match_among(shown, [kept]))), None)


def reference_of(number: int, content: Descriptors) -> Fingerprint:
    packed = fingerprints.pack(content)
    return Fingerprint(
        number, f"ref_{number}", of_reference=True, algorithm=packed.algorithm, data=packed.data
    )


@dataclass(frozen=True, slots=True)
class Drawn:
    """References of drawn codes, so many in all."""

    size: int

    def changes(self, horizon: int) -> tuple[Sequence[tuple[int, bool]], int]:
        return [(number, True) for number in range(1, 1 + -(-self.size // EACH))], horizon + 1

    def fetch(self, ids: Sequence[int]) -> Sequence[Fingerprint]:
        return [self._draw(number) for number in ids]

    def _draw(self, number: int) -> Fingerprint:
        count = min(EACH, self.size - (number - 1) * EACH)
        codes = np.random.default_rng(number).integers(0, 256, (count, 32), np.uint8)
        content = Descriptors(np.arange(count) / 3, codes, np.full(count, 90, np.uint8))
        return reference_of(number, content)


def clips(
    folder: Path, prompts: tuple[str, ...], seeds: tuple[int, ...], seconds: float
) -> Iterator[Path]:
    """Yield clips of the bundled engine, as files."""
    engine = registry.engine("procedural")
    for number, (prompt, seed) in enumerate(itertools.product(prompts, seeds)):
        request = Request(prompt, seed, seconds, WIDTH, HEIGHT, FPS)
        clip = engine.generate(request, engine.plan(request), progress=lambda _: None)
        path = folder / f"{number}.mp4"
        media.write_video(path, width=WIDTH, height=HEIGHT, fps=FPS, frames=clip.frames)
        yield path


def _copied(clip: Path) -> tuple[Path, Path, Path]:
    copy, png, jpeg = (clip.with_suffix(end) for end in (".copy.mp4", ".png", ".jpg"))
    media.transcode(clip, copy, crf=34, width=WIDTH // 2)
    with media.open_video(clip) as video:
        frames = np.concatenate([chunk.frames for chunk in video])
    picture = Image.fromarray(frames[len(frames) // 2])
    picture.save(png)
    picture.resize((200, 112)).save(jpeg, quality=50)
    return copy, png, jpeg


def _content(path: Path) -> Descriptors:
    return fingerprints.describe(path, limits=LIMITS).content


def _milliseconds(do: Callable[[], object], *, times: int = 5) -> float:
    spent: list[float] = []
    for _ in range(times):
        before = time.perf_counter()
        do()
        spent.append(1000 * (time.perf_counter() - before))
    return sorted(spent)[times // 2]
