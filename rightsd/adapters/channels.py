"""The fingerprint of a file for which nobody vouches, by every channel, in one reading."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import numpy as np

from fingerprint import descriptor, features, landmarks, proxy, sample
from fingerprint.bundle import Fingerprint
from fingerprint.descriptor import Descriptors
from fingerprint.errors import FingerprintError
from fingerprint.landmarks import Landmarks
from fingerprint.soundpeaks import Listener
from rightsd.adapters import media, media_small
from rightsd.adapters.media_process import SMALL, Limits
from rightsd.adapters.readings import Watch
from rightsd.errors import Code, RightsError

# A film, whole; `sample.CLIP_SECONDS_MAX` says no more.
LIMITS = Limits(
    bytes_max=64 << 30,
    frames_max=4 * 3600 * 60,
    seconds_max=sample.CLIP_SECONDS_MAX,
    cpu_seconds=4 * 3600,
    wall_seconds=4 * 3600.0,
)
# To look for: `features.QUERY_PIXELS` at least of what is up to three times as wide as high.
ASKED = replace(SMALL, side_max=640)
# Landmarks of which there are so few a second tell nothing apart.
LANDMARKS_PER_SECOND_MIN = 1.0


class Flaw(StrEnum):
    """What a fingerprint is not to be trusted with."""

    NO_PICTURE = "it has no picture"
    STILL = "it is a single picture, which has no motion"
    PLAIN = "there is too little to see in it for it to be recognised"
    STATIC = "nothing moves in it"
    NO_SOUND = "it has no sound"
    SILENT = "its sound is silence, or nearly"
    BROKEN = "it breaks off: what comes after is not in its fingerprint"


@dataclass(frozen=True, slots=True, eq=False)
class Extract:
    """What a file is recognised by.

    Attributes:
        content: By channel.
        flaws: What is missing.
        seconds: Time of the last frame, or length of the sound.
    """

    content: Fingerprint
    flaws: tuple[Flaw, ...]
    seconds: float


def extract(path: Path, *, asked: bool, limits: Limits = LIMITS) -> Extract:
    """Return the fingerprint of a video, a picture or a sound.

    A file that breaks off has the fingerprint of what came before.

    Args:
        path: The file.
        asked: It is looked for, once, and not kept: then more points of it are looked for, in
            larger frames, which finds parts of pictures and pictures in pictures.
        limits: Of what is read.

    Raises:
        RightsError: INVALID or TOO_LARGE, when nothing can be read, or it is beyond the limits.
    """
    try:
        return _of_pictures(path, limits, asked=asked)
    except RightsError as error:
        if error.code is not Code.INVALID:
            raise
        sound = _sound_of(path, limits)
        if sound is None:
            raise
        flaws = (Flaw.NO_PICTURE, *([] if _is_heard(sound) else [Flaw.SILENT]))
        seconds = sound.length / landmarks.TICKS_PER_SECOND
        return Extract(Fingerprint(sound=sound), flaws, seconds)


@dataclass(slots=True)
class _Reading:
    """How far a file was read."""

    count: int = 0
    end: float = 0.0
    broken: bool = False

    def watch(
        self, chunks: Iterator[media.Chunk], watches: Sequence[Watch]
    ) -> Iterator[sample.Chunk]:
        """Yield the frames, which others are shown as well; a file that breaks off has an end."""
        try:
            for chunk in chunks:
                self.count += len(chunk.frames)
                self.end = float(chunk.seconds[-1])
                for watch in watches:
                    watch(chunk.frames, chunk.seconds)
                yield chunk.frames, chunk.seconds
        except RightsError as error:
            if error.code is not Code.INVALID or not self.count:
                raise
            self.broken = True


def _of_pictures(path: Path, limits: Limits, *, asked: bool) -> Extract:
    size, points = (ASKED, features.for_query()) if asked else (SMALL, features.Watcher())
    listener, small = Listener(size.sound_rate), proxy.Watcher()
    reading = _Reading()
    with media_small.open_small(
        path,
        limits=limits,
        looks_per_second=sample.LOOKS_PER_SECOND,
        hear=listener.add,
        small=size,
    ) as video:
        try:
            watched = reading.watch(video.chunks, [points.look, small.look])
            frames = descriptor.describe(watched)
        except FingerprintError as error:
            raise RightsError(Code.INVALID, f"The file has no fingerprint: {error}") from error
        has_audio = video.info.has_audio
    sound = landmarks.collect(listener) if has_audio else None
    content = Fingerprint(frames, points.features(), sound, small.take())
    flaws = [*_flaws(frames, sound, still=reading.count == 1)]
    if reading.broken:
        flaws.append(Flaw.BROKEN)
    return Extract(content, tuple(flaws), reading.end)


def _flaws(frames: Descriptors, sound: Landmarks | None, *, still: bool) -> Iterator[Flaw]:
    if still:
        yield Flaw.STILL
    if not len(frames.searchable()):
        yield Flaw.PLAIN
    elif not still and not _moves(frames):
        yield Flaw.STATIC
    if sound is not None and not _is_heard(sound):
        yield Flaw.SILENT
    if sound is None and not still:
        yield Flaw.NO_SOUND


def _sound_of(path: Path, limits: Limits) -> Landmarks | None:
    """Return the landmarks of a file of sound alone; None: it is none, or cannot be read."""
    try:
        heard = media.read_audio(path, limits=limits)
        return None if heard is None else landmarks.describe(*heard)
    except (RightsError, FingerprintError):
        return None


def _is_heard(sound: Landmarks) -> bool:
    seconds = sound.length / landmarks.TICKS_PER_SECOND
    return len(sound) > LANDMARKS_PER_SECOND_MIN * max(seconds, 1.0)


def _moves(frames: Descriptors) -> bool:
    """Return whether any frame is clearly not the first one."""
    codes = frames.codes[frames.searchable()]
    bits = np.bitwise_count(codes ^ codes[:1]).sum(axis=1, dtype=np.int64)
    return bool((bits > sample.MOVED_BITS).any())
