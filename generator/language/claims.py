"""What a word claims of a shot: it is drawn only if that holds when the storyboard is done.

A later word may paint a thing over, a cut may leave a figure out, a person may edit the storyboard:
so every claim is held against the shots themselves.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeAlias

from generator.base import Colour, Fate, Role, Shot, Word
from generator.language import reading
from generator.language.drafts import ANY_CLOTHES, BALLS, FINER
from generator.language.lexicon import Concept
from generator.language.reading import Kind, Words

Claim: TypeAlias = Callable[[Shot], bool]
Measure: TypeAlias = Callable[[float], Claim]
WANTED = "said not to be there, and asked for as well"
BROKEN = "no shot of the storyboard shows it so"
_AWAY = frozenset({"walk", "run", "sneak", "sit", "jump", "dance", "spin", "fall"})  # Not standing.
_OPEN_MAX, _SMALL_MIN = 2.8, 8.0  # f-numbers whose depth of field is called shallow and deep.
_DEPTHS: Mapping[str, Claim] = MappingProxyType(
    {
        "shallow": lambda shot: shot.f_stop <= _OPEN_MAX,
        "deep": lambda shot: shot.f_stop >= _SMALL_MIN,
    }
)


def thing(
    kind: str, *, colour: Colour | None = None, count: int = 1, action: str | None = None
) -> Claim:
    """Claim that there are so many things of a kind, so coloured, that do so."""
    kinds = BALLS if kind in BALLS else (kind,)

    def holds(shot: Shot) -> bool:
        here = [
            prop.count
            for prop in shot.props
            if prop.kind in kinds
            and colour in (None, prop.colour)
            and action in (None, prop.action)
        ]
        return sum(here) >= count

    return holds


def figures(names: tuple[str, ...]) -> Claim:
    """Claim that figures are there."""
    return _each(names, lambda _: True)


def does(names: tuple[str, ...], action: str) -> Claim:
    """Claim that figures do something; whoever stands or talks may do something else as well."""

    def holds(shot: Shot) -> bool:
        speaking = {shot.cast[line.speaker].name for line in shot.dialogue}
        return all(
            role is not None and (role.action == action or _as_well(role, action, speaking))
            for role in (_role(shot, name) for name in names)
        )

    return holds


def _as_well(role: Role, action: str, speaking: set[str]) -> bool:
    if action == "talk":
        return role.name in speaking
    return action == "stand" and role.action not in _AWAY


def clothed(names: tuple[str, ...], colour: Colour) -> Claim:
    """Claim that figures wear a colour."""
    return _each(names, lambda role: role.clothes == colour)


def wear(names: tuple[str, ...], garment: str) -> Claim:
    """Claim that figures wear a garment."""
    return _each(names, lambda role: role.wear == garment)


def haired(names: tuple[str, ...], style: str) -> Claim:
    """Claim that figures have a style of hair."""
    return _each(names, lambda role: role.hair == style)


def one_of_a_shot(slot: str, name: str) -> Claim:
    """Claim what a shot has one of: its place, light, move and so on."""
    names = (name, *FINER.get(name, ()))
    return lambda shot: getattr(shot, slot) in names


def balls_move(motion: str) -> Claim:
    """Claim that balls are set going so."""
    return lambda shot: shot.motion == motion and any(prop.kind in BALLS for prop in shot.props)


def depth(name: str) -> Claim:
    """Claim a shallow or a deep depth of field."""
    return _DEPTHS[name]


def lens(millimetres: float) -> Claim:
    """Claim a focal length."""
    return lambda shot: shot.lens_mm == millimetres


def stop(number: float) -> Claim:
    """Claim an f-number."""
    return lambda shot: shot.f_stop == number


def shutter(degrees: float) -> Claim:
    """Claim an opening of the shutter."""
    return lambda shot: shot.shutter == degrees


def heard(cue: str) -> Claim:
    """Claim a sound; music is any music."""
    if cue == "music":
        return lambda shot: any(other.startswith("music") for other in shot.cues)
    return lambda shot: cue in shot.cues


def there(slot: str, name: str) -> Claim:
    """Claim that something of a kind is there at all."""
    kinds: Mapping[str, Callable[[Role], bool]] = {
        "body": lambda role: name in (role.body, "person"),
        "action": lambda role: role.action == name,
        "wear": lambda role: name in (role.wear, ANY_CLOTHES),
        "hair": lambda role: role.hair == name,
    }
    if slot in kinds:
        return lambda shot: any(kinds[slot](role) for role in shot.cast)
    if slot == "prop":
        return thing(name)
    return heard(name) if slot in ("cue", "effect") else one_of_a_shot(slot, name)


def held(word: Word, shots: tuple[Shot, ...], known: Words) -> Word:
    """Return a word of a prompt that is not at hand, as far as its shots show what it names.

    A word that names nothing, and is no line that is said, cannot be drawn.
    """
    if word.fate is Fate.NOT_DRAWN:
        return word
    where = shots if word.shot is None else shots[word.shot : word.shot + 1]
    lines = {line.text for shot in where for line in shot.dialogue}
    if word.text in lines or any(_shows(word, shot, known) for shot in where):
        return word
    return replace(word, fate=Fate.NOT_DRAWN, reason=BROKEN)


def _shows(word: Word, shot: Shot, known: Words) -> bool:
    """Say whether a shot may show what a word names by itself."""
    span = next((span for part in reading.read(word.text, known) for span in part.spans), None)
    if span is None:
        return False
    if span.concept is not None:
        return _shows_concept(span.concept, shot)
    if span.kind is Kind.COLOUR:
        colours = {one.clothes for one in shot.cast} | {one.colour for one in shot.props}
        return span.colour in colours
    measure = {Kind.LENS: lens, Kind.STOP: stop, Kind.SHUTTER: shutter}.get(span.kind)
    if measure is not None and word.fate is Fate.DRAWN:
        return measure(span.value)(shot)
    counted = span.kind is Kind.NUMBER and bool(shot.cast or shot.props)
    return counted or word.fate is Fate.APPROXIMATED


def _shows_concept(concept: Concept, shot: Shot) -> bool:
    if concept.slot in ("action", "motion"):
        return bool(shot.cast or shot.props)
    if concept.slot == "depth":
        return depth(concept.name)(shot)
    return concept.slot == "take" or there(concept.slot, concept.name)(shot)


def _each(names: tuple[str, ...], holds: Callable[[Role], bool]) -> Claim:
    def each(shot: Shot) -> bool:
        roles = [_role(shot, name) for name in names]
        return all(role is not None and holds(role) for role in roles)

    return each


def _role(shot: Shot, name: str) -> Role | None:
    return next((role for role in shot.cast if role.name == name), None)
