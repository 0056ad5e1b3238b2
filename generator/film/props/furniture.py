"""What rooms are furnished with. Everything stands on y = 0 and faces +z, in metres."""

from generator.film import finishes
from generator.film.groups import shining, whole
from generator.film.materials import Linear
from generator.film.props.parts import around, board, legs
from generator.film.scenes import Group
from generator.film.shapes import (
    box,
    capsule,
    cone,
    cut,
    cylinder,
    ellipsoid,
    hollow,
    mirrored,
    rod,
    sphere,
    torus,
    turn,
)

_BULB: Linear = (1.0, 0.72, 0.38)


def chair(tint: Linear) -> tuple[Group, ...]:
    """A kitchen chair: turned legs, a hollowed seat, a bowed back of four rods."""
    timber = finishes.wood(tint)
    seat = (
        board((0, 0.44, 0), (0.215, 0.022, 0.21), timber, rounding=0.02),
        cut(ellipsoid((0, 0.5, 0.02), (0.19, 0.05, 0.17), timber), blend=0.02),
    )
    splayed = tuple(
        capsule((x * 0.8, 0.43, z * 0.8), (x, 0.014, z), (0.021, 0.014), timber)
        for x in (-0.2, 0.2)
        for z in (-0.19, 0.19)
    )
    rails = (
        capsule((-0.185, 0.16, 0), (0.185, 0.16, 0), (0.011, 0.011), timber),
        *mirrored((capsule((0.187, 0.18, -0.18), (0.187, 0.18, 0.18), (0.011, 0.011), timber),)),
    )
    posts = mirrored((capsule((0.175, 0.44, -0.185), (0.19, 0.86, -0.27), (0.017, 0.014), timber),))
    rods = tuple(
        capsule((x * 0.9, 0.45, -0.185), (x, 0.84, -0.265), (0.008, 0.008), timber)
        for x in (-0.11, -0.04, 0.04, 0.11)
    )
    top = (
        capsule((-0.2, 0.85, -0.262), (0, 0.88, -0.285), (0.02, 0.026), timber),
        capsule((0, 0.88, -0.285), (0.2, 0.85, -0.262), (0.026, 0.02), timber),
    )
    return whole(*seat), whole(splayed, rails, posts, rods, top)


def table(tint: Linear) -> tuple[Group, ...]:
    """A dining table with an apron and tapered legs."""
    timber = finishes.wood(tint)
    top = tuple(
        board((0, 0.735, z), (0.7, 0.018, 0.083), timber, rounding=0.006)
        for z in (-0.339, -0.1695, 0, 0.1695, 0.339)
    )
    apron = (
        board((0, 0.67, 0.34), (0.58, 0.045, 0.012), timber),
        board((0, 0.67, -0.34), (0.58, 0.045, 0.012), timber),
        *mirrored((board((0.6, 0.67, 0), (0.012, 0.045, 0.32), timber),)),
    )
    return whole(top, apron), whole(legs(0.58, 0.33, 0.68, (0.038, 0.022), timber))


def sofa(tint: Linear) -> tuple[Group, ...]:
    """A two-seater with loose cushions on short wooden feet."""
    cover = finishes.cloth(tint, 110.0)
    piping = finishes.cloth(finishes.shade(tint, 0.72), 110.0)
    body = (
        box((0, 0.24, 0), (0.86, 0.1, 0.4), cover, rounding=0.05),
        box(
            (0, 0.5, -0.34),
            (0.84, 0.3, 0.11),
            cover,
            rounding=0.09,
            facing=turn(pitch=-0.14),
            blend=0.03,
        ),
        *mirrored((box((0.84, 0.4, 0.0), (0.11, 0.24, 0.41), cover, rounding=0.1, blend=0.03),)),
    )
    cushions = mirrored(
        (
            box((0.365, 0.4, 0.06), (0.355, 0.085, 0.35), cover, rounding=0.075),
            box(
                (0.365, 0.63, -0.19),
                (0.34, 0.2, 0.085),
                cover,
                rounding=0.08,
                facing=turn(pitch=-0.22),
            ),
        )
    )
    pillow = box(
        (-0.56, 0.6, 0.0),
        (0.19, 0.18, 0.07),
        piping,
        rounding=0.068,
        facing=turn(yaw=0.25, pitch=-0.42, roll=0.2),
    )
    feet = mirrored(
        tuple(
            cone((0.74, 0.07, z), (0.018, 0.03), 0.07, finishes.wood(finishes.WALNUT))
            for z in (-0.3, 0.3)
        )
    )
    return whole(*body), whole(cushions), whole(pillow), whole(feet)


