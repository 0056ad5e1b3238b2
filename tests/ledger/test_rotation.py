"""The published statements, what is refused, and bytes that no one signed."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger import checkpoint, note, rotation
from ledger.checkpoint import Checkpoint
from ledger.errors import LedgerError, NoteError
from ledger.note import Ed25519Signer, VerifierKey

SPECS = Path(__file__).parents[2] / "api-specs"
VECTORS: Any = json.loads((SPECS / "vectors/ledger-rotation.json").read_text())
ORIGIN = VECTORS["origin"]
SIGNERS = [
    Ed25519Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)))
    for seed in VECTORS["private_keys_hex"]
]
KEYS = [note.parse_vkey(vkey) for vkey in VECTORS["vkeys"]]
FIRST: bytes = VECTORS["statements"][0]["note"].encode()
TEXT = note.parse(FIRST).text


def notes(case: dict[str, Any]) -> list[bytes]:
    return [text.encode() for text in case["notes"]]


@pytest.mark.parametrize("case", VECTORS["statements"])
def test_a_statement_is_made_again_byte_for_byte(case: dict[str, Any]) -> None:
    old, new = SIGNERS[case["old"]], SIGNERS[case["new"]]

    made = rotation.state(old, new, timestamp=case["timestamp"])

    assert made == case["note"].encode()
    assert rotation.verify(made, KEYS[case["old"]]) == rotation.Statement(
        KEYS[case["old"]], KEYS[case["new"]], case["timestamp"]
    )


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["why"])
def test_a_statement_that_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(NoteError):
        rotation.verify(case["note"].encode(), KEYS[0])
    with pytest.raises(NoteError):
        rotation.follow(KEYS[0], [case["note"].encode()])


@pytest.mark.parametrize("case", VECTORS["chains"])
def test_a_trusted_key_leads_to_those_after_it(case: dict[str, Any]) -> None:
    found = rotation.follow(KEYS[case["trusted"]], notes(case))

    assert found == tuple(KEYS[number] for number in case["leads_to"])


@pytest.mark.parametrize("case", VECTORS["refused_chains"], ids=lambda case: case["why"])
def test_a_chain_that_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(NoteError):
        rotation.follow(KEYS[case["trusted"]], notes(case))


def test_the_example_in_the_specification_is_that_of_the_vectors() -> None:
    assert f"\n{FIRST.decode()}```\n" in (SPECS / "ledger.md").read_text()


def test_a_statement_is_no_checkpoint_and_a_checkpoint_no_statement() -> None:
    head = checkpoint.sign(Checkpoint(ORIGIN, 3, bytes(32)), SIGNERS[0])

    with pytest.raises(NoteError):
        checkpoint.verify(FIRST, KEYS[0])
    with pytest.raises(NoteError):
        rotation.verify(head, KEYS[0])


def test_no_log_can_be_named_so_that_its_checkpoint_begins_like_a_statement() -> None:
    with pytest.raises(NoteError):
        note.require_name(TEXT.decode().split("\n")[0])


def test_another_key_than_the_trusted_one_hands_over_nothing() -> None:
    with pytest.raises(NoteError, match="hands over, not"):
        rotation.verify(FIRST, KEYS[1])


def test_statements_of_another_log_are_refused() -> None:
    other = [Ed25519Signer("log.example/other", signer.private_key) for signer in SIGNERS]
    statement = rotation.state(other[0], other[1], timestamp=1)

    with pytest.raises(NoteError, match="not of"):
        rotation.follow(KEYS[0], [statement])


def test_two_logs_are_not_tied_together() -> None:
    other = Ed25519Signer("log.example/other", SIGNERS[1].private_key)

    with pytest.raises(NoteError, match="two keys of the log"):
        rotation.state(SIGNERS[0], other, timestamp=1)


@pytest.mark.parametrize("timestamp", [-1, 2**63])
def test_a_time_out_of_bounds_is_not_stated(timestamp: int) -> None:
    with pytest.raises(NoteError, match="POSIX"):
        rotation.state(SIGNERS[0], SIGNERS[1], timestamp=timestamp)


def test_more_statements_than_a_log_can_have_are_not_looked_at() -> None:
    with pytest.raises(NoteError, match="at most 1000"):
        rotation.follow(KEYS[0], [b""] * 1001)


def test_a_statement_beyond_the_limit_is_not_looked_at() -> None:
    with pytest.raises(NoteError, match="at most 4096"):
        rotation.verify(FIRST + b"x" * 4096, KEYS[0])


def test_the_longest_name_fits() -> None:
    name = "n" * note.NAME_BYTES_MAX
    old, new = (Ed25519Signer(name, signer.private_key) for signer in SIGNERS[:2])

    made = rotation.state(old, new, timestamp=rotation.TIMESTAMP_MAX)

    assert rotation.follow(note.parse_vkey(old.vkey), [made])[-1].vkey == new.vkey


def test_a_signature_by_a_witness_changes_nothing() -> None:
    witness = Ed25519Signer("witness.example/w", SIGNERS[2].private_key)

    signed = note.sign(TEXT, SIGNERS[0], witness, SIGNERS[1])

    assert rotation.verify(signed, KEYS[0]).new == KEYS[1]


def test_a_long_chain_is_followed_to_its_end() -> None:
    signers = [
        Ed25519Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(number.to_bytes(32, "big")))
        for number in range(40)
    ]
    chain = [rotation.state(old, new, timestamp=1) for old, new in pairwise(signers)]

    found = rotation.follow(note.parse_vkey(signers[0].vkey), chain[::-1])

    assert [key.vkey for key in found] == [signer.vkey for signer in signers]


@given(st.binary(max_size=5000))
@example(TEXT)
@example(FIRST)
def test_bytes_are_a_statement_or_are_refused(data: bytes) -> None:
    try:
        statement = rotation.parse(data)
    except LedgerError:
        return
    assert statement.text == data


@given(st.lists(st.sampled_from([*TEXT.decode().split("\n"), "time 0", "old ", ""]), max_size=6))
def test_lines_in_any_order_are_a_statement_or_are_refused(lines: list[str]) -> None:
    data = "\n".join(lines).encode()
    try:
        statement = rotation.parse(data)
    except LedgerError:
        return
    assert statement.text == data


@settings(max_examples=300)
@given(st.integers(0, len(FIRST) - 1), st.integers(1, 255))
def test_a_changed_byte_is_found_wherever_it_is(position: int, change: int) -> None:
    bad = bytearray(FIRST)
    bad[position] ^= change

    with pytest.raises(NoteError):
        rotation.follow(KEYS[0], [bytes(bad)])


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=6))
def test_following_ends_and_agrees_with_the_definition(edges: list[tuple[int, int]]) -> None:
    signers = [*SIGNERS, Ed25519Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(32)))]
    keys = [note.parse_vkey(signer.vkey) for signer in signers]
    edges = [edge for edge in edges if edge[0] != edge[1]]
    data = [rotation.state(signers[a], signers[b], timestamp=1) for a, b in edges]
    simple = len({a for a, _ in edges}) == len({b for _, b in edges}) == len(edges)
    path, after = [0], dict(edges)
    while simple and path[-1] in after and after[path[-1]] not in path:
        path.append(after[path[-1]])
    expected: tuple[VerifierKey, ...] | None = tuple(keys[number] for number in path)
    if not simple or path[-1] in after:
        expected = None

    try:
        found = rotation.follow(keys[0], data)
    except NoteError:
        found = None

    assert found == expected
