"""Floors: one square texture a place, in linear light before it is lit."""

import cv2
import numpy as np

from generator.render.lights import Linear
from generator.render.noise import Plane, fractal, step

SIDE = 1024  # Texels.
EXTENT = 20.0  # Metres that the texture covers; outside it, its rim goes on.
LEFT, BACK = -10.0, -14.0  # Metres: where its first column and row lie.
TEXEL = EXTENT / SIDE

Texture = Plane  # (SIDE, SIDE, 3)

# How much a floor mirrors, 0..1, dry.
GLOSS: dict[str, float] = {
    "court": 0.0, "park": 0.0, "room": 0.42, "street": 0.16, "beach": 0.0, "forest": 0.0,
    "snowfield": 0.0, "desert": 0.0, "studio": 0.34,
}  # fmt: skip

# Colours a place may be painted in; the seed picks a pair.
COURTS: tuple[tuple[Linear, Linear], ...] = (
    ((0.035, 0.155, 0.20), (0.42, 0.12, 0.065)),
    ((0.05, 0.09, 0.26), (0.06, 0.26, 0.20)),
    ((0.30, 0.09, 0.07), (0.42, 0.26, 0.08)),
    ((0.16, 0.07, 0.22), (0.44, 0.17, 0.16)),
    ((0.05, 0.19, 0.11), (0.34, 0.09, 0.08)),
)
_RUGS: tuple[tuple[Linear, Linear], ...] = (
    ((0.36, 0.07, 0.06), (0.62, 0.46, 0.28)),
    ((0.05, 0.14, 0.26), (0.60, 0.54, 0.44)),
    ((0.06, 0.22, 0.18), (0.62, 0.50, 0.26)),
    ((0.30, 0.12, 0.24), (0.66, 0.48, 0.42)),
)
STUDIOS: tuple[Linear, ...] = (
    (0.62, 0.30, 0.22), (0.20, 0.36, 0.42), (0.58, 0.42, 0.20), (0.34, 0.26, 0.46),
    (0.24, 0.38, 0.26), (0.60, 0.36, 0.38), (0.46, 0.46, 0.48),
)  # fmt: skip


def floor(place: str, *, seed: int, weather: str) -> Texture:
    """Return a place's floor, float32 (SIDE, SIDE, 3), linear, rows from the back to the front."""
    rng = np.random.default_rng((seed, 5, sum(place.encode())))
    painted = _PAINTERS[place](rng)
    if weather == "snow" and place not in ("room", "studio"):
        drift = step(fractal(SIDE, SIDE, rng, cells=(10, 10), octaves=5), 0.34, 0.52)
        painted = _over(painted, drift * np.float32(0.9), (0.76, 0.79, 0.85))
    if weather == "rain" and place not in ("room", "studio"):
        painted *= np.float32(0.6)
    return painted


def studio_colour(seed: int) -> Linear:
    """Return the colour of the studio's paper roll."""
    return STUDIOS[int(np.random.default_rng((seed, 6)).integers(len(STUDIOS)))]


def metres() -> tuple[Plane, Plane]:
    """Return x and z in metres of every texel."""
    across = (np.arange(SIDE, dtype=np.float32) + 0.5) * np.float32(TEXEL)
    x, z = np.meshgrid(across + np.float32(LEFT), across + np.float32(BACK))
    return x, z


def _flat(colour: Linear) -> Texture:
    return np.broadcast_to(np.array(colour, np.float32), (SIDE, SIDE, 3)).copy()


def _over(under: Texture, share: Plane, colour: Linear) -> Texture:
    return under + share[..., None] * (np.array(colour, np.float32) - under)


def _grain(rng: np.random.Generator, amount: float, *, cells: int, octaves: int = 4) -> Plane:
    """Return a factor about one."""
    noise = fractal(SIDE, SIDE, rng, cells=(cells, cells), octaves=octaves)
    return 1 + np.float32(2 * amount) * (noise - np.float32(0.5))


