"""Stay-down: entries, exemptions and floods at the gate, and against what is out already."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from fingerprint import descriptor
from rightsd.adapters import fingerprints as files
from rightsd.adapters.media import Frames
from rightsd.db import fingerprints, matches, standing
from rightsd.db.request_references import RequestReference
from rightsd.db.tx import Tx
from rightsd.domain import flood
from rightsd.domain.exemption import Ground, Terms
from rightsd.domain.generation import Generation, State
from rightsd.domain.policy import Decision, Outcome
from rightsd.domain.principal import Principal, Role
from rightsd.domain.review import Finding
from rightsd.domain.review import Kind as ReviewKind
from rightsd.domain.staydown import Found, Kind, Staydown
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows import exemptions, licences, references, staydowns
from rightsd.workflows.generations import deciding, requests, reviewing, withdrawals
from rightsd.workflows.generations import matches as noted
from rightsd.workflows.generations import references as sent
from tests import contests, people, pictures, upholding
from tests.daemon import settle
from tests.races import race
from tests.upholding import taken_down

FOX, OTHER = pictures.clouds(1), pictures.clouds(2)
LIKE_FOX = pictures.blend(1, 2, 0.3)  # Near enough to be noticed, too far to be sure.
TAKEN_DOWN, RESEMBLES = "output.taken_down", "output.resembles_taken_down"


@pytest.fixture
def reviewer(tx: Tx) -> Principal:
    return people.account(tx, Role.REVIEWER)


def add(tx: Tx, reviewer: Principal, kind: Kind = Kind.PRIVACY, frame: Frames = FOX) -> Staydown:
    return staydowns.add(tx, reviewer, kind=kind, shown=pictures.shown(frame), reason="So.")


def send(tx: Tx, creator: Principal, frame: Frames = FOX) -> RequestReference:
    """Send a picture that was looked at before there were any entries."""
    return sent.send(tx, creator, sent.Looked("0" * 64, pictures.whole(frame), (), (), (), 0))


def decision(tx: Tx, creator: Principal, *files_: RequestReference) -> Decision:
    wish = deciding.wish_of(people.refused(tx, creator))
    wish = replace(wish, prompt="a red ball", cameos=())
    return deciding.decide(tx, wish, sent=files_)


def rules(decided: Decision) -> Sequence[str]:
    # What is made of an output that was taken down ends with it, too: that is another rule.
    return [reason.rule for reason in decided.reasons if reason.rule != "remix.ended"]


def copy_of(tx: Tx, creator: Principal, out: str) -> RequestReference:
    return sent.send(tx, creator, sent.Looked("0" * 64, pictures.whole(OTHER), (out,), (), (), 0))


def exempt(tx: Tx, reviewer: Principal, thing: str, **whose: str | None) -> Terms:
    terms = {"account_id": None, "licence_id": None} | whose
    until = tx.now + timedelta(days=30)
    return Terms(thing, ground=Ground.NEWS, reason="So.", expires_at=until, **terms)


def test_an_entry_refuses_what_shows_it_and_holds_what_may_until_it_ends(
    tx: Tx, creator: Principal, reviewer: Principal
) -> None:
    fox, like, other = (send(tx, creator, frame) for frame in (FOX, LIKE_FOX, OTHER))
    assert decision(tx, creator, fox).outcome is Outcome.ALLOW

    entry = add(tx, reviewer)

    refused = decision(tx, creator, fox)
    assert rules(refused) == [TAKEN_DOWN]
    assert refused.reasons[0].evidence == {"staydown_id": entry.id}
    held = decision(tx, creator, like)
    assert (held.outcome, rules(held)) == (Outcome.HOLD, [RESEMBLES])
    assert decision(tx, creator, other).outcome is Outcome.ALLOW
    staydowns.end(tx, reviewer, entry.id)
    assert decision(tx, creator, fox, like).outcome is Outcome.ALLOW
    assert fingerprints.find(tx, entry.id, descriptor.ALGORITHM) is None
    with pytest.raises(RightsError) as again:
        staydowns.end(tx, reviewer, entry.id)
    assert again.value.code is Code.CONFLICT


def test_a_file_is_on_the_list_once_and_the_log_does_not_tell_which_it_is(
    tx: Tx, reviewer: Principal
) -> None:
    entry = add(tx, reviewer)

    assert entry.sha256 not in str(tx.events[-1].data)
    with pytest.raises(RightsError) as twice:
        add(tx, reviewer)
    assert twice.value.code is Code.CONFLICT
    staydowns.end(tx, reviewer, entry.id)
    assert add(tx, reviewer).id != entry.id


def test_what_ends_the_takedown_ends_the_stay_down(tx: Tx, creator: Principal) -> None:
    out = taken_down(tx, creator)
    copy = copy_of(tx, creator, out.id)
    assert rules(decision(tx, creator, copy)) == [TAKEN_DOWN]

    upholding.end(tx, out)

    assert decision(tx, creator, copy).outcome is Outcome.ALLOW


def test_an_exemption_is_for_one_account_and_a_while(
    tx: Tx, creator: Principal, reviewer: Principal
) -> None:
    out = taken_down(tx, creator)
    other = people.account(tx, Role.CREATOR)
    copies = {who: copy_of(tx, who, out.id) for who in (creator, other)}

    granted = exemptions.grant(
        tx, reviewer, exempt(tx, reviewer, out.id, account_id=creator.account_id)
    )

    assert decision(tx, creator, copies[creator]).outcome is Outcome.ALLOW
    assert rules(decision(tx, other, copies[other])) == [TAKEN_DOWN]
    later = replace(tx, now=granted.expires_at)
    assert rules(decision(later, creator, copies[creator])) == [TAKEN_DOWN]
    exemptions.end(tx, reviewer, granted.id)
    assert rules(decision(tx, creator, copies[creator])) == [TAKEN_DOWN]


def test_an_exemption_for_a_licence_ends_with_it(
    tx: Tx, creator: Principal, reviewer: Principal
) -> None:
    out = taken_down(tx, creator)
    copy, brand = copy_of(tx, creator, out.id), people.account(tx, Role.RIGHTS_HOLDER)
    licence = people.licence(tx, creator, people.offer(tx, brand, people.work(tx, brand)))

    exemptions.grant(tx, reviewer, exempt(tx, reviewer, out.id, licence_id=licence.id))

    assert decision(tx, creator, copy).outcome is Outcome.ALLOW
    tx.conn.execute(
        "UPDATE rights.licence SET state = 'revoked', ended_at = %s WHERE id = %s",
        (tx.now, licence.id),
    )
    assert rules(decision(tx, creator, copy)) == [TAKEN_DOWN]


def test_who_may_be_exempt_and_from_what(tx: Tx, creator: Principal, reviewer: Principal) -> None:
    intimate = add(tx, reviewer, Kind.INTIMATE)
    private = add(tx, reviewer, Kind.PRIVACY, OTHER)
    mine = {"account_id": creator.account_id}
    right = exempt(tx, reviewer, private.id, **mine)
    nobody = exempt(tx, reviewer, private.id, account_id=f"acc_{'0' * 32}")
    for terms, code in (
        (exempt(tx, reviewer, intimate.id, **mine), Code.CONFLICT),
        (exempt(tx, reviewer, f"gen_{'0' * 32}", **mine), Code.NOT_FOUND),
        (exempt(tx, reviewer, private.id), Code.INVALID),
        (nobody, Code.NOT_FOUND),
        (exempt(tx, reviewer, private.id, licence_id=f"lic_{'0' * 32}"), Code.NOT_FOUND),
        (replace(right, licence_id=f"lic_{'0' * 32}"), Code.INVALID),
        (replace(right, expires_at=tx.now), Code.INVALID),
        (replace(right, expires_at=tx.now + timedelta(days=367)), Code.INVALID),
    ):
        with pytest.raises(RightsError) as caught:
            exemptions.grant(tx, reviewer, terms)
        assert caught.value.code is code, terms

    assert exemptions.grant(tx, reviewer, right).thing == private.id


def inundate(tx: Tx, thing: str, many: int = flood.FLOOR, *, after: int = 0) -> None:
    """Have as many clips of several accounts show something."""
    for number in range(after, after + many):
        if (number - after) % flood.OF_ACCOUNT_MAX == 0:
            whose = people.account(tx, Role.CREATOR)
        noted.note(tx, f"gen_{number:032x}", [Found(thing)], whose.account_id)


def test_nobody_makes_a_flood_alone(tx: Tx, creator: Principal, reviewer: Principal) -> None:
    out = taken_down(tx, creator)

    for number in range(5 * flood.FLOOR):
        noted.note(tx, f"gen_{number:032x}", [Found(out.id)], creator.account_id)

    assert rules(decision(tx, creator, copy_of(tx, creator, out.id))) == [TAKEN_DOWN]
    (statistics,) = staydowns.statistics(tx, reviewer)
    assert statistics.precision.matches == 5 * flood.FLOOR + 1


def test_what_matches_too_much_waits_for_a_reviewer_until_one_confirms_it(
    tx: Tx, creator: Principal
) -> None:
    out = taken_down(tx, creator)
    copy = copy_of(tx, creator, out.id)  # The first match.
    inundate(tx, out.id, flood.FLOOR - 2)
    assert rules(decision(tx, creator, copy)) == [TAKEN_DOWN]

    inundate(tx, out.id, 5, after=100)

    held = decision(tx, creator, copy)
    assert (held.outcome, rules(held)) == (Outcome.HOLD, [RESEMBLES])
    review = contests.of(tx, out.id, ReviewKind.FLOOD)
    assert review.parties == (creator.account_id,)
    assert (review.evidence or {})["matches_of_the_hour"] == flood.FLOOR
    contests.decide(tx, review, Finding.REFUSE)
    assert rules(decision(tx, creator, copy)) == [TAKEN_DOWN]
    # What came before the answer does not count again, but as many more do.
    later = replace(tx, now=tx.now + timedelta(minutes=1))
    inundate(later, out.id, flood.FLOOR - 1, after=200)
    assert rules(decision(later, creator, copy)) == [TAKEN_DOWN]
    inundate(later, out.id, 1, after=300)
    assert rules(decision(later, creator, copy)) == [RESEMBLES]


def test_what_a_reviewer_does_not_confirm_refuses_nothing_by_itself_any_more(
    tx: Tx, creator: Principal, reviewer: Principal
) -> None:
    out = taken_down(tx, creator)
    inundate(tx, out.id)

    contests.decide(tx, contests.of(tx, out.id, ReviewKind.FLOOD), Finding.ALLOW)

    assert rules(decision(tx, creator, copy_of(tx, creator, out.id))) == [RESEMBLES]
    (statistics,) = staydowns.statistics(tx, reviewer)
    assert statistics.bar is not None
    assert (statistics.thing, statistics.bar.held) == (out.id, True)
    assert statistics.precision.matches == flood.FLOOR + 1


def test_a_flood_does_not_open_the_gate_to_intimate_images(
    tx: Tx, creator: Principal, reviewer: Principal
) -> None:
    fox, entry = send(tx, creator), add(tx, reviewer, Kind.INTIMATE)

    inundate(tx, entry.id)

    review = contests.of(tx, entry.id, ReviewKind.FLOOD)
    assert (review.evidence or {})["refused_meanwhile"] is True
    assert rules(decision(tx, creator, fox)) == [TAKEN_DOWN]
    contests.decide(tx, review, Finding.ALLOW)
    assert rules(decision(tx, creator, fox)) == [TAKEN_DOWN]


def test_who_added_an_entry_does_not_decide_whether_it_is_right(
    tx: Tx, reviewer: Principal
) -> None:
    entry = add(tx, reviewer)
    inundate(tx, entry.id)
    review = contests.of(tx, entry.id, ReviewKind.FLOOD)

    with pytest.raises(RightsError) as caught:
        contests.decide(tx, review, Finding.REFUSE, by=reviewer)

    assert caught.value.code is Code.NOT_FOUND


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        (Kind.COPYRIGHT, True),
        (Kind.TRADEMARK, True),
        (Kind.LIKENESS, False),
        (Kind.INTIMATE, False),
    ],
)
def test_a_work_gets_no_reference_that_was_taken_down_for_a_person(
    tx: Tx, reviewer: Principal, kind: Kind, *, kept: bool
) -> None:
    entry, brand = add(tx, reviewer, kind), people.account(tx, Role.RIGHTS_HOLDER)
    work, shown = people.work(tx, brand), pictures.shown(FOX)

    def register(found: Found) -> object:
        return references.register(tx, brand, work_id=work.id, shown=shown, found=[found])

    if kept:
        assert register(Found(entry.id))
        return
    with pytest.raises(RightsError) as caught:
        register(Found(entry.id))
    assert caught.value.code is Code.REFUSED
    assert register(Found(entry.id, strong=False))


@pytest.fixture
def staff(rt: Runtime) -> Principal:
    with rt.transaction() as tx:
        return people.account(tx, Role.REVIEWER)


@pytest.fixture
def maker(rt: Runtime) -> Principal:
    with rt.transaction() as tx:
        return people.account(tx, Role.CREATOR)


def publish(rt: Runtime, maker: Principal, *frames: Frames) -> Generation:
    """An output on record that shows these pictures, a second each."""
    with rt.transaction() as tx:
        made = people.published(tx, maker)
        fingerprints.insert(tx, made.id, [files.pack(pictures.content(*frames))])
    return made


def state(rt: Runtime, maker: Principal, made: Generation) -> State:
    with rt.transaction() as tx:
        return requests.view(tx, maker, made.id).generation.state


def test_a_new_entry_withdraws_what_shows_it_until_it_ends(
    rt: Runtime, maker: Principal, staff: Principal
) -> None:
    shows, resembles, neither = (
        publish(rt, maker, *frames) for frames in ((OTHER, FOX), (LIKE_FOX,), (OTHER,))
    )

    with rt.transaction() as tx:
        entry = add(tx, staff)
    settle(rt)

    found = [state(rt, maker, each) for each in (shows, resembles, neither)]
    assert found == [State.WITHDRAWN, State.PUBLISHED, State.PUBLISHED]
    with rt.transaction() as tx:
        staydowns.end(tx, staff, entry.id)
    settle(rt)
    assert state(rt, maker, shows) is State.PUBLISHED


def test_ending_an_entry_waits_for_what_it_withdraws_and_shows_that_again(
    rt: Runtime, maker: Principal, staff: Principal
) -> None:
    with rt.transaction() as tx:
        entry = add(tx, staff)
    settle(rt)
    shows = publish(rt, maker, OTHER, FOX)

    def withdraw(tx: Tx) -> None:
        assert withdrawals.withdraw_for_staydown(tx, shows.id, entry.id)

    assert race(rt, withdraw, lambda tx: staydowns.end(tx, staff, entry.id)) == [
        "released",
        "ended",
    ]
    settle(rt)
    assert state(rt, maker, shows) is State.PUBLISHED
    with rt.transaction() as tx:
        assert not withdrawals.withdraw_for_staydown(tx, shows.id, entry.id)


@pytest.mark.parametrize("entry", [True, False], ids=["an entry", "a notice"])
def test_what_stayed_down_is_shown_again_to_whom_an_exemption_is_granted(
    rt: Runtime, maker: Principal, staff: Principal, *, entry: bool
) -> None:
    with rt.transaction() as tx:
        other = people.account(tx, Role.CREATOR)
    frames = [FOX, *map(pictures.clouds, range(10, 25))]  # Long enough to be the same clip.
    original, theirs = (publish(rt, other, *frames) for _ in range(2))
    mine, objected = (publish(rt, maker, *frames) for _ in range(2))
    with rt.transaction() as tx:
        people.withdrawn(tx, objected.id, {"because_of": "acc_1"})
        thing = add(tx, staff).id if entry else original.id
        if not entry:
            upholding.take_down(tx, original)
    settle(rt)
    assert state(rt, maker, mine) is State.WITHDRAWN

    with rt.transaction() as tx:
        exemptions.grant(tx, staff, exempt(tx, staff, thing, account_id=maker.account_id))
    settle(rt)

    assert state(rt, maker, mine) is State.PUBLISHED
    assert state(rt, other, theirs) is State.WITHDRAWN
    assert state(rt, maker, objected) is State.WITHDRAWN


def test_a_copy_that_something_else_is_against_stays_down_whoever_is_exempt(
    rt: Runtime, maker: Principal, staff: Principal
) -> None:
    mine = publish(rt, maker, FOX)
    with rt.transaction() as tx:
        entry = add(tx, staff)
    settle(rt)
    with rt.transaction() as tx:
        upholding.take_down(tx, mine)
        exemptions.grant(tx, staff, exempt(tx, staff, entry.id, account_id=maker.account_id))

    settle(rt)

    assert state(rt, maker, mine) is State.WITHDRAWN


def test_an_entry_waits_for_a_release_and_a_release_sees_the_entry(
    rt: Runtime, maker: Principal, staff: Principal
) -> None:
    with rt.transaction() as tx:
        asked = requests.request(tx, maker, wanted=people.wanted())
    content = pictures.content(OTHER, FOX)
    early = rt.compare(content)

    def hold(tx: Tx) -> None:
        deciding.decide(tx, deciding.wish_of(asked), of=asked.id, hold=True)

    assert race(rt, hold, lambda tx: add(tx, staff)) == ["released", "ended"]
    with rt.transaction() as tx:
        standing.hold_causes(tx)
        late, _ = sent.late(tx, pictures.whole(OTHER, FOX), through=early.references_through)
        shown = deciding.Shown(found=late)
        decided = deciding.decide(tx, deciding.wish_of(asked), of=asked.id, shown=shown)
    assert early.references == ()
    assert rules(decided) == [TAKEN_DOWN]


def test_what_is_out_under_an_exemption_ends_with_it_at_once(
    rt: Runtime, maker: Principal, staff: Principal
) -> None:
    with rt.transaction() as tx:
        out = taken_down(tx, maker)
        terms = exempt(tx, staff, out.id, account_id=maker.account_id)
        exemption = exemptions.grant(tx, staff, terms)
    copy = publish(rt, maker, FOX)
    with rt.transaction() as tx:
        noted.note(tx, copy.id, [Found(out.id)], maker.account_id)
        assert standing.why_not(tx, [copy]) == {}
        later = replace(tx, now=exemption.expires_at)
        assert copy.id in standing.why_not(later, [copy])

        exemptions.end(tx, staff, exemption.id)
        assert copy.id in standing.why_not(tx, [copy])

    settle(rt)
    assert state(rt, maker, copy) is State.WITHDRAWN


@pytest.mark.parametrize("over", ["its time", "its licence"])
def test_what_is_out_under_an_exemption_is_withdrawn_when_that_is_over(
    rt: Runtime, maker: Principal, staff: Principal, over: str
) -> None:
    with rt.transaction() as tx:
        out = taken_down(tx, maker)
        brand = people.account(tx, Role.RIGHTS_HOLDER)
        offer = people.offer(tx, brand, people.work(tx, brand))
        licence = people.licence(tx, maker, offer)
        whose = {"licence_id": licence.id} if over == "its licence" else {}
        terms = exempt(tx, staff, out.id, **(whose or {"account_id": maker.account_id}))
        exemption = exemptions.grant(tx, staff, terms)
    copy = publish(rt, maker, FOX)
    with rt.transaction() as tx:
        noted.note(tx, copy.id, [Found(out.id)], maker.account_id)
        made = people.published(tx, maker, remix_of=out.id)
    settle(rt)
    assert [state(rt, maker, one) for one in (copy, made)] == [State.PUBLISHED] * 2
    early = exemptions.end_due(rt)
    after = replace(rt, clock=lambda: exemption.expires_at)
    if over == "its licence":
        after = rt
        with rt.transaction() as tx:
            licences.revoke(tx, brand, licence.id)

    assert (early, exemptions.end_due(after), exemptions.end_due(after)) == (0, 1, 0)
    settle(after)

    assert state(rt, maker, copy) is State.WITHDRAWN
    assert state(rt, maker, made) is State.WITHDRAWN


def test_copies_that_are_out_wait_with_a_flood_and_go_when_it_is_confirmed(
    rt: Runtime, maker: Principal
) -> None:
    copy = publish(rt, maker, FOX)
    with rt.transaction() as tx:
        out = taken_down(tx, maker)
        inundate(tx, out.id)
        noted.note(tx, copy.id, [Found(out.id)], maker.account_id)
    settle(rt)
    assert state(rt, maker, copy) is State.PUBLISHED

    with rt.transaction() as tx:
        contests.decide(tx, contests.of(tx, out.id, ReviewKind.FLOOD), Finding.REFUSE)
        assert copy.id in standing.why_not(tx, [copy])
    settle(rt)

    assert state(rt, maker, copy) is State.WITHDRAWN


@pytest.mark.parametrize("finding", [Finding.ALLOW, Finding.REFUSE])
def test_what_a_reviewer_finds_of_a_held_use_is_counted_and_holds_for_it(
    rt: Runtime, maker: Principal, staff: Principal, finding: Finding
) -> None:
    with rt.transaction() as tx:
        like, entry = send(tx, maker, LIKE_FOX), add(tx, staff)
        held = requests.request(tx, maker, wanted=people.wanted(), sent_ids=[like.id])
        assert held.state is State.HELD
        review = contests.decide(tx, contests.of(tx, held.id), finding)

    reviewing.settle_review(rt, review.id)

    with rt.transaction() as tx:
        counted = matches.precisions(tx, [entry.id])[entry.id]
        now = requests.view(tx, maker, held.id).generation
    allowed = finding is Finding.ALLOW
    assert (counted.confirmed, counted.overturned) == (int(not allowed), int(allowed))
    assert now.state is (State.REQUESTED if allowed else State.REFUSED)


@pytest.mark.parametrize("besides", ["an objection", "an opt-out"])
def test_who_is_exempt_makes_nothing_of_what_went_for_another_reason_too(
    tx: Tx, creator: Principal, reviewer: Principal, besides: str
) -> None:
    out = people.published(tx, creator, "the nebula fox runs")
    upholding.take_down(tx, out)
    mine = exempt(tx, reviewer, out.id, account_id=creator.account_id)
    exemptions.grant(tx, reviewer, mine)
    wanted = people.wanted("a red ball")
    again = requests.request(tx, creator, wanted=wanted, remix_of=out.id)
    if besides == "an opt-out":
        brand = people.account(tx, Role.RIGHTS_HOLDER)
        people.optout(tx, brand, people.work(tx, brand))
    else:
        people.withdrawn(tx, out.id, {"because_of": "sub_who_objected"})

    refused = requests.request(tx, creator, wanted=wanted, remix_of=out.id)

    assert (again.state, refused.state) == (State.REQUESTED, State.REFUSED)
