"""The signed statement of a log's size and root hash (c2sp.org/tlog-checkpoint)."""

import base64
import re
from dataclasses import dataclass

from ledger import merkle, note
from ledger.errors import NoteError

TEXT_BYTES_MAX = 4096  # Origin, size and root; extension lines are discouraged.
DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself.

    Attributes:
        origin: Which log; also the name of the key that signs.
        size: Number of entries.
        root: Root hash of the tree of that size, 32 bytes.
        extensions: Further lines, opaque; our log writes none.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> bytes:
        """The text that is signed."""
        root = base64.b64encode(self.root).decode()
        lines = (self.origin, str(self.size), root, *self.extensions)
        return "".join(f"{line}\n" for line in lines).encode()


def sign(checkpoint: Checkpoint, *signers: note.Signer) -> bytes:
    """Return the checkpoint as a note signed by each of the signers, in order.

    Raises:
        NoteError: The checkpoint cannot be written, is not of a signer's log, or a signer's answer
            does not verify.
    """
    if parse(checkpoint.text) != checkpoint:
        raise NoteError("a line of the checkpoint holds a newline")
    for signer in signers:
        if checkpoint.origin != signer.name:
            raise NoteError(f"{signer.name} cannot sign a checkpoint of {checkpoint.origin}")
    return note.sign(checkpoint.text, *signers)


def parse(text: bytes) -> Checkpoint:
    """Return the checkpoint that a note's text writes. Nothing vouches for it yet.

    Raises:
        NoteError: The text is not a checkpoint.
    """
    if len(text) > TEXT_BYTES_MAX:
        raise NoteError(f"the text of a checkpoint has at most {TEXT_BYTES_MAX} bytes")
    try:
        lines = text.decode().split("\n")
    except UnicodeDecodeError as error:
        raise NoteError("a checkpoint is UTF-8") from error
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise NoteError("a checkpoint has at least three lines, none of them empty")
    origin, size, root, *extensions = lines
    if not DECIMAL.fullmatch(size) or int(size) > merkle.SIZE_MAX:
        raise NoteError("the second line of a checkpoint is the tree's size in decimal")
    digest = note.decode_base64(root)
    if len(digest) != merkle.HASH_BYTES:
        raise NoteError("the third line of a checkpoint is a hash of 32 bytes in base64")
    return Checkpoint(origin, int(size), digest, tuple(extensions))


def verify(data: bytes, key: note.VerifierKey, *, origin: str | None = None) -> Checkpoint:
    """Return the checkpoint in a signed note, having verified the log's own signature.

    Args:
        data: The signed note; signatures by others, such as witnesses, are not looked at.
        key: The log's key.
        origin: The log, when its key goes by another name.

    Raises:
        NoteError: It is malformed, not signed by the key, or a checkpoint of another log.
    """
    checkpoint = parse(note.verify(data, [key]).text)
    expected = key.name if origin is None else origin
    if checkpoint.origin != expected:
        raise NoteError(f"this is a checkpoint of {checkpoint.origin}, not of {expected}")
    return checkpoint
