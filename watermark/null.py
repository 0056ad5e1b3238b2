"""How the pilots of wrong keys correlate, measured: whether the bound on chance tells the truth.

A clip that nobody marked with a key looks to that key as any clip does: so each wrong key is a
trial. What is kept of a trial is x = z * z / 2 of its best pose among the first tries of a look at
a whole picture, TRIES of them; by the bound, P(x' >= x) <= TRIES * exp(-x). The highest of many
sums that are nearly normal follows Gumbel's law in x, which is fitted to one half of the trials and
compared with the other.

Source: Gumbel, "Statistics of Extremes", 1958, for the law and its likelihood.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from watermark import lattice, sync
from watermark.ecc import Reals
from watermark.errors import WatermarkError
from watermark.keys import SECRET_BYTES, derive
from watermark.spectrum import Accumulator, analyse

TRIALS_MIN: Final = 100
TRIALS_MAX: Final = 10_000_000
TRIES: Final = sync.FIRST_TRIES

_SCALE_MIN: Final = 1e-9  # Equal values have no scale.
_ROUNDS: Final = 200  # Of the fit, which has settled long before.


@dataclass(frozen=True, slots=True)
class Step:
    """One place in the tail.

    Attributes:
        x: What this share of the trials reached.
        measured: The share of the trials that were not fitted to, 0 < measured < 1.
        fitted: What the law says.
        bound: What the bound says; it may be above 1.
    """

    x: float
    measured: float
    fitted: float
    bound: float


@dataclass(frozen=True, slots=True)
class Null:
    """What wrong keys find.

    Attributes:
        trials: How many there were.
        clips: In how many clips.
        location: Of the law, in x.
        scale: Of the law, in x; 1 is that of normal sums.
        highest: The highest z.
        claims: How many trials came below `detect.LOG10_P_MAX` by the bound.
        tail: From the bulk to the rarest place that ten trials reached.
    """

    trials: int
    clips: int
    location: float
    scale: float
    highest: float
    claims: int
    tail: tuple[Step, ...]

    def estimate(self, z: float) -> float:
        """Return how likely a wrong key is to reach z, by the law."""
        return float(-np.expm1(-np.exp(-(z * z / 2.0 - self.location) / self.scale)))


def measure(clips: Iterable[Accumulator], *, trials: int, log10_p_max: float) -> Null:
    """Return what `trials` wrong keys find, an equal share of them in every clip.

    The keys are the same in every run: who has one of them as a secret has none.

    Args:
        clips: The frames of each, added up; at least one, each at least `detect.SIDE_MIN` a side.
        trials: TRIALS_MIN <= trials <= TRIALS_MAX.
        log10_p_max: What counts as a claim, by the bound.

    Raises:
        WatermarkError: There is no clip, or the number is outside its range.
    """
    if not TRIALS_MIN <= trials <= TRIALS_MAX:
        raise WatermarkError(f"there must be {TRIALS_MIN} to {TRIALS_MAX} trials")
    spectra = [analyse(clip.total()) for clip in clips]
    if not spectra:
        raise WatermarkError("wrong keys need a clip to look at")
    scores = np.empty(trials)
    for number in range(trials):
        layout = lattice.lay_out(derive(number.to_bytes(SECRET_BYTES, "big")).layout)
        scores[number] = sync.score(spectra[number % len(spectra)], layout)
    exponents = np.square(np.maximum(scores, 0.0)) / 2.0
    # Every clip has trials in both halves.
    kept = np.arange(trials) // len(spectra) % 2 == 0
    location, scale = fit(exponents[kept])
    bounds = np.log10(TRIES) - exponents / np.log(10.0)
    return Null(
        trials=trials,
        clips=len(spectra),
        location=location,
        scale=scale,
        highest=float(scores.max()),
        claims=int((bounds <= log10_p_max).sum()),
        tail=tuple(_tail(np.sort(exponents[~kept])[::-1], location, scale)),
    )


def fit(values: Reals) -> tuple[float, float]:
    """Return location and scale of Gumbel's law by the greatest likelihood."""
    mean, least = float(values.mean()), float(values.min())
    scale = max(float(values.std()) * np.sqrt(6.0) / np.pi, _SCALE_MIN)
    for _ in range(_ROUNDS):
        weights = np.exp(-(values - least) / scale)
        # Half way, as whole steps swing about the solution.
        scale = (scale + mean - float(values @ weights) / float(weights.sum())) / 2.0
        scale = max(scale, _SCALE_MIN)
    weights = np.exp(-(values - least) / scale)
    return least - scale * float(np.log(weights.mean())), scale


def _tail(falling: Reals, location: float, scale: float) -> Iterable[Step]:
    measured = 0.5
    while round(measured * len(falling)) >= 10:
        x = float(falling[round(measured * len(falling)) - 1])
        fitted = float(-np.expm1(-np.exp(-(x - location) / scale)))
        yield Step(x, measured, fitted, float(TRIES * np.exp(-x)))
        measured = 0.1 if measured == 0.5 else measured / 10.0**0.5
