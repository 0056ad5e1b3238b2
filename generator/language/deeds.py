"""What figures and things do: whose deed it is, and what of it the pictures show."""

from collections.abc import Mapping
from dataclasses import replace

from generator import objects
from generator.language import claims, phrases
from generator.language.drafts import BALLS, Draft, Page
from generator.language.lexicon import Concept
from generator.language.nouns import Set
from generator.language.outcomes import Outcome
from generator.language.reading import Kind
from generator.language.vocabularies import Vocabulary
from generator.objects import Key

BALL_KEY: Key = ("ball",)
_OF_THINGS = frozenset({"drive", "sail", "fly"})
_OBJECT_NEAR = 4  # Spans between a deed and what it is done to.
_ARTICLES = frozenset(["a", "an", "the", "his", "her", "their", "its", "some", "another"])
_GESTURES: Mapping[str, str] = {  # What is done to something is done in the air.
    "kick": "a kick in the air: what it meets does not move",
    "pick_up": "a gesture: nothing is in the hand",
    "point": "a gesture straight ahead",
    "throw": "a ball is thrown in its place",
    "sit": "on a stool",
}


def do(page: Page, index: int, concept: Concept, set_: Set, vocabulary: Vocabulary) -> Outcome:
    """Let whoever is meant do a deed."""
    who, thing = _doer(page, index, vocabulary)
    if thing is not None:
        return _thing_does(page.draft, thing, concept.name, vocabulary)
    if concept.name in _OF_THINGS:
        return Outcome("no figure does that here")
    if who:
        return _figures_do(page, index, who, concept)
    if page.draft.cast or page.draft.latest:
        return _figures_do(page, index, page.draft.latest, concept)
    return _someone(page, index, concept, set_)


def _doer(page: Page, index: int, vocabulary: Vocabulary) -> tuple[tuple[str, ...], int | None]:
    """Return the figures, or the index of the prop, that do a deed; neither if nobody is named."""
    for at in phrases.doers(page.spans, index):
        if at in page.group:
            return page.group[at], None
        if at in page.what and page.draft.props[page.what[at]].kind in vocabulary.doers:
            return (), page.what[at]
    return (), page.draft.doer


def _figures_do(page: Page, index: int, names: tuple[str, ...], concept: Concept) -> Outcome:
    action = concept.name
    for at, role in enumerate(page.draft.cast):
        if role.name in names and (role.action in ("stand", "talk") or role.action == action):
            page.draft.cast[at] = replace(role, action=action)
    taken = next((role.action for role in page.draft.cast if role.name in names), "")
    if taken != action and action not in ("stand", "talk"):
        return Outcome(f"a figure does one thing a shot: {taken}")
    instead = concept.instead or _instead(page, index, action)
    return Outcome(
        key=("role", names[0]) if names else None,
        claim=claims.does(names, action), instead=instead,
    )  # fmt: skip


def _instead(page: Page, index: int, action: str) -> str:
    """Return what is shown of a deed that is done to something."""
    if action not in _GESTURES:
        return ""
    if not page.spans[index].text.isascii():
        return _japanese_object(page, index, action)
    for at in range(index + 1, min(index + 1 + _OBJECT_NEAR, len(page.spans))):
        span = page.spans[at]
        if phrases.is_slot(span, "prop"):
            done = action == "throw" and span.concept is not None and span.concept.name in BALLS
            return "" if done else _GESTURES[action]
        unknown = span.kind is Kind.UNKNOWN and phrases.word(page.spans[at - 1]) in _ARTICLES
        if unknown or phrases.is_slot(span, "body"):
            return _GESTURES[action] if unknown or action != "throw" else ""
        if span.mark or span.kind is Kind.QUOTE:
            break
    return ""


def _japanese_object(page: Page, index: int, action: str) -> str:
    """Return the same where the object comes first: 石を投げる."""
    if index < 2 or page.spans[index - 1].text not in ("を", "に"):
        return ""
    span = page.spans[index - 2]
    is_ball = span.concept is not None and span.concept.name in BALLS
    return "" if action == "throw" and is_ball else _GESTURES[action]


def _someone(page: Page, index: int, concept: Concept, set_: Set) -> Outcome:
    """Take a deed that nobody was named for."""
    draft, action = page.draft, concept.name
    if action == "wave" and draft.single.get("place") == "beach":
        draft.cues.append("waves")
        return Outcome(key=objects.PLACE_KEY, claim=claims.heard("waves"))
    if action == "talk" and any(span.kind is Kind.QUOTE for span in page.spans):
        return Outcome(instead=concept.instead)  # Whoever says the line.
    if action in ("stand", "talk"):
        return Outcome("there is no one on the set to do it")
    name = set_.someone(draft)
    return _figures_do(page, index, (name,), concept) if name else Outcome("the set is full")


def _thing_does(draft: Draft, at: int, action: str, vocabulary: Vocabulary) -> Outcome:
    thing = draft.props[at]
    key, here = objects.prop_key(thing), claims.thing(thing.kind)
    can = vocabulary.doers[thing.kind]
    if action in can or (action == "run" and "walk" in can):
        done = action if action in can else "walk"
        draft.props[at] = replace(thing, action=done)
        instead = "" if done == action else f"the {thing.kind} walks"
        return Outcome(key=key, claim=claims.thing(thing.kind, action=done), instead=instead)
    if action == "stand":
        return Outcome(key=key, claim=here)
    if action == "sit":
        return Outcome(key=key, claim=here, instead=f"the {thing.kind} is there as it is built")
    return Outcome(f"a {thing.kind} does not do that here")


def move(page: Page, index: int, concept: Concept, vocabulary: Vocabulary) -> Outcome:
    """Set balls going: nothing else bounces, drops or rolls."""
    draft, name = page.draft, concept.name
    doer = next(iter(phrases.doers(page.spans, index)), None)
    if doer is not None and doer in page.what:
        kind = draft.props[page.what[doer]].kind
        if kind not in BALLS:
            return Outcome(f"a {kind} does not do that here")
    elif doer is not None and doer in page.group and not _has_ball(page, index):
        if name == "drop" and "fall" in vocabulary.actions and _falls(page, index):
            fall = replace(concept, slot="action", name="fall")
            return _figures_do(page, index, page.group[doer], fall)
        return Outcome("only balls do that here")
    elif doer is None and index and _other_subject(page, index):
        return Outcome("only balls do that here")
    taken = draft.single.setdefault("motion", name)
    if taken != name:
        return Outcome(f"a shot has one motion, and it is {taken}")
    return Outcome(key=BALL_KEY, claim=claims.balls_move(name), instead=concept.instead)


def _falls(page: Page, index: int) -> bool:
    return phrases.word(page.spans[index]).startswith(("fall", "落ち"))


def _has_ball(page: Page, index: int) -> bool:
    """Say whether a figure has a ball to do it with: named already, or next."""
    ahead = page.spans[index + 1 : index + 1 + _OBJECT_NEAR]
    return any(prop.kind in BALLS for prop in page.draft.props) or any(
        span.concept is not None and span.concept.name in BALLS for span in ahead
    )


def _other_subject(page: Page, index: int) -> bool:
    """Say whether something that is no ball does it: snow falls, a leaf drops."""
    before = page.spans[index - 1]
    if before.mark:
        return False
    return before.kind is Kind.UNKNOWN or phrases.is_slot(
        before, "weather", "light", "place", "cue"
    )
