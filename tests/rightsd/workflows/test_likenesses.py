"""What a finished clip shows and says is compared with everyone enrolled, before release."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from generator.base import Clip, Request, Storyboard
from generator.procedural import Procedural
from rightsd.adapters.likenesses.absent import Absent
from rightsd.adapters.likenesses.lookout import Lookout
from rightsd.db import templates
from rightsd.domain.generation import Generation, State
from rightsd.domain.principal import Principal, Role
from rightsd.domain.subject import Subject
from rightsd.domain.template import Kind, Template
from rightsd.domain.work import Kind as WorkKind
from rightsd.errors import RightsError
from rightsd.ports import Picture
from rightsd.runtime import Runtime
from rightsd.workflows import references, subjects
from rightsd.workflows.generations import production, requests
from tests import enrolling, people, voices
from tests.likenesses import COLLINS, HOPPER, fit, models, picture

pytestmark = pytest.mark.slow


class Showing(Procedural):
    """An engine that shows a picture beside the drawing, and has someone speak over it."""

    def __init__(self, shown: Picture | None, said: voices.Samples | None) -> None:
        super().__init__()
        self.shown = shown
        self.said = said

    def generate(
        self, request: Request, storyboard: Storyboard, *, progress: Callable[[float], None]
    ) -> Clip:
        clip = super().generate(request, storyboard, progress=progress)
        audio = clip.audio
        if self.said is not None:
            at = np.arange(len(audio)) * voices.RATE / clip.rate
            mono = np.interp(at, np.arange(len(self.said)), self.said).astype(np.float32)
            audio = np.stack([mono, mono], axis=1)
        return replace(clip, frames=self._shown(clip.frames), audio=audio)

    def _shown(self, chunks: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
        for frames in chunks:
            changed = frames.copy()
            if self.shown is not None:
                height, width = self.shown.shape[:2]
                changed[:, :height, -width:] = self.shown
            yield changed


@dataclass(frozen=True)
class Stage:
    """A daemon, someone enrolled there by face and voice, and someone who wants clips."""

    rt: Runtime
    person: Principal
    creator: Principal
    ada: Subject

    def enrol(self, *made: Template) -> None:
        with self.rt.transaction() as tx:
            for each in made:
                templates.insert(tx, self.ada.id, each)

    def make(
        self,
        prompt: str = "a red ball bounces in a park",
        *,
        shown: Picture | None = None,
        said: voices.Samples | None = None,
        seconds: int = 1,
    ) -> Generation:
        with self.rt.transaction() as tx:
            wanted = people.wanted(prompt, seconds=seconds)
            asked = requests.request(tx, self.creator, wanted=wanted)
        production.produce(replace(self.rt, engine=Showing(shown=shown, said=said)), asked.id)
        with self.rt.transaction() as tx:
            return requests.view(tx, self.creator, asked.id).generation


def rules(generation: Generation) -> list[str]:
    assert generation.decision is not None
    return [reason.rule for reason in generation.decision.reasons]


@pytest.fixture
def bare(rt: Runtime) -> Stage:
    """On a machine without models."""
    with rt.transaction() as tx:
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        ada = people.subject(tx, person)
        people.consent(tx, person, ada, creator)
    return Stage(replace(rt, likenesses=Absent()), person, creator, ada)


@pytest.fixture
def stage(bare: Stage) -> Stage:
    return replace(bare, rt=replace(bare.rt, likenesses=models()))


@pytest.fixture
def hopper() -> Picture:
    return fit(picture(HOPPER), 180)


@pytest.fixture
def face() -> Template:
    frame = picture(HOPPER)
    return models().embed_face(frame, models().faces(frame)[0])


def test_a_clip_with_a_face_of_someone_who_is_not_cast_is_refused(
    stage: Stage, hopper: Picture, face: Template
) -> None:
    stage.enrol(face)

    made = stage.make(shown=hopper)

    assert (made.state, rules(made), made.output) == (State.REFUSED, ["output.likeness"], None)


def test_a_clip_with_a_face_of_someone_who_is_cast_is_released(
    stage: Stage, hopper: Picture, face: Template
) -> None:
    stage.enrol(face)

    assert stage.make("@ada waves in a park", shown=hopper).state is State.PUBLISHED


def test_a_clip_with_the_face_of_a_stranger_is_released(stage: Stage, face: Template) -> None:
    stage.enrol(face)

    assert stage.make(shown=fit(picture(COLLINS), 180)).state is State.PUBLISHED


def test_a_face_that_may_be_someone_waits_for_a_reviewer(
    stage: Stage, hopper: Picture, face: Template
) -> None:
    point = np.frombuffer(face.vector, "<f4")
    aside = np.random.default_rng(3).standard_normal(len(point))
    aside -= point * (aside @ point) / (point @ point)
    away = (point + aside / np.linalg.norm(aside) * 0.5).astype("<f4")
    stage.enrol(replace(face, vector=away.tobytes()))

    made = stage.make(shown=hopper)

    assert (made.state, rules(made), made.output) == (State.HELD, ["output.lookalike"], None)


def test_a_clip_with_the_voice_of_someone_who_is_not_cast_is_refused(stage: Stage) -> None:
    stage.enrol(models().embed_voice(voices.say(voices.ADA), voices.RATE))

    theirs = stage.make(said=voices.say(voices.ADA, seed=7, seconds=4), seconds=4)
    other = stage.make(said=voices.say(voices.BOB, seed=7, seconds=2), seconds=2)

    assert (theirs.state, rules(theirs)) == (State.REFUSED, ["output.likeness"])
    assert other.state is State.PUBLISHED


def test_whoever_leaves_is_recognised_no_more(
    stage: Stage, hopper: Picture, face: Template
) -> None:
    stage.enrol(face)
    refused = stage.make(shown=hopper)

    with stage.rt.transaction() as tx:
        subjects.unenrol(tx, stage.person, stage.ada.id)
    after = stage.make(shown=hopper)

    assert (refused.state, after.state) == (State.REFUSED, State.PUBLISHED)
    assert stage.ada.id not in str(vars(stage.rt.gallery))


def test_without_models_a_clip_waits_for_a_reviewer_once_anyone_is_enrolled(bare: Stage) -> None:
    before = bare.make()
    bare.enrol(Template(Kind.FACE, "faces@" + "0" * 64, np.ones(4, "<f4").tobytes()))
    after = bare.make()

    assert before.state is State.PUBLISHED
    assert (after.state, rules(after)) == (State.HELD, ["output.unchecked"])


def test_another_model_than_they_enrolled_with_checks_nobody(
    stage: Stage, hopper: Picture, face: Template
) -> None:
    stage.enrol(replace(face, model="older@" + "0" * 64))

    made = stage.make(shown=hopper)

    assert (made.state, rules(made)) == (State.HELD, ["output.unchecked"])


def test_two_people_at_the_same_place_are_two_sightings() -> None:
    first, second = (fit(picture(part), 180)[:, :150] for part in (HOPPER, COLLINS))
    lookout = Lookout(models(), [Kind.FACE])

    lookout.look(np.stack([first] * 4 + [second] * 4), np.arange(8) * 0.5)

    assert [(each.at_seconds, each.looks) for each in lookout.seen().sightings] == [(0, 4), (2, 4)]


def test_a_clip_that_is_too_long_to_be_looked_at_whole_is_not_checked() -> None:
    lookout = Lookout(models(), [Kind.FACE])
    frames = np.broadcast_to(np.uint8(0), (1, 8, 8, 3))

    for second in range(61):
        lookout.look(frames, np.array([float(second)]))
        lookout.look(frames, np.array([second + 0.5]))

    assert lookout.seen().kinds == frozenset()


def test_only_what_people_are_enrolled_with_is_looked_for() -> None:
    lookout = Lookout(models(), [Kind.VOICE])

    lookout.look(picture(HOPPER)[None], np.zeros(1))

    assert lookout.seen() == type(lookout.seen())(frozenset({Kind.VOICE}), ())


def test_a_clip_with_the_voice_of_a_work_is_not_released(
    stage: Stage, brand: Principal, tmp_path: Path
) -> None:
    sound = enrolling.sound(tmp_path / "ada.wav", voices.say(voices.ADA, seed=31))
    with stage.rt.transaction() as tx:
        work = people.work(tx, brand, kind=WorkKind.VOICE)
    heard = references.describe(stage.rt, brand, work.id, sound)
    with stage.rt.transaction() as tx:
        references.register(tx, brand, work_id=work.id, shown=heard)
        people.optout(tx, brand, work)

    theirs = stage.make(said=voices.say(voices.ADA, seed=32), seconds=4)
    others = stage.make(said=voices.say(voices.BOB, seed=33), seconds=4)

    assert (theirs.state, rules(theirs)) == (State.REFUSED, ["output.opted_out"])
    assert others.state is State.PUBLISHED


def test_two_voices_are_no_reference_of_one(stage: Stage, brand: Principal, tmp_path: Path) -> None:
    both = np.concatenate([voices.say(voices.ADA, seed=34), voices.say(voices.BOB, seed=35)])
    with stage.rt.transaction() as tx:
        work = people.work(tx, brand, kind=WorkKind.VOICE)

    with pytest.raises(RightsError, match="more than one voice"):
        references.describe(stage.rt, brand, work.id, enrolling.sound(tmp_path / "both.wav", both))
