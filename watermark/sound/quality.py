"""What a mark changes in a sound, and whether it could be heard by the model of `masking`."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from watermark.errors import WatermarkError
from watermark.sound.analysis import SILENCE, Samples, listen
from watermark.sound.masking import thresholds

_TINY: Final = 1e-20


@dataclass(frozen=True, slots=True)
class Quality:
    """How a marked sound compares with what it was.

    It is a model's opinion, not a listener's: a change within every threshold of the model is one
    that a trained listener is expected not to tell.

    Attributes:
        sdr_db: Power of the sound over that of the change; infinite where nothing was changed.
        noise_to_mask_db: Power of the change over the threshold, mean over all that sounds.
        audible_share: Of what sounds, the share where the change is above the threshold.
    """

    sdr_db: float
    noise_to_mask_db: float
    audible_share: float


def measure(original: Samples, marked: Samples, *, rate: int) -> Quality:
    """Return how a marked sound compares with the original, both float32, (N, C).

    Raises:
        WatermarkError: They are no sound, or of different shapes.
    """
    if original.shape != marked.shape:
        raise WatermarkError("a marked sound is as long as the original and has its channels")
    change = np.asarray(marked - original, dtype=np.float32)
    sound, noise = (listen(each, rate).powers() for each in (original, change))
    over = noise / thresholds(sound)
    over = over[sound > SILENCE]
    power = float(np.square(change, dtype=np.float64).sum())
    whole = float(np.square(original, dtype=np.float64).sum())
    with np.errstate(divide="ignore"):
        return Quality(
            sdr_db=float(10.0 * np.log10(whole / max(power, _TINY))) if power else float("inf"),
            noise_to_mask_db=float(10.0 * np.log10(over.mean())) if over.size else float("-inf"),
            audible_share=float((over > 1.0).mean()) if over.size else 0.0,
        )
