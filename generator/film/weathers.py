"""The weathers: what they do to light and air, and how they lie on what stands outside."""

from dataclasses import dataclass, replace

from generator.film import shapes
from generator.film.lights import Lighting
from generator.film.materials import Linear, Material, Pattern
from generator.film.places import surfaces
from generator.film.places.sets import Piece, Place
from generator.film.scenes import SHAPES_PER_GROUP_MAX, Falling, Group, Weather
from generator.film.shapes import Kind, Shape

_SNOW_THICK = 0.035  # Metres of snow on a flat top.
_CAPPED_MIN = 0.07  # Metres; nothing narrower carries snow.
_CAPPED_MAX = 30.0  # Nor do mountains: they have their own.


@dataclass(frozen=True, slots=True)
class Air:
    """What a weather changes.

    Attributes:
        sun: Share of the sun that comes through.
        grey: How far the sky goes to grey, 0..1.
        dim: Factor on the sky.
        clouds: How many there are at least, 0..1.
        haze: Added to the fog's density.
        tint: Colour of the haze as a factor on the grey of the sky.
        spread: Added to the sun's width.
        falls: What comes down.
        open: Factor on the exposure, as a camera would choose it.
    """

    sun: float = 1.0
    grey: float = 0.0
    dim: float = 1.0
    clouds: float = 0.0
    haze: float = 0.0
    tint: Linear = (1.0, 1.0, 1.0)
    spread: float = 0.0
    falls: Weather = Weather()  # noqa: RUF009 - frozen.
    open: float = 1.0


WEATHERS: dict[str, Air] = {
    "clear": Air(),
    "clouds": Air(sun=0.8, grey=0.12, clouds=0.8, haze=0.002, spread=0.03, open=1.06),
    "fog": Air(sun=0.35, grey=0.65, dim=0.95, clouds=0.9, haze=0.075, spread=0.3, open=1.1),
    "rain": Air(
        sun=0.3, grey=0.6, dim=0.8, clouds=0.95, haze=0.012, spread=0.3, open=1.35,
        falls=Weather(Falling.RAIN, 0.55, (0.6, 0.0)),
    ),
    "snow": Air(
        sun=0.5, grey=0.5, clouds=0.9, haze=0.014, spread=0.3, open=1.05,
        falls=Weather(Falling.SNOW, 0.6, (0.4, 0.1), (0.95, 0.96, 1.0)),
    ),
    "storm": Air(
        sun=0.16, grey=0.6, dim=0.55, clouds=1.0, haze=0.02, tint=(0.8, 0.88, 1.0), spread=0.3,
        open=1.7, falls=Weather(Falling.RAIN, 1.0, (6.0, 0.5)),
    ),
    "dust": Air(
        sun=0.55, grey=0.85, clouds=0.3, haze=0.03, tint=(1.25, 0.9, 0.55), spread=0.15, open=1.05,
        falls=Weather(Falling.DUST, 0.7, (2.5, 0.3), (1.0, 0.82, 0.58)),
    ),
}  # fmt: skip
_WET = frozenset({"rain", "storm"})


def changed(lighting: Lighting, name: str, *, indoors: bool) -> tuple[Lighting, Weather]:
    """Return a light under a weather, and what falls; indoors nothing falls and nothing hazes."""
    air = WEATHERS[name]
    sky = lighting.sky
    grey = sum(sky.horizon) / 3 * 0.85 + sum(sky.zenith) / 3 * 0.15
    pale: Linear = (grey * 0.97, grey, grey * 1.04)
    horizon = _times(_mix(sky.horizon, pale, air.grey), air.dim)
    zenith = _times(_mix(sky.zenith, _times(pale, 0.75), air.grey), air.dim)
    horizon = _each(horizon, air.tint)
    away = air.grey if name != "clouds" else 0.0
    grim = replace(
        sky,
        zenith=zenith,
        horizon=horizon,
        clouds=max(sky.clouds, air.clouds),
        stars=sky.stars * (1 - away),
        disk=sky.disk and away < 0.4,
        far=_each(_mix(sky.far, horizon, 0.4 * air.grey), air.tint),
    )
    sun = replace(
        lighting.sun,
        colour=_times(lighting.sun.colour, air.sun),
        spread=min(lighting.sun.spread + air.spread, 0.4),
    )
    fog = lighting.fog
    if air.haze > 0 and not indoors:
        base = fog.colour or sky.horizon
        fog = replace(
            fog,
            density=fog.density + air.haze,
            start=min(fog.start, 3.0 if air.haze > 0.03 else 6.0),
            colour=_each(_times(_mix(base, pale, air.grey), air.dim), air.tint),
        )
    opened = 1 + (air.open - 1) * (0.6 if indoors else 1.0)
    grade = replace(lighting.grade, exposure=lighting.grade.exposure * opened)
    falls = air.falls
    if falls.falling is not Falling.NOTHING:
        # Drops shine as the sky behind them does.
        level = min(0.25 + grey, 1.0)
        falls = replace(falls, colour=_times(falls.colour, level))
    lamps = max(lighting.lamps, 0.5) if name in ("storm", "fog", "rain") else lighting.lamps
    changed_light = replace(lighting, sun=sun, sky=grim, fog=fog, grade=grade, lamps=lamps)
    return changed_light, Weather() if indoors else falls


