"""Checks the clip: one person through it, who turns their head as was drawn."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rightsd.adapters import media
from rightsd.domain import challenge as challenges
from rightsd.domain import template
from rightsd.domain.challenge import Challenge, Look
from rightsd.domain.enrolment import Evidence, Fault, Kind, Measured
from rightsd.domain.template import Level, Template
from rightsd.ports import Likenesses, Picture
from rightsd.workflows.enrolments import limits
from rightsd.workflows.enrolments.findings import Findings, UnfitError

LOOKS_PER_SECOND = 8.0
ALONE_SHARE_MIN = 0.9  # Of the looks; a head that is turned far is lost now and then.
CROWDED_SHARE_MAX = 0.02  # Of the looks; a finder sees a face in a cushion now and then.
AHEAD_DEGREES = 15.0  # Frames as near to the start pose as this tell who it is.
COMPARED_SECONDS = 1.0  # Between two frames that are compared; each costs as much as ten looks.
COMPARED_MIN = 3
TEMPLATES_MAX = 5


def check(likenesses: Likenesses, path: Path, challenge: Challenge) -> Findings:
    """Return what holds of a clip.

    Raises:
        UnfitError: It does not show one person who did as they were asked.
        RightsError: INVALID, TOO_LARGE: it cannot be read; UNAVAILABLE, without a model.
    """
    counts: list[int] = []
    looks: list[Look] = []
    made: list[tuple[float, Template]] = []
    for at, picture in _pictures(path):
        faces = [face for face in likenesses.faces(picture) if face.size >= limits.FACE_PIXELS_MIN]
        counts.append(len(faces))
        if len(faces) != 1:
            continue
        looks.append(Look(at, faces[0].yaw))
        due = not made or at - made[-1][0] >= COMPARED_SECONDS
        if due and _is_ahead(looks):
            made.append((at, likenesses.embed_face(picture, faces[0])))
    evidence = _require_alone(counts)
    evidence |= _require_turns(looks, challenge, evidence)
    templates = [each for _, each in made]
    evidence |= _require_same(likenesses, templates, evidence)
    step = max(1, -(-len(templates) // TEMPLATES_MAX))
    return Findings(tuple(templates[::step]), evidence)


def _pictures(path: Path) -> Iterator[tuple[float, Picture]]:
    """Yield LOOKS_PER_SECOND frames of each second, with their times."""
    due = 0.0
    with media.open_video(path, limits=limits.OF[Kind.CLIP]) as video:
        for chunk in video:
            for at, frame in zip(chunk.seconds, chunk.frames, strict=True):
                if at >= due:
                    yield float(at), frame
                    due = float(at) + 0.99 / LOOKS_PER_SECOND


def _is_ahead(looks: Sequence[Look]) -> bool:
    """Say whether the newest look is near the pose at the start, as far as that is known yet."""
    start = challenges.ahead(looks)
    return start is None or abs(looks[-1].yaw - start) <= AHEAD_DEGREES


def _require_alone(counts: Sequence[int]) -> Measured:
    looks = max(1, len(counts))
    alone, crowded = (
        sum(count == 1 for count in counts) / looks,
        sum(count > 1 for count in counts) / looks,
    )
    evidence: Measured = {
        "clip_looks": len(counts),
        "clip_alone": round(alone, 3),
        "clip_crowded": round(crowded, 3),
    }
    if crowded > CROWDED_SHARE_MAX:
        detail = "the clip shows more than one face: be alone before the camera"
        raise UnfitError(Fault.SEVERAL_FACES, detail, evidence)
    if alone < ALONE_SHARE_MIN:
        detail = "the clip does not show a face all the time: come nearer, into better light"
        raise UnfitError(Fault.NO_FACE, detail, evidence)
    return evidence


def _require_turns(looks: Sequence[Look], challenge: Challenge, so_far: Evidence) -> Measured:
    made = challenges.turned(looks)
    evidence: Measured = {
        "turns": [turn.side.value for turn in made],
        "turn_degrees": [turn.degrees for turn in made],
    }
    if not challenges.is_met(challenge, made):
        asked = ", ".join(challenge.turns)
        detail = (
            f"the head was to be turned {asked}, looking ahead before and after each;"
            f" what was seen is {', '.join(turn.side for turn in made) or 'no turn'}"
        )
        raise UnfitError(Fault.TURNS, detail, {**so_far, **evidence})
    return evidence


def _require_same(
    likenesses: Likenesses, templates: Sequence[Template], so_far: Evidence
) -> Measured:
    model = likenesses.face_model
    assert model is not None
    score = template.agreement(model, templates)
    if score is None or len(templates) < COMPARED_MIN:
        detail = "the clip shows the face from ahead for too short a time"
        raise UnfitError(Fault.NO_FACE, detail, so_far)
    evidence: Measured = {"face_model": model.id, "clip_agreement": round(score.value, 3)}
    if score.level is not Level.ACCEPT:
        detail = "the clip does not show the same face all the time"
        raise UnfitError(Fault.OTHER_FACE, detail, {**so_far, **evidence})
    return evidence
