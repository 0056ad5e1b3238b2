"""Fingerprint indexes that do not answer."""

from fingerprint.errors import RowsError
from rightsd.adapters.index import FingerprintIndex, Source
from rightsd.adapters.recall import Recall


class FullIndex(FingerprintIndex):
    """An index that takes nothing more."""

    def catch_up(self, source: Source) -> None:
        raise RowsError


class FullRecall(Recall):
    """The same of points and sounds."""

    def catch_up(self, algorithm: str, source: Source) -> None:
        raise RowsError
