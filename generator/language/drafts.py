"""What one passage of the prompt asks for, gathered span by span, and the fate of every word."""

import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from generator.base import Colour, Fate, Prop, Request, Role, Word
from generator.language import lexicon
from generator.language.reading import Kind, Passage, Span
from generator.speech import utterances

CAST_MAX = 4
PROP_KINDS_MAX = 6
COUNT_MAX = 5
LINES_MAX = 3
SOUNDS_MAX = 4  # So many of a shot's own and of all shots', and a storyboard's eight hold both.
LENS_MIN, LENS_MAX = 14.0, 135.0
STOP_MIN, STOP_MAX = 1.2, 22.0
_SHOWN_MAX = 12  # Characters of a line that are repeated in the reason.
UNSEEN: Colour = (128, 128, 128)  # Clothes of a cameo: its look is not the storyboard's to tell.
BALLS = ("ball", "basketball", "football")

_OWN_COLOURS: dict[str, Colour] = {
    "basketball": (224, 110, 44), "football": (240, 238, 232), "crate": (178, 126, 72),
    "tree": (78, 132, 62), "bench": (142, 92, 54), "lamp": (52, 58, 66), "rock": (134, 130, 124),
    "table": (150, 100, 62), "cone": (240, 106, 36), "cactus": (72, 132, 76),
}  # fmt: skip
_DEPTHS = {"shallow": 1.4, "deep": 16.0}
_MODIFIERS = frozenset({Kind.COLOUR, Kind.NUMBER})
_NOUN_SLOTS = frozenset({"prop", "body", "wear"})


@dataclass(slots=True)
class Draft:
    """What one passage asks for, gathered span by span."""

    single: dict[str, str] = field(default_factory=dict[str, str])
    lens: float | None = None
    stop: float | None = None
    seconds: float | None = None
    cast: list[Role] = field(default_factory=list[Role])
    props: list[Prop] = field(default_factory=list[Prop])
    said: list[tuple[str | None, str]] = field(default_factory=list[tuple[str | None, str]])
    cues: list[str] = field(default_factory=list[str])
    effects: list[str] = field(default_factory=list[str])
    one_take: bool = False
    speaker: str | None = None


