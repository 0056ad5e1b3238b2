"""Claims that would refuse very much wait for a reviewer."""

from collections.abc import Callable

import pytest

from rightsd.db.standing import hold_causes
from rightsd.db.tx import Tx
from rightsd.domain.policy import Outcome
from rightsd.domain.principal import Principal, Role
from rightsd.domain.radius import Cap
from rightsd.domain.review import Finding, Kind
from rightsd.domain.rulebook.books import Default
from rightsd.domain.work import Alias, Standing
from rightsd.domain.work import Kind as WorkKind
from rightsd.runtime import Runtime
from rightsd.workflows import optouts, reservations, works
from rightsd.workflows.imports.applying import Imported
from tests import contests, people
from tests.races import race
from tests.rightsd.workflows.test_claims import document, outcome, standing

NARROW = Cap(share=0.2, requests=3)


def asked_for(tx: Tx, *prompts: str) -> None:
    creator = people.account(tx, Role.CREATOR)
    for prompt in prompts:
        people.published(tx, creator, prompt)


def widely(tx: Tx) -> None:
    asked_for(tx, *(f"the red ball number {n} rolls on" for n in range(6)), "a boat", "a cat")


def test_a_claim_that_would_refuse_too_much_waits_with_the_names_that_would(tx: Tx) -> None:
    widely(tx)
    brand = people.account(tx, Role.RIGHTS_HOLDER)
    work = people.work(tx, brand, "Red Ball", "Quorvax Prime")

    optout = optouts.register(tx, brand, work_id=work.id, cap=NARROW)

    assert optouts.effects(tx, [optout])[work.id].waiting == ("Red Ball",)
    assert outcome(tx, "a red ball bounces") is Outcome.ALLOW
    assert outcome(tx, "Quorvax Prime flies") is Outcome.REFUSE
    review = contests.of(tx, work.id, Kind.CLAIM)
    assert review.evidence is not None
    assert review.evidence["waiting"] == ["Red Ball"]
    assert (review.evidence["would_refuse"], review.evidence["of_sampled"]) == (6, 8)


@pytest.mark.parametrize("finding", [Finding.ALLOW, Finding.REFUSE])
def test_a_reviewer_lets_a_wide_claim_take_effect_or_not(rt: Runtime, finding: Finding) -> None:
    with rt.transaction() as tx:
        widely(tx)
        brand = people.account(tx, Role.RIGHTS_HOLDER)
        work = people.work(tx, brand, "Red Ball")
        optouts.register(tx, brand, work_id=work.id, cap=NARROW)
        review = contests.decide(tx, contests.of(tx, work.id, Kind.CLAIM), finding)

    works.settle_review(rt, review.id)

    allowed = finding is Finding.ALLOW
    with rt.transaction() as tx:
        assert standing(tx, work) == {"Red Ball": Standing.OWNED if allowed else Standing.LOST}
        assert outcome(tx, "a red ball") is (Outcome.REFUSE if allowed else Outcome.ALLOW)


def test_a_wide_claim_takes_effect_at_once_when_it_is_verified(rt: Runtime) -> None:
    with rt.transaction() as tx:
        widely(tx)
        brand = people.account(tx, Role.RIGHTS_HOLDER)
        work = document(tx, people.work(tx, brand, "Red Ball"))
        review = contests.decide(tx, contests.of(tx, work.id, Kind.CLAIM), Finding.ALLOW)
    works.settle_review(rt, review.id)

    with rt.transaction() as tx:
        optouts.register(tx, brand, work_id=work.id, cap=NARROW)

        assert standing(tx, work) == {"Red Ball": Standing.OWNED}
        assert outcome(tx, "a red ball") is Outcome.REFUSE


def test_a_name_that_is_added_to_a_verified_work_is_not_verified_with_it(
    rt: Runtime, brand: Principal, table: Callable[..., Imported]
) -> None:
    with rt.transaction() as tx:
        widely(tx)
        other = people.account(tx, Role.RIGHTS_HOLDER)
        people.optout(tx, other, people.work(tx, other, "Quorvax"))
    with rt.transaction() as tx:  # A moment later.
        work = document(tx, people.work(tx, brand, "Nebula Fox"))
        review = contests.decide(tx, contests.of(tx, work.id, Kind.CLAIM), Finding.ALLOW)
    works.settle_review(rt, review.id)

    imported = table(
        "title,kind,aliases,optout", "Nebula Fox,character,Red Ball | Quorvax,yes", cap=NARROW
    )

    assert imported.waiting == 1
    with rt.transaction() as tx:
        assert standing(tx, work) == {
            "Nebula Fox": Standing.OWNED,
            "Red Ball": Standing.WAITING,
            "Quorvax": Standing.CONTESTED,
        }


