"""Codes in a Milvus: the same search as `fingerprint.index.Index`, on machines of its own.

A collection of 256-bit vectors under `BIN_FLAT`, which compares all of them, so that nothing is
missed. What Milvus leaves open is settled here: which of many equally near rows an answer that is
cut off has, and that no id is there twice. One process at a time may change a collection; any
number may search it, and what was changed is found by the next search.
"""

# pymilvus ships no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import logging
import re
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from grpc import RpcError
from numpy.typing import NDArray
from pymilvus import DataType, MilvusClient, MilvusException

from fingerprint import checks
from fingerprint.checks import CODE_BITS
from fingerprint.errors import RowsError
from fingerprint.index import HITS_PER_QUERY_MAX, Hit
from rightsd.errors import Code, RightsError

SECONDS_MAX = 30.0  # Of one request.
TOKEN_BYTES_MAX = 4_096
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
IDS_MAX = 5_000  # Named in one request: 20 digits each.
ROWS_MAX = 10_000  # Sent in one request.
# Queries of one search, whose answer is read at once: each may have a thousand hits.
_BLOCK = 64
_STRONG = "Strong"  # A search waits until it sees what was written before it.
# Its expressions know no smaller number.
_LEAST, _GREATEST = 1 - 2**63, 2**63 - 1

# What it says of every request that fails is raised here, and said by whoever handles it.
logging.getLogger("pymilvus").setLevel(logging.CRITICAL)


