"""The door to the C kernel: the build for this processor, loaded once; calls release the GIL.

One `Film` holds the buffers of one frame at a time and is used by one thread at a time. Stages work
on strips of rows, so that whoever waits between two strips can stop.
"""

import ctypes
import functools
import math
from ctypes import POINTER, Structure, c_float, c_int, c_void_p, cast
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generator.errors import GeneratorError
from generator.film import arrays, building, records, scenes
from generator.film.arrays import Arrays
from generator.film.measures import METRES_MAX
from generator.film.packing import Kept
from generator.film.scenes import Camera, Falling, Take

STRIP_ROWS = 64  # A whole number of the kernel's tiles of 32.
SIDE_MAX = 4096
FOCAL_MM = (4.0, 800.0)
F_NUMBERS = (0.5, 128.0)
FOCUS_M = (0.05, 1e4)
SHUTTER_MAX = 720.0
SECONDS_MAX = 1e5
_BLUR_LEAST = 0.6  # Pixels: a lens that blurs nothing more is not gathered.
_HALF_PAD, _MOTION_PAD, _LANES, _LENS_LOOKS = 48, 64, 16, 96  # As in kernel/scene.h and lens.h.
_MOTION_TILE, _LENS_TILE = 32, 16
_FALLING = {Falling.NOTHING: 0, Falling.RAIN: 1, Falling.SNOW: 2, Falling.DUST: 3}
_Three = c_float * 3


class _Camera(Structure):
    _fields_ = [(name, _Three) for name in ("eye", "right", "up", "forward")]


class _Picture(Structure):
    _fields_ = [("texels", c_void_p), ("width", c_int), ("height", c_int)]


class _Scene(Structure):
    _fields_ = [
        *((name, c_void_p) for name in
          ("shapes", "groups", "balls", "materials", "planes", "lights", "pictures", "table")),
        *((name, c_int) for name in
          ("shape_count", "group_count", "material_count", "plane_count", "light_count",
           "picture_count", "form", "ground_material", "ground_id", "falling", "disk", "seed")),
        ("now", _Camera), ("then", _Camera),
        *((name, c_float) for name in
          ("focal", "focal_then", "aperture", "focus", "shutter", "pixels_per_metre")),
        ("sun", _Three), ("sun_sharp", c_float), ("sun_colour", _Three), ("seconds", c_float),
        ("zenith", _Three), ("light", c_float), ("horizon", _Three), ("clouds", c_float),
        ("below", _Three), ("stars", c_float), ("far", _Three), ("hills", c_float),
        ("skyline", c_float), ("fog_colour", _Three), ("fog", c_float), ("fog_start", c_float),
        ("fog_fall", c_float),
        *((name, c_float) for name in
          ("ground_height", "ground_amplitude", "ground_length", "ground_level")),
        ("drop_colour", _Three), ("drop_amount", c_float), ("wind", c_float * 2),
        ("interval", c_float), ("exposure", c_float), ("bloom", c_float), ("contrast", c_float),
        ("saturation", c_float), ("shadows", _Three), ("highlights", _Three),
        ("vignette", c_float), ("grain", c_float),
    ]  # fmt: skip


class _Film(Structure):
    _fields_ = [
        ("width", c_int), ("height", c_int),
        *((name, c_void_p) for name in
          ("light", "motion", "ids", "survey", "blocks", "work", "tiles", "planes", "half", "soft",
           "reach", "glare", "picture", "counters")),
    ]  # fmt: skip


_RECORDS = (
    records.SHAPE.itemsize,
    records.GROUP.itemsize,
    records.MATERIAL.itemsize,
    records.PLANE.itemsize,
    records.LIGHT.itemsize,
    ctypes.sizeof(_Picture),
    ctypes.sizeof(_Scene),
    ctypes.sizeof(_Film),
)
_SURVEY_FIELDS = len(_RECORDS)  # The last size that the library tells.


@dataclass(frozen=True, slots=True)
class Shutter:
    """A take made ready for the kernel, and what keeps its memory alive."""

    scene: Any
    kept: tuple[Any, ...]
    lens: bool


@functools.cache
def levels() -> tuple[str, ...]:
    """Return the levels that this processor runs and that are built, the best first."""
    flags = building.processor()
    able: list[str] = []
    for level in reversed(building.levels()):
        if not building.NEEDS[level] <= flags:
            break
        able.append(level)
    return tuple(level for level in reversed(able) if building.library(level).exists())


