"""A library of fingerprints in one file, to be searched without a daemon or a database.

SQLite keeps it: each file that is added commits by itself, so that adding a folder can be broken
off and taken up again. What is searched is made anew in memory when the library is opened.
"""

import sqlite3
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from fingerprint import candidates, descriptor, features, landmarks, proxy, soundmatch
from fingerprint.bundle import Extent, Fingerprint
from fingerprint.candidates import Located
from fingerprint.errors import FingerprintError
from fingerprint.features import Features
from fingerprint.index import QUERY_ROWS_MAX, Index, Near
from fingerprint.landmarks import Landmarks
from fingerprint.soundindex import LandmarkIndex
from rightsd.adapters import proxies
from rightsd.adapters.channels import Extract
from rightsd.adapters.fingerprints import unpack_whole
from rightsd.errors import Code, RightsError

VERSION = 1
BUSY_SECONDS = 10.0

_NO_PLACES = np.zeros((0, 2), np.float32)
_NO_VALUES = np.zeros(0, np.float32)
_TABLES = """
    CREATE TABLE IF NOT EXISTS asset (
        number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL UNIQUE,
        seconds REAL NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS channel (
        asset INTEGER NOT NULL REFERENCES asset (number), algorithm TEXT NOT NULL,
        data BLOB NOT NULL, PRIMARY KEY (asset, algorithm)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS file (
        path TEXT PRIMARY KEY, bytes INTEGER NOT NULL, changed INTEGER NOT NULL,
        refused TEXT
    ) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was made of a file.

    Attributes:
        bytes: How large it was.
        changed: When it was last written to, in nanoseconds.
        refused: Why it has no fingerprint; None: it has one.
    """

    bytes: int
    changed: int
    refused: str | None


