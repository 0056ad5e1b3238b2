"""Members of accounts, and what they sign in by."""

from rightsd.db import letters, signins
from rightsd.db.tx import Tx
from rightsd.domain import letter
from rightsd.domain.member import Duty, Member
from rightsd.domain.principal import Role
from rightsd.workflows import accounts, members

BROWSER = b"this browser"


def member(
    tx: Tx,
    address: str = "ada@example.org",
    role: Role = Role.PERSON,
    *,
    name: str = "Ada",
    duty: Duty = Duty.OWNER,
    account_id: str | None = None,
) -> Member:
    """Let someone in: as a further member of an account, or as the owner of a fresh one."""
    if account_id is None:
        account_id = accounts.open_for(tx, role, name).id
    return members.join(tx, account_id, address=address, duty=duty)


def posted(tx: Tx, kind: letters.Kind) -> list[str]:
    """Return what letters of a kind are about, in the order in which they were posted."""
    rows = tx.conn.execute(
        "SELECT owner_id FROM rights.letter WHERE kind = %s ORDER BY id", (kind,)
    )
    return [owner_id for (owner_id,) in rows]


def token(secret: bytes) -> str:
    return letter.link("", "", secret).removeprefix("/")


def sign_in_token(tx: Tx, sign_in_id: str) -> str:
    return token(signins.token_of(tx, sign_in_id))
