"""The one exception that callers of rightsd handle.

A `RightsError` is raised where the trouble is found, says it in words meant for the person who
asked, and is turned into a problem document (`web.problems`) or an exit status (`cli`) at the edge.
Anything else that is raised is a bug and is shown to no one but the operator.
"""

from collections.abc import Mapping
from enum import StrEnum


class Code(StrEnum):
    """What went wrong, coarsely. The value is the last part of the problem's type URI."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    REFUSED = "refused"
    NOT_FOUND = "not-found"
    CONFLICT = "conflict"
    WITHDRAWN = "withdrawn"
    TOO_LARGE = "too-large"
    UNSUPPORTED = "unsupported"
    KEY_REUSED = "key-reused"
    TOO_MANY = "too-many"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"


class RightsError(Exception):
    """A request that cannot be carried out, and why.

    Attributes:
        code: What kind of trouble it is.
        detail: One sentence for the person who asked: what, which, and what to do.
        extra: Extension members of the problem document (RFC 9457 section 3.2), by name.
    """

    def __init__(self, code: Code, detail: str, extra: Mapping[str, object] | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.extra = dict(extra or {})
