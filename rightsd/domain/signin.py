"""Sign-in: a link by mail that lets whoever reads that mail in, once, in the browser that asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from rightsd.domain.letter import Language

WITHIN = timedelta(minutes=15)
PER_ADDRESS_MAX = 5  # Letters to one address in PER_ADDRESS_WITHIN; more would be a nuisance.
PER_ADDRESS_WITHIN = timedelta(hours=1)
BROWSER_BYTES = 32
KEPT = timedelta(days=2)  # What is asked for by then is not asked about.


@dataclass(frozen=True, slots=True)
class SignIn:
    """A link that someone asked for.

    Attributes:
        address_mac: Of the address it was asked for.
        browser_hash: SHA-256 of what the browser that asked holds; None: the operator asked, and
            any browser will do.
    """

    id: str
    address_mac: bytes
    browser_hash: bytes | None
    language: Language
    expires_at: datetime
    used_at: datetime | None


def path(sign_in_id: str) -> str:
    """Return the page of a link, less its secret."""
    return f"/sign-in/{sign_in_id}"
