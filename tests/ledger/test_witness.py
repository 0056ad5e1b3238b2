import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import checkpoint, cosignature, note, witness
from ledger.checkpoint import Checkpoint
from ledger.cosignature import Ed25519Signer
from ledger.errors import NoteError, RequestError
from ledger.witness import FileState, Request, Status
from tests.ledger.oracle import KEY, SIGNER
from tests.ledger.witnessed import (
    FORK,
    LOGS,
    NOW,
    WITNESS,
    WITNESS_KEY,
    Memory,
    request,
    signed,
    size_kept,
    submit,
)

ROOT = Path(__file__).parents[2]
VECTORS: Any = json.loads((ROOT / "api-specs/vectors/ledger-witness.json").read_text())
ORIGIN = SIGNER.name


@pytest.fixture(params=[Memory, FileState])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> witness.State:
    return Memory() if request.param is Memory else FileState(tmp_path / "logs")


@dataclass
class Between:
    """A state in which something happens just before something is kept."""

    inner: Memory
    happenings: list[Callable[[], None]] = field(default_factory=list)

    def latest(self, origin: str) -> bytes | None:
        return self.inner.latest(origin)

    def replace(self, origin: str, *, expected: bytes | None, signed: bytes) -> bool:
        if self.happenings:
            self.happenings.pop(0)()
        return self.inner.replace(origin, expected=expected, signed=signed)


def test_the_published_submissions_in_order(state: witness.State) -> None:
    published = VECTORS["witness"]
    seed = bytes.fromhex(published["private_key_hex"])
    signer = Ed25519Signer(published["name"], Ed25519PrivateKey.from_private_bytes(seed))
    logs = {VECTORS["log"]["name"]: [note.parse_vkey(VECTORS["log"]["vkey"])]}

    for case in VECTORS["submissions"]:
        body = case["request"].encode()
        answer = witness.process(
            body, state, logs=logs, signer=signer, timestamp=VECTORS["timestamp"]
        )
        assert answer.status == case["status"], case["why"]
        if "answer" in case:
            assert answer.body.decode() == case["answer"], case["why"]
    statuses = {case["status"] for case in VECTORS["submissions"]}
    assert statuses == set(Status) - {Status.BUSY}


def test_a_witness_follows_a_log_from_nothing_and_through_every_size(state: witness.State) -> None:
    old = 0
    for size in (0, 1, 2, 3, 7, 8, 9, 31, 32, 40):
        answer = submit(request(old, size), state)

        assert answer.status is Status.COSIGNED, answer.body
        found = cosignature.verify(signed(size) + answer.body, [WITNESS_KEY])
        assert [one.timestamp for one in found] == [NOW]
        assert state.latest(ORIGIN) == signed(size) + answer.body
        old = size


def test_the_first_checkpoint_may_have_any_size(state: witness.State) -> None:
    assert submit(request(0, 23), state).status is Status.COSIGNED
    assert size_kept(state) == 23


def test_the_same_checkpoint_is_cosigned_again_at_a_later_time(state: witness.State) -> None:
    first = submit(request(0, 5), state)
    again = submit(request(5, 5), state, now=NOW + 60)

    assert [first.status, again.status] == [Status.COSIGNED] * 2
    assert state.latest(ORIGIN) == signed(5) + again.body
    assert witness.recall(state, ORIGIN, WITNESS_KEY).timestamp == NOW + 60


def test_time_does_not_go_back_with_the_clock(state: witness.State) -> None:
    submit(request(0, 5), state)
    answer = submit(request(5, 8), state, now=NOW - 3600)

    found = cosignature.verify(signed(8) + answer.body, [WITNESS_KEY])
    assert [one.timestamp for one in found] == [NOW]


@pytest.mark.parametrize(("old", "size"), [(0, 8), (4, 8), (5, 8), (8, 8), (9, 9), (0, 0)])
def test_a_wrong_old_size_is_told_the_right_one(state: witness.State, old: int, size: int) -> None:
    submit(request(0, 7), state)

    answer = submit(request(old, size), state)

    assert answer == witness.Answer(Status.CONFLICT, b"7\n")
    assert answer.content_type == "text/x.tlog.size"
    assert size_kept(state) == 7


@pytest.mark.parametrize("size", [8, 9, 40])
@pytest.mark.parametrize("claimed", [0, 4, 8])
def test_a_second_history_is_never_cosigned(state: witness.State, size: int, claimed: int) -> None:
    submit(request(0, 8), state)
    kept = state.latest(ORIGIN)

    answer = submit(request(claimed, size, FORK), state)

    assert answer.status is (Status.INCONSISTENT if claimed == 8 else Status.CONFLICT)
    assert state.latest(ORIGIN) == kept
    assert submit(request(8, 9), state).status is Status.COSIGNED