def _court(rng: np.random.Generator) -> Texture:
    outer, key = COURTS[int(rng.integers(len(COURTS)))]
    x, z = metres()
    base = _flat(outer)
    inside = np.maximum(np.abs(x) - 2.0, np.abs(z + 2.2) - 2.4)
    base = _over(base, 1 - step(inside, -0.02, 0.02), key)
    circle = np.abs(np.hypot(x, z - 0.2) - 1.8)
    arc = np.abs(np.hypot(x, z + 4.2) - 6.1)
    lines = np.minimum(np.minimum(np.abs(inside), circle), arc)
    worn = 0.6 + 0.4 * step(fractal(SIDE, SIDE, rng, cells=(40, 40), octaves=4), 0.3, 0.5)
    base = _over(base, (1 - step(lines, 0.03, 0.055)) * worn, (0.72, 0.70, 0.64))
    return base * (_grain(rng, 0.35, cells=128, octaves=3) * _grain(rng, 0.16, cells=4))[..., None]


def _park(rng: np.random.Generator) -> Texture:
    x, z = metres()
    base = _flat((0.075, 0.20, 0.035))
    patches = fractal(SIDE, SIDE, rng, cells=(9, 9), octaves=5)
    base = _over(base, step(patches, 0.4, 0.7), (0.19, 0.30, 0.05))
    mown = step(np.sin((x * 0.9 + z * 0.35) * 2.6), -0.25, 0.25) * np.float32(0.3)
    base = _over(base, mown, (0.11, 0.27, 0.05))
    path = np.abs(z + 3.1 - 0.6 * np.sin(x * 0.42 + float(rng.uniform(0, 6)))) - 0.62
    edge = step(path + 0.12 * (patches - 0.5), -0.04, 0.05)
    base = _over(base, 1 - edge, (0.46, 0.36, 0.24))
    flowers = (rng.random((SIDE, SIDE), dtype=np.float32) > 0.9991).astype(np.float32)
    flowers = cv2.dilate(flowers, np.ones((3, 3), np.uint8)).astype(np.float32) * edge
    tint = ((0.85, 0.80, 0.55), (0.85, 0.45, 0.55), (0.80, 0.80, 0.85))[int(rng.integers(3))]
    base *= _grain(rng, 0.5, cells=160, octaves=3)[..., None]
    return _over(base, flowers, tint)


def _room(rng: np.random.Generator) -> Texture:
    x, z = metres()
    row = np.floor(z / 0.19)
    offset = np.mod(np.sin(row * 12.9898) * 43758.5, 1).astype(np.float32)
    plank = np.floor(x / 1.6 + offset * 7)
    tone = np.mod(np.sin(plank * 78.233 + row * 37.719) * 43758.5, 1).astype(np.float32)
    streaks = fractal(SIDE, SIDE, rng, cells=(128, 10), octaves=3)
    share = np.clip(0.2 + 0.5 * streaks + 0.35 * tone, 0, 1)
    base = _over(_flat((0.20, 0.095, 0.04)), share, (0.50, 0.285, 0.13))
    seam = np.minimum(np.mod(z / 0.19, 1), np.mod(x / 1.6 + offset * 7, 1) * 8)
    base *= (0.5 + 0.5 * step(seam, 0.02, 0.1))[..., None]
    dark, pale = _RUGS[int(rng.integers(len(_RUGS)))]
    round_ = np.hypot(x / 2.3, (z + 0.4) / 1.5)
    weave = _grain(rng, 0.3, cells=200, octaves=2)
    base = _over(base, 1 - step(round_, 0.985, 1.0), dark)
    base = _over(base, step(np.cos(round_ * 21), 0.82, 0.94) * (1 - step(round_, 0.95, 0.98)), pale)
    return base * np.where(round_ < 1, weave, 1)[..., None].astype(np.float32)


def _street(rng: np.random.Generator) -> Texture:
    x, z = metres()
    base = _flat((0.075, 0.078, 0.085))
    stripes = step(np.sin(x * 2 * np.pi / 1.1), -0.05, 0.05) * (np.abs(z + 0.2) < 1.35)
    worn = 0.55 + 0.45 * step(fractal(SIDE, SIDE, rng, cells=(30, 30), octaves=4), 0.32, 0.5)
    base = _over(base, (stripes * worn * np.float32(0.85)).astype(np.float32), (0.62, 0.62, 0.60))
    walk = step(-z - 2.6, 0.0, 0.03)
    slab = np.minimum(np.mod(x / 0.8, 1), np.mod(z / 0.8, 1))
    base = _over(base, walk, (0.27, 0.25, 0.23))
    base *= (1 - walk * (1 - step(slab, 0.02, 0.05)) * np.float32(0.45))[..., None]
    kerb = 1 - step(np.abs(z + 2.58), 0.06, 0.09)
    base = _over(base, kerb, (0.40, 0.39, 0.37))
    return base * (_grain(rng, 0.4, cells=150, octaves=3) * _grain(rng, 0.2, cells=5))[..., None]