class Shelf:
    """A library, open. One thread uses it."""

    def __init__(self, path: Path) -> None:
        """Open a library, or begin one.

        Raises:
            RightsError: INVALID: the file is another thing.
        """
        self._db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
            (tables,) = self._db.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            if version not in {0, VERSION} or (version == 0 and tables):
                raise RightsError(Code.INVALID, f"{path} is no library of this version.")
            self._db.executescript(f"{_TABLES} PRAGMA user_version = {VERSION};")
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise RightsError(Code.INVALID, f"{path} is no library of fingerprints.") from error

    def __enter__(self) -> Self:
        """Return the library."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._db.close()

    def __len__(self) -> int:
        """Return the number of assets."""
        (count,) = self._db.execute("SELECT count(*) FROM asset").fetchone()
        return int(count)

    def seen(self, path: Path) -> Seen | None:
        """Return what was made of a file."""
        row = self._db.execute(
            "SELECT bytes, changed, refused FROM file WHERE path = ?", (str(path),)
        ).fetchone()
        return None if row is None else Seen(*row)

    def refuse(self, path: Path, seen: Seen) -> None:
        """Note that a file has no fingerprint; what it showed before is forgotten."""
        with self._changing():
            self._forget(str(path))
            self._note(path, seen)

    def add(self, path: Path, seen: Seen, *, sha256: str, extract: Extract) -> bool:
        """Add the fingerprint of a file; return False if the same content is there already."""
        with self._changing():
            # A file that was written to again is another asset from now on.
            self._forget(str(path))
            self._note(path, seen)
            added = self._db.execute(
                "INSERT INTO asset (name, sha256, seconds) VALUES (?, ?, ?) "
                "ON CONFLICT (sha256) DO NOTHING RETURNING number",
                (str(path), sha256, extract.seconds),
            ).fetchone()
            if added is not None:
                rows = [(added[0], name, data) for name, data in _pack(extract.content)]
                self._db.executemany(
                    "INSERT INTO channel (asset, algorithm, data) VALUES (?, ?, ?)", rows
                )
        return added is not None

    def assets(self) -> Iterator[tuple[int, str, Fingerprint]]:
        """Yield the number, the name and the fingerprint of each asset.

        Raises:
            RightsError: INVALID: what lies there cannot be read.
        """
        rows = self._db.execute("SELECT number, name FROM asset ORDER BY number").fetchall()
        for number, name in rows:
            yield number, name, self.look_up(number)

    def look_up(self, number: int) -> Fingerprint:
        """Return the fingerprint of an asset."""
        packed: dict[str, bytes] = dict(
            self._db.execute(
                "SELECT algorithm, data FROM channel WHERE asset = ?", (number,)
            ).fetchall()
        )
        try:
            return unpack_whole(list(packed.items()))
        except FingerprintError as error:
            raise RightsError(Code.INVALID, f"The library is damaged: {error}") from error

    @contextmanager
    def _changing(self) -> Generator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise

    def _note(self, path: Path, seen: Seen) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO file (path, bytes, changed, refused) VALUES (?, ?, ?, ?)",
            (str(path), seen.bytes, seen.changed, seen.refused),
        )

    def _forget(self, name: str) -> None:
        """Delete an asset; a file with the same content, if there is one, is to be read again."""
        self._db.execute(
            "DELETE FROM file WHERE refused IS NULL AND path NOT IN (SELECT name FROM asset) "
            "AND bytes = (SELECT bytes FROM file JOIN asset ON name = path WHERE path = ?)",
            (name,),
        )
        self._db.execute(
            "DELETE FROM channel WHERE asset IN (SELECT number FROM asset WHERE name = ?)", (name,)
        )
        self._db.execute("DELETE FROM asset WHERE name = ?", (name,))


class Shelved:
    """What lies on a shelf, ready to be searched: a `bundle.Library`."""

    def __init__(self, shelf: Shelf) -> None:
        """Read all of it."""
        self._shelf = shelf
        self._frames, self._sounds = Index(), LandmarkIndex()
        self._points = Index(tail_max=candidates.TAIL_MAX)
        self._extent = Extent(0, 0, 0.0)
        self._names: dict[int, str] = {}
        self._numbers: dict[str, int] = {}
        owners = [np.zeros(0, np.int64)]
        located = [Located(owners[0], _NO_PLACES, _NO_VALUES, _NO_VALUES)]
        for number, name, content in shelf.assets():
            self._names[number], self._numbers[name] = name, number
            self._extent += content.extent
            if content.frames is not None:
                codes = content.frames.codes[content.frames.searchable()]
                owners.append(_append(self._frames, codes, number))
            if content.features is not None:
                points = content.features
                of = _append(self._points, points.codes, number)
                located.append(Located(of, points.places, points.scales, points.angles))
            if content.sound is not None:
                self._sounds.add(number, content.sound)
        self._owners = np.concatenate(owners)
        self._located = Located(
            np.concatenate([each.assets for each in located]),
            np.concatenate([each.places for each in located]),
            np.concatenate([each.scales for each in located]),
            np.concatenate([each.angles for each in located]),
        )

    @property
    def extent(self) -> Extent:
        """See `bundle.Library`."""
        return self._extent

    def near_frames(self, codes: NDArray[np.uint8], radius: int) -> Iterator[tuple[int, str]]:
        """See `bundle.Library`."""
        for start in range(0, len(codes), QUERY_ROWS_MAX):
            for hit in self._frames.search(codes[start : start + QUERY_ROWS_MAX], radius):
                yield start + hit.query, self._names[int(self._owners[hit.row_id])]

    def near_points(self, query: Features) -> list[str]:
        """See `bundle.Library`."""
        found = candidates.find(query, _Pictured(self._points, self._located))
        return [self._names[each.asset] for each in found]

    def near_sounds(self, query: Landmarks) -> list[str]:
        """See `bundle.Library`."""
        found = soundmatch.find(
            query,
            search=self._sounds.search,
            look_up=lambda number: self._shelf.look_up(number).sound,
        )
        return [self._names[each.asset] for each in found]

    def look_up(self, asset_id: str) -> Fingerprint | None:
        """See `bundle.Library`."""
        return self._shelf.look_up(self._numbers[asset_id])


@dataclass(frozen=True, slots=True)
class _Pictured:
    """The points of what lies on a shelf, which are numbered as they come: `candidates.Known`."""

    index: Index
    located: Located

    def near(self, codes: NDArray[np.uint8]) -> Near:
        return candidates.search(self.index, codes)

    def owners(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        return self.located.assets[ids]

    def locate(self, ids: NDArray[np.int64]) -> Located:
        known = self.located
        return Located(known.assets[ids], known.places[ids], known.scales[ids], known.angles[ids])


def _append(index: Index, codes: NDArray[np.uint8], number: int) -> NDArray[np.int64]:
    """Add the codes of an asset to an index; return its number for each of them."""
    first = len(index)
    index.add(np.arange(first, first + len(codes), dtype=np.int64), codes)
    return np.full(len(codes), number, np.int64)


def _pack(content: Fingerprint) -> Iterator[tuple[str, bytes]]:
    if content.frames is not None:
        yield descriptor.ALGORITHM, descriptor.pack(content.frames)
    if content.features is not None:
        yield features.ALGORITHM, features.pack(content.features)
    if content.sound is not None:
        yield landmarks.ALGORITHM, landmarks.pack(content.sound)
    if content.motion is not None and len(content.motion):
        yield proxy.ALGORITHM, proxies.pack(content.motion)
