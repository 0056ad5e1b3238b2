"""How much a claim would refuse, measured by what was asked for lately, before it takes effect.

Anyone can claim "a red ball". A claim that nobody has verified, and that would refuse more than a
share and a number of the last week's requests, waits for a reviewer with the names that would.
"""

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

from rightsd.domain import matching, naming
from rightsd.domain.naming import Name, Reading
from rightsd.domain.vocabulary import Vocabulary

DAYS = 7
# A twentieth of all is found among so many with a probability of 97 %; reading them takes a moment.
SAMPLE_MAX = 250
PROMPT_CHARS_MAX = 500  # Read of each: what is claimed to block too much is found there as well.


@dataclass(frozen=True, slots=True)
class Cap:
    """What a claim may refuse before anyone looks at it: more than both waits.

    Attributes:
        share: Of the requests of the last days, in 0..1.
        requests: How many different ones in all, as estimated from a sample.
    """

    share: float
    requests: int


CAP = Cap(share=0.02, requests=100)


@dataclass(frozen=True, slots=True)
class Lately:
    """A sample of what was asked for, read.

    Attributes:
        texts: Skeletons of which a name's is the beginning if it is in a prompt, in order.
        owners: Whose each of them is: places in `readings`.
        total: How many different requests there were, as estimated from the sample.
    """

    readings: Sequence[Reading]
    texts: Sequence[str]
    owners: Sequence[int]
    total: int


@dataclass(frozen=True, slots=True)
class Radius:
    """What a claim would refuse.

    Attributes:
        names: The folded names that would refuse anything.
        refused: How many requests of the sample.
        sampled: Out of how many.
        estimated: How many of all.
    """

    names: tuple[str, ...]
    refused: int
    sampled: int
    estimated: int

    def exceeds(self, cap: Cap) -> bool:
        """Say whether it is too much to take effect unseen."""
        if not self.sampled:
            return False
        return self.refused / self.sampled > cap.share and self.estimated > cap.requests


def read(prompts: Sequence[str], total: int, vocabulary: Vocabulary) -> Lately:
    """Return what was asked for, each text once however often, of so many requests in all."""
    begun = [prompt[:PROMPT_CHARS_MAX] for prompt in prompts]
    distinct = {matching.fold(prompt): prompt for prompt in begun if prompt}
    readings = [naming.read(prompt, vocabulary) for prompt in distinct.values()]
    texts = sorted(
        (text, owner) for owner, reading in enumerate(readings) for text in reading.texts
    )
    texts_total = round(total * len(readings) / len(prompts)) if prompts else 0
    owners = [owner for _, owner in texts]
    return Lately(readings, [text for text, _ in texts], owners, texts_total)


def of(names: Sequence[Name], lately: Lately, vocabulary: Vocabulary) -> Radius:
    """Return what the names of one work would refuse, but for the few slips of the pen."""
    candidates: dict[int, list[Name]] = {}
    for name in names:
        for owner in _beginning(name.skeleton, lately):
            candidates.setdefault(owner, []).append(name)
    found: set[str] = set()
    refused = 0
    for owner, spelt in candidates.items():
        counted = naming.mentions(lately.readings[owner], spelt, (), vocabulary)
        found |= {mention.name.folded for mention in counted}
        refused += bool(counted)
    sampled = len(lately.readings)
    estimated = round(lately.total * refused / sampled) if sampled else 0
    return Radius(tuple(sorted(found)), refused, sampled, estimated)


def _beginning(skeleton: str, lately: Lately) -> set[int]:
    """Return whose texts begin with a skeleton."""
    place = bisect.bisect_left(lately.texts, skeleton)
    owners: set[int] = set()
    while place < len(lately.texts) and lately.texts[place].startswith(skeleton):
        owners.add(lately.owners[place])
        place += 1
    return owners
