"""Whether a prompt names a work: which runs of it spell a name, and which of those count.

A name counts as written, under a disguise, or with one slip of the pen. A name that is also a
common word, or what many people are called, counts only in context. What looks like a disguise or a
slip but is plain English does not count. Rules and limits: "Finding names" in rightsd/README.md.
"""

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from rightsd.domain import context, matching
from rightsd.domain.matching import Runs, Start, Token
from rightsd.domain.vocabulary import Vocabulary
from rightsd.domain.work import Ownership

DISGUISED_LENGTH_MIN = 4  # Shorter names are hidden in too much: "5un", "m 3".
JOINED_LENGTH_MIN = 6  # The same for names written in more words than they have.
CHANCE_LENGTH_MAX = 11  # Plain words may make a name up to here by chance; no longer one.
MISSPELT_LENGTH_MIN = 6
FIRST_LETTER_LENGTH_MAX = 7  # People seldom mistake a word's first letter; short words need it.
WINDOW_TOKENS_MAX = 3
WINDOW_LENGTH_MAX = matching.RUN_LENGTH_MAX + 1
KANA_LENGTH_MIN = 4  # Of names in katakana that are written in hiragana, as particles are.
PHRASE_TOKENS_MAX = 12
_ARTICLES = {"a", "an", "the"}
_HISSING = ("s", "x", "z", "ch", "sh")  # What makes a plural with "es".
# Behind these the next word is another's, and not the rest of a name; "Dr." is no sentence.
_PARTED = re.compile(r"(?:[,;:!?]|\w{4}\.)\s")


class Tier(StrEnum):
    """How a name was found."""

    EXACT = "exact"
    DISGUISED = "disguised"
    MISSPELT = "misspelt"
    IN_CONTEXT = "in_context"


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a work that is opted out, or to which another default may apply.

    Attributes:
        optout_id: The opt-out that stands; empty: none does.
        common: Whether it counts only in context, when its owner says so or says not.
        excluded: Phrases in which it does not count.
        ownership: What the owner's claim to the work rests on.
        contested: Someone else has the better claim to it.
    """

    work_id: str
    optout_id: str
    title: str
    shown: str
    folded: str
    skeleton: str
    common: bool | None
    excluded: Sequence[str]
    ownership: Ownership = Ownership.ASSERTED
    contested: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """A name, and where in the prompt it stands, in characters."""

    name: Name
    start: int
    end: int
    tier: Tier
    certain: bool


@dataclass(frozen=True, slots=True)
class Window:
    """A few neighbouring tokens that may be a misspelt name."""

    runs: Runs
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A prompt, read in every way, and what names are to be looked up by.

    Attributes:
        texts: Skeletons of which some name's skeleton may be the beginning, and how long that
            skeleton is at least: a name has whole words.
        slips: What may be a misspelt name, by what that shares with the name: matching.near().
    """

    prompt: str
    views: Sequence[Runs]
    texts: Mapping[str, int]
    slips: Mapping[str, Sequence[Window]]


def read(prompt: str, vocabulary: Vocabulary) -> Reading:
    """Return a prompt's reading.

    Raises:
        RightsError: TOO_LARGE, when it has too many words.
    """
    tokens = matching.read(prompt)
    views = [matching.runs(way) for way in (tokens, matching.sounded(prompt, tokens)) if way]
    slips: dict[str, list[Window]] = {}
    texts: dict[str, int] = {}
    for view in views:
        for skeleton, window in _windows(view, vocabulary):
            for shared in matching.near(skeleton):
                slips.setdefault(shared, []).append(window)
        for start in view.starts:
            word = view.tokens[start.first].skeleton
            # A plural's ending is none of the name's.
            least = max(1, len(word) - (2 if word.endswith("es") else word.endswith("s")))
            texts[start.skeleton] = min(least, texts.get(start.skeleton, least))
    return Reading(prompt, views, texts, slips)


def mentions(
    reading: Reading,
    spelt: Iterable[Name],
    near: Iterable[Name],
    vocabulary: Vocabulary,
) -> list[Mention]:
    """Return the mentions that count, in their order.

    Args:
        reading: The prompt's.
        spelt: The names whose skeletons begin one of its texts.
        near: The names that share one of its slips.
        vocabulary: What words everybody uses.
    """
    seen = [*_spelt(reading, spelt, vocabulary), *_misspelt(reading, near, vocabulary)]
    by_work: dict[str, dict[str, list[Mention]]] = {}
    for mention in seen:
        by_name = by_work.setdefault(mention.name.work_id, {})
        by_name.setdefault(mention.name.folded, []).append(mention)
    counted = [
        mention if mention.certain else replace(mention, tier=Tier.IN_CONTEXT, certain=True)
        for mention in seen
        if mention.certain
        or _has_company(mention, by_work[mention.name.work_id])
        or context.tells(reading.prompt, mention.start, mention.end, vocabulary)
    ]
    return sorted(counted, key=lambda mention: (mention.start, -mention.end))


