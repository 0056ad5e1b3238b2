"""The places there are, by the name a storyboard calls them."""

import zlib
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from generator.film.places import cities, greens, homes, shores, stages, wilds
from generator.film.places.sets import Place, Rng

PLACES: Mapping[str, Callable[[Rng, float], Place]] = MappingProxyType(
    {
        "beach": shores.beach, "cafe": homes.cafe, "court": cities.court, "desert": wilds.desert,
        "forest": greens.forest, "harbour": shores.harbour, "kitchen": homes.kitchen,
        "library": homes.library, "meadow": greens.meadow, "park": greens.park,
        "rooftop": cities.rooftop, "room": homes.room, "snowfield": wilds.snowfield,
        "street": cities.street, "studio": stages.studio, "temple": greens.temple,
        "theatre": stages.theatre,
    }
)  # fmt: skip


def build(name: str, *, seed: int, lamps: float) -> Place:
    """Return a place: the same for the same name and seed.

    Args:
        name: One of PLACES.
        seed: Chooses colours, and where trees and houses stand.
        lamps: How much of its lamps is on, 0 by day .. 1 at night; scales what glows, not the
            place's `lamps`, which are at full power.
    """
    rng = np.random.default_rng((seed, 21, zlib.crc32(name.encode())))
    return PLACES[name](rng, lamps)
