"""Where a page of a long list begins, as its address says."""

from datetime import datetime

from rightsd.errors import Code, RightsError

Behind = tuple[datetime, str]


def read(text: str) -> Behind | None:
    """Return behind what a page begins: a moment, and the id of what was last shown of it.

    Raises:
        RightsError: NOT_FOUND: no list was ever left there.
    """
    if not text:
        return None
    moment, _, thing_id = text.partition("~")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not thing_id or "\0" in thing_id:
        raise RightsError(Code.NOT_FOUND, "there is no such page of this list")
    return at, thing_id


def write(behind: Behind | None) -> str | None:
    """Return the same as an address says it."""
    return None if behind is None else f"{behind[0].isoformat()}~{behind[1]}"
