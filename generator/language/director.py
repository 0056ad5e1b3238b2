"""Reads the passages of a prompt in order: what each asks for, and the fate of every word."""

import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from generator import objects
from generator.base import ABSENT_REASON, GRAMMAR_REASON, Fate, Request, Role, Shot, Word
from generator.language import claims, deeds, drafts, negations, nouns, persons, phrases, senses
from generator.language.claims import Claim
from generator.language.drafts import BALLS, UNSEEN, Draft, Page
from generator.language.outcomes import Chance, Outcome
from generator.language.reading import Kind, Passage, Span
from generator.language.vocabularies import Vocabulary
from generator.objects import Key
from generator.speech import utterances

LINES_MAX = 3
LENS_MIN, LENS_MAX = 14.0, 135.0
STOP_MIN, STOP_MAX = 1.2, 22.0
SHUTTER_MIN, SHUTTER_MAX = 11.0, 360.0
_SHOWN_MAX = 12  # Characters of a line that are repeated in the reason.
_DEPTHS = {"shallow": 1.4, "deep": 16.0}
_SUNNY = frozenset({"sunny", "sunlight", "sunshine", "bright day", "晴れ", "日差し"})
_SUNLESS = frozenset({"rain", "storm", "snow", "fog"})
_NAMED = "someone in everyday clothes stands in"


@dataclass(slots=True)
class _Told:
    """A word and what it depends on until the storyboard is done."""

    word: Word
    key: Key | None = None
    claim: Claim | None = None
    doubt: tuple[Claim, str] | None = None


