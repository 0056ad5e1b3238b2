"""Recordings of works that are voices, against what comes with requests and what is released."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from rightsd.adapters.likenesses.absent import Absent
from rightsd.adapters.likenesses.lookout import Lookout
from rightsd.db import references as rows
from rightsd.domain.generation import Generation, State
from rightsd.domain.policy import Decision, Outcome
from rightsd.domain.principal import Principal, Role
from rightsd.domain.reference import Kind, Reference
from rightsd.domain.review import Finding
from rightsd.domain.work import Kind as WorkKind
from rightsd.domain.work import Work
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import optouts, references
from rightsd.workflows.generations import deciding, requests, reviewing
from rightsd.workflows.generations import references as of_requests
from tests import contests, enrolling, people, pictures
from tests.fakes.likenesses import Painted
from tests.rightsd.workflows.test_reference_likenesses import RATE, hum, video

THEIRS, LIKE_THEIRS, OTHERS = 120.0, 159.0, 320.0  # What `Painted` hears, in hertz.


@dataclass(frozen=True)
class Stage:
    """A daemon that hears pitches, a work that is a voice, and a creator."""

    rt: Runtime
    brand: Principal
    creator: Principal
    work: Work
    folder: Path

    def refer(self, hertz: float = THEIRS) -> Reference:
        path = recording(self.folder / f"{hertz}.wav", hertz, seconds=6)
        heard = references.describe(self.rt, self.brand, self.work.id, path)
        with self.rt.transaction() as tx:
            return references.register(tx, self.brand, work_id=self.work.id, shown=heard)

    def opt_out(self) -> str:
        with self.rt.transaction() as tx:
            return people.optout(tx, self.brand, self.work).id

    def send(self, path: Path) -> str:
        looked = of_requests.look(self.rt, self.creator, path)
        with self.rt.transaction() as tx:
            return of_requests.send(tx, self.creator, looked).id

    def ask(self, *sent_ids: str) -> Generation:
        with self.rt.transaction() as tx:
            wanted = people.wanted()
            return requests.request(tx, self.creator, wanted=wanted, sent_ids=sent_ids)

    def release(self, asked: Generation, hertz: float) -> Decision:
        """The decision at the release of a clip that sounds like this."""
        with self.rt.transaction() as tx:
            lookout = Lookout(self.rt.likenesses, self.rt.sought_kinds(tx))
            lookout.listen(hum(hertz), RATE)
            shown = deciding.Shown(recognised=self.rt.recognise(tx, lookout.seen()))
            return deciding.decide(tx, deciding.wish_of(asked), of=asked.id, shown=shown, hold=True)


@pytest.fixture
def stage(rt: Runtime, brand: Principal, tmp_path: Path) -> Stage:
    with rt.transaction() as tx:
        creator = people.account(tx, Role.CREATOR)
        work = people.work(tx, brand, kind=WorkKind.VOICE)
    return Stage(replace(rt, likenesses=Painted()), brand, creator, work, tmp_path)


def recording(path: Path, *hertz: float, seconds: int = 2) -> Path:
    """A file of sound alone: these pitches, one after another."""
    at = np.arange(seconds * RATE) / RATE
    parts = [0.5 * np.sin(2 * np.pi * each * at) for each in hertz]
    return enrolling.sound(path, np.concatenate(parts), rate=RATE)


def rules(decision: Decision) -> list[str]:
    return [reason.rule for reason in decision.reasons]


def refused(stage: Stage, path: Path, likenesses: Absent | Painted | None = None) -> Code:
    rt = stage.rt if likenesses is None else replace(stage.rt, likenesses=likenesses)
    with pytest.raises(RightsError) as caught:
        references.describe(rt, stage.brand, stage.work.id, path)
    return caught.value.code


@pytest.mark.parametrize(
    ("hertz", "outcome", "cited"),
    [
        (THEIRS, Outcome.REFUSE, ["reference.opted_out"]),
        (LIKE_THEIRS, Outcome.HOLD, ["reference.resembles"]),
        (OTHERS, Outcome.ALLOW, []),
    ],
)
def test_a_recording_that_comes_with_a_request_is_compared_with_voices_of_works(
    stage: Stage, hertz: float, outcome: Outcome, cited: list[str]
) -> None:
    reference = stage.refer()
    optout_id = stage.opt_out()

    asked = stage.ask(stage.send(recording(stage.folder / "sent.wav", hertz)))

    assert (asked.decision.outcome, rules(asked.decision)) == (outcome, cited)
    for reason in asked.decision.reasons:
        assert reason.evidence["reference_id"] == reference.id
        assert reason.evidence["optout_id"] == optout_id
        assert not {"bits", "score_percent"} & set(reason.evidence)


def test_so_is_the_sound_of_a_clip(stage: Stage) -> None:
    stage.refer()
    stage.opt_out()

    asked = stage.ask(stage.send(video(stage.folder / "sent.mp4", hum(THEIRS))))

    assert rules(asked.decision) == ["reference.opted_out"]


@pytest.mark.parametrize(
    ("hertz", "outcome", "cited"),
    [
        (THEIRS, Outcome.REFUSE, ["output.opted_out"]),
        (LIKE_THEIRS, Outcome.HOLD, ["output.resembles"]),
        (OTHERS, Outcome.ALLOW, []),
    ],
)
def test_a_clip_is_listened_to_before_its_release(
    stage: Stage, hertz: float, outcome: Outcome, cited: list[str]
) -> None:
    stage.refer()
    stage.opt_out()

    decision = stage.release(stage.ask(), hertz)

    assert (decision.outcome, rules(decision)) == (outcome, cited)


def test_a_voice_counts_while_its_work_is_opted_out_and_its_recording_stands(stage: Stage) -> None:
    reference = stage.refer()
    asked = stage.ask()
    assert stage.release(asked, THEIRS).outcome is Outcome.ALLOW

    optout_id = stage.opt_out()
    assert stage.release(asked, THEIRS).outcome is Outcome.REFUSE
    with stage.rt.transaction() as tx:
        optouts.lift(tx, stage.brand, optout_id)
    assert stage.release(asked, THEIRS).outcome is Outcome.ALLOW

    stage.opt_out()
    with stage.rt.transaction() as tx:
        references.remove(tx, stage.brand, stage.work.id, reference.id)
    assert stage.release(asked, THEIRS).outcome is Outcome.ALLOW


def test_a_licence_lets_the_voice_pass(stage: Stage) -> None:
    stage.refer()
    stage.opt_out()
    with stage.rt.transaction() as tx:
        offer = people.offer(tx, stage.brand, stage.work)
        people.licence(tx, stage.creator, offer)

    assert stage.release(stage.ask(), THEIRS).outcome is Outcome.ALLOW


def test_what_nobody_listened_to_waits_once_a_voice_is_opted_out(stage: Stage) -> None:
    sent_id = stage.send(video(stage.folder / "sent.mp4", hum(THEIRS)))
    stage.refer()
    deaf = replace(stage, rt=replace(stage.rt, likenesses=Absent()))
    asked = deaf.ask()
    assert deaf.release(asked, THEIRS).outcome is Outcome.ALLOW

    stage.opt_out()

    assert rules(deaf.release(asked, THEIRS)) == ["output.unheard"]
    held = stage.ask(sent_id)
    assert (held.state, rules(held.decision)) == (State.HELD, ["reference.unheard"])
    with stage.rt.transaction() as tx:
        review = contests.decide(tx, contests.of(tx, held.id), Finding.ALLOW)
    reviewing.settle_review(stage.rt, review.id)
    with stage.rt.transaction() as tx:
        assert requests.view(tx, stage.creator, held.id).generation.state is State.REQUESTED


def test_a_voice_is_kept_sealed_and_no_picture_is_shown_of_it(stage: Stage) -> None:
    reference = stage.refer()

    assert reference.kind is Kind.VOICE
    with stage.rt.transaction() as tx:
        row = tx.conn.execute("SELECT sealed, model FROM rights.reference").fetchone()
        assert row is not None
        vector = Painted().embed_voice(hum(THEIRS), RATE).vector
        assert vector not in row[0]
        assert rows.thumbnail(tx, reference.id) is None


def test_what_is_no_recording_of_one_voice_is_refused(stage: Stage) -> None:
    frame = stage.folder / "picture.png"
    frame.write_bytes(pictures.file(pictures.clouds(1)))
    two = recording(stage.folder / "two.wav", 80.0, 350.0, seconds=6)

    assert refused(stage, frame) is Code.INVALID
    assert refused(stage, recording(stage.folder / "short.wav", THEIRS)) is Code.INVALID
    assert refused(stage, two) is Code.INVALID
    assert refused(stage, two, Absent()) is Code.UNAVAILABLE


def test_sound_alone_is_no_reference_of_what_is_seen(stage: Stage) -> None:
    with stage.rt.transaction() as tx:
        seen = people.work(tx, stage.brand, title="Nebula Fox")

    with pytest.raises(RightsError) as caught:
        references.describe(
            stage.rt, stage.brand, seen.id, recording(stage.folder / "a.wav", THEIRS)
        )

    assert caught.value.code is Code.UNSUPPORTED
