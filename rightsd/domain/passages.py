"""Where in a prompt something stands: in which shot, and whether it is spoken there.

The marks of shots and of speech are those that the bundled engine reads (generator/language); a
test holds the two together.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

_SHOT = re.compile(
    r"(?:^|(?<=[\s.。]))(?:shot|scene|ショット|カット|シーン)\s*\d{1,4}\s*[:.)\-—]", re.IGNORECASE
)
_CUT = re.compile(r"(?<![a-z])(?:smash\s)?cut to\s*:?|場面転換|カットして", re.IGNORECASE)
_QUOTE = re.compile(r'["“]([^"”]+)["”]|「([^」]+)」|『([^』]+)』')

_QUOTES = str.maketrans(dict.fromkeys('"“”「」『』', " "))


@dataclass(frozen=True, slots=True)
class Layout:
    """How a prompt falls into shots and speech, by characters of the prompt.

    Attributes:
        shots: Where each begins, rising; what stands before the first is for all of them.
        quotes: Where what is said begins and ends, rising.
    """

    shots: tuple[int, ...]
    quotes: tuple[tuple[int, int], ...]

    def place_of(self, start: int) -> dict[str, str | int]:
        """Return the evidence of a place: "shot", from 1, if in one; "part", if it is spoken."""
        shot = bisect_right(self.shots, start)
        place: dict[str, str | int] = {"shot": shot} if shot else {}
        if any(first <= start < end for first, end in self.quotes):
            place["part"] = "dialogue"
        return place


def read(prompt: str) -> Layout:
    """Return how a prompt falls into shots and speech."""
    folded, origins = _fold(prompt)
    quotes = [match.span() for match in _QUOTE.finditer(folded)]
    masked = _QUOTE.sub(lambda match: "\0" * len(match[0]), folded)
    marks = [mark.end() for mark in _SHOT.finditer(masked)]
    if not marks:
        marks = [cut.end() for cut in _CUT.finditer(masked)]
        # Without a mark before it, what comes before the first cut is the first shot.
        marks = [0, *marks] if marks else []
    return Layout(
        tuple(origins[mark] for mark in marks),
        tuple((origins[first], origins[end]) for first, end in quotes),
    )


def with_lines(prompt: str, lines: Sequence[tuple[int, str]]) -> str:
    """Return a prompt to be judged with what an engine means to have said beyond it.

    Args:
        prompt: As it came.
        lines: What is said, each after its shot, from 1. What the prompt has word for word is
            judged where it stands.
    """
    known = "".join(prompt.split())
    added = [
        f"\nShot {shot}: “{text.translate(_QUOTES)}”"
        for shot, text in lines
        if "".join(text.split()) not in known
    ]
    return prompt + "".join(added)


def _fold(prompt: str) -> tuple[str, list[int]]:
    """Return the prompt with its compatibility forms folded, and where each character comes from.

    The last entry is the end of the prompt.
    """
    if prompt.isascii():
        return prompt, list(range(len(prompt) + 1))
    folded: list[str] = []
    origins: list[int] = []
    for place, character in enumerate(prompt):
        plain = unicodedata.normalize("NFKC", character)
        folded.append(plain)
        origins += [place] * len(plain)
    return "".join(folded), [*origins, len(prompt)]
