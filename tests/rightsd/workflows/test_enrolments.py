"""Enrolling with a face and a voice: what is asked, checked, kept and deleted."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from rightsd import worker
from rightsd.adapters.blobs import Blobs
from rightsd.db import files, templates
from rightsd.db import subjects as subject_rows
from rightsd.domain.challenge import Challenge, Turn
from rightsd.domain.delegation import Kind as DelegateKind
from rightsd.domain.delegation import Verb
from rightsd.domain.enrolment import (
    CHECKING,
    LIFETIME,
    SESSIONS_MAX,
    WINDOW,
    Assurance,
    Enrolment,
    Fault,
    Kind,
    State,
)
from rightsd.domain.principal import Principal, Role
from rightsd.domain.subject import Subject
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import delegations, subjects
from rightsd.workflows.enrolments import sessions
from rightsd.workflows.enrolments.sessions import Sent
from tests import enrolling, people
from tests.daemon import settle
from tests.enrolling import BLUE, RED
from tests.fakes.likenesses import Painted

TEXT = "enrolment.1.en"
Files = Callable[[Challenge], list[Sent]]


@dataclass(frozen=True, slots=True)
class World:
    """A daemon that recognises painted faces, and someone who is of age."""

    rt: Runtime
    person: Principal
    ada: Subject
    folder: Path

    def open(self, actor: Principal | None = None, **how: bool) -> Enrolment:
        with self.rt.transaction() as tx:
            return sessions.open_session(
                tx,
                actor or self.person,
                subject_id=self.ada.id,
                text=TEXT,
                **{"keep_media": False} | how,
            )

    def send(self, enrolment: Enrolment, sent: list[Sent]) -> Enrolment:
        actor = Principal(enrolment.account_id, Role.PERSON)
        sessions.look(self.rt, sent)
        stored = sessions.store(self.rt, actor, enrolment.id, sent)
        with self.rt.transaction() as tx:
            return sessions.submit(tx, actor, enrolment.id, stored)

    def enrol(self, make: Files, **how: bool) -> Enrolment:
        """Open a session, send what is made for its challenge, and return what came of it."""
        opened = self.open(**how)
        assert opened.challenge is not None
        self.send(opened, make(opened.challenge))
        settle(self.rt)
        return self.seen(opened)

    def seen(self, enrolment: Enrolment) -> Enrolment:
        with self.rt.transaction() as tx:
            return sessions.view(tx, self.person, enrolment.id)

    def kept(self) -> tuple[list[str], list[Path]]:
        """Return the kinds of templates there are, and the files in the blob store."""
        with self.rt.transaction() as tx:
            found = [each.kind.value for each in templates.of_subject(tx, self.ada.id)]
        return sorted(set(found)), [each for each in self.folder.glob("blobs/*") if each.is_file()]

    def assurance(self) -> Assurance:
        with self.rt.transaction() as tx:
            _, known = subjects.view(tx, self.person, self.ada.id)
        assert known is not None
        return known.assurance

    def clip(self, challenge: Challenge, colour: enrolling.Colour = RED) -> Sent:
        return Sent(Kind.CLIP, enrolling.good_clip(self.folder / "clip.mp4", challenge, colour))

    def voice(self, challenge: Challenge) -> Sent:
        return Sent(Kind.VOICE, enrolling.good_voice(self.folder / "voice.wav", challenge))

    def photos(self, *colours: enrolling.Colour) -> list[Sent]:
        return [
            Sent(
                Kind.PHOTO,
                enrolling.photo(self.folder / f"{number}.png", (colour, 0.0)),
            )
            for number, colour in enumerate(colours)
        ]


@pytest.fixture
def world(rt: Runtime, tmp_path: Path) -> World:
    rt = replace(rt, likenesses=Painted())
    with rt.transaction() as tx:
        person = people.account(tx, Role.PERSON)
        ada = people.subject(tx, person, born="1990-01")
    return World(rt, person, ada, tmp_path)


def work_on(rt: Runtime) -> None:
    """Do the jobs that had to wait for others on the same session."""
    rt.queue.work(
        worker.KINDS,
        partial(worker.handle, rt),
        give_up=partial(worker.give_up, rt),
        stopping=rt.stopping.set,
        wait=False,
    )


def code(attempt: Callable[[], object]) -> Code | None:
    try:
        attempt()
    except RightsError as error:
        return error.code
    return None


class Late(Blobs):
    """A store that is so slow that the sender has left, and everything was cleared, meanwhile."""

    def __init__(self, world: World) -> None:
        super().__init__((world.folder / "blobs").as_uri())
        self._world = world

    def put(self, path: Path) -> str:
        with self._world.rt.transaction() as tx:
            subjects.unenrol(tx, self._world.person, self._world.ada.id)
        settle(self._world.rt)
        return super().put(path)


def test_who_leaves_while_their_files_are_stored_leaves_none_behind(world: World) -> None:
    opened = world.open()
    slow = replace(world, rt=replace(world.rt, blobs=Late(world)))

    assert code(lambda: slow.send(opened, world.photos(RED, RED, RED))) is Code.CONFLICT

    assert world.kept() == ([], [])
    with world.rt.transaction() as tx:
        assert files.of_enrolment(tx, opened.id) == []


@pytest.mark.slow
def test_a_face_and_a_voice_are_enrolled_and_the_media_are_gone(world: World) -> None:
    done = world.enrol(
        lambda drawn: [world.clip(drawn), *world.photos(RED, RED, RED), world.voice(drawn)]
    )

    assert done.outcome is not None
    assert (done.state, done.outcome.assurance) == (State.PASSED, Assurance.L3)
    assert world.assurance() is Assurance.L3
    assert world.kept() == (["face", "voice"], [])
    evidence = done.outcome.evidence
    assert done.challenge is not None
    assert evidence["turns"] == [turn.value for turn in done.challenge.turns]
    assert evidence["digits_right"] >= 6
    assert evidence["photos"] == 3
    with world.rt.transaction() as tx:
        assert files.of_enrolment(tx, done.id) == []


@pytest.mark.slow
def test_who_enrols_again_is_recognised_by_what_is_new(world: World) -> None:
    world.enrol(lambda drawn: [world.clip(drawn), world.voice(drawn)])

    again = world.enrol(lambda _: world.photos(BLUE, BLUE, BLUE))

    assert again.state is State.PASSED
    assert world.assurance() is Assurance.L1
    assert world.kept() == (["face"], [])
    with world.rt.transaction() as tx:
        ((subject, person),) = subjects.mine(tx, world.person)
    assert (subject.id, person and person.handle) == (world.ada.id, "ada")


@pytest.mark.slow
def test_what_does_not_hold_enrols_nothing_and_keeps_nothing(world: World) -> None:
    done = world.enrol(
        lambda drawn: [world.clip(drawn), *world.photos(BLUE, BLUE, BLUE)], keep_media=True
    )

    assert done.outcome is not None
    assert (done.state, done.outcome.fault) == (State.FAILED, Fault.OTHER_FACE)
    assert done.outcome.detail
    assert done.outcome.evidence["photo_agreement"]
    assert world.assurance() is Assurance.L0
    assert world.kept() == ([], [])


def test_a_session_is_used_once_and_not_by_others(world: World) -> None:
    opened = world.open()
    photos = world.photos(RED, RED, RED)
    with world.rt.transaction() as tx:
        stranger = people.account(tx, Role.PERSON)
        assert code(lambda: sessions.view(tx, stranger, opened.id)) is Code.NOT_FOUND
    assert code(lambda: sessions.store(world.rt, stranger, opened.id, photos)) is Code.NOT_FOUND
    assert code(world.open) is Code.CONFLICT
    world.send(opened, photos)

    assert code(lambda: world.send(opened, photos)) is Code.CONFLICT
    settle(world.rt)
    assert code(lambda: world.send(opened, photos)) is Code.CONFLICT
    assert world.seen(opened).state is State.PASSED


def test_a_session_runs_out_and_what_was_sent_goes_with_it(world: World) -> None:
    opened = world.open(keep_media=True)
    late = replace(world, rt=replace(world.rt, clock=lambda: opened.opened_at + LIFETIME))
    # Stored, and then the process died before it was handed in.
    sessions.store(world.rt, world.person, opened.id, world.photos(RED, RED, RED))
    assert len(world.kept()[1]) == 3
    assert code(lambda: late.send(opened, late.photos(RED, RED, RED))) is Code.CONFLICT

    assert sessions.expire_due(world.rt) == 0
    assert sessions.expire_due(late.rt) == 1
    settle(world.rt)

    assert world.seen(opened).state is State.EXPIRED
    assert world.kept() == ([], [])


def test_what_cannot_be_checked_is_given_up(world: World) -> None:
    opened = world.open()
    sent = world.send(opened, world.photos(RED, RED, RED))
    assert sent.submitted_at is not None
    given_up = sent.submitted_at + CHECKING

    assert sessions.expire_due(replace(world.rt, clock=lambda: given_up)) == 1
    settle(world.rt)
    work_on(world.rt)

    assert world.seen(opened).state is State.EXPIRED
    assert world.kept() == ([], [])
    assert world.assurance() is Assurance.L0


def test_attempts_are_limited(world: World) -> None:
    for _ in range(SESSIONS_MAX):
        opened = world.open()
        sessions.expire_due(replace(world.rt, clock=lambda at=opened.expires_at: at))

    assert code(world.open) is Code.TOO_MANY
    tomorrow = world.rt.clock() + WINDOW
    later = replace(world, rt=replace(world.rt, clock=lambda: tomorrow + timedelta(minutes=1)))
    assert later.open().state is State.OPEN


def test_media_are_kept_sealed_if_one_asks_and_go_with_the_person(world: World) -> None:
    done = world.enrol(lambda _: world.photos(RED, RED, RED), keep_media=True)

    _, kept = world.kept()

    assert done.state is State.PASSED
    assert {each.name for each in kept} == {medium.sha256 for medium in done.media}
    assert all(not each.read_bytes().startswith(b"\x89PNG") for each in kept)
    with world.rt.transaction() as tx:
        subjects.unenrol(tx, world.person, world.ada.id)
    assert world.kept()[0] == []
    subjects.erase_leaving(world.rt)
    settle(world.rt)
    assert world.kept()[1] == []
    left = world.seen(done)
    assert (left.challenge, left.outcome, left.media) == (None, None, ())


def test_who_leaves_while_it_is_checked_is_not_enrolled(world: World) -> None:
    opened = world.open()
    world.send(opened, world.photos(RED, RED, RED))
    with world.rt.transaction() as tx:
        subjects.unenrol(tx, world.person, world.ada.id)

    settle(world.rt)
    work_on(world.rt)

    assert world.seen(opened).state is State.EXPIRED
    assert world.kept() == ([], [])


def test_nobody_is_measured_before_they_said_how_old_they_are_and_read_what_for(
    world: World,
) -> None:
    with world.rt.transaction() as tx:
        silent = people.subject(tx, world.person, "grace")
        known = subject_rows.people(tx, [silent.id])[silent.id]
        # As they were written when nobody was asked for their age.
        subject_rows.update_person(tx, silent.id, replace(known, age=None))
        assert (
            code(
                lambda: sessions.open_session(
                    tx, world.person, subject_id=silent.id, text=TEXT, keep_media=False
                )
            )
            is Code.CONFLICT
        )
        for text in ("grant.1.en", "enrolment.9.en"):
            assert (
                code(
                    lambda text=text: sessions.open_session(
                        tx, world.person, subject_id=world.ada.id, text=text, keep_media=False
                    )
                )
                is Code.INVALID
            )


def test_a_minor_is_enrolled_by_their_guardian(world: World) -> None:
    with world.rt.transaction() as tx:
        kim = people.subject(tx, world.person, "kim", born="2020-01")
        guardian = people.account(tx, Role.PERSON)
    child = replace(world, ada=kim)
    assert code(child.open) is Code.FORBIDDEN
    with world.rt.transaction() as tx:
        made = people.delegation(
            tx, world.person, kim, guardian, DelegateKind.GUARDIAN, [Verb.ENROL]
        )

    opened = child.open(guardian)
    stored = sessions.store(child.rt, guardian, opened.id, child.photos(RED, RED, RED))
    with world.rt.transaction() as tx:
        delegations.end(tx, guardian, made.id)

    with world.rt.transaction() as tx:
        assert code(lambda: sessions.submit(tx, guardian, opened.id, stored)) is Code.NOT_FOUND


def test_what_cannot_be_read_is_refused_and_the_session_stays_open(world: World) -> None:
    opened = world.open()
    text = world.folder / "x.mp4"
    text.write_bytes(b"not a video" * 100)
    photo = world.photos(RED)[0].path
    moving = enrolling.clip(world.folder / "m.mp4", [enrolling.picture((RED, 0.0))] * 8)

    for sent in (
        [],
        [Sent(Kind.CLIP, text)],
        [Sent(Kind.CLIP, photo)],
        [Sent(Kind.PHOTO, moving)] * 3,
        world.photos(RED, RED),
        world.photos(*[RED] * 6),
        [Sent(Kind.VOICE, photo)],
        [Sent(Kind.CLIP, moving), Sent(Kind.VOICE, text)],
        [Sent(Kind.CLIP, moving), Sent(Kind.VOICE, moving)],
    ):
        assert code(lambda sent=sent: sessions.look(world.rt, sent)) is Code.INVALID, sent
    assert world.seen(opened).state is State.OPEN


def test_without_models_it_is_said_that_nobody_can_be_enrolled(world: World) -> None:
    assert code(lambda: sessions.require_models(world.rt)) is None
    assert (
        code(
            lambda: sessions.require_models(replace(world.rt, likenesses=Painted(face_model=None)))
        )
        is Code.UNAVAILABLE
    )
    deaf = replace(world.rt, likenesses=Painted(voice_model=None))
    sent = [world.clip(Challenge((0,) * 8, (Turn.LEFT,))), Sent(Kind.VOICE, Path("unread"))]
    assert code(lambda: sessions.look(deaf, sent)) is Code.UNAVAILABLE


def test_no_event_holds_what_was_measured(world: World) -> None:
    done = world.enrol(lambda _: world.photos(RED, RED, RED))

    with world.rt.transaction() as tx:
        rows = tx.conn.execute("SELECT body FROM ledger.entry WHERE subject = %s", (done.id,))
        told = [bytes(row[0]).decode() for row in rows]
    assert len(told) == 3
    assert not any("photo_agreement" in each or "painted@" in each for each in told)
