"""What files show that strangers send as references, and that broken ones end in a sentence."""

import struct
import zlib
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rightsd.adapters import fingerprints, media
from rightsd.adapters.media_process import Limits
from rightsd.errors import Code, RightsError
from rightsd.workflows.generations.references import LIMITS
from tests import pictures

SMALL = Limits(bytes_max=1 << 20, seconds_max=2.0, frames_max=60, cpu_seconds=5, wall_seconds=10.0)


def write(folder: Path, body: bytes, name: str = "file") -> Path:
    path = folder / name
    path.write_bytes(body)
    return path


def test_a_picture_is_one_moment(tmp_path: Path) -> None:
    path = write(tmp_path, pictures.file(pictures.clouds(1)))

    shown = fingerprints.describe(path, limits=LIMITS)

    assert (shown.still, shown.seconds, len(shown.content)) == (True, 0.0, 1)
    assert shown.thumbnail.startswith(b"\xff\xd8")
    kept = fingerprints.collect(fingerprints.moments(shown.content))
    assert (kept.codes == shown.content.codes).all()


def test_a_video_is_many(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    frames = np.repeat(np.stack([pictures.clouds(1), pictures.clouds(2)]), 24, axis=0)
    media.write_video(path, width=320, height=180, fps=Fraction(24), frames=[frames])

    shown = fingerprints.describe(path, limits=LIMITS)

    assert not shown.still
    assert shown.seconds == pytest.approx(47 / 24, abs=0.05)
    assert len(shown.content) >= 2


def test_only_the_channels_that_are_asked_for_are_made(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    frames = np.repeat(np.stack([pictures.clouds(1), pictures.clouds(2)]), 24, axis=0)
    noise = np.random.default_rng(1).normal(0, 0.1, (96_000, 2)).astype(np.float32)
    media.write_video(path, width=320, height=180, fps=Fraction(24), frames=[frames], audio=noise)

    everything = fingerprints.describe(path, limits=LIMITS)
    least = fingerprints.describe(path, limits=LIMITS, channels=())

    assert everything.pdq
    assert everything.whole.sound is not None
    assert least.pdq == []
    assert (least.whole.features, least.whole.sound, least.whole.motion) == (None, None, None)
    assert (least.content.codes == everything.content.codes).all()


def test_sound_alone_is_refused_in_so_many_words(tmp_path: Path) -> None:
    samples = np.zeros(8000, np.int16).tobytes()
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(samples), b"WAVE", b"fmt ", 16,
                       1, 1, 8000, 16000, 2, 16, b"data", len(samples))  # fmt: skip
    path = write(tmp_path, head + samples)

    with pytest.raises(RightsError, match="this file is sound alone") as caught:
        fingerprints.describe(path, limits=LIMITS)

    assert caught.value.code is Code.UNSUPPORTED


def test_what_is_too_plain_to_be_recognised_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, pictures.file(np.full((180, 320, 3), 40, np.uint8)))

    with pytest.raises(RightsError, match="too little to see"):
        fingerprints.describe(path, limits=LIMITS)


def test_a_picture_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1 << 20)))

    with pytest.raises(RightsError) as caught:
        fingerprints.describe(write(tmp_path, bomb), limits=LIMITS)

    assert caught.value.code in {Code.TOO_LARGE, Code.INVALID}


def test_more_bytes_than_the_limit_are_not_looked_at(tmp_path: Path) -> None:
    with pytest.raises(RightsError) as caught:
        fingerprints.describe(write(tmp_path, bytes(2 << 20)), limits=SMALL)

    assert caught.value.code is Code.TOO_LARGE


@pytest.mark.slow
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    form=st.sampled_from(["PNG", "JPEG", "WEBP"]),
    cut=st.floats(0.0, 1.0),
    damage=st.lists(st.tuples(st.floats(0.0, 1.0), st.integers(0, 255)), max_size=8),
)
def test_broken_pictures_are_read_or_refused(
    tmp_path: Path, form: str, cut: float, damage: list[tuple[float, int]]
) -> None:
    body = bytearray(pictures.file(pictures.clouds(3), form))
    for place, value in damage:
        body[min(int(place * len(body)), len(body) - 1)] = value
    path = write(tmp_path, bytes(body[: max(1, int(cut * len(body)))]))

    try:
        outcome = "read" if len(fingerprints.describe(path, limits=SMALL).content) else "empty"
    except RightsError as error:
        outcome = error.code

    assert outcome in {"read", Code.INVALID, Code.TOO_LARGE, Code.UNSUPPORTED}
