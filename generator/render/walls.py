"""The flat walls round a stage: a papered room, a court's fence, the fronts of a street."""

import numpy as np

from generator.render import floors
from generator.render.ground import Quad
from generator.render.lights import Light, Linear, mix, scaled, vector
from generator.render.noise import Plane, fractal, step
from generator.simulate.world import WALLS


def build(place: str, rng: np.random.Generator, under: Light, *, dark: bool) -> tuple[Quad, ...]:
    """Return the walls of a place, lit; none where a place is open all round."""
    return _WALLS[place](rng, under, dark=dark) if place in _WALLS else ()


def _room_walls(rng: np.random.Generator, under: Light, *, dark: bool) -> tuple[Quad, ...]:
    papers: tuple[Linear, ...] = (
        (0.46, 0.40, 0.30),
        (0.26, 0.38, 0.36),
        (0.48, 0.30, 0.24),
        (0.34, 0.34, 0.46),
    )
    paper = papers[int(rng.integers(4))]
    level = scaled(under.sun_colour, 0.30)
    glow: Linear = (
        level[0] + under.zenith[0] * 0.7,
        level[1] + under.zenith[1] * 0.7,
        level[2] + under.zenith[2] * 0.7,
    )
    z = WALLS["room"].z
    back = _papered(rng, paper, glow, width=9.4)
    outside: Linear = (0.05, 0.08, 0.2) if dark else mix(under.horizon, (1.6, 1.5, 1.4), 0.6)
    _window(back, left=5.1, top=2.75, outside=outside)
    _frame(back, left=2.2, top=2.65, tone=floors.STUDIOS[int(rng.integers(7))])
    side = _papered(rng, scaled(paper, 0.85), glow, width=9.0)
    right, down, ahead = np.array([1.0, 0, 0]), np.array([0, -1.0, 0]), np.array([0, 0, 1.0])
    return (
        Quad(np.array([-4.7, 6.0, z]), 9.4 * right, 6.0 * down, back),
        Quad(np.array([-4.7, 6.0, z + 9.0]), -9.0 * ahead, 6.0 * down, side),
        Quad(np.array([4.7, 6.0, z]), 9.0 * ahead, 6.0 * down, side),
    )


_PER_METRE = 60


def _papered(rng: np.random.Generator, paper: Linear, glow: Linear, *, width: float) -> Plane:
    rows, columns = 6 * _PER_METRE, int(width * _PER_METRE)
    texture = np.broadcast_to(vector(paper), (rows, columns, 3)).copy()
    x = np.arange(columns, dtype=np.float32)[None, :] / _PER_METRE
    y = (6 - np.arange(rows, dtype=np.float32) / _PER_METRE)[:, None]
    stripe = step(np.sin(x * 2 * np.pi / 0.34), -0.1, 0.1) * np.float32(0.12)
    texture *= (1 - stripe)[..., None]
    panel = np.broadcast_to(y < 0.95, (rows, columns))[..., None]
    groove = 1 - 0.4 * (1 - step(np.abs(np.mod(x / 0.7, 1) - 0.5), 0.01, 0.03))
    texture = np.where(panel, vector((0.62, 0.58, 0.52)) * groove[..., None], texture)
    rail = ((np.abs(y - 0.97) < 0.035) | (y < 0.12)) & (x >= 0)
    texture = np.where(rail[..., None], vector((0.70, 0.66, 0.60)), texture)
    shade = 0.80 + 0.3 * fractal(rows, columns, rng, cells=(3, 4), octaves=3)
    shade *= 0.72 + 0.28 * step(np.broadcast_to(y, shade.shape), 0.0, 1.2)
    return (texture * shade[..., None] * vector(glow)).astype(np.float32)


