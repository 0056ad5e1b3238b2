"""Reads the passages of a prompt in order: what each asks for, and the fate of every word."""

import math
import zlib
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from generator import objects
from generator.base import GRAMMAR_REASON, Colour, Fate, Prop, Request, Role, Word
from generator.language import drafts, lexicon, phrases
from generator.language.drafts import BALLS, UNSEEN, Draft
from generator.language.reading import Kind, Passage, Span
from generator.language.vocabularies import Vocabulary
from generator.objects import Key
from generator.speech import utterances

CAST_MAX = 4
PROP_KINDS_MAX = 6
COUNT_MAX = 5
LINES_MAX = 3
LENS_MIN, LENS_MAX = 14.0, 135.0
STOP_MIN, STOP_MAX = 1.2, 22.0
_SHOWN_MAX = 12  # Characters of a line that are repeated in the reason.
_BALL_KEY: Key = ("ball",)
_OF_THINGS = frozenset({"drive", "sail", "fly"})
_DEPTHS = {"shallow": 1.4, "deep": 16.0}
_SHUTTER_MIN, _SHUTTER_MAX = 11.0, 360.0


class Director:
    """Reads passages in order; remembers colours drawn by the seed and the fates of words."""

    def __init__(self, request: Request, vocabulary: Vocabulary) -> None:
        self._tints, self._doers = vocabulary.tints, vocabulary.doers
        self._granted = {cameo.handle for cameo in request.cameos}
        self._rng = np.random.default_rng((request.seed, 1, zlib.crc32(request.prompt.encode())))
        self._words: list[tuple[Word, Key | None]] = []
        self._quotes: list[int] = []  # Where in `_words` the lines stand.
        self._seen: dict[str, Colour] = {}
        self._quoting = False
        self._shot: int | None = None

    def draft(self, passage: Passage, *, expanded: bool) -> Draft:
        """Read one passage; `expanded` when it is the whole prompt and becomes several shots."""
        self._shot = None if expanded else passage.shot
        draft = Draft()
        spans = phrases.wearer_first(passage.spans)
        self._quoting = any(span.kind is Kind.QUOTE for span in spans)
        for index, span in enumerate(spans):
            noun = phrases.next_noun(spans, index) if span.kind in phrases.MODIFIERS else None
            if span.kind in phrases.MODIFIERS and noun is None:
                self._modifier_alone(draft, span)
            elif span.kind in phrases.MODIFIERS:
                continue  # The noun it belongs to looks back at it.
            elif span.kind is Kind.CONCEPT:
                self._concept(draft, span, phrases.modifiers(spans, index))
            else:
                self._plain(draft, span)
        return draft

    def words(self, numbers: Mapping[Key, int]) -> tuple[Word, ...]:
        """Return the fates so far; `numbers` are those of the objects that words name."""
        return tuple(
            replace(word, object=_number(key, numbers)) if key is not None else word
            for word, key in self._words
        )

    def settle(self, shares: Mapping[str, float]) -> None:
        """Say of the quotes what became of them.

        Args:
            shares: By what is said in some shot, how much of it there is time for, 0..1.
        """
        for at in self._quotes:
            word, key = self._words[at]
            if word.fate is Fate.NOT_DRAWN:
                continue
            share = shares.get(word.text, 0.0)
            if share == 0:
                reason = "no shot has time for it"
                self._words[at] = (replace(word, fate=Fate.NOT_DRAWN, reason=reason), key)
            elif share < 1:
                reason = "; ".join(filter(None, [word.reason, "cut off: the shot is too short"]))
                self._words[at] = (replace(word, fate=Fate.APPROXIMATED, reason=reason), key)

    def colour(self) -> Colour:
        """Draw a colour by the seed, none of the greys."""
        return lexicon.COLOURS[int(self._rng.integers(8))][1]

    def choose(self, *options: str) -> str:
        """Draw one option by the seed."""
        return options[int(self._rng.integers(len(options)))]

    def _note(self, span: Span, fate: Fate, reason: str, key: Key | None = None) -> None:
        self._words.append((Word(span.text, fate, reason, self._shot), key))

    def _modifier_alone(self, draft: Draft, span: Span) -> None:
        if span.kind is Kind.COLOUR and span.colour is not None and draft.cast:
            draft.cast[-1] = drafts.recoloured(draft.cast[-1], span.colour)
            reason = "taken for the colour of the figure's clothes"
            self._note(span, Fate.APPROXIMATED, reason, objects.role_key(draft.cast[-1]))
        elif span.kind is Kind.COLOUR and span.colour is not None and draft.props:
            last = draft.props[-1]
            draft.props[-1] = replace(last, colour=span.colour)
            reason = f"taken for the colour of the {last.kind}"
            self._note(span, Fate.APPROXIMATED, reason, objects.prop_key(draft.props[-1]))
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
            case Kind.SHUTTER:
                draft.shutter = min(max(span.value, _SHUTTER_MIN), _SHUTTER_MAX)
                self._bounded(span, draft.shutter, "degrees")
            case Kind.SECONDS:
                draft.seconds = max(span.value, 0.1)
                self._note(span, Fate.APPROXIMATED, "the shot's share of the clip's length")
            case Kind.GRAMMAR:
                self._note(span, Fate.NOT_DRAWN, GRAMMAR_REASON)
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
        role = Role(f"@{handle}", "person", "stand", UNSEEN, handle)
        self._add_role(draft, role)
        reason = "a toy figure with the cameo's colours and voice"
        self._note(span, Fate.APPROXIMATED, reason, objects.role_key(role))

    def _add_role(self, draft: Draft, role: Role) -> bool:
        draft.speaker, draft.doer, draft.group = role.name, None, (role.name,)
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
        refusal, key = "", None
        match concept.slot:
            case "prop":
                refusal, key = self._prop(draft, concept.name, colour, count)
            case "body":
                refusal, key = self._body(draft, concept.name, colour, count)
            case "action":
                refusal, key = self._action(draft, concept.name)
            case "wear":
                refusal, key = drafts.wear(draft, concept.name, colour)
            case "hair":
                refusal, key = drafts.hair(draft, concept.name)
            case "cue" | "effect" as kind:
                refusal = drafts.sound(draft, kind, concept.name)
            case "depth":
                draft.stop = draft.stop or _DEPTHS[concept.name]
            case "take":
                draft.one_take = True
            case slot:
                refusal = drafts.take(draft, slot, concept.name)
                key = {"place": objects.PLACE_KEY, "motion": _BALL_KEY}.get(slot)
        self._conclude(span, modifiers, refusal, key)

    def _conclude(self, span: Span, modifiers: list[Span], refusal: str, key: Key | None) -> None:
        concept = span.concept
        assert concept is not None
        for mod in modifiers:
            lost = refusal
            if not refusal and concept.slot == "hair":
                lost = "hair has the colour of the figure's look"
            self._note(mod, Fate.NOT_DRAWN if lost else Fate.DRAWN, lost, key)
        if refusal:
            self._note(span, Fate.NOT_DRAWN, refusal)
        else:
            instead = concept.instead
            self._note(span, Fate.APPROXIMATED if instead else Fate.DRAWN, instead, key)

    def _prop(
        self, draft: Draft, kind: str, colour: Colour | None, count: int
    ) -> tuple[str, Key | None]:
        for index, prop in enumerate(draft.props):
            # "The ball" after "a red ball" is the same ball.
            same_ball = kind == "ball" and prop.kind in BALLS
            if (prop.kind == kind or same_ball) and colour in (None, prop.colour):
                draft.props[index] = replace(prop, count=max(prop.count, count))
                draft.doer = index if kind in self._doers else None
                return "", objects.prop_key(prop)
        if len(draft.props) >= PROP_KINDS_MAX:
            return f"a shot holds at most {PROP_KINDS_MAX} kinds of things", None
        # The same thing after a cut has the same colour.
        paint = colour or self._seen.get(kind) or self._tints.get(kind) or self.colour()
        self._seen[kind] = paint
        draft.props.append(Prop(kind, paint, min(max(count, 1), COUNT_MAX)))
        draft.doer = len(draft.props) - 1 if kind in self._doers else None
        return "", objects.prop_key(draft.props[-1])

    def _body(
        self, draft: Draft, body: str, colour: Colour | None, count: int
    ) -> tuple[str, Key | None]:
        before = len(draft.cast)
        for number in range(min(max(count, 1), CAST_MAX)):
            name = body if number == 0 else f"{body} {number + 1}"
            role = Role(name, body, "stand", colour or self.colour(), None)
            if not self._add_role(draft, role):
                return f"a shot holds at most {CAST_MAX} figures", None
        draft.speaker = body
        draft.group = tuple(role.name for role in draft.cast[before:]) or (body,)
        return "", ("role", body)

    def _action(self, draft: Draft, action: str) -> tuple[str, Key | None]:
        if draft.doer is not None:
            return self._thing_does(draft, draft.doer, action)
        if action in _OF_THINGS:
            return "no figure does that here", None
        if not draft.cast:
            return self._someone(draft, action)
        index = next(
            (i for i, role in enumerate(draft.cast) if role.name == draft.speaker),
            len(draft.cast) - 1,
        )
        role = draft.cast[index]
        key = objects.role_key(role)
        if role.action in ("stand", "talk") or action == role.action:
            for at, other in enumerate(draft.cast):
                if at == index or other.name in draft.group:  # "Two children sit": both.
                    draft.cast[at] = replace(other, action=action)
            return "", key
        taken = f"a figure does one thing a shot: {role.action}"
        return ("", key) if action in ("stand", "talk") else (taken, None)

    def _someone(self, draft: Draft, action: str) -> tuple[str, Key | None]:
        """Take an action that nobody was named for."""
        if action == "wave" and draft.single.get("place") == "beach":
            draft.cues.append("waves")
            return "", objects.PLACE_KEY
        if action == "talk" and self._quoting:
            return "", None  # Whoever says the line.
        if action in ("stand", "talk"):
            return "there is no one on the set to do it", None
        self._add_role(draft, Role("person", "person", action, self.colour(), None))
        return "", ("role", "person")

    def _thing_does(self, draft: Draft, index: int, action: str) -> tuple[str, Key | None]:
        thing = draft.props[index]
        action = "walk" if action == "run" else action
        if action in self._doers[thing.kind]:
            draft.props[index] = replace(thing, action=action)
        elif action not in ("stand", "sit"):
            return f"a {thing.kind} does not do that here", None
        return "", objects.prop_key(thing)


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


def _number(key: Key, numbers: Mapping[Key, int]) -> int | None:
    """Return the number of an object; of a ball or a thing painted over since, the first alike."""
    if key in numbers:
        return numbers[key]
    kinds = BALLS if key == _BALL_KEY else key[1:2]
    return next(
        (number for other, number in numbers.items() if other[0] == "prop" and other[1] in kinds),
        None,
    )
