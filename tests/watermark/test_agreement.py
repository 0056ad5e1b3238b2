from collections.abc import Callable

import cv2
import numpy as np
import pytest

from tests.watermark import attacks, clips
from watermark import agreement, register
from watermark.agreement import AGREEMENT_MIN
from watermark.embed import Embedder
from watermark.frames import Frames
from watermark.register import Placing, Registration

HEIGHT, WIDTH, COUNT = 180, 320, 12


def plain(kind: str) -> Frames:
    return clips.plain(kind, HEIGHT, WIDTH, COUNT)


def agree(frames: Frames, original: Frames) -> float | None:
    """Lay frames over an original, and compare; None: they cannot be laid over it or compared."""
    query, there = register.shrink(frames), register.shrink(original)
    laid = register.register(
        query, there, range(len(query)), reach=2, agreement_min=agreement.LAID_MIN
    )
    return None if laid is None else agreement.measure(query, there, laid)


def as_is(frames: Frames, original: Frames) -> float | None:
    query, there = register.shrink(frames), register.shrink(original)
    placings = tuple(Placing(at, at, np.eye(3)) for at in range(len(query)))
    return agreement.measure(query, there, Registration(placings, 0.0))


def patched(frames: Frames, share: float) -> Frames:
    """Return frames of which the lower part shows something else."""
    mixed = frames.copy()
    first = round(HEIGHT * (1.0 - share))
    mixed[:, first:] = plain("gradients")[:, first:]
    return mixed


@pytest.mark.parametrize(
    "change",
    [
        lambda frames: clips.encode(frames, 41),
        lambda frames: clips.resize(frames, 90, 160),
        lambda frames: clips.resize(clips.crop(frames, 0.7), HEIGHT, WIDTH),
        lambda frames: np.ascontiguousarray(frames[:, :, ::-1]),
        attacks.tilt,
        lambda frames: patched(frames, 0.3),
    ],
    ids=["CRF 41", "half size", "cropped", "mirrored", "tilted", "partly hidden"],
)
def test_a_copy_agrees(change: Callable[[Frames], Frames]) -> None:
    found = agree(change(plain("textured")), plain("textured"))

    assert found is not None
    assert found >= AGREEMENT_MIN


@pytest.mark.parametrize("kind", ["gradients", "flat"])
def test_a_copy_of_what_is_mostly_plain_agrees(kind: str) -> None:
    """Where nothing is to be seen, compression leaves something else."""
    found = as_is(clips.encode(plain(kind), 38), clips.encode(plain(kind), 18))

    assert found is not None
    assert found >= AGREEMENT_MIN


def test_what_looks_alike_from_afar_does_not_agree() -> None:
    """What a fingerprint sees is the same, and the details are others."""
    blurred = np.stack([cv2.GaussianBlur(frame, (0, 0), 8.0) for frame in plain("textured")])
    alike = cv2.addWeighted(blurred, 1.0, plain("textured")[:, ::-1, ::-1], 0.4, -40.0)

    found = as_is(alike, plain("textured"))

    assert found is not None
    assert found < 0.6


@pytest.mark.parametrize("other", ["gradients", "flat"])
def test_another_scene_does_not_agree_wherever_it_is_laid(other: str) -> None:
    found = as_is(plain(other), plain("textured"))
    laid = agree(plain(other), plain("textured"))

    assert found is not None
    assert found < 0.4
    assert laid is None or laid < 0.4


@pytest.mark.parametrize("level", [0, 128, 200])
def test_where_nothing_is_seen_nothing_is_told(level: int) -> None:
    """A mark looks alike on everything that is plain."""
    still = np.full((2, HEIGHT, WIDTH, 3), level, dtype=np.uint8)
    other = np.clip(still.astype(np.int16) + 10, 0, 255).astype(np.uint8)
    embedder = Embedder(clips.SECRET, 7, height=HEIGHT, width=WIDTH, strength=2.0)

    assert as_is(still, still) is None
    assert as_is(embedder.mark(other), embedder.mark(still)) is None
