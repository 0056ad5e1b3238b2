"""Reading what is to be imported, before any transaction: from a site, a file or a table.

Nothing is written here. What comes out has been read to its end and is good.
"""

import hashlib
import mmap
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rightsd.adapters import sites
from rightsd.domain import catalogue
from rightsd.domain import evidence as evidence_domain
from rightsd.domain.catalogue import Fault, Row, RowError
from rightsd.domain.evidence import Kind as EvidenceKind
from rightsd.domain.principal import Principal, Role
from rightsd.domain.signals import cawg, robots, rsl, tdmrep, xmp
from rightsd.domain.signals.reservation import Reservation, SignalError
from rightsd.domain.work import Kind
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

# A statement's worth: some megabytes, a fraction of a second.
BATCH_ROWS = 2_000
BATCH_NAMES = 10_000
FAULTS_MAX = 100  # Named one by one; of the others there is a count.
READ_BYTES = 1 << 20
MEDIA_BYTES_MAX = 256 * 1024 * 1024

# Told of the stage, of how many rows are done, and of how many there are, once that is known.
Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Document:
    """A document that an import rests on.

    Attributes:
        path: Where its bytes are while the import is under way.
        reservations: What it states; nothing for a table, whose rows say it.
    """

    kind: EvidenceKind
    source: str
    fetched: bool
    path: Path
    sha256: str
    size: int
    reservations: tuple[Reservation, ...] = ()

    @property
    def reserves(self) -> bool:
        """Whether it keeps a generator from anything."""
        return any(each.reserves for each in self.reservations)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An import that has been read and found good; nothing is written yet.

    Attributes:
        documents: The first is what opt-outs will refer to.
        spool: The rows, one a line.
        rows: How many there are.
    """

    documents: tuple[Document, ...]
    spool: Path
    rows: int

    @property
    def explicit(self) -> bool:
        """Whether its owner has said of each work what is to be: a table says it."""
        return self.documents[0].kind is EvidenceKind.CATALOGUE

    def batches(self) -> Iterator[list[Row]]:
        """Yield the rows in their order, up to BATCH_ROWS and about BATCH_NAMES at a time."""
        batch: list[Row] = []
        names = 0
        with self.spool.open(encoding="utf-8", newline="\n") as spool:
            for row in map(catalogue.load, spool):
                batch.append(row)
                names += len(row.names)
                if len(batch) == BATCH_ROWS or names >= BATCH_NAMES:
                    yield batch
                    batch, names = [], 0
        if batch:
            yield batch


def silent(_stage: str, _done: int, _total: int | None) -> None:
    """Tell nobody how far it is."""


@contextmanager
def from_site(
    rt: Runtime, actor: Principal, url: str, *, names: Sequence[str]
) -> Generator[Prepared]:
    """Ask a site what it reserves, and prepare to register it, under its host's and these names.

    Raises:
        RightsError: FORBIDDEN; INVALID: the URL is not allowed, a document of the site is broken,
            or it has none; UNAVAILABLE: it does not answer.
    """
    actor.require(Role.RIGHTS_HOLDER)
    found = sites.survey(url, rt.import_guard)
    # A page that states nothing is no evidence of anything; what else was found is.
    telling = [each for each in found if each.reservations] or [
        each for each in found if each.kind is not EvidenceKind.PAGE
    ]
    with _folder(rt) as folder:
        documents: list[Document] = []
        for number, each in enumerate(telling):
            path = folder / f"document-{number}"
            path.write_bytes(each.data)
            documents.append(_document(each.kind, each.url, path, each.reservations, fetched=True))
        yield _prepare_one(folder, documents, Kind.SITE, sites.host_of(url), names)


@contextmanager
def from_statement(
    rt: Runtime,
    actor: Principal,
    path: Path,
    *,
    kind: EvidenceKind,
    source: str,
    title: str,
    names: Sequence[str],
) -> Generator[Prepared]:
    """Read a file that states reservations, and prepare to register what it is about.

    Args:
        rt: The runtime.
        actor: Who asks.
        path: The file.
        kind: What it is: not PAGE, and not CATALOGUE.
        source: Its name.
        title: The host whose file it is; of a picture or video, the work's title.
        names: Further names of it.

    Raises:
        RightsError: FORBIDDEN; INVALID: it is not what it is said to be, or states nothing.
    """
    actor.require(Role.RIGHTS_HOLDER)
    try:
        reservations = _stated(rt, path, kind)
    except SignalError as error:
        raise RightsError(Code.INVALID, f"the file cannot be read: {error}") from error
    about = Kind.WORK if kind is EvidenceKind.MEDIA else Kind.SITE
    documents = [_document(kind, source, path, reservations, fetched=False)] if reservations else []
    with _folder(rt) as folder:
        yield _prepare_one(folder, documents, about, title, names)


@contextmanager
def from_table(
    rt: Runtime, actor: Principal, path: Path, *, source: str, progress: Progress = silent
) -> Generator[Prepared]:
    """Read a whole table, a line at a time, and prepare to import it if every row is good.

    Raises:
        RightsError: FORBIDDEN; INVALID, with `faults`, the first by line, and `faults_total`.
    """
    actor.require(Role.RIGHTS_HOLDER)
    faults: list[Fault] = []
    rows = broken = 0
    with _folder(rt) as folder:
        spool = folder / "rows"
        with path.open("rb") as file, spool.open("w", encoding="utf-8") as written:
            for each in catalogue.read(file):
                if isinstance(each, Fault):
                    broken += 1
                    faults += [each] if broken <= FAULTS_MAX else []
                    continue
                rows += 1
                written.write(catalogue.dump(each) + "\n")
                if rows % BATCH_ROWS == 0:
                    progress("reading", rows, None)
        if faults:
            raise _faulty(faults, broken)
        if not rows:
            raise RightsError(Code.INVALID, "the table has no works")
        document = _document(EvidenceKind.CATALOGUE, source, path, (), fetched=False)
        yield Prepared((document,), spool, rows)


def _stated(rt: Runtime, path: Path, kind: EvidenceKind) -> tuple[Reservation, ...]:
    parsers: dict[EvidenceKind, tuple[int, Callable[[bytes], tuple[Reservation, ...]]]] = {
        EvidenceKind.ROBOTS: (robots.BYTES_MAX, lambda data: robots.parse(data).reservations),
        EvidenceKind.TDMREP: (tdmrep.BYTES_MAX, tdmrep.file),
        EvidenceKind.RSL: (rsl.BYTES_MAX, rsl.parse),
    }
    if kind in parsers:
        bytes_max, parse = parsers[kind]
        with path.open("rb") as file:
            return parse(file.read(bytes_max + 1))
    assert kind is EvidenceKind.MEDIA
    if not 0 < path.stat().st_size <= MEDIA_BYTES_MAX:
        raise SignalError(f"it is empty, or has more than {MEDIA_BYTES_MAX} bytes")
    # Mapped, not read: a long video has more bytes than anyone needs in memory.
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        packets = xmp.packets(data)
    embedded = [each for packet in packets for each in xmp.parse(packet)]
    credential = rt.credentials.read(path)
    if credential.json and credential.manifest_id:
        embedded += cawg.parse(credential.json, credential.manifest_id)
    return tuple(embedded)


def _prepare_one(
    folder: Path, documents: Sequence[Document], kind: Kind, title: str, names: Sequence[str]
) -> Prepared:
    if not documents:
        detail = "nothing is said there about machine use, in any of the standards that are read"
        raise RightsError(Code.INVALID, detail)
    documents = sorted(documents, key=lambda document: not document.reserves)
    opted_out = documents[0].reserves
    try:
        row = catalogue.row(kind=kind, title=title, aliases=names, opted_out=opted_out)
    except RowError as error:
        raise RightsError(Code.INVALID, str(error)) from error
    spool = folder / "rows"
    spool.write_text(catalogue.dump(row) + "\n", encoding="utf-8")
    return Prepared(tuple(documents), spool, 1)


def _document(
    kind: EvidenceKind,
    source: str,
    path: Path,
    reservations: tuple[Reservation, ...],
    *,
    fetched: bool,
) -> Document:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(READ_BYTES):
            digest.update(chunk)
    shown = source[: evidence_domain.SOURCE_CHARS_MAX]
    size = path.stat().st_size
    return Document(kind, shown, fetched, path, digest.hexdigest(), size, reservations)


@contextmanager
def _folder(rt: Runtime) -> Generator[Path]:
    with tempfile.TemporaryDirectory(dir=rt.work_folder, prefix="import-") as folder:
        yield Path(folder)


def _faulty(faults: Sequence[Fault], total: int) -> RightsError:
    first = faults[0]
    detail = f"line {first.line}: {first.what}"
    if total > 1:
        detail += f"; {total} lines have faults"
    shown = [{"line": fault.line, "what": fault.what} for fault in faults]
    return RightsError(Code.INVALID, detail, {"faults": shown, "faults_total": total})
