"""One scene, recorded as often as one likes, and what its proxies are compared by."""

import cv2
import numpy as np

from fingerprint.looks import Line
from fingerprint.motion import Motion, consistency
from fingerprint.proxy import Proxy, Watcher
from fingerprint.registration import Matrix
from tests.fingerprint import clips
from tests.fingerprint.clips import Frames

UPRIGHT: Matrix = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))


def scene(place: int, *, take: int, seconds: float = 5.0, hand: float = 0.4) -> Frames:
    """A place, three things that go their ways in it, and a camera held by hand."""
    canvas = clips.clouds(np.random.default_rng([3, place]), 2 * clips.HEIGHT, 2 * clips.WIDTH)
    colours = np.random.default_rng([4, place]).integers(0, 256, (3, 3)).tolist()
    rng = np.random.default_rng([5, place, take])
    phases, rates = rng.uniform(0, 2 * np.pi, (4, 2)), rng.uniform(1.5, 4.0, (4, 2))
    frames: list[Frames] = []
    for number in range(round(seconds * clips.FPS)):
        swing = np.sin(phases + rates * number / float(clips.FPS))
        x, y = (0.5 + 0.1 * hand * swing[3]) * (clips.WIDTH, clips.HEIGHT)
        view = cv2.getRectSubPix(
            canvas, (clips.WIDTH, clips.HEIGHT), (x + clips.WIDTH / 2, y + clips.HEIGHT / 2)
        )
        for thing, colour in enumerate(colours):
            spot = (0.5 + 0.35 * swing[thing]) * (clips.WIDTH, clips.HEIGHT)
            centre = (round(spot[0] * 16), round(spot[1] * 16))
            cv2.circle(view, centre, 16 * clips.HEIGHT // 8, colour, -1, cv2.LINE_AA, 4)
        frames.append(np.asarray(view, np.uint8))
    return np.stack(frames)


def railed(place: int, *, take: int, seconds: float = 5.0) -> Frames:
    """A place that a camera on a rail passes, in every take alike, and one thing that moves in it.

    In take 0 there is nothing but the place.
    """
    canvas = clips.clouds(np.random.default_rng([6, place]), 2 * clips.HEIGHT, 2 * clips.WIDTH)
    phases = np.random.default_rng([7, place, take]).uniform(0, 2 * np.pi, 2)
    frames: list[Frames] = []
    count = round(seconds * clips.FPS)
    for number in range(count):
        x = clips.WIDTH * (0.6 + 0.8 * number / count)
        view = cv2.getRectSubPix(canvas, (clips.WIDTH, clips.HEIGHT), (x, float(clips.HEIGHT)))
        swing = np.sin(phases + 2.5 * number / float(clips.FPS))
        spot = (0.5 + 0.3 * swing) * (clips.WIDTH, clips.HEIGHT)
        centre = (round(spot[0] * 16), round(spot[1] * 16))
        if take:
            cv2.circle(view, centre, 16 * clips.HEIGHT // 9, (240, 200, 30), -1, cv2.LINE_AA, 4)
        frames.append(np.asarray(view, np.uint8))
    return np.stack(frames)


def proxy(frames: Frames, *, fps: float = float(clips.FPS)) -> Proxy:
    watcher = Watcher()
    watcher.look(frames, np.arange(len(frames)) / fps)
    return watcher.take()


def compare(
    query: Proxy,
    reference: Proxy,
    *,
    matrix: Matrix = UPRIGHT,
    mirrored: bool = False,
    speed: float = 1.0,
    offset: float = 0.0,
) -> Motion:
    return consistency(
        query,
        reference,
        matrix=matrix,
        mirrored=mirrored,
        line=Line(speed, offset),
        start=float(query.seconds[0]),
        end=float(query.seconds[-1]),
    )
