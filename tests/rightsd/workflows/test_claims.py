"""Whose a name is: two claimants of one, and what claims rest on."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from rightsd.adapters.http import Guard
from rightsd.db import claims
from rightsd.db import reviews as rows
from rightsd.db.standing import CAUSES_LOCK
from rightsd.db.tx import Tx
from rightsd.domain.generation import State
from rightsd.domain.policy import Outcome
from rightsd.domain.principal import Principal, Role
from rightsd.domain.review import Finding, Kind
from rightsd.domain.review import State as ReviewState
from rightsd.domain.rulebook.books import Default
from rightsd.domain.work import Kind as WorkKind
from rightsd.domain.work import Ownership, Standing, Work
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import optouts, reservations, reviews, works
from rightsd.workflows.generations import requests, reviewing, withdrawals
from rightsd.workflows.imports.applying import Imported
from tests import contests, people
from tests.daemon import settle
from tests.races import waits
from tests.rightsd.adapters.loopback import reply, serving
from tests.rightsd.adapters.test_sites import site
from tests.rightsd.workflows.test_imports_sites import RESERVING


def owner(work: Work) -> Principal:
    return Principal(work.account_id, Role.RIGHTS_HOLDER)


def standing(tx: Tx, work: Work) -> dict[str, Standing]:
    return {name.shown: name.standing for name in works.names_of(tx, [work])[work.id]}


def outcome(tx: Tx, prompt: str = contests.PROMPT) -> Outcome:
    creator = people.account(tx, Role.CREATOR)
    return requests.preflight(tx, creator, prompt=prompt, cameos=()).outcome


def document(tx: Tx, work: Work, number: int = 1) -> Work:
    sha256 = f"{number:064x}"
    return works.document(
        tx, owner(work), work.id, registry="EUIPO", number=f"018{number}", sha256=sha256
    )


def in_turn(tx: Tx, count: int = 2) -> list[Work]:
    """Return works of one name and several accounts, a day after one another."""
    return [
        people.work(
            replace(tx, now=tx.now + timedelta(days=day)), people.account(tx, Role.RIGHTS_HOLDER)
        )
        for day in range(count)
    ]


def conflict(rt: Runtime, work: Work, finding: Finding) -> str:
    """Let a reviewer be asked about a work's conflict and decide it."""
    reviews.open_conflicts(rt)
    with rt.transaction() as tx:
        review = contests.decide(tx, contests.of(tx, work.id, Kind.CONFLICT), finding)
    works.settle_review(rt, review.id)
    return review.id


def test_the_earlier_claim_refuses_and_the_later_one_adds_nothing(tx: Tx) -> None:
    first, second = in_turn(tx)
    people.optout(tx, owner(first), first)
    people.optout(tx, owner(second), second)

    assert standing(tx, first) == {"Nebula Fox": Standing.CLAIMED}
    assert standing(tx, second) == {"Nebula Fox": Standing.CONTESTED}
    assert outcome(tx) is Outcome.REFUSE


def test_who_registers_what_is_opted_out_already_is_in_conflict_at_once(tx: Tx) -> None:
    brand, other = (people.account(tx, Role.RIGHTS_HOLDER) for _ in range(2))
    people.optout(tx, brand, people.work(tx, brand, "Nebula Fox"))

    later = people.work(replace(tx, now=tx.now + timedelta(days=1)), other, "NEBULA-FOX", "Quorvax")

    assert standing(tx, later) == {"NEBULA-FOX": Standing.CONTESTED, "Quorvax": Standing.CLAIMED}


def test_names_that_nobody_opts_out_are_in_no_conflict(tx: Tx) -> None:
    first, second = in_turn(tx)

    assert standing(tx, first) == standing(tx, second) == {"Nebula Fox": Standing.CLAIMED}


def test_works_of_one_account_are_in_no_conflict(tx: Tx) -> None:
    brand = people.account(tx, Role.RIGHTS_HOLDER)
    one, other = people.work(tx, brand), people.work(tx, brand)
    people.optout(tx, brand, one)
    people.optout(tx, brand, other)

    assert standing(tx, one) == standing(tx, other) == {"Nebula Fox": Standing.CLAIMED}


