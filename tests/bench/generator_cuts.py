"""What stays over a cut of the film engine: where things are, their colours, where the sun stands.

Where things are is compared in the scenes on both sides of a cut, colours in a finished MP4 under
the masks of the id pass, and the sun is found by the shadow of a pole.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from generator import likeness, registry
from generator.base import Request
from generator.film import lights, pictures, scenes, shapes, staging
from generator.film.casting import FilmHold
from generator.film.materials import Material
from generator.film.scenes import SENSOR_MM, Camera, Group, Plane, Scene, Sun, Take
from generator.film.staging import Production
from generator.simulate import world as worlds
from rightsd.adapters import media
from tests.bench.table import Row

FPS = Fraction(12)
SIZE = (480, 270)
SECONDS = 2.0
INSTANT = 1e-6  # Seconds on either side of a cut: in them nothing moves a tenth of a millimetre.
PROMPTS = (
    """Shot 1: wide, static, a green car and a red barrel in the park at noon.
    Shot 2: medium, static, the green car.""",
    """Shot 1: wide, static, an orange basketball bounces past a crate in the studio.
    Shot 2: medium, static, the orange basketball and the crate.""",
    """Shot 1: wide, static, a man in a blue hoodie waves on the beach in the morning.
    Shot 2: medium, static, the man waves.""",
)
LIGHTS = ("golden", "noon", "morning")
POLE_METRES = 1.0
EYES = ((2.5, 2.6, 3.2), (-3.0, 3.4, 2.2))
PIXELS_MIN = 150  # Of a thing whose colour is compared.
QUICK = {"prompts": PROMPTS[1:2], "names": LIGHTS[:1]}


def run(
    folder: Path, *, prompts: Sequence[str] = PROMPTS, names: Sequence[str] = LIGHTS
) -> list[Row]:
    made = [_filmed(folder / f"{n}.mp4", prompt) for n, prompt in enumerate(prompts)]
    gaps = [gap for production, _ in made for gap in _gaps(production)]
    offs = [off for production, frames in made for off in _colours(production, frames)]
    assert gaps
    assert offs
    return [
        Row(f"things on both sides of a cut apart, worst of {len(gaps)}", 1000 * max(gaps), "mm",
            "way of a ball in that instant", 10_000 * 2 * INSTANT, "0"),
        Row(f"colours of things over a cut, worst of {len(offs)}", max(offs), "ΔE2000",
            "the goal", 3.0, "≤ 3"),
        Row(f"colours of things over a cut, median of {len(offs)}", float(np.median(offs)),
            "ΔE2000", "the goal", 3.0, "≤ 3"),
        *_suns(names),
    ]  # fmt: skip


def _filmed(path: Path, prompt: str) -> tuple[Production, list[np.ndarray]]:
    """Return a production and the frames of its finished MP4, RGB."""
    width, height = SIZE
    engine = registry.engine("film")
    asked = Request(prompt, 7, SECONDS, width, height, FPS)
    board = engine.plan(asked)
    clip = engine.generate(asked, board, progress=lambda _: None)
    media.write_video(
        path, width=width, height=height, fps=FPS, frames=clip.frames, audio=clip.audio,
        rate=clip.rate,
    )  # fmt: skip
    reel, frames = cv2.VideoCapture(str(path)), list[np.ndarray]()
    while True:
        read, frame = reel.read()
        if not read:
            break
        frames.append(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
    assert len(frames) == asked.frame_count
    looks = likeness.looks(board.shots, (), seed=board.seed)
    world = worlds.build(board, looks, seconds=SECONDS, hold=FilmHold())
    return staging.produce(world, aspect=width / height, fps=float(FPS)), frames


def _gaps(production: Production) -> Iterator[float]:
    """Yield how far each thing of both shots is from where it was before the cut, metres."""
    cut = production.world.starts[1]
    before, after = (
        _places(staging.take(production, cut + at).scene) for at in (-INSTANT, INSTANT)
    )
    for number in before.keys() & after.keys():
        if len(before[number]) == len(after[number]):
            yield float(np.abs(before[number] - after[number]).max())


def _places(scene: Scene) -> dict[int, np.ndarray]:
    numbers = sorted({group.id for group in scene.groups if group.id >= 100})
    return {n: np.array([g.pose.at for g in scene.groups if g.id == n]) for n in numbers}


def _colours(production: Production, frames: list[np.ndarray]) -> Iterator[float]:
    """Yield how far the colour of each thing is after a cut from what it was before it."""
    cut = round(production.world.starts[1] * FPS)
    seen = [_medians(production, number, frames[number]) for number in (cut - 1, cut)]
    for number in seen[0].keys() & seen[1].keys():
        yield delta_e(seen[0][number], seen[1][number])


def _medians(production: Production, number: int, frame: np.ndarray) -> dict[int, np.ndarray]:
    """Return the median colour, CIELAB, of what covers enough of a frame, by its number."""
    taken = staging.take(production, number / float(FPS))
    ids = pictures.frame(taken, width=SIZE[0], height=SIZE[1]).ids
    lab = cv2.cvtColor(frame.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    inner = {
        int(n): cv2.erode((ids == n).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        for n in np.unique(ids)
        if n >= 100
    }
    return {n: np.median(lab[m], axis=0) for n, m in inner.items() if m.sum() >= PIXELS_MIN}


def delta_e(one: np.ndarray, other: np.ndarray) -> float:
    """Return the CIEDE2000 difference of two colours in CIELAB.

    Source: Sharma, Wu and Dalal, The CIEDE2000 color-difference formula, 2005, equations 2 to 22.
    """
    (l1, a1, b1), (l2, a2, b2) = (tuple(map(float, each)) for each in (one, other))
    mean_chroma = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    grey = 0.5 * (1 - math.sqrt(mean_chroma**7 / (mean_chroma**7 + 25**7)))
    a1, a2 = a1 * (1 + grey), a2 * (1 + grey)
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)
    h1, h2 = (math.degrees(math.atan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    dl, dc = l2 - l1, c2 - c1
    dh = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))
    ml, mc = (l1 + l2) / 2, (c1 + c2) / 2
    mh = (h1 + turn / 2) % 360 if c1 * c2 else h1 + h2
    t = (
        1
        - 0.17 * math.cos(math.radians(mh - 30))
        + 0.24 * math.cos(math.radians(2 * mh))
        + 0.32 * math.cos(math.radians(3 * mh + 6))
        - 0.20 * math.cos(math.radians(4 * mh - 63))
    )
    sl = 1 + 0.015 * (ml - 50) ** 2 / math.sqrt(20 + (ml - 50) ** 2)
    sc, sh = 1 + 0.045 * mc, 1 + 0.015 * mc * t
    spin = 60 * math.exp(-(((mh - 275) / 25) ** 2))
    rt = -2 * math.sqrt(mc**7 / (mc**7 + 25**7)) * math.sin(math.radians(spin))
    return math.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * dc / sc * dh / sh)


def _suns(names: Sequence[str]) -> Iterator[Row]:
    """Yield how far the sun is from where the shadow of a pole says that it is."""
    found: list[tuple[np.ndarray, list[np.ndarray]]] = []
    for name in names:
        sun = lights.LIGHTS[name].sun
        assert sun is not None
        way = np.array(sun.direction) / np.linalg.norm(sun.direction)
        found.append((way, [_by_shadow(sun, eye) for eye in EYES]))
    errors = [_degrees(way, each) for way, seen in found for each in seen]
    apart = [_degrees(a, b) for _, seen in found for a, b in itertools.pairwise(seen)]
    yield Row(f"sun by the shadow of a pole, worst of {len(errors)}", max(errors), "°",
              "the goal", 2.0, "≤ 2°")  # fmt: skip
    yield Row(f"suns of two shots apart, worst of {len(apart)}", max(apart), "°", "the goal", 2.0,
              "≤ 2°")  # fmt: skip


def _by_shadow(sun: Sun, eye: tuple[float, float, float]) -> np.ndarray:
    """Return the direction to the sun by the shadow that a pole throws, a unit vector."""
    floor = Plane((0, 1, 0), 0.0, Material((0.5, 0.5, 0.5), rough=1.0, specular=0.0), id=1)
    wood = Material((0.4, 0.4, 0.4))
    top = (0.0, POLE_METRES - 0.02, 0.0)
    pole = Group((shapes.capsule((0, 0, 0), top, (0.02, 0.02), wood),), id=2)
    grade = scenes.Grade(bloom=0.0, vignette=0.0, grain=0.0)
    here = scenes.camera(eye, (0, 0, 0), lens_mm=24.0, f_number=64, shutter_degrees=0)
    scene = Scene((pole,), planes=(floor,), sun=replace(sun, spread=0.004), grade=grade)
    bare = replace(scene, groups=(replace(pole, shadow=False),))
    with_pole, without = (
        pictures.frame(Take(each, here), width=1280, height=720) for each in (scene, bare)
    )
    darker = without.rgb.astype(int).sum(2) - with_pole.rgb.astype(int).sum(2)
    rows, columns = np.nonzero((darker > 30) & (with_pole.ids == 1))
    ground = _ground(here, columns + 0.5, rows + 0.5)
    reach = np.linalg.norm(ground, axis=1)
    tip = ground[reach > np.percentile(reach, 99)].mean(axis=0)
    way = np.array([-tip[0], POLE_METRES, -tip[1]])
    return way / np.linalg.norm(way)


def _ground(camera: Camera, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return where the sight lines of pixels meet the floor: metres, x and z, (N, 2)."""
    per_focal = SENSOR_MM / camera.lens_mm / 1280
    way = (
        np.array(camera.forward)
        + ((x - 640) * per_focal)[:, None] * np.array(camera.right)
        - ((y - 360) * per_focal)[:, None] * np.array(camera.up)
    )
    met = np.array(camera.eye) - way * (camera.eye[1] / way[:, 1])[:, None]
    return met[:, [0, 2]]


def _degrees(one: np.ndarray, other: np.ndarray) -> float:
    return math.degrees(math.acos(min(1.0, float(one @ other))))
