"""Who may do what for a subject: every account against every verb."""

from datetime import timedelta

import pytest

from rightsd.domain import authority
from rightsd.domain.delegation import ONLY, Delegation, Kind, Scope, State, Verb
from rightsd.errors import Code, RightsError
from tests.conftest import NOW


def delegation(
    kind: Kind = Kind.AGENT,
    verbs: tuple[Verb, ...] = tuple(Verb),
    state: State = State.ACCEPTED,
    **scope: object,
) -> Delegation:
    said = Scope(kind, verbs, **scope)
    return Delegation("del_1", "sub_1", "acc_owner", "acc_other", said, b"", "", state, NOW, None)


def answer(
    account_id: str, verb: Verb, made: Delegation | None, *, minor: bool = False
) -> Code | None:
    try:
        authority.require(
            account_id,
            verb,
            owner_id="acc_owner",
            delegation=made,
            minor=minor,
            what="subject",
            now=NOW,
        )
    except RightsError as error:
        return error.code
    return None


@pytest.mark.parametrize("verb", Verb)
def test_the_owner_may_everything_and_a_stranger_nothing(verb: Verb) -> None:
    assert answer("acc_owner", verb, None) is None
    assert answer("acc_other", verb, None) is Code.NOT_FOUND


@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("let", Verb)
def test_a_delegate_may_what_they_were_let_and_nothing_else(verb: Verb, let: Verb) -> None:
    told = answer("acc_other", verb, delegation(verbs=(let,)))

    assert told is (None if verb is let else Code.FORBIDDEN)


@pytest.mark.parametrize("verb", Verb)
def test_a_minor_opens_nothing_and_may_close_everything(verb: Verb) -> None:
    told = answer("acc_owner", verb, None, minor=True)

    assert told is (Code.FORBIDDEN if verb in authority.OPENING else None)


@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("kind", Kind)
def test_for_a_minor_only_the_guardian_opens(verb: Verb, kind: Kind) -> None:
    state = State.ACTIVE if kind is Kind.ESTATE else State.ACCEPTED
    told = answer("acc_other", verb, delegation(kind, state=state), minor=True)

    closed = verb in authority.OPENING and kind is not Kind.GUARDIAN
    assert told is (Code.FORBIDDEN if closed else None)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("kind", Kind)
def test_nothing_is_done_under_a_delegation_that_is_not_in_force(state: State, kind: Kind) -> None:
    needed = State.ACTIVE if kind is Kind.ESTATE else State.ACCEPTED
    told = answer("acc_other", Verb.SEE, delegation(kind, state=state))

    assert told is (None if state is needed else Code.NOT_FOUND)


def test_nothing_is_done_before_or_after_its_window() -> None:
    second = timedelta(seconds=1)

    assert answer("acc_other", Verb.SEE, delegation(starts_at=NOW + second)) is Code.NOT_FOUND
    assert answer("acc_other", Verb.SEE, delegation(ends_at=NOW)) is Code.NOT_FOUND
    window = delegation(starts_at=NOW, ends_at=NOW + second)
    assert answer("acc_other", Verb.SEE, window) is None


def test_only_guardians_enrol_and_only_they_and_estates_unenrol() -> None:
    assert {Verb.ENROL: {Kind.GUARDIAN}, Verb.UNENROL: {Kind.GUARDIAN, Kind.ESTATE}} == ONLY