def test_what_is_out_stays_while_a_later_claim_is_contested(tx: Tx) -> None:
    first, second = in_turn(tx)
    out = people.published(tx, people.account(tx, Role.CREATOR), contests.PROMPT)

    people.optout(tx, owner(second), second)

    creator = Principal(out.account_id, Role.CREATOR)
    assert requests.view(tx, creator, out.id).why_not is None
    people.optout(tx, owner(first), first)
    assert requests.view(tx, creator, out.id).why_not is not None


def verify(rt: Runtime, work: Work) -> None:
    """Let a reviewer find that a work is its owner's."""
    with rt.transaction() as tx:
        document(tx, work)
        review = contests.decide(tx, contests.of(tx, work.id, Kind.CLAIM), Finding.ALLOW)
    works.settle_review(rt, review.id)


def test_a_verified_claim_comes_before_an_earlier_one(rt: Runtime) -> None:
    with rt.transaction() as tx:
        first, second = in_turn(tx)
        people.optout(tx, owner(second), second)
        assert outcome(tx) is Outcome.HOLD

    verify(rt, second)

    with rt.transaction() as tx:
        assert standing(tx, second) == {"Nebula Fox": Standing.OWNED}
        assert standing(tx, first) == {"Nebula Fox": Standing.CONTESTED}
        assert outcome(tx) is Outcome.REFUSE


def test_two_verified_claims_wait_for_the_decision_between_them(rt: Runtime) -> None:
    with rt.transaction() as tx:
        first, second = in_turn(tx)
        people.optout(tx, owner(second), second)
    verify(rt, second)

    verify(rt, first)

    with rt.transaction() as tx:
        assert standing(tx, first) == {"Nebula Fox": Standing.CONTESTED}
        assert standing(tx, second) == {"Nebula Fox": Standing.OWNED}


def test_documents_that_nobody_has_looked_at_weaken_no_opt_out(tx: Tx) -> None:
    first, second = in_turn(tx)
    people.optout(tx, owner(first), first)

    documented = document(tx, second)

    assert documented.ownership is Ownership.DOCUMENTED
    assert outcome(tx) is Outcome.REFUSE


def test_reviewers_are_asked_once_about_two_works_and_all_their_names(rt: Runtime) -> None:
    with rt.transaction() as tx:
        brand, other = (people.account(tx, Role.RIGHTS_HOLDER) for _ in range(2))
        first = people.work(tx, brand, "Nebula Fox", "Quorvax")
        second = people.work(
            replace(tx, now=tx.now + timedelta(days=1)), other, "Quorvax", "Nebula Fox", "Zelmir"
        )
        people.optout(tx, other, second)

    assert [reviews.open_conflicts(rt) for _ in range(2)] == [1, 0]

    with rt.transaction() as tx:
        review = contests.of(tx, first.id, Kind.CONFLICT)
    assert review.things == (first.id, second.id)
    assert review.parties == (brand.account_id, other.account_id)
    assert set(review.names) == {"nebulafox", "quorvax"}


@pytest.mark.parametrize("finding", [Finding.FIRST, Finding.SECOND])
def test_a_reviewer_says_whose_a_name_is(rt: Runtime, finding: Finding) -> None:
    with rt.transaction() as tx:
        first, second = in_turn(tx)
        people.optout(tx, owner(second), second)

    review_id = conflict(rt, second, finding)
    works.settle_review(rt, review_id)

    won, lost = (first, second) if finding is Finding.FIRST else (second, first)
    with rt.transaction() as tx:
        assert standing(tx, won) == {"Nebula Fox": Standing.OWNED}
        assert standing(tx, lost) == {"Nebula Fox": Standing.LOST}
        assert outcome(tx) is (Outcome.ALLOW if finding is Finding.FIRST else Outcome.REFUSE)
        (seen,) = reviews.mine(tx, owner(lost))
        assert (seen.id, seen.against()) == (review_id, lost.account_id)
        kinds = tx.conn.execute(
            "SELECT kind FROM ledger.intake WHERE kind IN ('work.ceded', 'work.confirmed')"
        ).fetchall()
    assert sorted(kinds) == [("work.ceded",), ("work.confirmed",)]


