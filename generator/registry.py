"""The engines there are, by name."""

from generator import procedural
from generator.base import Generator
from generator.errors import GeneratorError
from generator.film.engine import Film
from generator.procedural import Procedural

DEFAULT = "procedural"
_ENGINES: dict[str, Generator] = {
    DEFAULT: Procedural(),
    procedural.WITH_ESPEAK: Procedural(procedural.WITH_ESPEAK),
    "film": Film(),
}


def names() -> tuple[str, ...]:
    """Return the names of all engines, the default first."""
    return tuple(_ENGINES)


def engine(name: str) -> Generator:
    """Return an engine by its name.

    Raises:
        GeneratorError: There is no such engine.
    """
    if name not in _ENGINES:
        raise GeneratorError(f"There is no engine of that name; there are: {', '.join(_ENGINES)}.")
    return _ENGINES[name]
