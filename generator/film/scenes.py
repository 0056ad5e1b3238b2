"""How a scene is said: groups of shapes, ground, lights, sky, weather, camera.

Space is in metres, right-handed: x to the right, y up, z towards the audience; the floor is y = 0.
Angles are radians, colours are linear light (`materials.linear` makes them of sRGB). A scene is
data: nothing here draws, `pictures.shoot` makes frames of it. A shape's pose is local to its group,
a group's is in the world. A red ball that rolls to the right over boards, under a lamp:

    red = Material(linear((200, 40, 30)), rough=0.35, mirror=0.4)
    boards = Material(
        linear((150, 100, 60)), linear((90, 55, 30)), Pattern.PLANKS, scale=5.0, relief=0.002
    )
    ball = Group(
        (shapes.sphere((0, 0, 0), 0.2, red),),
        shapes.pose((0.1, 0.2, 0), roll=-0.25),
        id=7,
        pose_before=shapes.pose((0.05, 0.2, 0)),
    )
    lamp = Light((1.0, 2.2, 0.5), (9.0, 7.0, 4.5), radius=0.15)
    scene = Scene((ball,), planes=(Plane((0, 1, 0), 0.0, boards, id=1),), lights=(lamp,))
    take = Take(scene, camera((0, 1.2, 4), (0, 0.3, 0), lens_mm=50, f_number=2.8))

Colours of what shines (lights, sun, sky, glow) may be above 1; under the default grade white paper
is rightly exposed when sun, sky and lamps together put about 3 on it.
"""

import math
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

import numpy as np
from numpy.typing import NDArray

from generator.base import Point
from generator.film.materials import Linear, Material
from generator.film.shapes import Pose, Shape

SHAPES_PER_GROUP_MAX = 64  # One bit each in the kernel's masks.
SHAPES_MAX = 6144
GROUPS_MAX = 512  # Culling looks at every group for every tile of the picture.
MATERIALS_MAX = 512
PLANES_MAX = 8
LIGHTS_MAX = 16
PICTURES_MAX = 8
PICTURE_SIDE_MAX = 1024
COPIES_MAX = 1000
ID_MAX = 65535
LUT_SIDE = 17  # Points along each edge of a grade's table.
SENSOR_MM = 36.0  # Width of the full frame that focal lengths are named for.


@dataclass(frozen=True, slots=True)
class Repeat:
    """Copies of a group at `spacing` along its own axes; 0 spacing: none along that axis.

    Costs as much as two copies an axis. The group's shapes lie within half the spacing around its
    origin.
    """

    spacing: Point
    counts: tuple[int, int, int]  # Copies along each axis, 1..1000; the origin is the first.


@dataclass(frozen=True, slots=True)
class Group:
    """Shapes that blend with one another, move together and carry one id.

    Attributes:
        shapes: 1..SHAPES_PER_GROUP_MAX of them, the first not a cut.
        pose: In the world.
        id: What the id pass says, 1..ID_MAX; 0 is the sky.
        pose_before: The pose one frame earlier, for motion blur; None: has not moved.
        shapes_before: The shapes one frame earlier, same number and kinds; None: not changed.
        repeat: Copies over a grid.
        shadow: Whether it keeps light off others.
        lights: Factor on the light that its glow gives others, 0 for none; what glows takes one of
            the LIGHTS_MAX lights. A globe gives glow times its radius squared at one metre.
    """

    shapes: tuple[Shape, ...]
    pose: Pose = Pose()  # noqa: RUF009 - frozen.
    id: int = 1
    pose_before: Pose | None = None
    shapes_before: tuple[Shape, ...] | None = None
    repeat: Repeat | None = None
    shadow: bool = True
    lights: float = 1.0


@dataclass(frozen=True, slots=True)
class Plane:
    """All points p with normal . p = offset, seen from the normal's side: floors and walls."""

    normal: Point
    offset: float
    material: Material
    id: int = 1


class Relief(IntEnum):
    """The forms of a terrain."""

    DUNES = 1
    HILLS = 2
    DRIFTS = 3
    WAVES = 4  # Moves with the scene's seconds.


@dataclass(frozen=True, slots=True)
class Terrain:
    """A ground that rises and falls: height + 0..amplitude metres, `length` metres a wave.

    Within `level` metres of the origin (x and z) it stays at `height`, so that a stage is flat; it
    reaches its full amplitude at four times that. A terrain takes the place of a floor plane.
    """

    form: Relief
    material: Material
    height: float = 0.0
    amplitude: float = 1.0
    length: float = 8.0
    level: float = 0.0
    id: int = 1


@dataclass(frozen=True, slots=True)
class Light:
    """A lamp: `colour` is what falls on a surface that faces it at one metre.

    Attributes:
        at: Its middle.
        colour: Irradiance at one metre.
        radius: Metres; larger is softer.
        aim: The direction of a spot; None shines all around.
        cone: Radians from the middle of a spot to its edge.
        shadow: Whether things keep its light off others.
    """

    at: Point
    colour: Linear
    radius: float = 0.1
    aim: Point | None = None
    cone: float = 0.6
    shadow: bool = True


@dataclass(frozen=True, slots=True)
class Sun:
    """The far light (or the moon): direction towards it, irradiance, and half its width.

    `spread` in radians: .005 is the bare sun, .06 a hazy one, .3 a studio's big soft box.
    """

    direction: Point = (-0.45, 0.75, 0.5)
    colour: Linear = (3.2, 2.9, 2.5)
    spread: float = 0.03