def test_an_appeal_gives_the_name_back(rt: Runtime) -> None:
    with rt.transaction() as tx:
        first, second = in_turn(tx)
        people.optout(tx, owner(second), second)
    review_id = conflict(rt, second, Finding.FIRST)
    with rt.transaction() as tx:
        reviews.appeal(tx, owner(second), review_id, objection="It is ours.")
        review = rows.find(tx, review_id)
        assert review is not None
        contests.decide(tx, review, Finding.SECOND)

    works.settle_review(rt, review_id)

    with rt.transaction() as tx:
        assert standing(tx, second) == {"Nebula Fox": Standing.OWNED}
        assert standing(tx, first) == {"Nebula Fox": Standing.LOST}


def test_a_third_claimant_is_up_against_whoever_won(rt: Runtime) -> None:
    with rt.transaction() as tx:
        first, second, third = in_turn(tx, 3)
        people.optout(tx, owner(second), second)
        people.optout(tx, owner(third), third)
    reviews.open_conflicts(rt)
    with rt.transaction() as tx:
        stale = contests.of(tx, third.id, Kind.CONFLICT)
        assert stale.things == (first.id, third.id)

    conflict(rt, second, Finding.SECOND)

    reviews.open_conflicts(rt)
    with rt.transaction() as tx:
        ended = rows.find(tx, stale.id)
        assert ended is not None
        assert ended.state is ReviewState.LAPSED
        assert standing(tx, third) == {"Nebula Fox": Standing.CONTESTED}
        row = tx.conn.execute(
            "SELECT things FROM rights.review WHERE things @> ARRAY[%s] AND state = 'opened'",
            (third.id,),
        ).fetchone()
    assert row == ([second.id, third.id],)


def test_what_was_cleared_meanwhile_is_withdrawn_when_the_name_is_theirs(rt: Runtime) -> None:
    with rt.transaction() as tx:
        _, second = in_turn(tx)
        out = people.published(tx, people.account(tx, Role.CREATOR), contests.PROMPT)
        people.optout(tx, owner(second), second)
    conflict(rt, second, Finding.SECOND)

    withdrawals.recheck_for_optout(rt, second.id)

    with rt.transaction() as tx:
        creator = Principal(out.account_id, Role.CREATOR)
        assert requests.view(tx, creator, out.id).generation.state is State.WITHDRAWN


@pytest.mark.parametrize(
    ("finding", "expected"),
    [(Finding.FIRST, State.REQUESTED), (Finding.SECOND, State.REFUSED)],
)
def test_uses_that_wait_for_a_contested_name_are_decided_when_it_is_known_whose_it_is(
    rt: Runtime, finding: Finding, expected: State
) -> None:
    with rt.transaction() as tx:
        _, second = in_turn(tx)
        people.optout(tx, owner(second), second)
        creator = people.account(tx, Role.CREATOR)
        held = contests.ask(tx, creator)
    conflict(rt, second, finding)
    for _ in range(2):
        reviewing.decide_again_for_work(rt, second.id)

    with rt.transaction() as tx:
        assert requests.view(tx, creator, held.id).generation.state is expected
        assert contests.of(tx, held.id).state is ReviewState.LAPSED


def test_a_use_that_waits_for_a_person_as_well_goes_on_waiting(rt: Runtime) -> None:
    with rt.transaction() as tx:
        _, second = in_turn(tx)
        people.optout(tx, owner(second), second)
        person, creator = people.account(tx, Role.PERSON), people.account(tx, Role.CREATOR)
        people.consent(tx, person, people.subject(tx, person), creator, per_use_approval=True)
        held = contests.ask(tx, creator, "@ada and the Nebula Fox run")

    conflict(rt, second, Finding.FIRST)
    reviewing.decide_again_for_work(rt, second.id)
    settle(rt)

    with rt.transaction() as tx:
        found = requests.view(tx, creator, held.id).generation
        assert found.state is State.HELD
        assert [reason.rule for reason in found.decision.reasons] == ["cameo.approval"]
        assert contests.of(tx, held.id).state is ReviewState.LAPSED


