# ruff: noqa: E501 - a shape a line reads like a parts list.
"""What stands on tables. Sizes are real, so that most of it wants a close shot."""

import math

from generator.film import finishes
from generator.film.groups import shining, whole
from generator.film.materials import Linear
from generator.film.props.parts import around, leaf
from generator.film.scenes import Group
from generator.film.shapes import (
    Shape,
    box,
    capsule,
    cone,
    cut,
    cylinder,
    ellipsoid,
    hollow,
    rod,
    sphere,
    torus,
    turn,
)

_COFFEE: Linear = (0.045, 0.018, 0.008)
_TEA: Linear = (0.3, 0.11, 0.025)
_WAX: Linear = (0.74, 0.66, 0.5)


def _vessel(radius: float, height: float, colour: Linear, drink: Linear) -> tuple[Shape, ...]:
    """Return an open cup and, apart from it, what is in it."""
    pot = finishes.ceramic(colour)
    return (
        cylinder((0, height / 2, 0), radius, height / 2, pot, rounding=radius * 0.22),
        cut(
            cylinder((0, height * 0.6, 0), radius * 0.88, height * 0.53, pot, rounding=0.004),
            blend=0.003,
        ),
        cylinder((0, height * 0.42, 0), radius * 0.89, height * 0.36, finishes.screen(drink)),
    )


def mug(tint: Linear) -> tuple[Group, ...]:
    """A mug of coffee with a handle."""
    pot = finishes.ceramic(tint)
    handle = torus(
        (0.044, 0.048, 0), 0.026, 0.0065, pot, arc=1.75, facing=((0, 0, 1), (1, 0, 0), (0, 1, 0)),
        blend=0.004,
    )  # fmt: skip
    return whole(handle), whole(*_vessel(0.042, 0.096, tint, _COFFEE))


def cup(tint: Linear) -> tuple[Group, ...]:
    """A tea cup on its saucer."""
    pot = finishes.ceramic(tint)
    saucer = (
        cylinder((0, 0.006, 0), 0.045, 0.006, pot, rounding=0.004),
        cone((0, 0.011, 0), (0.05, 0.079), 0.008, pot, rounding=0.004, blend=0.01),
        torus((0, 0.0195, 0), 0.078, 0.0022, finishes.metal(finishes.BRASS)),
    )
    bowl = (
        ellipsoid((0, 0.062, 0), (0.048, 0.052, 0.048), pot),
        cut(box((0, 0.117, 0), (0.1, 0.047, 0.1), pot)),
        cut(ellipsoid((0, 0.068, 0), (0.043, 0.046, 0.043), pot), blend=0.002),
        cylinder((0, 0.055, 0), 0.0405, 0.004, finishes.screen(_TEA)),
        cylinder((0, 0.015, 0), 0.022, 0.006, pot, rounding=0.003, blend=0.006),
    )
    handle = torus(
        (0.052, 0.05, 0), 0.015, 0.004, pot, arc=1.9, facing=((0, 0, 1), (1, 0, 0), (0, 1, 0))
    )
    return whole(*saucer), whole(*bowl), whole(handle)


def teapot(tint: Linear) -> tuple[Group, ...]:
    """A round-bellied teapot."""
    pot = finishes.ceramic(tint)
    belly = (
        ellipsoid((0, 0.075, 0), (0.088, 0.076, 0.088), pot),
        cylinder((0, 0.008, 0), 0.05, 0.008, pot, rounding=0.004, blend=0.012),
        capsule((-0.06, 0.06, 0), (-0.125, 0.115, 0), (0.026, 0.013), pot, blend=0.025),
        capsule((-0.125, 0.115, 0), (-0.15, 0.128, 0), (0.013, 0.012), pot, blend=0.01),
        cut(sphere((-0.166, 0.131, 0), 0.0125, finishes.screen(_TEA)), blend=0.002),
        torus((0, 0.147, 0), 0.042, 0.005, pot, blend=0.006),
    )
    lid = (
        ellipsoid((0, 0.147, 0), (0.041, 0.018, 0.041), pot),
        sphere((0, 0.172, 0), 0.0125, pot, blend=0.008),
    )
    handle = torus(
        (0.082, 0.082, 0), 0.046, 0.0095, pot, arc=1.95,
        facing=((0, 0, 1), (1, 0, 0), (0, 1, 0)), blend=0.012,
    )  # fmt: skip
    return whole(*belly, handle), whole(*lid)


def plate(tint: Linear) -> tuple[Group, ...]:
    """A dinner plate with a raised rim."""
    pot = finishes.ceramic(tint)
    return (
        whole(
            cylinder((0, 0.006, 0), 0.075, 0.006, pot, rounding=0.004),
            cone((0, 0.015, 0), (0.085, 0.132), 0.01, pot, rounding=0.004, blend=0.015),
            cut(ellipsoid((0, 0.0345, 0), (0.098, 0.022, 0.098), pot), blend=0.008),
            torus((0, 0.0245, 0), 0.131, 0.0025, finishes.ceramic((0.06, 0.13, 0.28))),
        ),
    )


