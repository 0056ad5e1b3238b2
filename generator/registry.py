"""The engines there are, by name.

An engine of models that others trained takes one after a colon, as in `diffusion:FOLDER`. Another
engine is one file with the shape of `base.Generator`, and one line in the table here.
"""

from collections.abc import Callable, Mapping

from generator import diffusion, procedural
from generator.base import Generator
from generator.diffusion import Diffusion
from generator.errors import GeneratorError
from generator.film.engine import Film
from generator.procedural import Procedural

DEFAULT = "procedural"


def _bundled(engine: Generator) -> Callable[[str], Generator]:
    """Return what gives an engine that has no models to choose from."""

    def give(model: str) -> Generator:
        if model:
            raise GeneratorError(f"The engine {engine.name} is its own model; it takes no other.")
        return engine

    return give


_ENGINES: Mapping[str, Callable[[str], Generator]] = {
    DEFAULT: _bundled(Procedural()),
    procedural.WITH_ESPEAK: _bundled(Procedural(procedural.WITH_ESPEAK)),
    "film": _bundled(Film()),
    diffusion.NAME: Diffusion,
}


def names() -> tuple[str, ...]:
    """Return the names of all engines, the default first."""
    return tuple(_ENGINES)


def engine(name: str) -> Generator:
    """Return an engine by its name, with its model after a colon if it takes one.

    Raises:
        GeneratorError: There is no such engine or model, or something that it needs is missing.
    """
    kind, _, model = name.partition(":")
    if kind not in _ENGINES:
        raise GeneratorError(f"There is no engine of that name; there are: {', '.join(_ENGINES)}.")
    return _ENGINES[kind](model)
