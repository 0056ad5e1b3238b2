"""Storyboards as JSON, and what must hold before one is carried out.

The shape is documented in api-specs/storyboard.schema.json. A storyboard may come back from a
person who edited it: everything is checked here again, whatever `plan` would have written.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import cast

from generator import remixes
from generator.base import (
    ABSENT_REASON,
    GRAMMAR_REASON,
    SEED_MAX,
    SHOTS_MAX,
    VERSIONS_MAX,
    Colour,
    Fate,
    Line,
    Prop,
    Request,
    Role,
    Shot,
    Storyboard,
    Word,
)
from generator.errors import GeneratorError
from generator.language.vocabularies import Vocabulary

CAST_MAX, PROPS_MAX, COUNT_MAX, LINES_MAX, CUES_MAX = 4, 7, 5, 3, 8
LINE_CHARS_MAX = 300
_NO_CONTENT = (GRAMMAR_REASON, ABSENT_REASON)  # There is nothing of them to draw.
SHOT_TEXT_CHARS_MAX = 8000  # A prompt unfolds to at most so many characters.
LOST_NAMED_MAX = 12  # Words that a refusal names.
NAME_CHARS_MAX = 64
WORDS_MAX = 8000  # The same.
LENS_MIN, LENS_MAX = 10.0, 200.0
STOP_MIN, STOP_MAX = 1.0, 32.0

SHUTTER_MIN, SHUTTER_MAX = 0.0, 360.0
_ROUNDING = 1e-6  # Of a frame.
_CONTROL = re.compile(  # What `base.check` refuses in a prompt.
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]"
)


def to_json(storyboard: Storyboard) -> dict[str, object]:
    """Return a storyboard as values that JSON can hold."""
    return cast("dict[str, object]", _plain(asdict(storyboard)))


def from_json(value: object) -> Storyboard:
    """Return the storyboard that `to_json` wrote, or an edited one of the same shape.

    Raises:
        GeneratorError: A member is missing, has the wrong type or is out of bounds.
    """
    top = _object(value, "A storyboard")
    shots = _list(top, "shots", SHOTS_MAX)
    words = _list(top, "words", WORDS_MAX)
    before = _list(top, "before", VERSIONS_MAX - 1) if "before" in top else ()
    return Storyboard(
        version=_whole(top, "version"),
        engine=_text(top, "engine", NAME_CHARS_MAX),
        seed=_whole(top, "seed"),
        shots=tuple(_shot(_object(shot, "A shot")) for shot in shots),
        words=tuple(_word(_object(word, "A word")) for word in words),
        before=tuple(_version(shots) for shots in before),
    )


def cuts(storyboard: Storyboard, fps: Fraction) -> tuple[int, ...]:
    """Return the number of the first frame of each shot of which there is a frame, the first 0."""
    lengths = [shot.seconds for shot in storyboard.shots]
    starts = (sum(lengths[:number]) for number in range(len(lengths)))
    # As an engine does, a frame that is late by rounding alone counts.
    return tuple(sorted({math.ceil((start - 1e-9) * float(fps)) for start in starts}))


def coverage(storyboard: Storyboard) -> float:
    """Return the share of the prompt's content words that are drawn as they stand, 0..1.

    Grammar words do not count, nor what is said not to be there; a prompt of nothing else is
    covered by nothing: 0.
    """
    content = [word for word in storyboard.words if word.reason not in _NO_CONTENT]
    drawn = sum(word.fate is Fate.DRAWN for word in content)
    return drawn / len(content) if content else 0.0


def check_strictness(storyboard: Storyboard, request: Request) -> None:
    """Refuse a storyboard that draws less of a strict request than it asks for.

    Raises:
        GeneratorError: The share that is drawn, and the words that are not.
    """
    share = coverage(storyboard)
    if request.strict is None or share >= request.strict:
        return
    lost = dict.fromkeys(
        word.text
        for word in storyboard.words
        if word.fate is not Fate.DRAWN and word.reason not in _NO_CONTENT
    )
    named = ", ".join(list(lost)[:LOST_NAMED_MAX]) or "no word has anything to draw"
    raise GeneratorError(
        f"Of this prompt {share:.0%} would be drawn as it stands, {request.strict:.0%} is asked "
        f"for; not drawn: {named}."
    )


def check(
    storyboard: Storyboard, request: Request, *, engine: str, version: int, vocabulary: Vocabulary
) -> None:
    """Refuse a storyboard that this engine cannot carry out for this request.

    Raises:
        GeneratorError: It is another engine's, names what no one can draw, does not last as long
            as the request, or casts a cameo that the request has no consent token for.
    """
    if (storyboard.engine, storyboard.version) != (engine, version):
        raise GeneratorError(f"The storyboard was not made for {engine} version {version}.")
    if storyboard.seed != request.seed:
        raise GeneratorError("The storyboard was made with another seed than the request's.")
    if not 1 <= len(storyboard.shots) <= SHOTS_MAX:
        raise GeneratorError(f"A storyboard has from 1 to {SHOTS_MAX} shots.")
    granted = {cameo.handle for cameo in request.cameos}
    remixes.check(storyboard)
    for shot in {shot for shots in remixes.versions(storyboard) for shot in shots}:
        _check_shot(shot, granted, vocabulary)
        # What is shorter than a frame may never be seen, and yet would be told as drawn.
        if shot.seconds * float(request.fps) < 1 - _ROUNDING:
            raise GeneratorError("A shot lasts at least as long as one frame.")
    _check_figures(storyboard)
    total = sum(shot.seconds for shot in storyboard.shots)
    if abs(total - float(request.frame_count / request.fps)) > 0.5 / float(request.fps):
        raise GeneratorError("The shots do not last as long as the clip asked for.")


def _check_shot(shot: Shot, granted: set[str], vocabulary: Vocabulary) -> None:
    for name, choices in vocabulary.choices.items():
        if getattr(shot, name) not in choices:
            raise GeneratorError(f"A shot's {name} is one of: {', '.join(sorted(choices))}.")
    if not math.isfinite(shot.seconds):
        raise GeneratorError("A shot lasts a number of seconds.")
    if not LENS_MIN <= shot.lens_mm <= LENS_MAX or not STOP_MIN <= shot.f_stop <= STOP_MAX:
        raise GeneratorError(
            f"A lens has {LENS_MIN:g} to {LENS_MAX:g} mm and f/{STOP_MIN:g} to f/{STOP_MAX:g}."
        )
    if not SHUTTER_MIN <= shot.shutter <= SHUTTER_MAX:
        raise GeneratorError(f"A shutter opens {SHUTTER_MIN:g} to {SHUTTER_MAX:g} degrees.")
    sizes = (
        (shot.cast, CAST_MAX), (shot.props, PROPS_MAX), (shot.dialogue, LINES_MAX),
        (shot.cues, CUES_MAX),
    )  # fmt: skip
    if any(len(things) > most for things, most in sizes):
        raise GeneratorError("A shot holds too many figures, things, lines or cues.")
    _check_cast(shot, granted, vocabulary)
    for prop in shot.props:
        if prop.kind not in vocabulary.props or not 1 <= prop.count <= COUNT_MAX:
            raise GeneratorError(f"A prop is of a known kind, 1 to {COUNT_MAX} times.")
        if prop.action and prop.action not in vocabulary.doers.get(prop.kind, ()):
            raise GeneratorError("A prop does what it does not do by itself.")


def _check_figures(storyboard: Storyboard) -> None:
    """Refuse a name that two figures share: the look of one would be worn by the other."""
    known: dict[str, tuple[str, str | None]] = {}
    for role in (role for shot in storyboard.shots for role in shot.cast):
        if known.setdefault(role.name, (role.body, role.handle)) != (role.body, role.handle):
            raise GeneratorError("Two different figures of a storyboard have the same name.")
        if role.name.startswith("@") and role.name != f"@{role.handle}":
            raise GeneratorError("A name that begins with @ is a cameo's, and its handle.")


def _check_cast(shot: Shot, granted: set[str], vocabulary: Vocabulary) -> None:
    for role in shot.cast:
        if role.body not in vocabulary.bodies or role.action not in vocabulary.actions:
            raise GeneratorError("A role has a body or an action that this engine cannot draw.")
        if role.hair not in {"", *vocabulary.hairs} or role.wear not in {"", *vocabulary.wears}:
            raise GeneratorError("A role has hair or clothes that this engine cannot draw.")
        if role.handle is not None and role.handle not in granted:
            raise GeneratorError(f"The cameo @{role.handle} is not cast in this request.")
    if len({role.name for role in shot.cast}) != len(shot.cast):
        raise GeneratorError("Two roles of a shot have the same name.")
    for line in shot.dialogue:
        if not 0 <= line.speaker < len(shot.cast) or len(line.text) > LINE_CHARS_MAX:
            raise GeneratorError("A line is too long or has no speaker in the shot's cast.")


def _plain(value: object) -> object:
    """Turn tuples into lists all the way down."""
    if isinstance(value, dict):
        items = cast("dict[str, object]", value)
        return {key: _plain(item) for key, item in items.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in cast("Sequence[object]", value)]
    return str(value) if isinstance(value, Fate) else value


Members = Mapping[str, object]


def _shot(shot: Members) -> Shot:
    return Shot(
        seconds=_number(shot, "seconds"),
        lens_mm=_number(shot, "lens_mm"),
        f_stop=_number(shot, "f_stop"),
        size=_text(shot, "size", NAME_CHARS_MAX),
        angle=_text(shot, "angle", NAME_CHARS_MAX),
        move=_text(shot, "move", NAME_CHARS_MAX),
        place=_text(shot, "place", NAME_CHARS_MAX),
        light=_text(shot, "light", NAME_CHARS_MAX),
        weather=_text(shot, "weather", NAME_CHARS_MAX),
        motion=_text(shot, "motion", NAME_CHARS_MAX),
        cast=tuple(_role(_object(role, "A role")) for role in _list(shot, "cast", CAST_MAX)),
        props=tuple(_prop(_object(prop, "A prop")) for prop in _list(shot, "props", PROPS_MAX)),
        dialogue=tuple(
            Line(_whole(line, "speaker"), _text(line, "text", LINE_CHARS_MAX))
            for line in (_object(item, "A line") for item in _list(shot, "dialogue", LINES_MAX))
        ),
        cues=tuple(_string(cue, "A cue") for cue in _list(shot, "cues", CUES_MAX)),
        shutter=_number(shot, "shutter") if "shutter" in shot else 180.0,
        text=_text(shot, "text", SHOT_TEXT_CHARS_MAX) if "text" in shot else "",
    )


def _version(value: object) -> tuple[Shot, ...]:
    return tuple(
        _shot(_object(shot, "A shot")) for shot in _list({"before": value}, "before", SHOTS_MAX)
    )


def _role(role: Members) -> Role:
    handle = role.get("handle")
    return Role(
        name=_text(role, "name", NAME_CHARS_MAX),
        body=_text(role, "body", NAME_CHARS_MAX),
        action=_text(role, "action", NAME_CHARS_MAX),
        clothes=_colour(role, "clothes"),
        handle=None if handle is None else _text(role, "handle", NAME_CHARS_MAX),
        hair=_text(role, "hair", NAME_CHARS_MAX) if "hair" in role else "",
        wear=_text(role, "wear", NAME_CHARS_MAX) if "wear" in role else "",
    )


def _prop(prop: Members) -> Prop:
    return Prop(
        _text(prop, "kind", NAME_CHARS_MAX),
        _colour(prop, "colour"),
        _whole(prop, "count"),
        _text(prop, "action", NAME_CHARS_MAX) if "action" in prop else "",
    )


def _word(word: Members) -> Word:
    fate = _text(word, "fate", NAME_CHARS_MAX)
    if fate not in set(Fate):
        raise GeneratorError("A word's fate is drawn, approximated or not_drawn.")
    shot = None if word.get("shot") is None else _whole(word, "shot")
    text, reason = _text(word, "text", WORDS_MAX), _text(word, "reason", LINE_CHARS_MAX)
    number = None if word.get("object") is None else _whole(word, "object")
    share = None if word.get("share") is None else _number(word, "share")
    if not 0 <= (shot or 0) < SHOTS_MAX or (number or 1) < 1 or not 0 <= (share or 0) <= 1:
        raise GeneratorError("A word's shot, object or share is none that there can be.")
    return Word(text, Fate(fate), reason, shot, number, share)


def _object(value: object, what: str) -> Members:
    if not isinstance(value, dict):
        raise GeneratorError(f"{what} is a JSON object.")
    return cast("Members", value)


def _list(members: Members, name: str, most: int) -> Sequence[object]:
    value = members.get(name)
    if not isinstance(value, list):
        raise GeneratorError(f"The member {name} is a list.")
    items = cast("Sequence[object]", value)
    if len(items) > most:
        raise GeneratorError(f"The member {name} holds at most {most} items.")
    return items


def _string(value: object, what: str) -> str:
    if not isinstance(value, str) or len(value) > NAME_CHARS_MAX or _CONTROL.search(value):
        raise GeneratorError(f"{what} is a short text.")
    return value


def _text(members: Members, name: str, most: int) -> str:
    value = members.get(name)
    if not isinstance(value, str) or len(value) > most:
        raise GeneratorError(f"The member {name} is a text of at most {most} characters.")
    if _CONTROL.search(value):
        raise GeneratorError(f"The member {name} holds a control character.")
    return value


def _whole(members: Members, name: str) -> int:
    value = members.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > SEED_MAX:
        raise GeneratorError(f"The member {name} is a whole number of at most 64 bits.")
    return value


def _number(members: Members, name: str) -> float:
    value = members.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return float(_whole(members, name))  # A longer one is no float.
    if not isinstance(value, float) or not math.isfinite(value):
        raise GeneratorError(f"The member {name} is a number.")
    return value


def _colour(members: Members, name: str) -> Colour:
    parts = _list(members, name, 3)
    whole = [
        part
        for part in parts
        if isinstance(part, int) and not isinstance(part, bool) and 0 <= part <= 255
    ]
    if len(whole) != 3 or len(parts) != 3:
        raise GeneratorError(f"The member {name} is three whole numbers from 0 to 255.")
    return whole[0], whole[1], whole[2]
