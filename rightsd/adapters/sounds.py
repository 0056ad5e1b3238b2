"""What can be heard of a file for which nobody vouches, as its watermark is looked for in that."""

from pathlib import Path

from rightsd.adapters import media
from rightsd.adapters.media_process import Limits
from watermark.sound.analysis import RATE_MAX, RATE_MIN, Heard, listen


def hear(path: Path, *, limits: Limits, alone: bool = False) -> Heard | None:
    """Return what is heard of a file; None where it has no sound that could carry a mark.

    Args:
        path: The file.
        limits: Of its sound.
        alone: Refuse a file with pictures.

    Raises:
        RightsError: As for `media.read_audio`.
    """
    sound = media.read_audio(path, limits=limits, alone=alone)
    if sound is None:
        return None
    samples, rate = sound
    return listen(samples, rate) if RATE_MIN <= rate <= RATE_MAX else None
