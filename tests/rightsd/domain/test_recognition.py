from dataclasses import replace

from rightsd.domain import policy, recognition, rulebook
from rightsd.domain.policy import Facts, Outcome, wish_of
from rightsd.domain.recognition import NOTHING, Finding, Lookalike, Recognition, Sent
from rightsd.domain.template import Kind, Level
from tests.conftest import NOW

WISH = wish_of("acc_creator", "a red ball", ())


def like(*findings: tuple[str, Level], kind: Kind = Kind.FACE) -> Recognition:
    found = tuple(Finding(subject_id, level, 0.123456) for subject_id, level in findings)
    return Recognition((Lookalike(kind, 1.5, found),))


def decide(recognised: Recognition, *cast: str) -> policy.Decision:
    masks = {each.subject_id: f"masked {each.subject_id}" for like in recognised.lookalikes
             for each in like.findings}  # fmt: skip
    facts = Facts(consents={}, opted_out=(), recognised=recognised, masks=masks, cast=cast)
    return policy.decide(WISH, facts, NOW)


def test_a_likeness_of_someone_who_is_not_cast_is_refused() -> None:
    decision = decide(like(("sub_ada", Level.ACCEPT)))

    assert decision.outcome is Outcome.REFUSE
    assert [reason.rule for reason in decision.reasons] == [rulebook.OUTPUT_LIKENESS.id]
    assert decision.reasons[0].evidence == {
        "person": "masked sub_ada",
        "kind": "face",
        "at_seconds": 1,
    }


def test_nobody_is_told_how_alike_it_is() -> None:
    for level in (Level.ACCEPT, Level.REVIEW):
        reason = decide(like(("sub_ada", level), kind=Kind.VOICE)).reasons[0]

        assert "0.12" not in reason.detail
        assert 0.123456 not in reason.evidence.values()


def test_what_may_be_a_likeness_waits_for_a_reviewer() -> None:
    decision = decide(like(("sub_ada", Level.REVIEW)))

    assert decision.outcome is Outcome.HOLD
    assert [reason.rule for reason in decision.reasons] == [rulebook.OUTPUT_LOOKALIKE.id]


def test_who_is_cast_may_be_seen_and_heard() -> None:
    assert decide(like(("sub_ada", Level.ACCEPT)), "sub_ada").outcome is Outcome.ALLOW
    assert decide(like(("sub_ada", Level.REVIEW)), "sub_ada").outcome is Outcome.ALLOW


def test_who_is_as_surely_someone_else_as_someone_cast_waits_for_a_reviewer() -> None:
    # Whoever enrols with pictures of another must not be cast in their place.
    other, ada = ("sub_other", Level.ACCEPT), ("sub_ada", Level.ACCEPT)
    for both in (like(other, ada), like(ada, other)):
        decision = decide(both, "sub_ada")

        assert decision.outcome is Outcome.HOLD
        assert decision.reasons[0].evidence["person"] == "masked sub_other"


def test_a_sister_of_someone_cast_who_may_be_meant_does_not_stand_in_the_way() -> None:
    both = like(("sub_ada", Level.ACCEPT), ("sub_sister", Level.REVIEW))

    assert decide(both, "sub_ada").outcome is Outcome.ALLOW


def test_someone_else_is_not_explained_by_who_is_cast() -> None:
    other = like(("sub_bob", Level.ACCEPT), ("sub_ada", Level.REVIEW))

    assert decide(other, "sub_ada").outcome is Outcome.REFUSE


def test_a_reference_with_someone_who_is_not_cast_is_refused_and_does_not_tell_who() -> None:
    outcomes: list[Outcome] = []
    for level in (Level.ACCEPT, Level.REVIEW):
        found = like(("sub_ada", level))
        sent = [Sent("rqr_1", NOTHING, {}), Sent("rqr_2", found, {"sub_ada": "f00"})]
        facts = Facts(consents={}, opted_out=(), sent_recognised=sent)

        decision = policy.decide(WISH, facts, NOW)

        outcomes.append(decision.outcome)
        (reason,) = decision.reasons
        assert reason.evidence == {
            "kind": "face",
            "at_seconds": 1,
            "person": "f00",
            "request_reference_id": "rqr_2",
        }
    assert outcomes == [Outcome.REFUSE, Outcome.HOLD]


def test_what_was_cleared_of_a_reference_clears_nobody_else() -> None:
    masks = {"sub_ada": "f00", "sub_bob": "ba5"}
    ada, bob = (
        Facts(
            consents={},
            opted_out=(),
            sent_recognised=[Sent("rqr_1", like((who, Level.REVIEW)), masks)],
        )
        for who in masks
    )
    cleared = [reason.matter for reason in policy.decide(WISH, ada, NOW).reasons]

    assert policy.decide(WISH, replace(ada, cleared=cleared), NOW).outcome is Outcome.ALLOW
    assert policy.decide(WISH, replace(bob, cleared=cleared), NOW).outcome is Outcome.HOLD


def test_a_reference_with_someone_who_is_cast_passes() -> None:
    sent = [Sent("rqr_1", like(("sub_ada", Level.ACCEPT)), {"sub_ada": "f00"})]
    facts = Facts(consents={}, opted_out=(), sent_recognised=sent, cast=["sub_ada"])

    assert policy.decide(WISH, facts, NOW).outcome is Outcome.ALLOW


def test_what_could_not_be_checked_waits_for_a_reviewer() -> None:
    decision = decide(Recognition(unchecked=(Kind.FACE, Kind.VOICE)))

    assert decision.outcome is Outcome.HOLD
    assert {reason.rule for reason in decision.reasons} == {rulebook.OUTPUT_UNCHECKED.id}


def test_a_reviewer_clears_a_doubt_and_no_likeness() -> None:
    for level, outcome in ((Level.REVIEW, Outcome.ALLOW), (Level.ACCEPT, Outcome.REFUSE)):
        recognised = like(("sub_ada", level))
        cleared = [reason.matter for reason in decide(recognised).reasons]
        facts = Facts(
            consents={},
            opted_out=(),
            recognised=recognised,
            masks={"sub_ada": "masked sub_ada"},
            cleared=cleared,
        )

        assert policy.decide(WISH, facts, NOW).outcome is outcome


def test_a_crowd_of_doubts_hides_no_likeness() -> None:
    doubts = like(("sub_bob", Level.REVIEW)).lookalikes * 100
    sure = like(("sub_ada", Level.ACCEPT)).lookalikes

    assert decide(Recognition((*doubts, *sure))).outcome is Outcome.REFUSE


def test_a_crowd_is_cited_in_part() -> None:
    crowd = Recognition(like(("sub_ada", Level.ACCEPT)).lookalikes * 100)

    assert len(decide(crowd).reasons) == recognition.REASONS_MAX
