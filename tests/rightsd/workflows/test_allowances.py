import pytest

from ledger import entry
from rightsd.db.tx import Tx
from rightsd.domain.allowance import Allowance
from rightsd.domain.policy import Outcome
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError
from rightsd.workflows import allowances
from rightsd.workflows.generations import requests
from tests import people

PROMPT = "a statuette of gore magala roars"


def asked(tx: Tx, creator: Principal, prompt: str = PROMPT) -> Outcome:
    return requests.preflight(tx, creator, prompt=prompt, cameos=()).outcome


def add(
    tx: Tx, staff: Principal, phrase: str = "gore magala", rule: str = "violence.graphic"
) -> Allowance:
    return allowances.add(tx, staff, rule=rule, phrase=phrase, reason="a monster of a game")


def code_of(tx: Tx, staff: Principal, phrase: str, rule: str = "violence.graphic") -> Code:
    with pytest.raises(RightsError) as caught:
        add(tx, staff, phrase, rule)
    return caught.value.code


def test_a_phrase_counts_from_the_next_decision_until_it_is_lifted(tx: Tx) -> None:
    creator, reviewer = people.account(tx, Role.CREATOR), people.account(tx, Role.REVIEWER)
    assert asked(tx, creator) is Outcome.HOLD

    added = add(tx, reviewer)
    after_adding = asked(tx, creator)
    allowances.lift(tx, reviewer, added.id)

    assert after_adding is Outcome.ALLOW
    assert asked(tx, creator) is Outcome.HOLD


def test_a_phrase_spares_neither_other_words_nor_other_rules(tx: Tx) -> None:
    creator = people.account(tx, Role.CREATOR)
    add(tx, people.account(tx, Role.REVIEWER))

    assert asked(tx, creator, "gore magala, torture in a cellar") is Outcome.HOLD
    assert asked(tx, creator, "gore magala, naked man") is Outcome.HOLD


def test_who_did_it_is_on_record_and_the_words_are_committed_to(tx: Tx) -> None:
    reviewer = people.account(tx, Role.REVIEWER)

    added = add(tx, reviewer, " gore   magala ")

    (event,) = [event for event in tx.events if event.kind == "allowance.added"]
    assert event.data == {
        "account_id": reviewer.account_id,
        "rule": "violence.graphic",
        "phrase": entry.commit(added.salt, b"gore magala").hex(),
    }
    assert allowances.newest(tx, reviewer) == [added]


def test_what_would_switch_a_rule_off_or_do_nothing_is_refused(tx: Tx) -> None:
    reviewer = people.account(tx, Role.REVIEWER)

    assert code_of(tx, reviewer, "gore") is Code.INVALID
    assert code_of(tx, reviewer, "a red ball") is Code.INVALID
    assert code_of(tx, reviewer, "gore " + "very " * 12) is Code.INVALID
    assert code_of(tx, reviewer, "gore magala", "work.opted_out") is Code.INVALID
    assert code_of(tx, reviewer, "gore magala", "no.such") is Code.INVALID


def test_the_same_phrase_twice_conflicts_until_it_is_lifted(tx: Tx) -> None:
    reviewer = people.account(tx, Role.REVIEWER)
    first = add(tx, reviewer)
    assert code_of(tx, reviewer, "Gore Magala") is Code.CONFLICT

    allowances.lift(tx, reviewer, first.id)
    again = add(tx, reviewer)

    assert again.id != first.id
    with pytest.raises(RightsError, match="cannot"):
        allowances.lift(tx, reviewer, first.id)


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.REVIEWER, Role.ADMIN}))
def test_only_staff_may(tx: Tx, role: Role) -> None:
    assert code_of(tx, people.account(tx, role), "gore magala") is Code.FORBIDDEN
