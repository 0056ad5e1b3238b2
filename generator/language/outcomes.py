"""What becomes of a word when it is read, before the storyboard is done."""

from dataclasses import dataclass

import numpy as np

from generator.base import Colour
from generator.language import lexicon
from generator.language.claims import Claim
from generator.objects import Key

_BRIGHT = 8  # So many colours come before the greys.


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a word gets.

    Attributes:
        refusal: Why it is not drawn; empty if it is.
        key: The object that it names.
        claim: What must hold of a shot for it to be drawn.
        instead: What is drawn in its place; empty if it is drawn as it stands.
        doubt: What may hold of a shot so that it is only approximated, and by what.
    """

    refusal: str = ""
    key: Key | None = None
    claim: Claim | None = None
    instead: str = ""
    doubt: tuple[Claim, str] | None = None


class Chance:
    """What the prompt leaves open, drawn by the seed."""

    def __init__(self, *seeds: int) -> None:
        self._rng = np.random.default_rng(seeds)

    def colour(self) -> Colour:
        """Return a colour, none of the greys."""
        return lexicon.COLOURS[int(self._rng.integers(_BRIGHT))][1]

    def choose(self, *options: str) -> str:
        """Return one of the options."""
        return options[int(self._rng.integers(len(options)))]
