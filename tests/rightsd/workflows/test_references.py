"""References of works against outputs: at the release, and for what is out already."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from fingerprint import descriptor
from fingerprint.bundle import Fingerprint as Content
from fingerprint.descriptor import Descriptors
from rightsd import comparing
from rightsd.adapters import fingerprints as files
from rightsd.adapters.media import Frames
from rightsd.comparing import Shows
from rightsd.db import fingerprints, resemblances, standing, thumbnails
from rightsd.db import references as rows
from rightsd.db.certificates import Signing
from rightsd.db.picturemarks import PictureMark
from rightsd.db.tx import Tx
from rightsd.domain.certificate import Certificate
from rightsd.domain.generation import Generation, Output, State
from rightsd.domain.policy import Decision, Outcome
from rightsd.domain.principal import Principal, Role
from rightsd.domain.recognition import Seen
from rightsd.domain.reference import Reference
from rightsd.domain.trust import Anchors
from rightsd.domain.work import Work
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import optouts, references, reviews
from rightsd.workflows.generations import deciding, production, requests, withdrawals
from rightsd.workflows.generations import references as compared
from tests import contests, people, pictures, upholding
from tests.daemon import settle
from tests.races import race

FOX, OTHER = pictures.clouds(1), pictures.clouds(2)
LIKE_FOX = pictures.blend(1, 2, 0.3)  # Near enough to be noticed, too far to be sure.


@pytest.fixture
def creator(rt: Runtime) -> Principal:
    with rt.transaction() as tx:
        return people.account(tx, Role.CREATOR)


@pytest.fixture
def work(rt: Runtime, brand: Principal) -> Work:
    with rt.transaction() as tx:
        return people.work(tx, brand)


def refer(rt: Runtime, brand: Principal, work: Work, frame: Frames = FOX) -> Reference:
    with rt.transaction() as tx:
        return references.register(tx, brand, work_id=work.id, shown=pictures.shown(frame))


def publish(rt: Runtime, creator: Principal, *frames: Frames) -> Generation:
    """An output on record that shows these pictures, a second each, compared as a release does."""
    content = pictures.content(*frames)
    matches = rt.match_references(content)
    with rt.transaction() as tx:
        made = people.published(tx, creator)
        fingerprints.insert(tx, made.id, [files.pack(content)])
        resemblances.insert(tx, made.id, comparing.of_frames(matches))
    return made


def release(rt: Runtime, asked: Generation, *frames: Frames) -> Decision:
    """The decision at the release of a clip that shows these pictures."""
    matches = rt.match_references(pictures.content(*frames))
    with rt.transaction() as tx:
        wish, found = deciding.wish_of(asked), comparing.of_frames(matches)
        return deciding.decide(tx, wish, of=asked.id, shown=deciding.Shown(found=found), hold=True)


def ask(rt: Runtime, creator: Principal) -> Generation:
    with rt.transaction() as tx:
        return requests.request(tx, creator, wanted=people.wanted())


def state(rt: Runtime, creator: Principal, made: Generation) -> State:
    with rt.transaction() as tx:
        return requests.view(tx, creator, made.id).generation.state


def recorded(rt: Runtime, kind: str) -> int:
    with rt.transaction() as tx:
        row = tx.conn.execute("SELECT count(*) FROM ledger.entry WHERE kind = %s", (kind,))
        found = row.fetchone()
    assert found is not None
    return found[0]


def rules(decision: Decision) -> Sequence[str]:
    return [reason.rule for reason in decision.reasons]


def test_a_clip_that_shows_an_opted_out_work_is_not_released(
    rt: Runtime, brand: Principal, creator: Principal, work: Work
) -> None:
    reference = refer(rt, brand, work)
    with rt.transaction() as tx:
        optout = people.optout(tx, brand, work)
    asked = ask(rt, creator)

    decision = release(rt, asked, OTHER, FOX, OTHER)

    assert (decision.outcome, rules(decision)) == (Outcome.REFUSE, ["output.opted_out"])
    evidence = decision.reasons[0].evidence
    assert evidence["reference_id"] == reference.id
    assert evidence["optout_id"] == optout.id
    assert evidence["at_milliseconds"] == 1000
    assert evidence["score_percent"] == 50
    assert release(rt, asked, OTHER, OTHER).outcome is Outcome.ALLOW


def test_a_clip_that_resembles_one_waits_for_a_reviewer(
    rt: Runtime, brand: Principal, creator: Principal, work: Work
) -> None:
    refer(rt, brand, work)
    with rt.transaction() as tx:
        people.optout(tx, brand, work)

    decision = release(rt, ask(rt, creator), LIKE_FOX)

    assert (decision.outcome, rules(decision)) == (Outcome.HOLD, ["output.resembles"])


def test_references_of_works_that_are_not_opted_out_speak_against_nothing(
    rt: Runtime, brand: Principal, creator: Principal, work: Work
) -> None:
    reference = refer(rt, brand, work)
    asked = ask(rt, creator)
    assert release(rt, asked, FOX).outcome is Outcome.ALLOW

    with rt.transaction() as tx:
        optout = people.optout(tx, brand, work)
    assert release(rt, asked, FOX).outcome is Outcome.REFUSE
    with rt.transaction() as tx:
        optouts.lift(tx, brand, optout.id)
    assert release(rt, asked, FOX).outcome is Outcome.ALLOW

    with rt.transaction() as tx:
        people.optout(tx, brand, work)
        references.remove(tx, brand, work.id, reference.id)
    assert release(rt, asked, FOX).outcome is Outcome.ALLOW


def test_an_optout_ends_what_shows_the_work_with_its_commit(
    rt: Runtime, brand: Principal, creator: Principal, work: Work
) -> None:
    refer(rt, brand, work)
    shows, resembles, neither = (
        publish(rt, creator, *frames) for frames in ((OTHER, FOX), (LIKE_FOX,), (OTHER,))
    )
    with rt.transaction() as tx:
        assert standing.why_not(tx, [shows, resembles, neither]) == {}

    with rt.transaction() as tx:
        people.optout(tx, brand, work)

    with rt.transaction() as tx:
        causes = standing.why_not(tx, [shows, resembles, neither])
    assert causes == {shows.id: "it shows a work that has been opted out"}
    settle(rt)
    assert state(rt, creator, shows) is State.WITHDRAWN
    assert state(rt, creator, resembles) is State.PUBLISHED
    assert state(rt, creator, neither) is State.PUBLISHED
    assert recorded(rt, "generation.doubted") == 1


def test_a_new_reference_withdraws_what_shows_it_and_puts_doubts_on_record_once(
    rt: Runtime, brand: Principal, creator: Principal, work: Work
) -> None:
    shows, resembles, neither = (
        publish(rt, creator, *frames) for frames in ((OTHER, FOX), (LIKE_FOX,), (OTHER,))
    )
    with rt.transaction() as tx:
        people.optout(tx, brand, work)
    settle(rt)

    reference = refer(rt, brand, work)
    settle(rt)

    assert state(rt, creator, shows) is State.WITHDRAWN
    assert state(rt, creator, resembles) is State.PUBLISHED
    assert state(rt, creator, neither) is State.PUBLISHED
    assert recorded(rt, "generation.doubted") == 1
    withdrawals.recheck_for_reference(rt, reference.id)
    settle(rt)
    assert recorded(rt, "generation.doubted") == 1


def test_a_new_reference_of_a_work_that_is_not_opted_out_withdraws_nothing_yet(
    rt: Runtime, brand: Principal, creator: Principal, work: Work
) -> None:
    shows = publish(rt, creator, FOX)
    refer(rt, brand, work)
    settle(rt)
    assert state(rt, creator, shows) is State.PUBLISHED

    with rt.transaction() as tx:
        people.optout(tx, brand, work)
        causes = standing.why_not(tx, [shows])

    assert shows.id in causes


def test_a_new_reference_waits_for_a_release_and_a_release_sees_the_new_reference(
    rt: Runtime, brand: Principal, creator: Principal, work: Work
) -> None:
    asked, content = ask(rt, creator), pictures.content(FOX)
    with rt.transaction() as tx:
        people.optout(tx, brand, work)
    early = rt.compare(content)

    def hold(tx: Tx) -> None:
        deciding.decide(tx, deciding.wish_of(asked), of=asked.id, hold=True)

    def register(tx: Tx) -> None:
        references.register(tx, brand, work_id=work.id, shown=pictures.shown(FOX))

    assert race(rt, hold, register) == ["released", "ended"]
    with rt.transaction() as tx:
        standing.hold_causes(tx)
        late, reached = compared.late(tx, Content(content), through=early.references_through)
    assert (early.references, len(late)) == ((), 1)
    assert reached > early.references_through


def finished(content: Descriptors) -> production._Finished:
    """What stands behind a release, as far as the database is told."""
    return production._Finished(
        path=Path("nowhere"),
        manifest_id="urn:c2pa:1",
        store=b"store",
        whole=Content(content),
        packed=[files.pack(content)],
        md5="0" * 32,
        storyboard={"shots": []},
        assets=[],
        lines=(),
        thumbnail=b"jpeg",
        event_id="evt_1",
        seen=Seen(frozenset(), ()),
        signing=Signing(Certificate("0" * 64, "1", "CN=someone"), Anchors("anchors"), None),
        shots=(),
        picture_mark=PictureMark("acc_1", 1.0, -20.0, 9.0, -12.0, 1.5),
        sound_mark=None,
    )


def let_out(rt: Runtime, tx: Tx, asked: Generation, content: Descriptors) -> bool:
    """Release a clip that was compared just now, if it may be released."""
    return release_compared(tx, asked, content, comparing.compare(rt, Content(content)))


def release_compared(tx: Tx, asked: Generation, content: Descriptors, found: Shows) -> bool:
    output = Output("0" * 64, 1, "urn:c2pa:1", "evt_1")
    return production._release(tx, asked.id, output, finished(content), found)


@pytest.mark.parametrize("late", [False, True])
def test_a_release_takes_account_of_what_was_registered_since_it_was_compared(
    rt: Runtime, brand: Principal, creator: Principal, work: Work, *, late: bool
) -> None:
    asked, content = ask(rt, creator), pictures.content(OTHER, FOX)
    with rt.transaction() as tx:
        people.optout(tx, brand, work)
    compared_ = comparing.compare(rt, Content(content))
    if late:
        refer(rt, brand, work)

    with rt.transaction() as tx:
        released = release_compared(tx, asked, content, compared_)

    assert released is not late
    assert state(rt, creator, asked) is (State.REFUSED if late else State.PUBLISHED)
    with rt.transaction() as tx:
        assert thumbnails.find(tx, asked.id) == (None if late else b"jpeg")


def test_a_release_sees_what_was_published_and_taken_down_since_it_was_compared(
    rt: Runtime, creator: Principal
) -> None:
    asked, content = ask(rt, creator), pictures.content(OTHER, FOX)
    compared_ = comparing.compare(rt, Content(content))
    twin, unlike = publish(rt, creator, OTHER, FOX), publish(rt, creator, pictures.clouds(3))
    with rt.transaction() as tx:
        for out in (twin, unlike):
            upholding.take_down(tx, out)

    with rt.transaction() as tx:
        assert not release_compared(tx, asked, content, compared_)

    with rt.transaction() as tx:
        ended = requests.view(tx, creator, asked.id).generation
    (reason,) = ended.decision.reasons
    assert (reason.rule, reason.evidence) == ("output.taken_down", {"generation_id": twin.id})


def test_a_clip_that_a_reviewer_is_to_look_at_is_not_drawn_again_for_anyone_else(
    rt: Runtime, brand: Principal, creator: Principal, work: Work
) -> None:
    refer(rt, brand, work)
    asked, content = ask(rt, creator), pictures.content(LIKE_FOX)
    with rt.transaction() as tx:
        optout = people.optout(tx, brand, work)
    with rt.transaction() as tx:
        assert not let_out(rt, tx, asked, content)
    assert state(rt, creator, asked) is State.HELD
    with rt.transaction() as tx:
        reviewer, review = people.account(tx, Role.REVIEWER), contests.of(tx, asked.id)
        with pytest.raises(RightsError):
            reviews.thumbnail(tx, reviewer, review.id)
        reviews.claim(tx, reviewer, review.id)
        assert reviews.thumbnail(tx, reviewer, review.id) == b"jpeg"

    with rt.transaction() as tx:
        again = deciding.decide(tx, deciding.wish_of(asked), of=asked.id, hold=True)
    assert (again.outcome, rules(again)) == (Outcome.HOLD, ["output.resembles"])
    with rt.transaction() as tx:
        optouts.lift(tx, brand, optout.id)
        lifted = deciding.decide(tx, deciding.wish_of(asked), of=asked.id, hold=True)
    assert lifted.outcome is Outcome.ALLOW


def test_a_release_notes_what_it_resembles_for_optouts_to_come(
    rt: Runtime, brand: Principal, creator: Principal, work: Work
) -> None:
    refer(rt, brand, work)
    asked, content = ask(rt, creator), pictures.content(FOX)
    with rt.transaction() as tx:
        assert let_out(rt, tx, asked, content)

    with rt.transaction() as tx:
        people.optout(tx, brand, work)

    with rt.transaction() as tx:
        found = requests.view(tx, creator, asked.id)
    assert found.why_not == "it shows a work that has been opted out"


def test_a_reference_that_was_removed_before_its_job_ran_is_compared_with_nothing(
    rt: Runtime, brand: Principal, creator: Principal, work: Work
) -> None:
    shows = publish(rt, creator, FOX)
    with rt.transaction() as tx:
        people.optout(tx, brand, work)
    reference = refer(rt, brand, work)
    with rt.transaction() as tx:
        references.remove(tx, brand, work.id, reference.id)

    settle(rt)

    assert state(rt, creator, shows) is State.PUBLISHED


def test_only_the_owner_refers_to_a_work(tx: Tx) -> None:
    brand, other = (people.account(tx, Role.RIGHTS_HOLDER) for _ in range(2))
    work = people.work(tx, brand)
    shown = pictures.shown(FOX)

    with pytest.raises(RightsError) as caught:
        references.register(tx, other, work_id=work.id, shown=shown)
    assert caught.value.code is Code.NOT_FOUND

    reference = references.register(tx, brand, work_id=work.id, shown=shown)
    with pytest.raises(RightsError) as caught:
        references.remove(tx, other, work.id, reference.id)
    assert caught.value.code is Code.NOT_FOUND
    with pytest.raises(RightsError) as caught:
        references.thumbnail(tx, other, reference.id)
    assert caught.value.code is Code.NOT_FOUND
    assert references.thumbnail(tx, brand, reference.id) == b"jpeg"
    reviewer = people.account(tx, Role.REVIEWER)
    assert references.thumbnail(tx, reviewer, reference.id) == b"jpeg"


def test_the_same_file_is_a_reference_once_and_again_after_it_was_removed(tx: Tx) -> None:
    brand = people.account(tx, Role.RIGHTS_HOLDER)
    work = people.work(tx, brand)
    first = references.register(tx, brand, work_id=work.id, shown=pictures.shown(FOX))

    with pytest.raises(RightsError) as caught:
        references.register(tx, brand, work_id=work.id, shown=pictures.shown(FOX))
    assert caught.value.code is Code.CONFLICT

    references.remove(tx, brand, work.id, first.id)
    assert fingerprints.find(tx, first.id, descriptor.ALGORITHM) is None
    assert rows.thumbnail(tx, first.id) is None
    references.register(tx, brand, work_id=work.id, shown=pictures.shown(FOX))
    assert len(references.of_work(tx, brand, work.id)) == 1


def test_a_work_has_so_many_references_and_no_more(tx: Tx, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(references, "OF_WORK_MAX", 2)
    brand = people.account(tx, Role.RIGHTS_HOLDER)
    work = people.work(tx, brand)
    for seed in (1, 2):
        shown = pictures.shown(pictures.clouds(seed))
        references.register(tx, brand, work_id=work.id, shown=shown)

    with pytest.raises(RightsError) as caught:
        references.register(tx, brand, work_id=work.id, shown=pictures.shown(pictures.clouds(3)))

    assert caught.value.code is Code.TOO_MANY
