"""From what was read to a storyboard: one shot at a time.

A shot keeps what the shot before it had (place, light, weather, cast, props) unless it says
otherwise. What the prompt leaves open is chosen by the seed, so that seeds look different.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np

from generator import remixes
from generator.base import SHOT_SECONDS_MIN, Line, Prop, Request, Role, Shot, Storyboard, Word
from generator.errors import GeneratorError
from generator.language import claims, lexicon, reading
from generator.language.director import Director
from generator.language.drafts import BALLS, UNSEEN, Draft, recoloured
from generator.language.nouns import CAST_MAX
from generator.language.vocabularies import Vocabulary
from generator.objects import Key

_LENSES = {"wide": 28.0, "medium": 45.0, "close": 75.0}
_PLAIN = ("jumper", "shirt", "t_shirt")  # What is worn where a garment is denied.
_STOPS = {"wide": 8.0, "medium": 4.0, "close": 2.0}


def direct(
    request: Request, *, engine: str, version: int, vocabulary: Vocabulary, splits: bool = True
) -> Storyboard:
    """Return the storyboard of a checked request, with the fate of every word.

    Args:
        request: What was asked for.
        engine: Who will draw it.
        version: Of that engine.
        vocabulary: What that engine can draw; a word it does not know is not drawn.
        splits: Whether a prompt that asks for no shots is seen from afar, then close.

    Raises:
        GeneratorError: There are too many shots, or they would be too short to see.
    """
    director, shots = _directed(request, vocabulary, splits=splits)
    board = Storyboard(version, engine, request.seed, shots, ())
    return replace(board, words=_words(director, shots, board, vocabulary))


def tell(storyboard: Storyboard, request: Request, *, vocabulary: Vocabulary) -> Storyboard:
    """Return a storyboard, perhaps edited, with what it makes of every word of the prompt.

    Of a remix, whose words come from several prompts, each is held against its shots by itself.

    Args:
        storyboard: A checked one; what its own words claim is not believed.
        request: Whose prompt it is to show.
        vocabulary: Of the engine that will draw it.

    Raises:
        GeneratorError: There are too many shots in the prompt, or they would be too short to see.
    """
    if storyboard.before:
        words = tuple(
            claims.held(word, storyboard.shots, vocabulary.words) for word in storyboard.words
        )
        return replace(storyboard, words=words)
    director, _ = _directed(request, vocabulary, splits=True)
    words = _words(director, storyboard.shots, storyboard, vocabulary)
    return replace(storyboard, words=words)


def _words(
    director: Director, shots: tuple[Shot, ...], storyboard: Storyboard, vocabulary: Vocabulary
) -> tuple[Word, ...]:
    numbers: Mapping[Key, int] = remixes.numbers(storyboard) if vocabulary.measured else {}
    return director.words(shots, numbers)


def _directed(
    request: Request, vocabulary: Vocabulary, *, splits: bool
) -> tuple[Director, tuple[Shot, ...]]:
    """Return the shots of a prompt, and who has read it."""
    passages = reading.read(request.prompt, vocabulary.words)
    director = Director(request, vocabulary)
    whole = len(passages) == 1
    drafts = [director.draft(passage, expanded=whole) for passage in passages]
    if passages[0].shot is None:
        head, *drafts = drafts
    else:
        head = Draft()
    sizes = [draft.single.get("size", head.single.get("size")) for draft in drafts]
    split = splits and whole and not drafts[0].one_take
    if split:
        first = sizes[0] if sizes[0] in ("wide", "medium") else "wide"
        drafts, sizes = drafts * 2, [first, "close"]
    if request.seconds / len(drafts) < SHOT_SECONDS_MIN:
        raise GeneratorError(f"{len(drafts)} shots do not fit in {request.seconds:g} seconds.")
    shots: list[Shot] = []
    lengths = _lengths(request, drafts)
    for index, draft in enumerate(drafts):
        size = sizes[index] or ("wide" if index == 0 else director.chance.choose("medium", "close"))
        own = not split or draft.single.get("size", "wide") == size
        shots.append(
            _shot(director, request, draft, head, shots, size=size, own=own, seconds=lengths[index],
                  speaks=not split or index == 1, split=split, vocabulary=vocabulary)
        )  # fmt: skip
    return director, tuple(shots)


def redirect(
    request: Request, storyboard: Storyboard, *, shot: int, vocabulary: Vocabulary
) -> Storyboard:
    """Return a storyboard in which one shot is as the prompt of this request has it.

    It keeps its length, and what it had (place, light, weather, cast, props, lens) unless the
    prompt says otherwise; the others stay to the byte as they were.

    Args:
        request: Its prompt is about this shot alone.
        storyboard: What is changed.
        shot: Which of its shots, from 0.
        vocabulary: What the engine can draw.

    Raises:
        GeneratorError: There is no such shot, or the prompt asks for several.
    """
    remixes.require_shot(storyboard, shot)
    passages = reading.read(request.prompt, vocabulary.words)
    if len(passages) != 1:
        raise GeneratorError("What is to be in one shot asks for several.")
    director = Director(request, vocabulary)
    draft = director.draft(replace(passages[0], shot=shot), expanded=True)
    old = storyboard.shots[shot]
    size = draft.single.get("size") or old.size
    kept = Draft(lens=old.lens_mm, stop=old.f_stop, shutter=old.shutter)
    if size != old.size:
        kept = Draft()
    kept.single |= {"angle": old.angle, "move": old.move}
    anew = _shot(director, request, draft, kept, [old], size=size, own=True, seconds=old.seconds,
                 speaks=True, split=False, vocabulary=vocabulary)  # fmt: skip
    if not draft.said and anew.cast == old.cast:
        anew = replace(anew, dialogue=old.dialogue)
    made = remixes.changed(storyboard, shot, anew)
    own = tuple(replace(word, shot=shot) for word in _words(director, (anew,), made, vocabulary))
    return replace(made, words=(*made.words, *own))


def _lengths(request: Request, drafts: list[Draft]) -> list[float]:
    """Share the clip's frames among the shots by the seconds they ask for; seconds, exact."""
    typical = request.seconds / len(drafts)
    weights = [draft.seconds or typical for draft in drafts]
    total, frames = sum(weights), request.frame_count
    edges = [round(frames * sum(weights[:n]) / total) for n in range(len(drafts) + 1)]
    least = max(int(SHOT_SECONDS_MIN * request.fps), 1)
    counts = [max(b - a, least) for a, b in pairwise(edges)]
    counts[int(np.argmax(counts))] += frames - sum(counts)
    return [float(count / request.fps) for count in counts]


