"""The proof of a takedown: what it says, and that nothing in it can be changed unseen."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rightsd.adapters import statements
from rightsd.domain.acknowledgement import Outcome, Refusal
from rightsd.errors import Code, RightsError
from rightsd.workflows.exports import layout, verifying
from rightsd.workflows.exports.scopes import Takedown
from tests import bundles, takedowns
from tests.bundles import SIGNER, Log, Members, Story
from tests.takedowns import CONSENT, FIRST, FLIX, KEYS, OTHER, TUBE, Made, edited, name, without

TRUST = verifying.trust_keys([SIGNER.vkey])


def refusal(tmp_path: Path, parts: Members) -> RightsError:
    with pytest.raises(RightsError) as caught:
        verifying.verify(bundles.pack(tmp_path / "b.tar", parts), TRUST)
    assert caught.value.code is Code.INVALID
    return caught.value


def test_a_proof_says_what_was_withdrawn_and_who_answered(tmp_path: Path) -> None:
    found = verifying.verify(bundles.pack(tmp_path / "b.tar", takedowns.proof()), TRUST)

    proven = found.takedown
    assert proven is not None
    assert found.scope == Takedown(CONSENT)
    assert proven.decision.event.kind == "consent.revoked"
    assert (proven.outputs, proven.shown, proven.told) == (2, (), (FLIX, TUBE))
    assert (proven.delivered, proven.copies) == ((4, 4), (1, 1))
    assert proven.answers == Counter({Outcome.REMOVED: 1, Outcome.REFUSED: 1})


def test_the_part_of_a_platform_holds_nothing_of_another(tmp_path: Path) -> None:
    parts = takedowns.proof(platform=TUBE)

    found = verifying.verify(bundles.pack(tmp_path / "b.tar", parts), TRUST)

    assert found.takedown is not None
    assert (found.takedown.platform_id, found.takedown.told) == (TUBE, (TUBE,))
    assert found.takedown.answers == Counter({Outcome.REFUSED: 1})
    assert FLIX.encode() not in b"".join(parts.values())


def test_what_was_restored_since_is_said(tmp_path: Path) -> None:
    made = takedowns.revoked()
    made.happen("generation.restored", FIRST, because_of=CONSENT)
    parts = takedowns.members(made, Takedown(CONSENT))

    found = verifying.verify(bundles.pack(tmp_path / "b.tar", parts), TRUST)

    assert found.takedown is not None
    assert found.takedown.shown == (FIRST,)


def test_what_led_to_a_thing_is_told_from_a_proof_as_from_any_bundle(tmp_path: Path) -> None:
    path = bundles.pack(tmp_path / "b.tar", takedowns.proof())

    found = verifying.verify(path, TRUST, row=FIRST)

    assert [step.state for step in found.steps] == ["requested", "published", "withdrawn"]


@pytest.mark.parametrize(
    ("file", "number", "said"),
    [
        (layout.ENTRIES, 0, "line"),  # The registration of a platform, with its key.
        (layout.OUTPUTS, 0, "by the entries it is"),
        (layout.OUTPUTS, 1, "the end"),
        (layout.DELIVERIES, 0, "which is not here"),
        (layout.ACKNOWLEDGEMENTS, 0, "is missing"),
        (layout.ACKNOWLEDGEMENTS, 2, "is missing"),
    ],
)
def test_a_line_left_out_is_found(tmp_path: Path, file: str, number: int, said: str) -> None:
    error = refusal(tmp_path, without(takedowns.proof(), file, number))

    assert said in error.detail or file == layout.ENTRIES


@pytest.mark.parametrize("number", range(18))
def test_any_entry_left_out_is_found_but_those_that_only_the_log_can_miss(
    tmp_path: Path, number: int
) -> None:
    parts = takedowns.proof()
    kinds = [Event["kind"] for Event in _entries(parts)]
    harmless = {"generation.requested", "consent.granted", "copy.noted", "copy.removed"}
    if number >= len(kinds) or kinds[number] in harmless:
        pytest.skip("what came of the takedown is the same without it")

    refusal(tmp_path, without(parts, layout.ENTRIES, number))
