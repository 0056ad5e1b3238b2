"""Whose word makes a checkpoint good: logs, witnesses, and a quorum (tlog-policy of c2sp.org).

Names in a policy are octets. They are kept as text in which octets that are not UTF-8 become
surrogates (PEP 383), so that every name survives and no two names become one.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from ledger import checkpoint, cosignature, note
from ledger.checkpoint import Checkpoint
from ledger.cosignature import Cosignature, WitnessKey
from ledger.errors import NoteError, PolicyError

POLICY_BYTES_MAX = 262_144
ITEMS_MAX = 128  # Of logs, of witnesses, and of groups; the specification asks for at least 32.
NAME_BYTES_MAX = 255
URL_BYTES_MAX = 2048
NONE = "none"  # The quorum that asks for no witness.
FORBIDDEN = re.compile(rb"[^\t\n\x20-\x7e\x80-\xff]")
BLANK = re.compile(rb"[ \t]+")
THRESHOLD = re.compile(r"[1-9][0-9]{0,4}")


@dataclass(frozen=True, slots=True)
class Log:
    """A log that is believed; its key's name is its origin. What the URL is for is left open."""

    key: note.VerifierKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness, its name within this policy, and its submission prefix (tlog-witness) if given."""

    name: str
    key: WitnessKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Witnesses and earlier groups, of which `threshold` must stand for the group to stand."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Logs, witnesses and groups in the order of the file, and what the quorum is: a name."""

    logs: tuple[Log, ...]
    witnesses: tuple[Witness, ...]
    groups: tuple[Group, ...]
    quorum: str


@dataclass(frozen=True, slots=True)
class Approval:
    """A checkpoint that meets a policy.

    Attributes:
        checkpoint: The checkpoint.
        cosignatures: Every verified cosignature by a witness of the policy, needed or not.
    """

    checkpoint: Checkpoint
    cosignatures: tuple[Cosignature, ...]


def parse(data: bytes) -> Policy:
    """Return the policy that a file writes.

    Raises:
        PolicyError: It is malformed, refers to what is not defined above, or is beyond a limit.
    """
    if len(data) > POLICY_BYTES_MAX:
        raise PolicyError(f"a policy has at most {POLICY_BYTES_MAX} bytes")
    if FORBIDDEN.search(data):
        raise PolicyError("a policy holds no control characters but tab and newline")
    if not data.endswith(b"\n"):
        raise PolicyError("every line of a policy ends in a newline")
    draft = _Draft()
    for number, line in enumerate(data.split(b"\n"), 1):
        items = [item.decode(errors="surrogateescape") for item in BLANK.split(line) if item]
        if not items or items[0].startswith("#"):
            continue
        try:
            draft.add(items[0], items[1:])
        except (PolicyError, NoteError) as error:
            raise PolicyError(f"line {number} of the policy: {error}") from error
    return draft.finish()


def encode(policy: Policy) -> bytes:
    """Return the policy as a file: logs, witnesses, groups and the quorum, without comments.

    Raises:
        PolicyError: It cannot be written, or not so that it would be read as the same policy.
    """
    lines = [_words("log", log.key.vkey, log.url) for log in policy.logs]
    lines += [_words("witness", one.name, one.key.vkey, one.url) for one in policy.witnesses]
    lines += [
        _words("group", group.name, _write_threshold(group), *group.members)
        for group in policy.groups
    ]
    lines.append(_words("quorum", policy.quorum))
    try:
        data = "".join(lines).encode(errors="surrogateescape")
    except UnicodeEncodeError as error:
        raise PolicyError("the policy holds text that no octets write") from error
    if parse(data) != policy:
        raise PolicyError("the policy cannot be written as a file")
    return data


def is_met(policy: Policy, witnesses: Collection[str]) -> bool:
    """Return whether cosignatures by these witnesses, by their names in the policy, suffice."""
    standing = {witness.name for witness in policy.witnesses if witness.name in witnesses}
    for group in policy.groups:  # Members are defined above their group.
        if sum(member in standing for member in group.members) >= group.threshold:
            standing.add(group.name)
    return policy.quorum == NONE or policy.quorum in standing