def _window(texture: Plane, *, left: float, top: float, outside: Linear) -> None:
    """Paint a window of four panes into a wall; metres from its left edge and above the floor."""
    row, column = int((6 - top) * _PER_METRE), int(left * _PER_METRE)
    high, wide = int(1.75 * _PER_METRE), int(1.5 * _PER_METRE)
    rim = 5
    texture[row - rim : row + high + rim, column - rim : column + wide + rim] = vector(
        (0.55, 0.53, 0.50)
    )
    fade = np.linspace(1.15, 0.75, high, dtype=np.float32)[:, None, None]
    texture[row : row + high, column : column + wide] = vector(outside) * fade
    for bar in (wide // 2, wide // 4, 3 * wide // 4):
        texture[row : row + high, column + bar - 2 : column + bar + 2] = vector((0.42, 0.41, 0.39))
    texture[row + high // 2 - 2 : row + high // 2 + 2, column : column + wide] = vector(
        (0.42, 0.41, 0.39)
    )


def _frame(texture: Plane, *, left: float, top: float, tone: Linear) -> None:
    row, column = int((6 - top) * _PER_METRE), int(left * _PER_METRE)
    high, wide = int(0.9 * _PER_METRE), int(1.2 * _PER_METRE)
    texture[row - 4 : row + high + 4, column - 4 : column + wide + 4] *= np.float32(0.25)
    picture = texture[row : row + high, column : column + wide]
    picture[:] = vector(scaled(tone, 0.9))
    y, x = np.mgrid[0:high, 0:wide].astype(np.float32)
    hill = y > high * 0.6 - 9 * np.sin(x / 11)
    disc = np.hypot(x - wide * 0.68, y - high * 0.32) < high * 0.16
    picture[hill] = vector(scaled(tone, 0.35))
    picture[disc] = vector((0.85, 0.70, 0.42))


def _court_walls(rng: np.random.Generator, under: Light, *, dark: bool) -> tuple[Quad, ...]:
    del dark
    outer, key = floors.COURTS[int(rng.integers(len(floors.COURTS)))]
    rows, columns = 110, 900
    texture = np.broadcast_to(vector(mix(outer, (0.5, 0.5, 0.5), 0.25)), (rows, columns, 3)).copy()
    x = np.arange(columns, dtype=np.float32)[None, :]
    y = np.arange(rows, dtype=np.float32)[:, None]
    slant = step(np.abs(np.mod((x + y) / 150, 1) - 0.5), 0.2, 0.22)
    texture += slant[..., None] * np.float32(0.55) * (vector(key) - texture)
    texture[:7] = vector((0.62, 0.60, 0.56))
    texture *= (0.75 + 0.5 * fractal(rows, columns, rng, cells=(6, 50), octaves=4))[..., None]
    facing = max(under.sun[2], 0.0)
    glow = vector(under.sun_colour) * np.float32(facing) + vector(under.zenith) * np.float32(0.75)
    z, wide = WALLS["court"].z, 20.0
    corner = np.array([-wide / 2, 1.55, z])
    lit = (texture * glow).astype(np.float32)
    return (Quad(corner, np.array([wide, 0, 0]), np.array([0, -1.55, 0]), lit),)


def _street_walls(rng: np.random.Generator, under: Light, *, dark: bool) -> tuple[Quad, ...]:
    glow = vector(under.sun_colour) * np.float32(0.45) + vector(under.zenith) * np.float32(0.8)
    quads: list[Quad] = []
    left = -13.0
    while left < 13.0:
        wide, high = float(rng.uniform(3.4, 5.2)), float(rng.uniform(5.5, 9.0))
        corner = np.array([left, high, -5.4])
        lit = _front(rng, wide=wide, high=high, glow=glow, dark=dark)
        quads.append(Quad(corner, np.array([wide, 0, 0]), np.array([0, -high, 0]), lit))
        left += wide
    return tuple(quads)


_BRICKS: tuple[Linear, ...] = (
    (0.36, 0.13, 0.08), (0.44, 0.36, 0.26), (0.20, 0.25, 0.30), (0.42, 0.24, 0.14),
    (0.30, 0.30, 0.26), (0.26, 0.14, 0.16),
)  # fmt: skip


def _front(rng: np.random.Generator, *, wide: float, high: float, glow: Plane, dark: bool) -> Plane:
    """Return the front of a house: a shop under an awning, then rows of windows."""
    scale = 40
    rows, columns = int(high * scale), int(wide * scale)
    brick = _BRICKS[int(rng.integers(len(_BRICKS)))]
    texture = np.broadcast_to(vector(brick), (rows, columns, 3)).copy()
    texture *= (0.7 + 0.6 * fractal(rows, columns, rng, cells=(24, 8), octaves=4))[..., None]
    texture *= glow
    lamp = vector((1.3, 0.82, 0.36)) if dark else glow * np.float32(0.30)
    count = max(int(wide / 1.25), 2)
    pitch = columns // count
    for top in range(scale // 2, rows - 3 * scale - scale // 2, int(1.55 * scale)):
        for number in range(count):
            x0 = number * pitch + pitch // 4
            pane = texture[top : top + scale, x0 : x0 + pitch // 2]
            texture[top - 3 : top + scale + 3, x0 - 3 : x0 + pitch // 2 + 3] = glow * np.float32(
                0.45
            )
            on = dark and rng.random() < 0.5
            pane[:] = lamp if on else glow * np.float32(0.09)
            pane[scale // 2 - 1 : scale // 2 + 2] = glow * np.float32(0.4)
    shop = rows - int(2.6 * scale)
    texture[shop : rows - scale // 3, 10:-10] = lamp * np.float32(0.9)
    texture[shop : rows - scale // 3, columns // 3 : columns // 3 + 4] = glow * np.float32(0.2)
    awning = np.where(
        (np.arange(columns) // 14 % 2 == 0)[:, None],
        vector(floors.STUDIOS[int(rng.integers(len(floors.STUDIOS)))]),
        vector((0.74, 0.72, 0.66)),
    )
    texture[shop - 8 : shop + scale // 2] = awning * glow * np.float32(1.1)
    texture[:8] *= np.float32(1.35)
    return texture.astype(np.float32)


_WALLS = {"room": _room_walls, "court": _court_walls, "street": _street_walls}
