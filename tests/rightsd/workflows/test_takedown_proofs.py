"""The proof of a takedown: what it says, and that nothing in it can be changed unseen."""

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.note import Ed25519Signer
from rightsd.domain.acknowledgement import Outcome
from rightsd.errors import Code, RightsError
from rightsd.workflows.exports import layout, verifying
from rightsd.workflows.exports.scopes import Takedown
from tests import bundles, takedowns
from tests.bundles import SIGNER, Members
from tests.takedowns import (
    CONSENT,
    FIRST,
    FLIX,
    KEYS,
    OPTOUT,
    OTHER,
    TUBE,
    Made,
    edited,
    name,
    without,
)

REVOCATION, LIKENESS = name("rvk", 1), name("lik", 1)
TRUST = verifying.trust_keys([SIGNER.vkey])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("proofs")


@pytest.fixture(scope="module")
def good(folder: Path) -> bytes:
    return bundles.pack(folder / "good.tar", takedowns.proof()).read_bytes()


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


def found() -> Made:
    """Return how an output was withdrawn because someone's likeness was found, and another not."""
    made = Made()
    made.register(FLIX, KEYS[0])
    for generation_id in (FIRST, OTHER):
        made.publish(generation_id)
    gone = made.happen("generation.withdrawn", FIRST, because_of=LIKENESS)
    made.happen("generation.withdrawn", OTHER, because_of=OPTOUT)
    made.answer(made.tell(FLIX, gone), Outcome.REMOVED, KEYS[0])
    return made


def test_a_likeness_is_decided_by_the_withdrawal_that_names_it(tmp_path: Path) -> None:
    parts = takedowns.members(found(), Takedown(LIKENESS))

    proven = verifying.verify(bundles.pack(tmp_path / "b.tar", parts), TRUST).takedown

    assert proven is not None
    assert proven.decision.event.kind == "generation.withdrawn"
    assert (proven.outputs, proven.answers) == (1, Counter({Outcome.REMOVED: 1}))


def test_what_was_withdrawn_for_something_else_is_no_part_of_it(tmp_path: Path) -> None:
    about = {FIRST, FLIX, OTHER, name("ack", 1)}
    parts = takedowns.members(found(), Takedown(LIKENESS), about=about)
    none = takedowns.members(found(), Takedown(name("lik", 2)), about={FLIX})

    assert "has nothing to do" in refusal(tmp_path, parts).detail
    refusal(tmp_path, none)


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


ENTRIES = 16


@pytest.mark.parametrize("number", range(ENTRIES))
def test_any_entry_left_out_is_found_but_what_only_the_whole_log_can_miss(
    tmp_path: Path, number: int
) -> None:
    parts = takedowns.proof()
    assert len(parts[layout.ENTRIES].splitlines()) == ENTRIES
    spoilt = without(parts, layout.ENTRIES, number)
    removed = json.loads(json.loads(parts[layout.ENTRIES].splitlines()[number])["entry"])
    if removed["kind"] == "copy.removed":
        # Less is claimed by it then: the copy would stand as noted.
        path = bundles.pack(tmp_path / "b.tar", spoilt)
        assert verifying.verify(path, TRUST).takedown.copies == (1, 0)  # type: ignore[union-attr]
        return

    refusal(tmp_path, spoilt)


def test_an_output_left_out_everywhere_but_told_of_is_found(tmp_path: Path) -> None:
    parts = takedowns.proof()
    for number in (9, 4, 3):  # Its withdrawal, and what came before.
        parts = without(parts, layout.ENTRIES, number)

    error = refusal(tmp_path, without(parts, layout.OUTPUTS, 0))

    assert "is not of a withdrawal because of" in error.detail


@pytest.mark.parametrize(
    ("members", "said"),
    [
        (["signature"], "not signed"),
        (["statement"], "another statement"),
        (["signature", "statement"], "another statement"),
        (["id"], "stands after"),
    ],
)
def test_an_acknowledgement_swapped_for_another_is_found(
    tmp_path: Path, members: list[str], said: str
) -> None:
    parts = takedowns.proof()
    first = json.loads(parts[layout.ACKNOWLEDGEMENTS].splitlines()[0])
    swapped = {member: first[member] for member in members}

    error = refusal(tmp_path, edited(parts, layout.ACKNOWLEDGEMENTS, 1, **swapped))

    assert said in error.detail


def test_an_acknowledgement_signed_with_another_key_is_found(tmp_path: Path) -> None:
    made = takedowns.revoked()
    told = made.told[3]
    forged = made.answer(told, Outcome.REMOVED, KEYS[0])  # The key that another platform has.

    error = refusal(tmp_path, takedowns.members(made, Takedown(CONSENT)))

    assert f"{forged.id} is not signed by {TUBE}" in error.detail


def test_a_key_counts_for_what_was_taken_in_while_it_was_the_platforms(tmp_path: Path) -> None:
    made = takedowns.revoked()  # The first answer of one platform is under its key before.
    late = made.answer(made.told[1], Outcome.REMOVED, KEYS[0])

    error = refusal(tmp_path, takedowns.members(made, Takedown(CONSENT)))

    assert f"{late.id} is not signed by {FLIX}" in error.detail