def _sand(rng: np.random.Generator, low: Linear, high: Linear, pitch: float) -> Texture:
    x, z = metres()
    warp = fractal(SIDE, SIDE, rng, cells=(6, 6), octaves=4)
    ripple = np.sin((z * 1.0 + x * 0.18 + warp * 3.2) * 2 * np.pi / pitch)
    base = _over(_flat(low), step(ripple, -1.0, 1.0) * np.float32(0.75), high)
    return base * (_grain(rng, 0.22, cells=160, octaves=3) * _grain(rng, 0.15, cells=5))[..., None]


def _beach(rng: np.random.Generator) -> Texture:
    x, z = metres()
    base = _sand(rng, (0.46, 0.35, 0.21), (0.62, 0.50, 0.33), 0.62)
    shore = z + 4.1 + 0.35 * np.sin(x * 0.55 + float(rng.uniform(0, 6))) + 0.1 * np.sin(x * 1.9)
    base = _over(base, 1 - step(shore, 0.0, 0.9), (0.20, 0.16, 0.115))
    deep = np.clip(-shore / 6, 0, 1)[..., None]
    water = np.array((0.10, 0.34, 0.36), np.float32) * (1 - deep)
    water = water + deep * np.array((0.02, 0.11, 0.22), np.float32)
    swell = fractal(SIDE, SIDE, rng, cells=(110, 16), octaves=3)
    water *= (0.65 + 0.7 * swell)[..., None]
    sea = (1 - step(shore, -0.06, 0.02))[..., None]
    base = base + sea * (water - base)
    crest = np.abs(shore + 0.10) - 0.16 * fractal(SIDE, SIDE, rng, cells=(20, 20), octaves=4)
    second = np.abs(shore + 1.5 + 0.2 * np.sin(x * 0.8)) - 0.10 * swell
    foam = np.maximum(1 - step(crest, 0.0, 0.05), (1 - step(second, 0.0, 0.05)) * 0.7)
    return _over(base, foam.astype(np.float32), (0.80, 0.82, 0.82))


def _forest(rng: np.random.Generator) -> Texture:
    base = _flat((0.095, 0.062, 0.036))
    moss = step(fractal(SIDE, SIDE, rng, cells=(8, 8), octaves=6), 0.46, 0.62)
    base = _over(base, moss * np.float32(0.85), (0.085, 0.15, 0.03))
    leaves = fractal(SIDE, SIDE, rng, cells=(170, 170), octaves=2)
    base = _over(base, step(leaves, 0.66, 0.8) * (1 - moss), (0.34, 0.17, 0.05))
    return base * _grain(rng, 0.45, cells=120, octaves=3)[..., None]


def _snow(rng: np.random.Generator) -> Texture:
    drift = fractal(SIDE, SIDE, rng, cells=(7, 4), octaves=6)
    base = _over(_flat((0.55, 0.63, 0.76)), step(drift, 0.25, 0.7), (0.83, 0.86, 0.90))
    x, z = metres()
    track = np.hypot(
        np.mod(z - 0.2 * np.sin(x), 0.62) - 0.31, (x - 0.35 * np.sin(z * 0.4) - 1.9) * 1.6
    )
    base = _over(base, (1 - step(track, 0.08, 0.16)) * np.float32(0.55), (0.38, 0.46, 0.62))
    return base * _grain(rng, 0.06, cells=180, octaves=2)[..., None]


def _desert(rng: np.random.Generator) -> Texture:
    return _sand(rng, (0.42, 0.20, 0.085), (0.66, 0.37, 0.16), 0.8)


def _studio(rng: np.random.Generator) -> Texture:
    return _flat((1.0, 1.0, 1.0)) * _grain(rng, 0.02, cells=6)[..., None]


_PAINTERS = {
    "court": _court, "park": _park, "room": _room, "street": _street, "beach": _beach,
    "forest": _forest, "snowfield": _snow, "desert": _desert, "studio": _studio,
}  # fmt: skip
PLACES: tuple[str, ...] = tuple(_PAINTERS)

assert set(_PAINTERS) == set(GLOSS), "a place needs a gloss"
