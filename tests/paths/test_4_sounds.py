"""Step 4, by ear: the sound of an output names it, without its pictures or under others."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from rightsd.adapters import media
from rightsd.adapters.media import Samples
from rightsd.db import generations, soundmarks
from tests.paths.conftest import CAMEO, World
from tests.paths.test_5_revocation import revoke
from tests.watermark.sound import attacks
from watermark.sound.embed import mark

pytestmark = pytest.mark.slow


def write(path: Path, samples: Samples, rate: int) -> Path:
    """Write sound alone."""
    audio = np.ascontiguousarray(samples.T)
    layout = "mono" if samples.shape[1] == 1 else "stereo"
    with av.open(str(path), "w") as container:
        codec = {".wav": "pcm_s16le", ".m4a": "aac"}[path.suffix]
        stream = container.add_stream(codec, rate=rate, layout=layout)
        resampler = av.AudioResampler(format=stream.format, layout=layout, rate=rate)
        frame = av.AudioFrame.from_ndarray(audio, "fltp", layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        for each in resampler.resample(frame):
            container.mux(stream.encode(each))
        container.mux(stream.encode(None))
    return path


def dub(path: Path, samples: Samples, rate: int) -> Path:
    """Write sound under pictures that are nobody's."""
    count = round(24 * len(samples) / rate)
    rng = np.random.default_rng(3)
    frames = np.repeat(rng.integers(40, 215, (1, 12, 20, 3), np.uint8), count, axis=0)
    frames = frames.repeat(20, axis=1).repeat(20, axis=2)
    if samples.shape[1] == 1:
        samples = np.repeat(samples, 2, axis=1)
    media.write_video(
        path, width=400, height=240, fps=Fraction(24), frames=[frames], audio=samples, rate=rate
    )
    return path


def sound_of(file: Path) -> tuple[Samples, int]:
    sound = media.read_audio(file)
    assert sound is not None
    return sound


def test_a_release_notes_the_mark_in_its_sound(world: World, clip: dict, file: Path) -> None:
    with world.rt.transaction() as tx:
        noted = soundmarks.find(tx, clip["id"])

    answer = world.verify(file)

    assert noted is not None
    assert noted.log10_p <= -4.0
    assert noted.noise_to_mask_db < 0.0
    assert answer["verdict"] == "genuine"
    assert answer["sound"]["generation_id"] == clip["id"]
    assert answer["sound"]["bond"] == "same"


@pytest.mark.parametrize("name", ["sound.wav", "sound.m4a"])
def test_its_sound_alone_is_stripped(
    world: World, clip: dict, file: Path, tmp_path: Path, name: str
) -> None:
    answer = world.verify(write(tmp_path / name, *sound_of(file)))

    assert answer["verdict"] == "stripped"
    assert answer["ledger"]["generation_id"] == clip["id"]
    assert answer["watermark"] is None
    assert answer["sound"]["bond"] == "same"


def test_its_sound_at_another_speed_under_other_pictures_is_altered(
    world: World, clip: dict, file: Path, tmp_path: Path
) -> None:
    faster = attacks.faster(*sound_of(file), times=1.1)

    answer = world.verify(dub(tmp_path / "dubbed.mp4", *faster))

    assert answer["verdict"] == "altered"
    assert answer["ledger"]["generation_id"] == clip["id"]
    assert answer["sound"]["tempo"] == pytest.approx(1.1, rel=0.01)
    assert not answer["watermark"]["found"]


def test_a_mark_that_was_moved_to_another_sound_names_nobody(
    world: World, clip: dict, tmp_path: Path
) -> None:
    with world.rt.transaction() as tx:
        made = generations.find(tx, clip["id"])
    assert made is not None
    assert made.watermark_id is not None
    noise = 0.05 * np.random.default_rng(4).standard_normal((5 * 48_000, 2))
    moved = mark(
        noise.astype(np.float32),
        rate=48_000,
        secret=world.rt.watermark_keys.newest(),
        payload_id=made.watermark_id,
    )

    answer = world.verify(write(tmp_path / "moved.wav", moved, 48_000))

    assert answer["sound"]["generation_id"] == clip["id"]
    assert answer["sound"]["bond"] == "other"
    assert answer["verdict"] == "copied_mark"
    assert answer["ledger"] is None


def test_a_strange_sound_is_unknown_and_that_says_how_little_is_known(
    world: World, clip: dict, tmp_path: Path
) -> None:
    assert clip["state"] == "published"
    noise = 0.05 * np.random.default_rng(5).standard_normal((5 * 48_000, 1))

    answer = world.verify(write(tmp_path / "strange.wav", noise.astype(np.float32), 48_000))

    assert answer["verdict"] == "unknown"
    assert answer["sound"]["able"]
    assert "neither its sound nor a watermark" in answer["reasons"][-1]


def test_silence_says_that_it_cannot_tell(world: World, tmp_path: Path) -> None:
    answer = world.verify(write(tmp_path / "silent.wav", np.zeros((48_000, 1), np.float32), 48_000))

    assert answer["verdict"] == "unknown"
    assert not answer["sound"]["able"]


def test_a_video_that_breaks_is_refused_though_its_sound_does_not(
    world: World, file: Path, tmp_path: Path
) -> None:
    whole = file.read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) // 2])

    with (tmp_path / "cut.mp4").open("rb") as cut:
        answer = world.clients["public"].post("/v1/verifications", files={"file": cut})

    assert answer.status_code == 422


def test_the_sound_of_a_withdrawn_output_is_withdrawn(fresh: World, tmp_path: Path) -> None:
    made = fresh.generate(CAMEO)
    sound = sound_of(fresh.download(made["id"]))
    alone = write(tmp_path / "alone.wav", *sound)
    dubbed = dub(tmp_path / "dubbed.mp4", *sound)
    revoke(fresh)

    for path in (alone, dubbed):
        answer = fresh.verify(path)
        assert answer["verdict"] == "withdrawn"
        assert answer["ledger"]["generation_id"] == made["id"]
