import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger import checkpoint, cosignature, note, policy
from ledger.checkpoint import Checkpoint
from ledger.cosignature import Ed25519Signer
from ledger.errors import NoteError, PolicyError
from ledger.policy import Group, Log, Policy, Witness
from tests.ledger.oracle import KEY, SIGNER

VECTORS: Any = json.loads(
    (Path(__file__).parents[2] / "api-specs/vectors/ledger-policy.json").read_text()
)
NOW = 1764061200


def signer(number: int) -> Ed25519Signer:
    seed = number.to_bytes(32)
    return Ed25519Signer(f"w{number}.example", Ed25519PrivateKey.from_private_bytes(seed))


SIGNERS = [signer(number) for number in range(1, 4)]
WITNESSES = tuple(
    Witness(f"w{number}", cosignature.parse_vkey(one.vkey)) for number, one in enumerate(SIGNERS, 1)
)
NAMES = tuple(witness.name for witness in WITNESSES)
TWO_OF_THREE = Policy((Log(KEY),), WITNESSES, (Group("g", 2, NAMES),), "g")
HEAD = Checkpoint(SIGNER.name, 300, bytes(range(32)))
SIGNED = checkpoint.sign(HEAD, SIGNER)


def cosigned(*signers: Ed25519Signer, head: Checkpoint = HEAD) -> bytes:
    made = [cosignature.sign(head.text, one, timestamp=NOW) for one in signers]
    return cosignature.attach(checkpoint.sign(head, SIGNER), made)


@pytest.mark.parametrize("case", VECTORS["policies"], ids=lambda case: case["why"])
def test_a_published_policy(case: dict[str, Any]) -> None:
    read = policy.parse(case["policy"].encode())

    assert policy.parse(policy.encode(read)) == read
    assert all(policy.is_met(read, names) for names in case["met"])
    assert not any(policy.is_met(read, names) for names in case["not_met"])


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["why"])
def test_a_published_policy_that_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(PolicyError):
        policy.parse(case["policy"].encode())


def test_a_file_says_what_it_is_read_as() -> None:
    url = "https://w1.example/submit"
    text = f"log {SIGNER.vkey} https://log.example\nwitness w1 {SIGNERS[0].vkey} {url}\nquorum w1\n"

    read = policy.parse(text.encode())

    expected = Policy(
        (Log(KEY, "https://log.example"),), (replace(WITNESSES[0], url=url),), (), "w1"
    )
    assert read == expected
    assert policy.encode(read) == text.encode()


def test_a_mistake_is_told_with_its_line() -> None:
    with pytest.raises(PolicyError, match="line 3 of the policy: it names what is not defined"):
        policy.parse(b"# a comment\n\nquorum w1\n")


def test_names_are_octets() -> None:
    vkeys = [one.vkey.encode() for one in SIGNERS]
    kelvin, letter, broken = "\u212a".encode(), b"K", b"\xff\xfe"
    lines = [
        b"witness %b %b\n" % pair for pair in zip((kelvin, letter, broken), vkeys, strict=True)
    ]
    data = b"".join(lines) + b"group g all " + b" ".join((kelvin, letter, broken)) + b"\nquorum g\n"

    read = policy.parse(data)

    assert len({witness.name for witness in read.witnesses}) == 3
    assert policy.encode(read) == data


def test_a_key_whose_name_is_not_utf8_is_refused() -> None:
    vkey = SIGNERS[0].vkey.encode().replace(b"w1", b"w\xff")

    with pytest.raises(PolicyError, match="UTF-8"):
        policy.parse(b"witness a " + vkey + b"\nquorum a\n")


@pytest.mark.parametrize(
    "wrong",
    [
        replace(TWO_OF_THREE, quorum="nobody"),
        replace(TWO_OF_THREE, groups=(Group("g", 0, NAMES),)),
        replace(TWO_OF_THREE, groups=(Group("g", 2, ("w1", "w 2")),)),
        replace(
            TWO_OF_THREE, witnesses=(replace(WITNESSES[0], url="x\nquorum none"),), quorum="w1"
        ),
        replace(TWO_OF_THREE, witnesses=(replace(WITNESSES[0], name="\ud800"),)),
    ],
)
def test_a_policy_that_cannot_be_written_is_refused(wrong: Policy) -> None:
    with pytest.raises(PolicyError):
        policy.encode(wrong)


def test_at_least_32_logs_witnesses_and_groups_are_read() -> None:
    signers = [signer(number) for number in range(1, 129)]
    witnesses = tuple(Witness(one.name, cosignature.parse_vkey(one.vkey)) for one in signers)
    logs = tuple(Log(note.VerifierKey(one.name, one.key.public_key)) for one in witnesses)
    groups = [Group("g0", 1, (witnesses[0].name,))]
    for number, witness in enumerate(witnesses[1:], 1):
        groups.append(Group(f"g{number}", 2, (groups[-1].name, witness.name)))
    deep = Policy(logs, witnesses, tuple(groups), "g127")

    assert policy.parse(policy.encode(deep)) == deep
    assert policy.is_met(deep, [witness.name for witness in witnesses])
    assert not policy.is_met(deep, [witness.name for witness in witnesses[1:]])