@functools.cache
def library(level: str | None = None) -> ctypes.CDLL:
    """Return the kernel of a level, by default the best.

    Raises:
        GeneratorError: None is built for this processor, or the one here is of another version.
    """
    chosen = level or next(iter(levels()), None)
    if chosen is None:
        raise GeneratorError(
            "The film's kernel is not built for this machine: python -m generator.film.building."
        )
    loaded = ctypes.CDLL(str(building.library(chosen)))
    if tuple(loaded.film_size(index) for index in range(len(_RECORDS))) != _RECORDS:
        raise GeneratorError("The film's kernel is of another version: build it again.")
    scene, film = POINTER(_Scene), POINTER(_Film)
    for name in ("survey", "fill", "edges", "planes", "streak", "half", "develop"):
        getattr(loaded, f"film_{name}").argtypes = [scene, film, c_int, c_int]
    for name in ("motion", "glare"):
        getattr(loaded, f"film_{name}").argtypes = [scene, film]
    loaded.film_lens.argtypes = [scene, film, c_void_p, c_int, c_int]
    loaded.film_compose.argtypes = [scene, film, c_int, c_int, c_int]
    loaded.film_distances.argtypes = [scene, c_int, c_void_p, c_int, c_void_p]
    return loaded


class Film:
    """The buffers of one frame and the stages that expose it."""

    def __init__(
        self, width: int, height: int, *, level: str | None = None, kept: Kept | None = None
    ) -> None:
        """Make buffers for frames of a size; films of one clip share what is `kept`.

        Raises:
            GeneratorError: A side is odd or out of range, or no kernel is built.
        """
        if (
            not 16 <= min(width, height) <= max(width, height) <= SIDE_MAX
            or width % 2
            or height % 2
        ):
            raise GeneratorError(f"A film's sides are even and 16 to {SIDE_MAX} pixels.")
        self.width, self.height = width, height
        self._library = library(level)
        self._kept = kept or Kept()
        fields = self._library.film_size(_SURVEY_FIELDS)
        blocks = (-(-width // 8), -(-height // 8))
        motion_tiles = -(-width // _MOTION_TILE) * -(-height // _MOTION_TILE)
        half_w, half_h = width // 2, height // 2
        stride = -(-half_w // _LANES) * _LANES + 2 * _HALF_PAD
        streak_stride = -(-width // _LANES) * _LANES + 2 * _MOTION_PAD
        lens_tiles = -(-half_w // _LENS_TILE) * -(-half_h // _LENS_TILE)
        near = -(-width // 4) * -(-height // 4)
        far = -(-width // 16) * -(-height // 16)
        self._buffers: dict[str, NDArray[Any]] = {
            "light": np.zeros((height, width, 4), np.float32),
            "motion": np.zeros((height, width, 2), np.float32),
            "ids": np.zeros((height, width), np.int32),
            # Places beyond the picture hold no sample: key -1.
            "survey": np.full((fields, blocks[1] * 4 + 4, blocks[0] * 4 + 4), -1, np.float32),
            "blocks": np.zeros((blocks[1], blocks[0], 2), np.float32),
            "work": np.zeros((height, width, 4), np.float32),
            "tiles": np.zeros((2, motion_tiles, 2), np.float32),
            # A row of lanes more than there are rows: the last load looks past its row.
            "planes": np.zeros(5 * streak_stride * height + streak_stride, np.float32),
            "half": np.zeros(5 * stride * half_h + 2 * stride, np.float32),
            "soft": np.zeros((half_h, half_w, 4), np.float32),
            "reach": np.zeros((2, lens_tiles), np.float32),
            "glare": np.zeros(6 * (near + far), np.float32),
            "picture": np.zeros((height, width, 3), np.uint8),
            "counters": np.zeros(8, np.int64),
        }
        self._film = _Film(
            width, height, *(buffer.ctypes.data for buffer in self._buffers.values())
        )

    @property
    def counters(self) -> NDArray[np.int64]:
        """Packets surveyed, repainted, traced alone, lit alone, of edges."""
        return self._buffers["counters"]

    def load(self, take: Take) -> Shutter:
        """Return a take checked and packed.

        Raises:
            GeneratorError: The scene or a camera is out of bounds.
        """
        return _shutter(take, self.width, self._kept)

    def stages(self, shutter: Shutter) -> "list[tuple[Any, tuple[Any, ...], bool]]":
        """Return the stages in order: function, first arguments, whether it goes by rows."""
        kernel = self._library
        scene, film = ctypes.byref(shutter.scene), ctypes.byref(self._film)
        stages: list[tuple[Any, tuple[Any, ...], bool]] = [
            (kernel.film_survey, (scene, film), True),
            (kernel.film_fill, (scene, film), True),
            (kernel.film_edges, (scene, film), True),
            (kernel.film_motion, (scene, film), False),
            (kernel.film_planes, (scene, film), True),
            (kernel.film_streak, (scene, film), True),
        ]
        if shutter.lens:
            disc = _disc()
            stages += [
                (kernel.film_half, (scene, film), True),
                (kernel.film_lens, (scene, film, disc.ctypes.data), True),
            ]
        stages.append((kernel.film_compose, (scene, film, int(shutter.lens)), True))
        if shutter.scene.bloom > 0:
            stages.append((kernel.film_glare, (scene, film), False))
        stages.append((kernel.film_develop, (scene, film), True))
        return stages

    def run(self, stage: "tuple[Any, tuple[Any, ...], bool]", top: int) -> None:
        """Carry out the strip of a stage that begins at row `top`."""
        function, arguments, rows = stage
        if rows:
            function(*arguments, top, min(top + STRIP_ROWS, self.height))
        elif top == 0:
            function(*arguments)

    def picture(self) -> NDArray[np.uint8]:
        """Return a copy of the finished picture, uint8 (H, W, 3) RGB."""
        return self._buffers["picture"].copy()

    def ids(self) -> NDArray[np.int32]:
        """Return a copy of the ids, int32 (H, W); 0 is the sky."""
        return self._buffers["ids"].copy()

    def depth(self) -> NDArray[np.float32]:
        """Return the depth along the camera's axis in metres, float32 (H, W); the sky is far."""
        return self._buffers["light"][:, :, 3].copy()


def distances(take: Take, group: int, points: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the signed distances of one group's surface from points, float32 (N, 3) to (N,)."""
    shutter = _shutter(take, 64, Kept())
    points = np.ascontiguousarray(points, np.float32)
    out = np.zeros(len(points), np.float32)
    library().film_distances(
        ctypes.byref(shutter.scene), group, points.ctypes.data, len(points), out.ctypes.data
    )
    return out


def _shutter(take: Take, width: int, kept: Kept) -> Shutter:
    scene, camera = take.scene, take.camera
    before = take.camera_before or camera
    packed = arrays.pack(scene, kept=kept)
    for name, values, bounds in (
        ("focal length", (camera.lens_mm, before.lens_mm), FOCAL_MM),
        ("f-number", (camera.f_number,), F_NUMBERS),
        ("focus", (camera.focus_m,), FOCUS_M),
        ("shutter", (camera.shutter_degrees,), (0.0, SHUTTER_MAX)),
        ("time", (scene.seconds,), (-SECONDS_MAX, SECONDS_MAX)),
        ("frame's time", (take.interval,), (1e-4, 10.0)),
    ):
        if not all(bounds[0] <= value <= bounds[1] for value in values):
            raise GeneratorError(f"The {name} is {bounds[0]:g} to {bounds[1]:g}.")
    out = _Scene()
    alive = _point_at(out, packed, scene)
    out.now, out.then = _camera(camera), _camera(before)
    out.focal = width * camera.lens_mm / scenes.SENSOR_MM
    out.focal_then = width * before.lens_mm / scenes.SENSOR_MM
    focal = camera.lens_mm / 1000
    out.aperture = focal * focal / camera.f_number / max(camera.focus_m - focal, 0.02)
    out.focus = camera.focus_m
    out.shutter = camera.shutter_degrees / 360
    out.interval = take.interval
    out.pixels_per_metre = width / (scenes.SENSOR_MM / 1000)
    _surroundings(out, packed, scene)
    _graded(out, scene)
    # What is infinitely far and what is at half the focus are blurred alike; nearer things more.
    lens = 0.5 * out.aperture * out.pixels_per_metre > _BLUR_LEAST
    return Shutter(out, alive, lens)


def _point_at(out: Any, packed: Arrays, scene: scenes.Scene) -> tuple[Any, ...]:
    """Set the pointers and counts of the records; returns what must live as long."""
    pictures = (_Picture * max(len(packed.pictures), 1))()
    for slot, picture in zip(pictures, packed.pictures, strict=False):
        slot.texels, slot.height, slot.width = picture.ctypes.data, *picture.shape[:2]
    for name in ("shapes", "groups", "materials", "planes", "lights"):
        records = getattr(packed, name)
        setattr(out, name, records.ctypes.data)
        setattr(out, f"{name[:-1]}_count", len(records))
    out.balls = packed.balls.ctypes.data
    out.pictures, out.picture_count = cast(pictures, c_void_p), len(packed.pictures)
    table = scene.grade.table
    if table is not None:
        side = scenes.LUT_SIDE
        table = np.ascontiguousarray(table, np.float32)
        if table.shape != (side, side, side, 3) or not (np.abs(table) <= 2).all():
            raise GeneratorError(f"A grade's table is float32 ({side}, {side}, {side}, 3), 0 to 1.")
        out.table = table.ctypes.data
    return packed, pictures, table


def _surroundings(out: Any, packed: Arrays, scene: scenes.Scene) -> None:
    sky, fog, weather = scene.sky, scene.fog, scene.weather
    if scene.sun is not None:
        out.sun = _Three(*arrays.unit(scene.sun.direction))
        out.sun_colour = _light(scene.sun.colour)
        out.sun_sharp = 1 / min(max(scene.sun.spread, 0.002), 1.0)
    else:
        out.sun, out.sun_sharp = _Three(0, 1, 0), 100.0
    out.zenith, out.horizon, out.below = _light(sky.zenith), _light(sky.horizon), _light(sky.below)
    out.far, out.disk = _light(sky.far), int(sky.disk and scene.sun is not None)
    for name in ("light", "clouds", "stars", "hills", "skyline"):
        setattr(out, name, _within(f"sky's {name}", getattr(sky, name), 100.0))
    out.fog_colour = _light(sky.horizon if fog.colour is None else fog.colour)
    out.fog = _within("fog's density", fog.density, 100.0)
    out.fog_start = _within("fog's start", fog.start, METRES_MAX)
    out.fog_fall = math.log(2) / max(_within("fog's height", fog.half_height, 1e6), 0.1)
    out.falling = _FALLING[weather.falling]
    out.drop_amount = _within("weather's amount", weather.amount, 1.0)
    out.drop_colour = _light(weather.colour)
    if not all(abs(wind) <= 100 for wind in weather.wind):
        raise GeneratorError("A wind is at most 100 m/s.")
    out.wind = (c_float * 2)(*weather.wind)
    # Hashes take 31 bits of the seed.
    out.seconds, out.seed = scene.seconds, scene.seed % 2**31
    if scene.terrain is not None:
        terrain = scene.terrain
        out.form, out.ground_material = terrain.form, packed.ground
        out.ground_id = terrain.id
        if not abs(terrain.height) <= METRES_MAX or not 0.05 <= terrain.length <= 1e4:
            raise GeneratorError("A terrain is within 10 km, its waves 5 cm to 10 km long.")
        out.ground_height, out.ground_length = terrain.height, terrain.length
        out.ground_amplitude = _within("terrain's amplitude", terrain.amplitude, 1000.0)
        out.ground_level = _within("terrain's level", terrain.level, METRES_MAX)


def _graded(out: Any, scene: scenes.Scene) -> None:
    grade = scene.grade
    for name in ("exposure", "bloom", "contrast", "saturation", "vignette", "grain"):
        setattr(out, name, _within(f"grade's {name}", getattr(grade, name), 100.0))
    out.exposure = max(out.exposure, 1e-4)
    out.shadows, out.highlights = _light(grade.shadows), _light(grade.highlights)


def _within(what: str, value: float, most: float) -> float:
    if not 0 <= value <= most:
        raise GeneratorError(f"The {what} is 0 to {most:g}, not {value!r}.")
    return value


def _light(colour: scenes.Linear) -> Any:
    if len(colour) != 3 or not all(0 <= value <= records.LIGHT_MAX for value in colour):
        raise GeneratorError(f"A colour of light is three numbers from 0 to {records.LIGHT_MAX:g}.")
    return _Three(*colour)


def _camera(camera: Camera) -> _Camera:
    frame = np.array([camera.right, camera.up, camera.forward])
    if not np.allclose(frame @ frame.T, np.eye(3), atol=1e-3):
        raise GeneratorError("The axes of a camera are not three directions at right angles.")
    if not (np.abs(np.array(camera.eye)) <= METRES_MAX).all():
        raise GeneratorError("A camera is within 10 km of the origin.")
    return _Camera(
        _Three(*camera.eye), _Three(*camera.right), _Three(*camera.up), _Three(*camera.forward)
    )


@functools.cache
def _disc() -> NDArray[np.float32]:
    """Return directions of a sunflower, float32 (LENS_LOOKS, 2): turns of the golden angle."""
    turns = np.arange(_LENS_LOOKS) * math.pi * (3 - math.sqrt(5))
    return np.stack([np.cos(turns), np.sin(turns)], axis=1).astype(np.float32)