def verify(data: bytes, policy: Policy, *, logs: Sequence[note.VerifierKey] = ()) -> Approval:
    """Check that a checkpoint is signed by a log of the policy and cosigned as it asks.

    Args:
        data: The checkpoint, a signed note.
        policy: The policy.
        logs: Keys of logs that are known from elsewhere, besides those of the policy.

    Raises:
        PolicyError: The log is not known, or the quorum is not met.
        NoteError: It is not a checkpoint, or a signature by a known key is missing or wrong.
    """
    head = checkpoint.parse(note.parse(data).text)
    known = [*logs, *(log.key for log in policy.logs)]
    keys = [key for key in known if key.name == head.origin]
    if not keys:
        raise PolicyError(f"the log {head.origin} is not one of the policy")
    note.verify(data, keys)
    cosignatures = cosignature.verify(data, [witness.key for witness in policy.witnesses])
    cosigned = {found.key for found in cosignatures}
    names = [witness.name for witness in policy.witnesses if witness.key in cosigned]
    if not is_met(policy, names):
        raise PolicyError(
            f"the checkpoint is cosigned by {', '.join(names) or 'no witness'}, which does not "
            f"meet the quorum {policy.quorum}"
        )
    return Approval(head, cosignatures)


@dataclass(slots=True)
class _Draft:
    """The policy as far as it has been read."""

    logs: list[Log] = field(default_factory=list[Log])
    witnesses: list[Witness] = field(default_factory=list[Witness])
    groups: list[Group] = field(default_factory=list[Group])
    quorum: str | None = None
    names: set[str] = field(default_factory=set[str])
    members: set[str] = field(default_factory=set[str])

    def add(self, keyword: str, items: list[str]) -> None:
        match keyword, items:
            case "log", [vkey, *rest] if len(rest) <= 1:
                self._add_log(Log(note.parse_vkey(vkey), _url(rest)))
            case "witness", [name, vkey, *rest] if len(rest) <= 1:
                self._define(name)
                self._add_witness(Witness(name, cosignature.parse_vkey(vkey), _url(rest)))
            case "group", [name, threshold, *members] if members:
                self._add_group(name, threshold, members)
            case "quorum", [name]:
                if self.quorum is not None:
                    raise PolicyError("there is one quorum")
                if name != NONE:
                    self._require(name)
                self.quorum = name
            case (("log" | "witness" | "group" | "quorum"), _):
                raise PolicyError(f"there are too few or too many words after {keyword}")
            case _:
                raise PolicyError("a line begins with log, witness, group or quorum")
        if max(len(self.logs), len(self.witnesses), len(self.groups)) > ITEMS_MAX:
            raise PolicyError(f"there are at most {ITEMS_MAX} of each: logs, witnesses, groups")

    def finish(self) -> Policy:
        if self.quorum is None:
            raise PolicyError("the policy has no quorum line")
        return Policy(tuple(self.logs), tuple(self.witnesses), tuple(self.groups), self.quorum)

    def _add_log(self, log: Log) -> None:
        if any(log.key.public_key == other.key.public_key for other in self.logs):
            raise PolicyError("the key is that of another log")
        self.logs.append(log)

    def _add_witness(self, witness: Witness) -> None:
        # Two names for one key would let one witness count twice.
        if any(witness.key.public_key == other.key.public_key for other in self.witnesses):
            raise PolicyError("the key is that of another witness")
        self.witnesses.append(witness)

    def _add_group(self, name: str, threshold: str, members: list[str]) -> None:
        for member in members:
            self._require(member)
            # Each witness counts towards the quorum on one way only.
            if member in self.members:
                raise PolicyError("a member of a group is already a member of one")
            self.members.add(member)
        self._define(name)
        needed = _read_threshold(threshold, len(members))
        self.groups.append(Group(name, needed, tuple(members)))

    def _define(self, name: str) -> None:
        if name == NONE or name in self.names:
            raise PolicyError("the name is taken")
        if len(name.encode(errors="surrogateescape")) > NAME_BYTES_MAX:
            raise PolicyError(f"a name has at most {NAME_BYTES_MAX} bytes")
        self.names.add(name)

    def _require(self, name: str) -> None:
        if name not in self.names:
            raise PolicyError("it names what is not defined above it")


def _url(rest: list[str]) -> str | None:
    if rest and len(rest[0].encode(errors="surrogateescape")) > URL_BYTES_MAX:
        raise PolicyError(f"a URL has at most {URL_BYTES_MAX} bytes")
    return rest[0] if rest else None


def _read_threshold(text: str, count: int) -> int:
    named = {"any": 1, "all": count}
    if text in named:
        return named[text]
    if not THRESHOLD.fullmatch(text) or int(text) > count:
        raise PolicyError(f"the threshold of a group of {count} is any, all, or 1 to {count}")
    return int(text)


def _write_threshold(group: Group) -> str:
    if group.threshold == len(group.members):
        return "all"
    return "any" if group.threshold == 1 else str(group.threshold)


def _words(*words: str | None) -> str:
    return " ".join(word for word in words if word is not None) + "\n"
