"""Figures and things that a prompt names, with their colours and numbers, onto the set."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from generator import objects
from generator.base import Colour, Prop, Role
from generator.language import claims, drafts, persons, phrases
from generator.language.drafts import ANY_CLOTHES, BALLS, Draft, Page
from generator.language.lexicon import Concept
from generator.language.outcomes import Chance, Outcome
from generator.language.persons import Company
from generator.language.reading import Kind, Span
from generator.language.vocabularies import Vocabulary

CAST_MAX = 4
PROP_KINDS_MAX = 6
COUNT_MAX = 5
PLURAL = 2  # Of what is said without a number: the least that is more than one.
_SEVERAL_JA = ("たち", "達")

Noun = tuple[Outcome, list[tuple[Span, Outcome]]]  # Of the noun, and of its colours and numbers.


class Set:
    """Who and what has been named over all shots, so that it is the same after a cut."""

    def __init__(self, vocabulary: Vocabulary, chance: Chance) -> None:
        self._tints, self._doers = vocabulary.tints, vocabulary.doers
        self._chance, self._company = chance, Company()
        self._colours: dict[str, Colour] = {}
        self._builds: dict[str, str] = {}

    def lemma(self, name: str) -> str:
        """Return the word by which a figure is known."""
        return self._company.lemma(name)

    def thing(self, page: Page, index: int, concept: Concept) -> Noun:
        """Put what a noun names on the set."""
        modifiers = page.modifiers(index)
        colours = [mod.colour for mod in modifiers if mod.colour is not None]
        number = _number(modifiers)
        several = _is_several(page, index, concept)
        wanted = number or (PLURAL if several else 1)
        # "Red and blue balls" are some of each; one ball has one colour.
        asked = list(dict.fromkeys(colours))[: min(wanted, COUNT_MAX)]
        paints: Sequence[Colour | None] = asked or [None]
        new = phrases.is_new(page.spans, index)
        at, refusal = -1, ""
        for place, paint in enumerate(paints):
            share = wanted // len(paints) + (place < wanted % len(paints))
            at, refusal = self._stand(page.draft, concept.name, paint, share, new=new)
        if refusal:
            lost = Outcome(refusal)
            return lost, [(mod, lost) for mod in modifiers]
        page.what[index] = at
        page.draft.doer = at if concept.name in self._doers else None
        key = objects.prop_key(page.draft.props[at])
        fits = min(wanted, COUNT_MAX * len(paints))
        told = [(mod, _of_thing(mod, concept.name, fits, key, paints)) for mod in modifiers]
        least = PLURAL if several else 1
        return Outcome(key=key, claim=claims.thing(concept.name, count=least)), told

    def _stand(
        self, draft: Draft, kind: str, colour: Colour | None, count: int, *, new: bool
    ) -> tuple[int, str]:
        """Return the index of a prop that stands for what is asked, or why there is none."""
        for at, prop in enumerate(draft.props):
            # "The ball" after "a red ball" is the same ball.
            if prop.kind != kind and not (kind == "ball" and prop.kind in BALLS):
                continue
            if colour not in (None, prop.colour):
                if new or at in draft.painted:
                    continue
                prop = replace(prop, colour=colour)  # The ball is red. # noqa: PLW2901
                draft.painted.add(at)
            total = prop.count + count if new else max(prop.count, count)
            draft.props[at] = replace(prop, count=min(total, COUNT_MAX))
            self._colours[kind] = prop.colour
            return at, ""
        if len(draft.props) >= PROP_KINDS_MAX:
            return -1, f"a shot holds at most {PROP_KINDS_MAX} kinds of things"
        # The same thing after a cut has the same colour.
        paint = colour or self._colours.get(kind) or self._tints.get(kind) or self._chance.colour()
        self._colours[kind] = paint
        draft.props.append(Prop(kind, paint, min(max(count, 1), COUNT_MAX)))
        if colour is not None:
            draft.painted.add(len(draft.props) - 1)
        return len(draft.props) - 1, ""

    def figures(self, page: Page, index: int, concept: Concept) -> Noun:
        """Put the figures that a noun names on the set."""
        modifiers = page.modifiers(index)
        number = _number(modifiers)
        several = _is_several(page, index, concept)
        colours = [mod.colour for mod in modifiers if mod.colour is not None]
        lemma = persons.lemma(phrases.word(page.spans[index]), concept)
        new = phrases.is_new(page.spans, index)
        back = phrases.is_definite(page.spans, index)
        known = self._company.find(lemma, concept.name, back=back and not new)
        wanted = number or (max(PLURAL, len(known)) if several else 1)
        here = {role.name for role in page.draft.cast}
        if new and here.intersection(known):
            known = [name for name in known if name not in here]
        names = self._cast(page.draft, lemma, concept.name, known, min(wanted, CAST_MAX))
        if not names:
            lost = Outcome(f"a shot holds at most {CAST_MAX} figures")
            return lost, [(mod, lost) for mod in modifiers]
        self._name(page, index, tuple(names))
        key = ("role", names[0])
        told = [
            (mod, _counted(mod, len(names), claims.figures(tuple(names)), key))
            for mod in modifiers
            if mod.kind is Kind.NUMBER
        ]
        # "Two women in red and blue": each has one of the colours.
        told += _clothed(page.draft, names, [mod for mod in modifiers if mod.colour], colours)
        least = tuple(names[:PLURAL]) if several else (names[0],)
        refusal = f"a shot holds at most {CAST_MAX} figures" if several and len(names) < 2 else ""
        return Outcome(refusal, key, claims.figures(least)), told

    def _cast(
        self, draft: Draft, lemma: str, body: str, known: list[str], wanted: int
    ) -> list[str]:
        """Return the names of so many figures on the set, as many as fit; the known come first."""
        names = [name for name in known[:wanted] if self._stands(draft, name)]
        while len(names) < wanted and len(draft.cast) < CAST_MAX:
            name = self._company.add(lemma, body)
            self._builds[name] = body
            self._stands(draft, name)
            names.append(name)
        return names

    def _stands(self, draft: Draft, name: str) -> bool:
        role = Role(name, self._builds[name], "stand", self._chance.colour(), None)
        return self._add(draft, role)

    def _add(self, draft: Draft, role: Role) -> bool:
        if any(known.name == role.name for known in draft.cast):
            return True
        if len(draft.cast) >= CAST_MAX:
            return False
        draft.cast.append(role)
        return True

    def cameo(self, page: Page, index: int, role: Role) -> bool:
        """Put a cameo on the set; False if it is full."""
        placed = self._add(page.draft, role)
        if placed:
            self._name(page, index, (role.name,))
        return placed

    def someone(self, draft: Draft, lemma: str = "person") -> str | None:
        """Return the name of a figure for a deed, or a line, that no one was named for."""
        known = self._company.find(lemma, "person", back=False)
        names = self._cast(draft, lemma, "person", known, 1)
        draft.latest = tuple(names) or draft.latest
        return names[0] if names else None

    def _name(self, page: Page, index: int, names: tuple[str, ...]) -> None:
        other = phrases.joined(page.spans, index)
        before = page.group.get(other, ()) if other is not None else ()
        page.who[index], page.group[index] = names, (*before, *names)
        page.draft.latest, page.draft.doer = names, None


def _of_thing(
    mod: Span, kind: str, fits: int, key: objects.Key, paints: Sequence[Colour | None]
) -> Outcome:
    """Return what becomes of a colour or a number of things."""
    if mod.kind is Kind.NUMBER:
        return _counted(mod, fits, claims.thing(kind, count=fits), key)
    if mod.colour not in paints:
        return Outcome("a thing has one colour, and it is another")
    channels = tuple(str(value) for value in mod.colour or ())
    return Outcome(key=("prop", kind, *channels), claim=claims.thing(kind, colour=mod.colour))


def wear(page: Page, concept: Concept, modifiers: list[Span]) -> Noun:
    """Dress whoever was named last."""
    draft, garment = page.draft, concept.name
    if not draft.latest:
        lost = Outcome("there is no one on the set to wear it")
        return lost, [(mod, lost) for mod in modifiers]
    roles = _update(draft, {} if garment == ANY_CLOTHES else {"wear": garment})
    colours = [mod.colour for mod in modifiers if mod.colour is not None]
    told = _clothed(draft, list(roles), [mod for mod in modifiers if mod.colour], colours[:1])
    told += [
        (mod, Outcome("a figure wears one of a kind"))
        for mod in modifiers
        if mod.kind is Kind.NUMBER
    ]
    claim = claims.figures(roles)
    if garment != ANY_CLOTHES:
        claim = claims.wear(roles, garment)
    return Outcome(key=("role", roles[0]), claim=claim), told


def hair(page: Page, concept: Concept, modifiers: list[Span]) -> Noun:
    """Give whoever was named last a style of hair."""
    lost = Outcome("hair has the colour of the figure's look")
    told = [(mod, lost) for mod in modifiers]
    if not page.draft.latest:
        return Outcome("there is no one on the set to have it"), told
    roles = _update(page.draft, {"hair": concept.name})
    return Outcome(key=("role", roles[0]), claim=claims.haired(roles, concept.name)), told


def _update(draft: Draft, change: Mapping[str, str]) -> tuple[str, ...]:
    """Change the roles named last; return their names."""
    for at, role in enumerate(draft.cast):
        if role.name in draft.latest:
            draft.cast[at] = replace(role, **change)
    return draft.latest


def _clothed(
    draft: Draft, names: list[str], modifiers: list[Span], colours: list[Colour]
) -> list[tuple[Span, Outcome]]:
    """Clothe figures in turn; return what becomes of each colour."""
    worn: dict[Colour, list[str]] = {}
    for number, name in enumerate(names if colours else ()):
        colour = colours[number % len(colours)]
        worn.setdefault(colour, []).append(name)
        at = next(at for at, role in enumerate(draft.cast) if role.name == name)
        draft.cast[at] = drafts.recoloured(draft.cast[at], colour)
    told: list[tuple[Span, Outcome]] = []
    for mod in modifiers:
        wearers = tuple(worn.get(mod.colour, ())) if mod.colour is not None else ()
        if wearers and mod.colour is not None:
            claim = claims.clothed(wearers, mod.colour)
            told.append((mod, Outcome(key=("role", wearers[0]), claim=claim)))
        else:
            told.append((mod, Outcome("clothes have one colour, and it is another")))
    return told


def _counted(mod: Span, fits: int, claim: claims.Claim, key: objects.Key) -> Outcome:
    instead = f"{fits} are as many as fit" if fits < mod.value else ""
    return Outcome(key=key, claim=claim, instead=instead)


def _number(modifiers: list[Span]) -> int | None:
    """Return the number that stands nearest before a noun."""
    numbers = [int(mod.value) for mod in modifiers if mod.kind is Kind.NUMBER]
    return max(numbers[-1], 1) if numbers else None


def _is_several(page: Page, index: int, concept: Concept) -> bool:
    ahead = page.spans[index + 1].text if index + 1 < len(page.spans) else ""
    return persons.is_plural(phrases.word(page.spans[index]), concept) or ahead.startswith(
        _SEVERAL_JA
    )