def covered(place: Place, name: str) -> Place:
    """Return a place with wet ground in the rain, and snow on it and on what stands there."""
    if place.indoors or (name != "snow" and name not in _WET):
        return place
    change = _snowy_ground if name == "snow" else wet
    planes = tuple(
        replace(plane, material=change(plane.material)) if number == 0 else plane
        for number, plane in enumerate(place.planes)
    )
    terrain = place.terrain
    if terrain is not None:
        terrain = replace(terrain, material=change(terrain.material))
    if name == "snow":
        return replace(
            place, planes=planes, terrain=terrain, groups=snowed(place.groups),
            pieces=tuple(snowed(piece) for piece in place.pieces),
        )  # fmt: skip
    return replace(
        place, planes=planes, terrain=terrain,
        groups=tuple(_wet_group(group) for group in place.groups),
    )  # fmt: skip


def wet(material: Material) -> Material:
    """Return a ground that it rains on: darker, glossy, with puddles where it is hard."""
    dark = surfaces.shade(material.colour, 0.6)
    match material.pattern:
        case Pattern.WATER:
            return material
        case Pattern.ASPHALT | Pattern.COURT:
            pattern = Pattern.PUDDLES if material.pattern is Pattern.ASPHALT else material.pattern
            return replace(material, colour=dark, pattern=pattern, mirror=0.95, rough=0.4)
        case Pattern.PAVING | Pattern.PLASTER | Pattern.PLANKS | Pattern.TILES:
            return replace(
                material, colour=dark, mirror=0.6, rough=0.25, specular=max(material.specular, 0.05)
            )
        case _:
            return replace(
                material, colour=surfaces.shade(material.colour, 0.72),
                second=surfaces.shade(material.second, 0.72), rough=material.rough * 0.7,
                mirror=max(material.mirror, 0.12),
            )  # fmt: skip


def snowed(groups: Piece) -> Piece:
    """Return groups with snow on their upper sides."""
    return tuple(_snowed(group) for group in groups)


def _snowy_ground(material: Material) -> Material:
    return material if material.pattern is Pattern.WATER else surfaces.SNOW


def _wet_group(group: Group) -> Group:
    """Wet the stones of pavements and quays; walls stay as they are."""
    parts = tuple(
        replace(part, material=wet(part.material))
        if part.material.pattern in (Pattern.PAVING, Pattern.ASPHALT)
        else part
        for part in group.shapes
    )
    return replace(group, shapes=parts)


def _snowed(group: Group) -> Group:
    laden = any(part.cut or part.material == surfaces.SNOW for part in group.shapes)
    if group.repeat is not None or laden:
        return group
    caps: list[Shape] = []
    parts = tuple(
        replace(part, material=surfaces.SNOW) if _is_ground(part) else part for part in group.shapes
    )
    for part in group.shapes:
        cap = None if part.material.glow > 0 else _cap(part)
        if cap is not None and len(group.shapes) + len(caps) < SHAPES_PER_GROUP_MAX:
            caps.append(cap)
    return replace(group, shapes=parts + tuple(caps))


def _is_ground(part: Shape) -> bool:
    """Say whether a shape is a pavement, a quay or a lawn."""
    return part.kind is Kind.BOX and part.material.pattern in (Pattern.PAVING, Pattern.GRASS)


def _cap(part: Shape) -> Shape | None:
    """Return the snow on a shape, if it has an upper side that carries some."""
    match part.kind:
        case Kind.SPHERE | Kind.ELLIPSOID:
            return _round_cap(part)
        case Kind.BOX:
            return _flat_cap(part)
        case Kind.CONE:
            return _roof_cap(part)
        case _:
            return None


def _round_cap(part: Shape) -> Shape | None:
    radii = part.sizes if part.kind is Kind.ELLIPSOID else part.sizes * 3
    if min(radii) < _CAPPED_MIN or max(radii) > _CAPPED_MAX or part.pose.turn[1][1] < 0.9:
        return None
    x, y, z = part.pose.at
    size = (radii[0] * 0.96, radii[1] * 0.84, radii[2] * 0.96)
    at = (x, y + radii[1] * 0.22 + 0.005, z)
    return shapes.ellipsoid(at, size, surfaces.SNOW, facing=part.pose.turn)


def _flat_cap(part: Shape) -> Shape | None:
    a, b, c = part.sizes[:3]
    small, large = min(a, c) < _CAPPED_MIN * 0.6, max(a, c) > _CAPPED_MAX
    if small or large or part.pose.turn[1][1] < 0.6 or _is_ground(part):
        return None
    thick = min(_SNOW_THICK, min(a, c) * 0.6)
    at = shapes.point(part.pose, (0.0, b + thick * 0.3, 0.0))
    half = (a * 0.99, thick, c * 0.99)
    return shapes.box(at, half, surfaces.SNOW, rounding=thick * 0.95, facing=part.pose.turn)


def _roof_cap(part: Shape) -> Shape | None:
    low, high, half, _ = part.sizes
    if not 0.15 <= low <= _CAPPED_MAX or low < high * 1.5 or part.pose.turn[1][1] < 0.9:
        return None
    x, y, z = part.pose.at
    radii = (low * 0.9, high * 0.95 + 0.01)
    return shapes.cone((x, y + half * 0.2, z), radii, half * 0.88, surfaces.SNOW, rounding=0.02)


def _mix(a: Linear, b: Linear, share: float) -> Linear:
    return (
        a[0] + (b[0] - a[0]) * share,
        a[1] + (b[1] - a[1]) * share,
        a[2] + (b[2] - a[2]) * share,
    )


def _times(colour: Linear, factor: float) -> Linear:
    return colour[0] * factor, colour[1] * factor, colour[2] * factor


def _each(a: Linear, b: Linear) -> Linear:
    return a[0] * b[0], a[1] * b[1], a[2] * b[2]
