"""Fingerprint indexes that do not answer."""

from fingerprint.errors import RowsError
from rightsd.adapters.index import FingerprintIndex, Source


class FullIndex(FingerprintIndex):
    """An index that takes nothing more."""

    def catch_up(self, source: Source) -> None:
        raise RowsError
