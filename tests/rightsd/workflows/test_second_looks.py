"""Who enrols, and voices that become references, are looked for in what is out already."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from rightsd.adapters import media
from rightsd.adapters.likenesses.absent import Absent
from rightsd.adapters.likenesses.gallery import Gallery
from rightsd.adapters.media import Frames, Samples
from rightsd.db import looks, standing, templates
from rightsd.domain.generation import Generation, State
from rightsd.domain.principal import Principal, Role
from rightsd.domain.review import Finding, Kind
from rightsd.domain.subject import Subject
from rightsd.domain.work import Kind as WorkKind
from rightsd.runtime import Runtime
from rightsd.workflows import references, subjects
from rightsd.workflows.generations import looks as looking
from rightsd.workflows.generations import requests, reviewing
from tests import contests, enrolling, people
from tests.daemon import settle
from tests.enrolling import BLUE, RED
from tests.fakes.likenesses import Painted
from tests.races import race
from tests.rightsd.workflows.test_reference_likenesses import RATE, hum, portrait

LIKE_RED = (210, 130, 40)  # To `Painted`, between the bounds.


@dataclass(frozen=True)
class Stage:
    """A daemon that sees painted faces, someone who enrols there, and a creator with outputs."""

    rt: Runtime
    person: Principal
    creator: Principal
    ada: Subject
    folder: Path

    def publish(
        self, colour: enrolling.Colour, sound: Samples | None = None, *, cast: bool = False
    ) -> Generation:
        path = clip(self.folder / "output.mp4", portrait(colour), sound)
        stored = self.rt.blobs.put(path)
        with self.rt.transaction() as tx:
            prompt = "@ada waves" if cast else "a red ball"
            return people.published(tx, self.creator, prompt, sha256=stored)

    def enrol(self, colour: enrolling.Colour = RED) -> None:
        """Enrol by a face, and do what follows from that."""
        frame = portrait(colour)
        face = Painted().embed_face(frame, Painted().faces(frame)[0])
        with self.rt.transaction() as tx:
            templates.insert(tx, self.ada.id, face)
        looking.ask_about_all(self.rt, "enr_1")

    def look(self) -> None:
        settle(self.rt)  # What follows from publishing, or it would be in the way of the rest.
        while looking.take_next(self.rt):
            pass
        settle(self.rt)

    def state(self, made: Generation) -> State:
        with self.rt.transaction() as tx:
            return requests.view(tx, self.creator, made.id).generation.state


@pytest.fixture
def stage(rt: Runtime, tmp_path: Path) -> Stage:
    return staged(rt, tmp_path)


def staged(rt: Runtime, folder: Path) -> Stage:
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        ada = people.subject(tx, person)
        people.consent(tx, person, ada, creator)
    return Stage(replace(rt, likenesses=Painted()), person, creator, ada, folder)


def clip(path: Path, frame: Frames, sound: Samples | None = None) -> Path:
    def chunks() -> Iterator[Frames]:
        yield np.stack([frame] * 8)

    height, width = frame.shape[:2]
    size = {"width": width, "height": height}
    media.write_video(path, **size, fps=Fraction(8), frames=chunks(), audio=sound, rate=RATE)
    return path


def test_what_is_out_and_shows_who_enrols_is_withdrawn(stage: Stage) -> None:
    theirs, others = stage.publish(RED), stage.publish(BLUE)

    stage.enrol()
    stage.look()

    assert (stage.state(theirs), stage.state(others)) == (State.WITHDRAWN, State.PUBLISHED)
    with stage.rt.transaction() as tx:
        shown = requests.view(tx, stage.creator, theirs.id).generation
        assert shown.reason == "it shows or sounds like someone enrolled who is not cast"
        assert stage.ada.id not in str(shown.decision)


@pytest.mark.parametrize(
    ("colour", "kind"), [(RED, "generation.withdrawn"), (LIKE_RED, "generation.doubted")]
)
def test_the_log_does_not_say_whom_an_output_was_found_to_show(
    stage: Stage, colour: enrolling.Colour, kind: str
) -> None:
    output = stage.publish(colour)

    stage.enrol()
    stage.look()

    with stage.rt.transaction() as tx:
        rows = tx.conn.execute(
            "SELECT kind, convert_from(body, 'UTF8') FROM ledger.entry WHERE subject = %s",
            (output.id,),
        ).fetchall()
    told = dict(rows)
    assert "lik_" in told[kind]
    assert stage.ada.id not in "".join(told.values())


def test_what_casts_them_stays(stage: Stage) -> None:
    cast = stage.publish(RED, cast=True)

    stage.enrol()
    stage.look()

    assert stage.state(cast) is State.PUBLISHED


@pytest.mark.parametrize(
    ("finding", "state"), [(Finding.REFUSE, State.WITHDRAWN), (Finding.ALLOW, State.PUBLISHED)]
)
def test_what_may_show_them_stays_until_a_reviewer_has_looked(
    stage: Stage, finding: Finding, state: State
) -> None:
    perhaps = stage.publish(LIKE_RED)

    stage.enrol()
    stage.look()

    assert stage.state(perhaps) is State.PUBLISHED
    with stage.rt.transaction() as tx:
        review = contests.of(tx, perhaps.id, Kind.OUTPUT)
        assert review.rules == ("output.lookalike@1",)
        assert stage.ada.id not in str(review.evidence)
        contests.decide(tx, review, finding)
    settle(stage.rt)
    assert stage.state(perhaps) is state
    # Looked at once more, it is not asked about again.
    stage.enrol()
    stage.look()
    with stage.rt.transaction() as tx:
        assert contests.of(tx, perhaps.id, Kind.OUTPUT).id == review.id


def test_who_has_left_by_the_decision_has_nothing_withdrawn(stage: Stage) -> None:
    perhaps = stage.publish(LIKE_RED)
    stage.enrol()
    stage.look()

    with stage.rt.transaction() as tx:
        subjects.unenrol(tx, stage.person, stage.ada.id)
        assert looks.found_in(tx, perhaps.id) == []
        review = contests.decide(tx, contests.of(tx, perhaps.id, Kind.OUTPUT), Finding.REFUSE)
    reviewing.settle_review(stage.rt, review.id)

    assert stage.state(perhaps) is State.PUBLISHED


def test_a_new_voice_of_a_work_is_listened_for_in_what_is_out(
    stage: Stage, brand: Principal
) -> None:
    theirs, others = (stage.publish(BLUE, hum(hertz)) for hertz in (120.0, 320.0))
    at = np.arange(6 * RATE) / RATE
    sound = enrolling.sound(
        stage.folder / "voice.wav", 0.5 * np.sin(2 * np.pi * 120 * at), rate=RATE
    )
    with stage.rt.transaction() as tx:
        work = people.work(tx, brand, kind=WorkKind.VOICE)
        people.optout(tx, brand, work)
    heard = references.describe(stage.rt, brand, work.id, sound)

    with stage.rt.transaction() as tx:
        references.register(tx, brand, work_id=work.id, shown=heard)
    settle(stage.rt)
    stage.look()

    assert (stage.state(theirs), stage.state(others)) == (State.WITHDRAWN, State.PUBLISHED)
    # And an opt-out that comes back finds what was noted: nothing is listened to again.
    with stage.rt.transaction() as tx:
        assert standing.why_not(tx, [requests.view(tx, stage.creator, theirs.id).generation])


def test_nothing_is_looked_at_without_models(stage: Stage) -> None:
    theirs = stage.publish(RED)
    stage.enrol()

    assert not looking.take_next(replace(stage.rt, likenesses=Absent(), gallery=Gallery()))
    assert stage.state(theirs) is State.PUBLISHED
    stage.look()

    assert stage.state(theirs) is State.WITHDRAWN


def test_a_look_that_comes_to_nothing_is_tried_again_and_not_for_ever(stage: Stage) -> None:
    with stage.rt.transaction() as tx:
        lost = people.published(tx, stage.creator, sha256="f" * 64)
    kept = stage.publish(RED)
    stage.enrol()

    for tries in range(looks.TRIES_MAX + 1):
        now = stage.rt.clock() + 2 * looking.TAKEN * tries
        while looking.take_next(replace(stage.rt, clock=lambda now=now: now)):
            pass

    assert stage.state(kept) is State.WITHDRAWN
    with stage.rt.transaction() as tx:
        rows = tx.conn.execute("SELECT generation_id, tries FROM rights.look").fetchall()
    assert rows == [(lost.id, looks.TRIES_MAX)]


def test_who_enrols_while_an_output_is_looked_at_has_it_looked_at_again(stage: Stage) -> None:
    stage.publish(RED)
    stage.enrol(BLUE)
    with stage.rt.transaction() as tx:
        look = looks.take(tx, until=tx.now + looking.TAKEN)
    assert look is not None
    looking.ask_about_all(stage.rt, "enr_2")

    with stage.rt.transaction() as tx:
        looks.end(tx, look)
        assert looks.take(tx, until=tx.now + looking.TAKEN) is not None


def test_what_is_shown_again_is_looked_at_again(stage: Stage) -> None:
    made = stage.publish(RED)

    looking.ask_about_one(stage.rt, made.id)

    with stage.rt.transaction() as tx:
        look = looks.take(tx, until=tx.now + looking.TAKEN)
    assert look is not None
    assert look.generation_id == made.id


def test_a_release_that_did_not_see_who_enrolled_is_waited_for(stage: Stage) -> None:
    order = race(stage.rt, standing.hold_causes, lambda _: looking.ask_about_all(stage.rt, "enr_1"))

    assert order == ["released", "ended"]
