"""What every index of codes asks of the rows that it is given, whoever holds them."""

import numpy as np
from numpy.typing import NDArray

from fingerprint.descriptor import CODE_BYTES
from fingerprint.errors import RowsError

CODE_BITS = 8 * CODE_BYTES
QUERY_ROWS_MAX = 50_000
# Two unrelated pictures are rarely nearer than this, so a larger radius only brings chance hits.
RADIUS_MAX = 96


def require_rows(row_ids: NDArray[np.int64], codes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return ids that go with codes, in one piece.

    Raises:
        RowsError: They are no ids or no codes, or there are more of one than of the other.
    """
    require_codes(codes)
    ids = require_ids(row_ids)
    if len(ids) != len(codes):
        raise RowsError(f"{len(ids)} ids come with {len(codes)} codes.")
    return ids


def require_search(codes: NDArray[np.uint8], radius: int) -> None:
    """Check what is searched for.

    Raises:
        RowsError: Wrong shape, too many codes, or a radius out of range.
    """
    require_codes(codes)
    if len(codes) > QUERY_ROWS_MAX:
        raise RowsError(f"A search takes at most {QUERY_ROWS_MAX} codes, not {len(codes)}.")
    if not 0 <= radius <= RADIUS_MAX:
        raise RowsError(f"A radius is within 0 and {RADIUS_MAX} bits, not {radius}.")


def require_codes(codes: NDArray[np.uint8]) -> None:
    """Check the shape of codes, or raise a RowsError."""
    if codes.dtype != np.uint8 or codes.ndim != 2 or codes.shape[1] != CODE_BYTES:
        raise RowsError(f"Codes are uint8 of shape (N, {CODE_BYTES}), not {codes.shape}.")


def require_ids(row_ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return ids in one piece, or raise a RowsError."""
    if row_ids.dtype != np.int64 or row_ids.ndim != 1:
        raise RowsError(f"Row ids are int64 of shape (N,), not {row_ids.dtype} {row_ids.shape}.")
    return np.ascontiguousarray(row_ids)
