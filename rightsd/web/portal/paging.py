"""Where a page of a list begins: behind the last line of the page before."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from rightsd.errors import Code, RightsError

T = TypeVar("T")

SEPARATOR = "~"  # Is in no moment and in no id, and stands for itself in addresses.


def cut(found: Sequence[T], most: int) -> tuple[Sequence[T], T | None]:
    """Return what a page shows, and its last line if there is another page behind it.

    Args:
        found: What was looked for, with one more than are shown.
        most: How many are shown.
    """
    shown = found[:most]
    return shown, shown[-1] if len(found) > most else None


def behind(found: Sequence[T], last_id: str, ids: Sequence[str]) -> Sequence[T]:
    """Return what comes behind a line, of a list that is short enough to be looked through.

    Args:
        found: The list.
        last_id: Of the last line of the page before; empty: there is none.
        ids: Of all the lines.

    Raises:
        RightsError: NOT_FOUND: there is no such line any more.
    """
    if not last_id:
        return found
    if last_id not in ids:
        raise RightsError(Code.NOT_FOUND, "there is no such page of this list")
    return found[ids.index(last_id) + 1 :]


def mark(at: datetime, thing_id: str) -> str:
    """Return what names a line in the address of the next page."""
    return f"{at.isoformat()}{SEPARATOR}{thing_id}"


def read(text: str) -> tuple[datetime, str] | None:
    """Return when the last line of the page before was, and its id; None: it is the first page.

    Raises:
        RightsError: NOT_FOUND: no page has this address.
    """
    if not text:
        return None
    moment, _, thing_id = text.partition(SEPARATOR)
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not thing_id or "\0" in thing_id:
        raise RightsError(Code.NOT_FOUND, "there is no such page of this list")
    return at, thing_id