def test_a_use_is_decided_when_the_optout_is_lifted_that_it_waits_for(rt: Runtime) -> None:
    with rt.transaction() as tx:
        _, second = in_turn(tx)
        optout = people.optout(tx, owner(second), second)
        creator = people.account(tx, Role.CREATOR)
        held = contests.ask(tx, creator)
        optouts.lift(tx, owner(second), optout.id)

    reviewing.decide_again_for_optout(rt, optout.id)

    with rt.transaction() as tx:
        assert requests.view(tx, creator, held.id).generation.state is State.REQUESTED


def test_names_that_are_added_to_a_review_are_seen_before_they_are_decided(tx: Tx) -> None:
    brand = people.account(tx, Role.RIGHTS_HOLDER)
    work = people.work(tx, brand)
    document(tx, work)
    reviewer, review = people.account(tx, Role.REVIEWER), contests.of(tx, work.id, Kind.CLAIM)
    reviews.claim(tx, reviewer, review.id)

    document(tx, work, 2)

    with pytest.raises(RightsError, match="claim it first"):
        reviews.decide(tx, reviewer, review.id, finding=Finding.ALLOW, right=None, reason="So.")


def test_documents_are_kept_as_digests_and_shown_to_a_reviewer(tx: Tx) -> None:
    brand = people.account(tx, Role.RIGHTS_HOLDER)
    work = people.work(tx, brand)

    document(tx, work, 1)
    document(tx, work, 2)

    review = contests.of(tx, work.id, Kind.CLAIM)
    assert review.evidence is not None
    assert [each["number"] for each in review.evidence["documents"]] == ["0181", "0182"]
    recorded = str([event.body() for event in tx.events])
    assert "EUIPO" not in recorded
    assert "0" * 63 + "1" in recorded
    for attempt, code in (
        (lambda: document(tx, work, 2), Code.CONFLICT),
        (
            lambda: works.document(
                tx,
                people.account(tx, Role.RIGHTS_HOLDER),
                work.id,
                registry="EUIPO",
                number="1",
                sha256="3" * 64,
            ),
            Code.NOT_FOUND,
        ),
    ):
        with pytest.raises(RightsError) as caught:
            attempt()
        assert caught.value.code is code


@pytest.mark.parametrize("finding", [Finding.ALLOW, Finding.REFUSE])
def test_a_reviewer_verifies_a_claim_or_does_not(rt: Runtime, finding: Finding) -> None:
    with rt.transaction() as tx:
        brand = people.account(tx, Role.RIGHTS_HOLDER)
        work = document(tx, people.work(tx, brand))
        review = contests.decide(tx, contests.of(tx, work.id, Kind.CLAIM), finding)

    works.settle_review(rt, review.id)

    with rt.transaction() as tx:
        (mine,) = works.mine(tx, brand)
    verified = finding is Finding.ALLOW
    assert mine.ownership is (Ownership.VERIFIED if verified else Ownership.DOCUMENTED)


CLAIM = "/.well-known/rightsd-claim.txt"