@dataclass(frozen=True, slots=True)
class Sky:
    """What is behind everything, and the light that comes from all around.

    Attributes:
        zenith: Overhead.
        horizon: At eye level.
        below: Bounced up from the ground.
        light: Factor on the light it gives, not on how it looks.
        clouds: 0 none .. 1 closed; they drift with the scene's seconds.
        stars: 0..1.
        disk: Whether the sun's own disk is to be seen.
        hills: Height of far hills as the sine of their elevation, 0 for none.
        skyline: The same for far houses with lit windows.
        far: Colour of hills and houses.
    """

    zenith: Linear = (0.16, 0.36, 0.8)
    horizon: Linear = (0.85, 0.92, 1.0)
    below: Linear = (0.25, 0.22, 0.18)
    light: float = 1.0
    clouds: float = 0.4
    stars: float = 0.0
    disk: bool = True
    hills: float = 0.0
    skyline: float = 0.0
    far: Linear = (0.12, 0.17, 0.2)


@dataclass(frozen=True, slots=True)
class Fog:
    """Haze: share lost a metre (.01 clear haze, .15 thick fog), from `start` metres on.

    It thins out with height: half as thick each `half_height` metres. Colour None: the horizon's.
    """

    density: float = 0.0
    start: float = 5.0
    half_height: float = 30.0
    colour: Linear | None = None


class Falling(StrEnum):
    """What falls or drifts through the air."""

    NOTHING = "nothing"
    RAIN = "rain"
    SNOW = "snow"
    DUST = "dust"  # Motes that hang and shine, also fireflies with a bright `colour`.


@dataclass(frozen=True, slots=True)
class Weather:
    """Streaks in space around the camera; `amount` 0..1, `wind` in m/s along x and z."""

    falling: Falling = Falling.NOTHING
    amount: float = 0.5
    wind: tuple[float, float] = (0.0, 0.0)
    colour: Linear = (0.8, 0.85, 0.9)


@dataclass(frozen=True, slots=True)
class Grade:
    """How light becomes a picture: exposure factor, bloom, tones, grain; all 0..1 but exposure.

    `shadows` and `highlights` tint dark and bright tones (1, 1, 1 is none). `table` is a LUT of
    float32 (LUT_SIDE, LUT_SIDE, LUT_SIDE, 3), display values in and out, first axis red.
    """

    exposure: float = 1.0
    bloom: float = 0.2
    contrast: float = 0.0
    saturation: float = 1.0
    shadows: Linear = (1.0, 1.0, 1.0)
    highlights: Linear = (1.0, 1.0, 1.0)
    vignette: float = 0.3
    grain: float = 0.02
    table: NDArray[np.float32] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Scene:
    """All there is at one moment.

    Attributes:
        groups: At most GROUPS_MAX; order does not matter.
        planes: At most PLANES_MAX.
        terrain: Instead of a floor plane.
        lights: At most LIGHTS_MAX, with those that groups give.
        pictures: uint8 (H, W, 4) RGBA, sides at most PICTURE_SIDE_MAX, for Pattern.PICTURE.
        seconds: For waves, clouds and falling drops.
        seed: For grain and drops.
    """

    groups: tuple[Group, ...]
    planes: tuple[Plane, ...] = ()
    terrain: Terrain | None = None
    lights: tuple[Light, ...] = ()
    sun: Sun | None = Sun()
    sky: Sky = Sky()
    fog: Fog = Fog()
    weather: Weather = Weather()
    grade: Grade = Grade()
    pictures: tuple[NDArray[np.uint8], ...] = field(default=(), compare=False)
    seconds: float = 0.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Camera:
    """Eye, axes of the frame (unit vectors, right-handed with the audience behind), and lens.

    Attributes:
        eye: Middle of the lens.
        right: To the right in the picture.
        up: Up in the picture.
        forward: Into the picture.
        lens_mm: Focal length on a sensor SENSOR_MM wide.
        f_number: 1.2 melts the background, 16 holds all sharp.
        focus_m: Distance along `forward` that is sharp.
        shutter_degrees: Share of the frame's time that is exposed; 180 is film's, 0 freezes.
    """

    eye: Point
    right: Point
    up: Point
    forward: Point
    lens_mm: float = 35.0
    f_number: float = 4.0
    focus_m: float = 4.0
    shutter_degrees: float = 180.0


@dataclass(frozen=True, slots=True)
class Take:
    """One frame to be made.

    Attributes:
        scene: What is there.
        camera: Who looks.
        camera_before: The camera one frame earlier; None: stood still.
        interval: Seconds from one frame to the next, for the streaks of falling drops.
    """

    scene: Scene
    camera: Camera
    camera_before: Camera | None = None
    interval: float = 1 / 24


def camera(
    eye: Point,
    target: Point,
    *,
    lens_mm: float = 35.0,
    f_number: float = 4.0,
    focus_m: float | None = None,
    shutter_degrees: float = 180.0,
    roll: float = 0.0,
) -> Camera:
    """Return a camera at `eye` that looks at `target`, in focus there unless said otherwise.

    Not straight up or down: there the picture's up is undefined.
    """
    way = np.asarray(target, np.float64) - np.asarray(eye, np.float64)
    distance = float(np.linalg.norm(way))
    forward = way / distance
    right = np.cross(forward, (0.0, 1.0, 0.0))
    right /= np.linalg.norm(right)
    up = np.cross(right, forward)
    cos, sin = math.cos(roll), math.sin(roll)
    right, up = right * cos + up * sin, up * cos - right * sin
    return Camera(
        eye,
        _point(right),
        _point(up),
        _point(forward),
        lens_mm,
        f_number,
        distance if focus_m is None else focus_m,
        shutter_degrees,
    )


def _point(vector: NDArray[np.float64]) -> Point:
    return float(vector[0]), float(vector[1]), float(vector[2])
