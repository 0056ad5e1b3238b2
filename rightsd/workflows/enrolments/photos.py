"""Checks photographs: one face on each, and the same on all."""

from collections.abc import Sequence
from pathlib import Path

from rightsd.adapters import media
from rightsd.domain import template
from rightsd.domain.enrolment import Fault, Kind, Measured
from rightsd.domain.template import Level, Score, Template
from rightsd.ports import Likenesses
from rightsd.workflows.enrolments import limits
from rightsd.workflows.enrolments.findings import Findings, UnfitError


def check(likenesses: Likenesses, paths: Sequence[Path], *, known: Sequence[Template]) -> Findings:
    """Return what holds of photographs.

    Args:
        likenesses: What recognises faces.
        paths: The photographs.
        known: What the face in the clip is recognised by, if there is a clip.

    Raises:
        UnfitError: They do not show one person, or another than the clip.
        RightsError: INVALID, TOO_LARGE: one cannot be read; UNAVAILABLE, without a model.
    """
    made = [_of_one(likenesses, path) for path in paths]
    model = likenesses.face_model
    assert model is not None
    scores: list[Score | None]
    if known:
        scores = [template.compare(model, known, each) for each in made]
    else:
        scores = [template.agreement(model, made)]
    told = [score for score in scores if score is not None]
    evidence: Measured = {
        "face_model": model.id,
        "photos": len(made),
        "photo_agreement": [round(score.value, 3) for score in told],
    }
    if not told or any(score.level is not Level.ACCEPT for score in told):
        than = "as in the clip" if known else "on each"
        detail = f"the photographs do not show the same face {than}"
        raise UnfitError(Fault.OTHER_FACE, detail, evidence)
    return Findings(tuple(made), evidence)


def _of_one(likenesses: Likenesses, path: Path) -> Template:
    with media.open_video(path, limits=limits.OF[Kind.PHOTO]) as video:
        picture = next(iter(video)).frames[0]
    found = likenesses.faces(picture, turned=True)
    faces = [face for face in found if face.size >= limits.FACE_PIXELS_MIN]
    if not faces:
        detail = "there is no face on one of the photographs, or it is too small"
        raise UnfitError(Fault.NO_FACE, detail)
    if len(faces) > 1:
        detail = f"there are {len(faces)} faces on one of the photographs: one is needed"
        raise UnfitError(Fault.SEVERAL_FACES, detail)
    return likenesses.embed_face(picture, faces[0])
