"""From linear light to film: bloom, vignette, exposure, tone curve, weather and grain."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from generator.base import Frames
from generator.render.canvas import Canvas
from generator.render.lights import Light
from generator.render.noise import Plane

_CODES = 4096  # Steps of the tone curve; the square root spreads them evenly to the eye.
_WHITE = 8.0  # Linear light beyond which all is white.
_GRAINS = 4
_GRAIN_LEVELS = 1.5  # Standard deviation of the grain in 8-bit levels.
_DROPS = 260


@dataclass(frozen=True, slots=True)
class Film:
    """What every frame of a shot is developed with."""

    curves: tuple[NDArray[np.uint8], ...]  # One a channel: code to level.
    gain: Plane  # Exposure and vignette as codes: (H, W).
    grain: tuple[NDArray[np.int16], ...]
    seed: int
    weather: str
    veil: float  # Light of a drop of rain or a flake of snow.


def film(light: Light, *, width: int, height: int, seed: int, weather: str) -> Film:
    """Return the film of a shot."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    far = ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) * np.float32(2)
    vignette = 1 - np.float32(0.34) * far
    rng = np.random.default_rng((seed, 9))
    grain = tuple(
        np.repeat(
            rng.normal(0, _GRAIN_LEVELS, (height + 32, width + 32, 1)).round().astype(np.int16),
            3,
            2,
        )
        for _ in range(_GRAINS)
    )
    curves = tuple(_curve(tint) for tint in light.tint)
    veil = 0.35 * sum(light.horizon) / 3 + 0.06
    gain = (vignette * np.float32(light.exposure / _WHITE)).astype(np.float32)
    return Film(curves, gain, grain, seed, weather, veil)


def develop(canvas: Canvas, film_: Film, *, frame: int, at: float) -> Frames:
    """Return the finished frame, uint8 (H, W, 3) RGB. The canvas is used up."""
    _bloom(canvas)
    if film_.weather in ("rain", "snow"):
        drops = _weather(canvas, film_, at)
        for plane in canvas.planes:
            np.add(plane, drops, out=plane)
    levels: list[NDArray[np.uint8]] = []
    for plane, curve in zip(canvas.planes, film_.curves, strict=True):
        np.multiply(plane, film_.gain, out=plane)
        np.clip(plane, 0, 1, out=plane)
        code = (np.sqrt(plane) * np.float32(_CODES - 1)).astype(np.uint16)
        levels.append(curve[code])
    picture = cv2.merge(levels)
    rng = np.random.default_rng((film_.seed, 10, frame))
    tile = film_.grain[int(rng.integers(_GRAINS))]
    top, left = (int(value) for value in rng.integers(0, 32, 2))
    height, width = canvas.depth.shape
    noise = tile[top : top + height, left : left + width]
    return np.asarray(cv2.add(picture, noise, dtype=cv2.CV_8U), np.uint8)


def blur_far(canvas: Canvas, *, lens_mm: float, f_stop: float, focus: float) -> None:
    """Throw what is drawn so far out of focus by its depth: the circle of a thin lens.

    Source: thin-lens circle of confusion, c = f^2 / N / (s - f) * |z - s| / z.
    """
    metres = lens_mm / 1000
    circle = metres * metres / f_stop / max(focus - metres, 0.05)
    pixels = circle / 0.036 * canvas.grid.width
    sigma = 0.5 * pixels * 0.7  # As far as the horizon; most of what is behind is nearly that.
    if sigma < 0.6:
        return
    spread = np.abs(canvas.depth - np.float32(focus)) / canvas.depth
    share = np.clip(spread * np.float32(1.6) - np.float32(0.12), 0, 1)
    height, width = canvas.depth.shape
    shrink = 2 if sigma > 2 else 1
    for plane in canvas.planes:
        small = cv2.resize(plane, (width // shrink, height // shrink), interpolation=cv2.INTER_AREA)
        soft = cv2.GaussianBlur(small, (0, 0), sigma / shrink)
        np.add(plane, share * (cv2.resize(soft, (width, height)) - plane), out=plane)


def _curve(tint: float) -> NDArray[np.uint8]:
    """Return the tone curve of one channel: a shoulder, a soft toe, then the sRGB transfer."""
    value = (np.arange(_CODES) / (_CODES - 1)) ** 2 * _WHITE * tint
    # Extended Reinhard: nearly linear in the shadows, white at _WHITE / 2.
    toned = value * (1 + value / (_WHITE / 2) ** 2) / (1 + 0.72 * value)
    toned = np.clip(toned, 0, 1)
    toned *= 0.74 + 0.26 * np.clip(toned / 0.5, 0, 1)
    srgb = np.where(toned <= 0.0031308, toned * 12.92, 1.055 * toned ** (1 / 2.4) - 0.055)
    return np.clip(np.round(srgb * 255), 0, 255).astype(np.uint8)


def _bloom(canvas: Canvas) -> None:
    height, width = canvas.depth.shape
    size = (max(width // 4, 1), max(height // 4, 1))
    for plane in canvas.planes:
        small = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
        bright = np.clip(small - np.float32(1.0), 0, 4)
        if float(bright.max()) > 0:
            soft = cv2.GaussianBlur(bright, (0, 0), max(width / 160, 0.8))
            np.add(plane, cv2.resize(soft, (width, height)) * np.float32(0.35), out=plane)


def _weather(canvas: Canvas, film_: Film, at: float) -> Plane:
    """Return the light of falling drops or flakes; each falls on through the shot."""
    height, width = canvas.depth.shape
    layer = np.zeros((height, width), np.uint8)
    rng = np.random.default_rng((film_.seed, 11))
    x, y, near = rng.random((3, _DROPS))
    snow = film_.weather == "snow"
    pace = (0.16 + 0.22 * near) if snow else (1.9 + 1.4 * near)
    drift = 0.02 * np.sin(at * 1.3 + 9 * x) + 0.03 * at if snow else 0.05 * at * pace
    column = np.mod(x + drift, 1) * width
    row = np.mod(y + pace * at, 1) * height
    for index in range(_DROPS):
        point = (int(column[index] * 16), int(row[index] * 16))
        if snow:
            radius = int((0.0016 + 0.0030 * near[index] ** 2) * width * 16)
            cv2.circle(layer, point, radius, int(120 + 135 * near[index]), -1, cv2.LINE_AA, 4)
        else:
            tail = 0.03 + 0.04 * near[index]
            end = (int(point[0] - tail * 0.05 * width * 16), int(point[1] - tail * height * 16))
            cv2.line(layer, point, end, int(40 + 80 * near[index]), 1, cv2.LINE_AA, 4)
    strength = film_.veil * (2.2 if snow else 1.0)
    return layer.astype(np.float32) * np.float32(strength / 255)
