"""What a running daemon holds. Built once by `bootstrap`, passed as `rt`."""

import threading
from collections.abc import Callable, Collection, Sequence
from collections.abc import Generator as Generates
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from psycopg import Connection, OperationalError
from psycopg_pool import ConnectionPool, PoolClosed

from fingerprint import descriptor, pdq
from fingerprint.align import Match
from fingerprint.bundle import Fingerprint as Content
from fingerprint.descriptor import Descriptors
from fingerprint.errors import FingerprintError
from generator.base import Generator
from ledger import checkpoint, log, note
from ledger.errors import NoteError
from ledger.note import Signer
from ledger.policy import Policy
from rightsd.adapters import recall, webhooks
from rightsd.adapters.blobs import Blobs
from rightsd.adapters.c2pa import ContentCredentials
from rightsd.adapters.dsa import TransparencyDatabase
from rightsd.adapters.files import Files
from rightsd.adapters.fingerprints import unpack_whole
from rightsd.adapters.http import Guard
from rightsd.adapters.index import Answer, AssetIndex, FingerprintIndex, Source
from rightsd.adapters.keys import CredentialKeys, WatermarkKeys
from rightsd.adapters.likenesses.absent import Absent
from rightsd.adapters.likenesses.gallery import Change, Gallery
from rightsd.adapters.queue import Queue
from rightsd.adapters.recall import Among, Found, Recall
from rightsd.adapters.signatures import Signatures
from rightsd.adapters.singlefile import SingleFile
from rightsd.adapters.webhooks import WebhookKeys
from rightsd.db import fingerprints, logkeys, references, templates
from rightsd.db.tx import Tx
from rightsd.db.vectors import Vectors
from rightsd.domain import radius
from rightsd.domain.fingerprint import Fingerprint
from rightsd.domain.key import State
from rightsd.domain.platform import Platform
from rightsd.domain.proof import Issuer
from rightsd.domain.radius import Cap
from rightsd.domain.rates import NEVER, Sampling
from rightsd.domain.recognition import Recognition, Seen
from rightsd.domain.resemblance import By, Resemblance
from rightsd.domain.template import Kind, Level, Model
from rightsd.errors import Code, RightsError
from rightsd.ports import Clock, Likenesses, LogKeys, Mailer

# Of works that one voice may be. More than people are named for a sighting: what crowds out an
# opted-out one here would let it pass.
VOICES_FOUND_MAX = 1_000


def _voices() -> Gallery:
    return Gallery(findings_max=VOICES_FOUND_MAX)


