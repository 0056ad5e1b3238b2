"""Two faces that are public domain, changed in the ways that uploads and clips change them."""

import threading

import cv2
import numpy as np
import pytest

from rightsd.adapters.likenesses.finder import Finder
from rightsd.adapters.likenesses.local import Local
from rightsd.domain import template
from rightsd.domain.template import Level, Template
from rightsd.errors import Code, RightsError
from rightsd.ports import Picture
from tests.likenesses import COLLINS, HOPPER, crowd, fit, models, picture

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def local() -> Local:
    return models()


@pytest.fixture(scope="module")
def hopper(local: Local) -> Template:
    return embed(local, picture(HOPPER))


def embed(local: Local, frame: Picture, *, turned: bool = False) -> Template:
    return local.embed_face(frame, local.faces(frame, turned=turned)[0])


def level(local: Local, one: Template, other: Template) -> Level:
    assert local.face_model is not None
    score = template.compare(local.face_model, [one], other)
    assert score is not None
    return score.level


def darker(frame: Picture) -> Picture:
    return (frame * 0.35).astype(np.uint8)


def blurred(frame: Picture) -> Picture:
    return np.asarray(cv2.GaussianBlur(frame, (0, 0), 2), np.uint8)


def compressed(frame: Picture) -> Picture:
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", frame, [1, 12])[1], 1), np.uint8)


def mirrored(frame: Picture) -> Picture:
    return np.ascontiguousarray(frame[:, ::-1])


def tilted(frame: Picture) -> Picture:
    turn = cv2.getRotationMatrix2D((256, 150), 25, 1)
    return np.asarray(cv2.warpAffine(frame, turn, (512, 512)), np.uint8)


def smaller(frame: Picture) -> Picture:
    return fit(frame, 250)


@pytest.mark.parametrize("change", [darker, blurred, compressed, mirrored, tilted, smaller])
@pytest.mark.parametrize("part", [HOPPER, COLLINS], ids=["hopper", "collins"])
def test_a_face_is_the_same_after_a_change(local: Local, part: object, change: object) -> None:
    frame = picture(part)

    assert level(local, embed(local, frame), embed(local, change(frame))) is Level.ACCEPT


def test_another_face_is_not(local: Local, hopper: Template) -> None:
    assert level(local, hopper, embed(local, picture(COLLINS))) is Level.NONE


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_picture_on_its_side_is_found_when_asked_to(
    local: Local, hopper: Template, turns: int
) -> None:
    frame = np.ascontiguousarray(np.rot90(picture(HOPPER), turns))

    found = local.faces(frame, turned=True)

    assert len(found) == 1
    assert level(local, hopper, local.embed_face(frame, found[0])) is Level.ACCEPT


def test_a_face_is_told_where_it_is(local: Local) -> None:
    (face,) = local.faces(picture(HOPPER))

    left_eye, right_eye, nose, left_mouth, right_mouth = face.points
    left, top, right, bottom = face.box
    assert left < left_eye[0] < nose[0] < right_eye[0] < right
    assert top < left_eye[1] < nose[1] < left_mouth[1] < bottom
    assert left_mouth[0] < right_mouth[0]
    assert 150 < face.size < 260


def test_a_mirrored_head_is_turned_the_other_way(local: Local) -> None:
    frame = picture(COLLINS)
    squeezed = np.ascontiguousarray(frame[:, 40:])

    there, back = (local.faces(each)[0].yaw for each in (squeezed, mirrored(squeezed)))

    assert there == pytest.approx(-back, abs=4)


def test_quality_falls_with_size_and_sharpness(local: Local) -> None:
    frame = picture(HOPPER)
    soft = np.asarray(cv2.GaussianBlur(frame, (0, 0), 8), np.uint8)

    good, small, vague = (local.faces(each)[0].quality for each in (frame, fit(frame, 130), soft))

    assert good > 0.9
    assert small < 0.7
    assert vague < 0.7


def test_five_faces_are_five(local: Local) -> None:
    found = local.faces(crowd())

    assert len(found) == 5
    assert found == sorted(found, key=lambda face: -face.size)


@pytest.mark.parametrize(
    "frame",
    [
        np.zeros((1, 1, 3), np.uint8),
        np.zeros((200, 300, 3), np.uint8),
        np.random.default_rng(1).integers(0, 256, (300, 200, 3), np.uint8),
        np.zeros((2000, 17, 3), np.uint8),
        np.full((16, 1900, 3), 255, np.uint8),
    ],
    ids=["one pixel", "black", "noise", "a column", "a row"],
)
def test_where_nobody_is_nobody_is_found(local: Local, frame: Picture) -> None:
    assert local.faces(frame, turned=True) == []


def test_a_face_too_small_to_tell_is_not_made_up(local: Local) -> None:
    tiny = np.full((360, 640, 3), 90, np.uint8)
    tiny[100:130, 300:326] = fit(picture(HOPPER), 30)

    assert [face for face in local.faces(tiny) if face.size >= 32] == []


def test_a_picture_that_is_none_is_refused(local: Local) -> None:
    with pytest.raises(RightsError) as caught:
        local.faces(np.zeros((4, 4), np.uint8))

    assert caught.value.code is Code.INVALID


def test_threads_get_the_same_answer(local: Local, hopper: Template) -> None:
    answers: list[Template] = []

    def work() -> None:
        answers.append(embed(local, picture(HOPPER)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [hopper] * 4


def test_a_model_that_was_changed_is_not_used(tmp_path: object) -> None:
    for name in ("blazeface-short-range.tflite", "facemesh.tflite"):
        (tmp_path / name).write_bytes(b"x")

    with pytest.raises(RightsError) as caught:
        Finder(tmp_path).find(np.zeros((100, 100, 3), np.uint8))

    assert caught.value.code is Code.UNAVAILABLE