def test_a_platform_without_a_key_cannot_have_signed(tmp_path: Path) -> None:
    made = Made()
    made.register(FLIX, None)
    made.happen("consent.granted", CONSENT)
    made.publish(FIRST)
    made.happen("consent.revoked", CONSENT)
    told = made.tell(FLIX, made.happen("generation.withdrawn", FIRST, because_of=CONSENT))
    made.answer(told, Outcome.REMOVED, KEYS[0])
    parts = takedowns.members(made, Takedown(CONSENT), about=[CONSENT, FIRST, FLIX, name("ack", 1)])

    error = refusal(tmp_path, parts)

    assert f"the log had no key of {FLIX}" in error.detail


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"delivery_id": name("dlv", 4)}, "about another delivery"),
        ({"event_id": name("evt", 0)}, "about another delivery"),
        ({"generation_id": OTHER}, "about another delivery"),
        ({"platform_id": TUBE}, "about another delivery"),
        ({"at": "2029-12-31T23:00:00Z"}, "comes before what it acknowledges"),
        ({"at": "2030-01-02T00:00:00Z"}, "says when it was done, and that is later"),
    ],
)
def test_a_statement_about_something_else_proves_nothing(
    tmp_path: Path, change: dict[str, str], said: str
) -> None:
    made = takedowns.revoked()
    made.answer(made.told[1], Outcome.REMOVED, KEYS[2], **change)
    parts = takedowns.members(made, Takedown(CONSENT))

    error = refusal(tmp_path, parts)

    assert said in error.detail


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"generation_id": OTHER}, "is not of a withdrawal"),
        ({"event_id": name("evt", 0)}, "is not of a withdrawal"),
        ({"platform_id": name("plt", 9)}, f"the entries about {name('plt', 9)} are missing"),
        ({"first_attempt_at": "2029-12-31T23:00:00.000000Z"}, "before there was anything"),
        ({"sent_at": "2029-12-31T23:00:00.000000Z"}, "before there was anything"),
        ({"first_attempt_at": None}, "without an attempt"),
        ({"first_attempt_at": "2030-01-01T00:00:00Z"}, "not well formed"),
        ({"attempts": -1}, "not well formed"),
        ({"attempts": True}, "not well formed"),
        ({"id": name("dlv", 1)}, "stands after"),
        ({"id": "dlv_" + "f" * 32}, "stands after"),
        ({"more": 1}, "not well formed"),
    ],
)
def test_a_delivery_that_contradicts_the_log_is_found(
    tmp_path: Path, change: dict[str, object], said: str
) -> None:
    error = refusal(tmp_path, edited(takedowns.proof(), layout.DELIVERIES, 1, **change))

    assert said in error.detail


def test_an_answer_out_of_order_is_found(tmp_path: Path) -> None:
    made = takedowns.revoked()
    made.answer(made.told[0], Outcome.RECEIVED, KEYS[2])

    error = refusal(tmp_path, takedowns.members(made, Takedown(CONSENT)))

    assert "received cannot follow removed" in error.detail


def along() -> Made:
    """Return how a revocation ended a consent, and what rested on that was withdrawn."""
    made = Made()
    made.happen("consent.granted", CONSENT)
    made.publish(FIRST)
    made.publish(OTHER)
    made.happen("revocation.revoked", REVOCATION, consent_id=CONSENT)
    made.happen("consent.revoked", CONSENT, because_of=REVOCATION)
    made.happen("generation.withdrawn", FIRST, because_of=CONSENT)
    made.happen("generation.withdrawn", OTHER, because_of=REVOCATION)
    return made


def test_what_a_revocation_ended_is_part_of_what_came_of_it(tmp_path: Path) -> None:
    about = [REVOCATION, CONSENT, FIRST, OTHER]
    parts = takedowns.members(along(), Takedown(REVOCATION), about=about)

    found = verifying.verify(bundles.pack(tmp_path / "b.tar", parts), TRUST)

    assert found.takedown is not None
    assert found.takedown.decision.event.kind == "revocation.revoked"
    assert found.takedown.outputs == 2


def test_a_consent_that_a_revocation_did_not_end_is_no_part_of_it(tmp_path: Path) -> None:
    made = along()
    other = name("con", 2)
    made.happen("consent.granted", other)
    made.happen("consent.revoked", other)
    about = [REVOCATION, CONSENT, FIRST, OTHER, other]

    error = refusal(tmp_path, takedowns.members(made, Takedown(REVOCATION), about=about))

    assert f"it is about {other}, with which this takedown has nothing to do" in error.detail


def test_who_objects_to_a_use_decides_by_the_withdrawal(tmp_path: Path) -> None:
    person = name("sub", 1)
    made = Made()
    made.happen("subject.enrolled", person)
    made.publish(FIRST)
    made.happen("generation.withdrawn", FIRST, because_of=person)
    parts = takedowns.members(made, Takedown(person), about=[person, FIRST])

    found = verifying.verify(bundles.pack(tmp_path / "b.tar", parts), TRUST)

    assert found.takedown is not None
    assert found.takedown.decision.event.kind == "generation.withdrawn"
    assert found.takedown.outputs == 1


