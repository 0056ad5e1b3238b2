"""Statements of platforms: one form, one order; what is taken in is what a proof can show."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import entry
from rightsd.domain import acknowledgement, events, takedown
from rightsd.domain.acknowledgement import Outcome, Refusal, Statement
from rightsd.errors import Code, RightsError

NOW = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
SAID = Statement(
    delivery_id="dlv_1",
    event_id="evt_1",
    generation_id="gen_1",
    platform_id="plt_1",
    outcome=Outcome.REMOVED,
    refusal=None,
    at="2030-01-02T03:04:05Z",
)
ORDER = [Outcome.RECEIVED, Outcome.REFUSED, Outcome.REMOVED]


def test_what_is_signed_is_what_the_documentation_shows() -> None:
    assert SAID.encode() == (
        b'{"at":"2030-01-02T03:04:05Z","delivery_id":"dlv_1","event_id":"evt_1",'
        b'"generation_id":"gen_1","outcome":"removed","platform_id":"plt_1","refusal":null,'
        b'"type":"rightsd.acknowledgement.v1"}'
    )


@pytest.mark.parametrize("said", [SAID, replace(SAID, outcome="refused", refusal=Refusal.LAW)])
def test_what_is_signed_is_canonical_and_reads_back(said: Statement) -> None:
    said = replace(said, outcome=Outcome(said.outcome))

    assert acknowledgement.read(said.encode()) == said
    assert entry.encode(entry.decode(said.encode())) == said.encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        SAID.encode() + b"\n",
        SAID.encode().replace(b'":', b'": '),
        SAID.encode().replace(b"v1", b"v2"),
        SAID.encode().replace(b'"removed"', b'"deleted"'),
        SAID.encode().replace(b'"refusal":null', b'"refusal":"law"'),
        SAID.encode().replace(b"03:04:05Z", b"25:04:05Z"),
        SAID.encode().replace(b"03:04:05Z", b"03:04:05+00:00"),
        SAID.encode().replace(b"dlv_1", b"dlv 1"),
        SAID.encode().replace(b'"dlv_1"', b"1"),
        SAID.encode().replace(b"}", b',"type":"rightsd.acknowledgement.v1"}'),
        b"{" + b" " * 1000 + SAID.encode()[1:],
        b'{"a":' * 200 + b"1" + b"}" * 200,
    ],
)
def test_bytes_in_any_other_form_are_no_statement(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        acknowledgement.read(data)


@given(
    st.lists(
        st.tuples(st.sampled_from(list(Outcome)), st.integers(-400, 400)), min_size=1, max_size=8
    )
)
def test_what_is_taken_in_is_one_way_through_and_a_proof_can_show_it(
    steps: list[tuple[Outcome, int]],
) -> None:
    taken: list[Statement] = []
    for outcome, seconds in steps:
        refusal = Refusal.OTHER if outcome is Outcome.REFUSED else None
        at = events.written(NOW + timedelta(seconds=seconds))
        said = replace(SAID, outcome=outcome, refusal=refusal, at=at)
        acknowledgement.require_form(said)
        try:
            before = taken[-1] if taken else None
            acknowledgement.require_next(said, before, delivered_at=NOW, now=NOW)
        except RightsError as error:
            assert error.code in {Code.CONFLICT, Code.INVALID}  # noqa: PT017 - most are refused
        else:
            taken.append(said)

    outcomes = [said.outcome for said in taken]
    assert outcomes == sorted(set(outcomes), key=ORDER.index)
    assert [said.said_at for said in taken] == sorted(said.said_at for said in taken)
    if taken:
        assert takedown.last_outcome(taken) is outcomes[-1]


@pytest.mark.parametrize("before", list(Outcome))
@pytest.mark.parametrize("after", list(Outcome))
def test_a_proof_shows_no_order_that_is_not_taken_in(before: Outcome, after: Outcome) -> None:
    one, two = (
        replace(SAID, outcome=outcome, refusal=Refusal.OTHER if outcome == "refused" else None)
        for outcome in (before, after)
    )
    try:
        acknowledgement.require_next(two, one, delivered_at=NOW, now=NOW)
    except RightsError:
        with pytest.raises(takedown.TakedownError):
            takedown.last_outcome([one, two])
    else:
        assert takedown.last_outcome([one, two]) is after
