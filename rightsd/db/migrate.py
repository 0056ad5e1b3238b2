"""Bring a database up to the newest schema. Files are applied once, in order, and never edited."""

import hashlib
from collections.abc import Iterator
from importlib.resources import files

from psycopg import Connection

SOURCES = (("ledger", files("ledger") / "sql"), ("rightsd", files("rightsd") / "db" / "migrations"))
ADVISORY_LOCK = 0x52494748_5453  # "RIGHTS": one migration at a time.
QUEUE_SCHEMA = "procrastinate/schema.sql"


def migrate(conn: Connection) -> list[str]:
    """Apply what is missing, all in one transaction; return the names of what was applied.

    Raises:
        RuntimeError: A file that was applied has since been edited.
    """
    applied: list[str] = []
    with conn.transaction():
        conn.execute("SET LOCAL lock_timeout = '4s'")
        conn.execute("SELECT pg_advisory_xact_lock(%s)", (ADVISORY_LOCK,))
        conn.execute(
            "CREATE TABLE IF NOT EXISTS public.migration ("
            "name text PRIMARY KEY, sha256 bytea NOT NULL,"
            " applied_at timestamptz NOT NULL DEFAULT now())"
        )
        done = dict(conn.execute("SELECT name, sha256 FROM public.migration").fetchall())
        for name, text in (*_queue_files(fresh=QUEUE_SCHEMA not in done), *_files()):
            digest = hashlib.sha256(text).digest()
            if name not in done:
                conn.execute(text)
                _note(conn, name, digest)
                applied.append(name)
            elif done[name] != digest and not name.startswith("procrastinate/"):
                raise RuntimeError(f"{name} was edited after it was applied")
        if QUEUE_SCHEMA not in done:
            # The queue's whole schema already holds what its migrations up to now would do.
            for name, text in _queue_files(fresh=False):
                _note(conn, name, hashlib.sha256(text).digest())
    return applied


def _note(conn: Connection, name: str, digest: bytes) -> None:
    conn.execute("INSERT INTO public.migration (name, sha256) VALUES (%s, %s)", (name, digest))


def _files() -> Iterator[tuple[str, bytes]]:
    for package, folder in SOURCES:
        for file in sorted(folder.iterdir(), key=lambda file: file.name):
            if file.name.endswith(".sql"):
                yield f"{package}/{file.name}", file.read_bytes()


def _queue_files(*, fresh: bool) -> Iterator[tuple[str, bytes]]:
    """Yield procrastinate's schema on a fresh database, its migrations on any other."""
    folder = files("procrastinate") / "sql"
    if fresh:
        yield QUEUE_SCHEMA, (folder / "schema.sql").read_bytes()
        return
    for file in sorted((folder / "migrations").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".sql"):
            yield f"procrastinate/{file.name}", file.read_bytes()
