"""What lies beyond the floor: a panorama of sky, clouds and skyline, painted once a shot.

The panorama is unrolled by azimuth (columns; the middle looks to -z) and elevation (rows, from the
top down), in linear light with the haze of the distance already in it.
"""

import cv2
import numpy as np

from generator.render.canvas import Canvas, Lit
from generator.render.lights import Light, Linear, mix, scaled
from generator.render.noise import Plane, fractal, step

WIDTH, HEIGHT = 1536, 480
HALF_TURN = 1.9  # Radians of azimuth to either side.
LOWEST, HIGHEST = -0.12, 1.15  # Radians of elevation.
_COARSE = 8  # The panorama is looked up on every so-manieth pixel and in between by line.

Panorama = Plane


def paint(place: str, light: Light, *, seed: int, weather: str, dark: bool) -> Panorama:
    """Return the panorama of a place, float32 (HEIGHT, WIDTH, 3).

    Args:
        place: Where.
        light: Under which light.
        seed: Shapes hills, clouds and windows.
        weather: Hides the sun in rain, snow and fog.
        dark: Whether it is night: stars, moon and lit windows.
    """
    rng = np.random.default_rng((seed, 7, sum(place.encode())))
    azimuth, elevation = _angles()
    sky = _gradient(light, elevation)
    if place in ("room", "studio"):
        return sky
    if weather == "clear":
        sky = _glow(sky, light, azimuth, elevation, dark=dark)
    if dark and weather == "clear":
        sky = _stars(sky, rng, elevation)
    sky = _clouds(sky, light, rng, azimuth, elevation, dark=dark)
    for layer in range(_LAYERS[place][0]):
        sky = _range(sky, place, layer, light, rng, dark=dark)
    return sky


