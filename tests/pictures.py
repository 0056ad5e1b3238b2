"""Pictures that are told apart by a number, and what a file of one shows."""

import io

import cv2
import numpy as np
from PIL import Image

from fingerprint import descriptor, pdq
from fingerprint.bundle import Fingerprint
from fingerprint.descriptor import Descriptors
from rightsd.adapters.fingerprints import Shown
from rightsd.adapters.media import Frames

HEIGHT, WIDTH = 180, 320


def clouds(seed: int) -> Frames:
    """A picture like no other, (180, 320, 3)."""
    coarse = np.random.default_rng(seed).integers(0, 256, (9, 16, 3), np.uint8)
    return cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)


def blend(first: int, second: int, share: float) -> Frames:
    """A picture that is partly another one."""
    mixed = clouds(first) * (1 - share) + clouds(second) * share
    return mixed.astype(np.uint8)


def file(frame: Frames, form: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.fromarray(frame).save(out, form)
    return out.getvalue()


def content(*frames: Frames) -> Descriptors:
    """The fingerprint of a clip that shows each picture for a second."""
    moments = ((np.stack([frame]), np.array([float(at)])) for at, frame in enumerate(frames))
    return descriptor.describe(moments)


def whole(*frames: Frames) -> Fingerprint:
    """The same, with no other channel."""
    return Fingerprint(content(*frames))


def shown(frame: Frames) -> Shown:
    """What a file of one picture shows."""
    digest = f"{abs(hash(frame.tobytes())):064x}"
    return Shown(
        digest,
        still=True,
        seconds=0.0,
        whole=whole(frame),
        thumbnail=b"jpeg",
        md5=digest[-32:],
        pdq=[(0.0, *pdq.hash_frame(frame))],
    )
