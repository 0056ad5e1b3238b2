import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import checkpoint, note
from ledger.checkpoint import Checkpoint
from ledger.errors import NoteError
from tests.ledger.oracle import KEY, SIGNER

ROOT = b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
HEAD = Checkpoint(SIGNER.name, 20852163, bytes(range(32)))


def test_a_signed_checkpoint_verifies() -> None:
    assert checkpoint.verify(checkpoint.sign(HEAD, SIGNER), KEY) == HEAD


def test_its_text_is_origin_size_and_root() -> None:
    expected = b"log.example/test\n20852163\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"

    assert HEAD.text == expected
    assert checkpoint.parse(expected) == HEAD


def test_extension_lines_are_kept() -> None:
    text = HEAD.text + b"extended by someone\n"

    assert checkpoint.parse(text).extensions == ("extended by someone",)
    assert checkpoint.parse(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"origin\n1\n",
        b"origin\n1\n" + ROOT,
        b"\n1\n" + ROOT + b"\n",
        b"origin\n\n1\n" + ROOT + b"\n",
        b"origin\n1\n" + ROOT + b"\n\n",
        b"origin\n01\n" + ROOT + b"\n",
        b"origin\n-1\n" + ROOT + b"\n",
        b"origin\n+1\n" + ROOT + b"\n",
        b"origin\n1 \n" + ROOT + b"\n",
        b"origin\n0x1\n" + ROOT + b"\n",
        "origin\n\u0661\n".encode() + ROOT + b"\n",
        b"origin\n9223372036854775808\n" + ROOT + b"\n",
        b"origin\n" + b"9" * 3000 + b"\n" + ROOT + b"\n",
        b"origin\n1\n" + ROOT[:-4] + b"\n",
        b"origin\n1\n" + ROOT[:-2] + b"B=\n",
        b"origin\n1\n" + ROOT[:-1] + b"\n",
        b"ori\xffgin\n1\n" + ROOT + b"\n",
        b"o" * 4096 + b"\n1\n" + ROOT + b"\n",
    ],
)
def test_a_text_that_is_no_checkpoint_is_refused(text: bytes) -> None:
    with pytest.raises(NoteError):
        checkpoint.parse(text)


def test_the_largest_size_is_read() -> None:
    assert checkpoint.parse(b"o\n9223372036854775807\n" + ROOT + b"\n").size == 2**63 - 1


def test_a_checkpoint_of_another_log_is_refused_though_the_key_signed_it() -> None:
    data = note.sign(Checkpoint("log.example/other", 1, bytes(32)).text, SIGNER)

    with pytest.raises(NoteError, match=r"of log\.example/other, not"):
        checkpoint.verify(data, KEY)
    assert checkpoint.verify(data, KEY, origin="log.example/other").size == 1


def test_a_checkpoint_by_another_key_is_refused() -> None:
    other = note.Ed25519Signer(SIGNER.name, Ed25519PrivateKey.from_private_bytes(bytes(32)))

    with pytest.raises(NoteError, match="no signature"):
        checkpoint.verify(checkpoint.sign(HEAD, other), KEY)


@pytest.mark.parametrize(
    "head",
    [
        Checkpoint("log.example/other", 1, bytes(32)),
        Checkpoint(SIGNER.name, -1, bytes(32)),
        Checkpoint(SIGNER.name, 2**63, bytes(32)),
        Checkpoint(SIGNER.name, 1, bytes(31)),
        Checkpoint(SIGNER.name + "\n1", 1, bytes(32)),
        Checkpoint(SIGNER.name, 1, bytes(32), ("a\nb",)),
        Checkpoint(SIGNER.name, 1, bytes(32), ("",)),
    ],
)
def test_what_cannot_be_written_is_not_signed(head: Checkpoint) -> None:
    with pytest.raises(NoteError):
        checkpoint.sign(head, SIGNER)