def bed(tint: Linear) -> tuple[Group, ...]:
    """A single bed: a panelled head, mattress, pillow and a quilt that hangs over."""
    timber, linen = finishes.wood(finishes.OAK), finishes.cloth(finishes.WHITE, 170.0)
    quilt = finishes.knit(tint, 26.0)
    frame = (
        board((0, 0.24, 0), (0.5, 0.07, 1.0), timber),
        board((0, 0.52, -1.0), (0.53, 0.36, 0.028), timber, rounding=0.02),
        capsule((-0.53, 0.89, -1.0), (0.53, 0.89, -1.0), (0.042, 0.042), timber),
        board((0, 0.34, 1.0), (0.53, 0.18, 0.026), timber, rounding=0.02),
        *mirrored(
            tuple(
                capsule((0.52, 0.04, z), (0.52, top, z), (0.034, 0.04), timber)
                for z, top in ((-1.0, 0.9), (1.0, 0.54))
            )
        ),
    )
    mattress = box((0, 0.39, 0), (0.47, 0.1, 0.95), linen, rounding=0.06)
    pillow = (
        ellipsoid((0, 0.56, -0.7), (0.34, 0.085, 0.2), linen, facing=turn(pitch=0.16)),
        box((0, 0.55, -0.7), (0.3, 0.05, 0.17), linen, rounding=0.05, blend=0.06),
    )
    spread = (
        box((0, 0.43, 0.24), (0.52, 0.095, 0.7), quilt, rounding=0.075),
        box((0, 0.535, -0.4), (0.515, 0.03, 0.1), linen, rounding=0.03, blend=0.02),
        ellipsoid((0.08, 0.5, 0.35), (0.24, 0.08, 0.5), quilt, blend=0.08),
    )
    return whole(*frame), whole(mattress), whole(*pillow), whole(*spread)


def bench(tint: Linear) -> tuple[Group, ...]:
    """A park bench: slats on two frames of cast iron."""
    timber, iron = finishes.wood(tint), finishes.enamel((0.028, 0.04, 0.034))
    seat = tuple(
        board((0, 0.43, z), (0.76, 0.016, 0.042), timber) for z in (-0.17, -0.07, 0.03, 0.13)
    )
    back = tuple(
        board((0, y, z), (0.76, 0.042, 0.014), timber)
        for y, z in ((0.57, -0.265), (0.68, -0.29), (0.79, -0.315))
    )
    side = (
        capsule((0.62, 0.025, 0.16), (0.62, 0.4, 0.14), (0.026, 0.022), iron),
        capsule((0.62, 0.025, -0.3), (0.62, 0.4, -0.2), (0.026, 0.022), iron),
        capsule((0.62, 0.4, 0.15), (0.62, 0.4, -0.22), (0.022, 0.022), iron, blend=0.02),
        capsule((0.62, 0.4, -0.22), (0.62, 0.84, -0.345), (0.022, 0.018), iron, blend=0.02),
        capsule((0.62, 0.62, 0.12), (0.62, 0.63, -0.26), (0.02, 0.018), iron),
        capsule((0.62, 0.4, 0.15), (0.62, 0.61, 0.13), (0.018, 0.018), iron, blend=0.02),
        sphere((0.62, 0.622, 0.14), 0.03, iron, blend=0.02),
    )
    return whole(seat, back), whole(mirrored(side))


def stool(tint: Linear) -> tuple[Group, ...]:
    """A round stool on three legs."""
    timber = finishes.wood(tint)
    feet = tuple(
        capsule((0.1 * s, 0.44, 0.1 * c), (0.18 * s, 0.015, 0.18 * c), (0.022, 0.015), timber)
        for _, s, c in around(3)
    )
    ring = torus((0, 0.18, 0), 0.148, 0.01, timber)
    return (whole(cylinder((0, 0.455, 0), 0.17, 0.022, timber, rounding=0.02), feet, ring),)


