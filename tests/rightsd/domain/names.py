"""Names without a database: looked up by the slow way that the index must agree with."""

from rightsd.domain import matching, naming
from rightsd.domain.naming import Mention, Name
from rightsd.domain.vocabulary import Vocabulary

COMMON = frozenset((
    "a", "the", "of", "on", "in", "by", "and", "man", "nebula", "fox", "thaw", "ice", "food",
    "star", "lantern", "hole", "for", "is", "new", "lake", "harbour", "draw", "paper",
    "festival", "poster",
))  # fmt: skip
NO_WORDS = Vocabulary(frozenset(), frozenset(), frozenset())
WORDS = Vocabulary(
    common=COMMON,
    proper=frozenset({"london", "batten"}),
    called=frozenset({"milo", "lisbon"}),
)


def name(
    shown: str, *, work: str = "", common: bool | None = None, excluded: tuple[str, ...] = ()
) -> Name:
    folded = matching.fold(shown)
    skeleton = matching.skeleton(folded)
    return Name(work or shown, "opt", shown, shown, folded, skeleton, common, excluded)


def near(skeleton: str) -> set[str]:
    """What rights.near() returns."""
    if not (6 <= len(skeleton) <= 66 and skeleton.isascii() and skeleton.isalpha()):
        return set()
    return {skeleton} | {skeleton[:place] + skeleton[place + 1 :] for place in range(len(skeleton))}


def mentions(prompt: str, *names: Name, words: Vocabulary = WORDS) -> list[Mention]:
    reading = naming.read(prompt, words)
    spelt = [
        each
        for each in names
        if any(
            text.startswith(each.skeleton) and len(each.skeleton) >= least
            for text, least in reading.texts.items()
        )
    ]
    misspelt = [each for each in names if near(each.skeleton) & set(reading.slips)]
    return naming.mentions(reading, spelt, misspelt, words)


def found(prompt: str, alias: str, words: Vocabulary = NO_WORDS) -> list[str]:
    """Return the words that are found to name a work of one name, misspelt ones left out."""
    return [
        prompt[mention.start : mention.end]
        for mention in mentions(prompt, name(alias), words=words)
        if mention.tier is not naming.Tier.MISSPELT
    ]
