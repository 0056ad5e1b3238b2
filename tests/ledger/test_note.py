from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import note
from ledger.errors import NoteError
from ledger.note import Ed25519Signer, VerifierKey


def signer(name: str, seed: int = 1) -> Ed25519Signer:
    return Ed25519Signer(name, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


ALICE, BOB = signer("alice.example/a", 1), signer("bob.example/b", 2)
ALICE_KEY, BOB_KEY = note.parse_vkey(ALICE.vkey), note.parse_vkey(BOB.vkey)
TEXT = "Ein Text,\n\nmit Leerzeile und Ümlaut.\n".encode()


@dataclass(frozen=True)
class Liar:
    """A key service that answers with something else."""

    name: str
    vkey: str
    answer: bytes

    def sign(self, text: bytes) -> bytes:
        del text
        return self.answer


def test_a_signed_note_verifies_and_keeps_its_text() -> None:
    data = note.sign(TEXT, ALICE)

    assert note.verify(data, [ALICE_KEY]).text == TEXT
    assert data.startswith(TEXT + "\n— alice.example/a ".encode())


def test_several_sign_and_each_verifies_alone() -> None:
    data = note.sign(TEXT, ALICE, BOB)

    assert [line.name for line in note.parse(data).signatures] == [ALICE.name, BOB.name]
    note.verify(data, [ALICE_KEY])
    note.verify(data, [BOB_KEY])
    note.verify(data, [ALICE_KEY, BOB_KEY])


def test_a_note_by_someone_else_is_refused() -> None:
    with pytest.raises(NoteError, match=r"no signature by alice\.example/a"):
        note.verify(note.sign(TEXT, BOB), [ALICE_KEY])
    with pytest.raises(NoteError, match="no signature"):
        note.verify(note.sign(TEXT, ALICE), [])


def test_a_key_of_the_same_name_but_another_id_is_unknown() -> None:
    with pytest.raises(NoteError, match="no signature"):
        note.verify(note.sign(TEXT, signer(ALICE.name, 9)), [ALICE_KEY])


def test_a_wrong_signature_by_a_known_key_spoils_the_note() -> None:
    data = note.sign(TEXT, ALICE, BOB)
    wrong = data.replace(b"Ein", b"Kein")

    with pytest.raises(NoteError, match="does not verify"):
        note.verify(wrong, [ALICE_KEY])


def test_one_good_signature_does_not_excuse_a_wrong_one() -> None:
    good = note.sign(TEXT, ALICE)
    other = note.sign(b"another text\n", BOB)

    with pytest.raises(NoteError, match=r"bob\.example/b does not verify"):
        note.verify(good + other.rsplit(b"\n\n")[-1], [ALICE_KEY, BOB_KEY])


def test_every_changed_byte_is_noticed() -> None:
    data = note.sign(b"short\n", ALICE)

    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1
        with pytest.raises(NoteError):
            note.verify(bytes(changed), [ALICE_KEY])


def test_a_vkey_survives_a_round_trip() -> None:
    key = note.parse_vkey(ALICE.vkey)

    assert key == VerifierKey(ALICE.name, ALICE.private_key.public_key().public_bytes_raw())
    assert key.vkey == ALICE.vkey


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "alice",
        "alice+00000000",
        ALICE.vkey.replace("alice", "alicf"),
        ALICE.vkey.replace("+", " ", 1),
        ALICE.vkey[:-1],
        ALICE.vkey + "\n",
        "a b" + ALICE.vkey,
        "mirror.example.org+3fb148ef+BAAjjch9GyYz0sJsJx7ALhbdAtz2ov0unbzSl1vMp94O",
        "x" * 400 + ALICE.vkey,
        "\udce4" + ALICE.vkey,
        ALICE.vkey + "\ud800",
    ],
)
def test_a_vkey_that_is_malformed_or_of_another_type_is_refused(vkey: str) -> None:
    with pytest.raises(NoteError):
        note.parse_vkey(vkey)


LINE = note.sign(b"\n", ALICE).removeprefix(b"\n\n")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"text\n",
        b"text\n\n",
        b"text\n" + LINE,
        b"text\n\n" + LINE[:-1],
        b"text\n\n" + LINE + b"\n",
        b"text\n\n" + LINE + b"more\n",
        b"text\n\n" + LINE.replace("—".encode(), b"-"),
        b"text\n\n" + LINE.replace(b" ", b"  ", 1),
        b"text\n\n" + LINE.replace(b"/a ", "/a\u00a0 ".encode()),
        b"text\n\n" + LINE.replace(b"/a ", b"/a+ "),
        b"text\n\n" + LINE.replace(b"\n", b"\r\n"),
        b"te\txt\n\n" + LINE,
        b"te\x00xt\n\n" + LINE,
        b"te\xffxt\n\n" + LINE,
        "text\n\n— name AAAA\n".encode(),
        "text\n\n— name AAAAAAB=\n".encode(),
        "text\n\n— name AAAA AAAA\n".encode(),
        "text\n\n—  AAAAAAAA\n".encode(),
    ],
)
def test_bytes_that_are_no_note_are_refused(data: bytes) -> None:
    with pytest.raises(NoteError):
        note.parse(data)


def test_a_hundred_signatures_are_read_and_one_more_is_not() -> None:
    assert len(note.parse(b"text\n\n" + LINE * 100).signatures) == 100
    with pytest.raises(NoteError, match="at most 100"):
        note.parse(b"text\n\n" + LINE * 101)


def test_a_note_beyond_the_limit_is_refused() -> None:
    with pytest.raises(NoteError, match="at most 1000000 bytes"):
        note.parse(b"x" * 1_000_001)


@pytest.mark.parametrize(
    "text", [b"", b"no newline", b"a\tb\n", b"\xff\n", b"x" + b"\n\n" + LINE[:-1]]
)
def test_a_text_that_is_no_note_is_not_signed(text: bytes) -> None:
    with pytest.raises(NoteError):
        note.sign(text, ALICE)


def test_a_note_needs_a_signer() -> None:
    with pytest.raises(NoteError):
        note.sign(TEXT)


@pytest.mark.parametrize("answer", [b"", bytes(64), ALICE.sign(b"another text\n"), BOB.sign(TEXT)])
def test_an_answer_that_does_not_verify_is_not_passed_on(answer: bytes) -> None:
    with pytest.raises(NoteError, match="does not verify"):
        note.sign(TEXT, Liar(ALICE.name, ALICE.vkey, answer))


def test_a_signer_signs_only_under_the_name_of_its_key() -> None:
    with pytest.raises(NoteError, match="has a key of"):
        note.sign(TEXT, Liar("mallory", ALICE.vkey, ALICE.sign(TEXT)))


def test_a_signer_does_not_show_its_key() -> None:
    assert "private" not in repr(ALICE)