class Director:
    """Reads passages in order; remembers colours drawn by the seed and the fates of words."""

    def __init__(self, request: Request) -> None:
        self._granted = {cameo.handle for cameo in request.cameos}
        self._rng = np.random.default_rng((request.seed, 1, zlib.crc32(request.prompt.encode())))
        self._words: list[Word] = []
        self._quotes: list[int] = []  # Where in `_words` the lines stand.
        self._shot: int | None = None

    def draft(self, passage: Passage, *, expanded: bool) -> Draft:
        """Read one passage; `expanded` when it is the whole prompt and becomes several shots."""
        self._shot = None if expanded else passage.shot
        draft = Draft()
        skip: set[int] = set()
        for index, span in enumerate(passage.spans):
            if index in skip:
                continue
            noun = _next_noun(passage.spans, index) if span.kind in _MODIFIERS else None
            if span.kind in _MODIFIERS and noun is None:
                self._modifier_alone(draft, span)
            elif span.kind in _MODIFIERS:
                continue  # The noun it belongs to looks back at it.
            elif span.kind is Kind.CONCEPT:
                self._concept(draft, span, _modifiers(passage.spans, index))
            else:
                self._plain(draft, span)
        return draft

    def words(self) -> tuple[Word, ...]:
        """Return the fates so far."""
        return tuple(self._words)

    def settle(self, shares: Mapping[str, float]) -> None:
        """Say of the quotes what became of them.

        Args:
            shares: By what is said in some shot, how much of it there is time for, 0..1.
        """
        for at in self._quotes:
            word = self._words[at]
            if word.fate is Fate.NOT_DRAWN:
                continue
            share = shares.get(word.text, 0.0)
            if share == 0:
                reason = "no shot has time for it"
                self._words[at] = replace(word, fate=Fate.NOT_DRAWN, reason=reason)
            elif share < 1:
                reason = "; ".join(filter(None, [word.reason, "cut off: the shot is too short"]))
                self._words[at] = replace(word, fate=Fate.APPROXIMATED, reason=reason)

    def colour(self) -> Colour:
        """Draw a colour by the seed, none of the greys."""
        return lexicon.COLOURS[int(self._rng.integers(8))][1]

    def choose(self, *options: str) -> str:
        """Draw one option by the seed."""
        return options[int(self._rng.integers(len(options)))]

    def _note(self, span: Span, fate: Fate, reason: str) -> None:
        self._words.append(Word(span.text, fate, reason, self._shot))

    def _modifier_alone(self, draft: Draft, span: Span) -> None:
        if span.kind is Kind.COLOUR and span.colour is not None and draft.cast:
            draft.cast[-1] = recoloured(draft.cast[-1], span.colour)
            self._note(span, Fate.APPROXIMATED, "taken for the colour of the figure's clothes")
        elif span.kind is Kind.COLOUR and span.colour is not None and draft.props:
            last = draft.props[-1]
            draft.props[-1] = Prop(last.kind, span.colour, last.count)
            self._note(span, Fate.APPROXIMATED, f"taken for the colour of the {last.kind}")
        else:
            self._note(span, Fate.NOT_DRAWN, "belongs to nothing that is drawn")

    def _plain(self, draft: Draft, span: Span) -> None:
        match span.kind:
            case Kind.QUOTE:
                self._quote(draft, span)
            case Kind.CAMEO:
                self._cameo(draft, span)
            case Kind.LENS:
                draft.lens = min(max(span.value, LENS_MIN), LENS_MAX)
                self._bounded(span, draft.lens, "mm")
            case Kind.STOP:
                draft.stop = min(max(span.value, STOP_MIN), STOP_MAX)
                self._bounded(span, draft.stop, "as f-number")
            case Kind.SECONDS:
                draft.seconds = max(span.value, 0.1)
                self._note(span, Fate.APPROXIMATED, "the shot's share of the clip's length")
            case Kind.GRAMMAR:
                self._note(span, Fate.NOT_DRAWN, "a grammar word; there is nothing to draw")
            case Kind.POSITION:
                self._note(span, Fate.NOT_DRAWN, "positions are chosen by the set")
            case _:
                self._note(span, Fate.NOT_DRAWN, "not a word this engine knows")

    def _bounded(self, span: Span, used: float, unit: str) -> None:
        if used == span.value:
            self._note(span, Fate.DRAWN, "")
        else:
            self._note(span, Fate.APPROXIMATED, f"{used:g} {unit} is the nearest in reach")

    def _quote(self, draft: Draft, span: Span) -> None:
        if len(draft.said) >= LINES_MAX:
            self._note(span, Fate.NOT_DRAWN, f"a shot holds at most {LINES_MAX} lines")
            return
        draft.said.append((draft.speaker, span.text))
        self._quotes.append(len(self._words))
        self._note(span, *_spoken(span.text))

    def _cameo(self, draft: Draft, span: Span) -> None:
        handle = span.text.lower()
        if handle not in self._granted:
            self._note(span, Fate.NOT_DRAWN, "no consent token for this cameo was given")
            return
        self._add_role(draft, Role(f"@{handle}", "person", "stand", UNSEEN, handle))
        self._note(span, Fate.APPROXIMATED, "a toy figure with the cameo's colours and voice")

    def _add_role(self, draft: Draft, role: Role) -> bool:
        draft.speaker = role.name
        if any(known.name == role.name for known in draft.cast):
            return True
        if len(draft.cast) >= CAST_MAX:
            return False
        draft.cast.append(role)
        return True

    def _concept(self, draft: Draft, span: Span, modifiers: list[Span]) -> None:
        concept = span.concept
        assert concept is not None
        colour = next((mod.colour for mod in modifiers if mod.colour is not None), None)
        count = next((int(mod.value) for mod in modifiers if mod.kind is Kind.NUMBER), 1)
        refusal = ""
        match concept.slot:
            case "prop":
                refusal = self._prop(draft, concept.name, colour, count)
            case "body":
                refusal = self._body(draft, concept.name, colour, count)
            case "action":
                refusal = self._action(draft, concept.name)
            case "wear":
                refusal = _wear(draft, colour)
            case "cue" | "effect" as kind:
                refusal = _sound(draft, kind, concept.name)
            case "depth":
                draft.stop = draft.stop or _DEPTHS[concept.name]
            case "take":
                draft.one_take = True
            case slot:
                refusal = _take(draft, slot, concept.name)
        self._conclude(span, modifiers, refusal)

    def _conclude(self, span: Span, modifiers: list[Span], refusal: str) -> None:
        for mod in modifiers:
            self._note(mod, Fate.NOT_DRAWN if refusal else Fate.DRAWN, refusal)
        instead = span.concept.instead if span.concept else ""
        if refusal:
            self._note(span, Fate.NOT_DRAWN, refusal)
        else:
            self._note(span, Fate.APPROXIMATED if instead else Fate.DRAWN, instead)

    def _prop(self, draft: Draft, kind: str, colour: Colour | None, count: int) -> str:
        for index, prop in enumerate(draft.props):
            # "The ball" after "a red ball" is the same ball.
            same_ball = kind == "ball" and prop.kind in BALLS
            if (prop.kind == kind or same_ball) and colour in (None, prop.colour):
                draft.props[index] = Prop(prop.kind, prop.colour, max(prop.count, count))
                return ""
        if len(draft.props) >= PROP_KINDS_MAX:
            return f"a shot holds at most {PROP_KINDS_MAX} kinds of things"
        paint = colour or _OWN_COLOURS.get(kind) or self.colour()
        draft.props.append(Prop(kind, paint, min(max(count, 1), COUNT_MAX)))
        return ""

    def _body(self, draft: Draft, body: str, colour: Colour | None, count: int) -> str:
        for number in range(min(max(count, 1), CAST_MAX)):
            name = body if number == 0 else f"{body} {number + 1}"
            role = Role(name, body, "stand", colour or self.colour(), None)
            if not self._add_role(draft, role):
                return f"a shot holds at most {CAST_MAX} figures"
        draft.speaker = body
        return ""

    def _action(self, draft: Draft, action: str) -> str:
        if not draft.cast:
            if action == "wave" and draft.single.get("place") == "beach":
                draft.cues.append("waves")
                return ""
            if action in ("stand", "talk"):
                return "there is no one on the set to do it"
            self._add_role(draft, Role("person", "person", action, self.colour(), None))
            return ""
        index = next(
            (i for i, role in enumerate(draft.cast) if role.name == draft.speaker),
            len(draft.cast) - 1,
        )
        role = draft.cast[index]
        if role.action in ("stand", "talk") or action == role.action:
            draft.cast[index] = Role(role.name, role.body, action, role.clothes, role.handle)
            return ""
        return (
            "" if action in ("stand", "talk") else f"a figure does one thing a shot: {role.action}"
        )


