"""Picture and sound against the simulation, each read back by itself from what comes out."""

from fractions import Fraction

import numpy as np
import pytest

from generator import likeness
from generator.base import Clip
from generator.simulate import cameras
from generator.simulate import world as worlds
from generator.simulate.balls import GRAVITY
from tests.generator.requests import clip, request

FPS = 40


@pytest.fixture(scope="module")
def bouncing() -> Clip:
    return clip(
        request(
            "A blue ball bounces in the studio at noon. Wide shot, static, single take.",
            seconds=2.0,
            fps=Fraction(FPS),
            width=320,
            height=180,
            seed=3,
        )
    )


@pytest.fixture(scope="module")
def track(bouncing: Clip) -> np.ndarray:
    """Return the ball's middle row, middle column and top row in every frame, by colour alone."""
    seen = np.concatenate(list(bouncing.frames)).astype(float)
    blue = seen[..., 2] / (seen.sum(axis=-1) + 1)
    # What is bluer than it is most of the time: shadows and mirror images keep their colour.
    ball = blue - np.median(blue, axis=0) > 0.09
    spots = [np.nonzero(mask) for mask in ball]
    return np.array([(down.mean(), across.mean(), down.min()) for down, across in spots])


def contact_seen(track: np.ndarray, near: float) -> float:
    """Return when two parabolas, fitted before and after, cross: the contact between frames."""
    time = np.arange(len(track)) / FPS - near
    before = (time < -0.2 / FPS) & (time > -7.2 / FPS)
    after = (time > 0.2 / FPS) & (time < 7.2 / FPS)
    falling = np.polyfit(time[before], track[before, 0], 2)
    rising = np.polyfit(time[after], track[after, 0], 2)
    roots = np.roots(falling - rising)
    real = roots[np.isreal(roots)].real
    return near + float(real[np.argmin(np.abs(real))])


def onset_heard(audio: np.ndarray, rate: int, near: float) -> float:
    """Return when the energy of 1 ms steps rises most within 60 ms of a time."""
    mono = audio.mean(axis=1)
    hop = rate // 1000
    steps = len(mono) // hop
    energy = np.log((mono[: steps * hop].reshape(steps, hop) ** 2).mean(axis=1) + 1e-7)
    first = max(round((near - 0.06) * 1000), 1)
    rise = np.diff(energy)[first : round((near + 0.06) * 1000)]
    return (first + 1 + int(np.argmax(rise))) / 1000


def test_the_ball_touches_the_floor_in_the_picture_at_the_event(
    bouncing: Clip, track: np.ndarray
) -> None:
    for event in bouncing.events[:2]:
        assert contact_seen(track, event.at) == pytest.approx(event.at, abs=0.010)


def test_the_ball_is_lowest_in_the_picture_at_the_event(bouncing: Clip, track: np.ndarray) -> None:
    first = bouncing.events[0].at

    lowest = int(np.argmax(track[: round((first + 0.25) * FPS), 0]))

    assert lowest / FPS == pytest.approx(first, abs=1 / FPS)


def test_the_fall_in_the_picture_is_a_parabola_under_gravity(
    bouncing: Clip, track: np.ndarray
) -> None:
    first = bouncing.events[0]
    whole = np.flatnonzero(track[:, 2] > 0)  # Frames that the ball is not cut off by.
    fall = whole[whole < first.at * FPS]
    time = fall / FPS
    world = worlds.build(
        bouncing.storyboard, likeness.looks(bouncing.storyboard.shots, (), seed=3), seconds=2.0
    )
    view = cameras.view(world, 0, 0.0, aspect=320 / 180)

    # The camera alone turns pixels into metres: the ray through one meets the ball's plane.
    focal = 320 * view.lens_mm / cameras.SENSOR_MM
    rays = (
        view.forward
        + np.outer((90 - 0.5 - track[fall, 0]) / focal, view.up)
        + np.outer((track[fall, 1] - 160 + 0.5) / focal, view.right)
    )
    far = (first.position[2] - view.eye[2]) / rays[:, 2]
    height = view.eye[1] + far * rays[:, 1]
    fit = np.polyfit(time, height, 2)

    metres_a_pixel = float(np.median(far)) / focal
    assert np.abs(np.polyval(fit, time) - height).max() < metres_a_pixel
    assert -2 * fit[0] == pytest.approx(GRAVITY, rel=0.03)


def test_impacts_are_heard_at_their_events(bouncing: Clip) -> None:
    assert len(bouncing.events) >= 2
    for event in bouncing.events[:3]:
        heard = onset_heard(bouncing.audio, bouncing.rate, event.at)

        assert heard == pytest.approx(event.at, abs=0.010)
