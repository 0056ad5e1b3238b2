"""What clips that have nothing to do with each other reach, by each channel: see `decoys`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from fingerprint import (
    decoys,
    descriptor,
    features,
    landmarks,
    local,
    looks,
    motion,
    placement,
    soundmatch,
)
from fingerprint.bundle import Fingerprint
from fingerprint.decoys import Law, Step
from fingerprint.views import View

NOISE_PICTURES = 2000
# Any agreement counts here, however little.
EVIDENCE_MIN = 0.0
# From the beginning of the longer clip to its end, in shares of what it is longer by.
SHIFTS = (0.0, 0.35, 0.7, 1.0)


@dataclass(frozen=True, slots=True)
class Null:
    """What unrelated clips reach by one channel.

    Attributes:
        algorithm: Which makes its codes.
        law: What they follow.
        steps: How a law that is fitted to one half describes the other.
    """

    algorithm: str
    law: Law
    steps: tuple[Step, ...]


def measure(clips: Sequence[Fingerprint]) -> Iterator[Null]:
    """Yield what unrelated clips reach, by each channel that enough of them have.

    Args:
        clips: Of which no two show or play the same; two at least.

    Raises:
        DescriptorsError: They are too few for a tail.
    """
    frames = [clip.frames for clip in clips if clip.frames is not None]
    noise = decoys.noise(NOISE_PICTURES, seed=1)
    # What is drawn or filmed comes nearer than noise: then that is what counts.
    nulls = [
        _null(descriptor.ALGORITHM, *decoys.nearest(each)) for each in (frames, [*frames, noise])
    ]
    yield max(nulls, key=lambda null: null.law.log10_p(-float(descriptor.CODE_BYTES)))
    reached, pairs = _by_points(clips)
    if len(set(reached)) > 1:
        yield _null(features.ALGORITHM, reached, pairs)
    reached, pairs = _by_sound(clips)
    if len(set(reached)) > 1:
        yield _null(landmarks.ALGORITHM, reached, pairs)
    reached = list(_by_motion(clips))
    if len(set(reached)) > 1:
        yield _null(motion.ALGORITHM, reached, len(reached))


def _null(algorithm: str, values: Sequence[float], trials: float) -> Null:
    return Null(algorithm, decoys.fit(values, trials), tuple(decoys.check(values, trials)))


def _by_points(clips: Sequence[Fingerprint]) -> tuple[list[float], int]:
    """Return what pairs of clips reach, and how many pairs of pictures these are."""
    reached: list[float] = []
    pairs = 0
    known = [clip.features for clip in clips if clip.features is not None]
    for one, other in combinations(known, 2):
        pairs += 2 * len(one.seconds) * len(other.seconds)
        match = local.match(one, other, evidence_min=EVIDENCE_MIN)
        if match is not None:
            reached.append(match.evidence)
    return reached, pairs


def _by_sound(clips: Sequence[Fingerprint]) -> tuple[list[float], float]:
    """Return what pairs of sounds reach, and how many pairs of seconds these are."""
    reached: list[float] = []
    pairs = 0.0
    known = [clip for clip in clips if clip.sound is not None and len(clip.sound)]
    for one, other in combinations(known, 2):
        assert one.sound is not None
        assert other.sound is not None
        pairs += one.extent.seconds * other.extent.seconds
        match = soundmatch.compare(one.sound, other.sound, evidence_min=EVIDENCE_MIN)
        if match is not None:
            reached.append(match.evidence)
    return reached, pairs


def _by_motion(clips: Sequence[Fingerprint]) -> Iterator[float]:
    """Yield how well the weakest motion agrees where clips are laid over each other."""
    known = [clip.motion for clip in clips if clip.motion is not None]
    for one, other in combinations([each for each in known if len(each)], 2):
        geometry = placement.of_view(View.UPRIGHT, one, other)
        for share in SHIFTS:
            offset = share * (float(other.seconds[-1]) - float(one.seconds[-1]))
            told = motion.consistency(
                one,
                other,
                matrix=geometry.matrix,
                mirrored=geometry.mirrored,
                line=looks.Line(1.0, offset),
                start=0.0,
                end=float(one.seconds[-1]),
            )
            if told.agreement.moving >= motion.MOVING_MIN:
                yield told.agreement.weakest
