"""Outputs that are taken down on notice, and put up again."""

from rightsd.db.tx import Tx
from rightsd.domain.generation import Generation
from rightsd.domain.principal import Principal, Role
from rightsd.domain.regime import Kind
from rightsd.workflows import notices
from tests import people


def take_down(tx: Tx, out: Generation, kind: Kind = Kind.COPYRIGHT) -> None:
    """Have a notice against an output upheld."""
    received = notices.receive(tx, generation_id=out.id, claim=people.claim(kind))
    notices.uphold(tx, people.account(tx, Role.REVIEWER), received.notice.id, reason="So.")


def reject(tx: Tx, out: Generation) -> None:
    """Have a notice against an output rejected."""
    received = notices.receive(tx, generation_id=out.id, claim=people.claim())
    notices.reject(tx, people.account(tx, Role.REVIEWER), received.notice.id, reason="No.")


def taken_down(tx: Tx, creator: Principal, kind: Kind = Kind.COPYRIGHT) -> Generation:
    """Return an output against which a notice was upheld."""
    out = people.published(tx, creator)
    take_down(tx, out, kind)
    return out


def end(tx: Tx, out: Generation) -> None:
    """End the takedowns of an output in their rows alone, whatever way there is to do it."""
    tx.conn.execute(
        "UPDATE rights.notice SET stands = false, state = 'retracted' WHERE generation_id = %s",
        (out.id,),
    )
