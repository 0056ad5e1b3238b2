"""References of requests: compared with works and outputs, used once, bound to the request."""

from dataclasses import replace
from datetime import timedelta

import pytest

from fingerprint import descriptor
from ledger import entry
from rightsd.adapters import fingerprints as files
from rightsd.adapters.media import Frames
from rightsd.db import fingerprints, request_references
from rightsd.db.request_references import RequestReference
from rightsd.db.tx import Tx
from rightsd.domain.generation import Generation, State
from rightsd.domain.policy import Outcome
from rightsd.domain.principal import Principal, Role
from rightsd.domain.recognition import UNSEEN, Seen
from rightsd.domain.resemblance import Resemblance
from rightsd.domain.template import Kind, Sighting, Template
from rightsd.domain.work import Work
from rightsd.errors import Code, RightsError
from rightsd.workflows import notices, optouts, references
from rightsd.workflows.generations import deciding, requests
from rightsd.workflows.generations import references as sent
from tests import people, pictures

FOX, OTHER = pictures.clouds(1), pictures.clouds(2)


@pytest.fixture
def work(tx: Tx, holder: Principal) -> Work:
    made = people.work(tx, holder)
    people.optout(tx, holder, made)
    return made


@pytest.fixture
def holder(tx: Tx) -> Principal:
    return people.account(tx, Role.RIGHTS_HOLDER)


def seeing(
    frame: Frames,
    copies: tuple[str, ...] = (),
    *,
    found: tuple[Resemblance, ...] = (),
    seen: Seen = UNSEEN,
) -> sent.Looked:
    """What comes of looking at a picture before there are references."""
    shown = pictures.shown(frame)
    return sent.Looked(shown.sha256, shown.whole, copies, (), found, 0, seen)


def send(
    tx: Tx, creator: Principal, frame: Frames = FOX, *, copies: tuple[str, ...] = ()
) -> RequestReference:
    """Send a picture that was looked at before there were any references."""
    return sent.send(tx, creator, seeing(frame, copies))


def refer(tx: Tx, holder: Principal, work: Work, frame: Frames = FOX) -> None:
    references.register(tx, holder, work_id=work.id, shown=pictures.shown(frame))


def ask(tx: Tx, creator: Principal, *ids: str) -> Generation:
    return requests.request(tx, creator, wanted=people.wanted(), sent_ids=ids)


def test_a_picture_of_an_opted_out_work_is_refused(
    tx: Tx, holder: Principal, creator: Principal, work: Work
) -> None:
    refer(tx, holder, work)
    fox, other = send(tx, creator), send(tx, creator, OTHER)

    refused, allowed = ask(tx, creator, fox.id), ask(tx, creator, other.id)

    assert refused.state is State.REFUSED
    (reason,) = refused.decision.reasons
    assert reason.rule == "reference.opted_out"
    assert reason.evidence["request_reference_id"] == fox.id
    assert allowed.state is State.REQUESTED


def test_a_picture_that_resembles_one_waits_for_a_reviewer(
    tx: Tx, holder: Principal, creator: Principal, work: Work
) -> None:
    refer(tx, holder, work)
    like = send(tx, creator, pictures.blend(1, 2, 0.3))

    held = ask(tx, creator, like.id)

    assert held.state is State.HELD
    assert [reason.rule for reason in held.decision.reasons] == ["reference.resembles"]


def test_what_is_registered_while_the_clip_is_made_ends_it(
    tx: Tx, holder: Principal, creator: Principal, work: Work
) -> None:
    asked = ask(tx, creator, send(tx, creator).id)
    assert deciding.recheck(tx, asked.id) is not None

    refer(tx, holder, work)

    assert deciding.recheck(tx, asked.id) is None
    ended = requests.view(tx, creator, asked.id).generation
    assert ended.state is State.REFUSED
    assert [reason.rule for reason in ended.decision.reasons] == ["reference.opted_out"]


def test_an_optout_of_a_work_that_was_referred_to_before_ends_it_too(
    tx: Tx, holder: Principal, creator: Principal
) -> None:
    work = people.work(tx, holder)
    refer(tx, holder, work)
    asked = ask(tx, creator, send(tx, creator).id)
    assert deciding.recheck(tx, asked.id) is not None

    optout = optouts.register(tx, holder, work_id=work.id)

    decision = deciding.decide(tx, deciding.wish_of(asked), of=asked.id)
    assert decision.outcome is Outcome.REFUSE
    optouts.lift(tx, holder, optout.id)
    assert deciding.recheck(tx, asked.id) is not None


def test_what_was_held_against_it_before_is_not_looked_for_again(
    tx: Tx, holder: Principal, creator: Principal, work: Work
) -> None:
    refer(tx, holder, work, OTHER)
    asked = ask(tx, creator, send(tx, creator).id)

    (kept,) = request_references.of_generation(tx, asked.id)

    newest = fingerprints.of_references(tx, descriptor.ALGORITHM, after=0, limit=99)[-1].id
    assert kept.matched_through == newest
    assert request_references.resemblances(tx, [kept.id]) == []


