"""Physics in the pixels: a ball in a finished MP4, found by its colour, against Newton's formulas.

The finder knows that a round thing moves before a camera that stands still, and nothing else.
Pixels become metres by the lens and the place of the camera; the time of a contact and the
restitution are those of the parabolas on both sides.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np

from generator import likeness, registry
from generator.base import Request
from generator.film import staging
from generator.film.casting import FilmHold
from generator.film.scenes import SENSOR_MM
from generator.simulate import cameras
from generator.simulate import world as worlds
from generator.simulate.balls import GRAVITY
from generator.simulate.cameras import View
from rightsd.adapters import media
from tests.bench.table import Row

PROMPT = "A basketball bounces in the studio at noon. Wide shot, static, single take."
FPS = Fraction(24)
SEEDS = (3, 4, 5)
SIZE = (640, 360)
ENGINES = ("procedural", "film")
QUICK = {"engines": ("procedural",), "seeds": (3,), "size": (320, 180), "seconds": 1.5}
CHROMA_MIN = 12.0  # Of a and b of CIELAB, in bytes.
ROUND_MIN = 0.8  # Of the area of the circle around it.
FINER = 2
NEAR_FRAMES = 1.2  # So near a contact the ball is squashed or smeared over both parabolas.
POINTS_MIN = 5


@dataclass(frozen=True)
class Flight:
    """A parabola through the heights of a ball: seconds, metres, metres a second."""

    g: float
    fit: np.ndarray
    residual_px: float


def run(
    folder: Path,
    *,
    engines: tuple[str, ...] = ENGINES,
    seeds: tuple[int, ...] = SEEDS,
    size: tuple[int, int] = SIZE,
    seconds: float = 4.0,
) -> list[Row]:
    return [row for name in engines for row in _engine(folder, name, seeds, size, seconds)]


def _engine(
    folder: Path, name: str, seeds: tuple[int, ...], size: tuple[int, int], seconds: float
) -> Iterator[Row]:
    gravity, late, back, residuals = list[float](), list[float](), list[float](), list[float]()
    for seed in seeds:
        flights, contacts, speeds = _filmed(folder, name, seed, size, seconds)
        gravity += [flight.g for flight in flights if flight is not None]
        residuals += [flight.residual_px for flight in flights if flight is not None]
        # What comes after contact n is flight n + 1.
        for number, (before, after) in enumerate(pairwise(flights)):
            if before is None or after is None or number + 1 >= len(speeds):
                continue
            at = _meeting(before, after, contacts[number])
            late.append(1000 * abs(at - contacts[number]))
            down, up = (np.polyval(np.polyder(each.fit), at) for each in (before, after))
            back.append(abs(float(-up / down) / (speeds[number + 1] / speeds[number]) - 1))
    assert gravity
    off = abs(float(np.median(gravity)) / GRAVITY - 1)
    yield Row(f"{name}: g in the pixels, median of {len(gravity)} flights", 100 * off, "%",
              "the goal", 3.0, "≤ 3 %")  # fmt: skip
    yield Row(f"{name}: ball off its parabola, root mean square", float(np.mean(residuals)), "px",
              "the goal", 1.0, "≤ 1 px")  # fmt: skip
    if late:
        yield Row(f"{name}: contact in the pixels, median of {len(late)}", float(np.median(late)),
                  "ms", "a frame at 24/s", 1000 / 24, "< 1 frame")  # fmt: skip
        yield Row(f"{name}: restitution in the pixels, median", 100 * float(np.median(back)), "%",
                  "the goal of the simulation", 2.0)  # fmt: skip


def _filmed(
    folder: Path, name: str, seed: int, size: tuple[int, int], seconds: float
) -> tuple[list[Flight | None], list[float], list[float]]:
    """Return the flights between contacts as they are seen, and the contacts as simulated."""
    width, height = size
    engine = registry.engine(name)
    asked = Request(PROMPT, seed, seconds, width, height, FPS)
    board = engine.plan(asked)
    clip = engine.generate(asked, board, progress=lambda _: None)
    path = folder / f"{name}-{seed}.mp4"
    media.write_video(
        path, width=width, height=height, fps=FPS, frames=clip.frames, audio=clip.audio,
        rate=clip.rate,
    )  # fmt: skip
    looks = likeness.looks(board.shots, (), seed=seed)
    aspect = width / height
    if name == "film":
        world = worlds.build(board, looks, seconds=seconds, hold=FilmHold())
        production = staging.produce(world, aspect=aspect, fps=float(FPS))
        view = production.view(world, 0, 0.0, aspect=aspect)
    else:
        world = worlds.build(board, looks, seconds=seconds)
        view = cameras.view(world, 0, 0.0, aspect=aspect)
    depth = float(world.ball(world.thrown[0], 0.0)[2])  # The ball stays in this plane.
    seen = _balls(path)
    heights = {n: _height(view, pixel, size, depth) for n, pixel in seen.items()}
    scale = view.lens_mm / SENSOR_MM * width / abs(float(view.eye[2]) - depth)
    contacts = [event.at for event in clip.events]
    edges = [-1.0, *contacts, seconds + 1.0]
    near = NEAR_FRAMES / float(FPS)
    flights = [
        _fly(
            {n / float(FPS): h for n, h in heights.items() if a + near < n / FPS < b - near}, scale
        )
        for a, b in pairwise(edges)
    ]
    return flights, contacts, [event.speed for event in clip.events]


def _balls(path: Path) -> dict[int, tuple[float, float]]:
    """Return where something round of another colour than usual is, in the frames that have it.

    The camera stands still, so what is usual at a pixel is its median over the clip; shadows change
    its lightness alone.
    """
    reel = cv2.VideoCapture(str(path))
    frames: list[np.ndarray] = []
    while True:
        read, frame = reel.read()
        if not read:
            break
        frames.append(cv2.cvtColor(frame, cv2.COLOR_BGR2LAB)[..., 1:])
    usual = np.median(np.stack(frames), axis=0)
    found: dict[int, tuple[float, float]] = {}
    for number, frame in enumerate(frames):
        off = np.hypot(*np.moveaxis(frame - usual, 2, 0)).astype(np.float32)
        large = cv2.resize(off, None, fx=FINER, fy=FINER, interpolation=cv2.INTER_LINEAR)
        outlines, _ = cv2.findContours(
            (large > CHROMA_MIN).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
        )
        if not outlines:
            continue
        largest = cv2.convexHull(max(outlines, key=cv2.contourArea))
        (_, _), radius = cv2.minEnclosingCircle(largest)
        # Cut off by the frame, or hidden in part, it is no disc.
        if radius < 3 * FINER or cv2.contourArea(largest) < ROUND_MIN * math.pi * radius**2:
            continue
        middle = cv2.moments(largest)
        x, y = (middle[name] / middle["m00"] + 0.5 for name in ("m10", "m01"))
        found[number] = (x / FINER, y / FINER)
    return found


def _height(view: View, pixel: tuple[float, float], size: tuple[int, int], depth: float) -> float:
    """Return the height at which the sight line of a pixel meets the plane of the ball."""
    width, height = size
    per_focal = SENSOR_MM / view.lens_mm / width
    way = (
        np.asarray(view.forward)
        + np.asarray(view.right) * (pixel[0] - width / 2) * per_focal
        - np.asarray(view.up) * (pixel[1] - height / 2) * per_focal
    )
    eye = np.asarray(view.eye)
    return float((eye + way * (depth - eye[2]) / way[2])[1])


def _fly(heights: dict[float, float], scale: float) -> Flight | None:
    if len(heights) < POINTS_MIN:
        return None
    times, ys = np.array(list(heights)), np.array(list(heights.values()))
    fit = np.polyfit(times, ys, 2)
    off = np.polyval(fit, times) - ys
    return Flight(-2 * float(fit[0]), fit, float(np.sqrt((off**2).mean())) * scale)


def _meeting(before: Flight, after: Flight, near: float) -> float:
    """Return when two parabolas meet, nearest to a time."""
    roots = np.roots(np.polysub(before.fit, after.fit))
    real = [float(root.real) for root in roots if abs(root.imag) < 1e-6]
    return min(real, key=lambda at: abs(at - near), default=near)
