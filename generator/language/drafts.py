"""What one passage of the prompt asks for, gathered span by span."""

from dataclasses import dataclass, field, replace

from generator.base import Colour, Prop, Role
from generator.language.reading import Span

SOUNDS_MAX = 4  # So many of a shot's own and of all shots', and a storyboard's eight hold both.
UNSEEN: Colour = (128, 128, 128)  # Clothes of a cameo: its look is not the storyboard's to tell.
BALLS = ("ball", "basketball", "football")
ANY_CLOTHES = "clothes"  # The garment of an engine that knows no cuts.
FINER = {  # What a light or a weather may be more closely.
    "night": ("neon", "candle"), "clouds": ("rain", "snow", "storm"), "rain": ("storm",),
}  # fmt: skip


@dataclass(slots=True)
class Draft:
    """What one passage asks for, gathered span by span."""

    single: dict[str, str] = field(default_factory=dict[str, str])
    lens: float | None = None
    stop: float | None = None
    shutter: float | None = None
    seconds: float | None = None
    cast: list[Role] = field(default_factory=list[Role])
    props: list[Prop] = field(default_factory=list[Prop])
    said: list[tuple[str | None, str]] = field(default_factory=list[tuple[str | None, str]])
    absent: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])  # Slot and name.
    painted: set[int] = field(default_factory=set[int])  # Props whose colour was asked for.
    cues: list[str] = field(default_factory=list[str])
    effects: list[str] = field(default_factory=list[str])
    one_take: bool = False
    latest: tuple[str, ...] = ()  # The figures that were named last.
    doer: int | None = None  # Index of the prop that was named last, if it does things by itself.


@dataclass(slots=True)
class Page:
    """A passage being read: its spans, how they belong together, and what became of nouns.

    Attributes:
        spans: In the order of the prompt.
        owners: By the index of a colour or a number, the index of its noun.
        denied: Indices of what is said not to be there.
        draft: What is asked for so far.
        who: By the index of a noun, the figures that it names.
        group: The same, with those that "and" joins to them: they do things together.
        what: By the index of a noun, the index of its prop.
        quotes: Where lines stand, and what they say.
    """

    spans: tuple[Span, ...]
    owners: dict[int, int]
    denied: frozenset[int]
    draft: Draft
    who: dict[int, tuple[str, ...]] = field(default_factory=dict[int, tuple[str, ...]])
    group: dict[int, tuple[str, ...]] = field(default_factory=dict[int, tuple[str, ...]])
    what: dict[int, int] = field(default_factory=dict[int, int])
    quotes: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])

    def modifiers(self, noun: int) -> list[Span]:
        """Return the colours and numbers of a noun, in the order of the prompt."""
        return [
            self.spans[at]
            for at, owner in self.owners.items()
            if owner == noun and at not in self.denied
        ]


def recoloured(role: Role, clothes: Colour) -> Role:
    """Return the role in other clothes; a cameo keeps the clothes of its look."""
    return role if role.handle else replace(role, clothes=clothes)


def take(draft: Draft, slot: str, name: str) -> str:
    """Fill what a shot has one of; return why a second, different one is refused."""
    taken = draft.single.setdefault(slot, name)
    if name in FINER.get(taken, ()):
        draft.single[slot] = name  # A night in neon is neon; it stays a night.
        return ""
    same = taken == name or taken in FINER.get(name, ())
    return "" if same else f"a shot has one {slot}, and it is {taken}"


def sound(draft: Draft, kind: str, name: str) -> str:
    """Take a sound: what goes on is a cue, what happens once an effect."""
    music = [cue for cue in draft.cues if cue.startswith("music")]
    if name.startswith("music") and "silence" in draft.cues:
        return "silence is asked for as well"
    if name.startswith("music") and music and music[0] != name:
        if name == "music":
            return ""  # "Happy piano music" is one piece.
        if music[0] != "music":
            return f"a shot has one piece of music, and it is {music[0]}"
        draft.cues.remove("music")
    if len(draft.cues) + len(draft.effects) >= SOUNDS_MAX:
        return f"a shot holds at most {SOUNDS_MAX} sounds"
    (draft.cues if kind == "cue" else draft.effects).append(name)
    return ""
