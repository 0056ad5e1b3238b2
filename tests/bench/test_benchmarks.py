"""Every benchmark still runs; what it measures of so little says nothing."""

import importlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.bench import fingerprint, generator_film, generator_sound, seen, watermark
from tests.bench.__main__ import names
from tests.bench.likeness import WANTED
from tests.bench.table import Row
from tests.mutants import hostile
from tests.watermark.sound import attacks

pytestmark = pytest.mark.slow

TINY: Mapping[str, Mapping[str, Any]] = {
    "appends": {"counts": (1,), "rounds": 1, "seconds": 0.5},
    "audit": {"sizes": (300, 301)},
    "consents": {"rounds": 2, "count": 4, "used": 2},
    "descriptions": {"sizes": (3,), "prompts_max": 5},
    "everywhere": {"rounds": 2},
    "forgeries": {
        "places": ("in a room", "in a desert"),
        "things": ("cones stand",),
        "seeds": (1,),
        "targets": (("a lamp falls", "in a studio"),),
        "averaged": 2,
        "count": 1,
        "pairs": 2,
        "ways": ("transplanted",),
    },
    "generator_film": generator_film.QUICK,
    "generator_sound": generator_sound.QUICK,
    "gate": {"sizes": (100,), "worst_rounds": 1},
    "likeness": {
        "rounds": 1,
        "crowd": 100,
        "wanted": replace(WANTED, seconds=1, width=64, height=64),
    },
    "imports": {"count": 20, "singles": 3, "outputs": 3, "names": 100},
    "mutations": {"count": 4, "cases": hostile.CASES[:1]},
    "proofs": {"sizes": (300, 600), "proofs": 25},
    "held_out": {
        "prompts": ("a ball", "a cactus"),
        "seeds": (1,),
        "seconds": 0.5,
        "pictures": False,
    },
    "references": {"prompts": ("a ball", "a cactus"), "seeds": (1,), "sizes": (9,), "seconds": 0.5},
    "revocations": {"rounds": 2, "outputs": 20, "requests": 4, "idle_seconds": 0.2},
    "search": {"size": 20_000, "huge": 1_000, "clips": 2},
    "search_points": {"assets": (5,), "clips": 2},
    "seen": seen.QUICK,
    "signing": {
        "sizes": (100_000,),
        "rounds": 1,
        "wanted": {"seconds": 1, "width": 320, "height": 180},
    },
    "sequencing": {"backlog": 300, "counts": (1,), "seconds": 0.2},
    "sound_mark": {
        "prompts": ("waves at a beach",),
        "seconds": 3.0,
        "attacks": {"as marked": attacks.same},
        "keys": 2,
        "searches": 1,
        "signs": 10,
    },
    "fingerprint": fingerprint.QUICK,
    "watermark": watermark.QUICK,
    "verify": {"seconds": 2, "width": 320, "height": 180, "rounds": 1},
    "webhooks": {"singles": 3, "events": 60, "objects": 20, "posts": 20, "failures": 3},
}


def test_all_benchmarks_are_tried() -> None:
    assert names() == sorted(TINY)


@pytest.mark.parametrize("name", TINY)
def test_a_benchmark_runs(name: str, place: Path) -> None:
    module = importlib.import_module(f"tests.bench.{name}")

    rows = module.run(place, **TINY[name])

    assert rows
    # Processor time comes in ticks; there may be none.
    assert all(row.value >= 0 for row in rows if isinstance(row, Row))