def _shot(  # noqa: PLR0913 - everything a shot depends on, once.
    director: Director,
    request: Request,
    draft: Draft,
    head: Draft,
    before: list[Shot],
    *,
    size: str,
    own: bool,
    seconds: float,
    speaks: bool,
    split: bool,
    vocabulary: Vocabulary,
) -> Shot:
    last = before[-1] if before else None
    absent = head.absent | draft.absent
    usual = vocabulary.usual
    new_place = draft.single.get("place") not in (None, last.place if last else None)
    keep = last if last is not None and not (new_place and (draft.cast or draft.props)) else None
    kept = tuple(role for role in keep.cast if not _left_out(role, absent)) if keep else ()
    cast = _merge_cast(draft.cast or head.cast, kept, request, director)
    there = [prop for prop in keep.props if ("prop", prop.kind) not in absent] if keep else []
    props = list(draft.props or head.props or there)
    throws = any(role.action == "throw" for role in cast)
    empty = not (cast or props) and ("prop", "ball") not in absent
    if empty or (throws and not any(prop.kind in BALLS for prop in props)):
        props.append(Prop("ball", director.chance.colour(), 1))
    said = (draft.said or ([] if before else head.said)) if speaks else []
    if said and not cast:
        cast.append(Role("person", "person", "talk", director.chance.colour(), None))
    cast = [_without(role, absent, vocabulary) for role in cast]
    names = [role.name for role in cast]
    lines = tuple(Line(names.index(who) if who in names else 0, text) for who, text in said)
    camera = draft if own else Draft()
    before_it = _unless(last and last.weather, "weather", absent)
    asked = _pick(draft, head, "weather", before_it)
    weather = asked or "clear"
    stop = camera.stop or head.stop
    return Shot(
        seconds=seconds,
        lens_mm=camera.lens or head.lens or _LENSES[size],
        f_stop=stop or _STOPS[size],
        size=size,
        angle=camera.single.get("angle") or head.single.get("angle") or "eye",
        move=camera.single.get("move")
        or head.single.get("move")
        or director.chance.choose(*usual[size]),
        place=_pick(draft, head, "place", _unless(last and last.place, "place", absent))
        or director.chance.choose(*_places(vocabulary, asked, absent)),
        light=_pick(draft, head, "light", _unless(last and last.light, "light", absent))
        or director.chance.choose(*_others(usual["light"], "light", absent)),
        weather=weather,
        motion=_pick(draft, head, "motion", last.motion if last else None) or "bounce",
        cast=tuple(cast),
        props=tuple(props),
        dialogue=lines,
        cues=tuple(
            cue
            for cue in _cues(draft, head, last, once=last is None or not split)
            if ("cue", cue) not in draft.absent
        ),
        shutter=camera.shutter or head.shutter or 180.0,
    )