@dataclass(frozen=True, slots=True)
class Runtime:
    """The pool, the clock and the adapters.

    Attributes:
        kek: The key-encryption key of personal data, 32 bytes.
        watermark_keys: What marks outputs, and finds their marks.
        credential_keys: What signs credentials, status lists and receipts.
        issuer: Whose they are.
        likenesses: What recognises faces and voices.
        index: What is known by codes of its frames.
        recall: What is known by points of its pictures and by its sound.
        pdq: The same by the hashes that platforms exchange.
        gallery: What this process remembers of everyone enrolled, and `voices` of voices of works.
        mailer: Who takes letters to people.
        work_folder: For files under way; whatever lies there after a crash may be deleted.
        witness_policy: Who must have cosigned a checkpoint before anyone is shown it.
        witness_guard: Where those witnesses may be.
        import_guard: Where sites may be whose reservations are imported.
        reference_guard: Where files may be that clients name by their addresses.
        deposit_anything: Keep what is deposited even if it is no manifest store.
        webhook_guard: Where platforms may be that are sent webhooks.
        webhook_keys: What signs webhooks, beside the platforms' secrets.
        mirror: Where the log is kept as plain files, if anywhere.
        transparency: Where statements of reasons are sent, if anywhere.
        aigc_producer: The content producer that outputs are labelled with for China, if they are.
        claim_cap: How much a claim may refuse before a reviewer has seen it.
        sampling: How often requests are shown to reviewers who are not told what the gate said.
        signatures: What the log's key has signed for receipts.
        vectors: What the gate remembers of descriptions, and the model that compares them.
        single_file: In which work goes that comes by the thousand: see `unhurried`.
        warming: Set while what clips are compared with is being read for the first time.
        stopping: Set when the process should end: long work gives up and is done again later.
    """

    pool: ConnectionPool[Connection[Any]]
    clock: Clock
    queue: Queue
    blobs: Blobs
    credentials: ContentCredentials
    log_keys: LogKeys
    watermark_keys: WatermarkKeys
    kek: bytes = field(repr=False)
    credential_keys: CredentialKeys
    webhook_keys: WebhookKeys
    issuer: Issuer
    engine: Generator
    mailer: Mailer
    work_folder: Path
    likenesses: Likenesses = field(default_factory=Absent)
    gallery: Gallery = field(default_factory=Gallery)
    voices: Gallery = field(default_factory=_voices)
    index: AssetIndex = field(default_factory=FingerprintIndex)
    pdq: AssetIndex = field(default_factory=FingerprintIndex)
    recall: Recall = field(default_factory=Recall)
    witness_policy: Policy | None = None
    witness_guard: Guard = field(default_factory=Guard)
    import_guard: Guard = field(default_factory=Guard)
    webhook_guard: Guard = field(default_factory=Guard)
    reference_guard: Guard = field(default_factory=Guard)
    deposit_anything: bool = False
    mirror: Files | None = None
    transparency: TransparencyDatabase | None = None
    aigc_producer: str | None = None
    claim_cap: Cap = radius.CAP
    sampling: Sampling = NEVER
    signatures: Signatures = field(default_factory=Signatures)
    vectors: Vectors = field(default_factory=Vectors)
    single_file: SingleFile = field(default_factory=SingleFile)
    warming: threading.Event = field(default_factory=threading.Event)
    stopping: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def transaction(self) -> Generates[Tx]:
        """Open a transaction, and commit it on leaving.

        Raises:
            RightsError: UNAVAILABLE, when the database does not answer.
        """
        try:
            with self.pool.connection() as conn, conn.transaction():
                now = self.clock()
                yield Tx(conn, now, self.kek, vectors=self.vectors, recognise=self.recognise)
        except (OperationalError, PoolClosed) as error:  # PoolTimeout is an OperationalError.
            detail = "the database does not answer; try again, under the same Idempotency-Key"
            raise RightsError(Code.UNAVAILABLE, detail) from error

    @contextmanager
    def unhurried(self) -> Generates[Tx]:
        """Open a transaction of work that comes by the thousand: one at a time in this process.

        What a commit ends has ended with it, so the rows that say so are in no hurry. Side by side
        they would take every core, and the answers that people wait for would take four times as
        long; one behind another they take twice as long, and leave a core to everyone else.

        Raises:
            RightsError: UNAVAILABLE, when the database does not answer.
        """
        with self.single_file.turn(), self.transaction() as tx:
            yield tx

    def log_signers(self, tx: Tx) -> tuple[Signer, ...]:
        """Return who signs the log's checkpoints, the oldest key first: two during a rotation.

        Raises:
            RightsError: UNAVAILABLE: a key cannot be used, or is not one that the log knows. Then
                nothing is signed: another key under the log's name would begin a second history.
        """
        signing = [key for key in logkeys.known(tx) if key.state is State.INTRODUCED]
        if signing:
            signers = tuple(self.log_keys.signer(key.number) for key in signing)
            if [signer.vkey for signer in signers] == [key.vkey for key in signing]:
                return signers
        else:
            signers = (self.log_keys.make(1),)
            newest = log.latest(tx.conn)
            if newest is None or _is_signed(newest, signers[0]):
                return signers
        detail = f"the keys here are not those of the log {self.log_keys.origin}: look at the home"
        raise RightsError(Code.UNAVAILABLE, detail)

    def log_signer(self, tx: Tx, signed: bytes | None) -> Signer:
        """Return the newest of those who sign that has signed a certain checkpoint, a recent one.

        Before the first checkpoint (None), that is the newest.

        Raises:
            RightsError: UNAVAILABLE, as for `log_signers`, or when none of them has.
        """
        for signer in reversed(self.log_signers(tx)):
            if signed is None or _is_signed(signed, signer):
                return signer
        raise RightsError(Code.UNAVAILABLE, "the log's key has just changed; try again")

    def webhook_headers(
        self, platform: Platform, webhook_id: str, body: bytes, now: datetime
    ) -> dict[str, str]:
        """Return the headers of a webhook to a platform, signed in every way that it asked for."""
        signing = platform.secrets.all(now)
        return webhooks.headers(
            webhook_id,
            body,
            now,
            schemes=platform.integration.schemes,
            secrets=[secret for secret, _ in signing],
            keys=[self.webhook_keys.key(platform.id, number) for _, number in signing],
        )

    def compare(self, query: Descriptors, *, min_watermark: int | None = None) -> Answer:
        """Return all outputs, references and stay-down entries that a clip shows.

        Args:
            query: The clip.
            min_watermark: What transactions before this one wrote must be known, as in an answer
                that was given before; None: everything committed.

        Raises:
            RightsError: UNAVAILABLE: the index cannot be brought up to date, or searched.
        """
        with _index_answers():
            if min_watermark is None or not self.index.knows(min_watermark):
                self._catch_up()
            return self.index.match(query)

    def match(self, query: Descriptors) -> list[Match]:
        """Return the outputs that a clip shows, the best first, of all committed: see `compare`."""
        with _index_answers():
            self._catch_up()
            return self.index.match_outputs(query)

    def sought_kinds(self, tx: Tx) -> frozenset[Kind]:
        """Return what is looked and listened for, and nothing else is, as of this transaction.

        Those are faces and voices of people who are enrolled, and voices of works.
        """
        self._renew(tx)
        return self.gallery.kinds() | self.voices.kinds()

    def recognise(self, tx: Tx, seen: Seen) -> Recognition:
        """Return whom media are like, of everyone enrolled and all voices that this sees."""
        self._renew(tx)
        people = self.gallery.recognise(self._models(), seen)
        model = self.likenesses.voice_model if Kind.VOICE in seen.kinds else None
        return replace(
            people,
            voices=self._voices_in(seen),
            unheard=references.are_unheard(tx, None if model is None else model.id),
        )

    def _voices_in(self, seen: Seen) -> tuple[Resemblance, ...]:
        """Return the recordings of works that sound like what was heard, the most alike of each."""
        alike = {
            one.subject_id: Resemblance(
                one.subject_id,
                min(max(one.value, 0.0), 1.0),
                None,
                found.at_seconds,
                certain=one.level is Level.ACCEPT,
                by=By.VOICE,
            )
            for found in self.voices.recognise(self._models(), seen).lookalikes
            for one in sorted(found.findings, key=lambda one: one.value)
        }
        return tuple(alike.values())

    def _renew(self, tx: Tx) -> None:
        """Have both galleries know what the transaction sees."""

        def people(horizon: int) -> list[Change]:
            return [(row.id, row.subject_id, row.template) for row in templates.since(tx, horizon)]

        def recordings(horizon: int) -> list[Change]:
            return [(row.id, row.id, row.template) for row in references.voices_since(tx, horizon)]

        for gallery, since in ((self.gallery, people), (self.voices, recordings)):
            gallery.catch_up(self._models(), partial(_changes, tx, since))

    def _models(self) -> list[Model]:
        models = (self.likenesses.face_model, self.likenesses.voice_model)
        return [model for model in models if model is not None]

    def match_references(self, query: Descriptors) -> list[Match]:
        """Return the references and stay-down entries that a clip shows: see `compare`."""
        with _index_answers():
            self._catch_up()
            return self.index.match_references(query)

    def find(
        self,
        query: Content,
        among: Among,
        *,
        framed: Sequence[str] = (),
        but: Collection[str] = (),
    ) -> Found:
        """Return what a clip is to assets, of all committed: `Recall.find`.

        Raises:
            RightsError: UNAVAILABLE, as for `compare`.
        """
        with _index_answers():
            self._catch_up_recall()
            return self.recall.find(query, among, self._look_up, framed=framed, but=but)

    def warm(self, watch: Callable[[Source], Source]) -> None:
        """Read all that clips are compared with: else the first who asks waits for that.

        Args:
            watch: Is given what is read from, and returns what to read from instead.

        Raises:
            RightsError: UNAVAILABLE, as for `compare`.
        """
        readers = {descriptor.ALGORITHM: self.index.catch_up, pdq.ALGORITHM: self.pdq.catch_up}
        readers |= {each: partial(self.recall.catch_up, each) for each in recall.ALGORITHMS}
        for algorithm, catch_up in readers.items():
            with _index_answers(), self.transaction() as tx:
                catch_up(watch(_Fingerprints(tx, algorithm)))

    def near(self, algorithm: str, code: bytes, *, bits_max: int) -> dict[str, int]:
        """Return what shows a picture with a certain code, and how near it is, in bits.

        Args:
            algorithm: `descriptor.ALGORITHM` or `pdq.ALGORITHM`.
            code: 32 bytes.
            bits_max: How far counts.

        Raises:
            RightsError: UNAVAILABLE, as for `compare`.
        """
        index = self.pdq if algorithm == pdq.ALGORITHM else self.index
        with _index_answers():
            with self.transaction() as tx:
                index.catch_up(_Fingerprints(tx, algorithm))
            return index.near(code, bits_max)

    def _catch_up_recall(self) -> None:
        with self.transaction() as tx:
            for algorithm in recall.ALGORITHMS:
                self.recall.catch_up(algorithm, _Fingerprints(tx, algorithm))

    def _look_up(self, asset_id: str) -> Content:
        with self.transaction() as tx:
            return unpack_whole(fingerprints.of_asset(tx, asset_id))

    def _catch_up(self) -> None:
        # The connection first: who waited for one with the index held would keep those waiting
        # who have one and want the index.
        with self.transaction() as tx:
            self.index.catch_up(_Fingerprints(tx, descriptor.ALGORITHM))