def test_an_imported_claim_waits_and_is_contested_like_any_other(
    rt: Runtime, brand: Principal, table: Callable[..., Imported]
) -> None:
    with rt.transaction() as tx:
        widely(tx)
        other = people.account(tx, Role.RIGHTS_HOLDER)
        people.optout(tx, other, people.work(tx, other, "Quorvax"))

    lines = ("title,kind,aliases,optout", "Red Ball,mark,,yes", "QUORVAX,mark,Zelmir,yes")
    dry = table(*lines, cap=NARROW, dry=True)
    imported = table(*lines, cap=NARROW)

    assert dry.waiting == imported.waiting == 1
    with rt.transaction() as tx:
        found = {
            name.shown: name.standing
            for names in works.names_of(tx, works.mine(tx, brand)).values()
            for name in names
        }
        assert found == {
            "Red Ball": Standing.WAITING,
            "QUORVAX": Standing.CONTESTED,
            "Zelmir": Standing.CLAIMED,
        }
        row = tx.conn.execute("SELECT count(*) FROM rights.review").fetchone()
    assert row == (1,)  # What the dry run asked was undone.


def test_documents_of_a_claim_that_waits_reach_its_reviewer(tx: Tx) -> None:
    widely(tx)
    brand = people.account(tx, Role.RIGHTS_HOLDER)
    work = people.work(tx, brand, "Red Ball")
    optouts.register(tx, brand, work_id=work.id, cap=NARROW)

    document(tx, work)

    review = contests.of(tx, work.id, Kind.CLAIM)
    assert review.evidence is not None
    assert review.evidence["waiting"] == ["Red Ball"]
    assert len(review.evidence["documents"]) == 1
    assert review.names == ("redball",)


@pytest.mark.parametrize(
    ("cap", "prompts"),
    [
        (Cap(share=0.5, requests=2), ["the red ball rolls"] * 9),  # Asked for again and again.
        (Cap(share=0.8, requests=1), [f"the red ball {n}" for n in "abc"] + ["a cat", "a boat"]),
        (Cap(share=0.1, requests=3), [f"the red ball {n}" for n in "abc"]),
    ],
)
def test_a_claim_within_the_cap_refuses_at_once(tx: Tx, cap: Cap, prompts: list[str]) -> None:
    asked_for(tx, *prompts)
    brand = people.account(tx, Role.RIGHTS_HOLDER)
    work = people.work(tx, brand, "Red Ball")

    optouts.register(tx, brand, work_id=work.id, cap=cap)

    assert outcome(tx, "a red ball") is Outcome.REFUSE


def test_names_that_count_only_in_context_are_measured_so(tx: Tx) -> None:
    asked_for(tx, *(f"the sand and a ball {n}" for n in range(9)))
    brand = people.account(tx, Role.RIGHTS_HOLDER)
    counts, does_not = (
        works.register(
            tx, brand, kind=WorkKind.MARK, title="Sand", aliases=[Alias("Sand", common=common)]
        )
        for common in (False, True)
    )

    for work in (counts, does_not):
        optouts.register(tx, brand, work_id=work.id, cap=NARROW)

    assert standing(tx, counts) == {"Sand": Standing.WAITING}
    assert standing(tx, does_not) == {"Sand": Standing.CLAIMED}


def test_names_begin_to_refuse_only_when_releases_under_way_have_committed(rt: Runtime) -> None:
    with rt.transaction() as tx:
        widely(tx)
        brand = people.account(tx, Role.RIGHTS_HOLDER)
        work = people.work(tx, brand, "Red Ball")
        optouts.register(tx, brand, work_id=work.id, cap=NARROW)
        review = contests.decide(tx, contests.of(tx, work.id, Kind.CLAIM), Finding.ALLOW)

    order = race(rt, hold_causes, lambda _: works.settle_review(rt, review.id))

    assert order == ["released", "ended"]


def test_reserving_a_work_refuses_no_more_than_opting_it_out_would(tx: Tx) -> None:
    widely(tx)
    brand = people.account(tx, Role.RIGHTS_HOLDER)
    work = people.work(tx, brand, "Red Ball", "Quorvax Prime")

    licensed_only = Default.LICENSED_ONLY
    reservations.state(tx, brand, work_id=work.id, least=licensed_only, opted_in=False, cap=NARROW)

    assert standing(tx, work)["Red Ball"] is Standing.WAITING
    assert outcome(tx, "a red ball bounces") is Outcome.ALLOW
    assert outcome(tx, "Quorvax Prime flies") is Outcome.REFUSE
    assert contests.of(tx, work.id, Kind.CLAIM).evidence is not None