def test_a_second_history_is_caught_by_comparing_what_two_witnesses_kept() -> None:
    """Each witness believes the log it is shown first; the two checkpoints convict the log."""
    one, two = Memory(), Memory()
    assert submit(request(0, 8), one).status is Status.COSIGNED
    assert submit(request(0, 8, FORK), two).status is Status.COSIGNED

    heads = [checkpoint.verify(state.kept[ORIGIN], KEY) for state in (one, two)]

    assert heads[0].size == heads[1].size
    assert heads[0].root != heads[1].root


def test_a_proof_from_the_honest_history_does_not_carry_the_other(state: witness.State) -> None:
    submit(request(0, 8), state)
    honest = witness.parse(request(8, 12))

    mixed = Request(8, honest.proof, signed(12, FORK))
    assert submit(witness.encode(mixed), state).status is Status.INCONSISTENT


@pytest.mark.parametrize("size", [0, 5])
def test_nothing_is_proved_about_the_empty_tree(state: witness.State, size: int) -> None:
    body = witness.encode(Request(0, (bytes(32),), signed(size)))

    assert submit(body, state).status is Status.INCONSISTENT
    assert state.latest(ORIGIN) is None


def test_the_empty_tree_has_one_root(state: witness.State) -> None:
    wrong = checkpoint.sign(Checkpoint(ORIGIN, 0, bytes(32)), SIGNER)

    assert submit(b"old 0\n\n" + wrong, state).status is Status.INCONSISTENT
    assert state.latest(ORIGIN) is None


def test_a_log_that_is_not_witnessed_is_unknown(state: witness.State) -> None:
    other = note.Ed25519Signer("log.example/other", SIGNER.private_key)
    foreign = checkpoint.sign(Checkpoint(other.name, 0, bytes(32)), other)

    assert submit(b"old 0\n\n" + foreign, state).status is Status.UNKNOWN


def test_a_known_key_does_not_sign_for_an_unknown_log(state: witness.State) -> None:
    text = Checkpoint("log.example/other", 0, bytes(32)).text

    assert submit(b"old 0\n\n" + note.sign(text, SIGNER), state).status is Status.UNKNOWN


def test_one_wrong_signature_by_a_trusted_key_is_enough_to_refuse(state: witness.State) -> None:
    wrong = signed(6).rpartition(b"\n\n")[2]

    answer = submit(request(0, 5) + wrong, state)

    assert answer.status is Status.UNTRUSTED
    assert state.latest(ORIGIN) is None


def test_a_log_may_sign_with_either_of_its_keys(state: witness.State) -> None:
    second = note.Ed25519Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes([9]) * 32))
    logs = {ORIGIN: [KEY, note.parse_vkey(second.vkey)]}
    head = checkpoint.parse(note.parse(signed(5)).text)

    for data in (checkpoint.sign(head, second), note.sign(head.text, SIGNER, second)):
        kept = witness.recall(state, ORIGIN, WITNESS_KEY)
        body = witness.encode(Request(kept.size, (), data))
        answer = witness.process(body, state, logs=logs, signer=WITNESS, timestamp=NOW)
        assert answer.status is Status.COSIGNED
    latest = state.latest(ORIGIN)
    assert latest is not None
    assert {line.key_id for line in note.parse(latest).signatures} == {
        KEY.key_id,
        logs[ORIGIN][1].key_id,
        WITNESS_KEY.key_id,
    }


