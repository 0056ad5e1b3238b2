from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsd.domain import template
from rightsd.domain.template import Bounds, Kind, Level, Metric, Model, Template
from rightsd.errors import Code, RightsError

BOUNDS = Bounds(accept=0.5, review=0.6)
FACES = Model("faces@" + "0" * 64, Kind.FACE, Metric.DISTANCE, 2, BOUNDS, BOUNDS)
VOICES = Model(
    "voices@" + "1" * 64,
    Kind.VOICE,
    Metric.COSINE,
    2,
    claimed=Bounds(accept=0.8, review=0.7),
    search=Bounds(accept=0.95, review=0.9),
)
points = st.lists(st.floats(-10, 10, width=32), min_size=2, max_size=2)


def of(model: Model, *values: float) -> Template:
    return Template(model.kind, model.id, array("f", values).tobytes())


@pytest.mark.parametrize(
    ("away", "level"),
    [(0.0, Level.ACCEPT), (0.5, Level.ACCEPT), (0.55, Level.REVIEW), (0.7, Level.NONE)],
)
def test_a_distance_amounts_to_less_the_longer_it_is(away: float, level: Level) -> None:
    score = template.compare(FACES, [of(FACES, 1, 1)], of(FACES, 1 + away, 1))

    assert score is not None
    assert score.level is level
    assert score.value == pytest.approx(away, abs=1e-6)


def test_a_search_asks_for_more_than_a_claim() -> None:
    own, probe = [of(VOICES, 1, 0)], of(VOICES, 0.92, 0.39)

    claimed = template.compare(VOICES, own, probe)
    found = template.compare(VOICES, own, probe, search=True)

    assert claimed is not None
    assert found is not None
    assert (claimed.level, found.level) == (Level.ACCEPT, Level.REVIEW)


def test_templates_of_another_model_are_never_compared() -> None:
    other = Template(Kind.FACE, "faces@" + "2" * 64, of(FACES, 1, 1).vector)

    assert template.compare(FACES, [other], of(FACES, 1, 1)) is None
    assert template.compare(FACES, [of(FACES, 1, 1)], other) is None
    assert template.compare(FACES, [], of(FACES, 1, 1)) is None


def test_several_templates_count_as_their_mean() -> None:
    own = [of(FACES, 0, 0), of(FACES, 2, 0)]

    score = template.compare(FACES, own, of(FACES, 1, 0))

    assert score is not None
    assert score.value == 0


def test_a_number_that_is_none_amounts_to_nothing() -> None:
    assert template.level(BOUNDS, Metric.DISTANCE, float("nan")) is Level.NONE
    assert template.level(BOUNDS, Metric.COSINE, float("nan")) is Level.NONE


@given(points, points)
def test_it_does_not_matter_which_of_two_is_asked_about(one: list[float], two: list[float]) -> None:
    there = template.compare(FACES, [of(FACES, *one)], of(FACES, *two))
    back = template.compare(FACES, [of(FACES, *two)], of(FACES, *one))

    assert there == back


def test_a_stranger_among_pictures_of_one_person_shows() -> None:
    same = [of(FACES, 0, 0), of(FACES, 0.1, 0), of(FACES, 0, 0.1)]

    alike = template.agreement(FACES, same)
    mixed = template.agreement(FACES, [*same, of(FACES, 1, 1)])

    assert alike is not None
    assert mixed is not None
    assert (alike.level, mixed.level) == (Level.ACCEPT, Level.NONE)


def test_one_picture_agrees_with_nothing() -> None:
    assert template.agreement(FACES, [of(FACES, 1, 1)]) is None


def test_looks_at_two_people_are_two_sightings_whatever_their_order() -> None:
    ada, bob = of(FACES, 0, 0), of(FACES, 3, 3)

    seen = template.gather(FACES, [(0.0, ada), (0.5, bob), (1.0, of(FACES, 0.2, 0)), (1.5, bob)])

    assert [(each.at_seconds, each.looks) for each in seen] == [(0.0, 2), (0.5, 2)]
    assert array("f", seen[0].template.vector).tolist() == pytest.approx([0.1, 0])


@pytest.mark.parametrize(
    "bad",
    [
        Template(Kind.FACE, "faces", array("f", [1.0]).tobytes()),
        Template(Kind.FACE, FACES.id, b""),
        Template(Kind.FACE, FACES.id, b"abc"),
        Template(Kind.FACE, FACES.id, array("f", [0.0, 0.0]).tobytes()),
        Template(Kind.FACE, FACES.id, array("f", [float("nan"), 1.0]).tobytes()),
        Template(Kind.FACE, FACES.id, bytes(4 * (template.DIMENSIONS_MAX + 1))),
    ],
)
def test_what_is_no_template_is_refused(bad: Template) -> None:
    with pytest.raises(RightsError) as caught:
        template.check(bad)

    assert caught.value.code is Code.INVALID