def test_a_copy_of_what_was_taken_down_is_refused(tx: Tx, creator: Principal) -> None:
    out, reviewer = people.published(tx, creator), people.account(tx, Role.REVIEWER)
    received = notices.receive(tx, generation_id=out.id, claim=people.claim())
    copy = send(tx, creator, copies=(out.id,))
    wish = deciding.wish_of(out)
    assert deciding.decide(tx, wish, sent=[copy]).outcome is Outcome.ALLOW

    notices.uphold(tx, reviewer, received.notice.id, reason="so")

    refused = ask(tx, creator, copy.id)
    reason, also = refused.decision.reasons
    assert (reason.rule, reason.evidence) == ("output.taken_down", {"generation_id": out.id})
    assert also.rule == "remix.ended"  # It would have been made of that.
    assert "a reference of the request" in reason.detail


def test_a_preflight_says_the_same_and_uses_nothing_up(
    tx: Tx, holder: Principal, creator: Principal, work: Work
) -> None:
    refer(tx, holder, work)
    fox = send(tx, creator)

    for _ in range(2):
        decision = requests.preflight(tx, creator, prompt="a", cameos=(), sent_ids=(fox.id,))
        assert [reason.rule for reason in decision.reasons] == ["reference.opted_out"]

    assert ask(tx, creator, fox.id).state is State.REFUSED


def test_one_is_used_once_in_time_and_by_who_sent_it(tx: Tx, creator: Principal) -> None:
    fox, stale = send(tx, creator), send(tx, creator, OTHER)
    ask(tx, creator, fox.id)
    later = replace(tx, now=tx.now + sent.USABLE)
    other = people.account(tx, Role.CREATOR)

    for when, who, wanted in (
        (tx, creator, fox.id),
        (later, creator, stale.id),
        (tx, other, stale.id),
        (tx, creator, "rqr_" + "0" * 32),
    ):
        with pytest.raises(RightsError) as caught:
            ask(when, who, wanted)
        assert caught.value.code is Code.NOT_FOUND


def test_the_ledger_is_bound_to_the_file_without_telling_which_it_was(
    tx: Tx, creator: Principal
) -> None:
    fox = send(tx, creator)

    asked = ask(tx, creator, fox.id)

    event = next(event for event in tx.events if event.subject == asked.id)
    (commitment,) = event.data["references"]
    assert commitment == entry.commit(asked.wanted.salt, fox.sha256.encode()).hex()
    assert fox.sha256 not in str(event.data)
    assert requests.sent_with(tx, [asked.id]) == {asked.id: [(fox.id, fox.sha256)]}


def test_so_many_wait_and_no_more(
    tx: Tx, creator: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sent, "UNUSED_MAX", 1)
    first = send(tx, creator)

    with pytest.raises(RightsError) as caught:
        send(tx, creator, OTHER)
    assert caught.value.code is Code.TOO_MANY

    ask(tx, creator, first.id)
    send(tx, creator, OTHER)


def test_what_is_not_used_is_deleted(tx: Tx, holder: Principal, creator: Principal) -> None:
    looked = seeing(FOX, found=(Resemblance("ref_gone", 0.5, 0),))
    unused, used = sent.send(tx, creator, looked), send(tx, creator, OTHER)
    ask(tx, creator, used.id)
    before = tx.now + timedelta(seconds=1)

    assert request_references.delete_unused(tx, before=before, limit=9) == 1

    assert request_references.lock(tx, [unused.id]) == []
    assert len(request_references.lock(tx, [used.id])) == 1


def test_who_is_in_it_is_kept_sealed_until_the_request_is_over(tx: Tx, creator: Principal) -> None:
    template = Template(Kind.FACE, "faces@" + "0" * 64, bytes(range(64)))
    seen = Seen(frozenset({Kind.FACE}), (Sighting(template, 0.5, 3),))
    kept = sent.send(tx, creator, seeing(FOX, seen=seen))
    asked = ask(tx, creator, kept.id)
    (row,) = tx.conn.execute("SELECT seen FROM rights.request_reference").fetchall()
    assert template.vector not in row[0]

    assert request_references.clear_seen(tx, limit=9) == 0
    assert request_references.of_generation(tx, asked.id)[0].seen == seen
    deciding.refuse(tx, asked, asked.decision)
    assert request_references.clear_seen(tx, limit=9) == 1

    assert request_references.of_generation(tx, asked.id)[0].seen == UNSEEN


def test_what_is_kept_of_it_is_its_fingerprint_sealed(tx: Tx, creator: Principal) -> None:
    fox = send(tx, creator)

    row = tx.conn.execute(
        "SELECT sealed FROM rights.request_reference WHERE id = %s", (fox.id,)
    ).fetchone()

    assert row is not None
    moments = files.moments(pictures.content(FOX))
    assert moments[0][1] not in row[0]
    assert request_references.lock(tx, [fox.id])[0].moments == moments