def shelf(tint: Linear) -> tuple[Group, ...]:
    """A bookcase, half full."""
    timber = finishes.wood(tint)
    case = (
        *mirrored((board((0.43, 0.8, 0), (0.018, 0.8, 0.15), timber, rounding=0.004),)),
        *(
            board((0, y, 0), (0.43, 0.015, 0.145), timber, rounding=0.004)
            for y in (0.08, 0.46, 0.84, 1.22, 1.585)
        ),
        board((0, 0.82, -0.14), (0.42, 0.77, 0.008), timber, rounding=0.002),
    )
    spines: list[Linear] = [
        (0.42, 0.05, 0.04), (0.05, 0.13, 0.28), (0.5, 0.33, 0.08), (0.06, 0.18, 0.12),
        (0.55, 0.5, 0.4), (0.2, 0.07, 0.16), (0.1, 0.11, 0.13),
    ]  # fmt: skip
    books = [
        box(
            (-0.38 + 0.052 * n, floor + 0.015 + tall, 0.0),
            (0.0235, tall, 0.1),
            finishes.paper(spines[(n * 3 + row) % 7]),
            rounding=0.006,
        )
        for row, (floor, count) in enumerate(((0.08, 9), (0.46, 14), (0.84, 7), (1.22, 11)))
        for n in range(count)
        for tall in (0.115 + 0.012 * ((n * 5 + row * 3) % 4),)
    ]
    vase = (
        ellipsoid((0.25, 0.955, 0.02), (0.075, 0.1, 0.075), finishes.ceramic((0.1, 0.3, 0.32))),
        capsule(
            (0.25, 1.03, 0.02),
            (0.25, 1.09, 0.02),
            (0.03, 0.036),
            finishes.ceramic((0.1, 0.3, 0.32)),
            blend=0.03,
        ),
    )
    return whole(*case), whole(*books, *vase)


def table_lamp(tint: Linear) -> tuple[Group, ...]:
    """A lamp with a ceramic foot and a lit shade."""
    foot = finishes.ceramic(tint)
    brass = finishes.metal(finishes.BRASS)
    shade = finishes.light(_BULB, 1.6)
    stem = (
        cylinder((0, 0.012, 0), 0.085, 0.012, brass, rounding=0.008),
        ellipsoid((0, 0.12, 0), (0.095, 0.105, 0.095), foot, blend=0.015),
        capsule((0, 0.2, 0), (0, 0.26, 0), (0.03, 0.022), foot, blend=0.05),
        rod((0, 0.26, 0), (0, 0.34, 0), 0.008, brass),
    )
    rim = finishes.cloth(finishes.IVORY)
    cover = (
        cone((0, 0.41, 0), (0.165, 0.1), 0.115, shade, rounding=0.004),
        torus((0, 0.297, 0), 0.163, 0.005, rim),
        torus((0, 0.524, 0), 0.099, 0.005, rim),
    )
    return whole(*stem), shining(whole(*cover, shadow=False), 1.0)


def floor_lamp(tint: Linear) -> tuple[Group, ...]:
    """A standing lamp on a tripod of wood."""
    timber, cover = finishes.wood(tint), finishes.light(_BULB, 1.5)
    feet = tuple(
        capsule((0.02 * s, 1.28, 0.02 * c), (0.3 * s, 0.016, 0.3 * c), (0.016, 0.016), timber)
        for _, s, c in around(3)
    )
    brass = finishes.metal(finishes.BRASS)
    hub = (
        cylinder((0, 1.27, 0), 0.04, 0.03, brass, rounding=0.01),
        rod((0, 1.28, 0), (0, 1.4, 0), 0.01, brass),
    )
    drum = (
        cone((0, 1.52, 0), (0.235, 0.19), 0.15, cover, rounding=0.005),
        torus((0, 1.373, 0), 0.233, 0.006, brass),
        torus((0, 1.669, 0), 0.188, 0.006, brass),
    )
    return whole(feet, hub), shining(whole(*drum, shadow=False), 2.4)


