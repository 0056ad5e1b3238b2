"""What a file for which nobody vouches shows: its fingerprint, and a small picture of it."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from fingerprint import descriptor, features, landmarks, pdq, proxy
from fingerprint.bundle import Fingerprint
from fingerprint.descriptor import Descriptors, FrameHash
from fingerprint.errors import FingerprintError
from fingerprint.landmarks import Landmarks
from rightsd.adapters import media, proxies, readings, sounds
from rightsd.adapters.media_process import Limits
from rightsd.adapters.readings import Watch
from rightsd.domain.fingerprint import Channel, Packed
from rightsd.errors import Code, RightsError

THUMBNAIL_WIDTH = 320
Moments = list[tuple[float, bytes, int]]  # (seconds, code, quality)

# What our clips are compared by; PDQ hashes are for lists of others, where they are looked up.
COMPARED = tuple(channel for channel in Channel if channel is not Channel.PDQ)

_HEADS = {descriptor.ALGORITHM: descriptor.HEAD, pdq.ALGORITHM: pdq.HEAD}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a file shows.

    Attributes:
        still: It has one frame.
        seconds: Time of the last frame.
        whole: Its fingerprint by the channels that were asked for; of the codes of its frames one
            at least is good enough to be searched for.
        thumbnail: A JPEG of `Reading.picture`.
        md5: Of the file, as other systems look for it.
        pdq: PDQ hashes of it, one a second, if they were asked for.
        mark: The number of our watermark in it, if someone looked for one.
    """

    sha256: str
    still: bool
    seconds: float
    whole: Fingerprint
    thumbnail: bytes
    md5: str = ""
    pdq: Moments = field(default_factory=list[tuple[float, bytes, int]])
    mark: int | None = None

    @property
    def content(self) -> Descriptors:
        """The codes of its frames."""
        return self.whole.content


def describe(
    path: Path,
    *,
    limits: Limits,
    watches: Sequence[Watch] = (),
    channels: Collection[Channel] = tuple(Channel),
) -> Shown:
    """Return what a file shows, read once by a process of its own.

    Args:
        path: The file.
        limits: Of what is read.
        watches: See `readings.read`.
        channels: What is wanted beside the codes of its frames; each is work.

    Raises:
        RightsError: INVALID, TOO_LARGE or UNSUPPORTED, when there is no picture to compare.
    """
    hasher = pdq.Watcher()
    hashes = [hasher.look] if Channel.PDQ in channels else []
    try:
        reading = readings.read(path, limits=limits, watches=[*hashes, *watches], channels=channels)
    except RightsError as error:
        if error.code is Code.INVALID and _is_sound(path, limits):
            detail = "this file is sound alone, and what is compared with it is a picture"
            raise RightsError(Code.UNSUPPORTED, detail) from error
        raise
    if not len(reading.content.searchable()):
        detail = "there is too little to see in this file for it to be recognised"
        raise RightsError(Code.INVALID, detail)
    heard = reading.has_sound and Channel.SOUND in channels
    sound = hear(path, limits=limits) if heard else None
    return Shown(
        sha256=digest(path),
        still=reading.still,
        seconds=reading.seconds,
        whole=replace(reading.whole, sound=sound),
        thumbnail=media.jpeg(reading.picture, width_max=THUMBNAIL_WIDTH),
        md5=digest(path, "md5"),
        pdq=hasher.moments,
    )


def hear(path: Path, *, limits: Limits) -> Landmarks | None:
    """Return what the sound of a file is recognised by; None: it has none that can be heard."""
    try:
        return sounds.describe(path, limits=limits)
    except (RightsError, FingerprintError):
        return None


def digest(path: Path, algorithm: Literal["sha256", "md5"] = "sha256") -> str:
    """Return a digest of a file, in hexadecimal. MD5 is what others ask for; it proves nothing."""
    with path.open("rb") as file:
        return hashlib.file_digest(
            file, lambda: hashlib.new(algorithm, usedforsecurity=False)
        ).hexdigest()


def moments(content: Descriptors) -> Moments:
    """Return the rows that are worth keeping, as they are kept."""
    return [
        (float(content.seconds[row]), content.codes[row].tobytes(), int(content.quality[row]))
        for row in content.searchable()
    ]


def collect(kept: Moments) -> Descriptors:
    """Return the fingerprint of rows that were kept."""
    return descriptor.collect(FrameHash(*moment) for moment in kept)


def pack(content: Descriptors) -> Packed:
    """Return the rows that are worth keeping, packed."""
    good = content.searchable()
    kept = Descriptors(content.seconds[good], content.codes[good], content.quality[good])
    packed = descriptor.pack(kept)
    return Packed(Channel.FRAMES, descriptor.ALGORITHM, len(kept), packed)


def pack_whole(whole: Fingerprint, *, moves: bool) -> list[Packed]:
    """Return what is kept of a clip, by channel, packed.

    Args:
        whole: The clip.
        moves: Keep how it moves, too: a small grey copy, from which more can be told than that.
    """
    return list(_pack_whole(whole, moves=moves))


def unpack_whole(packed: Sequence[tuple[str, bytes]]) -> Fingerprint:
    """Return what was kept of an asset, given each algorithm and what it made.

    What other versions of the algorithms made is left out.
    """
    by_name = dict(packed)
    frames, points = by_name.get(descriptor.ALGORITHM), by_name.get(features.ALGORITHM)
    sound, moves = by_name.get(landmarks.ALGORITHM), by_name.get(proxy.ALGORITHM)
    return Fingerprint(
        frames=None if frames is None else descriptor.unpack(frames),
        features=None if points is None else features.unpack(points),
        sound=None if sound is None else landmarks.unpack(sound),
        motion=None if moves is None else proxies.unpack(moves),
    )


def pack_pdq(hashed: Moments) -> Packed:
    """Return PDQ hashes, packed."""
    packed = descriptor.pack(collect(hashed), head=pdq.HEAD)
    return Packed(Channel.PDQ, pdq.ALGORITHM, len(hashed), packed)


def unpack(packed: bytes | None, algorithm: str = descriptor.ALGORITHM) -> Descriptors:
    """Return what was packed of an algorithm; nothing was kept of what was too plain."""
    if packed is None:
        return descriptor.collect([])
    return descriptor.unpack(packed, head=_HEADS[algorithm])


def _pack_whole(whole: Fingerprint, *, moves: bool) -> Iterator[Packed]:
    if whole.frames is not None:
        yield pack(whole.frames)
    if whole.features is not None:
        count = len(whole.features)
        yield Packed(Channel.FEATURES, features.ALGORITHM, count, features.pack(whole.features))
    if whole.sound is not None:
        yield sounds.pack(whole.sound)
    if moves and whole.motion is not None and len(whole.motion):
        count = len(whole.motion)
        yield Packed(Channel.MOTION, proxy.ALGORITHM, count, proxies.pack(whole.motion))


def _is_sound(path: Path, limits: Limits) -> bool:
    try:
        return media.read_audio(path, limits=limits) is not None
    except RightsError:
        return False