def why_in_context(shown: str, vocabulary: Vocabulary) -> str | None:
    """Return why a name counts only in context; None when it counts wherever it stands."""
    tokens = [token for token in matching.read(shown) if token.word not in _ARTICLES]
    letters = "".join(token.folded for token in tokens)
    if _is_hiragana(shown) and len(letters) < KANA_LENGTH_MIN:
        return "so few hiragana are part of many words"
    if len(tokens) != 1:
        return None
    if tokens[0].word in vocabulary.called:
        return "many people or places are called that"
    if tokens[0].word in vocabulary.common:
        return "it is a common word"
    return None


def _windows(runs: Runs, vocabulary: Vocabulary) -> Iterator[tuple[str, Window]]:
    """Yield what may be misspelt: a few neighbours in Latin letters, not all of them words."""
    known = [len(token.folded) == 1 or _is_word(token, vocabulary) for token in runs.tokens]
    for start in runs.starts:
        first = start.first
        for last in range(first, min(first + WINDOW_TOKENS_MAX, start.last + 1)):
            skeleton = runs.skeleton(start, last)
            if not skeleton.isascii() or len(skeleton) > WINDOW_LENGTH_MAX:
                break
            if len(skeleton) >= MISSPELT_LENGTH_MIN - 1 and not all(known[first : last + 1]):
                yield skeleton, Window(runs, first, last)


def _spelt(reading: Reading, names: Iterable[Name], vocabulary: Vocabulary) -> Iterator[Mention]:
    by_skeleton: dict[str, list[Name]] = {}
    for name in names:
        by_skeleton.setdefault(name.skeleton, []).append(name)
    lengths = sorted({len(skeleton) for skeleton in by_skeleton})
    for runs in reading.views if by_skeleton else ():
        for start in runs.starts:
            for length in lengths:
                for name in by_skeleton.get(start.skeleton[:length], ()):
                    yield from _runs_of(reading.prompt, runs, start, name, vocabulary)


def _runs_of(
    prompt: str, runs: Runs, start: Start, name: Name, vocabulary: Vocabulary
) -> Iterator[Mention]:
    """Yield the mentions among the runs of a start that begins with a name's skeleton."""
    for ending in ("", "s", "es") if name.folded.endswith(_HISSING) else ("", "s"):
        more = len(ending)
        for last in runs.lasts(start, len(name.skeleton) + more, len(name.folded) + more):
            window = Window(runs, start.first, last)
            mention = _judge(prompt, window, name, vocabulary, ending=ending)
            if mention is not None:
                yield mention


def _judge(
    prompt: str, window: Window, name: Name, vocabulary: Vocabulary, *, ending: str
) -> Mention | None:
    """Return the mention that a run with a name's skeleton and an ending is, if it is one."""
    tokens = window.runs.tokens[window.first : window.last + 1]
    run, wanted = "".join(token.folded for token in tokens), matching.plain(name.folded)
    if not run.endswith(ending):
        return None
    run = run[: len(run) - len(ending)]
    exact = run == wanted or _is_lengthened(run, wanted)
    if not _is_spelt(run, wanted):
        return None
    cuts = [len(token.folded) for token in tokens]
    cuts[-1] -= len(ending)
    apart = cuts != [len(token.folded) for token in _tokens_of(name.shown)]
    letter_by_letter = len(tokens) > 1 and all(len(token.folded) == 1 for token in tokens)
    least = DISGUISED_LENGTH_MIN if letter_by_letter else JOINED_LENGTH_MIN
    if apart and len(tokens) > 1 and len(wanted) < least:
        return None
    plain_words = all(len(token.word) > 1 and _is_word(token, vocabulary) for token in tokens)
    if plain_words and not exact:
        return None
    start, end = tokens[0].start, tokens[-1].end
    if not _stands_alone(prompt, start, end, name.shown) or _is_excluded(window, name):
        return None
    tier = Tier.EXACT if exact and not apart else Tier.DISGUISED
    doubtful = _is_doubtful(name, vocabulary)
    # Whoever disguises a common word means the name.
    hidden = not exact or (letter_by_letter and apart)
    by_chance = plain_words and (
        _is_cut_off(prompt, start, end)
        or _is_parted(prompt[start:end], name.shown)
        or (apart and len(wanted) <= CHANCE_LENGTH_MAX and not _is_one_word(prompt, start, end))
    )
    certain = hidden or not (doubtful or by_chance)
    return Mention(name, start, end, tier, certain)


def _misspelt(reading: Reading, near: Iterable[Name], vocabulary: Vocabulary) -> Iterator[Mention]:
    for name in near:
        wanted = matching.plain(name.folded)
        if len(wanted) < MISSPELT_LENGTH_MIN or _is_doubtful(name, vocabulary):
            continue
        windows = {
            (id(window.runs), window.first, window.last): window
            for shared in matching.near(name.skeleton)
            for window in reading.slips.get(shared, ())
        }
        for window in windows.values():
            tokens = window.runs.tokens[window.first : window.last + 1]
            if _is_misspelt(tokens, wanted, name.shown) and not _is_excluded(window, name):
                start, end = tokens[0].start, tokens[-1].end
                yield Mention(name, start, end, Tier.MISSPELT, certain=True)


