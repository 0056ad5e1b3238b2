"""Takedowns of a running daemon: told, answered, proved, and verified from the file alone."""

import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from rightsd.domain.acknowledgement import Outcome, Refusal
from rightsd.domain.principal import Principal, Role
from rightsd.domain.reactions import REACTIONS
from rightsd.domain.revocation import Mode, Scope, Target
from rightsd.domain.stopwatch import Telling
from rightsd.domain.takedown import DECIDING, OUTPUTS_MAX
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.settings import Settings
from rightsd.workflows import checkpoints, consents, copies, notices, revocations, stopwatches
from rightsd.workflows.exports import scopes, verifying, writing
from rightsd.workflows.exports.verifying import Audited
from tests import acknowledging, daemon, people, telling
from tests.acknowledging import KEY, OTHER_KEY, Platform, answer
from tests.conftest import create_database, runtime

REVIEWER = Principal("acc_reviewer", Role.REVIEWER)
WITHDRAWING = ("generation.end_under", "generation.recheck_for", "generation.withdraw_for")


def prove(rt: Runtime, folder: Path, cause_id: str, platform_id: str | None = None) -> Audited:
    """Write the proof of a takedown and verify it with the log's key."""
    while checkpoints.sequence(rt):
        pass
    file = io.BytesIO()
    writing.audit(rt, file, scope=scopes.takedown(cause_id, platform=platform_id))
    path = folder / "takedown.tar"
    path.write_bytes(file.getvalue())
    return verifying.verify(path, verifying.trust_keys([rt.log_keys.make(1).vkey]))


def registered(rt: Runtime, *keys: object) -> list[Platform]:
    with rt.transaction() as tx:
        return [acknowledging.register(tx, key) for key in keys]  # type: ignore[arg-type]


def say(
    rt: Runtime,
    platform: Platform,
    outcomes: Sequence[tuple[Outcome, Refusal | None]],
) -> None:
    """Have a platform answer for what it was told, one outcome each."""
    for told, (outcome, why) in zip(
        acknowledging.deliveries_of(rt, platform), outcomes, strict=False
    ):
        with rt.transaction() as tx:
            answer(tx, platform, told, outcome, why)


@pytest.fixture(scope="module")
def rt(
    server: str, template: str, home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Runtime]:
    """One daemon for all: what came of one cause is no part of the proof of another."""
    blobs = (tmp_path_factory.mktemp("takedowns") / "blobs").as_uri()
    with (
        create_database(server, template) as dsn,
        runtime(Settings(home=home, database_url=dsn, blobs_url=blobs)) as rt,
    ):
        yield rt


@pytest.fixture(scope="module")
def revoked(rt: Runtime) -> str:
    """The id of a consent that was revoked with two outputs and a platform's copy out."""
    flix, tube = registered(rt, KEY, OTHER_KEY)
    with rt.transaction() as tx:
        person, creator = (people.account(tx, role) for role in (Role.PERSON, Role.CREATOR))
        consent = people.consent(tx, person, people.subject(tx, person), creator)
        outputs = [people.published(tx, creator, "@ada waves") for _ in range(2)]
        people.published(tx, creator)
        copies.note(
            tx,
            flix.actor,
            generation_id=outputs[0].id,
            sha256=None,
            url="https://flix.example/@grace/1",
            published_at=tx.now,
        )
    with rt.transaction() as tx:
        consents.revoke(tx, person, consent.id)
    daemon.settle(rt)
    telling.fan_out(rt)
    removed = (Outcome.REMOVED, None)
    say(rt, flix, [removed, removed])
    say(rt, tube, [(Outcome.REFUSED, Refusal.LICENSED)])
    return consent.id


def test_the_proof_of_a_revocation_says_all_that_came_of_it(
    rt: Runtime, tmp_path: Path, revoked: str
) -> None:
    found = prove(rt, tmp_path, revoked)

    proven = found.takedown
    assert proven is not None
    assert proven.decision.event.kind == "consent.revoked"
    assert (proven.outputs, len(proven.told), proven.shown) == (2, 2, ())
    assert proven.delivered == (0, 4)
    assert proven.copies == (1, 1)
    assert proven.answers == Counter({Outcome.REMOVED: 2, Outcome.REFUSED: 1})


def test_the_proof_holds_nobodys_data(rt: Runtime, tmp_path: Path, revoked: str) -> None:
    prove(rt, tmp_path, revoked)

    content = (tmp_path / "takedown.tar").read_bytes()
    for secret in (b"grace", b"flix.example", b"@ada", b"clips.example", b"ada waves"):
        assert secret not in content


def test_a_platform_has_its_own_part(rt: Runtime, tmp_path: Path, revoked: str) -> None:
    whole = prove(rt, tmp_path, revoked).takedown
    assert whole is not None
    one, other = whole.told

    found = prove(rt, tmp_path, revoked, one).takedown

    assert found is not None
    assert found.told == (one,)
    assert found.delivered[1] == 2
    assert other.encode() not in (tmp_path / "takedown.tar").read_bytes()


def test_what_is_not_in_the_log_yet_is_not_in_the_proof(
    rt: Runtime, tmp_path: Path, revoked: str
) -> None:
    before = prove(rt, tmp_path, revoked).takedown
    assert before is not None
    (late,) = registered(rt, KEY)

    after = prove(rt, tmp_path, revoked).takedown

    assert late.id not in before.told
    assert after == before


