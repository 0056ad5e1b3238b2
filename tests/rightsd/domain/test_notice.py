"""What becomes of a notice: whether it takes down, who may appeal, and what is due."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rightsd.domain import notice as domain
from rightsd.domain import statement_of_reasons as reasons
from rightsd.domain.clocks import What
from rightsd.domain.events import Event
from rightsd.domain.letter import Language
from rightsd.domain.notice import APPEAL_DAYS, OTHERS_MAX, Claimant, Notice, Party, State
from rightsd.domain.regime import Kind
from rightsd.domain.statement_of_reasons import Outcome
from rightsd.errors import Code, RightsError
from tests import people
from tests.rightsd.domain.test_regime import COUNTER

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


def received(kind: Kind = Kind.COPYRIGHT, target: str | None = "gen_1") -> Notice:
    event = Event("notice.received", "ntc_1", AT, {"generation_id": target})
    return domain.received(people.claim(kind), Claimant(), event)


def after(notice: Notice, *kinds: str, at: datetime = AT, **data: object) -> Notice:
    for kind in kinds:
        counter = COUNTER if kind == "countered" else None
        event = Event(f"notice.{kind}", notice.id, at, data)
        notice = domain.evolve(notice, event, counter=counter, words="So.")
    return notice


def appealed(notice: Notice, party: Party, at: datetime = AT, by: str = "acc_1") -> Notice:
    return after(notice, "appealed", at=at, party=party.value, account_id=by)


@pytest.mark.parametrize(
    ("kinds", "stands"),
    [
        ((), False),
        (("deficient",), False),
        (("rejected",), False),
        (("upheld",), True),
        (("upheld", "retracted"), False),
        (("upheld", "countered"), True),
        (("upheld", "countered", "action_filed"), True),
        (("upheld", "countered", "action_filed", "restored"), False),
        (("upheld", "countered", "restored"), False),
        (("upheld", "closed"), True),
        (("rejected", "closed"), False),
    ],
)
def test_whether_the_output_is_down(kinds: tuple[str, ...], *, stands: bool) -> None:
    assert after(received(), *kinds).stands is stands


@pytest.mark.parametrize("first", ["upheld", "rejected"])
def test_an_appeal_changes_nothing_until_it_is_decided(first: str) -> None:
    decided = after(received(), first)
    loser = Party.CREATOR if decided.stands else Party.CLAIMANT

    waiting = appealed(decided, loser)

    assert waiting.stands is decided.stands
    assert after(waiting, "affirmed").stands is decided.stands
    assert after(waiting, "reversed").stands is not decided.stands


def test_each_party_appeals_once_and_only_what_goes_against_them() -> None:
    upheld = after(received(), "upheld")
    assert upheld.appealable_by() == {Party.CREATOR, Party.OTHER}

    affirmed = after(appealed(upheld, Party.OTHER), "affirmed")
    assert affirmed.appealable_by() == {Party.CREATOR}
    last = after(appealed(affirmed, Party.CREATOR), "reversed")

    assert last.appealable_by() == {Party.CLAIMANT, Party.OTHER}  # It affects other people now.
    for notice, party in ((upheld, Party.CLAIMANT), (affirmed, Party.OTHER)):
        with pytest.raises(RightsError) as caught:
            appealed(notice, party)
        assert caught.value.code is Code.CONFLICT


def test_several_others_appeal_together_each_once_and_keep_no_side_out() -> None:
    waiting = after(received(), "upheld")
    for number in range(OTHERS_MAX):
        at = AT + timedelta(days=number)
        waiting = appealed(waiting, Party.OTHER, at, by=f"acc_{number}")

    assert (waiting.appealed_at, len(waiting.objections)) == (AT, OTHERS_MAX)
    for by in ("acc_1", "acc_late"):
        with pytest.raises(RightsError) as caught:
            appealed(waiting, Party.OTHER, by=by)
        assert caught.value.code is Code.CONFLICT
    both = appealed(waiting, Party.CREATOR)
    assert both.appealed_by.count(Party.CREATOR) == 1
    assert [clock.starts_at for clock in both.clocks] == [AT]


def test_others_were_heard_once_their_appeal_is_decided_unless_it_turned_something() -> None:
    waiting = appealed(after(received(), "upheld"), Party.OTHER)

    assert after(waiting, "affirmed").appealable_by() == {Party.CREATOR}
    turned = after(waiting, "reversed")
    assert turned.appealable_by() == {Party.CLAIMANT, Party.OTHER}
    assert appealed(turned, Party.OTHER, by="acc_2").appellants == ("acc_1", "acc_2")


def test_a_strike_is_not_appealed_away_in_vain() -> None:
    abusive = after(received(), "rejected", abusive=True)
    waiting = appealed(abusive, Party.CLAIMANT)

    assert after(waiting, "affirmed").abusive
    assert after(waiting, "retracted").abusive
    assert not after(waiting, "reversed").abusive


def test_an_appeal_comes_in_time_or_not_at_all() -> None:
    upheld = after(received(), "upheld")
    last = AT + timedelta(days=APPEAL_DAYS)

    assert appealed(upheld, Party.CREATOR, last).state is State.APPEALED
    with pytest.raises(RightsError, match="over"):
        appealed(upheld, Party.CREATOR, last + timedelta(seconds=1))


def test_nothing_is_upheld_that_nobody_has_identified() -> None:
    vague = received(target=None)

    with pytest.raises(RightsError, match="identified"):
        after(vague, "upheld")
    assert after(after(vague, "identified", generation_id="gen_2"), "upheld").stands


def test_the_clock_starts_when_nothing_is_missing_any_more() -> None:
    deficient = after(received(), "deficient")
    later = AT + timedelta(days=30)

    whole = after(deficient, "completed", at=later)

    assert [clock.regime for clock in deficient.clocks] == ["eu-dsa-16"]
    started = {clock.regime: clock.starts_at for clock in whole.clocks}
    assert started == {"eu-dsa-16": AT, "us-dmca-512c": later}


def test_identifying_what_is_deficient_leaves_its_clocks_alone() -> None:
    deficient = after(received(target=None), "deficient")

    found = after(deficient, "identified", at=AT + timedelta(days=3), generation_id="gen_2")

    assert (found.state, found.generation_id) == (State.DEFICIENT, "gen_2")
    assert found.clocks == deficient.clocks


def test_what_is_due_follows_the_state() -> None:
    upheld = after(received(), "upheld")
    countered = after(upheld, "countered")
    (restore,) = countered.clocks

    assert upheld.due_at is None
    assert (restore.what, restore.not_before) == (What.RESTORE, countered.restore_at)
    assert AT < restore.not_before < restore.due_at
    assert [clock.what for clock in appealed(upheld, Party.CREATOR).clocks] == [What.ANSWER]


@pytest.mark.parametrize(
    ("kinds", "outcome"),
    [
        (("upheld",), Outcome.DISABLED),
        (("rejected",), Outcome.LEFT),
        (("upheld", "countered", "restored"), Outcome.RESTORED),
        (("upheld", "retracted"), Outcome.RESTORED),
    ],
)
@pytest.mark.parametrize("language", Language)
def test_a_statement_of_reasons_says_all_that_it_must(
    kinds: tuple[str, ...], outcome: Outcome, language: Language
) -> None:
    statement = reasons.of(after(received(), *kinds))

    assert statement is not None
    assert statement.outcome is outcome
    members = statement.members(language)
    assert tuple(members) == reasons.MEMBERS
    assert members["explanation"] == "So."
    assert all(text in statement.render(language) for text in members.values())


def test_a_statement_offers_a_counter_notice_only_where_there_is_one() -> None:
    for kind in Kind:
        statement = reasons.of(after(received(kind), "upheld"))

        assert statement is not None
        redress = statement.members(Language.EN)["redress_information"]
        assert ("counter-notice" in redress) is (kind is Kind.COPYRIGHT)


def test_there_is_no_statement_before_a_decision() -> None:
    assert reasons.of(received()) is None
    assert reasons.of(after(received(), "deficient")) is None


def test_a_statement_does_not_name_the_claimant() -> None:
    notice = after(received(), "upheld")
    named = replace(notice, claim=people.claim(name="Very Special Name"))

    statement = reasons.of(named)

    assert statement is not None
    assert "Very Special Name" not in statement.render(Language.EN)