def piano(tint: Linear) -> tuple[Group, ...]:
    """An upright piano with all its octaves."""
    case, ivory = finishes.lacquer(tint), finishes.gloss((0.76, 0.74, 0.68))
    black, brass = finishes.gloss(finishes.INK), finishes.metal(finishes.BRASS)
    body = (
        box((0, 0.6, -0.18), (0.72, 0.58, 0.17), case, rounding=0.012),
        box((0, 1.19, -0.17), (0.75, 0.018, 0.2), case, rounding=0.01),
        box((0, 0.63, 0.12), (0.74, 0.03, 0.21), case, rounding=0.015),
        box((0, 0.05, -0.1), (0.72, 0.05, 0.26), case, rounding=0.015),
        *mirrored(
            (
                box((0.715, 0.7, 0.12), (0.03, 0.1, 0.21), case, rounding=0.025),
                capsule((0.68, 0.06, 0.26), (0.68, 0.62, 0.26), (0.03, 0.042), case),
                box((0.68, 0.025, 0.2), (0.045, 0.025, 0.14), case, rounding=0.015),
            )
        ),
        box((0, 0.98, 0.0), (0.6, 0.14, 0.012), case, rounding=0.01),
        box((0, 0.86, 0.035), (0.34, 0.012, 0.05), case, rounding=0.006),
        *(ellipsoid((x, 0.07, 0.19), (0.024, 0.01, 0.06), brass) for x in (-0.09, 0.0, 0.09)),
    )
    whites = tuple(
        box((-0.643 + 0.0474 * n, 0.675, 0.19), (0.0225, 0.014, 0.115), ivory, rounding=0.005)
        for n in range(28)
    )
    blacks = tuple(
        box((-0.619 + 0.0474 * n, 0.693, 0.145), (0.013, 0.016, 0.068), black, rounding=0.005)
        for n in range(27)
        if n % 7 not in (2, 6)
    )
    music = (
        box(
            (0.005, 0.99, 0.06),
            (0.17, 0.115, 0.004),
            finishes.paper(finishes.WHITE),
            rounding=0.002,
            facing=turn(pitch=-0.16),
        ),
    )
    return whole(*body, *music), whole(whites, blacks)


def bathtub(tint: Linear) -> tuple[Group, ...]:
    """A bath on four claws with its taps, full of foam."""
    enamel, brass = finishes.ceramic(tint), finishes.metal(finishes.BRASS)
    foam = finishes.vinyl((0.8, 0.84, 0.86))
    tub = (
        hollow(ellipsoid((0, 0.6, 0), (0.78, 0.5, 0.38), enamel), 0.04),
        cut(box((0, 1.0, 0), (1.0, 0.42, 0.6), enamel), blend=0.01),
    )
    rim = tuple(
        capsule((x0, 0.585, z0), (x1, 0.585, z1), (0.028, 0.028), enamel)
        for (x0, z0), (x1, z1) in _oval(0.79, 0.385, 20)
    )
    feet = mirrored(
        tuple(
            capsule((0.42, 0.16, z), (0.47, 0.035, z * 1.12), (0.045, 0.035), brass, blend=0.01)
            for z in (-0.2, 0.2)
        )
    )
    bubbles = tuple(
        sphere((x, 0.56, z), r, foam, blend=0.05)
        for x, z, r in (
            (-0.45, 0.05, 0.13), (-0.2, -0.12, 0.14), (0.05, 0.1, 0.15), (0.3, -0.06, 0.14),
            (0.52, 0.06, 0.11), (-0.02, -0.12, 0.12), (-0.28, 0.14, 0.12), (0.22, 0.16, 0.1),
        )
    )  # fmt: skip
    tap = (
        capsule((0.86, 0.58, 0), (0.86, 0.76, 0), (0.018, 0.018), brass),
        capsule((0.86, 0.76, 0), (0.72, 0.74, 0), (0.018, 0.014), brass, blend=0.01),
        sphere((0.86, 0.8, 0), 0.03, brass, blend=0.01),
    )
    return whole(*tub), whole(rim, feet, tap), whole(*bubbles)


def _oval(a: float, b: float, count: int) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    points = [(a * s, b * c) for _, s, c in around(count)]
    return [(points[n], points[(n + 1) % count]) for n in range(count)]