def of_notice(rt: Runtime) -> str:
    with rt.transaction() as tx:
        output = people.published(tx, people.account(tx, Role.CREATOR))
        received = notices.receive(tx, generation_id=output.id, claim=people.claim())
        reviewer = people.account(tx, Role.REVIEWER)
        notices.uphold(tx, reviewer, received.notice.id, reason="Theirs.")
    return received.notice.id


def of_optout(rt: Runtime) -> str:
    with rt.transaction() as tx:
        people.published(tx, people.account(tx, Role.CREATOR), "Nebula Fox dances")
        brand = people.account(tx, Role.RIGHTS_HOLDER)
        return people.optout(tx, brand, people.work(tx, brand)).id


def of_revocation(rt: Runtime, mode: Mode, handle: str) -> str:
    with rt.transaction() as tx:
        person, creator = (people.account(tx, role) for role in (Role.PERSON, Role.CREATOR))
        subject = people.subject(tx, person, handle)
        people.consent(tx, person, subject, creator)
        people.published(tx, creator, f"@{handle} waves")
        of = Target(Scope.SUBJECT, subject_id=subject.id)
        return revocations.make(tx, person, of=of, mode=mode).id


def of_suspension(rt: Runtime) -> str:
    return of_revocation(rt, Mode.SUSPEND, "cleo")


def of_final_revocation(rt: Runtime) -> str:
    return of_revocation(rt, Mode.REVOKE, "dora")


@pytest.mark.parametrize("begin", [of_notice, of_optout, of_suspension, of_final_revocation])
def test_any_cause_has_its_proof(
    rt: Runtime, tmp_path: Path, begin: Callable[[Runtime], str]
) -> None:
    cause_id = begin(rt)
    daemon.settle(rt)

    found = prove(rt, tmp_path, cause_id).takedown

    assert found is not None
    assert (found.cause_id, found.outputs, found.told) == (cause_id, 1, ())


def test_a_notice_against_what_is_withdrawn_already_still_shows_that_it_is(
    rt: Runtime, tmp_path: Path
) -> None:
    with rt.transaction() as tx:
        output = people.published(tx, people.account(tx, Role.CREATOR))
        received = notices.receive(tx, generation_id=output.id, claim=people.claim())
        people.withdrawn(tx, output.id, {"because_of": "opt_1"})
        reviewer = people.account(tx, Role.REVIEWER)
        notices.uphold(tx, reviewer, received.notice.id, reason="Theirs.")
    daemon.settle(rt)

    found = prove(rt, tmp_path, received.notice.id)

    assert found.takedown is not None
    assert found.takedown.outputs == 0
    assert found.standing["generation", "withdrawn"] == 1


def test_a_cause_that_stands_in_no_log_has_no_proof(rt: Runtime, tmp_path: Path) -> None:
    of_notice(rt)
    with pytest.raises(RightsError) as caught:
        prove(rt, tmp_path, f"con_{'0' * 32}")

    assert caught.value.code is Code.NOT_FOUND


def test_what_was_not_decided_has_no_proof(rt: Runtime, tmp_path: Path) -> None:
    with rt.transaction() as tx:
        person, creator = (people.account(tx, role) for role in (Role.PERSON, Role.CREATOR))
        consent = people.consent(tx, person, people.subject(tx, person, "bob"), creator)

    with pytest.raises(RightsError, match="there is nothing to prove, or not yet") as caught:
        prove(rt, tmp_path, consent.id)

    assert caught.value.code is Code.CONFLICT


def test_a_platform_that_was_told_nothing_has_no_part(
    rt: Runtime, tmp_path: Path, revoked: str
) -> None:
    (late,) = registered(rt, KEY)

    with pytest.raises(RightsError) as caught:
        prove(rt, tmp_path, revoked, late.id)

    assert caught.value.code is Code.NOT_FOUND


def test_more_outputs_than_a_proof_holds_are_refused(
    rt: Runtime, tmp_path: Path, revoked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rightsd.domain.takedown.OUTPUTS_MAX", 1)

    with pytest.raises(RightsError) as caught:
        prove(rt, tmp_path, revoked)

    assert caught.value.code is Code.INVALID
    assert OUTPUTS_MAX == 10_000


def test_whatever_withdraws_outputs_is_a_decision() -> None:
    causes = {
        kind for kind, jobs in REACTIONS.items() if any(job.startswith(WITHDRAWING) for job in jobs)
    }

    assert causes <= set().union(*DECIDING.values())


def test_every_event_of_a_takedown_is_in_the_reactions() -> None:
    assert set().union(*DECIDING.values()) <= set(REACTIONS)


def test_the_stopwatch_has_a_lap_for_each_platform(rt: Runtime, revoked: str) -> None:
    with rt.transaction() as tx:
        laps = stopwatches.show(tx, REVIEWER, revoked).platforms
        spreads = stopwatches.platform_spreads(
            tx, REVIEWER, begins=tx.now - timedelta(hours=1), ends=tx.now
        )

    counts = [(one.deliveries, one.told.count, one.answered.count) for one in laps]
    assert sorted(counts) == [(2, 0, 1), (2, 0, 2)]
    done = next(one for one in laps if one.answered.count == 2)
    assert done.answered.last_at is not None
    assert done.answered.seconds is not None
    assert done.answered.seconds > 0
    # A stage counts once it is over: nothing was sent here, and one platform has not answered all.
    found = {(one.platform_id, one.stage) for one in spreads if one.causes}
    assert {stage for platform_id, stage in found if platform_id == done.platform_id} == {
        Telling.RECEIVED,
        Telling.ANSWERED,
    }
    other = next(one for one in laps if one is not done)
    assert not any(platform_id == other.platform_id for platform_id, _ in found)
