"""Whether a prompt describes a work without naming it, by how close the two are in meaning.

A model (ports.Embedder) gives two texts a score, up to 1. That tells what they are about, and not
whether they tell the same: a giant in a desert is like any other. So it also tells, word by word,
how much of the description the passage has, in these words or in like ones; words that ordinary
prompts have count less. Closeness is made of both.

What is close to a description may be close to everything, so a description counts from its own
thresholds on: the general ones, or more if ordinary prompts (rightsd/domain/neutral.py) come near.
From the upper threshold on the prompt is refused, from the lower one a person looks at it.
Measured: "Finding descriptions" in rightsd/README.md.
"""

import functools
import itertools
import math
import operator
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rightsd.domain import gloss, naming, neutral, rulebook
from rightsd.domain.naming import Name
from rightsd.domain.rulebook import Reason
from rightsd.domain.vocabulary import Vocabulary
from rightsd.errors import Code, RightsError

DESCRIPTION_CHARS_MAX = 400
DESCRIPTIONS_MAX = 8  # Of one work.
CONTENT_WORDS_MIN = 6  # Fewer describe nothing in particular; of prompts, these were all false.
SENTENCES_MAX = 12  # Of one prompt: reading one takes a millisecond or more.
WHOLE_WORDS_MAX = 30  # Longer prompts have like words for anything, and are close to nothing.
SENTENCE_WORDS_MAX = 15  # Longer sentences are read in stretches, and by two together.
CITED_MAX = 5  # Works in one decision; more help nobody.
SCORE_MIN = 0.45  # Of passages that are compared word by word.
CANDIDATES_MAX = 20  # Descriptions that a passage is so compared with.
LIKE_FROM, LIKE_TO = 0.45, 0.65  # Words begin to say the same, and do, by their score.
SCORE_PART = 0.4  # Of closeness; the rest is what is told.
DESCRIBED_MIN, DESCRIBED_MARGIN = 0.62, 0.08
RESEMBLES_MIN, RESEMBLES_MARGIN = 0.50, 0.03
COMMON_MAX = 0.65  # A description that ordinary prompts come so near to says nothing of its own.
_WORD = re.compile(r"[a-z][a-z'-]*", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.!?;。！？\n]+[.!?;。！？\n]*")
# What a long sentence is cut into: with its neighbour a stretch is as long as a description.
_STRETCH = re.compile(r"(?:\S++\s*+){1,15}")
_STRETCH_WITHOUT_SPACES = re.compile(r".{1,40}(?:、|$)|.{1,40}", re.DOTALL)
_LABEL = re.compile(r"\s*(?:shot|scene|cut|ショット|シーン)\s*\d+\s*[:：.-]\s*", re.IGNORECASE)
_WITHOUT_MEANING = """
    a about above across after all along also an and another any are around as at be been before
    behind being beneath beside between both but by can could did do does down during each every for
    from had has have he her here hers herself him himself his how i if in inside into is it its
    itself just like made many me more most my near no nor not of off on once one only onto or other
    our out over own same she so some such than that the their them then there these they this those
    through to together too toward towards two under until up upon us very was we were what when
    where which while who whose why will with within without would you your
"""
_FUNCTION_WORDS = frozenset(_WITHOUT_MEANING.split())


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a prompt.

    Attributes:
        start: Where it begins in the prompt, in characters.
        end: Where it ends.
        english: What it says in English.
    """

    start: int
    end: int
    english: str


@dataclass(frozen=True, slots=True)
class Described:
    """An opted-out work that a passage of a prompt comes close to.

    Attributes:
        closeness: Between that passage and the description.
        model: What measured it.
        certain: Whether it is over the upper threshold.
    """

    optout_id: str
    work_id: str
    title: str
    description_id: str
    start: int
    end: int
    closeness: float
    model: str
    certain: bool


def english(text: str) -> str:
    """Return what a text says in English, as far as it can be read."""
    return gloss.english(text) if gloss.is_japanese(text) else text


def without_names(text: str, names: Sequence[Name], vocabulary: Vocabulary) -> str:
    """Return a description without a work's names: those are looked for by themselves."""
    letters: list[str] = list(text)
    reading = naming.read(text, vocabulary)
    for mention in naming.mentions(reading, names, names, vocabulary):
        letters[mention.start : mention.end] = " " * (mention.end - mention.start)
    return " ".join("".join(letters).split())


def content_words(text: str) -> list[str]:
    """Return the different words of an English text that say something, in lower case."""
    found = dict.fromkeys(word.lower().strip("'-") for word in _WORD.findall(text))
    return [word for word in found if word not in _FUNCTION_WORDS]


