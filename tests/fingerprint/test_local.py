"""What copyists do to a picture, from frames to a geometry and a time line."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from fingerprint import features, local
from fingerprint.features import Features, Watcher
from fingerprint.local import LocalMatch
from tests.fingerprint import clips
from tests.fingerprint.clips import HEIGHT, WIDTH, Frames


def watched(frames: Frames, *, fps: float = 24.0) -> Features:
    return seen(Watcher(), frames, fps=fps)


def asked(frames: Frames) -> Features:
    return seen(features.for_query(), frames, fps=24.0)


def seen(watcher: Watcher, frames: Frames, *, fps: float) -> Features:
    watcher.look(np.ascontiguousarray(frames), np.arange(len(frames)) / fps)
    return watcher.features()


@pytest.fixture(scope="module")
def clip() -> Frames:
    return clips.textured(1)


@pytest.fixture(scope="module")
def reference(clip: Frames) -> Features:
    return watched(clip)


def turned(frames: Frames, degrees: float) -> Frames:
    high, wide = frames.shape[1:3]
    turn = cv2.getRotationMatrix2D(((wide - 1) / 2, (high - 1) / 2), degrees, 1.0)
    return np.stack([cv2.warpAffine(frame, turn, (wide, high)) for frame in frames])


def inset(frames: Frames, *, share: float, left: float, top: float) -> Frames:
    """The frames as a small picture in another moving one."""
    around = clips.textured(70, seconds=len(frames) / 24)[: len(frames)].copy()
    wide, high = round(WIDTH * share), round(HEIGHT * share)
    x, y = round(WIDTH * left), round(HEIGHT * top)
    for into, frame in zip(around, frames, strict=True):
        into[y : y + high, x : x + wide] = cv2.resize(
            frame, (wide, high), interpolation=cv2.INTER_AREA
        )
    return around


def cropped(frames: Frames, share: float, *, left: float, top: float) -> Frames:
    high, wide = round(HEIGHT * share), round(WIDTH * share)
    y, x = round(HEIGHT * top), round(WIDTH * left)
    return frames[:, y : y + high, x : x + wide]


CHANGES: dict[str, Callable[[Frames], Frames]] = {
    "itself": lambda frames: frames,
    "mirrored": clips.mirrored,
    "turned 10": lambda frames: turned(frames, 10),
    "turned 90": lambda frames: np.rot90(frames, axes=(1, 2)),
    "cropped to 0.8": lambda frames: cropped(frames, 0.8, left=0.1, top=0.2),
    "cropped to 0.6": lambda frames: cropped(frames, 0.6, left=0.2, top=0.3),
    "inset": lambda frames: inset(frames, share=0.5, left=0.4, top=0.3),
    "letterboxed": clips.letterboxed,
    "grey": lambda frames: frames.mean(axis=3, keepdims=True).astype(np.uint8).repeat(3, axis=3),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_copy_is_found_and_placed(clip: Frames, reference: Features, change: str) -> None:
    part = clips.reencoded(CHANGES[change](clip[24:96]), crf=28)

    found = local.match(asked(part), reference)

    assert found is not None
    assert found.speed == 1.0
    assert found.offset == pytest.approx(1.0, abs=0.5)
    assert found.geometry.mirrored == (change == "mirrored")


def test_unrelated_clips_do_not_match(reference: Features) -> None:
    for seed in range(20, 24):
        assert local.match(watched(clips.textured(seed, seconds=3)), reference) is None


def test_nothing_matches_nothing(reference: Features) -> None:
    nothing = watched(np.zeros((24, 90, 160, 3), np.uint8))

    assert local.match(nothing, reference) is None
    assert local.match(reference, nothing) is None
    assert local.match(nothing, nothing) is None


def test_words_say_what_was_done(clip: Frames, reference: Features) -> None:
    flipped = clips.mirrored(cropped(clip[:72], 0.6, left=0.2, top=0.3))

    found = local.match(asked(flipped), reference)

    assert isinstance(found, LocalMatch)
    assert found.words().startswith("flipped, crop 0.")
    visible = found.geometry.visible
    assert (visible.left, visible.top) == pytest.approx((0.2, 0.3), abs=0.03)
    assert (visible.right, visible.bottom) == pytest.approx((0.8, 0.9), abs=0.03)
    assert visible.share == pytest.approx(0.36, abs=0.04)
    assert found.geometry.covered.share > 0.95


def captioned(frames: Frames, *words: str, size: int = 22) -> Frames:
    """The frames with lines of large white words, all in one font."""
    mask = Image.new("L", (WIDTH, HEIGHT))
    draw, font = ImageDraw.Draw(mask), ImageFont.load_default(size=size)
    for row, line in enumerate(words):
        left = (WIDTH - draw.textlength(line, font=font)) / 2
        draw.text((left, 125 + row * size), line, font=font, fill=255)
    share = np.asarray(mask, np.float32)[None, :, :, None] / 255
    return (frames * (1 - share) + 255 * share).astype(np.uint8)


@pytest.mark.parametrize("size", [16, 22, 26])
def test_captions_in_one_font_do_not_match(size: int) -> None:
    here = captioned(
        clips.textured(30, seconds=2), "you will not believe what", "happened in the end", size=size
    )
    there = captioned(
        clips.textured(31, seconds=2), "when the teacher hands out", "the test on monday", size=size
    )

    assert local.match(asked(here), watched(there)) is None


def test_the_same_caption_on_two_clips_does_not_match() -> None:
    here, there = (
        captioned(clips.textured(seed, seconds=2), "the same words in both", "for all to read")
        for seed in (32, 33)
    )

    assert local.match(asked(here), watched(there)) is None


def test_a_captioned_copy_is_found_all_the_same(clip: Frames, reference: Features) -> None:
    copy = captioned(clip[24:96], "you will not believe what", "happened in the end")

    assert local.match(asked(copy), reference) is not None


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.25, 2.0])
def test_a_sped_copy_lies_on_its_line(speed: float) -> None:
    frames = clips.textured(4, seconds=10)
    picks = np.arange(0, len(frames) - 1, speed).astype(int)

    found = local.match(watched(frames[picks]), watched(frames))

    assert found is not None
    assert found.speed == pytest.approx(speed, rel=0.15)
    middle = (found.query.start + found.query.end) / 2
    assert found.speed * middle + found.offset == pytest.approx(speed * middle, abs=0.5)


def test_a_still_of_a_clip_is_no_more_evidence_when_it_stands_longer(
    clip: Frames, reference: Features
) -> None:
    once = local.match(watched(clip[30:31]), reference)
    long = local.match(watched(clip[30:31].repeat(240, axis=0)), reference)

    assert once is not None
    assert long is not None
    assert long.evidence <= 1.2 * once.evidence