def project(canvas: Canvas, lit: Lit, panorama: Panorama) -> None:
    """Fill a canvas with the panorama as its camera sees it."""
    grid = canvas.grid
    small = [
        cv2.resize(plane, (grid.width // _COARSE + 1, grid.height // _COARSE + 1))
        for plane in grid.rays
    ]
    world = [
        small[0] * np.float32(lit.axes[0, k]) + small[1] * np.float32(lit.axes[1, k])
        + small[2] * np.float32(lit.axes[2, k])
        for k in range(3)
    ]  # fmt: skip
    turn = np.arctan2(world[0], -world[2])
    rise = np.arcsin(np.clip(world[1], -1, 1))
    column = (turn + HALF_TURN) * np.float32((WIDTH - 1) / (2 * HALF_TURN))
    row = (HIGHEST - rise) * np.float32((HEIGHT - 1) / (HIGHEST - LOWEST))
    size = (grid.width, grid.height)
    map_x, map_y = cv2.resize(column, size), cv2.resize(row, size)
    seen = cv2.remap(panorama, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    for plane, painted in zip(canvas.planes, cv2.split(seen), strict=True):
        np.copyto(plane, painted)


def _angles() -> tuple[Plane, Plane]:
    azimuth = np.linspace(-HALF_TURN, HALF_TURN, WIDTH, dtype=np.float32)
    elevation = np.linspace(HIGHEST, LOWEST, HEIGHT, dtype=np.float32)
    across, down = np.meshgrid(azimuth, elevation)
    return across, down


def _gradient(light: Light, elevation: Plane) -> Panorama:
    share = np.clip(np.maximum(elevation, 0) / 0.9, 0, 1) ** np.float32(0.6)
    low = np.array(light.horizon, np.float32)
    return low + share[..., None] * (np.array(light.zenith, np.float32) - low)


def _glow(sky: Panorama, light: Light, azimuth: Plane, elevation: Plane, *, dark: bool) -> Panorama:
    # The sun of the sky stands where its rim light comes from: behind the stage, seen or not.
    turn, rise = 0.75 * float(np.sign(light.sun[0])), 0.20 if not dark else 0.42
    off = np.hypot((azimuth - turn) * np.cos(elevation), elevation - rise)
    colour = np.array(light.sun_colour, np.float32)
    halo = np.exp(off * np.float32(-3.2)) * np.float32(0.16) + np.exp(off * -14) * np.float32(0.4)
    if dark:
        disc = 1 - step(off, 0.040, 0.046)
        crater = np.float32(0.82) + 0.18 * np.sin(azimuth * 90) * np.sin(elevation * 110)
        return sky + (halo * 0.4)[..., None] * colour + (disc * crater * 1.5)[..., None]
    return sky + halo[..., None] * colour


def _stars(sky: Panorama, rng: np.random.Generator, elevation: Plane) -> Panorama:
    bright = np.zeros((HEIGHT, WIDTH), np.float32)
    count = 900
    rows, columns = rng.integers(0, HEIGHT - 60, count), rng.integers(0, WIDTH, count)
    bright[rows, columns] = rng.random(count, dtype=np.float32) ** 4 * 3 + 0.25
    bright = cv2.GaussianBlur(bright, (3, 3), 0.7) * np.clip(elevation * 5, 0, 1)
    return sky + bright[..., None] * np.array((0.8, 0.9, 1.0), np.float32)


def _clouds(
    sky: Panorama,
    light: Light,
    rng: np.random.Generator,
    azimuth: Plane,
    elevation: Plane,
    *,
    dark: bool,
) -> Panorama:
    flat = fractal(512, 512, rng, cells=(5, 5), octaves=6)
    cover = float(rng.uniform(0.46, 0.56))
    # A layer overhead is seen foreshortened towards the horizon.
    far = 1 / (np.maximum(elevation, 0) + 0.14)
    map_x = np.mod((np.sin(azimuth) * far * 42 + 900), 511).astype(np.float32)
    map_y = np.mod((np.cos(azimuth) * far * 42 + 900), 511).astype(np.float32)
    looked_up = cv2.remap(flat, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    density = np.asarray(looked_up, np.float32)
    share = step(density, cover, cover + 0.16) * np.clip(elevation * 7, 0, 1)
    lit = mix(light.horizon, scaled(light.sun_colour, 0.62), 0.5)
    if dark:
        lit = scaled(light.horizon, 1.3)
    shade = step(density, cover + 0.05, cover + 0.3)[..., None]
    body = np.array(lit, np.float32) * (1 - 0.45 * shade)
    return sky + (share * np.float32(0.85))[..., None] * (body - sky)


# Layers from far to near: how many, their nearest colour, heights in radians (far, near).
_LAYERS: dict[str, tuple[int, Linear, tuple[float, float]]] = {
    "court": (3, (0.06, 0.10, 0.055), (0.20, 0.11)),
    "park": (3, (0.045, 0.10, 0.035), (0.17, 0.10)),
    "street": (3, (0.14, 0.12, 0.11), (0.55, 0.36)),
    "beach": (1, (0.10, 0.16, 0.16), (0.035, 0.02)),
    "forest": (4, (0.030, 0.055, 0.022), (0.62, 0.52)),
    "snowfield": (3, (0.34, 0.42, 0.55), (0.26, 0.08)),
    "desert": (3, (0.34, 0.16, 0.085), (0.16, 0.06)),
}


def _range(
    sky: Panorama, place: str, layer: int, light: Light, rng: np.random.Generator, *, dark: bool
) -> Panorama:
    """Lay one range of hills, houses or trees over the sky."""
    count, colour, (far, near) = _LAYERS[place]
    depth = (layer + 1) / count
    height = far + (near - far) * depth
    kind = "houses" if place == "street" or (place == "court" and layer == 0) else place
    outline, texture = _OUTLINES.get(kind, _hills)(rng, height)
    pixel = (HIGHEST - LOWEST) / HEIGHT
    # Only the rows below its highest point are painted.
    top = max(int((HIGHEST - float(outline.max())) / pixel) - 2, 0)
    rows = np.linspace(HIGHEST, LOWEST, HEIGHT, dtype=np.float32)[top:, None]
    texture = texture[top:]
    share = np.clip((outline[None, :] - rows) / np.float32(pixel) + 0.5, 0, 1)
    lamp = mix(scaled(light.sun_colour, 0.30), light.zenith, 0.5)
    surface: Linear = (
        colour[0] * (0.35 + lamp[0]), colour[1] * (0.35 + lamp[1]), colour[2] * (0.35 + lamp[2]),
    )  # fmt: skip
    away = 26 + 80 * (1 - depth)  # Metres, as far as haze goes.
    hazed = mix(surface, light.horizon, 1 - float(np.exp(-light.haze * away)))
    body = np.array(hazed, np.float32) * (0.75 + 0.5 * texture)[..., None]
    # The foot of a range lies behind more air than its top: it melts into the floor's horizon.
    veil = np.exp(np.maximum(rows, 0) * np.float32(-26)) * np.float32(0.15 + 0.6 * (1 - depth))
    body = body + veil[..., None] * (np.array(light.horizon, np.float32) - body)
    if kind == "houses":
        body = _windows(body, rng, outline, rows, dark=dark)
    sky[top:] += share[..., None] * (body - sky[top:])
    return sky


def _hills(rng: np.random.Generator, height: float) -> tuple[Plane, Plane]:
    line = fractal(8, WIDTH, rng, cells=(1, 7), octaves=6)[4]
    return height * (0.45 + 0.9 * line), fractal(HEIGHT, WIDTH, rng, cells=(8, 24), octaves=4)


def _woods(rng: np.random.Generator, height: float) -> tuple[Plane, Plane]:
    line = fractal(8, WIDTH, rng, cells=(1, 26), octaves=5)[4]
    bumps = np.abs(np.sin(np.arange(WIDTH) * 0.07 + 6 * line)) * 0.18
    return (
        (height * (0.5 + 0.6 * line + bumps)).astype(np.float32),
        fractal(HEIGHT, WIDTH, rng, cells=(32, 100), octaves=4),
    )


def _trunks(rng: np.random.Generator, height: float) -> tuple[Plane, Plane]:
    outline = (height * fractal(8, WIDTH, rng, cells=(1, 40), octaves=4)[4]).astype(np.float32)
    column = 0
    while column < WIDTH:
        wide = int(rng.integers(5, 22))
        outline[column : column + wide] = HIGHEST
        column += wide + int(rng.integers(24, 110))
    return outline, fractal(HEIGHT, WIDTH, rng, cells=(10, 160), octaves=3)


def _houses(rng: np.random.Generator, height: float) -> tuple[Plane, Plane]:
    outline = np.zeros(WIDTH, np.float32)
    tone = np.zeros((1, WIDTH), np.float32)
    column = 0
    while column < WIDTH:
        wide = int(rng.integers(60, 150))
        outline[column : column + wide] = height * float(rng.uniform(0.5, 1.25))
        tone[:, column : column + wide] = float(rng.uniform(0.1, 1.0))
        column += wide
    return outline, np.broadcast_to(tone, (HEIGHT, WIDTH)).astype(np.float32)


def _windows(
    body: Panorama, rng: np.random.Generator, outline: Plane, rows: Plane, *, dark: bool
) -> Panorama:
    columns = np.arange(WIDTH, dtype=np.float32)[None, :]
    cell_x, cell_y = columns / 15, (outline[None, :] - rows) / np.float32(0.040)
    pane = step(np.abs(np.mod(cell_x, 1) - 0.5), 0.34, 0.28) * step(
        np.abs(np.mod(cell_y, 1) - 0.55), 0.32, 0.27
    )
    pane *= cell_y > 0.4
    lot = rng.random((64, WIDTH // 15 + 2), dtype=np.float32)
    index_y = np.clip(cell_y.astype(np.int32), 0, 63)
    index_x = np.broadcast_to(cell_x.astype(np.int32), index_y.shape)
    on = lot[index_y, index_x] > (0.55 if dark else 0.96)
    warm = np.array((1.5, 0.95, 0.42) if dark else (0.8, 0.7, 0.5), np.float32)
    glass = np.where(on[..., None], warm, body * np.float32(0.62 if not dark else 0.5))
    return body + pane[..., None] * (glass - body)


_OUTLINES = {
    "park": _woods, "court": _woods, "forest": _trunks, "houses": _houses,
}  # fmt: skip
