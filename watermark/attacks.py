"""What happens to pictures on their way through the world, as far as it needs no codec."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import cv2
import numpy as np

from watermark.frames import Frames, Plane, luma

_SEED: Final = 1  # An attack is the same each time.
_LOGO_SHARE: Final = 0.12  # Of the shorter side.


@dataclass(frozen=True, slots=True)
class Attack:
    """One thing that happens to a clip.

    Attributes:
        name: In words.
        change: Takes uint8, (T, H, W, 3), RGB, and returns such frames, of any T, H and W.
        crf: Constant rate factor of the H.264 file that is made of it afterwards.
    """

    name: str
    change: Callable[[Frames], Frames]
    crf: int = 23


def keep(frames: Frames) -> Frames:
    """Return the frames as they are."""
    return frames


def resize(frames: Frames, *, height: int, width: int) -> Frames:
    """Return the frames in another size."""
    return _each(
        frames, lambda frame: cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA)
    )


def scale(frames: Frames, *, share: float) -> Frames:
    """Return the frames smaller or larger in their own proportions."""
    height, width = (max(2, round(side * share)) for side in frames.shape[1:3])
    return resize(frames, height=height, width=width)


def crop(frames: Frames, *, share: float) -> Frames:
    """Return the middle of the frames, brought back to their size."""
    height, width = frames.shape[1:3]
    return resize(_middle(frames, share, share), height=height, width=width)


def letterbox(frames: Frames) -> Frames:
    """Return the frames at three quarters of their size, between black bars."""
    small, boxed = scale(frames, share=0.75), np.zeros_like(frames)
    return _paste(boxed, small)


def inset(frames: Frames, *, share: float) -> Frames:
    """Return the frames as a picture in a picture: in the middle of noise."""
    random = np.random.default_rng(_SEED)
    coarse = random.integers(0, 256, (1, 9, 16, 3), dtype=np.uint8)
    around = resize(coarse, height=frames.shape[1], width=frames.shape[2])
    return _paste(np.repeat(around, len(frames), axis=0), scale(frames, share=share))


def portrait(frames: Frames) -> Frames:
    """Return an upright strip of 9:16 from the middle."""
    height, width = frames.shape[1:3]
    return _middle(frames, 1.0, min(1.0, height * 9 / 16 / width))


def rotate(frames: Frames, *, degrees: float) -> Frames:
    """Return the frames turned clockwise about their middle, with black corners."""
    height, width = frames.shape[1:3]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    return _each(frames, lambda frame: cv2.warpAffine(frame, matrix, (width, height)))


def upend(frames: Frames) -> Frames:
    """Return the frames turned by a right angle."""
    return np.ascontiguousarray(np.rot90(frames, axes=(1, 2)))


def mirror(frames: Frames) -> Frames:
    """Return the frames with left and right changed."""
    return np.ascontiguousarray(frames[:, :, ::-1])


def tone(
    frames: Frames, *, contrast: float = 1.0, brightness: float = 1.0, gamma: float = 1.0
) -> Frames:
    """Return the frames with other tones."""
    levels = np.linspace(0.0, 1.0, 256) ** gamma * brightness
    curve = np.rint(np.clip(((levels - 0.5) * contrast + 0.5) * 255.0, 0.0, 255.0))
    return np.asarray(curve.astype(np.uint8)[frames])


def recolour(frames: Frames) -> Frames:
    """Return the frames with every hue turned by 40 degrees."""

    def turn(frame: Frames) -> cv2.typing.MatLike:
        hue, saturation, value = cv2.split(cv2.cvtColor(frame, cv2.COLOR_RGB2HSV))
        turned = ((hue.astype(np.int16) + 20) % 180).astype(np.uint8)
        return cv2.cvtColor(cv2.merge([turned, saturation, value]), cv2.COLOR_HSV2RGB)

    return _each(frames, turn)


def bleach(frames: Frames) -> Frames:
    """Return the frames without colour."""
    return _each(frames, lambda frame: cv2.merge([luma(frame)] * 3))


def blur(frames: Frames, *, share: float = 1 / 360) -> Frames:
    """Return the frames out of focus, by a share of their shorter side."""
    sigma = share * min(frames.shape[1:3])
    return _each(frames, lambda frame: cv2.GaussianBlur(frame, (0, 0), sigma))


def roughen(frames: Frames, *, deviation: float = 15.0) -> Frames:
    """Return the frames with noise, in grey levels."""
    random = np.random.default_rng(_SEED)

    def add(frame: Frames) -> cv2.typing.MatLike:
        noise = random.standard_normal(frame.shape, dtype=np.float32)
        return np.clip(frame + deviation * noise, 0, 255)

    return _each(frames, add)


def drop(frames: Frames) -> Frames:
    """Return four frames of each five."""
    return frames[np.arange(len(frames)) % 5 != 4]


def first(frames: Frames, *, count: int) -> Frames:
    """Return the first frames."""
    return frames[:count]


def caption(frames: Frames) -> Frames:
    """Return the frames with a logo in a corner and a caption on a bar."""
    height, width = frames.shape[1:3]
    captioned = frames.copy()
    side = int(_LOGO_SHARE * min(height, width))
    for frame in captioned:
        frame[-side:] = 0
        cv2.circle(frame, (width - side, side), side // 2, (255, 255, 255), -1)
        cv2.putText(
            frame,
            "somebody else's words",
            (side, height - side // 3),
            cv2.FONT_HERSHEY_SIMPLEX,
            side / 40,
            (255, 255, 255),
            2,
        )
    return captioned


def film(frames: Frames) -> Frames:
    """Return the frames as a camera in front of a screen sees them."""
    height, width = frames.shape[1:3]
    seen = np.array(
        [[0.04, 0.05], [0.97, 0.02], [0.95, 0.96], [0.02, 0.93]], dtype=np.float32
    ) * np.array([width, height], dtype=np.float32)
    whole = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(whole, seen)
    tilted = _each(frames, lambda frame: cv2.warpPerspective(frame, matrix, (width, height)))
    return roughen(blur(tone(tilted, gamma=1.2, contrast=0.9), share=1 / 600), deviation=4.0)


def phone(frames: Frames) -> Frames:
    """Return the frames at 360 lines."""
    return scale(frames, share=min(1.0, 360 / min(frames.shape[1:3])))


def _each(frames: Frames, change: Callable[[Frames], cv2.typing.MatLike]) -> Frames:
    return np.stack([np.asarray(change(frame), dtype=np.uint8) for frame in frames])


def _middle(frames: Frames, high: float, wide: float) -> Frames:
    height, width = frames.shape[1:3]
    rows, columns = max(2, round(height * high)), max(2, round(width * wide))
    top, left = (height - rows) // 2, (width - columns) // 2
    return frames[:, top : top + rows, left : left + columns]


def _paste(around: Frames, small: Frames) -> Frames:
    top, left = ((a - b) // 2 for a, b in zip(around.shape[1:3], small.shape[1:3], strict=True))
    around[:, top : top + small.shape[1], left : left + small.shape[2]] = small
    return around


def amplify(plain: Frames, marked: Frames, *, factor: float) -> Frames:
    """Return the difference of two pictures, (H, W, 3), times a factor, about middle grey."""
    difference: Plane = marked.astype(np.float32) - plain
    return np.clip(128.0 + factor * difference, 0, 255).astype(np.uint8)


ATTACKS: Final = (
    *(Attack(f"H.264 at CRF {crf}", keep, crf) for crf in (23, 28, 33, 38, 43)),
    Attack("half its size", partial(scale, share=0.5)),
    Attack("a quarter of its size", partial(scale, share=0.25)),
    Attack("cropped to 75 %", partial(crop, share=0.75)),
    Attack("cropped to 50 %", partial(crop, share=0.5)),
    Attack("cropped to 33 %", partial(crop, share=0.33)),
    Attack("between black bars", letterbox),
    Attack("upright, 9:16", portrait),
    Attack("a picture in a picture, 50 %", partial(inset, share=0.5)),
    Attack("turned by 2 degrees", partial(rotate, degrees=2.0)),
    Attack("turned by 5 degrees", partial(rotate, degrees=5.0)),
    Attack("turned by 90 degrees", upend),
    Attack("mirrored", mirror),
    Attack("darker, 0.7", partial(tone, brightness=0.7)),
    Attack("more contrast, 1.5", partial(tone, contrast=1.5)),
    Attack("gamma 1.6", partial(tone, gamma=1.6)),
    Attack("other hues", recolour),
    Attack("without colour", bleach),
    Attack("out of focus", blur),
    Attack("noise", roughen),
    Attack("every fifth frame lost", drop),
    Attack("half a second", partial(first, count=12)),
    Attack("one frame", partial(first, count=1)),
    Attack("logo and caption", caption),
    Attack("sent by phone, 360 lines, CRF 30", phone, 30),
    Attack("filmed from a screen", film, 26),
)