def test_what_strangers_add_is_neither_kept_nor_a_hindrance(state: witness.State) -> None:
    stranger = Ed25519Signer("stranger.example", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    head = checkpoint.parse(note.parse(signed(5)).text)
    line = cosignature.sign(head.text, stranger, timestamp=NOW).line
    forged = cosignature._line(WITNESS.name, WITNESS_KEY.key_id + bytes(72))

    answer = submit(request(0, 5) + line * 98 + forged, state)

    assert answer.status is Status.COSIGNED
    assert state.latest(ORIGIN) == signed(5) + answer.body


def test_extension_lines_are_part_of_what_is_cosigned(state: witness.State) -> None:
    head = checkpoint.parse(note.parse(signed(5)).text)
    extended = Checkpoint(ORIGIN, 5, head.root, ("an extension",))
    data = checkpoint.sign(extended, SIGNER)

    answer = submit(b"old 0\n\n" + data, state)

    assert cosignature.verify(data + answer.body, [WITNESS_KEY])


HASH = b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n\n",
        b"old 0\n\n",
        b"old 0\n" + signed(0),
        b"old  0\n\n" + signed(0),
        b"old 00\n\n" + signed(0),
        b"old -0\n\n" + signed(0),
        b"old \n\n" + signed(0),
        b"OLD 0\n\n" + signed(0),
        b"0\n\n" + signed(0),
        b"old 0\r\n\r\n" + signed(0),
        "old \u0660\n\n".encode() + signed(0),
        b"old 9223372036854775808\n\n" + signed(0),
        b"old 1\n\n" + signed(0),
        b"\nold 0\n\n" + signed(0),
        b"old 1\n" + HASH * 64 + b"\n" + signed(5),
        b"old 1\n" + HASH.replace(b"=", b"") + b"\n" + signed(5),
        b"old 1\nAAAA\n\n" + signed(5),
        b"old 1\n " + HASH + b"\n" + signed(5),
        b"old 1\n" + HASH + b"\xff\n\n" + signed(5),
        b"old 0\n\n" + signed(5)[:-1],
        b"old 0\n\n" + note.sign(b"no checkpoint\n", SIGNER),
        b"old 0\n\n" + signed(5) + b"x" * witness.REQUEST_BYTES_MAX,
    ],
)
def test_a_body_that_is_malformed_is_told_so(state: witness.State, body: bytes) -> None:
    answer = submit(body, state)

    assert answer.status is Status.MALFORMED
    assert answer.body.endswith(b"\n")
    assert state.latest(ORIGIN) is None


def test_63_hashes_are_read() -> None:
    asked = Request(5, (bytes(32),) * 63, signed(5))

    assert witness.parse(witness.encode(asked)) == asked
    with pytest.raises(RequestError):
        witness.encode(Request(5, (bytes(32),) * 64, signed(5)))


@pytest.mark.parametrize("asked", [Request(-1, (), b""), Request(0, (b"short",), b"")])
def test_a_request_that_cannot_be_written_is_refused(asked: Request) -> None:
    with pytest.raises(RequestError):
        witness.encode(asked)


def test_a_smaller_tree_that_was_checked_first_does_not_roll_back_the_larger() -> None:
    """The race that tlog-witness describes: both are consistent with 5; the larger is kept."""
    memory = Memory()
    submit(request(0, 5), memory)
    state = Between(memory, [lambda: submit(request(5, 9), memory)])

    answer = submit(request(5, 7), state)

    assert answer == witness.Answer(Status.CONFLICT, b"9\n")
    assert size_kept(memory) == 9


def test_the_same_checkpoint_twice_at_once_is_no_conflict_once_both_know_the_size() -> None:
    memory = Memory()
    state = Between(memory, [lambda: submit(request(0, 5), memory)])

    first = submit(request(0, 5), state)
    state.happenings = [lambda: submit(request(5, 5), memory)]
    again = submit(request(5, 5), state)

    assert [first.status, again.status] == [Status.CONFLICT, Status.COSIGNED]


def test_a_fork_that_comes_between_is_noticed() -> None:
    memory = Memory()
    submit(request(0, 4), memory)
    state = Between(memory, [lambda: submit(request(4, 9), memory)])

    assert submit(request(4, 9, FORK), state).body == b"9\n"
    assert submit(request(9, 9, FORK), state).status is Status.INCONSISTENT


def test_a_submission_that_always_loses_is_told_to_come_again() -> None:
    memory = Memory()
    submit(request(0, 5), memory)
    times = iter(range(NOW, NOW + 1000))
    state = Between(memory, [lambda: submit(request(5, 5), memory, now=next(times))] * 17)
    next(times)

    assert submit(request(5, 5), state).status is Status.BUSY


def test_a_crash_after_keeping_costs_only_the_answer() -> None:
    memory = Memory()
    submit(request(0, 5), memory)

    def crash() -> None:
        submit(request(5, 8), memory)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        submit(request(5, 8), Between(memory, [crash]))

    assert submit(request(5, 8), memory).body == b"8\n"
    assert submit(request(8, 8), memory).status is Status.COSIGNED


@dataclass(frozen=True)
class Liar:
    """A key service that answers with something else."""

    name: str = WITNESS.name
    vkey: str = WITNESS.vkey

    def sign(self, text: bytes) -> bytes:
        del text
        return bytes(64)


def test_a_signer_that_fails_leaves_everything_as_it_was(state: witness.State) -> None:
    submit(request(0, 5), state)
    kept = state.latest(ORIGIN)

    with pytest.raises(NoteError, match="does not verify"):
        witness.process(request(5, 8), state, logs=LOGS, signer=Liar(), timestamp=NOW)
    assert state.latest(ORIGIN) == kept
