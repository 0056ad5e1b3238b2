"""The ways to find copies that the benchmark compares: ours, and those of others.

Each makes a print of what a file shows and sounds like, gathers those of all references once, and
finds among them what a query is a copy of. What of ours is measured stands here and nowhere else.
"""

import importlib.metadata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fingerprint import align, descriptor, features, landmarks, local, sample, soundmatch
from fingerprint.align import Row, Segment
from fingerprint.descriptor import Descriptors
from fingerprint.features import Features
from fingerprint.geometry import Geometry
from fingerprint.index import Index
from fingerprint.landmarks import Landmarks
from fingerprint.soundindex import LandmarkIndex
from rightsd.adapters import fingerprints, media
from rightsd.adapters.fingerprints import Shown
from rightsd.adapters.media import Frames, Samples
from rightsd.workflows.references import LIMITS
from tests.bench.fingerprint_scores import Found, Matrix, Seconds

COPY = "copy"
PROBABLE = "probable"  # What frames alone can say at most: other takes have the same ones.


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What there is of a file.

    Attributes:
        path: The file.
        frames: Those that are looked at, `sample.LOOKS_PER_SECOND` a second and the last one.
        seconds: Their times.
        sound: (samples, rate), or None.
    """

    path: Path
    frames: Frames
    seconds: NDArray[np.float64]
    sound: tuple[Samples, int] | None


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


def see(path: Path) -> Seen:
    """Return what a file shows, as a verification looks at it."""
    with media.open_video(path, looks_per_second=sample.LOOKS_PER_SECOND) as video:
        chunks = list(video)
    seconds = np.concatenate([chunk.seconds for chunk in chunks])
    return Seen(
        path, np.concatenate([chunk.frames for chunk in chunks]), seconds, media.read_audio(path)
    )


def installed(*packages: str) -> bool:
    """Return whether all of some packages are there."""
    try:
        for package in packages:
            importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def ours() -> Sequence[Method]:
    """Return our own ways, the one that the product uses last."""
    return (
        Method("points", _points, dict, _match),
        Method("sound", _landmarks, _Sounds, _hear),
        Method("whole frames", _codes, _index, _find),
    )


def extract(path: Path) -> Shown:
    """Return what the product keeps of a file."""
    return fingerprints.describe(path, limits=LIMITS)


def _points(seen: Seen) -> Features:
    watcher = features.Watcher()
    watcher.look(seen.frames, seen.seconds)
    return watcher.features()


def _match(query: Features, references: Mapping[str, Features]) -> dict[str, Found]:
    matches = {name: local.match(query, reference) for name, reference in references.items()}
    return {
        name: Found(
            match.evidence,
            PROBABLE,
            (match.query.start, match.query.end),
            (match.reference.start, match.reference.end),
            _laid(match.geometry),
        )
        for name, match in matches.items()
        if match is not None
    }


def _landmarks(seen: Seen) -> Landmarks | None:
    return None if seen.sound is None else landmarks.describe(*seen.sound)


class _Sounds:
    """Landmarks in memory, each by a number."""

    def __init__(self, prints: Mapping[str, Landmarks | None]) -> None:
        heard = {name: each for name, each in prints.items() if each is not None}
        self.names, self.landmarks = list(heard), list(heard.values())
        self.index = LandmarkIndex()
        for number, each in enumerate(self.landmarks):
            self.index.add(number, each)


def _hear(query: Landmarks | None, library: _Sounds) -> dict[str, Found]:
    if query is None:
        return {}
    matches = soundmatch.find(
        query, search=library.index.search, look_up=library.landmarks.__getitem__
    )
    return {
        library.names[match.asset]: Found(
            match.evidence,
            COPY,
            _ends([each.query for each in match.segments]),
            _ends([each.reference for each in match.segments]),
        )
        for match in matches
    }


def _ends(parts: Sequence[Segment]) -> Seconds:
    return min(part.start for part in parts), max(part.end for part in parts)


def _laid(geometry: Geometry) -> Matrix:
    matrix = np.vstack([geometry.matrix, [0.0, 0.0, 1.0]])
    return matrix @ np.diag([-1.0, 1.0, 1.0]) if geometry.mirrored else matrix


def _codes(seen: Seen) -> Descriptors:
    return descriptor.describe([(seen.frames, seen.seconds)])


@dataclass(frozen=True, slots=True)
class _Library:
    index: Index
    rows: Mapping[int, Row]


def _index(prints: Mapping[str, Descriptors]) -> _Library:
    index, rows = Index(), dict[int, Row]()
    for name, content in prints.items():
        good = content.searchable()
        ids = len(rows) + np.arange(len(good), dtype=np.int64)
        index.add(ids, content.codes[good])
        times = content.seconds[good].tolist()
        rows |= {number: Row(name, at) for number, at in zip(ids.tolist(), times, strict=True)}
    return _Library(index, rows)


def _find(query: Descriptors, library: _Library) -> dict[str, Found]:
    matches = align.find(query, search=library.index.search, locate=lambda _: library.rows)
    return {
        match.asset_id: Found(
            match.score,
            PROBABLE,
            (match.query.start, match.query.end),
            (match.reference.start, match.reference.end),
        )
        for match in matches
    }