@pytest.mark.parametrize("kind", ["log", "witness", "group"])
def test_one_more_than_the_limit_is_refused(kind: str) -> None:
    lines = []
    for number in range(1, 130):
        one = signer(number)
        plain = note.VerifierKey(one.name, cosignature.parse_vkey(one.vkey).public_key)
        if kind == "log":
            lines.append(f"log {plain.vkey}\n")
        elif kind == "witness" or number == 1:
            lines.append(f"witness w{number} {one.vkey}\n")
        if kind == "group":
            lines.append(f"group g{number} any {f'g{number - 1}' if number > 1 else 'w1'}\n")

    with pytest.raises(PolicyError, match="at most 128"):
        policy.parse("".join(lines).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"#" * policy.POLICY_BYTES_MAX + b"\n",
        b"witness " + b"w" * 256 + b" " + SIGNERS[0].vkey.encode() + b"\n",
        b"log " + SIGNER.vkey.encode() + b" https://" + b"x" * 2048 + b"\n",
    ],
)
def test_what_is_too_long_is_refused(data: bytes) -> None:
    with pytest.raises(PolicyError, match=r"at most (262144|255|2048) bytes"):
        policy.parse(data + b"quorum none\n")


@given(st.sets(st.sampled_from(NAMES)), st.integers(1, 3))
def test_a_group_stands_when_enough_of_its_members_do(cosigners: set[str], threshold: int) -> None:
    asked = replace(TWO_OF_THREE, groups=(Group("g", threshold, NAMES),))

    assert policy.is_met(asked, cosigners) == (len(cosigners) >= threshold)


WORDS = ["log", "witness", "group", "quorum", "none", "any", "all", "1", "2", "w1", "g", "#", ""]
WORDS += [SIGNER.vkey, *(one.vkey for one in SIGNERS)]


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join), max_size=5))
def test_any_lines_are_a_policy_or_refused(lines: list[str]) -> None:
    for quorum in ("none", "w1", "g"):
        data = "\n".join([*lines, f"quorum {quorum}\n"]).encode()
        try:
            read = policy.parse(data)
        except PolicyError:
            continue
        assert policy.parse(policy.encode(read)) == read
        assert policy.is_met(read, NAMES) or quorum != "none"


@pytest.mark.parametrize("cosigners", list(combinations(SIGNERS, 2)))
def test_a_checkpoint_with_enough_cosignatures_is_good(cosigners: tuple[Ed25519Signer]) -> None:
    approval = policy.verify(cosigned(*cosigners), TWO_OF_THREE)

    assert approval.checkpoint == HEAD
    assert [one.key.name for one in approval.cosignatures] == [one.name for one in cosigners]


@pytest.mark.parametrize("cosigners", [(), *((one,) for one in SIGNERS), (SIGNERS[0],) * 2])
def test_a_checkpoint_with_too_few_is_not(cosigners: tuple[Ed25519Signer, ...]) -> None:
    with pytest.raises(PolicyError, match="does not meet the quorum g"):
        policy.verify(cosigned(*cosigners), TWO_OF_THREE)


def test_cosignatures_by_others_do_not_count() -> None:
    with pytest.raises(PolicyError, match="cosigned by w1, which"):
        policy.verify(cosigned(SIGNERS[0], signer(8), signer(9)), TWO_OF_THREE)


def test_one_wrong_cosignature_spoils_the_checkpoint() -> None:
    other = cosigned(SIGNERS[2], head=Checkpoint(SIGNER.name, 301, bytes(32)))
    wrong = other.rpartition(b"\n\n")[2].split(b"\n")[1] + b"\n"

    with pytest.raises(NoteError, match=r"w3\.example does not verify"):
        policy.verify(cosigned(*SIGNERS[:2]) + wrong, TWO_OF_THREE)


def test_the_log_must_be_one_of_the_policy() -> None:
    with pytest.raises(PolicyError, match=r"log\.example/test is not one of the policy"):
        policy.verify(cosigned(*SIGNERS), replace(TWO_OF_THREE, logs=()))


def test_a_log_may_be_known_from_elsewhere() -> None:
    approval = policy.verify(cosigned(*SIGNERS), replace(TWO_OF_THREE, logs=()), logs=[KEY])

    assert approval.checkpoint == HEAD


def test_the_logs_own_signature_is_needed() -> None:
    unsigned = cosigned(*SIGNERS).replace(SIGNED.rpartition(b"\n\n")[2], b"")

    with pytest.raises(NoteError, match="no signature by"):
        policy.verify(unsigned, TWO_OF_THREE)


def test_one_log_does_not_sign_for_another() -> None:
    other = note.Ed25519Signer("log.example/other", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    both = replace(TWO_OF_THREE, logs=(Log(KEY), Log(note.parse_vkey(other.vkey))), quorum="none")
    data = note.sign(HEAD.text, other)

    with pytest.raises(NoteError, match=r"no signature by log\.example/test"):
        policy.verify(data, both)


def test_quorum_none_asks_for_the_log_alone() -> None:
    assert policy.verify(SIGNED, replace(TWO_OF_THREE, quorum="none")).cosignatures == ()
