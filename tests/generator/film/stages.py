"""Small scenes that the tests film."""

from generator.film import scenes, shapes
from generator.film.materials import Material, Pattern
from generator.film.scenes import Camera, Grade, Group, Light, Plane, Scene, Sky, Take

GREY = Material((0.5, 0.5, 0.5))
WHITE = Material((0.9, 0.9, 0.9), rough=1.0, specular=0.0)
BLACK_SKY = Sky((0, 0, 0), (0, 0, 0), (0, 0, 0), clouds=0.0, disk=False)
# No curve is undone here, so nothing may depend on place or chance.
PLAIN_GRADE = Grade(bloom=0.0, vignette=0.0, grain=0.0)


def alone(group: Group, *, camera: Camera | None = None) -> Take:
    """Return a take of one group before a black sky."""
    scene = Scene((group,), sky=BLACK_SKY, grade=PLAIN_GRADE)
    return Take(
        scene, camera or scenes.camera((0, 0, 5), (0, 0, 0), f_number=64, shutter_degrees=0)
    )


def rich() -> Take:
    """Return a take that makes use of about everything at once."""
    boards = Material(
        (0.4, 0.25, 0.12), (0.15, 0.08, 0.04), Pattern.PLANKS, 6.0, relief=0.004, mirror=0.5
    )
    bush = Material((0.1, 0.3, 0.05), (0.2, 0.4, 0.1), Pattern.LEAF, 9.0, relief=0.06, soft=0.4)
    knit = Material((0.6, 0.3, 0.05), (0.3, 0.1, 0.02), Pattern.KNIT, 40.0, relief=0.006, sheen=0.5)
    gold = Material((1.0, 0.78, 0.34), metal=1.0, rough=0.1, mirror=1.0)
    bulb = Material((1.0, 0.7, 0.4), glow=6.0)
    groups = (
        Group((shapes.sphere((0, 0.9, 0), 0.4, bush),), shapes.pose((-1.3, 0, -0.5)), id=2),
        Group((shapes.torus((0, 0.12, 0), 0.4, 0.12, gold),), shapes.pose((0.9, 0, 0.6)), id=3),
        Group(
            (
                shapes.ellipsoid((0, 0.5, 0), (0.25, 0.35, 0.22), knit),
                shapes.sphere((0, 0.95, 0), 0.2, GREY, blend=0.05),
            ),
            shapes.pose((0.1, 0, -0.2)),
            id=4,
            pose_before=shapes.pose((-0.1, 0, -0.2)),
        ),
        Group((shapes.sphere((0, 0, 0), 0.1, bulb),), shapes.pose((0.9, 1.2, 0)), id=5),
        Group(
            (shapes.box((0, 0.4, 0), (0.04, 0.4, 0.02), GREY),),
            shapes.pose((-2, 0, -1.5)),
            id=6,
            repeat=scenes.Repeat((0.25, 0, 0), (16, 1, 1)),
        ),
    )
    scene = Scene(
        groups,
        planes=(Plane((0, 1, 0), 0.0, boards, id=1),),
        lights=(Light((-0.6, 1.6, 1.0), (2, 1.5, 1), radius=0.1),),
        sky=Sky(hills=0.1, clouds=0.6),
        fog=scenes.Fog(0.02, 3.0),
        weather=scenes.Weather(scenes.Falling.SNOW, 0.5),
        seconds=1.5,
        seed=5,
    )
    here = scenes.camera((0.3, 1.25, 3.6), (0, 0.6, 0), lens_mm=35, f_number=2)
    return Take(scene, here, scenes.camera((0.28, 1.25, 3.6), (0, 0.6, 0), lens_mm=35, f_number=2))
