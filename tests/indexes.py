"""Fingerprint indexes that do not answer."""

from collections.abc import Callable, Sequence

from fingerprint.errors import RowsError
from rightsd.adapters.index import FingerprintIndex, Moment


class FullIndex(FingerprintIndex):
    """An index that takes nothing more."""

    def catch_up(self, read: Callable[[int], tuple[Sequence[Moment], int]]) -> None:
        raise RowsError