def bowl(tint: Linear) -> tuple[Group, ...]:
    """A bowl of soup."""
    pot = finishes.ceramic(tint)
    return (
        whole(
            ellipsoid((0, 0.075, 0), (0.085, 0.07, 0.085), pot),
            cut(box((0, 0.135, 0), (0.2, 0.055, 0.2), pot)),
            cut(ellipsoid((0, 0.083, 0), (0.078, 0.064, 0.078), pot), blend=0.003),
            cylinder((0, 0.009, 0), 0.04, 0.009, pot, rounding=0.004, blend=0.008),
            cylinder((0, 0.056, 0), 0.073, 0.004, finishes.screen((0.5, 0.16, 0.03))),
        ),
        whole(
            *(
                ellipsoid(
                    (x, 0.061, z), (0.011, 0.004, 0.008), finishes.blade((0.1, 0.28, 0.06)),
                    facing=turn(yaw=x * 90),
                )
                for x, z in ((-0.02, 0.01), (0.025, 0.02), (0.005, -0.03), (-0.03, -0.025))
            )
        ),
    )  # fmt: skip


def bottle(tint: Linear) -> tuple[Group, ...]:
    """A wine bottle with its label."""
    body = finishes.glass(tint)
    return (
        whole(
            cylinder((0, 0.095, 0), 0.037, 0.095, body, rounding=0.01),
            ellipsoid((0, 0.182, 0), (0.0368, 0.05, 0.0368), body, blend=0.006),
            rod((0, 0.19, 0), (0, 0.3, 0), 0.0142, body, blend=0.03),
            torus((0, 0.29, 0), 0.0145, 0.004, body, blend=0.002),
            rod((0, 0.295, 0), (0, 0.312, 0), 0.011, finishes.clay(finishes.STRAW), rounding=0.002),
        ),
        whole(
            cylinder((0, 0.09, 0), 0.0376, 0.042, finishes.paper(), rounding=0.001),
            cylinder((0, 0.11, 0), 0.0379, 0.009, finishes.paper((0.35, 0.05, 0.05))),
        ),
    )


def glass(tint: Linear) -> tuple[Group, ...]:
    """A tumbler two thirds full."""
    clear = finishes.glass((0.3, 0.37, 0.39))
    return (
        whole(
            cone((0, 0.065, 0), (0.029, 0.037), 0.065, clear, rounding=0.003),
            cut(cone((0, 0.115, 0), (0.0335, 0.0355), 0.03, clear)),
            cone((0, 0.055, 0), (0.0302, 0.0352), 0.043, finishes.glass(tint), rounding=0.001),
            rod((0.012, 0.08, 0), (-0.024, 0.185, -0.008), 0.0032, finishes.vinyl(finishes.RED)),
        ),
    )


def vase(tint: Linear) -> tuple[Group, ...]:
    """A vase with three tulips."""
    pot = finishes.ceramic(tint)
    body = (
        ellipsoid((0, 0.1, 0), (0.075, 0.092, 0.075), pot),
        cylinder((0, 0.01, 0), 0.045, 0.01, pot, rounding=0.004, blend=0.02),
        cone((0, 0.205, 0), (0.032, 0.05), 0.035, pot, rounding=0.004, blend=0.035),
        cut(cone((0, 0.23, 0), (0.028, 0.046), 0.03, finishes.clay(finishes.INK)), blend=0.002),
    )
    blooms: list[Group] = []
    for (x, y, z), petal in (
        ((-0.09, 0.42, 0.02), (0.62, 0.06, 0.06)),
        ((0.015, 0.475, -0.02), (0.72, 0.42, 0.05)),
        ((0.1, 0.4, 0.03), (0.6, 0.16, 0.3)),
    ):
        blooms.append(whole(*_tulip((x, y, z), petal)))
    return whole(*body), *blooms


def _tulip(at: tuple[float, float, float], petal: Linear) -> tuple[Shape, ...]:
    x, y, z = at
    green, soft = finishes.blade((0.11, 0.26, 0.07)), finishes.blade(petal)
    return (
        capsule((x * 0.15, 0.2, z * 0.3), (x * 0.75, y * 0.75, z), (0.0045, 0.004), green),
        capsule((x * 0.75, y * 0.75, z), (x, y - 0.03, z), (0.004, 0.004), green),
        leaf((x * 0.2, 0.21, z), (x * 1.3 + 0.02, y * 0.78, z + 0.03), 0.014, green),
        ellipsoid((x, y, z), (0.026, 0.036, 0.026), soft),
        *(
            ellipsoid(
                (x + 0.011 * s, y + 0.008, z + 0.011 * c), (0.019, 0.04, 0.012), soft,
                facing=turn(yaw=angle, pitch=0.1), blend=0.003,
            )
            for angle, s, c in around(6)
        ),
    )  # fmt: skip