def _cues(draft: Draft, head: Draft, last: Shot | None, *, once: bool) -> tuple[str, ...]:
    """Return what is heard in a shot: what goes on goes on over a cut, what happens once does not.

    Args:
        draft: What the shot asks for.
        head: What is asked for all shots.
        last: The shot before.
        once: Whether what the draft asks for has not been heard yet.
    """
    before = tuple(cue for cue in last.cues if cue in lexicon.LASTING) if last else ()
    lasting = tuple(draft.cues or head.cues or before)
    effects = (*(() if last else head.effects), *(draft.effects if once else ()))
    return tuple(dict.fromkeys((*lasting, *effects)))


def _pick(draft: Draft, head: Draft, slot: str, last: str | None) -> str | None:
    return draft.single.get(slot) or last or head.single.get(slot)


def _unless(kept: str | None, slot: str, absent: set[tuple[str, str]]) -> str | None:
    """Return what the shot before had, unless it is said not to be there."""
    return None if kept is None or (slot, kept) in absent else kept


def _others(options: tuple[str, ...], slot: str, absent: set[tuple[str, str]]) -> tuple[str, ...]:
    """Return what may be chosen, without what is said not to be there, if anything is left."""
    return tuple(option for option in options if (slot, option) not in absent) or options


def _places(
    vocabulary: Vocabulary, weather: str | None, absent: set[tuple[str, str]]
) -> tuple[str, ...]:
    """Return the usual places; where weather is asked for, those that it reaches."""
    places = _others(vocabulary.usual["place"], "place", absent)
    outside = tuple(place for place in places if place not in vocabulary.indoors)
    return outside if weather is not None else places


def _without(role: Role, absent: set[tuple[str, str]], vocabulary: Vocabulary) -> Role:
    """Return a figure in other clothes than those that are said not to be worn."""
    denied = {name for slot, name in absent if slot == "wear"}
    if not denied or role.wear not in {"", *denied}:
        return role
    others = [garment for garment in _PLAIN if garment in vocabulary.wears - denied]
    return replace(role, wear=others[0]) if others else role


def _left_out(role: Role, absent: set[tuple[str, str]]) -> bool:
    """Say whether a figure of the shot before is said not to be there."""
    return role.handle is None and bool({("body", role.body), ("body", "person")} & absent)


def _as_before(role: Role, old: Role) -> Role:
    kept = recoloured(role, old.clothes)
    return replace(kept, hair=role.hair or old.hair, wear=role.wear or old.wear)


def _merge_cast(
    asked: list[Role], kept: tuple[Role, ...], request: Request, director: Director
) -> list[Role]:
    """Return the cast of a shot: who is asked for, else who was there. No cameo is left out."""
    known = {role.name: role for role in kept}
    cast: list[Role] = []
    for role in asked or list(kept):
        old = known.get(role.name)
        # The same person looks the same after a cut, unless the prompt says otherwise.
        cast.append(_as_before(role, old) if old else role)
    if not kept:
        present = {role.handle for role in cast}
        for cameo in request.cameos:
            if cameo.handle not in present and len(cast) < CAST_MAX and not asked:
                name = f"@{cameo.handle}"
                cast.append(
                    Role(
                        name, "person", director.chance.choose("wave", "nod"), UNSEEN, cameo.handle
                    )
                )
    return cast
