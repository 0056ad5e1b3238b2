"""The ways to find copies that the benchmark compares: ours, and those of others.

Each makes a print of what a file shows and sounds like, gathers those of all references once, and
finds among them what a query is a copy of. What of ours is measured stands here and nowhere else.
"""

import importlib.metadata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fingerprint import cascade, features, sample
from fingerprint.geometry import Geometry
from fingerprint.timeline import Segment
from fingerprint.verdict import Kind, Verdict
from rightsd.adapters import channels, media, readings
from rightsd.adapters.channels import Extract
from rightsd.adapters.media import Frames
from rightsd.adapters.shelf import Seen as Read
from rightsd.adapters.shelf import Shelf, Shelved
from tests.bench.fingerprint_scores import Found, Matrix, Seconds

CHANNELS = ("frames", "features", "sound", "motion")
TAKE_WEIGHT = 1e-3  # Whatever is surely another take ranks behind whatever may be a copy.


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What there is of a file.

    Attributes:
        path: The file.
        frames: Those that are looked at, `sample.LOOKS_PER_SECOND` a second and the last one.
        seconds: Their times.
        asked: It is looked for, and not kept.
    """

    path: Path
    frames: Frames
    seconds: NDArray[np.float64]
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Method:
    """A way to find copies.

    Attributes:
        name: In words.
        describe: Returns the print of a file, which can be pickled.
        gather: Returns prints of references, by name, as they are searched.
        find: Returns what is found of a print in them, by name of the reference.
    """

    name: str
    describe: Callable[[Seen], Any]
    gather: Callable[[Mapping[str, Any]], Any]
    find: Callable[[Any, Any], dict[str, Found]]


def see(path: Path, *, asked: bool = False) -> Seen:
    """Return what a file shows, as a verification looks at it; `asked`, if it is looked for."""
    with media.open_video(path, looks_per_second=sample.LOOKS_PER_SECOND) as video:
        chunks = list(video)
    seconds = np.concatenate([chunk.seconds for chunk in chunks])
    return Seen(path, np.concatenate([chunk.frames for chunk in chunks]), seconds, asked)


def installed(*packages: str) -> bool:
    """Return whether all of some packages are there."""
    try:
        for package in packages:
            importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def ours() -> Sequence[Method]:
    """Return our own ways: channels alone, together, and last as the product uses them."""
    return (
        _cascade("whole frames", "frames"),
        _cascade("points", "features"),
        _cascade("sound", "sound"),
        _cascade("without motion", "frames", "features", "sound"),
        _cascade("cascade", *CHANNELS),
    )


def _cascade(name: str, *kept: str) -> Method:
    """Return the cascade with some channels of all."""
    without: dict[str, None] = {each: None for each in CHANNELS if each not in kept}

    def describe(seen: Seen) -> Extract:
        whole = _query(seen.path) if seen.asked else _extract(seen.path)
        return replace(whole, content=replace(whole.content, **without))

    return Method(name, describe, _keep, _find)


def extract(path: Path) -> Extract:
    """Return what the product keeps of a file."""
    return channels.extract(path, asked=False)


@lru_cache(maxsize=1)
def _extract(path: Path) -> Extract:
    """Return the same, made once for all of our ways."""
    return extract(path)


@lru_cache(maxsize=1)
def _query(path: Path) -> Extract:
    """Return the same of what is looked for: with points as a verification finds them."""
    kept = extract(path)
    read = readings.read(path, limits=channels.LIMITS, points=features.for_query())
    return replace(kept, content=replace(kept.content, features=read.whole.features))


def _keep(extracts: Mapping[str, Extract]) -> Shelved:
    """Return a library of fingerprints in memory, packed as those in a file are."""
    shelf = Shelf(Path(":memory:"))
    for name, each in extracts.items():
        added = shelf.add(Path(name), Read(0, 0, None), sha256=name, extract=each)
        assert added
    return Shelved(shelf)


def _find(query: Extract, library: Shelved) -> dict[str, Found]:
    return {each.asset_id: _found(each) for each in cascade.find(query.content, library)}


def _found(verdict: Verdict) -> Found:
    """Return a verdict as it is scored: another take is no copy, however sure that is."""
    sure = -verdict.log10_p
    score = sure * TAKE_WEIGHT if verdict.kind is Kind.SAME_SCENE else sure
    parts = [
        (part, there)
        for passage in verdict.passages
        for part, there in zip(passage.query, passage.reference, strict=True)
    ]
    if not parts and verdict.sound is not None:
        parts = [(each.query, each.reference) for each in verdict.sound.segments]
    query, reference = ([pair[side] for pair in parts] for side in (0, 1))
    matrix = _laid(verdict.passages[0].geometry) if verdict.passages else None
    return Found(score, verdict.kind.value, _ends(query), _ends(reference), matrix)


def _laid(geometry: Geometry | None) -> Matrix | None:
    if geometry is None:
        return None
    matrix = np.vstack([geometry.matrix, [0.0, 0.0, 1.0]])
    return matrix @ np.diag([-1.0, 1.0, 1.0]) if geometry.mirrored else matrix


def _ends(parts: Sequence[Segment]) -> Seconds:
    return min(part.start for part in parts), max(part.end for part in parts)