def test_a_site_that_names_the_work_verifies_the_name_of_its_host_alone(
    rt: Runtime, brand: Principal, survey: Callable[..., Imported]
) -> None:
    survey(RESERVING, "Nebula Fox")
    open_rt = replace(rt, import_guard=Guard(allow_private=True))
    with rt.transaction() as tx:
        (site_,) = works.mine(tx, brand)
    stated = reply(200, f"rightsd claims\n{site_.id}\n".encode())

    with serving(site({CLAIM: stated})) as host:
        sha256 = works.read_claim(open_rt, brand, site_.id, url=f"{host.url}/some/page")
    with rt.transaction() as tx:
        verified = works.verify_site(tx, brand, site_.id, sha256=sha256)

        assert verified.ownership is Ownership.VERIFIED
        assert standing(tx, site_) == {
            "127.0.0.1": Standing.OWNED,
            "Nebula Fox": Standing.CLAIMED,
        }


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {CLAIM: reply(200, b"wrk_00000000000000000000000000000000")},
        {CLAIM: reply(302, Location="/elsewhere")},
    ],
)
def test_a_site_that_does_not_name_the_work_verifies_nothing(
    rt: Runtime,
    brand: Principal,
    survey: Callable[..., Imported],
    answers: dict[str, bytes],
) -> None:
    survey(RESERVING)
    open_rt = replace(rt, import_guard=Guard(allow_private=True))
    with rt.transaction() as tx:
        (site_,) = works.mine(tx, brand)
    answers |= {"/elsewhere": reply(200, site_.id.encode())}

    with serving(site(answers)) as host, pytest.raises(RightsError) as caught:
        works.read_claim(open_rt, brand, site_.id, url=f"{host.url}/")

    assert caught.value.code is Code.INVALID


def test_only_the_site_itself_is_asked_and_only_by_its_owner(rt: Runtime, brand: Principal) -> None:
    with rt.transaction() as tx:
        work = people.work(tx, brand, "Nebula Fox")
        site_ = works.register(tx, brand, kind=WorkKind.SITE, title="nebulafox.example", aliases=())
        other = people.account(tx, Role.RIGHTS_HOLDER)

    for who, of, host, code in (
        (brand, work, "nebulafox.example", Code.INVALID),
        (brand, site_, "nebula-fox.example", Code.INVALID),
        (other, site_, "nebulafox.example", Code.NOT_FOUND),
    ):
        with pytest.raises(RightsError) as caught:
            works.read_claim(rt, who, of.id, url=f"https://{host}/")
        assert caught.value.code is code


@pytest.mark.slow
def test_the_worker_settles_what_reviewers_decide(rt: Runtime) -> None:
    with rt.transaction() as tx:
        first, second = in_turn(tx)
        people.optout(tx, owner(second), second)
        held = contests.ask(tx, people.account(tx, Role.CREATOR))
    reviews.open_conflicts(rt)
    with rt.transaction() as tx:
        contests.decide(tx, contests.of(tx, held.id), Finding.REFUSE)
        contests.decide(tx, contests.of(tx, first.id, Kind.CONFLICT), Finding.FIRST)

    settle(rt)

    with rt.transaction() as tx:
        creator = Principal(held.account_id, Role.CREATOR)
        assert requests.view(tx, creator, held.id).generation.state is State.REFUSED
        assert standing(tx, second) == {"Nebula Fox": Standing.LOST}


def test_who_reserves_a_name_that_another_claims_is_in_conflict(tx: Tx) -> None:
    _, second = in_turn(tx)

    reservations.state(
        tx, owner(second), work_id=second.id, least=Default.LICENSED_ONLY, opted_in=False
    )

    assert standing(tx, second) == {"Nebula Fox": Standing.CONTESTED}
    assert outcome(tx) is Outcome.HOLD


def test_who_waits_for_a_name_keeps_no_release_waiting(rt: Runtime) -> None:
    with rt.transaction() as tx:
        first, second = in_turn(tx)

    def opt_out() -> None:
        with rt.transaction() as tx:
            people.optout(tx, owner(first), first)

    thread = threading.Thread(target=opt_out)
    with rt.transaction() as settling:
        among = [Standing.CLAIMED]
        claims.put(settling, second.id, ["nebulafox"], Standing.LOST, among=among)
        thread.start()
        assert waits(rt)
        with rt.transaction() as tx:
            free = tx.conn.execute(
                "SELECT pg_try_advisory_xact_lock_shared(%s)", (CAUSES_LOCK,)
            ).fetchone()
    thread.join()

    assert free == (True,)
    with rt.transaction() as tx:
        assert standing(tx, second) == {"Nebula Fox": Standing.LOST}