class Director:
    """Reads passages in order; remembers what is drawn by the seed and the fates of words."""

    def __init__(self, request: Request, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._granted = {cameo.handle for cameo in request.cameos}
        self.chance = Chance(request.seed, 1, zlib.crc32(request.prompt.encode()))
        self._set = nouns.Set(vocabulary, self.chance)
        self._told: list[_Told] = []
        self._quotes: list[int] = []  # Where in `_told` the lines stand.
        self._shot: int | None = None

    def draft(self, passage: Passage, *, expanded: bool) -> Draft:
        """Read one passage; `expanded` when it is the whole prompt and becomes several shots."""
        self._shot = None if expanded else passage.shot
        spans = senses.told_apart(passage.spans)
        page = Page(spans, phrases.owners(spans), negations.denied(spans), Draft())
        for index in phrases.wearer_first(spans):
            self._read(page, index)
        for index, text in page.quotes:
            page.draft.said.append((self._speaker(page, index), text))
        return page.draft

    def words(self, shots: tuple[Shot, ...], numbers: Mapping[Key, int]) -> tuple[Word, ...]:
        """Return the fates of all words, each claim held against the shots.

        Args:
            shots: Of the storyboard as it will be carried out.
            numbers: Of the objects that words name.
        """
        said = _shares(shots)
        for at in self._quotes:
            self._told[at].word = _settled(self._told[at].word, said)
        return tuple(_held(told, shots, numbers) for told in self._told)

    def _note(self, span: Span, outcome: Outcome) -> None:
        fate = Fate.APPROXIMATED if outcome.instead else Fate.DRAWN
        if outcome.refusal:
            fate = Fate.NOT_DRAWN
        reason = outcome.refusal or outcome.instead
        told = Word(span.text, fate, reason, self._shot)
        self._told.append(_Told(told, outcome.key, outcome.claim, outcome.doubt))

    def _read(self, page: Page, index: int) -> None:
        span = page.spans[index]
        if index in page.denied:
            self._deny(page, span)
        elif span.kind in phrases.MODIFIERS:
            # The noun it belongs to looks for it; a colour that is left over has none.
            if index not in page.owners:
                self._note(span, Outcome("belongs to nothing that is drawn"))
        elif span.kind is Kind.CONCEPT:
            self._concept(page, index)
        else:
            self._plain(page, index)

    def _deny(self, page: Page, span: Span) -> None:
        concept = span.concept
        if span.kind not in phrases.MODIFIERS and concept is None:
            if phrases.word(span) in negations.NOBODY:
                page.draft.absent.add(("body", "person"))
            self._note(span, Outcome(GRAMMAR_REASON))
            return
        claim = None
        if concept is not None:
            page.draft.absent.add((concept.slot, concept.name))
            claim = claims.there(concept.slot, concept.name)
        self._note(span, Outcome(ABSENT_REASON, claim=claim))

    def _plain(self, page: Page, index: int) -> None:
        span, draft = page.spans[index], page.draft
        match span.kind:
            case Kind.QUOTE:
                self._quote(page, index)
            case Kind.CAMEO:
                self._cameo(page, index)
            case Kind.LENS:
                draft.lens = draft.lens or min(max(span.value, LENS_MIN), LENS_MAX)
                self._bounded(span, (LENS_MIN, LENS_MAX), "mm", claims.lens)
            case Kind.STOP:
                draft.stop = draft.stop or min(max(span.value, STOP_MIN), STOP_MAX)
                self._bounded(span, (STOP_MIN, STOP_MAX), "as f-number", claims.stop)
            case Kind.SHUTTER:
                draft.shutter = draft.shutter or min(max(span.value, SHUTTER_MIN), SHUTTER_MAX)
                self._bounded(span, (SHUTTER_MIN, SHUTTER_MAX), "degrees", claims.shutter)
            case Kind.SECONDS:
                draft.seconds = max(span.value, 0.1)
                self._note(span, Outcome(instead="the shot's share of the clip's length"))
            case Kind.GRAMMAR:
                self._pronoun(page, index)
                self._note(span, Outcome(GRAMMAR_REASON))
            case Kind.POSITION:
                self._note(span, Outcome("positions are chosen by the set"))
            case _:
                self._unknown(page, index)

    def _bounded(
        self, span: Span, bounds: tuple[float, float], unit: str, claim: claims.Measure
    ) -> None:
        used = min(max(span.value, bounds[0]), bounds[1])
        instead = "" if used == span.value else f"{used:g} {unit} is the nearest in reach"
        self._note(span, Outcome(claim=claim(used), instead=instead))

    def _quote(self, page: Page, index: int) -> None:
        span = page.spans[index]
        if len(page.quotes) >= LINES_MAX:
            self._note(span, Outcome(f"a shot holds at most {LINES_MAX} lines"))
            return
        page.quotes.append((index, span.text))
        self._quotes.append(len(self._told))
        self._note(span, _spoken(span.text))

    def _speaker(self, page: Page, index: int) -> str | None:
        """Return who says a quote: whom the prompt says, else who spoke or was named before."""
        at = phrases.speaker(page.spans, index)
        if at is not None and at in page.who:
            return page.who[at][0]
        if page.draft.said:
            return page.draft.said[-1][0]
        before = max((noun for noun in page.who if noun < index), default=None)
        return page.who[before][-1] if before is not None else None

    def _cameo(self, page: Page, index: int) -> None:
        span = page.spans[index]
        handle = span.text.lower()
        if handle not in self._granted:
            self._note(span, Outcome("no consent token for this cameo was given"))
            return
        role = Role(f"@{handle}", "person", "stand", UNSEEN, handle)
        if not self._set.cameo(page, index, role):
            self._note(span, Outcome(f"a shot holds at most {nouns.CAST_MAX} figures"))
            return
        reason = "a toy figure with the cameo's colours and voice"
        key = objects.role_key(role)
        self._note(span, Outcome(key=key, claim=claims.figures((role.name,)), instead=reason))

    def _pronoun(self, page: Page, index: int) -> None:
        """Let "he", "she" and "they" stand for those who were named before."""
        text, cast = phrases.word(page.spans[index]), page.draft.cast
        if text in persons.GROUPS:
            several = [names for names in page.group.values() if len(names) > 1]
            names = several[-1] if several else tuple(role.name for role in cast)
        elif text in persons.PRONOUNS:
            alike = [
                role.name for role in cast if persons.is_he_or_she(self._set.lemma(role.name), text)
            ]
            names = tuple(alike[-1:]) or page.draft.latest[:1]
        else:
            return
        if names:
            page.who[index] = page.group[index] = names

    def _unknown(self, page: Page, index: int) -> None:
        """Take a name beside a verb of saying for someone; know no other word."""
        span = page.spans[index]
        if phrases.is_name(page.spans, index):
            name = self._set.someone(page.draft, phrases.word(span))
            if name is not None:
                page.who[index] = page.group[index] = (name,)
                key = ("role", name)
                self._note(span, Outcome(key=key, claim=claims.figures((name,)), instead=_NAMED))
                return
        self._note(span, Outcome("not a word this engine knows"))

    def _concept(self, page: Page, index: int) -> None:
        concept = page.spans[index].concept
        assert concept is not None
        told: list[tuple[Span, Outcome]] = []
        match concept.slot:
            case "prop":
                outcome, told = self._set.thing(page, index, concept)
            case "body":
                outcome, told = self._set.figures(page, index, concept)
            case "wear":
                outcome, told = nouns.wear(page, concept, page.modifiers(index))
            case "hair":
                outcome, told = nouns.hair(page, concept, page.modifiers(index))
            case "action":
                outcome = deeds.do(page, index, concept, self._set, self._vocabulary)
            case "motion":
                outcome = deeds.move(page, index, concept, self._vocabulary)
            case _:
                outcome = self._direction(page, index)
        if not outcome.refusal and concept.instead:
            outcome = replace(outcome, instead=concept.instead)
        told.append((page.spans[index], outcome))
        for span, each in sorted(told, key=lambda pair: pair[0].start):
            self._note(span, each)

    def _direction(self, page: Page, index: int) -> Outcome:
        """Take what is neither a figure nor a thing: light, lens, place, sound."""
        draft, span = page.draft, page.spans[index]
        concept = span.concept
        assert concept is not None
        name = concept.name
        match concept.slot:
            case "cue" | "effect" as kind:
                return Outcome(drafts.sound(draft, kind, name), claim=claims.heard(name))
            case "depth":
                draft.stop = draft.stop or _DEPTHS[name]
                return Outcome(claim=claims.depth(name))
            case "take":
                draft.one_take = True
                return Outcome()
            case slot:
                refusal = drafts.take(draft, slot, name)
                key = objects.PLACE_KEY if slot == "place" and not refusal else None
                doubt = self._doubt(slot, phrases.word(span))
                return Outcome(refusal, key, claims.one_of_a_shot(slot, name), doubt=doubt)

    def _doubt(self, slot: str, text: str) -> tuple[Claim, str] | None:
        indoors = self._vocabulary.indoors
        if slot == "weather":
            return (lambda shot: shot.place in indoors), "indoors its light alone is seen"
        if slot == "light" and text in _SUNNY:
            return (lambda shot: shot.weather in _SUNLESS), "there is little sun in this weather"
        return None


def _held(told: _Told, shots: tuple[Shot, ...], numbers: Mapping[Key, int]) -> Word:
    """Return a word with its object, as far as what it claims holds in the end."""
    word = told.word
    if told.key is not None:
        word = replace(word, object=_number(told.key, numbers))
    where = shots if word.shot is None else shots[word.shot : word.shot + 1]
    holding = [shot for shot in where if told.claim is None or told.claim(shot)]
    if word.reason == ABSENT_REASON and told.claim is not None and holding:
        return replace(word, reason=claims.WANTED)
    if word.fate is Fate.NOT_DRAWN:
        return word
    if not holding:
        return replace(word, fate=Fate.NOT_DRAWN, reason=claims.BROKEN)
    if told.doubt is not None and all(told.doubt[0](shot) for shot in holding):
        return replace(word, fate=Fate.APPROXIMATED, reason=word.reason or told.doubt[1])
    return word


def _shares(shots: tuple[Shot, ...]) -> dict[str, float]:
    """Return, by what is said, how much of it there is time for in the shot that has most."""
    shares: dict[str, float] = {}
    for shot in shots:
        texts = [line.text for line in shot.dialogue]
        said = utterances.converse(texts, start=0.0, end=shot.seconds)
        for text, utterance in zip(texts, said, strict=True):
            shares[text] = max(shares.get(text, 0.0), utterance.share)
    return shares


def _settled(word: Word, shares: Mapping[str, float]) -> Word:
    """Return a quote with what there is time for."""
    share = shares.get(word.text, 0.0)
    if word.fate is Fate.NOT_DRAWN or share >= 1:
        return word
    if share == 0:
        return replace(word, fate=Fate.NOT_DRAWN, reason="no shot has time for it")
    reason = "; ".join(filter(None, [word.reason, "cut off: the shot is too short"]))
    return replace(word, fate=Fate.APPROXIMATED, reason=reason)


def _spoken(text: str) -> Outcome:
    """Return what becomes of a line that there is time for."""
    said = utterances.speak(text, start=0.0, end=math.inf)
    missing = "".join(said.unspoken)
    if not said.phones:
        if missing:
            return Outcome("not spoken: it has no one reading; write it in kana")
        return Outcome("not spoken: there is nothing in it to say")
    if missing:
        shown = missing[:_SHOWN_MAX] + ("…" if len(missing) > _SHOWN_MAX else "")
        instead = f"spoken without {shown}, which has no one reading: write kana"
        return Outcome(instead=instead)
    return Outcome()


def _number(key: Key, numbers: Mapping[Key, int]) -> int | None:
    """Return the number of an object; of a ball or a thing painted over since, the first alike."""
    if key in numbers:
        return numbers[key]
    kinds = BALLS if key[-1] == "ball" or key[1:2] == ("ball",) else key[1:2]
    return next(
        (number for other, number in numbers.items() if other[0] == "prop" and other[1] in kinds),
        None,
    )
