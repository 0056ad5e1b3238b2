"""What can be heard of a file for which nobody vouches: of its watermark, and its landmarks."""

from pathlib import Path

from fingerprint import landmarks, soundpeaks
from fingerprint.landmarks import Landmarks
from rightsd.adapters import media
from rightsd.adapters.media_process import Limits
from rightsd.domain.fingerprint import Channel, Packed
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


def describe(path: Path, *, limits: Limits, alone: bool = False) -> Landmarks | None:
    """Return the landmarks of a file's sound, in memory of some seconds of it.

    Args:
        path: The file.
        limits: Of its sound.
        alone: Refuse a file with pictures.

    Returns:
        None where there is no sound, or of a rate so low that nothing could be told by it.

    Raises:
        RightsError: As for `media.open_audio`.
    """
    with media.open_audio(path, limits=limits, alone=alone) as audio:
        if audio is None or not soundpeaks.RATE_MIN <= audio.rate <= soundpeaks.RATE_MAX:
            return None
        listener = soundpeaks.Listener(audio.rate)
        for piece in audio:
            listener.add(piece)
    return landmarks.collect(listener)


def pack(described: Landmarks) -> Packed:
    """Return the landmarks of a sound as they are kept."""
    packed = landmarks.pack(described)
    return Packed(Channel.SOUND, landmarks.ALGORITHM, len(described), packed)