def passages(prompt: str) -> list[Passage]:
    """Return a prompt's passages that say enough: sentences, neighbours, and all of a short one."""
    sentences = _sentences(prompt)
    spans = [*sentences, *((one[0], two[1]) for one, two in itertools.pairwise(sentences))]
    read = [_passage(prompt, start, end) for start, end in spans]
    whole = _passage(prompt, 0, len(prompt))
    if len(content_words(whole.english)) <= WHOLE_WORDS_MAX:
        read.append(whole)
    enough = [each for each in read if len(content_words(each.english)) >= CONTENT_WORDS_MIN]
    return list({each.english: each for each in enough}.values())


def told(words: Sequence[str], likest: Sequence[float]) -> float:
    """Return how much of a description a passage has, from 0 to 1.

    Args:
        words: The description's content words, at least one.
        likest: The best score of each with a word of the passage.
    """
    weights = [1 / (1 + math.log1p(_frequencies()[word]) / 2) for word in words]
    shares = [min(max((score - LIKE_FROM) / (LIKE_TO - LIKE_FROM), 0), 1) for score in likest]
    return sum(map(operator.mul, weights, shares)) / sum(weights)


def closeness(score: float, told: float) -> float:
    """Return how close a passage comes to a description, up to 1."""
    return SCORE_PART * score + (1 - SCORE_PART) * told


def thresholds(common: float) -> tuple[float, float]:
    """Return from what closeness on a description counts: as described, and as resembled.

    Args:
        common: How close the closest ordinary prompt comes.
    """
    return (
        max(DESCRIBED_MIN, common + DESCRIBED_MARGIN),
        max(RESEMBLES_MIN, common + RESEMBLES_MARGIN),
    )


def require_words(read: str) -> None:
    """Check that a description says enough, in English and without the work's names.

    Raises:
        RightsError: INVALID, with what to do.
    """
    words = len(content_words(read))
    if words < CONTENT_WORDS_MIN:
        detail = (
            f"a description without the names needs {CONTENT_WORDS_MIN} words that tell how it "
            f"looks or what happens; this has {words}: “{read[:80]}”"
        )
        raise RightsError(Code.INVALID, detail)


def require_telling(common: float, nearest: str) -> None:
    """Check that a description says what is not said of much else.

    Args:
        common: How close the closest ordinary prompt comes.
        nearest: That prompt.

    Raises:
        RightsError: INVALID, with what to do.
    """
    if common > COMMON_MAX:
        detail = f"this describes too much, as in “{nearest}”: say what only this work has"
        raise RightsError(Code.INVALID, detail)


def reasons(found: Sequence[Described]) -> Iterator[Reason]:
    """Yield what speaks against a prompt, for each work that it comes close to; closest first."""
    for each in sorted(found, key=lambda each: -each.closeness):
        rule = rulebook.WORK_DESCRIBED if each.certain else rulebook.WORK_RESEMBLES
        what = "describes" if each.certain else "may describe"
        detail = f"this {what} a work that its owner has opted out: “{each.title}”"
        evidence: dict[str, str | int] = {
            "work_id": each.work_id,
            "optout_id": each.optout_id,
            "title": each.title,
            "description_id": each.description_id,
            "start": each.start,
            "end": each.end,
            "closeness_per_mille": round(each.closeness * 1000),
            "model": each.model,
        }
        yield rulebook.reason(rule, detail, evidence)


def unchecked(descriptions: int) -> Iterator[Reason]:
    """Yield what speaks against a prompt that could not be compared with some descriptions."""
    if descriptions:
        detail = "this could not be compared with the descriptions of works that are opted out"
        yield rulebook.reason(rulebook.WORK_UNCHECKED, detail, {"descriptions": descriptions})


@functools.cache
def _frequencies() -> Counter[str]:
    """Return in how many ordinary prompts words are."""
    return Counter(word for prompt in neutral.prompts() for word in content_words(prompt))


def _sentences(prompt: str) -> list[tuple[int, int]]:
    """Return where sentences begin and end, or the stretches of long ones.

    Of very many, neighbours are put together.
    """
    places = [
        place
        for sentence in _SENTENCE.finditer(prompt)
        if sentence.group().strip()
        for place in _stretches(prompt, *sentence.span())
    ]
    each = -(-len(places) // SENTENCES_MAX)
    return [
        (places[first][0], places[min(first + each, len(places)) - 1][1])
        for first in range(0, len(places), max(1, each))
    ]


def _stretches(prompt: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return a sentence in parts if it is too long to be close to anything as a whole."""
    sentence = prompt[start:end]
    if len(content_words(english(sentence))) <= SENTENCE_WORDS_MAX:
        return [(start, end)]
    cut = _STRETCH_WITHOUT_SPACES if gloss.is_japanese(sentence) else _STRETCH
    return [stretch.span() for stretch in cut.finditer(prompt, start, end)]


def _passage(prompt: str, start: int, end: int) -> Passage:
    label = _LABEL.match(prompt, start, end)
    if label is not None:
        start = label.end()
    return Passage(start, end, english(prompt[start:end]).strip())
