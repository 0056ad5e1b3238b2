"""The film engine's lens and shutter, read from its pictures, against the formulas of optics."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.bench.table import Row
from tests.generator.film import optics

QUICK = {"lenses": (35.0,), "blurs": optics.BLURS[:1], "shutters": (180.0,)}


def run(
    folder: Path,
    *,
    lenses: Sequence[float] = (14.0, *optics.LENSES, 135.0),
    blurs: Sequence[tuple[float, float, float, float]] = optics.BLURS,
    shutters: Sequence[float] = (45.0, *optics.SHUTTERS),
) -> list[Row]:
    return [
        *_worst("field of view", 0.5, optics.field, [(lens,) for lens in lenses]),
        *_worst("circle of confusion", 10.0, optics.confusion, blurs),
        *_worst("length of a streak", 10.0, optics.streak, [(shutter,) for shutter in shutters]),
    ]


def _worst(
    what: str,
    goal: float,
    measure: Callable[..., tuple[float, float]],
    cases: Sequence[tuple[float, ...]],
) -> Iterator[Row]:
    errors = [abs(seen / expected - 1) for seen, expected in (measure(*case) for case in cases)]
    yield Row(f"{what} against the formula, worst of {len(errors)}", 100 * max(errors), "%",
              "the goal", goal, f"≤ {goal:g} %")  # fmt: skip
