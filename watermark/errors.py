"""What can go wrong with a mark."""


class WatermarkError(Exception):
    """Base of this library's errors: the input breaks the contract of the function."""
