"""What can go wrong with a fingerprint."""


class FingerprintError(Exception):
    """Base of this library's errors."""


class FramesError(FingerprintError):
    """Frames or their times are not what a clip looks like, or are more than the limits allow."""


class DescriptorsError(FingerprintError):
    """Codes, qualities and times do not fit together, or are out of range."""


class RowsError(FingerprintError):
    """Rows cannot be added to, or looked for in, an index."""


class ShardError(FingerprintError):
    """What a shard was asked or has answered is not what the protocol says."""


class SamplesError(FingerprintError):
    """Samples or their rate are not what a sound looks like."""


class SegmentError(FingerprintError):
    """A file is not what was written: of another version, cut off, or damaged."""
