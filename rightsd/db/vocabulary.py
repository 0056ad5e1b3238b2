"""The vocabulary, read from the data of two packages whose code is not used.

Source: spylls' en_US.dic (SCOWL, as Hunspell has it), whose flags say what forms a word has; the
endings here are the suffixes S, D, G, R, Z, T, Y, P and J of its en_US.aff. Given names: zxcvbn.
"""

import functools
import zoneinfo
from collections.abc import Iterator
from importlib.resources import files

from zxcvbn.frequency_lists import FREQUENCY_LISTS

from rightsd.domain.vocabulary import Vocabulary

_GIVEN_NAMES = ("male_names", "female_names")
_ENDINGS = {"D": "ed", "G": "ing", "R": "er", "Z": "ers", "T": "est", "J": "ings"}
_VOWELS = "aeiou"


@functools.cache
def load() -> Vocabulary:
    """Return the vocabulary, the same in every process with the same installed versions."""
    dictionary = files("spylls") / "hunspell" / "data" / "en" / "en_US.dic"
    common, proper = set[str](), set[str]()
    for line in dictionary.read_text("utf-8").splitlines()[1:]:
        word, _, flags = line.partition("/")
        if word.isalpha() and len(word) > 1:
            (common if word.islower() else proper).update(_forms(word.lower(), flags))
    cities = {zone.rpartition("/")[2].lower() for zone in zoneinfo.available_timezones()}
    given = {name for group in _GIVEN_NAMES for name in FREQUENCY_LISTS[group]}
    return Vocabulary(frozenset(common), frozenset(proper), frozenset(cities | given))


def _forms(word: str, flags: str) -> Iterator[str]:
    """Yield a word and its forms."""
    yield word
    changes_y = word[-1] == "y" and word[-2] not in _VOWELS
    stem = word[:-1] + "i" if changes_y else word
    for flag in flags:
        if flag == "S":
            yield stem + ("es" if changes_y or word[-1] in "sxzh" else "s")
        elif flag == "Y":
            yield word + "ly"
        elif flag == "P":
            yield stem + "ness"
        elif ending := _ENDINGS.get(flag):
            base = word if ending[0] == "i" else stem
            yield (base[:-1] if word[-1] == "e" else base) + ending