def candle(tint: Linear, seconds: float) -> tuple[Group, ...]:
    """A candle on a brass holder; the flame wavers."""
    brass, wax = finishes.metal(finishes.BRASS), finishes.Material(tint, rough=0.35, soft=0.8)
    sway = 0.003 * math.sin(7.3 * seconds) + 0.002 * math.sin(13.1 * seconds)
    tall = 0.02 * (1 + 0.08 * math.sin(9.7 * seconds))
    holder = (
        cone((0, 0.008, 0), (0.062, 0.07), 0.008, brass, rounding=0.004),
        cylinder((0, 0.025, 0), 0.028, 0.014, brass, rounding=0.006, blend=0.01),
        torus((0.068, 0.022, 0), 0.018, 0.004, brass, facing=((1, 0, 0), (0, 0, -1), (0, 1, 0))),
    )
    stick = (
        cylinder((0, 0.1, 0), 0.021, 0.08, wax, rounding=0.006),
        capsule((0.018, 0.172, 0.009), (0.022, 0.13, 0.009), (0.005, 0.007), wax, blend=0.006),
        capsule((-0.014, 0.17, 0.014), (-0.016, 0.15, 0.016), (0.004, 0.006), wax, blend=0.006),
        capsule(
            (0, 0.175, 0), (sway * 0.3, 0.193, 0), (0.0016, 0.0012), finishes.vinyl(finishes.INK)
        ),
    )
    flame = (
        ellipsoid((sway * 0.5, 0.202, 0), (0.0085, 0.014, 0.0085), finishes.light((1.0, 0.5, 0.13), 9.0)),
        capsule(
            (sway * 0.6, 0.204, 0), (sway * 1.6, 0.206 + tall, 0), (0.0075, 0.0012),
            finishes.light((1.0, 0.58, 0.18), 9.0), blend=0.006,
        ),
    )  # fmt: skip
    return whole(*holder), whole(*stick), shining(whole(*flame, shadow=False), 0.12)


def flower(tint: Linear) -> tuple[Group, ...]:
    """A daisy in a clay pot."""
    pot, green, petal = finishes.clay((0.42, 0.16, 0.08)), finishes.blade(), finishes.blade(tint)
    box_like = (
        cone((0, 0.06, 0), (0.052, 0.074), 0.06, pot, rounding=0.004),
        cylinder((0, 0.118, 0), 0.083, 0.017, pot, rounding=0.005),
        cut(cylinder((0, 0.14, 0), 0.068, 0.02, pot)),
        cylinder((0, 0.11, 0), 0.068, 0.01, finishes.clay((0.04, 0.022, 0.014))),
    )
    stalk = (
        capsule((0, 0.11, 0), (0.008, 0.26, 0.0), (0.005, 0.0045), green),
        capsule((0.008, 0.26, 0.0), (0, 0.38, 0.015), (0.0045, 0.004), green),
        leaf((0.005, 0.16, 0), (0.085, 0.235, 0.03), 0.022, green),
        leaf((0.005, 0.2, 0), (-0.08, 0.27, 0.02), 0.02, green),
        leaf((0.0, 0.12, 0.01), (0.03, 0.18, 0.07), 0.018, green),
    )
    facing = turn(pitch=1.25)
    bloom = [
        ellipsoid(
            (0, 0.39, 0.022),
            (0.026, 0.014, 0.026),
            finishes.foliage((0.72, 0.4, 0.03), scale=300.0, relief=0.002),
            facing=facing,
        )
    ]
    for angle, _, _ in around(13):
        dx, dy, dz = 0.048 * math.sin(angle), 0.048 * math.cos(angle), -0.004
        bloom.append(
            ellipsoid(
                (dx, 0.388 + dy * 0.95, 0.02 + dz - dy * 0.3), (0.012, 0.03, 0.0055), petal,
                facing=turn(pitch=-0.3, roll=-angle),
            )
        )  # fmt: skip
    return whole(*box_like), whole(*stalk), whole(*bloom)


def pot(tint: Linear) -> tuple[Group, ...]:
    """A cooking pot with its lid on."""
    enamel, steel = finishes.enamel(tint), finishes.metal()
    return (
        whole(
            cylinder((0, 0.075, 0), 0.12, 0.075, enamel, rounding=0.02),
            torus((0, 0.15, 0), 0.12, 0.004, steel),
            *(torus((x, 0.11, 0), 0.025, 0.007, enamel, blend=0.004) for x in (-0.128, 0.128)),
        ),
        whole(
            hollow(ellipsoid((0, 0.15, 0), (0.117, 0.04, 0.117), enamel), 0.004),
            sphere((0, 0.203, 0), 0.016, finishes.wood(finishes.WALNUT), blend=0.004),
        ),
    )