class Milvus:
    """Rows of 256-bit codes by 64-bit ids, in one collection. Any thread may call anything.

    Every method raises what the same one of `Index` does, and a `RightsError`, UNAVAILABLE, when
    Milvus does not answer or refuses.
    """

    def __init__(
        self,
        url: str,
        collection: str,
        *,
        token_file: Path | None = None,
        seconds_max: float = SECONDS_MAX,
    ) -> None:
        """Open a collection, made if it is missing.

        Args:
            url: https:// or http://, a host and a port.
            collection: Its name: letters, digits and "_".
            token_file: Holds "user:password" or a key, where Milvus asks for one.
            seconds_max: How long one request may take.

        Raises:
            RightsError: UNAVAILABLE. INVALID: the name is none, or the collection is of something
                else than these codes.
        """
        if not NAME.fullmatch(collection):
            raise RightsError(Code.INVALID, f"A collection of Milvus is not named {collection!r}.")
        self._name = collection
        self._seconds = seconds_max
        self._changing = threading.Lock()
        token = "" if token_file is None else _read(token_file)
        with _answers():
            self._client: Any = MilvusClient(url, token=token, timeout=seconds_max)
            if not self._client.has_collection(collection, timeout=seconds_max):
                self._make()
            fields = self._client.describe_collection(collection, timeout=seconds_max)["fields"]
            found = {field["name"]: (field["type"], field["params"].get("dim")) for field in fields}
            wanted = {"id": (DataType.INT64, None), "code": (DataType.BINARY_VECTOR, CODE_BITS)}
            if found != wanted:
                detail = f"The collection {collection} of Milvus holds something else than codes."
                raise RightsError(Code.INVALID, detail)
            self._client.load_collection(collection, timeout=seconds_max)

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def __len__(self) -> int:
        """Return the number of rows."""
        found = self._query(output_fields=["count(*)"])
        return int(found[0]["count(*)"])

    def __contains__(self, row_id: int) -> bool:
        """Return whether a row has this id."""
        return bool(self._present([row_id]))

    def add(self, row_ids: NDArray[np.int64], codes: NDArray[np.uint8]) -> None:
        """Add rows, all or none; a process that ends meanwhile leaves the first of them.

        Args:
            row_ids: int64, (N,), each new.
            codes: uint8, (N, 32).
        """
        ids = checks.require_rows(row_ids, codes).tolist()
        if min(ids, default=0) < _LEAST:
            raise RowsError(f"Milvus takes row ids from {_LEAST} on.")
        with self._changing:
            if len(set(ids)) != len(ids) or self._present(ids):
                raise RowsError("A row id is given twice or is in the index already.")
            try:
                for at in range(0, len(ids), ROWS_MAX):
                    block = zip(ids[at : at + ROWS_MAX], codes[at : at + ROWS_MAX], strict=True)
                    sent = [{"id": row, "code": code.tobytes()} for row, code in block]
                    with _answers():
                        self._client.insert(self._name, sent, timeout=self._seconds)
            except RightsError:
                self._delete(ids)
                raise

    def remove(self, row_ids: NDArray[np.int64]) -> int:
        """Remove rows and return how many were there, so that a removal may be run again."""
        ids = list(dict.fromkeys(checks.require_ids(row_ids).tolist()))
        with self._changing:
            present = self._present(ids)
            self._delete(present)
        return len(present)

    def search(self, codes: NDArray[np.uint8], radius: int) -> list[Hit]:
        """Return all rows within `radius` bits of each code: see `Index.search`."""
        checks.require_search(codes, radius)
        hits: list[Hit] = []
        for start in range(0, len(codes), _BLOCK):
            block = [code.tobytes() for code in codes[start : start + _BLOCK]]
            # One more than counts says whether the last that counts has others beside it.
            for row, found in enumerate(self._near(block, radius, HITS_PER_QUERY_MAX + 1)):
                nearest = found
                if len(found) > HITS_PER_QUERY_MAX:
                    nearest = self._settle(block[row], found)
                hits += [Hit(start + row, row_id, distance) for distance, row_id in nearest]
        return hits

    def _settle(self, code: bytes, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return the nearest of more rows than count, of those equally near the first by id.

        Args:
            code: What was searched for.
            found: Its nearest rows, in order, one more than count: so all that are nearer than the
                last of them, and some of those that are as near.
        """
        last = found[-1][0]
        nearer = [one for one in found if one[0] < last]
        wanted = HITS_PER_QUERY_MAX - len(nearer)
        return nearer + self._first(code, last, wanted, _LEAST, _GREATEST)

    def _first(
        self, code: bytes, distance: int, wanted: int, low: int, high: int
    ) -> list[tuple[int, int]]:
        """Return the first rows by id, of those at one distance with ids within low and high."""
        limit = HITS_PER_QUERY_MAX + 1
        (found,) = self._near([code], distance, limit, nearest=distance, ids=(low, high))
        if len(found) < limit:
            return found[:wanted]
        middle = (low + high) // 2
        lower = self._first(code, distance, wanted, low, middle)
        if len(lower) >= wanted:
            return lower
        return lower + self._first(code, distance, wanted - len(lower), middle + 1, high)

    def _near(
        self,
        block: list[bytes],
        radius: int,
        limit: int,
        *,
        nearest: int = 0,
        ids: tuple[int, int] = (_LEAST, _GREATEST),
    ) -> list[list[tuple[int, int]]]:
        """Return for each code the nearest rows as distance and id, in order."""
        within = {"radius": float(radius + 1)}  # What is strictly nearer counts.
        if nearest:
            within["range_filter"] = float(nearest)
        with _answers():
            found: Any = self._client.search(
                self._name,
                block,
                filter=f"id >= {ids[0]} and id <= {ids[1]}" if ids != (_LEAST, _GREATEST) else "",
                limit=limit,
                search_params={"metric_type": "HAMMING", "params": within},
                timeout=self._seconds,
                consistency_level=_STRONG,
            )
            return [sorted((int(hit["distance"]), int(hit["id"])) for hit in one) for one in found]

    def _present(self, ids: list[int]) -> list[int]:
        found: list[int] = []
        for at in range(0, len(ids), IDS_MAX):
            held = self._query(filter=f"id in {ids[at : at + IDS_MAX]}", output_fields=["id"])
            found += [int(row["id"]) for row in held]
        return found

    def _delete(self, ids: list[int]) -> None:
        for at in range(0, len(ids), IDS_MAX):
            with _answers():
                self._client.delete(self._name, ids[at : at + IDS_MAX], timeout=self._seconds)

    def _query(self, **what: Any) -> list[dict[str, Any]]:
        with _answers():
            held: Any = self._client.query(
                self._name, timeout=self._seconds, consistency_level=_STRONG, **what
            )
            return list(held)

    def _make(self) -> None:
        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("id", DataType.INT64, is_primary=True)
        schema.add_field("code", DataType.BINARY_VECTOR, dim=CODE_BITS)
        params = MilvusClient.prepare_index_params()
        params.add_index("code", index_type="BIN_FLAT", metric_type="HAMMING")
        self._client.create_collection(
            self._name,
            schema=schema,
            index_params=params,
            consistency_level=_STRONG,
            timeout=self._seconds,
        )


def _read(token_file: Path) -> str:
    try:
        with token_file.open("rb") as file:
            return file.read(TOKEN_BYTES_MAX).decode("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        detail = f"the token for Milvus cannot be read: {token_file}"
        raise RightsError(Code.UNAVAILABLE, detail) from error


@contextmanager
def _answers() -> Generator[None]:
    """Say in our words what Milvus cannot do."""
    try:
        yield
    except (MilvusException, RpcError) as error:
        raise RightsError(Code.UNAVAILABLE, "Milvus does not answer, or refuses") from error
