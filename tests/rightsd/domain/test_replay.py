"""What an auditor concludes from what happened to one thing."""

import itertools

import pytest

from rightsd.domain.replay import (
    MACHINES,
    Happened,
    ReplayError,
    state_after,
    states_after_some,
)


def happened(*kinds: str, first: int = 0) -> list[Happened]:
    return [Happened(index, kind) for index, kind in enumerate(kinds, first)]


def test_the_state_follows_from_all_that_happened() -> None:
    assert state_after(happened("consent.granted")) == "granted"
    assert state_after(happened("consent.granted", "consent.revoked")) == "revoked"


@pytest.mark.parametrize(
    ("kinds", "at", "said"),
    [
        (["consent.revoked"], 0, "cannot be what happens first"),
        (["consent.granted", "consent.granted"], 1, "is granted, so it cannot be granted"),
        (["consent.granted", "notice.received"], 1, "no kind of event that can be here"),
        (["planet.discovered"], 0, "no kind of event that can be here"),
        (["consent.granted", "consent.painted"], 1, "cannot be painted"),
    ],
)
def test_the_first_entry_that_cannot_follow_is_named(kinds: list[str], at: int, said: str) -> None:
    with pytest.raises(ReplayError, match=said) as caught:
        state_after(happened(*kinds, first=40))

    assert caught.value.index == 40 + at


def test_of_a_part_every_state_is_allowed_that_could_have_come_of_it() -> None:
    assert states_after_some(happened("generation.requested")) == {
        "requested",
        "held",
        "refused",
        "failed",
        "published",
        "withdrawn",
    }
    assert states_after_some(happened("generation.published")) == {"published", "withdrawn"}
    assert states_after_some(happened("generation.withdrawn")) == {"withdrawn", "published"}
    assert states_after_some(happened("generation.failed")) == {"failed"}


def test_a_part_that_no_beginning_leads_to_is_refused() -> None:
    with pytest.raises(ReplayError, match="cannot follow"):
        states_after_some(happened("consent.revoked", "consent.expired"))


@pytest.mark.parametrize("noun", MACHINES)
def test_what_all_entries_lead_to_is_allowed_by_every_part_of_them(noun: str) -> None:
    kinds = sorted({kind for _, kind in MACHINES[noun].edges})
    for length in (1, 2, 3):
        for chosen in itertools.product(kinds, repeat=length):
            try:
                state = state_after(happened(*chosen))
            except ReplayError:
                continue
            for start, end in itertools.combinations(range(length + 1), 2):
                assert state in states_after_some(happened(*chosen)[start:end])
