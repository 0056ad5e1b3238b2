"""What one passage of the prompt asks for, gathered span by span."""

from dataclasses import dataclass, field, replace

from generator import objects
from generator.base import Colour, Prop, Role
from generator.objects import Key

SOUNDS_MAX = 4  # So many of a shot's own and of all shots', and a storyboard's eight hold both.
UNSEEN: Colour = (128, 128, 128)  # Clothes of a cameo: its look is not the storyboard's to tell.
BALLS = ("ball", "basketball", "football")
ANY_CLOTHES = "clothes"  # The garment of an engine that knows no cuts.
_FINER = {  # What a light or a weather may be more closely.
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
    cues: list[str] = field(default_factory=list[str])
    effects: list[str] = field(default_factory=list[str])
    one_take: bool = False
    speaker: str | None = None
    group: tuple[str, ...] = ()  # Who was named last, all of several.
    doer: int | None = None  # Index of the prop that was named last, if it does things by itself.


def recoloured(role: Role, clothes: Colour) -> Role:
    """Return the role in other clothes; a cameo keeps the clothes of its look."""
    return role if role.handle else replace(role, clothes=clothes)


def take(draft: Draft, slot: str, name: str) -> str:
    """Fill what a shot has one of; a second, different one is refused."""
    taken = draft.single.setdefault(slot, name)
    if name in _FINER.get(taken, ()):
        draft.single[slot] = name  # A night in neon is neon; it stays a night.
        return ""
    same = taken == name or taken in _FINER.get(name, ())
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


def wear(draft: Draft, garment: str, colour: Colour | None) -> tuple[str, Key | None]:
    if not draft.cast:
        return "there is no one on the set to wear it", None
    if colour is not None:
        draft.cast[-1] = recoloured(draft.cast[-1], colour)
    if garment != ANY_CLOTHES:
        draft.cast[-1] = replace(draft.cast[-1], wear=garment)
    return "", objects.role_key(draft.cast[-1])


def hair(draft: Draft, style: str) -> tuple[str, Key | None]:
    if not draft.cast:
        return "there is no one on the set to have it", None
    draft.cast[-1] = replace(draft.cast[-1], hair=style)
    return "", objects.role_key(draft.cast[-1])
