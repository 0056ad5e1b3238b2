"""Template: what a face or a voice is recognised by, and how alike two of them are.

A template is a point in the space of one model. Points of different models say nothing about one
another and are never compared; a model's name ends with the SHA-256 of its file, so that two
models cannot be mistaken for one. Templates are biometric data (GDPR article 9): sealed in rows,
in no event and in no answer.
"""

import math
import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rightsd.errors import Code, RightsError

MODEL_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}@[0-9a-f]{64}")
DIMENSIONS_MAX = 2048  # Recognisers have 128 to 1,024.
FLOAT_BYTES = 4
LOOKS_COMPARED = 8  # The last so many looks say who someone in a clip is.


class Kind(StrEnum):
    """What of a person."""

    FACE = "face"
    VOICE = "voice"


class Metric(StrEnum):
    """How a model says that two templates are alike."""

    DISTANCE = "distance"  # Euclidean; less is more alike.
    COSINE = "cosine"  # Of the angle between them; more is more alike.


class Level(StrEnum):
    """What a likeness amounts to."""

    NONE = "none"
    REVIEW = "review"  # A person should look.
    ACCEPT = "accept"  # Taken to be the same person.


@dataclass(frozen=True, slots=True)
class Bounds:
    """From where on a model's number amounts to something, the bounds included."""

    accept: float
    review: float


@dataclass(frozen=True, slots=True)
class Model:
    """What makes templates of one kind.

    Attributes:
        id: Its name, "@", and the SHA-256 of its file.
        dimensions: Of its templates, 1 to DIMENSIONS_MAX.
        claimed: For "is this the person that they are said to be?".
        search: For "who of all is this?", where chance has as many tries as there are people.
    """

    id: str
    kind: Kind
    metric: Metric
    dimensions: int
    claimed: Bounds
    search: Bounds


@dataclass(frozen=True, slots=True)
class Template:
    """What one picture or recording of a person is recognised by.

    Attributes:
        model: Id of the model that made it.
        vector: float32, little-endian; any length but nought for a distance, unit for a cosine.
    """

    kind: Kind
    model: str
    vector: bytes


@dataclass(frozen=True, slots=True)
class Score:
    """How alike: the model's number, and what it amounts to."""

    value: float
    level: Level


@dataclass(frozen=True, slots=True)
class Face:
    """A face that was found in a picture.

    Attributes:
        box: Left, top, right, bottom, in pixels; it may reach beyond the picture.
        points: Where the left eye, the right eye, the tip of the nose and the left and the right
            corner of the mouth are, in pixels; left and right as seen in a face that is upright.
        yaw: How far the head is turned, in degrees: 0 towards the camera, positive when the nose
            points to the right of the picture. About 0.65 of the real angle; to be compared with
            other frames of the same clip.
        quality: 0 to 1: how much size, sharpness and the finder's certainty let one trust it.
    """

    box: tuple[float, float, float, float]
    points: tuple[tuple[float, float], ...]
    yaw: float
    quality: float

    @property
    def size(self) -> float:
        """The shorter side of the box, in pixels."""
        left, top, right, bottom = self.box
        return min(right - left, bottom - top)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A face or a voice of one person in some media, whoever it is.

    Attributes:
        template: The mean over the frames or the seconds that show it.
        at_seconds: Where it is first seen or heard.
        looks: How many frames or windows of sound it was seen or heard in.
    """

    template: Template
    at_seconds: float
    looks: int


def check(template: Template) -> Template:
    """Return a template, if it is one.

    Raises:
        RightsError: INVALID.
    """
    values = _values(template.vector)
    if not MODEL_ID.fullmatch(template.model) or not 0 < len(values) <= DIMENSIONS_MAX:
        raise RightsError(Code.INVALID, "that is not a template")
    if not all(map(math.isfinite, values)) or not any(values):
        raise RightsError(Code.INVALID, "nothing to recognise was found in it")
    return template


def compare(
    model: Model, templates: Sequence[Template], probe: Template, *, search: bool = False
) -> Score | None:
    """Return how alike a probe and one person are, or None when that cannot be said.

    Args:
        model: The one in use.
        templates: Of one person; those of other models do not count.
        probe: Of whoever it is.
        search: The person is one of many who were looked through, not the one it was said to be.
    """
    mean = mean_of(model, templates)
    if mean is None or probe.model != model.id:
        return None
    value = _value(model, mean, _values(probe.vector))
    return Score(value, level(model.search if search else model.claimed, model.metric, value))


def agreement(model: Model, templates: Sequence[Template]) -> Score | None:
    """Return how alike the least alike of several templates is to the mean of the others.

    Enrolment asks this: pictures of two people must not become one person. None when there are
    fewer than two.
    """
    own = [template for template in templates if template.model == model.id]
    scores = [
        compare(model, [*own[:place], *own[place + 1 :]], own[place]) for place in range(len(own))
    ]
    told = [score for score in scores if score is not None]
    if not told:
        return None
    worst = max if model.metric is Metric.DISTANCE else min
    return worst(told, key=lambda score: score.value)


def gather(model: Model, moments: Sequence[tuple[float, Template]]) -> list[Sighting]:
    """Return whoever was seen or heard, each once, from single looks at them in order of time.

    A look belongs to the one it is most like, if it may be them at all, and else to someone new:
    so a cut, or a second speaker, begins another sighting wherever in the picture it is.
    """
    groups: list[tuple[float, list[Template]]] = []
    for at_seconds, template in moments:
        scores = [compare(model, group[-LOOKS_COMPARED:], template) for _, group in groups]
        near = [
            (-score.value if model.metric is Metric.DISTANCE else score.value, place)
            for place, score in enumerate(scores)
            if score is not None and score.level is not Level.NONE
        ]
        if near:
            groups[max(near)[1]][1].append(template)
        else:
            groups.append((at_seconds, [template]))
    return [Sighting(centre(model, group), at_seconds, len(group)) for at_seconds, group in groups]


def centre(model: Model, templates: Sequence[Template]) -> Template:
    """Return what is between some templates of a model, one at least."""
    mean = mean_of(model, templates)
    assert mean is not None
    return Template(model.kind, model.id, mean.tobytes())


def mean_of(model: Model, templates: Sequence[Template]) -> "array[float] | None":
    """Return the mean of a person's templates of a model: one point a person is sought by."""
    points = [_values(template.vector) for template in templates if template.model == model.id]
    if not points:
        return None
    mean = array("f", (math.fsum(values) / len(points) for values in zip(*points, strict=True)))
    if model.metric is Metric.COSINE:
        length = math.hypot(*mean)
        return array("f", (value / length for value in mean)) if length else None
    return mean


def level(bounds: Bounds, metric: Metric, value: float) -> Level:
    """Return what a model's number amounts to; a number that is none amounts to nothing."""
    sign = -1 if metric is Metric.DISTANCE else 1
    if sign * value >= sign * bounds.accept:
        return Level.ACCEPT
    return Level.REVIEW if sign * value >= sign * bounds.review else Level.NONE


def _value(model: Model, one: Sequence[float], other: Sequence[float]) -> float:
    if model.metric is Metric.DISTANCE:
        return math.dist(one, other)
    product = math.fsum(left * right for left, right in zip(one, other, strict=True))
    return product / (math.hypot(*one) * math.hypot(*other))


def _values(vector: bytes) -> "array[float]":
    if len(vector) % FLOAT_BYTES:
        return array("f")
    return array("f", vector)
