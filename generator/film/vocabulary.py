"""What the film engine draws, and the words for it."""

from dataclasses import replace

from generator.film import blocking, cameras, casting, lights, weathers
from generator.film.places import catalogue as places
from generator.film.props import catalogue as props
from generator.language import film_words, lexicon, reading
from generator.language.lexicon import Concept
from generator.language.vocabularies import PROCEDURAL, Vocabulary
from generator.simulate.actions import ACTIONS


def _drawn(vocabulary: Vocabulary) -> tuple[Concept, ...]:
    """Return the concepts of a vocabulary: those of its names, and those that need none."""
    named = {
        **vocabulary.choices, "prop": vocabulary.props, "body": vocabulary.bodies,
        "action": vocabulary.actions | set[str]().union(*vocabulary.doers.values()),
        "hair": vocabulary.hairs,
        "wear": vocabulary.wears | {"clothes"},
    }  # fmt: skip
    return tuple(
        concept
        for concept in (*film_words.CONCEPTS, *lexicon.CONCEPTS)
        if concept.name in named.get(concept.slot, {concept.name})
    )


_ACTORS = ("duck", "fish", "owl", "robot", "rocking_horse", "snowman", "statue", "teddy_bear")
_NAMES = Vocabulary(
    choices={
        **PROCEDURAL.choices,
        "move": cameras.MOVES,
        "place": frozenset(places.PLACES),
        "light": frozenset(lights.LIGHTS),
        "weather": frozenset(weathers.WEATHERS),
    },
    bodies=casting.BUILDS | {"person"},
    actions=frozenset(ACTIONS),
    props=frozenset(props.PROPS),
    words=PROCEDURAL.words,
    usual={
        "place": (
            "beach", "cafe", "court", "forest", "harbour", "kitchen", "library", "meadow", "park",
            "rooftop", "room", "street", "studio", "temple",
        ),
        "light": ("golden", "noon", "morning", "dusk", "golden"),
        "wide": ("static", "push_in", "pan", "pedestal"),
        "medium": ("push_in", "handheld", "static", "orbit"),
        "close": ("push_in", "handheld", "static"),
    },
    tints={kind: prop.colour for kind, prop in props.PROPS.items() if kind != "ball"},
    hairs=casting.HAIRS,
    wears=casting.WEARS,
    doers={
        # Whoever says that these do something does not mean someone else.
        **{kind: frozenset[str]() for kind in _ACTORS},
        **{kind: frozenset({"walk"}) for kind, prop in props.PROPS.items() if prop.walker},
        **{kind: frozenset({action}) for kind, (action, _) in blocking.GOING.items()},
    },
    indoors=frozenset({"cafe", "kitchen", "library", "room", "studio", "theatre"}),
    measured=True,
)  # fmt: skip
FILM = replace(_NAMES, words=reading.words(_drawn(_NAMES)))