def test_an_output_of_another_cause_has_no_place_here(tmp_path: Path) -> None:
    made = takedowns.revoked()
    with_other = takedowns.members(
        made, Takedown(CONSENT), about={one.subject for one in made.events}
    )

    error = refusal(tmp_path, with_other)

    assert f"it is about {OTHER}, with which this takedown has nothing to do" in error.detail


def test_nothing_is_withdrawn_before_that_is_decided(tmp_path: Path) -> None:
    made = Made()
    made.happen("consent.granted", CONSENT)
    made.publish(FIRST)
    made.happen("generation.withdrawn", FIRST, because_of=CONSENT)
    made.happen("consent.revoked", CONSENT)

    error = refusal(tmp_path, takedowns.members(made, Takedown(CONSENT), about=[CONSENT, FIRST]))

    assert "it was withdrawn before that was decided" in error.detail


def test_what_runs_out_may_be_put_on_record_after_a_withdrawal(tmp_path: Path) -> None:
    made = Made()
    made.happen("consent.granted", CONSENT)
    made.publish(FIRST)
    made.happen("generation.withdrawn", FIRST, because_of=CONSENT)
    made.happen("consent.expired", CONSENT)
    parts = takedowns.members(made, Takedown(CONSENT), about=[CONSENT, FIRST])

    found = verifying.verify(bundles.pack(tmp_path / "b.tar", parts), TRUST)

    assert found.takedown is not None
    assert found.takedown.outputs == 1


def test_a_cause_that_was_not_decided_takes_nothing_down(tmp_path: Path) -> None:
    made = Made()
    made.happen("consent.granted", CONSENT)

    error = refusal(tmp_path, takedowns.members(made, Takedown(CONSENT), about=[CONSENT]))

    assert f"no entry decides that {CONSENT} takes anything down" in error.detail


def test_the_entries_of_another_checkpoint_are_found(tmp_path: Path) -> None:
    made = takedowns.revoked()
    made.happen("account.opened", name("acc", 1))
    other = takedowns.members(made, Takedown(CONSENT))
    parts = takedowns.proof()

    for swapped in (
        parts | {layout.CHECKPOINT: other[layout.CHECKPOINT]},
        parts | {layout.ABOUT: other[layout.ABOUT]},
        parts | {layout.ENTRIES: other[layout.ENTRIES]},
        parts | {layout.CHECKPOINT: other[layout.CHECKPOINT], layout.ABOUT: other[layout.ABOUT]},
    ):
        refusal(tmp_path, swapped)


def test_another_log_is_not_the_one_that_is_trusted(tmp_path: Path) -> None:
    path = bundles.pack(tmp_path / "b.tar", takedowns.proof())
    other = Ed25519Signer(SIGNER.name, KEYS[0])

    with pytest.raises(RightsError, match="the bundle is not good"):
        verifying.verify(path, verifying.trust_keys([other.vkey]))


@pytest.mark.parametrize("scope", ["subject", "case", "platform", "cause"])
def test_a_bundle_cannot_pass_for_another_kind(tmp_path: Path, scope: str) -> None:
    head = json.loads(takedowns.proof()[layout.ABOUT])
    said = {
        "subject": {"subject": CONSENT},
        "case": {"case": name("ntc", 1)},
        "platform": {"takedown": CONSENT, "platform": FLIX},
        "cause": {"takedown": OPTOUT},
    }[scope]
    about = json.dumps(head | {"scope": said}, indent=1, sort_keys=True).encode() + b"\n"

    refusal(tmp_path, takedowns.proof() | {layout.ABOUT: about})


@pytest.mark.parametrize("file", takedowns.proof())
def test_a_member_left_out_or_cut_off_is_found(tmp_path: Path, file: str) -> None:
    parts = takedowns.proof()

    refusal(tmp_path, {name: body for name, body in parts.items() if name != file})
    refusal(tmp_path, parts | {file: parts[file][:-1]})
    refusal(tmp_path, parts | {file: parts[file][: len(parts[file]) // 2]})


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_byte_can_be_changed(good: bytes, folder: Path, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(good) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda one: one != good[at]))
    path = folder / "b.tar"
    path.write_bytes(good[:at] + bytes([byte]) + good[at + 1 :])

    with pytest.raises(RightsError) as caught:
        verifying.verify(path, TRUST)

    assert caught.value.code is Code.INVALID


@pytest.mark.parametrize("part", [0, 1, 511, 512, 0.25, 0.5, 0.999])
def test_a_file_cut_off_is_found(good: bytes, folder: Path, part: float) -> None:
    path = folder / "b.tar"
    path.write_bytes(good[: int(part * len(good)) if part < 1 else int(part)])

    with pytest.raises(RightsError, match="the bundle is not good"):
        verifying.verify(path, TRUST)
