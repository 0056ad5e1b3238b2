"""A library of fingerprints in one file, to be searched without a daemon or a database.

SQLite keeps it: each file that is added commits by itself, so that adding a folder can be broken
off and taken up again. What is searched is made anew in memory when the library is opened.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from fingerprint import descriptor, features, landmarks, proxy
from fingerprint.bundle import Extent, Fingerprint
from fingerprint.errors import FingerprintError
from fingerprint.index import QUERY_ROWS_MAX, Index
from fingerprint.landmarks import Landmarks
from fingerprint.soundindex import Candidate, LandmarkIndex
from fingerprint.soundpairs import Warp
from rightsd.adapters import proxies
from rightsd.adapters.channels import Extract
from rightsd.errors import Code, RightsError

VERSION = 1
BUSY_SECONDS = 10.0

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
        """Note that a file has no fingerprint."""
        self._note(path, seen)

    def add(self, path: Path, seen: Seen, *, sha256: str, extract: Extract) -> bool:
        """Add the fingerprint of a file; return False if the same content is there already."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._note(path, seen)
            # A file that was written to again is another asset from now on.
            self._forget(str(path))
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
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
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
            return _unpack(packed)
        except FingerprintError as error:
            raise RightsError(Code.INVALID, f"The library is damaged: {error}") from error

    def _note(self, path: Path, seen: Seen) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO file (path, bytes, changed, refused) VALUES (?, ?, ?, ?)",
            (str(path), seen.bytes, seen.changed, seen.refused),
        )

    def _forget(self, name: str) -> None:
        self._db.execute(
            "DELETE FROM channel WHERE asset IN (SELECT number FROM asset WHERE name = ?)", (name,)
        )
        self._db.execute("DELETE FROM asset WHERE name = ?", (name,))


class Shelved:
    """What lies on a shelf, ready to be searched: a `bundle.Library`."""

    def __init__(self, shelf: Shelf) -> None:
        """Read all of it."""
        self._shelf = shelf
        self._frames, self._points, self._sounds = Index(), Index(), LandmarkIndex()
        self._extent = Extent(0, 0, 0.0)
        self._names: dict[int, str] = {}
        self._numbers: dict[str, int] = {}
        self._frame_of: list[NDArray[np.int64]] = []
        self._point_of: list[NDArray[np.int64]] = []
        for number, name, content in shelf.assets():
            self._names[number], self._numbers[name] = name, number
            self._extent += content.extent
            if content.frames is not None:
                codes = content.frames.codes[content.frames.searchable()]
                _append(self._frames, self._frame_of, codes, number)
            if content.features is not None:
                _append(self._points, self._point_of, content.features.codes, number)
            if content.sound is not None:
                self._sounds.add(number, content.sound)
        self._owners = _joined(self._frame_of), _joined(self._point_of)

    @property
    def extent(self) -> Extent:
        """See `bundle.Library`."""
        return self._extent

    def near_frames(self, codes: NDArray[np.uint8], radius: int) -> Iterator[tuple[int, str]]:
        """See `bundle.Library`."""
        return self._near(self._frames, self._owners[0], codes, radius)

    def near_points(self, codes: NDArray[np.uint8], radius: int) -> Iterator[tuple[int, str]]:
        """See `bundle.Library`."""
        return self._near(self._points, self._owners[1], codes, radius)

    def near_sounds(self, query: Landmarks, warps: Sequence[Warp]) -> list[Candidate]:
        """See `bundle.Library`."""
        return self._sounds.search(query, warps)

    def sound_of(self, number: int) -> tuple[str, Landmarks] | None:
        """See `bundle.Library`."""
        sound = self._shelf.look_up(number).sound
        return None if sound is None else (self._names[number], sound)

    def look_up(self, asset_id: str) -> Fingerprint | None:
        """See `bundle.Library`."""
        return self._shelf.look_up(self._numbers[asset_id])

    def _near(
        self, index: Index, owners: NDArray[np.int64], codes: NDArray[np.uint8], radius: int
    ) -> Iterator[tuple[int, str]]:
        for start in range(0, len(codes), QUERY_ROWS_MAX):
            block = codes[start : start + QUERY_ROWS_MAX]
            for hit in index.search(block, radius):
                yield start + hit.query, self._names[int(owners[hit.row_id])]


def _append(
    index: Index, owners: list[NDArray[np.int64]], codes: NDArray[np.uint8], number: int
) -> None:
    first = len(index)
    index.add(np.arange(first, first + len(codes), dtype=np.int64), codes)
    owners.append(np.full(len(codes), number, np.int64))


def _joined(owners: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(0, np.int64), *owners])


def _pack(content: Fingerprint) -> Iterator[tuple[str, bytes]]:
    if content.frames is not None:
        yield descriptor.ALGORITHM, descriptor.pack(content.frames)
    if content.features is not None:
        yield features.ALGORITHM, features.pack(content.features)
    if content.sound is not None:
        yield landmarks.ALGORITHM, landmarks.pack(content.sound)
    if content.motion is not None and len(content.motion):
        yield proxy.ALGORITHM, proxies.pack(content.motion)


def _unpack(packed: dict[str, bytes]) -> Fingerprint:
    """Return what was packed; channels of other versions of their algorithms are left out."""
    frames, points = packed.get(descriptor.ALGORITHM), packed.get(features.ALGORITHM)
    sound, moves = packed.get(landmarks.ALGORITHM), packed.get(proxy.ALGORITHM)
    return Fingerprint(
        frames=None if frames is None else descriptor.unpack(frames),
        features=None if points is None else features.unpack(points),
        sound=None if sound is None else landmarks.unpack(sound),
        motion=None if moves is None else proxies.unpack(moves),
    )
