"""From what was read to a storyboard: one shot at a time.

A shot keeps what the shot before it had (place, light, weather, cast, props) unless it says
otherwise. What the prompt leaves open is chosen by the seed, so that seeds look different.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np

from generator import objects, remixes
from generator.base import SHOT_SECONDS_MIN, Line, Prop, Request, Role, Shot, Storyboard
from generator.errors import GeneratorError
from generator.language import lexicon, reading
from generator.language.drafts import BALLS, CAST_MAX, UNSEEN, Director, Draft, recoloured
from generator.language.vocabularies import Vocabulary
from generator.objects import Key
from generator.speech import utterances

_LENSES = {"wide": 28.0, "medium": 45.0, "close": 75.0}
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
        size = sizes[index] or ("wide" if index == 0 else director.choose("medium", "close"))
        own = not split or draft.single.get("size", "wide") == size
        shots.append(
            _shot(director, request, draft, head, shots, size=size, own=own, seconds=lengths[index],
                  speaks=not split or index == 1, split=split, usual=vocabulary.usual)
        )  # fmt: skip
    numbers: Mapping[Key, int] = objects.numbers(tuple(shots)) if vocabulary.measured else {}
    director.settle(_shares(shots))
    return Storyboard(version, engine, request.seed, tuple(shots), director.words(numbers))


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
                 speaks=True, split=False, usual=vocabulary.usual)  # fmt: skip
    if not draft.said and anew.cast == old.cast:
        anew = replace(anew, dialogue=old.dialogue)
    made = remixes.changed(storyboard, shot, anew)
    director.settle(_shares([anew]))
    numbers: Mapping[Key, int] = remixes.numbers(made) if vocabulary.measured else {}
    own = tuple(replace(word, shot=shot) for word in director.words(numbers))
    return replace(made, words=(*made.words, *own))


def _shares(shots: list[Shot]) -> dict[str, float]:
    """Return, by what is said, how much of it there is time for in the shot that has most."""
    shares: dict[str, float] = {}
    for shot in shots:
        texts = [line.text for line in shot.dialogue]
        said = utterances.converse(texts, start=0.0, end=shot.seconds)
        for text, utterance in zip(texts, said, strict=True):
            shares[text] = max(shares.get(text, 0.0), utterance.share)
    return shares


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
    usual: Mapping[str, tuple[str, ...]],
) -> Shot:
    last = before[-1] if before else None
    new_place = draft.single.get("place") not in (None, last.place if last else None)
    keep = last if last is not None and not (new_place and (draft.cast or draft.props)) else None
    cast = _merge_cast(draft.cast or head.cast, keep.cast if keep else (), request, director)
    props = list(draft.props or head.props or (keep.props if keep else ()))
    throws = any(role.action == "throw" for role in cast)
    if (throws and not any(prop.kind in BALLS for prop in props)) or not (cast or props):
        props.append(Prop("ball", director.colour(), 1))
    said = (draft.said or ([] if before else head.said)) if speaks else []
    if said and not cast:
        cast.append(Role("person", "person", "talk", director.colour(), None))
    names = [role.name for role in cast]
    lines = tuple(Line(names.index(who) if who in names else 0, text) for who, text in said)
    camera = draft if own else Draft()
    stop = camera.stop or head.stop
    return Shot(
        seconds=seconds,
        lens_mm=camera.lens or head.lens or _LENSES[size],
        f_stop=stop or _STOPS[size],
        size=size,
        angle=camera.single.get("angle") or head.single.get("angle") or "eye",
        move=camera.single.get("move") or head.single.get("move") or director.choose(*usual[size]),
        place=_pick(draft, head, "place", last.place if last else None)
        or director.choose(*usual["place"]),
        light=_pick(draft, head, "light", last.light if last else None)
        or director.choose(*usual["light"]),
        weather=_pick(draft, head, "weather", last.weather if last else None) or "clear",
        motion=_pick(draft, head, "motion", last.motion if last else None) or "bounce",
        cast=tuple(cast),
        props=tuple(props),
        dialogue=lines,
        cues=_cues(draft, head, last, once=last is None or not split),
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
                    Role(name, "person", director.choose("wave", "nod"), UNSEEN, cameo.handle)
                )
    return cast
