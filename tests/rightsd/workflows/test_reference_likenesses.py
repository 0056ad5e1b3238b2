"""Who is seen and heard in what comes with a request is compared with everyone enrolled."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rightsd.adapters import media
from rightsd.adapters.likenesses.absent import Absent
from rightsd.adapters.media import Frames, Samples
from rightsd.db import templates
from rightsd.domain.generation import Generation, State
from rightsd.domain.principal import Principal, Role
from rightsd.domain.review import Finding
from rightsd.domain.subject import Subject
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import reviews, subjects
from rightsd.workflows.generations import deciding, references, requests, reviewing
from tests import contests, enrolling, people, pictures
from tests.enrolling import BLUE, RED
from tests.fakes.likenesses import Painted

RATE = 48_000


@dataclass(frozen=True)
class Stage:
    """A daemon that recognises painted faces, someone to be enrolled there, and a creator."""

    rt: Runtime
    person: Principal
    creator: Principal
    ada: Subject
    folder: Path

    def enrol_face(self, colour: enrolling.Colour, of: Subject | None = None) -> None:
        frame = portrait(colour)
        face = Painted().embed_face(frame, Painted().faces(frame)[0])
        with self.rt.transaction() as tx:
            templates.insert(tx, (of or self.ada).id, face)

    def send(self, frame: Frames) -> str:
        path = self.folder / "sent.png"
        path.write_bytes(pictures.file(frame))
        return self.send_file(path)

    def send_file(self, path: Path) -> str:
        looked = references.look(self.rt, self.creator, path)
        with self.rt.transaction() as tx:
            return references.send(tx, self.creator, looked).id

    def ask(self, *sent_ids: str, prompt: str = "a red ball bounces in a park") -> Generation:
        with self.rt.transaction() as tx:
            wanted = people.wanted(prompt)
            return requests.request(tx, self.creator, wanted=wanted, sent_ids=sent_ids)

    def seen(self, asked: Generation) -> Generation:
        with self.rt.transaction() as tx:
            return requests.view(tx, self.creator, asked.id).generation


@pytest.fixture
def stage(rt: Runtime, tmp_path: Path) -> Stage:
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        ada = people.subject(tx, person)
        people.consent(tx, person, ada, creator)
    return Stage(replace(rt, likenesses=Painted()), person, creator, ada, tmp_path)


def portrait(colour: enrolling.Colour, seed: int = 1) -> Frames:
    """A painted face before a grey scene."""
    grey = pictures.clouds(seed).mean(axis=2, keepdims=True).astype(np.uint8)
    drawn = enrolling.picture((colour, 0.0))[30 : 30 + pictures.HEIGHT]
    return np.where((drawn == 128).all(axis=2, keepdims=True), grey, drawn)


def hum(hertz: float) -> Samples:
    tone = np.sin(2 * np.pi * hertz * np.arange(2 * RATE) / RATE) * 0.5
    return np.stack([tone, tone], axis=1).astype(np.float32)


def video(path: Path, sound: Samples) -> Path:
    def chunks() -> Iterator[Frames]:
        yield np.stack([pictures.clouds(3).mean(axis=2, keepdims=True).repeat(3, 2)] * 16).astype(
            np.uint8
        )

    size = {"width": pictures.WIDTH, "height": pictures.HEIGHT}
    media.write_video(path, **size, fps=Fraction(8), frames=chunks(), audio=sound, rate=RATE)
    return path


def rules(generation: Generation) -> list[str]:
    return [reason.rule for reason in generation.decision.reasons]


def test_a_picture_of_someone_who_is_not_cast_is_refused_and_does_not_tell_who(
    stage: Stage,
) -> None:
    stage.enrol_face(RED)
    theirs, others = stage.send(portrait(RED, 2)), stage.send(portrait(BLUE))

    refused, allowed = stage.ask(theirs), stage.ask(others)

    assert (refused.state, rules(refused)) == (State.REFUSED, ["reference.likeness"])
    assert refused.decision.reasons[0].evidence["request_reference_id"] == theirs
    assert stage.ada.id not in str(refused.decision)
    assert allowed.state is State.REQUESTED


def test_a_picture_of_someone_who_is_cast_passes(stage: Stage) -> None:
    stage.enrol_face(RED)

    asked = stage.ask(stage.send(portrait(RED)), prompt="@ada waves in a park")

    assert asked.state is State.REQUESTED


def test_a_preflight_says_the_same(stage: Stage) -> None:
    stage.enrol_face(RED)
    sent_id = stage.send(portrait(RED))

    with stage.rt.transaction() as tx:
        said = requests.preflight(tx, stage.creator, prompt="a", cameos=(), sent_ids=(sent_id,))

    assert [reason.rule for reason in said.reasons] == ["reference.likeness"]


def test_who_enrols_while_the_clip_is_made_ends_it(stage: Stage) -> None:
    stage.enrol_face(BLUE)
    asked = stage.ask(stage.send(portrait(RED)))
    with stage.rt.transaction() as tx:
        assert deciding.recheck(tx, asked.id) is not None
        grace = people.subject(tx, stage.person, "grace")

    stage.enrol_face(RED, grace)

    with stage.rt.transaction() as tx:
        assert deciding.recheck(tx, asked.id) is None
    assert rules(stage.seen(asked)) == ["reference.likeness"]


def test_a_picture_of_someone_who_has_left_passes(stage: Stage) -> None:
    stage.enrol_face(RED)
    sent_id = stage.send(portrait(RED))

    with stage.rt.transaction() as tx:
        subjects.unenrol(tx, stage.person, stage.ada.id)

    assert stage.ask(sent_id).state is State.REQUESTED


def test_a_video_is_listened_to_as_well(stage: Stage) -> None:
    with stage.rt.transaction() as tx:
        templates.insert(tx, stage.ada.id, Painted().embed_voice(hum(200.0), RATE))
    theirs = stage.send_file(video(stage.folder / "theirs.mp4", hum(200.0)))
    others = stage.send_file(video(stage.folder / "others.mp4", hum(350.0)))

    refused, allowed = stage.ask(theirs), stage.ask(others)

    assert (refused.state, rules(refused)) == (State.REFUSED, ["reference.likeness"])
    assert refused.decision.reasons[0].evidence["kind"] == "voice"
    assert allowed.state is State.REQUESTED


def test_what_nobody_could_look_at_waits_once_anyone_is_enrolled(stage: Stage) -> None:
    bare = replace(stage, rt=replace(stage.rt, likenesses=Absent()))
    before = bare.ask(bare.send(portrait(RED)))
    stage.enrol_face(RED)
    after = bare.ask(bare.send(portrait(RED)))

    assert before.state is State.REQUESTED
    assert (after.state, rules(after)) == (State.HELD, ["reference.unchecked"])
    with bare.rt.transaction() as tx:
        assert deciding.recheck(tx, before.id) is None
    assert bare.seen(before).state is State.HELD


def test_a_reviewer_sees_what_was_sent_blurred_until_they_ask(stage: Stage) -> None:
    stage.enrol_face(RED)
    sent_id = stage.send(portrait((210, 130, 40)))
    held = stage.ask(sent_id)
    assert rules(held) == ["reference.lookalike"]
    with stage.rt.transaction() as tx:
        reviewer, other = people.account(tx, Role.REVIEWER), people.account(tx, Role.REVIEWER)
        review = contests.of(tx, held.id)
        reviews.claim(tx, reviewer, review.id)

        soft = reviews.reference(tx, reviewer, review.id, sent_id)
        sharp = reviews.reference(tx, reviewer, review.id, sent_id, sharp=True)

        assert detail(soft) < detail(sharp) / 4
        for actor, wanted in ((other, sent_id), (reviewer, "rqr_" + "0" * 32)):
            with pytest.raises(RightsError) as caught:
                reviews.reference(tx, actor, review.id, wanted)
            assert caught.value.code is Code.NOT_FOUND
        row = tx.conn.execute("SELECT thumbnail FROM rights.request_reference").fetchone()
        assert row is not None
        assert sharp not in row[0]
        contests.decide(tx, review, Finding.REFUSE, by=reviewer)
    reviewing.settle_review(stage.rt, review.id)
    references.forget_unused(stage.rt)

    with stage.rt.transaction() as tx, pytest.raises(RightsError):
        reviews.reference(tx, reviewer, review.id, sent_id)


def detail(picture: bytes) -> float:
    """How much the pixels of a JPEG differ from their neighbours."""
    pixels = np.asarray(Image.open(io.BytesIO(picture)).convert("L"), float)
    return float(np.abs(np.diff(pixels, axis=1)).max())
