"""The keys of a log hand over by statements that verify, and those sign that should."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import checkpoint, note, rotation
from ledger.note import Ed25519Signer
from rightsd.domain.events import Event
from rightsd.errors import Code, RightsError
from rightsd.workflows.exports import layout, verifying
from tests import bundles
from tests.bundles import SIGNER

ENTRIES = 20
KEYS = [
    SIGNER,
    *(
        Ed25519Signer(SIGNER.name, Ed25519PrivateKey.from_private_bytes(bytes([number] * 32)))
        for number in (2, 3)
    ),
]
Edit = Callable[[Event], Event]


def introduced(number: int) -> Event:
    facts = {"number": number, "new_vkey": KEYS[number - 1].vkey}
    if number > 1:
        old, new = KEYS[number - 2 : number]
        statement = rotation.state(old, new, timestamp=1_900_000_000).decode()
        facts |= {"old_vkey": old.vkey, "statement": statement}
    return event("key.introduced", number, **facts)


def retired(number: int) -> Event:
    return event("key.retired", number, vkey=KEYS[number - 1].vkey)


def event(kind: str, number: int, /, **facts: object) -> Event:
    return Event(kind, f"lky_{number:032x}", bundles.BEGAN, facts, f"evt_{kind}_{number}")


ROTATED = [introduced(1), introduced(2)]
TWICE = [*ROTATED, retired(1), introduced(3), retired(2)]


def bundle(
    path: Path, events: list[Event], *numbers: int, pending: Iterator[Event] | tuple = ()
) -> Path:
    """Write a bundle of a log with these entries about keys, signed by these keys."""
    signers = [KEYS[number - 1] for number in numbers]
    with bundles.Log([*bundles.Story().events(ENTRIES), *events]) as log:
        head = checkpoint.parse(note.parse(log.signed).text)
        log.signed = checkpoint.sign(head, *signers)
        terms = layout.policy_of([signer.vkey for signer in signers], None)
        bundles.write(path, bundles.members(log, terms=terms, pending=pending))
    return path


def refusal(path: Path) -> RightsError:
    with pytest.raises(RightsError) as caught:
        verifying.verify(path, None)
    assert caught.value.code is Code.INVALID
    return caught.value


@pytest.mark.parametrize(
    ("events", "numbers", "pending"),
    [
        ([], [1], []),
        ([], [1], ROTATED),
        ([], [1, 2], ROTATED),
        (ROTATED[:1], [1, 2], ROTATED[1:]),
        (ROTATED, [1, 2], []),
        (ROTATED, [1, 2], [retired(1)]),
        (ROTATED, [2], [retired(1)]),
        (TWICE[:3], [2], []),
        (TWICE, [3], []),
    ],
)
def test_a_log_is_good_at_every_moment_of_its_rotations(
    tmp_path: Path, events: list[Event], numbers: list[int], pending: list[Event]
) -> None:
    path = bundle(tmp_path / "b.tar", events, *numbers, pending=tuple(pending))

    assert verifying.verify(path, None).size == ENTRIES + len(events)


@pytest.mark.parametrize(
    ("events", "numbers"),
    [
        ([], [1, 2]),
        (ROTATED, [1]),
        (ROTATED, [2]),
        (ROTATED, [1, 2, 3]),
        (TWICE[:3], [1]),
        (TWICE[:3], [1, 2]),
        (TWICE, [2]),
        (TWICE, [2, 3]),
    ],
)
def test_a_checkpoint_by_other_keys_than_the_entries_have_is_refused(
    tmp_path: Path, events: list[Event], numbers: list[int]
) -> None:
    error = refusal(bundle(tmp_path / "b.tar", events, *numbers))

    assert error.extra["file"] == "checkpoint"
    assert "by the entries it should be signed by" in error.detail


def test_a_signature_by_a_key_that_the_bundle_leaves_out_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "b.tar"
    with bundles.Log(bundles.Story().events(ENTRIES)) as log:
        head = checkpoint.parse(note.parse(log.signed).text)
        log.signed = checkpoint.sign(head, *KEYS[:2])
        bundles.write(path, bundles.members(log))

    assert refusal(path).extra["file"] == "checkpoint"


def changed(**facts: object) -> Edit:
    return lambda event: replace(event, data={**event.data, **facts})


def without(name: str) -> Edit:
    return lambda event: replace(
        event, data={key: value for key, value in event.data.items() if key != name}
    )


@pytest.mark.parametrize(
    ("at", "edit", "said"),
    [
        (0, changed(number=2), "number 1"),
        (0, changed(statement="x"), "from the beginning"),
        (0, changed(new_vkey=[1]), "key"),
        (0, changed(new_vkey=KEYS[2].vkey), "hands over"),
        (1, changed(number=3), "number 2"),
        (1, changed(statement="not a statement at all"), "note"),
        (1, changed(statement=introduced(3).data["statement"]), "hands over"),
        (1, without("statement"), "note"),
        (1, changed(new_vkey=KEYS[2].vkey), "other keys than its entry"),
        (1, changed(old_vkey=KEYS[2].vkey), "other keys than its entry"),
        (2, changed(vkey=KEYS[1].vkey), "not the one that was introduced"),
        (3, changed(statement=introduced(2).data["statement"]), "hands over"),
    ],
)
def test_an_entry_about_a_key_that_does_not_verify_is_named(
    tmp_path: Path, at: int, edit: Edit, said: str
) -> None:
    events = [*TWICE]
    events[at] = edit(events[at])

    error = refusal(bundle(tmp_path / "b.tar", events, 3))

    # What hands over from a wrong key shows at the next one.
    assert error.extra["entry"] in {ENTRIES + at, ENTRIES + at + 1}
    assert said in error.detail


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([introduced(2)], "number 1"),
        ([introduced(1), retired(1)], "another has taken over"),
        ([*ROTATED, retired(2)], "another has taken over"),
        ([*ROTATED, introduced(3)], "at most two keys"),
    ],
)
def test_keys_that_come_and_go_as_they_must_not_are_refused(
    tmp_path: Path, events: list[Event], said: str
) -> None:
    error = refusal(bundle(tmp_path / "b.tar", events, 1))

    assert error.extra["entry"] == ENTRIES + len(events) - 1
    assert said in error.detail


def test_a_key_that_is_handed_back_to_is_refused(tmp_path: Path) -> None:
    statement = rotation.state(KEYS[1], KEYS[0], timestamp=1_900_000_000).decode()
    facts = {"new_vkey": KEYS[0].vkey, "old_vkey": KEYS[1].vkey, "statement": statement}
    back = event("key.introduced", 3, number=3, **facts)

    error = refusal(bundle(tmp_path / "b.tar", [*ROTATED, retired(1), back], 1, 2))

    assert "handed back to" in error.detail
