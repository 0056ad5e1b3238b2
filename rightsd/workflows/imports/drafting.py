"""Imports that are shown to who asks for them before they are applied.

A table is kept meanwhile, as it was sent. A site is asked again, so that nobody who has waited
applies what it does not say any more.
"""

import hashlib
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rightsd.db import importdrafts
from rightsd.db.importdrafts import Draft
from rightsd.db.tx import Tx
from rightsd.domain import ids
from rightsd.domain.evidence import SOURCE_CHARS_MAX
from rightsd.domain.principal import Principal, Role
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime
from rightsd.workflows.imports import preparing
from rightsd.workflows.imports.preparing import Prepared

# Some fifty thousand works. Who has more sends them by the API, which keeps nothing meanwhile.
TABLE_BYTES_MAX = 4 << 20


def keep_table(tx: Tx, actor: Principal, *, source: str, content: bytes) -> Draft:
    """Keep a table until its owner has seen what it would change.

    Raises:
        RightsError: FORBIDDEN; INVALID: it is empty; TOO_LARGE.
    """
    if not content:
        raise RightsError(Code.INVALID, "the file is empty")
    if len(content) > TABLE_BYTES_MAX:
        detail = f"a table may have {TABLE_BYTES_MAX} bytes here; send a longer one by the API"
        raise RightsError(Code.TOO_LARGE, detail)
    return _keep(tx, actor, Draft(_new(), source[:SOURCE_CHARS_MAX], content=content))


def keep_site(tx: Tx, actor: Principal, *, url: str, names: Sequence[str], lift: bool) -> Draft:
    """Note which site is to be asked.

    Raises:
        RightsError: FORBIDDEN; INVALID: there is no address, or it is too long.
    """
    if not url or len(url) > SOURCE_CHARS_MAX:
        detail = f"the address of the site has 1 to {SOURCE_CHARS_MAX} characters"
        raise RightsError(Code.INVALID, detail)
    return _keep(tx, actor, Draft(_new(), url, tuple(names), lift))


def find(tx: Tx, actor: Principal, draft_id: str) -> Draft:
    """Return a draft of one's own.

    Raises:
        RightsError: FORBIDDEN; NOT_FOUND: it was applied, or another one has taken its place.
    """
    actor.require(Role.RIGHTS_HOLDER)
    found = importdrafts.find(tx, actor.account_id, draft_id)
    if found is None:
        detail = "there is no such import: it was applied, or you have begun another one"
        raise RightsError(Code.NOT_FOUND, detail)
    return found


def drop(tx: Tx, actor: Principal) -> None:
    """Drop the draft of one's account."""
    importdrafts.delete(tx, actor.account_id)


@contextmanager
def prepared(rt: Runtime, actor: Principal, draft: Draft) -> Generator[Prepared]:
    """Read a draft, and give what it would write.

    Raises:
        RightsError: As of `preparing.from_table` and `preparing.from_site`.
    """
    if draft.content is None:
        with preparing.from_site(rt, actor, draft.source, names=draft.names) as found:
            yield found
        return
    with tempfile.NamedTemporaryFile(dir=rt.work_folder, prefix="import-") as file:
        file.write(draft.content)
        file.flush()
        with preparing.from_table(rt, actor, Path(file.name), source=draft.source) as found:
            yield found


def digest(found: Prepared) -> str:
    """Return what changes with any byte that an import rests on, hexadecimal."""
    each = sorted(document.sha256 for document in found.documents)
    return hashlib.sha256("\n".join(each).encode()).hexdigest()


def require_seen(found: Prepared, seen: str) -> None:
    """Check that what is to be applied is what was shown.

    Raises:
        RightsError: CONFLICT.
    """
    if digest(found) != seen:
        detail = "the site says something else by now: look at it once more"
        raise RightsError(Code.CONFLICT, detail)


def _new() -> str:
    return ids.new("idr")


def _keep(tx: Tx, actor: Principal, draft: Draft) -> Draft:
    actor.require(Role.RIGHTS_HOLDER)
    importdrafts.put(tx, actor.account_id, draft)
    return draft
