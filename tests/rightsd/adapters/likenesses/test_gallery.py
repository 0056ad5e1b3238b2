from array import array
from collections.abc import Sequence

from rightsd.adapters.likenesses.gallery import Change, Gallery
from rightsd.domain.recognition import Seen
from rightsd.domain.template import Bounds, Kind, Level, Metric, Model, Sighting, Template

BOUNDS = Bounds(accept=0.5, review=0.6)
FACES = Model("faces@" + "0" * 64, Kind.FACE, Metric.DISTANCE, 2, BOUNDS, BOUNDS)
COSINE = Bounds(accept=0.9, review=0.8)
VOICES = Model("voices@" + "1" * 64, Kind.VOICE, Metric.COSINE, 2, COSINE, COSINE)
BOTH = (FACES, VOICES)


def of(model: Model, *values: float) -> Template:
    return Template(model.kind, model.id, array("f", values).tobytes())


def seen(*templates: Template, kinds: Sequence[Kind] = tuple(Kind)) -> Seen:
    return Seen(frozenset(kinds), tuple(Sighting(each, 1.0, 1) for each in templates))


def gallery(*changes: Change) -> Gallery:
    made = Gallery()
    tell(made, *changes)
    return made


def tell(made: Gallery, *changes: Change, horizon: int = 1) -> None:
    made.catch_up(BOTH, lambda _: (changes, horizon))


ADA, BOB = ("tpl_1", "sub_ada", of(FACES, 0, 0)), ("tpl_2", "sub_bob", of(FACES, 5, 5))


def test_whoever_it_may_be_is_named_the_most_alike_first() -> None:
    made = gallery(ADA, BOB, ("tpl_3", "sub_sister", of(FACES, 0.3, 0)))

    found = made.recognise(BOTH, seen(of(FACES, 0.25, 0)))

    assert [finding.subject_id for finding in found.lookalikes[0].findings] == [
        "sub_sister",
        "sub_ada",
    ]
    assert found.lookalikes[0].findings[0].level is Level.ACCEPT
    assert found.unchecked == ()


def test_strangers_are_nobody() -> None:
    assert gallery(ADA, BOB).recognise(BOTH, seen(of(FACES, 2, 2))).lookalikes == ()


def test_voices_are_found_by_their_angle() -> None:
    made = gallery(("tpl_1", "sub_ada", of(VOICES, 1, 0)), ("tpl_2", "sub_bob", of(VOICES, 0, 1)))

    found = made.recognise(BOTH, seen(of(VOICES, 0.96, 0.28)))

    assert [finding.subject_id for finding in found.lookalikes[0].findings] == ["sub_ada"]


def test_several_templates_of_someone_are_one_point() -> None:
    made = gallery(ADA, ("tpl_3", "sub_ada", of(FACES, 2, 0)))

    found = made.recognise(BOTH, seen(of(FACES, 1, 0)))

    assert found.lookalikes[0].findings[0].value == 0
    assert len(found.lookalikes[0].findings) == 1


def test_who_is_cleared_is_forgotten_at_the_next_look() -> None:
    made = gallery(ADA, BOB)
    made.recognise(BOTH, seen(of(FACES, 0, 0)))

    tell(made, ("tpl_1", "sub_ada", None))

    assert made.recognise(BOTH, seen(of(FACES, 0, 0))).lookalikes == ()
    # Nothing of the vector is left in any part of it.
    held = [made._rows, made._of, made._means, made._points, made._enrolled]
    assert "sub_ada" not in str(held)
    assert made.kinds() == {Kind.FACE}


def test_what_is_told_twice_counts_once_and_a_horizon_never_falls() -> None:
    asked: list[int] = []

    def read(horizon: int) -> tuple[list[Change], int]:
        asked.append(horizon)
        return [ADA], (7, 5, 9)[len(asked) - 1]

    made = Gallery()
    for _ in range(3):
        made.catch_up(BOTH, read)

    assert asked == [0, 7, 7]
    assert len(made.recognise(BOTH, seen(of(FACES, 0, 0))).lookalikes[0].findings) == 1


def test_nobody_enrolled_needs_no_check() -> None:
    assert gallery().recognise((), seen(kinds=())).unchecked == ()
    assert gallery().kinds() == frozenset()


def test_without_a_model_nothing_passes_as_checked() -> None:
    made = Gallery()
    made.catch_up((), lambda _: ([ADA], 1))

    assert made.recognise((), seen(kinds=())).unchecked == (Kind.FACE,)


def test_what_was_not_looked_for_is_unchecked() -> None:
    made = gallery(ADA)

    assert made.recognise(BOTH, seen(kinds=(Kind.VOICE,))).unchecked == (Kind.FACE,)


def test_whoever_is_known_to_another_model_only_is_unchecked() -> None:
    older = Template(Kind.FACE, "faces@" + "9" * 64, of(FACES, 5, 5).vector)
    made = gallery(ADA, ("tpl_2", "sub_bob", older))

    found = made.recognise(BOTH, seen(of(FACES, 5, 5)))

    assert found.lookalikes == ()
    assert found.unchecked == (Kind.FACE,)