@contextmanager
def _index_answers() -> Generates[None]:
    """Say what an index cannot do as trouble of ours: it is full, or out of memory."""
    try:
        yield
    except (FingerprintError, MemoryError) as error:
        raise RightsError(Code.UNAVAILABLE, "the fingerprint index does not answer") from error


def _changes(
    tx: Tx, since: Callable[[int], list[Change]], horizon: int
) -> tuple[list[Change], int]:
    reached = templates.horizon(tx)  # First: what commits meanwhile is read again.
    return since(horizon), reached


@dataclass(frozen=True, slots=True)
class _Fingerprints:
    """Those of an algorithm, as a transaction sees them: `rightsd.adapters.index.Source`."""

    tx: Tx
    algorithm: str

    def changes(self, horizon: int) -> tuple[list[tuple[int, bool]], int]:
        reached = fingerprints.horizon(self.tx)  # First: what commits meanwhile is read again.
        changes = fingerprints.changes(self.tx, self.algorithm, horizon)
        return [(change.id, change.stands) for change in changes], reached

    def fetch(self, ids: Sequence[int]) -> list[Fingerprint]:
        return fingerprints.read(self.tx, ids)


def _is_signed(signed: bytes, signer: Signer) -> bool:
    try:
        checkpoint.verify(signed, note.parse_vkey(signer.vkey))
    except NoteError:
        return False
    return True
