"""Audit bundles without a daemon: the log of a made-up service, of any size.

The entries are a realistic mix, in which every thing goes through its states as it would in life.
Small bundles are a dict of members, to be spoilt by tests; large ones are streamed by benchmarks.
"""

import hashlib
import io
import itertools
import json
import random
import tarfile
import tempfile
from array import array
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import IO, Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from ledger import checkpoint, entry, merkle, policy, tiles
from ledger.checkpoint import Checkpoint
from ledger.note import Ed25519Signer
from ledger.policy import Policy
from rightsd.adapters import tar
from rightsd.adapters.histories import Histories
from rightsd.domain import dossier, replay
from rightsd.domain.events import Event
from rightsd.domain.replay import Happened
from rightsd.workflows.exports import layout
from rightsd.workflows.exports.scopes import About, Case, Range, Scope

SIGNER = Ed25519Signer("log.example/audit", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
BEGAN = datetime(2030, 1, 1, tzinfo=UTC)
HASHES_KEPT = 20_000
UNDER_WAY = 200  # Things that something may still happen to; older ones are left as they are.

Members = dict[str, bytes]


class Story:
    """Makes up what happens, the same for the same seed."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._count = 0
        self._at = BEGAN
        self._alive: dict[str, list[str]] = {}
        self._published: list[str] = []

    def events(self, count: int) -> Iterator[Event]:
        """Yield so many events; more of the same follow when called again."""
        yield from itertools.islice(self._scenes(), count)

    def _scenes(self) -> Iterator[Event]:
        for _ in range(3):
            yield self._new("account", "opened", role="creator")
            yield self._new("subject", "enrolled", account_id=self._any("account"))
            yield self._consent()
        while True:
            lot = self._random.random()
            if lot < 0.05:
                yield self._new("account", "opened", role="creator")
                yield self._new("subject", "enrolled", account_id=self._any("account"))
            elif lot < 0.10:
                yield self._consent()
                yield from self._sometimes("consent.revoked")
            elif lot < 0.12:
                account = self._any("account")
                yield self._new("work", "registered", account_id=account)
                yield self._new(
                    "optout", "registered", account_id=account, work_id=self._any("work")
                )
                yield from self._sometimes("optout.lifted")
            elif lot < 0.98 or not self._published:
                yield from self._generation()
            else:
                yield from self._notice()

    def _sometimes(self, kind: str) -> Iterator[Event]:
        if self._random.random() < 0.2:
            yield self._event(kind, self._take(kind.partition(".")[0]), {})

    def _consent(self) -> Event:
        return self._new(
            "consent",
            "granted",
            account_id=self._any("account"),
            subject_id=self._any("subject"),
            grantee_id=self._any("account"),
            expires_at=None,
        )

    def _generation(self) -> Iterator[Event]:
        consents = [self._any("consent")] if self._random.random() < 0.4 else []
        decided = {"outcome": "allow", "rulebook": 1, "rules": [], "consents": consents}
        asked = decided | {
            "account_id": self._any("account"),
            "request": f"{self._random.getrandbits(256):064x}",
        }
        lot = self._random.random()
        if lot < 0.15:
            refused = {"outcome": "refuse", "rules": ["work.opted_out@1"], "consents": []}
            yield self._new("generation", "refused", **(asked | refused))
            return
        made = self._new("generation", "requested", **asked)
        yield made
        if lot < 0.2:
            yield self._event("generation.failed", made.subject, {})
            return
        output = {"sha256": f"{self._random.getrandbits(256):064x}", "manifest_id": "urn:c2pa:1"}
        yield self._event("generation.published", made.subject, decided | output)
        self._published.append(made.subject)
        if len(self._published) > 2 * UNDER_WAY:
            del self._published[:UNDER_WAY]

    def _notice(self) -> Iterator[Event]:
        target = self._published.pop(self._random.randrange(len(self._published)))
        notice = self._new("notice", "received", generation_id=target, kind="copyright")
        yield notice
        if self._random.random() < 0.5:
            yield self._event("notice.rejected", notice.subject, {"reviewer_id": "acc_1"})
            return
        yield self._event("notice.upheld", notice.subject, {"reviewer_id": "acc_1"})
        yield self._event("generation.withdrawn", target, {"because_of": notice.subject})

    def _new(self, noun: str, participle: str, **data: object) -> Event:
        prefix = {"notice": "ntc", "work": "wrk"}.get(noun, noun[:3])
        made = f"{prefix}_{self._random.getrandbits(128):032x}"
        alive = self._alive.setdefault(noun, [])
        alive.append(made)
        if len(alive) > 2 * UNDER_WAY:
            del alive[:UNDER_WAY]
        return self._event(f"{noun}.{participle}", made, data)

    def _event(self, kind: str, subject: str, data: Mapping[str, object]) -> Event:
        self._at += timedelta(milliseconds=self._random.randrange(1, 2000))
        name = f"evt_{self._random.getrandbits(128):032x}"
        return Event(kind, subject, self._at, data, name)

    def _any(self, noun: str) -> str:
        return self._random.choice(self._alive[noun])

    def _take(self, noun: str) -> str:
        alive = self._alive[noun]
        return alive.pop(self._random.randrange(len(alive)))


class Log:
    """The entries of a log, and its tree; hashes in memory, entries in a file."""

    def __init__(self, events: Iterable[Event]) -> None:
        self._bodies = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the log
        self._ends = array("Q", [0])
        self.histories = Histories()
        self._levels: list[list[bytes]] = [[]]
        for number, batch in enumerate(_batches(events, tiles.WIDTH_MAX)):
            bodies = [entry.encode(event.body()) for event in batch]
            for body in bodies:
                self._ends.append(self._ends[-1] + self._bodies.write(body))
            first = number * tiles.WIDTH_MAX
            self.histories.add(layout.happening(at, one) for at, one in enumerate(batch, first))
            self._levels[0] += [merkle.hash_leaf(body) for body in bodies]
        self.size = len(self._ends) - 1
        while len(self._levels[-1]) >= tiles.WIDTH_MAX:
            below = self._levels[-1]
            ends = range(tiles.WIDTH_MAX, len(below) + 1, tiles.WIDTH_MAX)
            self._levels.append(
                [tiles.hash_tile(below[end - tiles.WIDTH_MAX : end]) for end in ends]
            )
        self._hash = lru_cache(HASHES_KEPT)(tiles.reader(self.size, self.file))
        root = merkle.root(self.size, self._hash)
        self.signed = checkpoint.sign(Checkpoint(SIGNER.name, self.size, root), SIGNER)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bodies.close()
        self.histories.__exit__(None, None, None)

    def entry(self, index: int) -> bytes:
        start, end = self._ends[index : index + 2]
        self._bodies.seek(start)
        return self._bodies.read(end - start)

    def file(self, file: tiles.Tile | tiles.Bundle) -> bytes:
        first = file.index * tiles.WIDTH_MAX
        if isinstance(file, tiles.Tile):
            return b"".join(self._levels[file.level][first : first + file.width])
        return tiles.encode_bundle([self.entry(at) for at in range(first, first + file.width)])

    def covered(self, subject: str) -> list[Happened]:
        return [one for one in self.histories.of(subject) if one.index < self.size]

    def proved(self, index: int, signed: bytes | None = None) -> bytes:
        path = merkle.prove_inclusion(index, self.size, self._hash)
        return layout.proved_line(self.entry(index), index, path, signed or self.signed)


def members(
    log: Log, *, pending: Iterable[Event] = (), terms: Policy | None = None
) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the members of a bundle of everything but the sums, each as a file."""
    terms = terms or layout.policy_of([SIGNER.vkey], None)
    yield from opening(log, None, terms)
    for file in layout.tiles_of(log.size):
        yield file.path, io.BytesIO(log.file(file))
    waiting = list(pending)
    log.histories.add(layout.happening(at, one) for at, one in enumerate(waiting, log.size))
    log.histories.sort()
    with tempfile.TemporaryFile() as statements, tempfile.TemporaryFile() as rows:
        for subject, happened in log.histories.all():
            covered = [one for one in happened if one.index < log.size]
            for statement in dossier.statements(subject, covered):
                statements.write(layout.line(statement) + b"\n")
            rows.write(layout.row(subject, replay.state_after(happened)) + b"\n")
            if covered and covered[0].kind.startswith("notice."):
                about = dossier.subjects_of_case(subject, log.covered)
                found = sorted(one.index for name in about for one in log.covered(name))
                lines = [log.proved(index) for index in found]
                yield f"cases/{subject}.ndjson", io.BytesIO(joined(lines))
        yield layout.STATEMENTS, statements
        yield layout.ROWS, rows
    yield layout.PENDING, io.BytesIO(joined(entry.encode(event.body()) for event in waiting))


def part(log: Log, scope: Scope) -> Members:
    """Return the members of a bundle of a part of the log, without the sums."""
    match scope:
        case Range(start, end):
            indexes = list(range(start, end))
        case About(subject):
            indexes = [one.index for one in log.covered(subject)]
        case Case(notice):
            subjects = dossier.subjects_of_case(notice, log.covered)
            indexes = sorted(one.index for name in subjects for one in log.covered(name))
    parts = dict(opening(log, scope.said(), layout.policy_of([SIGNER.vkey], None)))
    about = sorted({json.loads(log.entry(index))["subject"] for index in indexes})
    rows = [layout.row(name, replay.state_after(log.covered(name))) for name in about]
    made = {name: _content(file) for name, file in parts.items()}
    return made | {
        layout.ENTRIES: joined(log.proved(index) for index in indexes),
        layout.ROWS: joined(rows),
        layout.PENDING: b"",
    }


def opening(
    log: Log, scope: Mapping[str, object] | None, terms: Policy
) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the members that say what a bundle is."""
    head = checkpoint.parse(log.signed.partition(b"\n\n")[0] + b"\n")
    yield layout.ABOUT, io.BytesIO(layout.about(head, scope))
    yield layout.CHECKPOINT, io.BytesIO(log.signed)
    yield layout.POLICY, io.BytesIO(policy.encode(terms))
    for name, content in layout.keys_of(terms.logs):
        yield name, io.BytesIO(content)
    yield layout.ANCHORS, io.BytesIO(anchors())


def small(count: int = 300) -> Members:
    """Return the members of a small bundle of everything, without the sums."""
    story = Story(seed=7)
    with Log(story.events(count)) as log:
        made = members(log, pending=story.events(2))
        return {name: _content(file) for name, file in made}


def write(path: Path, parts: Iterable[tuple[str, IO[bytes]]]) -> None:
    """Write members and their sums, which are right, as a bundle."""
    sums: list[str] = []
    with path.open("wb") as file:
        for name, body in parts:
            file.writelines(tar.entry(name, body))
            body.seek(0)
            sums.append(f"{hashlib.file_digest(body, 'sha256').hexdigest()}  {name}\n")
        file.writelines(tar.entry(layout.SUMS, io.BytesIO("".join(sums).encode())))
        file.write(bytes(2 * tarfile.BLOCKSIZE))


def pack(path: Path, parts: Members) -> Path:
    """Write members as a bundle, and return where."""
    write(path, ((name, io.BytesIO(content)) for name, content in parts.items()))
    return path


@cache
def anchors() -> bytes:
    """Return a certificate, the same bytes every time."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example root")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(BEGAN)
        .not_valid_after(BEGAN + timedelta(days=3650))
        .sign(key, None)
    )
    return made.public_bytes(Encoding.PEM)


def _content(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def joined(lines: Iterable[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def _batches(events: Iterable[Event], size: int) -> Iterator[list[Event]]:
    events = iter(events)
    while batch := list(itertools.islice(events, size)):
        yield batch
