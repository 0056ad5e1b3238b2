"""Clips that move, known by every channel, and what copyists make of them."""

import hashlib

import numpy as np

from fingerprint import descriptor, features, landmarks, proxy
from fingerprint.bundle import Fingerprint
from rightsd.adapters.fingerprints import Shown
from tests.fingerprint import clips, scenes, sounds
from tests.fingerprint.clips import Frames

SECONDS = 3.0


def clip(seed: int) -> Frames:
    """A clip like no other, in which so much moves that a part of it is told by that."""
    return scenes.scene(seed, take=1, seconds=SECONDS)


def cut_out(frames: Frames) -> Frames:
    """Six tenths of the sides of each picture, from near a corner."""
    return np.ascontiguousarray(frames[:, 20:128, 40:232])


def whole(frames: Frames, *, sound: int | None = None) -> Fingerprint:
    """The fingerprint of a clip, over some music or silent."""
    points, small = features.Watcher(), proxy.Watcher()
    for chunk, seconds in clips.chunks(frames):
        points.look(chunk, seconds)
        small.look(chunk, seconds)
    music = None if sound is None else sounds.music(sound, seconds=8.0)
    return Fingerprint(
        descriptor.describe(clips.chunks(frames)),
        points.features(),
        None if music is None else landmarks.describe(music, sounds.RATE),
        small.take(),
    )


def shown(content: Fingerprint) -> Shown:
    """What a file with such a fingerprint shows."""
    digest = hashlib.sha256(content.content.codes.tobytes()).hexdigest()
    return Shown(
        digest,
        still=False,
        seconds=SECONDS,
        whole=content,
        thumbnail=b"jpeg",
        md5=digest[:32],
        pdq=[(0.0, b"\x00" * 32, 100)],
    )