def _is_misspelt(tokens: Sequence[Token], wanted: str, shown: str) -> bool:
    run = "".join(token.folded for token in tokens)
    if len(tokens) > len(_tokens_of(shown)) + 1 or _is_spelt(run, wanted):
        return False
    if len(tokens) > 1 and 1 in {len(tokens[0].folded), len(tokens[-1].folded)}:
        return False  # "a vexwing" is no slip of anything.
    if len(wanted) <= FIRST_LETTER_LENGTH_MAX and not matching.spells(run[0], wanted[0]):
        return False
    return matching.slips(matching.squeezed(run), matching.squeezed(wanted))


def _is_doubtful(name: Name, vocabulary: Vocabulary) -> bool:
    if name.common is not None:
        return name.common
    return why_in_context(name.shown, vocabulary) is not None


def _is_spelt(run: str, wanted: str) -> bool:
    return run == wanted or _is_lengthened(run, wanted) or _is_disguised(run, wanted)


def _is_lengthened(run: str, wanted: str) -> bool:
    short = matching.lengthened(wanted)
    return len(short) >= KANA_LENGTH_MIN - 1 and matching.lengthened(run) == short


def _is_disguised(run: str, wanted: str) -> bool:
    if len(wanted) < DISGUISED_LENGTH_MIN:
        return False
    if matching.spells(run, wanted):
        return True
    return wanted.isalpha() and matching.spells(matching.squeezed(run), matching.squeezed(wanted))


def _is_word(token: Token, vocabulary: Vocabulary) -> bool:
    return bool(token.word) and vocabulary.has(token.word)


def _is_excluded(window: Window, name: Name) -> bool:
    """Say whether the run stands in a phrase in which the name does not count."""
    tokens = window.runs.tokens
    for phrase in map(_fold, name.excluded):
        for first in range(max(0, window.first - PHRASE_TOKENS_MAX), window.first + 1):
            spelt = ""
            for last in range(first, min(len(tokens), first + matching.RUN_LENGTH_MAX)):
                spelt += tokens[last].folded
                if len(spelt) >= len(phrase):
                    if spelt == phrase and last >= window.last:
                        return True
                    break
    return False


def _stands_alone(prompt: str, start: int, end: int, shown: str) -> bool:
    """Say whether a run without spaces around it is a word of its own, as far as one can see."""
    before, after = prompt[start - 1 : start], prompt[end : end + 1]
    if _is_katakana(prompt[start]) and _is_katakana(before):
        return False
    if _is_katakana(prompt[end - 1]) and _is_katakana(after):
        return False
    letters = _fold(shown)
    if _is_hiragana(prompt[start:end]) and not _is_hiragana(shown):
        return len(letters) >= KANA_LENGTH_MIN
    if len(letters) <= 2 and all(map(_is_ideograph, letters)):
        return not _is_ideograph(before) and not _is_ideograph(after)
    return not (_is_hangul(letters[0]) and len(letters) <= 3 and _is_hangul(before))


def _is_cut_off(prompt: str, start: int, end: int) -> bool:
    """Say whether a hyphen joins a run to another word: "iron man-hole"."""
    return bool(re.search(r"\w-$", prompt[:start][-2:]) or re.match(r"-\w", prompt[end : end + 2]))


def _is_parted(found: str, shown: str) -> bool:
    """Say whether a sentence or a member of a list ends within what was found, not in the name."""
    return _PARTED.search(found) is not None and _PARTED.search(shown) is None


def _is_one_word(prompt: str, start: int, end: int) -> bool:
    """Say whether a run has signs between its letters, but no space."""
    return not any(character.isspace() for character in prompt[start:end])


def _has_company(mention: Mention, by_name: Mapping[str, Sequence[Mention]]) -> bool:
    """Say whether another name of the same work stands elsewhere in the prompt."""
    return any(
        other.end <= mention.start or mention.end <= other.start
        for folded, others in by_name.items()
        if folded != mention.name.folded
        for other in others
    )


@functools.lru_cache(maxsize=4096)
def _fold(text: str) -> str:
    return matching.plain(matching.fold(text))


@functools.lru_cache(maxsize=4096)
def _tokens_of(shown: str) -> tuple[Token, ...]:
    return tuple(matching.read(shown))


def _is_katakana(text: str) -> bool:
    return bool(text) and all("ァ" <= letter <= "ヺ" or "ｦ" <= letter <= "ﾝ" for letter in text)


def _is_hiragana(text: str) -> bool:
    return all("ぁ" <= letter <= "ゖ" or letter == "ー" for letter in text if letter.isalnum())


def _is_ideograph(text: str) -> bool:
    return bool(text) and ("㐀" <= text <= "鿿" or text == "々")


def _is_hangul(text: str) -> bool:
    return bool(text) and "가" <= text <= "힣"
