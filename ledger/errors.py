"""What can go wrong with a log. Messages are sentences for whoever handed in the bytes."""


class LedgerError(Exception):
    """Base of this library's errors."""


class EntryError(LedgerError):
    """Something cannot be an entry, or bytes are not a canonical one."""


class ProofError(LedgerError):
    """A proof is malformed, or does not lead to the root hash it should lead to."""


class NoteError(LedgerError):
    """A note, a checkpoint or a key is malformed, or a signature is missing or wrong."""


class TileError(LedgerError):
    """A tile, a bundle or its path does not have the form that tlog-tiles gives it."""


class BeyondError(LedgerError):
    """Something was asked for that the checkpoints there are do not cover."""


class RepeatError(LedgerError):
    """An event id was recorded twice."""


class SequenceError(LedgerError):
    """Entries cannot be sequenced here: wrong transaction, or the key of another log."""


class PolicyError(LedgerError):
    """A policy is malformed, or a checkpoint does not meet it."""


class RequestError(LedgerError):
    """The body of an add-checkpoint request is malformed."""


class StateError(LedgerError):
    """What a witness has kept cannot be read, cannot be kept, or is not what it kept."""


class FsckError(LedgerError):
    """A log is not what its checkpoint says.

    Attributes:
        path: File at fault, as in "tile/0/000.p/7"; "checkpoint" when no single file is.
        leaf: Index of the first entry at fault, or None when no single entry is.
    """

    def __init__(self, path: str, detail: str, *, leaf: int | None = None) -> None:
        super().__init__(f"{path}: {detail}")
        self.path = path
        self.leaf = leaf
