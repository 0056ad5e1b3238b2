"""How near what is unrelated comes: measured on decoys, and carried on to what no set can show.

A match is worth what chance makes of it. What is left of a distribution above a high threshold
falls exponentially where its own tail does not fall more slowly (Pickands, "Statistical Inference
Using Extreme Order Statistics", Annals of Statistics 1975, with a shape of 0). Distances of codes
fall faster, as those of normal sums, so the law errs on the side of chance. It is fitted anew for
each version of each algorithm, by `rightsd fingerprint null`, and kept in `decoys.json`.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from fingerprint import descriptor
from fingerprint.descriptor import Descriptors, FrameHash
from fingerprint.errors import DescriptorsError

# The law is fitted to so many of the highest values, or to all where there are fewer.
TAIL: Final = 200
# A frame is moved about on a known line, at each speed: by chance the best of so many is taken.
TRIES_ON_LINE: Final = 64
# The frequencies of noise fall as those of photographs do.
NOISE_FALL: Final = 1.3
NOISE_SECONDS_APART: Final = 1.0

Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Law:
    """How likely one comparison of unrelated things is to reach a value.

    Attributes:
        threshold: Where the tail begins; higher values are nearer matches.
        rate: The share of comparisons that reach it.
        scale: How much higher the value of one in e of these is.
        trials: How many comparisons there were.
        highest: The highest value of all.
    """

    threshold: float
    rate: float
    scale: float
    trials: float
    highest: float

    def log10_p(self, value: float) -> float:
        """Return the power of ten of that chance; below the threshold, that of the threshold."""
        over = max(0.0, value - self.threshold)
        return min(0.0, math.log10(self.rate) - over / self.scale / math.log(10.0))


@dataclass(frozen=True, slots=True)
class Step:
    """One place in the tail: what share reached `value`, and what share should have."""

    value: float
    measured: float
    fitted: float


def fit(values: Iterable[float], trials: float) -> Law:
    """Return the law of what unrelated things reach.

    Args:
        values: The highest of them; two that differ at least.
        trials: How many there were in all.

    Raises:
        DescriptorsError: There are too few.
    """
    falling = np.sort(np.fromiter(values, np.float64))[::-1]
    tail = falling[falling >= falling[TAIL - 1]] if len(falling) > TAIL else falling
    if not len(tail) or tail[0] == tail[-1] or trials < len(falling):
        raise DescriptorsError("A tail needs decoys that come near each other.")
    threshold = float(tail[-1])
    return Law(
        threshold=threshold,
        rate=len(tail) / trials,
        scale=float(np.mean(tail - threshold)) * len(tail) / (len(tail) - 1),
        trials=float(trials),
        highest=float(tail[0]),
    )


def check(values: Sequence[float], trials: float) -> list[Step]:
    """Return how a law that is fitted to half of the values describes the other half."""
    ordered = np.array(values, np.float64)
    half, other = ordered[::2], np.sort(ordered[1::2])[::-1]
    law = fit(half, trials * len(half) / len(ordered))
    places = [place for place in (100, 50, 20, 10, 5) if place <= len(other)]
    return [
        Step(
            value := float(other[place - 1]),
            float(np.count_nonzero(other >= value) * 2 / trials),
            10.0 ** law.log10_p(value),
        )
        for place in places
    ]


def nearest(clips: Sequence[Descriptors], *, most: int = 4 * TAIL) -> tuple[list[float], int]:
    """Return how near frames of different clips come, and how many pairs there are.

    Args:
        clips: Of which no two show the same.
        most: How many of the nearest are returned.

    Returns:
        Minus the distances in bits, to one bit, in no order.
    """
    counts = np.zeros(8 * descriptor.CODE_BYTES + 1, np.int64)
    rows = [_words(clip.codes[clip.searchable()]) for clip in clips]
    for number, here in enumerate(rows):
        for there in rows[:number]:
            for row in here:
                far = np.bitwise_count(there ^ row).sum(axis=1, dtype=np.int64)
                counts += np.bincount(far, minlength=len(counts))
    kept = np.repeat(np.arange(len(counts)), counts)[:most].astype(np.float64)
    rng = np.random.default_rng(0)
    # Codes have as many ones as zeros, so that distances are even: what lies between is filled.
    mixed = rng.permutation(-kept) + rng.uniform(-1.0, 1.0, len(kept))
    return mixed.tolist(), int(counts.sum())


def noise(count: int, *, seed: int) -> Descriptors:
    """Return the codes of pictures of nothing whose spectra are those of photographs."""
    side = 64
    rng = np.random.default_rng(seed)
    rows, columns = np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None]
    fall = 1.0 / np.maximum(np.hypot(rows, columns), 1.0 / side) ** NOISE_FALL
    hashes: list[FrameHash] = []
    for number in range(count):
        field = np.fft.irfft2(np.fft.rfft2(rng.normal(size=(side, side))) * fall)
        low, high = np.percentile(field, (1, 99))
        grey = np.clip((field - low) / (high - low) * 255.0, 0, 255).astype(np.uint8)
        hashes.append(descriptor.hash_frame(grey, seconds=number * NOISE_SECONDS_APART))
    return descriptor.collect(hashes)


def score(law: Law, bits: Sequence[int], *, share: float) -> float:
    """Return the power of ten, positive, by which frames on one line speak against chance.

    The nearest frame says where the line is; each other one had only a few places to be. Which
    frames agree, of those that could have, is chosen: by the share that does, each pays for it.

    Args:
        law: Of single frames.
        bits: How near the distinct frames are that agree; one at least.
        share: How much of what could agree does, above 0 to 1.
    """
    best, *others = sorted(bits)
    choice = math.log10(TRIES_ON_LINE * math.e / share)
    return sum((max(0.0, -law.log10_p(-each) - choice) for each in others), -law.log10_p(-best))


def read(text: str) -> dict[str, Law]:
    """Return laws by the name of their algorithm, as `write` wrote them."""
    table = cast("Mapping[str, Mapping[str, float]]", json.loads(text))
    return {
        name: Law(
            threshold=law["threshold"],
            rate=law["rate"],
            scale=law["scale"],
            trials=law["trials"],
            highest=law["highest"],
        )
        for name, law in table.items()
    }


def write(laws: Mapping[str, Law]) -> str:
    """Return laws as JSON."""
    table = {
        name: {
            "threshold": law.threshold,
            "rate": law.rate,
            "scale": law.scale,
            "trials": law.trials,
            "highest": law.highest,
        }
        for name, law in sorted(laws.items())
    }
    return json.dumps(table, indent=2) + "\n"


def _words(codes: NDArray[np.uint8]) -> NDArray[np.uint64]:
    return np.ascontiguousarray(codes).view(np.uint64)


def _kept() -> dict[str, Law]:
    file = resources.files("fingerprint").joinpath("decoys.json")
    return read(file.read_text("utf-8")) if file.is_file() else {}


LAWS: Final = _kept()
