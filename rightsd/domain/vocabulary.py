"""What words everybody uses, so that a name which is one of them needs more than its letters."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words in lower case.

    Attributes:
        common: What a dictionary has in lower case, in all its forms.
        proper: What it has with a capital: places, peoples, names.
        called: What many people and cities are called.
    """

    common: frozenset[str]
    proper: frozenset[str]
    called: frozenset[str]

    def has(self, word: str) -> bool:
        """Say whether a word in lower case is anything that everybody uses."""
        return word in self.common or word in self.proper or word in self.called
