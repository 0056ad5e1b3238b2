"""The measures of shapes as the kernel wants them: checked, with what follows from them."""

import math
from dataclasses import dataclass

from generator.base import Point
from generator.errors import GeneratorError
from generator.film.shapes import Kind, Shape

METRES_MAX = 1e4  # Beyond, a float holds no millimetre.
_SIZES = {
    Kind.SPHERE: 1,
    Kind.ELLIPSOID: 3,
    Kind.BOX: 4,
    Kind.CAPSULE: 3,
    Kind.CYLINDER: 3,
    Kind.CONE: 4,
    Kind.TORUS: 3,
    Kind.WEDGE: 4,
}
_PLACES = 8  # Numbers in the kernel's record; what each is: kernel/shapes.h.
_LEAST = 1e-4  # Metres: a radius by which something is divided.
_SLOPE_MAX = 0.999  # Where one ball of a capsule swallows the other there is no cone between them.


@dataclass(frozen=True, slots=True)
class Measures:
    """What the kernel knows of a shape, in metres.

    Attributes:
        sizes: The kernel's numbers; what each is: kernel/shapes.h.
        bound: Radius of a ball around it.
        middle: Where the middle of ball and box is on local y.
        slim: Half a thickness. Of plates that is not the least one: edge on, they are seldom seen.
        half: Half sides of a box around it along its own axes.
    """

    sizes: tuple[float, ...]
    bound: float
    middle: float
    slim: float
    half: Point


def measure(shape: Shape, scale: float) -> Measures:
    """Return the measures of a shape at a scale, without its wall if it is a shell.

    Raises:
        GeneratorError: Another number of sizes than the kind has, or one out of range.
    """
    name = shape.kind.name.lower()
    if len(shape.sizes) != _SIZES[shape.kind]:
        raise GeneratorError(f"A {name} has {_SIZES[shape.kind]} sizes.")
    # The arc of a torus is an angle.
    count = 2 if shape.kind is Kind.TORUS else len(shape.sizes)
    values = [size * scale for size in shape.sizes[:count]]
    if not all(0 <= value <= METRES_MAX for value in values):
        raise GeneratorError(f"A size of a {name} is not 0 to 10 km.")
    middle = 0.0
    match shape.kind:
        case Kind.SPHERE:
            bound = slim = values[0]
            half = (bound, bound, bound)
        case Kind.ELLIPSOID:
            values = [max(value, _LEAST) for value in values]
            bound, slim = max(values), sorted(values)[1]
            half = (values[0], values[1], values[2])
            values += [1 / value for value in values]
        case Kind.BOX | Kind.WEDGE:
            bound, slim = math.hypot(*values[:3]), sorted(values[:3])[1]
            half = (values[0], values[1], values[2])
            values[3] = min(values[3], min(values[:3]) * 0.999)
        case Kind.CAPSULE:
            values, bound, middle, slim = _capsule(*values)
            wide = max(values[1], values[2])
            half = (wide, bound, wide)
        case Kind.CYLINDER:
            bound, slim = math.hypot(values[0], values[1]), values[0]
            half = (values[0], values[1], values[0])
            values[2] = min(values[2], min(values[:2]) * 0.999)
        case Kind.CONE:
            wide = max(values[:2])
            bound, slim = math.hypot(wide, values[2]), wide
            half = (wide, values[2], wide)
            values = _cone(*values)
        case Kind.TORUS:
            bound, slim = values[0] + values[1], values[1]
            half = (bound, values[1], bound)
            values += _arc(shape.sizes[2])
    return Measures((*values, *([0.0] * (_PLACES - len(values)))), bound, middle, slim, half)


def area(shape: Shape) -> float:
    """Return the square of the radius of a disc that shows as much as the shape, square metres."""
    found = measure(shape, 1.0)
    return found.bound * found.slim


def _capsule(length: float, a: float, b: float) -> tuple[list[float], float, float, float]:
    length = max(length, _LEAST / 10)
    slope = max(min((a - b) / length, _SLOPE_MAX), -_SLOPE_MAX)
    sizes = [length, a, a - slope * length, slope, math.sqrt(1 - slope * slope)]
    return sizes, length / 2 + max(a, b), length / 2, min(a, b)


def _cone(foot: float, top: float, half: float, rounding: float) -> list[float]:
    rounding = min(rounding, max(foot, top) / 2, half / 2)
    half -= rounding
    foot, top = max(foot - rounding, 0.0), max(top - rounding, 0.0)
    slant = (top - foot) ** 2 + 4 * half * half
    return [foot, top, half, rounding, 1 / max(slant, _LEAST**3)]


def _arc(arc: float) -> list[float]:
    if not 0 < arc <= math.pi + 1e-6:
        raise GeneratorError("The arc of a torus is above 0 and at most pi.")
    if arc >= math.pi - 1e-6:
        return [0.0, -1.0]
    return [math.sin(arc), math.cos(arc)]
