"""What an engine can draw, by name, and the words a prompt may ask for it with.

Words belong to an engine: what one does not draw, it does not know.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from generator.base import Colour
from generator.language import lexicon, reading
from generator.language.reading import Words


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All that an engine draws.

    Attributes:
        choices: The names of each slot of a shot: size, angle, move, place, light and so on.
        bodies: Kinds of figures.
        actions: What figures do.
        props: Kinds of things.
        hairs: Styles of hair, without the empty one.
        wears: Garments, without the empty one.
        words: What names them in a prompt.
        usual: What a shot that says nothing may get, drawn by the seed: of place, light and of the
            moves of each size.
        tints: Colours of things that have one of their own.
        doers: What kinds of things do by themselves: walk, drive, sail, fly.
        indoors: Places where no weather falls.
        measured: Whether the engine measures what is seen.
    """

    choices: Mapping[str, frozenset[str]]
    bodies: frozenset[str]
    actions: frozenset[str]
    props: frozenset[str]
    words: Words
    usual: Mapping[str, tuple[str, ...]]
    tints: Mapping[str, Colour]
    hairs: frozenset[str] = frozenset()
    wears: frozenset[str] = frozenset()
    doers: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    indoors: frozenset[str] = frozenset()
    measured: bool = False


PROCEDURAL = Vocabulary(
    choices={
        "size": frozenset({"wide", "medium", "close"}),
        "angle": frozenset({"eye", "low", "high", "overhead", "dutch"}),
        "move": frozenset(
            {"static", "push_in", "pull_out", "pan", "tilt", "orbit", "handheld", "crane", "track"}
        ),
        "place": frozenset(
            {"court", "park", "room", "street", "beach", "forest", "snowfield", "desert", "studio"}
        ),
        "light": frozenset({"golden", "noon", "morning", "dusk", "night", "overcast"}),
        "weather": frozenset({"clear", "rain", "snow", "fog"}),
        "motion": frozenset({"bounce", "drop", "roll"}),
    },
    bodies=frozenset({"man", "woman", "child", "person", "robot"}),
    actions=frozenset({"stand", "talk", "walk", "wave", "nod", "jump", "throw"}),
    props=frozenset(
        {"ball", "basketball", "football", "crate", "tree", "bench", "lamp", "rock", "table",
         "cone", "balloon", "parasol", "cactus"}
    ),
    words=reading.words(lexicon.CONCEPTS),
    usual={
        "place": ("court", "park", "room", "street", "beach", "forest", "studio"),
        "light": ("golden", "noon", "morning", "dusk", "overcast"),
        "wide": ("static", "push_in", "pan"),
        "medium": ("push_in", "handheld", "static"),
        "close": ("push_in", "handheld", "static"),
    },
    tints={
        "basketball": (224, 110, 44), "football": (240, 238, 232), "crate": (178, 126, 72),
        "tree": (78, 132, 62), "bench": (142, 92, 54), "lamp": (52, 58, 66),
        "rock": (134, 130, 124), "table": (150, 100, 62), "cone": (240, 106, 36),
        "cactus": (72, 132, 76),
    },
)  # fmt: skip
