"""A copy is made, and every method looks for it: the work that is shared out in the benchmark."""

import pickle
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench import fingerprint_clips as clips
from tests.bench import fingerprint_copies as copies
from tests.bench import fingerprint_methods, fingerprint_peers
from tests.bench.fingerprint_changes import Matrix, Size
from tests.bench.fingerprint_clips import Clip, Footage, Part
from tests.bench.fingerprint_copies import Truth
from tests.bench.fingerprint_methods import Method
from tests.bench.fingerprint_scores import Shown, Trial

PRINTS = "prints.pickle"


@dataclass(frozen=True, slots=True)
class Job:
    """A copy to be made and looked for.

    Attributes:
        clip: Of what.
        copy: How, by its name.
        number: Of the draw, so that two of one clip are of different parts.
        other: The clip that is shown around or beside it.
    """

    clip: Clip
    copy: str
    number: int
    other: Clip

    @property
    def mute(self) -> bool:
        """Whether it loses its sound: every second one does."""
        return self.number % 2 == 1


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a job: a trial for each method by name, and the length of the copy."""

    trials: Mapping[str, Trial]
    seconds: float


def methods() -> Sequence[Method]:
    """Return all that are compared."""
    return [*fingerprint_methods.ours(), *fingerprint_peers.methods()]


def describe(clip: Clip) -> dict[str, Any]:
    """Return what each method keeps of a reference."""
    seen = fingerprint_methods.see(clip.path)
    return {method.name: method.describe(seen) for method in methods()}


def keep(folder: Path, references: Mapping[str, Mapping[str, Any]]) -> None:
    """Keep the prints of references for all workers."""
    with (folder / PRINTS).open("wb") as file:
        pickle.dump(references, file)


def attempt(folder: Path, job: Job) -> Done:
    """Make a copy, look for it with every method among the references, and say what each found."""
    draw = zlib.crc32(f"{job.clip.name} {job.copy} {job.number}".encode())
    copy, whole = copies.BY_NAME[job.copy], _footage(job.clip.path)
    span = copies.draw(copy, len(whole.frames), np.random.default_rng(draw))
    path = folder / f"{draw}.copy.mp4"
    truth = copies.make(
        path, copy, job.clip, whole, span, other=_other(job.other.path), mute=job.mute
    )
    seen, shown = fingerprint_methods.see(path, asked=True), shown_of(truth)
    trials = {
        method.name: Trial(
            copy=job.copy,
            scene=job.clip.scene,
            original=job.clip.name if job.clip.part is Part.REFERENCE else "",
            query=truth.query,
            reference=truth.reference,
            shown=shown,
            found=method.find(method.describe(seen), library),
        )
        for method, library in _libraries(folder)
    }
    path.unlink()
    return Done(trials, float(seen.seconds[-1]))


def shown_of(truth: Truth) -> Shown | None:
    """Return how a copy shows pictures, in longer sides from the middle; None, if it shows none."""
    if truth.matrix is None:
        return None
    to_original, to_copy = _to_units(truth.size), _to_units(truth.shown)
    return Shown(
        matrix=to_copy @ truth.matrix @ np.linalg.inv(to_original),
        original=_corner(truth.size),
        copy=_corner(truth.shown),
    )


def _corner(size: Size) -> tuple[float, float]:
    return size[0] / max(size) / 2.0, size[1] / max(size) / 2.0


def _to_units(size: Size) -> Matrix:
    """Return what takes pixels from a corner to longer sides from the middle."""
    wide, high = _corner(size)
    unit = 1.0 / max(size)
    return np.array([[unit, 0.0, -wide], [0.0, unit, -high], [0.0, 0.0, 1.0]])


@lru_cache(maxsize=1)
def _footage(path: Path) -> Footage:
    """Return what a clip shows; its copies are made one after another."""
    return clips.read(path)


@lru_cache(maxsize=2)
def _other(path: Path) -> Footage:
    return clips.read(path)


@lru_cache(maxsize=1)
def _libraries(folder: Path) -> Sequence[tuple[Method, Any]]:
    """Return each method with the references as it searches them."""
    with (folder / PRINTS).open("rb") as file:
        references: Mapping[str, Mapping[str, Any]] = pickle.load(file)
    return [
        (method, method.gather({name: its[method.name] for name, its in references.items()}))
        for method in methods()
    ]