def _spoken(text: str) -> tuple[Fate, str]:
    """Return what becomes of a line that there is time for."""
    said = utterances.speak(text, start=0.0, end=math.inf)
    missing = "".join(said.unspoken)
    if not said.phones:
        if missing:
            return Fate.NOT_DRAWN, "not spoken: it has no one reading; write it in kana"
        return Fate.NOT_DRAWN, "not spoken: there is nothing in it to say"
    if missing:
        shown = missing[:_SHOWN_MAX] + ("…" if len(missing) > _SHOWN_MAX else "")
        return Fate.APPROXIMATED, f"spoken without {shown}, which has no one reading: write kana"
    return Fate.DRAWN, ""


def recoloured(role: Role, clothes: Colour) -> Role:
    """Return the role in other clothes; a cameo keeps the clothes of its look."""
    return role if role.handle else Role(role.name, role.body, role.action, clothes, None)


def _take(draft: Draft, slot: str, name: str) -> str:
    """Fill what a shot has one of; a second, different one is refused."""
    taken = draft.single.setdefault(slot, name)
    return "" if taken == name else f"a shot has one {slot}, and it is {taken}"


def _sound(draft: Draft, kind: str, name: str) -> str:
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


def _wear(draft: Draft, colour: Colour | None) -> str:
    if not draft.cast:
        return "there is no one on the set to wear it"
    if colour is not None:
        draft.cast[-1] = recoloured(draft.cast[-1], colour)
    return ""


def _next_noun(spans: tuple[Span, ...], index: int) -> int | None:
    """Return the index of the noun that a colour or a number belongs to, if one follows closely."""
    for ahead in range(index + 1, min(index + 4, len(spans))):
        span = spans[ahead]
        if span.kind is Kind.CONCEPT and span.concept and span.concept.slot in _NOUN_SLOTS:
            return ahead
        if span.kind not in _MODIFIERS and span.kind not in (Kind.UNKNOWN, Kind.GRAMMAR):
            return None
    return None


def _modifiers(spans: tuple[Span, ...], index: int) -> list[Span]:
    concept = spans[index].concept
    if concept is None or concept.slot not in _NOUN_SLOTS:
        return []
    return [
        span
        for at, span in enumerate(spans[max(0, index - 3) : index], start=max(0, index - 3))
        if span.kind in _MODIFIERS and _next_noun(spans, at) == index
    ]
