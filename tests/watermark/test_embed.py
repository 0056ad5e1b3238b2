from collections.abc import Callable

import numpy as np
import pytest

from tests.watermark import clips
from watermark import mask
from watermark.embed import Embedder
from watermark.errors import WatermarkError
from watermark.frames import Frames


def embedder(height: int = 96, width: int = 160, strength: float = 1.0) -> Embedder:
    return Embedder(clips.SECRET, 7, height=height, width=width, strength=strength)


def test_chunks_give_what_the_whole_clip_gives() -> None:
    clip = clips.plain("gradients", 96, 160, 12)
    chunked = embedder()

    parts = [chunked.mark(clip[start:end]) for start, end in ((0, 1), (1, 1), (1, 7), (7, 12))]

    assert np.array_equal(np.concatenate(parts), embedder().mark(clip))


def test_luma_and_blueness_move_together() -> None:
    """Red has the luma alone; green and blue as much as one level of each makes of them."""
    clip = np.full((1, 96, 160, 3), 128, dtype=np.uint8)

    change = (embedder(strength=4.0).mark(clip).astype(float) - clip).reshape(-1, 3)

    red, green, blue = (change[:, channel] @ change[:, 0] for channel in range(3))
    assert 0.6 < green / red < 0.7
    assert 2.7 < blue / red < 2.85
    assert np.corrcoef(change.T).min() > 0.98


def test_what_moves_is_marked_less() -> None:
    """A wall with a block that slides over it in one half: there, and there alone."""
    walls = np.full((8, 96, 192, 3), 128, dtype=np.uint8)
    for at, wall in enumerate(walls):
        wall[32:64, 8 * at : 8 * at + 32] = 200
    following = mask.Mask()

    seen = [amplitude for wall in walls if (amplitude := following.follow(wall)) is not None]

    first, last = seen[0], seen[-1]
    assert len(seen) == len(walls) / 2
    assert last[12, 12:24].min() < 0.6 * first[12, 40]
    assert np.allclose(last[:, 36:], first[:, 36:], rtol=0.05)


def test_a_cut_is_no_movement() -> None:
    dark, bright = (np.full((96, 160, 3), level, dtype=np.uint8) for level in (40, 60))
    told, guessed = mask.Mask(), mask.Mask()
    for following in (told, guessed):
        following.follow(dark)

    cut = told.follow(bright, cut=True)
    guessed.follow(bright)
    moved = guessed.follow(bright)

    assert cut is not None
    assert moved is not None
    assert np.array_equal(cut, mask.measure(bright))
    assert moved.max() < 0.6 * mask.measure(bright).min()


def test_repeated_frames_do_not_let_the_mark_flicker() -> None:
    """Eight pictures a second, each shown three times, of noise that wanders."""
    noise = np.random.default_rng(0).integers(100, 140, (96, 400, 1), dtype=np.uint8)
    following, means = mask.Mask(), []
    for at in range(48):
        left = 8 * (at // 3)
        amplitude = following.follow(np.repeat(noise[:, left : left + 160], 3, axis=2))
        if amplitude is not None:
            means.append(float(amplitude.mean()))

    assert max(means[6:]) < 1.25 * min(means[6:])


@pytest.mark.parametrize(
    "lay",
    [
        np.asfortranarray,
        lambda clip: np.ascontiguousarray(clip.transpose(0, 3, 1, 2)).transpose(0, 2, 3, 1),
        lambda clip: np.repeat(clip, 2, axis=2)[:, :, ::2],
    ],
    ids=["fortran", "planar", "every other"],
)
def test_frames_may_be_laid_out_in_any_order(lay: Callable[[Frames], Frames]) -> None:
    clip = clips.plain("gradients", 96, 160, 3)

    assert np.array_equal(embedder().mark(lay(clip)), embedder().mark(clip))


@pytest.mark.parametrize("level", [0, 255])
def test_black_and_white_saturate(level: int) -> None:
    clip = np.full((1, 96, 160, 3), level, dtype=np.uint8)

    change = np.abs(embedder(strength=4.0).mark(clip).astype(int) - level)

    assert 0 < change.max() < 64


def test_the_mask_jumps_at_a_cut() -> None:
    flat = np.full((1, 96, 160, 3), 128, dtype=np.uint8)
    busy = np.random.default_rng(0).integers(0, 256, (1, 96, 160, 3), dtype=np.uint8)
    after = embedder()
    after.mark(busy)

    assert np.array_equal(after.mark(flat), embedder().mark(flat))


def test_the_mask_follows_slowly_within_a_shot() -> None:
    """A small patch that turns busy is marked no more at once, and more after a while."""
    flat = np.full((1, 192, 320, 3), 128, dtype=np.uint8)
    patched = flat.copy()
    patch = np.random.default_rng(0).integers(64, 192, (64, 64, 1), dtype=np.uint8)
    patched[0, :64, :64] = patch
    within = embedder(192, 320)
    within.mark(flat)

    energy = [
        np.square(within.mark(patched).astype(int) - patched)[0, 16:48, 16:48].sum()
        for _ in range(12)
    ]

    assert energy[0] < 0.8 * energy[-1]


def test_a_stronger_mark_changes_more() -> None:
    flat = np.full((1, 96, 160, 3), 128, dtype=np.uint8)

    change = [np.abs(embedder(strength=s).mark(flat).astype(int) - flat).sum() for s in (1, 2)]

    assert 1.7 < change[1] / change[0] < 2.5


def test_texture_hides_more_than_a_wall() -> None:
    picture = np.full((96, 192, 3), 128, dtype=np.uint8)
    noise = np.random.default_rng(0).integers(96, 160, (96, 96, 1), dtype=np.uint8)
    picture[:, 96:] = noise

    amplitude = mask.measure(picture)

    assert amplitude.shape == (24, 48)
    assert amplitude[:, 30:].min() > 1.2 * amplitude[:, :18].max()
    assert amplitude.max() <= mask.AMPLITUDE_MAX


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"height": 95}, "96 pixels"),
        ({"width": 16}, "96 pixels"),
        ({"strength": 0.0}, "strength"),
        ({"strength": 5.0}, "strength"),
        ({"strength": float("nan")}, "strength"),
    ],
)
def test_arguments_outside_their_range_are_refused(
    arguments: dict[str, float], reason: str
) -> None:
    with pytest.raises(WatermarkError, match=reason):
        embedder(**arguments)


@pytest.mark.parametrize(
    "frames",
    [
        np.zeros((1, 96, 160, 3), dtype=np.float32),
        np.zeros((96, 160, 3), dtype=np.uint8),
        np.zeros((1, 96, 160, 4), dtype=np.uint8),
        np.zeros((1, 96, 161, 3), dtype=np.uint8),
    ],
)
def test_frames_of_another_kind_are_refused(frames: np.ndarray) -> None:
    with pytest.raises(WatermarkError, match="frames"):
        embedder().mark(frames)
