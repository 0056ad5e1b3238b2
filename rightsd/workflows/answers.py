"""Keeping answers for retries."""

from collections.abc import Sequence
from typing import Any

from rightsd.db import answers
from rightsd.db.answers import Kept
from rightsd.db.tx import Tx
from rightsd.errors import Code, RightsError
from rightsd.runtime import Runtime

DAYS_KEPT = 2


def claim(tx: Tx, *, scope: str, key: str, request: bytes) -> Kept | None:
    """Take a key for this transaction, or return the answer that it got before.

    Raises:
        RightsError: KEY_REUSED, when the answer was to another request. WITHDRAWN, when it was
            about someone who has been erased.
    """
    if answers.claim(tx, scope=scope, key=key, request=request):
        return None
    kept = answers.find(tx, scope=scope, key=key, request=request)
    if kept is None or not kept.matches:
        detail = "this Idempotency-Key was used for another request; take a fresh one"
        raise RightsError(Code.KEY_REUSED, detail)
    if kept.body is None:
        detail = "this was answered before, and the answer was erased with someone it was about"
        raise RightsError(Code.WITHDRAWN, detail)
    return kept


def keep(
    tx: Tx, *, scope: str, key: str, status: int, body: dict[str, Any], about: Sequence[str]
) -> None:
    """Keep the answer under a key that this transaction took."""
    answers.keep(tx, scope=scope, key=key, status=status, body=body, about=about)


def forget_old(rt: Runtime) -> int:
    """Forget answers that no one retries any more; return how many."""
    with rt.transaction() as tx:
        return answers.delete_older(tx, days=DAYS_KEPT)
